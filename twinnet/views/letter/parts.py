"""The parts of a letter: who somebody is, reasons with their bars, partners, projects, contacts to fill in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from twinnet import wording
from twinnet.views.letter.smallprint import small_print
from twinnet.views.markup import Markup, Part, between, element, joined

if TYPE_CHECKING:
    from twinnet.models import Evidence, Organisation, Suggestion
    from twinnet.views.letter.known import Known, Partnership
    from twinnet.views.letter.steps import Example, Pair
    from twinnet.wording import Speaker


class Room(NamedTuple):
    """How much stands on a page: reasons for and against, examples, and letters of a sentence or a fact."""

    reasons: int
    against: int
    examples: int
    letters: int


ROOMY = Room(5, 3, 3, 230)
ROOMS = (ROOMY, Room(4, 3, 2, 150), Room(4, 2, 2, 110), Room(3, 1, 1, 90))
"""From much to little: an introduction takes the first in which its pages fit on paper."""

SHORT = 90
"""A name inside a sentence is cut to so many letters."""
_NAME = 360
_FEW = 3
_THEMES = 6
_CONTACT = ("name", "mail", "phone")
_ROLES = ("lead", "partner", "associated")


def head(kind: str, title: Sequence[Part], *, day: dt.date, sender: str, speaker: Speaker) -> Markup:
    """Begin a letter: what it is, about whom, its date and from whom it is."""
    of_sender = [element("dt", speaker.text("brief.from")), element("dd", said(sender))] if sender else None
    return element(
        "header",
        element("p", kind, class_="eyebrow"),
        element("h1", title),
        element(
            "dl",
            element("dt", speaker.text("brief.date")),
            element("dd", date(day, speaker)),
            of_sender,
            class_="meta",
        ),
        class_="head",
    )


def date(day: dt.date, speaker: Speaker) -> str:
    """Write a day out.

    >>> date(dt.date(2026, 11, 26), wording.Speaker("de"))
    '26. November 2026'
    """
    month = speaker.text(f"brief.month.{day.month}")
    return speaker.text("brief.day", day=str(day.day), month=month, year=str(day.year))


def section(title: str, *parts: Part) -> Markup:
    """Put parts under a heading."""
    return element("section", element("h2", title), *parts)


def facts(known: Known, one: Organisation, speaker: Speaker, *, room: Room | None = None) -> Markup:
    """Say who an organisation is: in a few words, or (``room`` None) with all that is known of it.

    Partners and projects that are recorded are then listed apart (:func:`partner_list`, :func:`project_list`).
    """
    t = speaker.text
    line = [
        t(f"kind.{one.kind}"),
        t("capital.yes") if one.capital else None,
        known.country(one.country, speaker),
        None if one.population is None else t("inhabitants.n", n=one.population),
    ]
    found = known.facts(one, speaker, most=None if room is None else _FEW)
    notes = [known.unknown(one, speaker)]
    if room is None:
        others = [(t("other_names"), ", ".join(one.other_names)), (t("website"), one.website or "")]
        for what, facts_of in (("partners", known.partnerships(one.id)), ("projects", known.projects(one.id))):
            others += [] if facts_of else [(t(what), t("none_recorded"))]
        found += [(label, text) for label, text in others if text]
        notes += [t("place_state.unconfirmed")] if one.place_state == "unconfirmed" else []
    else:
        found.append((t("partners"), known.counted(one, speaker)))
        if projects := [shortened(part.project.name, SHORT) for part in known.projects(one.id)]:
            found.append((t("projects"), speaker.say(wording.listed(projects, most=_FEW))))
    most = room.letters if room else None
    return joined(
        element("p", between(" · ", line), class_="is"),
        element(
            "dl",
            [(element("dt", label), element("dd", shortened(text, most))) for label, text in found],
            class_="facts",
        ),
        [element("p", note, class_="not-known") for note in notes if note],
    )


def reasons_for(suggestion: Suggestion, speaker: Speaker, room: Room) -> Part:
    """Say the strongest reasons that speak for a pair, each with its bar, and the sum of all."""
    t = speaker.text
    strong = [reason for reason in suggestion.reasons if reason.points > 0]
    score = f"{t('total')}: {t('points.n', n=suggestion.score)}"
    if not strong:
        return [element("p", t("brief.why.none")), element("p", score, class_="sum")]
    return element(
        "div",
        bars(suggestion, strong[: room.reasons], speaker, letters=room.letters),
        _others(len(strong) - room.reasons, speaker),
        element("p", between(" · ", [score, times(suggestion.times, speaker)]), class_="sum"),
    )


def bars(suggestion: Suggestion, reasons: Sequence[Evidence], speaker: Speaker, *, letters: int) -> Markup:
    """List reasons, each with a bar that goes on where the one before ended."""
    whole = sum(reason.points for reason in suggestion.reasons if reason.points > 0)
    begun, rows = 0, []
    for reason in reasons:
        rows.append(
            element(
                "li",
                element("b", speaker.text(f"reason.{reason.key}")),
                element("span", shortened(sentence(reason, speaker), letters), class_="why"),
                _bar(begun, reason.points, whole),
                element("span", points(reason, speaker), class_="n"),
            )
        )
        begun += reason.points
    return element("ol", rows, class_="bars")


def _bar(begun: int, value: int, whole: int) -> Markup:
    at, wide = round(1000 * begun / whole), max(round(1000 * value / whole), 1)
    return element(
        "svg",
        element("rect", x="0", y="4", width="1000", height="1", class_="line"),
        element("rect", x=str(at), y="0", width=str(wide), height="9", class_="plus"),
        class_="bar",
        viewBox="0 0 1000 9",
        preserveAspectRatio="none",
        aria_hidden="true",
    )


def reasons_against(suggestion: Suggestion, speaker: Speaker, room: Room) -> Part:
    """Say what speaks against a pair, the strongest first, and what is not known."""
    t = speaker.text
    against = sorted((reason for reason in suggestion.reasons if reason.points < 0), key=lambda reason: reason.points)
    rows = [
        element(
            "li",
            element("b", t(f"reason.{reason.key}")),
            ": ",
            shortened(sentence(reason, speaker), room.letters),
            " ",
            element("span", points(reason, speaker), class_="n"),
        )
        for reason in against[: room.against]
    ]
    return joined(
        element("ul", rows, class_="against") if rows else element("p", t("reasons.against.none")),
        _others(len(against) - room.against, speaker),
        missing(suggestion, speaker),
    )


def _others(count: int, speaker: Speaker) -> Markup | None:
    return element("p", speaker.text("reasons.others", n=count), class_="more") if count > 0 else None


def missing(suggestion: Suggestion, speaker: Speaker) -> Markup | None:
    """Say which reasons had nothing to go on; None where every one had."""
    if not suggestion.missing:
        return None
    names = ", ".join(speaker.text(f"reason.{key}") for key in suggestion.missing)
    return element("p", speaker.text("reasons.unknown.names", names=names), class_="not-known")


def themes(pair: Pair, speaker: Speaker, room: Room) -> Part:
    """Say the themes of both: what the link could take up, what one offers and the other seeks, what is common."""
    t = speaker.text
    found: list[tuple[str, tuple[str, ...]]] = []
    if pair.suggestion.themes:
        found.append((t("themes.could"), pair.suggestion.themes))
    met = {theme for meeting in pair.meetings for theme in meeting.themes}
    for giver, taker, keys in pair.meetings:
        names = {"giver": shortened(giver.name, SHORT), "taker": shortened(taker.name, SHORT)}
        found.append((t("brief.themes.meets", **names), keys))
    met.update(pair.suggestion.themes)
    if common := tuple(theme for theme in pair.common if theme not in met):
        found.append((t("brief.themes.common"), common))
    if not found:
        return element("p", t("brief.themes.none"))
    rows = []
    for label, keys in found:
        named = speaker.say(wording.listed([pair.known.theme(key) for key in keys], most=_THEMES))
        rows += [element("dt", label), element("dd", shortened(named, room.letters))]
    return element("dl", rows, class_="stacked")


def examples(found: Sequence[Example], speaker: Speaker, room: Room) -> Part:
    """List similar pairs that work, and how they are like the two."""
    t = speaker.text
    if not found:
        return element("p", t("brief.like.none"))
    rows = []
    for one in found[: room.examples]:
        about = [t("brief.like.project", name=shortened(one.project, SHORT))] if one.project else []
        if one.link:
            dates = (("since", one.link.since), ("last", one.link.last_activity))
            about += [t(f"link.{one.link.kind}"), *(t(f"link.{key}", date=value) for key, value in dates if value)]
        like = [t(f"brief.like.{how}") for how in one.how]
        both = element("b", name(one.a, SHORT), " – ", name(one.b, SHORT))
        rows.append(element("li", both, ": ", ", ".join(about), f" ({', '.join(like)})" if like else None))
    return element("ul", rows, class_="plain")


def contacts(sides: Iterable[tuple[Organisation, str]], speaker: Speaker) -> Markup:
    """Give the contacts that were given, or lines to fill in."""
    blank = [(element("dt", speaker.text(f"brief.contact.{key}")), element("dd")) for key in _CONTACT]
    return element(
        "div",
        [
            element(
                "div",
                element("h3", name(side.name, SHORT)),
                element("p", said(given), class_="given") if given else element("dl", blank, class_="blank"),
            )
            for side, given in sides
        ],
        class_="two contacts",
    )


def closing(sender: str, speaker: Speaker) -> Markup:
    """Give a line to sign on, and from whom it is."""
    return element(
        "div",
        element("p", speaker.text("brief.closing")),
        element("p", class_="signature"),
        element("p", said(sender), class_="sender") if sender else None,
        class_="closing",
    )


def foot(known: Known, speaker: Speaker, *, note: str = "", suggestion: Suggestion | None = None) -> Markup:
    """End a page: a note, and the small print about the suggestion (None: about several)."""
    return element(
        "footer",
        element("p", note, class_="note") if note else None,
        element("p", between(" · ", small_print(known, speaker, suggestion))),
    )


def partner_list(found: Sequence[Partnership], speaker: Speaker, *, most: int | None = None) -> Markup | None:
    """List partners by the state of the link, with since when and the last sign of life; None where there are none.

    ``most`` are named (None: all), the others are counted.
    """
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
    about = [one.other.country or "", *(speaker.text(f"link.{key}", date=value) for key, value in named if value)]
    text = ", ".join(part for part in about if part)
    return joined(name(one.other.name), f" ({text})" if text else None)


def project_list(known: Known, one: Organisation, speaker: Speaker) -> Markup | None:
    """List the projects of an organisation, with its role and how many took part; None where there are none."""
    rows = []
    for project, role, partners in known.projects(one.id):
        years = "–".join(dict.fromkeys(value[:4] for value in (project.start, project.end) if value))
        about = [project.programme, years, speaker.text(f"role.{role}") if role in _ROLES else role]
        about.append(speaker.text("organisations.n", n=partners))
        rows.append(element("li", element("b", name(project.name, SHORT)), ": ", between(", ", about)))
    return element("ul", rows, class_="plain") if rows else None


def suggested(known: Known, one: Suggestion, speaker: Speaker) -> Markup:
    """Say one suggestion of a brief: whom, why, what speaks against it, and boxes for the answer."""
    t, other = speaker.text, known.organisation(one.candidate.id)
    strong = [reason for reason in one.reasons if reason.points > 0][:_FEW]
    against = min((reason for reason in one.reasons if reason.points < 0), key=lambda r: r.points, default=None)
    line = [
        known.country(other.country, speaker),
        None if other.population is None else t("inhabitants.n", n=other.population),
        t("points.n", n=one.score),
        times(one.times, speaker),
        t("ask_first") if one.ask_first else None,
    ]
    link = next((p for p in known.partnerships(one.organisation.id) if p.link.id == one.link), None)
    return element(
        "li",
        element("p", element("b", name(other.name)), " · ", between(" · ", line), class_="whom"),
        link and element("p", known.link(link.link, link.state, speaker), class_="linked"),
        bars(one, strong, speaker, letters=ROOMY.letters) if strong else None,
        against
        and element(
            "p",
            element("b", f"{t('reasons.against')}: "),
            shortened(sentence(against, speaker), ROOMY.letters),
            class_="against",
        ),
        element(
            "p",
            element("span", t("brief.answer"), ":"),
            [element("span", "☐ ", t(f"brief.answer.{answer}"), class_=answer) for answer in ("yes", "later", "no")],
            class_="answer",
        ),
    )


def lines(count: int) -> Markup:
    """Give lines to write on."""
    return element("div", [element("p") for _ in range(count)], class_="lines")


def times(value: float | None, speaker: Speaker) -> str | None:
    """Say how likely a pair is beside a chance pair; None where that is not known."""
    if value is None:
        return None
    if value >= 1.05:
        return speaker.text("times", n=_rounded(value))
    return speaker.text("times.same") if value > 0.95 else speaker.text("times.less", n=_rounded(1 / max(value, 1e-9)))


def _rounded(value: float) -> float | int:
    """Round a factor for people, as the explorer does.

    >>> _rounded(2615.0), _rounded(36.4), _rounded(1.2345)
    (2600, 36, 1.2)
    """
    if value < 9.95:
        return round(value, 1)
    return int(float(f"{value:.2g}")) if value >= 1000 else round(value)


def sentence(reason: Evidence, speaker: Speaker) -> str:
    """Say a reason, from a capital to a full stop."""
    words = reason.sentence if reason.said is None else speaker.say(reason.said)
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "!", "?", "…")) else ".")


def detail(reason: Evidence, speaker: Speaker) -> str:
    """Say the facts behind a reason; empty where they say no more than the sentence."""
    behind = reason.detail if reason.behind is None else speaker.say(reason.behind)
    return "" if behind.casefold() in sentence(reason, speaker).casefold() else behind


def points(reason: Evidence, speaker: Speaker) -> str:
    """Say the points of a reason, with their sign."""
    return f"{'+' if reason.points > 0 else ''}{speaker.number(reason.points)}"


def shortened(text: str, most: int | None) -> str:
    """Cut what is longer than so many letters (None: nothing is).

    >>> shortened("Connectowns2U", 8)
    'Connect…'
    """
    return text if most is None or len(text) <= most else f"{text[: most - 1].rstrip()}…"


def name(text: str, most: int = _NAME) -> Markup:
    """Write a name in its own direction, whatever stands around it."""
    return element("bdi", shortened(text, most))


def said(text: str) -> Markup:
    """Write what a person gave in its own direction."""
    return element("span", text, dir="auto")
