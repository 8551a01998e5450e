"""What two organisations have to do with each other, and the three first steps that follow from it.

Steps are whole texts that are chosen by what is known: a theme that one offers and the other seeks, a partner of both,
a mentor, an anniversary or another milestone ahead. What is not known is not asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from twinnet import countries, lifecycle
from twinnet.milestones import milestones
from twinnet.wording import Listed, Phrase, Word, listed, phrase

if TYPE_CHECKING:
    from twinnet.models import Link, Organisation, Suggestion
    from twinnet.views.letter.known import Known, Partnership
    from twinnet.wording import Value

Step = tuple["Value", ...]
"""A step: one sentence or several."""

_YOUNG = frozenset({"youth", "volunteering", "sport", "education"})
"""Themes of which young people make the exchange."""
_AHEAD = 3
"""Milestones within so many years are worth a step."""
_LANGUAGES = 3


class Example(NamedTuple):
    """A pair that works: its names, what it has (a living link, or a project together) and how it is like the two.

    ``how`` are some of ``countries`` (the same two), ``near`` (neighbours of both) and ``size``.
    """

    a: str
    b: str
    link: Link | None
    project: str | None
    how: tuple[str, ...]


class Meeting(NamedTuple):
    """Themes that one offers and the other seeks."""

    giver: Organisation
    taker: Organisation
    themes: tuple[str, ...]


@dataclass(frozen=True)
class Pair:
    """Two organisations, the suggestion of the pair, and pairs that are like it and work."""

    known: Known
    suggestion: Suggestion
    examples: Sequence[Example] = ()

    @cached_property
    def sides(self) -> tuple[Organisation, Organisation]:
        """Both organisations, in the order of the suggestion."""
        named = (self.suggestion.organisation.id, self.suggestion.candidate.id)
        return self.known.organisation(named[0]), self.known.organisation(named[1])

    @cached_property
    def meetings(self) -> tuple[Meeting, ...]:
        """What one offers and the other seeks, where there is any."""
        a, b = self.sides
        found = (Meeting(x, y, tuple(t for t in x.themes_offered if t in y.themes_sought)) for x, y in ((a, b), (b, a)))
        return tuple(meeting for meeting in found if meeting.themes)

    @cached_property
    def common(self) -> tuple[str, ...]:
        """The themes that both hold: stated by both, or else inferred for one or both."""
        a, b = self.sides
        stated = [dict.fromkeys((*one.themes_offered, *one.themes_sought)) for one in (a, b)]
        if found := tuple(theme for theme in stated[0] if theme in stated[1]):
            return found
        held = [
            dict.fromkeys((*themes, *(t for of_side in self.known.inferred(one.id).values() for t in of_side)))
            for one, themes in zip((a, b), stated, strict=True)
        ]
        return tuple(theme for theme in held[0] if theme in held[1])

    @cached_property
    def link(self) -> Partnership | None:
        """The recorded link that the suggestion is about; None where there is none."""
        of_a = self.known.partnerships(self.sides[0].id)
        return next((one for one in of_a if one.link.id == self.suggestion.link), None)

    @cached_property
    def partners(self) -> tuple[Organisation, ...]:
        """Partners of both, those whose links live first."""
        of_a, of_b = (
            {p.other.id: p for p in reversed(self.known.partnerships(one.id)) if p.state != "ended"}
            for one in self.sides
        )
        both = sorted(
            of_a.keys() & of_b.keys(), key=lambda i: (_asleep(of_a[i]) + _asleep(of_b[i]), of_a[i].other.name)
        )
        return tuple(of_a[identifier].other for identifier in both)

    @cached_property
    def networks(self) -> tuple[str, ...]:
        """The networks that both belong to."""
        of_a, of_b = (
            {m.network for m in self.known.memberships(one.id) if not self.known.has_left(m)} for one in self.sides
        )
        return tuple(sorted(of_a & of_b))

    @cached_property
    def projects(self) -> tuple[str, ...]:
        """The names of the projects that both took part in, the newest first."""
        of_a, of_b = ([part.project for part in self.known.projects(one.id)] for one in self.sides)
        theirs = {project.id for project in of_b}
        return tuple(project.name for project in of_a if project.id in theirs)

    @cached_property
    def tongues(self) -> tuple[str, ...]:
        """The languages that both work in, or that are official in both countries where one says nothing."""
        of_a, of_b = (one.languages or countries.languages(one.country or "") for one in self.sides)
        return tuple(code for code in of_a if code in of_b)[:_LANGUAGES]

    @cached_property
    def mentor(self) -> Phrase | None:
        """Who can be whose mentor, as the suggestion's reasons say it; None if nobody can."""
        said = (part for reason in self.suggestion.reasons for part in _phrases(reason.said))
        return next((part for part in said if part.key == "say.mentor"), None)

    def steps(self) -> tuple[Step, Step, Step]:
        """Return three first steps, in the order in which they are done."""
        talk, others = self._talk(), [step for step in self._others() if step is not None]
        best = sorted(range(len(others)), key=lambda at: others[at].rank)[:2]
        first, second = (others[at].step for at in sorted(best, key=lambda at: others[at].when))
        return talk, first, second

    def _talk(self) -> Step:
        """Return the first step: to speak with each other."""
        kind = self.suggestion.kind
        if kind == "revitalise":
            return (phrase("brief.step.ask.first" if self.suggestion.ask_first else "brief.step.ask"), *self._spoken())
        if kind == "develop" and self.suggestion.themes:
            return (phrase("brief.step.meet", theme=self.known.theme(self.suggestion.themes[0])),)
        if self.meetings:
            giver, taker, themes = self.meetings[0]
            named: dict[str, Value] = {"giver": giver.name, "taker": taker.name, "theme": self.known.theme(themes[0])}
            return (phrase("brief.step.call.offered", **named), *self._spoken())
        if self.common:
            return (phrase("brief.step.call.common", theme=self.known.theme(self.common[0])), *self._spoken())
        return (phrase("brief.step.call.open"), *self._spoken())

    def _spoken(self) -> Iterator[Phrase]:
        """Say in what languages they can speak, where that is known."""
        if self.tongues:
            named: list[Value] = [Word("language", code, countries.language_name(code)) for code in self.tongues]
            yield phrase("brief.step.language", language=listed(named))

    def _others(self) -> Iterator[_Choice | None]:
        """Give all further steps that could be taken, each with how much it is wanted and when it is done."""
        waking, started = self.suggestion.kind == "revitalise", self.suggestion.kind == "start"
        yield self._dated()
        if waking and self.suggestion.themes:
            yield _Choice(1, 2, (phrase("brief.step.meet", theme=self.known.theme(self.suggestion.themes[0])),))
        if started:
            yield self._helped()
        yield self._exchange()
        if self.examples:
            one = self.examples[0]
            yield _Choice(4, 1, (phrase("brief.step.like", pair=f"{one.a} – {one.b}"),)) if started else None
        end = "plan" if self.suggestion.kind == "develop" else f"decide.{self.suggestion.kind}"
        yield _Choice(3 if not started else 5, 3, (phrase(f"brief.step.{end}"),))
        if self.networks and started:
            yield _Choice(6, 1, (phrase("brief.step.network", network=self.networks[0]),))
        yield _Choice(7, 2, (phrase("brief.step.visit"),))

    def _helped(self) -> _Choice | None:
        """Name who helps two that do not know each other."""
        if self.mentor is not None:
            named = {name: value for name, value in self.mentor.values if name in ("mentor", "newcomer")}
            return _Choice(0, 2, (phrase("brief.step.mentor", **named),))
        if self.projects:
            return _Choice(1, 1, (phrase("brief.step.project", name=self.projects[0]),))
        if self.partners:
            return _Choice(1, 1, (phrase("brief.step.introduced", name=self.partners[0].name),))
        return None

    def _exchange(self) -> _Choice | None:
        """Plan an exchange on a theme, another than that of the first talk where there are two."""
        spoken = self.suggestion.themes or tuple(t for meeting in self.meetings for t in meeting.themes)
        themes = [*dict.fromkeys((*spoken, *self.common))]
        if not themes:
            return None
        young = [theme for theme in themes if theme in _YOUNG]
        theme = young[0] if young else themes[min(1, len(themes) - 1)]
        key = "brief.step.exchange.young" if young else "brief.step.exchange"
        return _Choice(2, 2, (phrase(key, theme=self.known.theme(theme)),))

    def _dated(self) -> _Choice | None:
        """Use a date that is ahead: the anniversary of the signing, or a town's year of high visibility."""
        today = self.known.today
        if self.link is not None and self.link.state != "ended":
            ahead = lifecycle.next_anniversary(self.link.link.since, today)
            if ahead is not None:
                years, day = ahead
                return _Choice(0, 4, (phrase("brief.step.anniversary", n=years, year=str(day.year)),))
        found = sorted(
            (one.year, name.name, one.kind)
            for name in self.sides
            for one in milestones(name.geonames_id)
            if today.year < one.year <= today.year + _AHEAD
        )
        if not found:
            return None
        year, name_, kind = found[0]
        key = "brief.step.olympic" if kind == "olympic" else "brief.step.capital"
        return _Choice(0, 4, (phrase(key, name=name_, year=str(year)),))


class _Choice(NamedTuple):
    """A step that could be taken: how much it is wanted (0: most), when it is done, and what it says."""

    rank: int
    when: int
    step: Step


def _asleep(one: Partnership) -> int:
    return 0 if one.state == "active" else 1


def _phrases(value: Value | None) -> Iterator[Phrase]:
    """Give a phrase and all phrases inside it."""
    inner: Iterable[Value] = ()
    if isinstance(value, Phrase):
        yield value
        inner = (one for _, one in value.values)
    elif isinstance(value, Listed):
        inner = value.items
    for one in inner:
        yield from _phrases(one)
