"""Letters to print: an introduction of two organisations to each other, and a brief for one.

Each is one HTML file for paper (A4) and screen, without script. It asks the network for nothing, and its
Content-Security-Policy says so. Contacts of persons are in it only where the caller gives them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from twinnet import countries, wording
from twinnet.models import SUGGESTION_KINDS, Organisation
from twinnet.views.known import Known, Partnership, language_of
from twinnet.views.markup import Markup, Part, between, element, filled, joined, package_text, policy
from twinnet.views.smallprint import small_print
from twinnet.views.steps import Pair

if TYPE_CHECKING:
    from twinnet.models import Evidence, Suggestion
    from twinnet.views.steps import Example
    from twinnet.wording import Speaker

FOR, AGAINST = 5, 3
"""So many reasons for and against stand in an introduction; the others are counted."""
_THEMES = 3
_LONGEST = 230
_SHORT = 90
_LEAST_LINES = 2
_BEHIND = 30
_CONTACT = ("name", "mail", "phone")
_TOWN = ("town", "region", "intermunicipal")


@dataclass(frozen=True)
class Letter:
    """What a letter is written with: its date, from whom, the contacts of both sides, and its languages.

    What is empty is left blank to be filled in. ``languages`` are those of its pages; where there are none, they are
    those of the organisations (:func:`~twinnet.views.known.language_of`).
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
    pages = [_introduced(pair, letter, first, other=second)]
    pages.append(_behind(pair, letter, first) if first == second else _introduced(pair, letter, second, other=first))
    a, b = pair.sides
    return _file(f"{a.name} – {b.name}", first, pages)


def pair_languages(pair: Pair, letter: Letter) -> tuple[str, str]:
    """Return the languages of the two pages: those asked for, else those of the two organisations."""
    if letter.languages:
        return letter.languages[0], letter.languages[-1]
    first, second = map(language_of, pair.sides)
    return first, second


def brief(known: Known, one: Organisation, suggestions: Sequence[Suggestion], letter: Letter) -> str:
    """Return what is known of an organisation, of its partners and projects, and its best suggestions of each kind."""
    language = letter.languages[0] if letter.languages else language_of(one)
    speaker, t = known.speaker(language), known.speaker(language).text
    kinds = {kind: [s for s in suggestions if s.kind == kind] for kind in SUGGESTION_KINDS}
    page = element(
        "article",
        _head(t("brief.kind.own"), [_name(one.name)], letter, speaker),
        element("p", _dear([one], speaker), class_="dear"),
        element("p", t("brief.open.own"), class_="lead"),
        _section(t("brief.own.facts"), _facts(known, one, speaker, most=None, whole=True)),
        _partners(known, one, speaker),
        _projects(known, one, speaker),
        _section(
            t("brief.own.start"),
            element("ol", [_suggested(known, s, speaker) for s in kinds["start"]], class_="suggested")
            if kinds["start"]
            else element("p", t("brief.own.none")),
        ),
        [
            _section(
                t(f"brief.own.{kind}"),
                element("ol", [_suggested(known, s, speaker) for s in kinds[kind]], class_="suggested"),
            )
            for kind in ("revitalise", "develop")
            if kinds[kind]
        ],
        _section(t("brief.corrections"), _lines(3)),
        _section(t("brief.contacts"), _contacts([(one, letter.contacts[0])], speaker)),
        _foot(known, letter, speaker, []),
        class_="page",
        lang=language,
    )
    return _file(one.name, language, [page])


def index(letters: Sequence[Listed], *, title: str, language: str, known: Known) -> str:
    """Return the page that lists letters by country and name."""
    speaker = known.speaker(language)
    t = speaker.text
    rows = sorted(
        letters, key=lambda one: (known.country(one.organisation.country, speaker), one.organisation.name, one.file)
    )
    heads = ("organisation", "country", "language", "partner.suggested", "suggestions")
    body = [
        element(
            "tr",
            element("th", element("a", _name(one.organisation.name), href=one.file), scope="row"),
            element("td", known.country(one.organisation.country, speaker)),
            element("td", countries.language_name(one.language, language)),
            element("td", _name(one.best) if one.best else "–"),
            element("td", speaker.number(one.suggestions), class_="n"),
        )
        for one in rows
    ]
    page = element(
        "article",
        element(
            "header",
            element("p", t("brief.letters.n", n=len(rows)), " · ", _day(known.today, speaker), class_="eyebrow"),
            element("h1", _name(title)),
            class_="head",
        ),
        element(
            "div",
            element(
                "table",
                element("thead", element("tr", [element("th", t(head), scope="col") for head in heads])),
                element("tbody", body),
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


def _introduced(pair: Pair, letter: Letter, language: str, *, other: str) -> Markup:
    """Return one page of an introduction."""
    speaker = pair.known.speaker(language)
    t = speaker.text
    suggestion = pair.suggestion
    return element(
        "article",
        _head(
            t(f"brief.kind.{suggestion.kind}"),
            between(" – ", [_name(side.name) for side in pair.sides]),
            letter,
            speaker,
        ),
        element("p", _dear(pair.sides, speaker), class_="dear"),
        element("p", t(f"brief.open.{_opening(suggestion)}"), class_="lead"),
        _section(
            t("brief.who"),
            element(
                "div",
                [_card(pair.known, side, speaker) for side in pair.sides],
                class_="two",
            ),
            pair.link and element("p", pair.known.link(pair.link.link, pair.link.state, speaker), class_="linked"),
        ),
        _section(t("brief.why"), _reasons_for(suggestion, speaker)),
        element(
            "div",
            _section(t("reasons.against"), _reasons_against(suggestion, speaker)),
            _section(t("brief.themes"), _themes(pair, speaker)),
            class_="two",
        ),
        _section(
            t("brief.steps"),
            element(
                "ol",
                [element("li", between(" ", [_said(speaker.say(one)) for one in step])) for step in pair.steps()],
                class_="steps",
            ),
        ),
        _section(t("brief.like"), _examples(pair.examples, speaker)),
        _section(t("brief.contacts"), _contacts(zip(pair.sides, letter.contacts, strict=True), speaker)),
        _foot(
            pair.known,
            letter,
            speaker,
            [t("brief.overleaf", language=wording.called(other))] if other != language else [],
            suggestion,
        ),
        class_="page letter",
        lang=language,
    )


def _behind(pair: Pair, letter: Letter, language: str) -> Markup:
    """Return the second page of an introduction in one language: what the first has no room for."""
    known, speaker = pair.known, pair.known.speaker(language)
    t, suggestion = speaker.text, pair.suggestion
    rows = [
        element(
            "tr",
            element("th", t(f"reason.{reason.key}"), scope="row"),
            element("td", _said(_shortened(_sentence(_of(reason, speaker)), 2 * _LONGEST)), _detail(reason, speaker)),
            element("td", _points(reason.points, speaker), class_="n"),
        )
        for reason in suggestion.reasons
    ]
    return element(
        "article",
        _head(t("brief.behind"), between(" – ", [_name(side.name) for side in pair.sides]), letter, speaker),
        _section(t("reasons.words"), element("table", element("tbody", rows))) if rows else None,
        _missing(suggestion, speaker),
        element(
            "div",
            [
                element(
                    "div",
                    element("h3", _name(side.name)),
                    _partner_list(known.partnerships(side.id), speaker, most=_BEHIND // 2),
                    _project_list(known, side, speaker),
                )
                for side in pair.sides
            ],
            class_="two",
        ),
        class_="page letter",
        lang=language,
    )


def _opening(suggestion: Suggestion) -> str:
    """Tell which opening a letter has."""
    if suggestion.kind == "start":
        return "start" if suggestion.score > 0 else "weak"
    return "ask" if suggestion.ask_first else suggestion.kind


def _dear(sides: Sequence[Organisation], speaker: Speaker) -> str:
    """Address mayors, or whoever leads an organisation."""
    if any(side.kind not in _TOWN[:1] for side in sides):
        return speaker.text("brief.dear.all")
    return speaker.text("brief.dear.mayors" if len(sides) > 1 else "brief.dear.mayor")


def _head(kind: str, title: Sequence[Part], letter: Letter, speaker: Speaker) -> Markup:
    sender = [element("dt", speaker.text("brief.from")), element("dd", _said(letter.sender))] if letter.sender else None
    return element(
        "header",
        element("p", kind, class_="eyebrow"),
        element("h1", title),
        element(
            "dl",
            element("dt", speaker.text("brief.date")),
            element("dd", _day(letter.day, speaker)),
            sender,
            class_="meta",
        ),
        class_="head",
    )


def _day(day: dt.date, speaker: Speaker) -> str:
    """Write a day out.

    >>> _day(dt.date(2026, 11, 26), wording.Speaker("de"))
    '26. November 2026'
    """
    month = speaker.text(f"brief.month.{day.month}")
    return speaker.text("brief.day", day=str(day.day), month=month, year=str(day.year))


def _section(title: str, *parts: Part) -> Markup:
    return element("section", element("h2", title), *parts)


def _card(known: Known, one: Organisation, speaker: Speaker) -> Markup:
    return element("div", element("h3", _name(one.name)), _facts(known, one, speaker, most=_THEMES), class_="card")


def _facts(known: Known, one: Organisation, speaker: Speaker, *, most: int | None, whole: bool = False) -> Markup:
    """Say who an organisation is; ``whole``: with its other names and website, and whether its place is sure."""
    t = speaker.text
    line = [
        t(f"kind.{one.kind}"),
        t("capital.yes") if one.capital else None,
        known.country(one.country, speaker),
        None if one.population is None else t("inhabitants.n", n=one.population),
    ]
    facts = known.facts(one, speaker, most=most)
    if whole:
        facts += [
            (t(key), said)
            for key, said in (("other_names", ", ".join(one.other_names)), ("website", one.website or ""))
            if said
        ]
    else:
        facts.append((t("partners"), known.counted(one, speaker)))
        projects = [part.project.name for part in known.projects(one.id)]
        if projects:
            facts.append((t("projects"), speaker.say(wording.listed(projects, most=_THEMES))))
    cut = 10 * _LONGEST if whole else _LONGEST
    return joined(
        element("p", between(" · ", line), class_="is"),
        element(
            "dl",
            [(element("dt", label), element("dd", _said(_shortened(said, cut)))) for label, said in facts],
            class_="facts",
        ),
        [
            element("p", note, class_="not-known")
            for note in (
                known.unknown(one, speaker),
                t("place_state.unconfirmed") if whole and one.place_state == "unconfirmed" else "",
            )
            if note
        ],
    )


def _reasons_for(suggestion: Suggestion, speaker: Speaker) -> Part:
    """Say the strongest reasons that speak for a pair, each with its bar, and the sum of all."""
    t = speaker.text
    strong = [reason for reason in suggestion.reasons if reason.points > 0]
    if not strong:
        return element("p", t("brief.why.none"))
    return element(
        "div",
        _bars(suggestion, strong[:FOR], speaker),
        element("p", t("reasons.others", n=len(strong) - FOR), class_="more") if len(strong) > FOR else None,
        element(
            "p",
            between(" · ", [f"{t('total')}: {t('points.n', n=suggestion.score)}", _times(suggestion.times, speaker)]),
            class_="sum",
        ),
    )


def _bars(suggestion: Suggestion, reasons: Sequence[Evidence], speaker: Speaker) -> Markup:
    """List reasons, each with a bar that goes on where the one before ended."""
    whole = sum(reason.points for reason in suggestion.reasons if reason.points > 0)
    begun, rows = 0, []
    for reason in reasons:
        sentence = _shortened(_sentence(_of(reason, speaker)), _LONGEST)
        rows.append(
            element(
                "li",
                element("b", speaker.text(f"reason.{reason.key}")),
                element("span", _said(sentence), class_="why"),
                _bar(begun, reason.points, whole),
                element("span", _points(reason.points, speaker), class_="n"),
            )
        )
        begun += reason.points
    return element("ol", rows, class_="bars")


def _bar(begun: int, points: int, whole: int) -> Markup:
    at, wide = round(1000 * begun / whole), max(round(1000 * points / whole), 1)
    return element(
        "svg",
        element("rect", x="0", y="4", width="1000", height="1", class_="line"),
        element("rect", x=str(at), y="0", width=str(wide), height="9", class_="plus"),
        class_="bar",
        viewBox="0 0 1000 9",
        preserveAspectRatio="none",
        aria_hidden="true",
    )


def _reasons_against(suggestion: Suggestion, speaker: Speaker) -> Part:
    """Say what speaks against a pair, the strongest first, and what is not known."""
    t = speaker.text
    against = sorted((reason for reason in suggestion.reasons if reason.points < 0), key=lambda reason: reason.points)
    said = [
        element(
            "li",
            element("b", t(f"reason.{reason.key}")),
            ": ",
            _said(_shortened(_sentence(_of(reason, speaker)), _LONGEST)),
            " ",
            element("span", _points(reason.points, speaker), class_="n"),
        )
        for reason in against[:AGAINST]
    ]
    return joined(
        element("ul", said, class_="against") if said else element("p", t("reasons.against.none")),
        element("p", t("reasons.others", n=len(against) - AGAINST), class_="more") if len(against) > AGAINST else None,
        _missing(suggestion, speaker),
    )


def _missing(suggestion: Suggestion, speaker: Speaker) -> Markup | None:
    if not suggestion.missing:
        return None
    names = ", ".join(speaker.text(f"reason.{key}") for key in suggestion.missing)
    return element("p", speaker.text("reasons.unknown.names", names=names), class_="not-known")


def _themes(pair: Pair, speaker: Speaker) -> Part:
    """Say the themes of both: what the link could take up, what one offers and the other seeks, what is common."""
    t, known = speaker.text, pair.known
    found: list[tuple[str, tuple[str, ...]]] = []
    if pair.suggestion.themes:
        found.append((t("themes.could"), pair.suggestion.themes))
    met = {theme for meeting in pair.meetings for theme in meeting.themes}
    for giver, taker, themes in pair.meetings:
        names = {"giver": _shortened(giver.name, _SHORT), "taker": _shortened(taker.name, _SHORT)}
        found.append((t("brief.themes.meets", **names), themes))
    common = tuple(theme for theme in pair.common if theme not in met)
    if common:
        found.append((t("brief.themes.common"), common))
    if not found:
        return element("p", t("brief.themes.none"))
    return element(
        "dl",
        [
            (
                element("dt", _said(label)),
                element(
                    "dd", _said(_shortened(speaker.say(wording.listed([*map(known.theme, themes)], most=6)), _LONGEST))
                ),
            )
            for label, themes in found
        ],
        class_="stacked",
    )


def _examples(examples: Sequence[Example], speaker: Speaker) -> Part:
    """List similar pairs that work, and how they are like the two."""
    t = speaker.text
    if not examples:
        return element("p", t("brief.like.none"))
    rows = []
    for one in examples:
        said = [t("brief.like.project", name=_shortened(one.project, _SHORT))] if one.project else []
        if one.link:
            dates = (("since", one.link.since), ("last", one.link.last_activity))
            said += [t(f"link.{one.link.kind}"), *(t(f"link.{name}", date=date) for name, date in dates if date)]
        like = [t(f"brief.like.{how}") for how in one.how]
        rows.append(
            element(
                "li",
                element("b", _name(one.a), " – ", _name(one.b)),
                " · ",
                ", ".join(said),
                f" ({', '.join(like)})" if like else None,
            )
        )
    return element("ul", rows, class_="plain")


def _contacts(sides: Iterable[tuple[Organisation, str]], speaker: Speaker) -> Markup:
    """Give the contacts that were given, or lines to fill in."""
    return element(
        "div",
        [
            element(
                "div",
                element("h3", _name(side.name)),
                element("p", _said(given), class_="given")
                if given
                else element(
                    "dl",
                    [(element("dt", speaker.text(f"brief.contact.{name}")), element("dd")) for name in _CONTACT],
                    class_="blank",
                ),
            )
            for side, given in sides
        ],
        class_="two contacts",
    )


def _foot(
    known: Known, letter: Letter, speaker: Speaker, notes: Sequence[str], suggestion: Suggestion | None = None
) -> Markup:
    """End a letter: who signs it, and the small print."""
    return joined(
        element(
            "div",
            element("p", speaker.text("brief.closing")),
            element("p", _said(letter.sender), class_="signed" if letter.sender else "signed open"),
            class_="closing",
        ),
        element(
            "footer",
            [element("p", note, class_="note") for note in notes],
            element("p", between(" · ", small_print(known, speaker, suggestion))),
        ),
    )


def _partners(known: Known, one: Organisation, speaker: Speaker) -> Markup:
    found = known.partnerships(one.id)
    title = speaker.text("partners")
    if not found:
        return _section(title, element("p", speaker.text("no_link")))
    return _section(f"{title} ({speaker.number(len(found))})", _partner_list(found, speaker, most=None))


def _partner_list(found: Sequence[Partnership], speaker: Speaker, *, most: int | None) -> Markup | None:
    """List partners by the state of the link, with since when and the last sign of life; None where there are none."""
    shown = found[:most]
    groups = [
        (
            element("dt", speaker.text(f"partners.{state}"), " ", speaker.number(sum(p.state == state for p in found))),
            element("dd", between(" · ", [_partner(p, speaker) for p in of_state])),
        )
        for state, of_state in groupby(shown, key=lambda p: p.state)
    ]
    left = speaker.text("sources.more", n=len(found) - len(shown)) if len(shown) < len(found) else None
    return element("dl", groups, left and element("dd", left), class_="stacked") if groups else None


def _partner(one: Partnership, speaker: Speaker) -> Markup:
    named = (("since", one.link.since), ("until", one.link.until), ("last", one.link.last_activity))
    dates = [speaker.text(f"link.{name}", date=date) for name, date in named if date]
    code = one.other.country
    said = f" ({', '.join([*([code] if code else []), *dates])})" if dates or code else ""
    return joined(_name(one.other.name), said)


def _projects(known: Known, one: Organisation, speaker: Speaker) -> Markup:
    listed = _project_list(known, one, speaker)
    return _section(speaker.text("projects"), listed or element("p", speaker.text("no_project")))


def _project_list(known: Known, one: Organisation, speaker: Speaker) -> Markup | None:
    rows = []
    for project, role, partners in known.projects(one.id):
        years = "–".join(dict.fromkeys(date[:4] for date in (project.start, project.end) if date))
        about = [project.programme, years, speaker.text(f"role.{role}") if role in _ROLES else role]
        about.append(speaker.text("organisations.n", n=partners))
        rows.append(element("li", element("b", _name(_shortened(project.name, _SHORT))), ": ", between(", ", about)))
    return element("ul", rows, class_="plain") if rows else None


_ROLES = ("lead", "partner", "associated")


def _suggested(known: Known, one: Suggestion, speaker: Speaker) -> Markup:
    """Say one suggestion of a brief: whom, why, what speaks against it, and boxes for the answer."""
    t, other = speaker.text, known.organisation(one.candidate.id)
    strong = [reason for reason in one.reasons if reason.points > 0][:_THEMES]
    against = min((reason for reason in one.reasons if reason.points < 0), key=lambda r: r.points, default=None)
    line = [
        known.country(other.country, speaker),
        None if other.population is None else t("inhabitants.n", n=other.population),
        t("points.n", n=one.score),
        _times(one.times, speaker),
        t("ask_first") if one.ask_first else None,
    ]
    link = next((p for p in known.partnerships(one.organisation.id) if p.link.id == one.link), None)
    return element(
        "li",
        element("p", element("b", _name(other.name)), " · ", between(" · ", line), class_="whom"),
        link and element("p", known.link(link.link, link.state, speaker), class_="linked"),
        _bars(one, strong, speaker) if strong else None,
        against
        and element(
            "p",
            element("b", f"{t('reasons.against')}: "),
            _said(_shortened(_sentence(_of(against, speaker)), _LONGEST)),
            class_="against",
        ),
        element(
            "p",
            element("span", t("brief.answer"), ":"),
            [element("span", "☐ ", t(f"brief.answer.{answer}"), class_=answer) for answer in ("yes", "later", "no")],
            class_="answer",
        ),
    )


def _lines(count: int) -> Markup:
    return element("div", [element("p") for _ in range(count)], class_="lines")


def _times(times: float | None, speaker: Speaker) -> str | None:
    """Say how likely a pair is beside a chance pair."""
    if times is None:
        return None
    if times >= 1.05:
        return speaker.text("times", n=_rounded(times))
    return speaker.text("times.same") if times > 0.95 else speaker.text("times.less", n=_rounded(1 / max(times, 1e-9)))


def _rounded(value: float) -> float | int:
    """Round a factor for people, as the explorer does.

    >>> _rounded(2615.0), _rounded(36.4), _rounded(1.2345)
    (2600, 36, 1.2)
    """
    if value < 9.95:
        return round(value, 1)
    return int(float(f"{value:.2g}")) if value >= 1000 else round(value)


def _of(reason: Evidence, speaker: Speaker) -> str:
    return reason.sentence if reason.said is None else speaker.say(reason.said)


def _detail(reason: Evidence, speaker: Speaker) -> Markup | None:
    said = reason.detail if reason.behind is None else speaker.say(reason.behind)
    if not said or said == _of(reason, speaker):
        return None
    return element("p", _said(_shortened(said, _LONGEST)), class_="detail")


def _points(points: int, speaker: Speaker) -> str:
    return f"{'+' if points > 0 else ''}{speaker.number(points)}"


def _sentence(words: str) -> str:
    """End a sentence with a full stop, begin it with a capital."""
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "!", "?", "…")) else ".")


def _shortened(text: str, most: int) -> str:
    """Cut what is longer than so many letters."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _name(text: str) -> Markup:
    """Write a name in its own direction, whatever stands around it."""
    return element("bdi", _shortened(text, 4 * _SHORT))


def _said(text: str) -> Markup:
    return element("span", text, dir="auto")
