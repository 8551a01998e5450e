"""Letters to print: an introduction of two organisations to each other, and a brief for one.

Each is one HTML file for paper (A4) and screen, without script. It asks the network for nothing, and its
Content-Security-Policy says so. Contacts of persons are in it only where the caller gives them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from twinnet import countries, wording
from twinnet.models import SUGGESTION_KINDS, Organisation
from twinnet.text import fold
from twinnet.views.letter import parts
from twinnet.views.letter.known import Known, language_of
from twinnet.views.letter.paper import HEIGHT, height
from twinnet.views.letter.parts import ROOMS, ROOMY, Room, section
from twinnet.views.letter.steps import Pair
from twinnet.views.markup import Markup, Part, between, element, filled, joined, package_text, policy

if TYPE_CHECKING:
    from twinnet.models import Suggestion

_LARGE = 1.1
"""Pages that say little have larger letters, by this factor (as the style has it)."""
_BEHIND = (15, 8, 4)
"""So many partners of each side are named behind an introduction, or fewer where the page would not fit."""


@dataclass(frozen=True)
class Letter:
    """What a letter is written with: its date, from whom, the contacts of both sides, and its languages.

    What is empty is left blank to be filled in. ``languages`` are those of its pages; where there are none, they are
    those of the organisations (:func:`~twinnet.views.letter.known.language_of`).
    """

    day: dt.date
    sender: str = ""
    contacts: tuple[str, str] = ("", "")
    languages: tuple[str, ...] = ()


class Listed(NamedTuple):
    """A letter in the list of many: its file, to whom, in which language, and whom it suggests first (None: nobody)."""

    file: str
    organisation: Organisation
    language: str
    suggestions: int
    best: str | None


def introduction(pair: Pair, letter: Letter) -> str:
    """Return the letter that introduces two organisations to each other: two pages, in the languages of both.

    Where both have the same language, the second page says what is behind the first: every reason with its points and
    facts, and the partners and projects of both.
    """
    first, second = pair_languages(pair, letter)
    languages = dict.fromkeys((first, second))
    pages: list[Markup] = []
    for room in ROOMS:
        pages = [_introduced(pair, letter, language, tuple(languages), room=room) for language in languages]
        if _fit(pages):
            break
    if first == second:
        behind = (_behind(pair, letter, first, most=most) for most in _BEHIND)
        pages.append(next((page for page in behind if _fit([page])), _behind(pair, letter, first, most=0)))
    class_ = "page large" if _fit(pages, zoom=_LARGE) else "page"
    a, b = pair.sides
    sheets = [element("article", page, class_=class_, lang=at) for page, at in zip(pages, (first, second), strict=True)]
    return _file(f"{a.name} – {b.name}", first, sheets)


def _fit(pages: Sequence[Markup], *, zoom: float = 1.0) -> bool:
    """Tell whether each page fits on its sheet of paper."""
    return all(height(page, zoom=zoom) <= HEIGHT for page in pages)


def pair_languages(pair: Pair, letter: Letter) -> tuple[str, str]:
    """Return the languages of the two pages: those asked for, else those of the two organisations."""
    if letter.languages:
        return letter.languages[0], letter.languages[-1]
    first, second = map(language_of, pair.sides)
    return first, second


def brief(known: Known, one: Organisation, suggestions: Sequence[Suggestion], letter: Letter) -> str:
    """Return what is known of an organisation, of its partners and projects, and its best suggestions of each kind."""
    language = letter.languages[0] if letter.languages else language_of(one)
    speaker = known.speaker(language)
    t = speaker.text
    partners = known.partnerships(one.id)
    projects = parts.project_list(known, one, speaker)
    page = element(
        "article",
        parts.head(t("brief.kind.own"), [parts.name(one.name)], day=letter.day, sender=letter.sender, speaker=speaker),
        element("p", t("brief.dear.mayor" if one.kind == "town" else "brief.dear.all"), class_="dear"),
        element("p", t("brief.open.own"), class_="lead"),
        section(t("brief.own.facts"), parts.facts(known, one, speaker)),
        section(f"{t('partners')} ({speaker.number(len(partners))})", parts.partner_list(partners, speaker))
        if partners
        else None,
        projects and section(t("projects"), projects),
        [_kind(known, kind, [s for s in suggestions if s.kind == kind], language) for kind in SUGGESTION_KINDS],
        parts.closing(letter.sender, speaker),
        element(
            "div",
            section(t("brief.corrections"), parts.lines(2)),
            section(t("brief.contacts"), parts.contacts([(one, letter.contacts[0])], speaker)),
            parts.foot(known, speaker),
            class_="slip",
        ),
        class_="page",
        lang=language,
    )
    return _file(one.name, language, [page])


def _kind(known: Known, kind: str, found: Sequence[Suggestion], language: str) -> Markup | None:
    """Return the suggestions of one kind; None where there are none, but for new ones: then it says so."""
    speaker = known.speaker(language)
    title = speaker.text(f"brief.own.{kind}")
    if found:
        return section(title, element("ol", [parts.suggested(known, s, speaker) for s in found], class_="suggested"))
    return section(title, element("p", speaker.text("brief.own.none"))) if kind == "start" else None


def index(letters: Sequence[Listed], *, title: str, language: str, known: Known) -> str:
    """Return the page that lists letters by country and name."""
    speaker = known.speaker(language)
    t = speaker.text
    by_country = sorted(
        ((known.country(one.organisation.country, speaker), one.organisation.name, one.file, one) for one in letters),
        key=lambda row: (fold(row[0]), fold(row[1]), row[2]),
    )
    rows = [
        element(
            "tr",
            element("th", element("a", parts.name(name), href=file), scope="row"),
            element("td", country),
            element("td", countries.language_name(one.language, language), lang=language),
            element("td", parts.name(one.best) if one.best else "–"),
            element("td", speaker.number(one.suggestions), class_="n"),
        )
        for country, name, file, one in by_country
    ]
    heads = ("organisation", "country", "language", "partner.suggested", "suggestions")
    page = element(
        "article",
        element(
            "header",
            element("p", t("brief.letters", n=len(rows)), " · ", parts.date(known.today, speaker), class_="eyebrow"),
            element("h1", parts.name(title)),
            class_="head",
        ),
        element(
            "div",
            element(
                "table",
                element("thead", element("tr", [element("th", t(head), scope="col") for head in heads])),
                element("tbody", rows),
            ),
            class_="wide",
        ),
        class_="page list",
        lang=language,
    )
    return _file(title, language, [page])


def _file(title: str, language: str, pages: Sequence[Markup]) -> str:
    style = package_text("views/letter/letter.css")
    values: dict[str, Part] = {
        "language": language,
        "policy": policy(style),
        "title": title,
        "style": Markup(style),
        "pages": joined(pages),
    }
    return filled(package_text("views/letter/letter.html"), values)


def _introduced(pair: Pair, letter: Letter, language: str, languages: Sequence[str], *, room: Room) -> Markup:
    """Return one page of an introduction, in one of its languages."""
    known, suggestion, speaker = pair.known, pair.suggestion, pair.known.speaker(language)
    t = speaker.text
    others = [wording.called(other) for other in languages if other != language]
    towns = all(side.kind == "town" for side in pair.sides)
    steps = [element("li", [element("span", speaker.say(one)) for one in step]) for step in pair.steps()]
    return joined(
        _headed(pair, letter, t(f"brief.kind.{suggestion.kind}"), language),
        element("p", t("brief.dear.mayors" if towns else "brief.dear.all"), class_="dear"),
        element("p", t(f"brief.open.{_opening(suggestion)}"), class_="lead"),
        section(
            t("brief.who"),
            element(
                "div",
                [
                    element("div", element("h3", parts.name(side.name)), parts.facts(known, side, speaker, room=room))
                    for side in pair.sides
                ],
                class_="two cards",
            ),
            pair.link and element("p", known.link(pair.link.link, pair.link.state, speaker), class_="linked"),
        ),
        section(t("brief.why"), parts.reasons_for(suggestion, speaker, room)),
        element(
            "div",
            section(t("reasons.against"), parts.reasons_against(suggestion, speaker, room)),
            element(
                "div",
                section(t("brief.themes"), parts.themes(pair, speaker, room)),
                section(t("brief.like"), parts.examples(pair.examples, speaker, room)),
            ),
            class_="two",
        ),
        section(t("brief.steps"), element("ol", steps, class_="steps")),
        section(t("brief.contacts"), parts.contacts(zip(pair.sides, letter.contacts, strict=True), speaker)),
        parts.closing(letter.sender, speaker),
        parts.foot(
            known,
            speaker,
            note=t("brief.overleaf", language=others[0]) if others else "",
            suggestion=suggestion,
        ),
    )


def _headed(pair: Pair, letter: Letter, kind: str, language: str) -> Markup:
    title = between(" – ", [parts.name(side.name) for side in pair.sides])
    return parts.head(kind, title, day=letter.day, sender=letter.sender, speaker=pair.known.speaker(language))


def _opening(suggestion: Suggestion) -> str:
    """Tell with which words a letter opens."""
    if suggestion.kind == "start":
        return "start" if suggestion.score > 0 and (suggestion.times is None or suggestion.times > 1) else "weak"
    return "ask" if suggestion.ask_first else suggestion.kind


def _behind(pair: Pair, letter: Letter, language: str, *, most: int) -> Markup:
    """Return the second page of an introduction in one language: what the first has no room for."""
    known, speaker = pair.known, pair.known.speaker(language)
    t, suggestion = speaker.text, pair.suggestion
    rows = []
    for reason in suggestion.reasons:
        words = parts.shortened(parts.sentence(reason, speaker), 2 * ROOMY.letters)
        behind = parts.shortened(parts.detail(reason, speaker), ROOMY.letters)
        rows.append(
            element(
                "tr",
                element("th", t(f"reason.{reason.key}"), scope="row"),
                element("td", words, element("p", behind, class_="detail") if behind else None),
                element("td", parts.points(reason, speaker), class_="n"),
            )
        )
    sides = [
        element(
            "div",
            element("h3", parts.name(side.name)),
            parts.partner_list(known.partnerships(side.id), speaker, most=most) or element("p", t("no_link")),
            parts.project_list(known, side, speaker),
        )
        for side in pair.sides
    ]
    return joined(
        _headed(pair, letter, t("brief.behind"), language),
        section(
            t("reasons.words"), element("table", element("tbody", rows)) if rows else element("p", t("reasons.none"))
        ),
        parts.missing(suggestion, speaker),
        section(t("partners"), element("div", sides, class_="two cards")),
    )
