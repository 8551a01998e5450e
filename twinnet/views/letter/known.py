"""What a letter says of organisations: looked up once for a network, and said in any language."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, get_args

from twinnet import countries, lifecycle
from twinnet.models import Link, LinkState, Membership, Organisation, Project
from twinnet.profile import Held, Profiles, Side, inferred_by_side
from twinnet.views.tongues import speaks
from twinnet.wording import LANGUAGES, Speaker, Word, listed

if TYPE_CHECKING:
    from twinnet.graph import Network
    from twinnet.models import Rules
    from twinnet.wording import Value

STATES: tuple[LinkState, ...] = ("active", "unknown", "declining", "dormant", "ended")
"""The states of links, in the order in which a letter lists them."""
_SERVED_BY_BS = frozenset({"hr", "sr", "sh", "cnr"})
_SIDES: dict[Side, str] = {
    "offered": "themes.offered.inferred",
    "sought": "themes.sought.inferred",
    "works on": "themes.inferred",
}


class Partnership(NamedTuple):
    """A link seen from one side: the partner, the link and its state."""

    other: Organisation
    link: Link
    state: LinkState


class Part(NamedTuple):
    """A project of an organisation: the role in it and how many organisations took part."""

    project: Project
    role: str
    partners: int


def language_of(one: Organisation) -> str:
    """Return the language of :data:`~twinnet.wording.LANGUAGES` in which to write to an organisation.

    Of the languages that it says to work in, the official ones of its country come first: lists do not keep their
    order. If it says none, those of its country count. Without any that letters are written in, it is English.

    >>> language_of(Organisation(id="a", name="Fier", country="AL", languages=("en", "sq")))
    'sq'
    >>> [language_of(Organisation(id="a", name="A", country=country)) for country in ("HR", "CH", "SI", None)]
    ['bs', 'de', 'en', 'en']
    """
    official = countries.languages(one.country) if one.country else ()
    own = [*(code for code in official if code in one.languages), *one.languages]
    for code in own or official:
        served = "bs" if code in _SERVED_BY_BS else code
        if served in LANGUAGES:
            return served
    return "en"


class Known:
    """What is known of the organisations of a network on a day, and who says it in which language."""

    def __init__(self, network: Network, rules: Rules, today: dt.date) -> None:
        self.network, self.rules, self.today = network, rules, today
        self._speakers: dict[str, Speaker] = {}
        self._organisations: dict[str, Organisation] = {}
        self._partnerships: dict[str, list[Partnership]] = {}
        self._link_at: dict[int, Link] = {}

    def read(self) -> None:
        """Read all facts at once: who asks for many organisations is sooner done."""
        network = self.network
        for facts in (network.organisations, network.links, network.memberships, network.projects, network.partners):
            facts.columns()

    def speaker(self, language: str) -> Speaker:
        """Return who says phrases in a language, as this network calls countries and themes."""
        if language not in self._speakers:
            self._speakers[language] = speaks(language, self.network.taxonomy, self.rules)
        return self._speakers[language]

    def organisation(self, identifier: str) -> Organisation:
        """Return an organisation by its id."""
        if identifier not in self._organisations:
            self._organisations[identifier] = self.network.organisation(identifier)
        return self._organisations[identifier]

    def partnerships(self, identifier: str) -> list[Partnership]:
        """Return the recorded links of an organisation: by their states, the oldest first."""
        if identifier not in self._partnerships:
            found = []
            for row in self._links.get(identifier, ()):
                link = self._link(row)
                other = self.organisation(link.b if link.a == identifier else link.a)
                found.append(Partnership(other, link, lifecycle.state(link, self.today)))
            found.sort(key=lambda p: (STATES.index(p.state), p.link.since or "9", p.other.name, p.link.id))
            self._partnerships[identifier] = found
        return self._partnerships[identifier]

    def _link(self, row: int) -> Link:
        if row not in self._link_at:
            self._link_at[row] = self.network.links[row]
        return self._link_at[row]

    def projects(self, identifier: str) -> list[Part]:
        """Return the projects that an organisation took part in, the newest first."""
        found = [
            Part(self.network.projects[self.network.projects.position(project)], role, self._teams[project])
            for project, role in self._parts.get(identifier, ())
        ]
        found.sort(key=lambda part: part.project.name)
        return sorted(found, key=lambda part: part.project.start or "", reverse=True)

    def memberships(self, identifier: str) -> list[Membership]:
        """Return the memberships of an organisation, those that have ended last."""
        found = [self.network.memberships[row] for row in self._members.get(identifier, ())]
        return sorted(found, key=lambda m: (self.has_left(m), m.network))

    def has_left(self, membership: Membership) -> bool:
        """Tell whether a membership has ended."""
        return lifecycle.has_left(former=membership.former, until=membership.until, on=self.today)

    def inferred(self, identifier: str) -> dict[Side, dict[str, list[Held]]]:
        """Return the themes that are inferred for an organisation, by side, each with its sources."""
        return inferred_by_side(self._profiles.themes_of(identifier))

    def theme(self, key: str) -> Word:
        """Return a theme as phrases name it."""
        return Word("theme", key, self.network.taxonomy.label(key))

    def themes(self, keys: Iterable[str]) -> Value:
        """Return several themes as phrases name them."""
        return listed([self.theme(key) for key in keys])

    def country(self, code: str | None, speaker: Speaker) -> str:
        """Say a country, or that it is not known."""
        if code is None:
            return speaker.text("country.unknown")
        return speaker.say(Word("country", code, countries.name(code)))

    def facts(self, one: Organisation, speaker: Speaker, *, most: int | None = None) -> list[tuple[str, str]]:
        """Say what is known of an organisation, as labels and texts; ``most`` themes of one kind (None: all)."""
        said = [
            ("languages", speaker.say(listed([_tongue(code) for code in one.languages]))),
            ("themes.offered", speaker.say(listed([self.theme(t) for t in one.themes_offered], most=most))),
            ("themes.sought", speaker.say(listed([self.theme(t) for t in one.themes_sought], most=most))),
        ]
        found = self.inferred(one.id)
        said += [(_SIDES[side], self._inferred(found[side], speaker, most)) for side in get_args(Side) if side in found]
        said.append(("memberships", ", ".join(self._membership(m, speaker) for m in self.memberships(one.id))))
        return [(speaker.text(key), text) for key, text in said if text]

    def _inferred(self, themes: dict[str, list[Held]], speaker: Speaker, most: int | None) -> str:
        """Say inferred themes, those of one source together: they are nobody's own words."""
        by_source: dict[str, list[Value]] = {}
        for key, sources in list(themes.items())[:most]:
            by_source.setdefault(speaker.say(sources[0].said()), []).append(self.theme(key))
        return "; ".join(f"{speaker.say(listed(words))} ({source})" for source, words in by_source.items())

    def _membership(self, one: Membership, speaker: Speaker) -> str:
        if self.has_left(one):
            return f"{one.network} ({speaker.text('member.former')})"
        return f"{one.network} ({speaker.text('member.since', date=one.since)})" if one.since else one.network

    def unknown(self, one: Organisation, speaker: Speaker) -> str:
        """Name what is not known of an organisation; empty where all is."""
        inferred = self.inferred(one.id)
        lacks = {
            "country": one.country is None,
            "inhabitants": one.kind == "town" and one.population is None,
            "languages": not one.languages,
            "themes": not (one.themes_offered or one.themes_sought or inferred),
        }
        if not lacks["themes"]:
            lacks |= {"offers": not one.themes_offered, "seeks": not one.themes_sought}
        names = [speaker.text(f"unknown.{name}") for name, lacking in lacks.items() if lacking]
        return speaker.text("unknown.of_town", names=", ".join(names)) if names else ""

    def counted(self, one: Organisation, speaker: Speaker) -> str:
        """Say how many partners an organisation has, and in what states the links are."""
        states: Counter[LinkState] = Counter(p.state for p in self.partnerships(one.id))
        if not states:
            return speaker.text("no_link")
        parts = [f"{speaker.text(f'partners.{state}')} {states[state]}" for state in STATES if states[state]]
        return " · ".join([speaker.text("links.n", n=states.total()), *parts])

    def link(self, link: Link, state: LinkState, speaker: Speaker) -> str:
        """Say a link: its kind, since and until when, the last sign of life and the state."""
        dates = [
            speaker.text(f"link.{name}", date=date)
            for name, date in (("since", link.since), ("until", link.until), ("last", link.last_activity))
            if date
        ]
        return ", ".join([speaker.text(f"link.{link.kind}"), *dates, speaker.text(f"state.{state}")])

    @cached_property
    def _profiles(self) -> Profiles:
        return Profiles.of(self.network, as_of=self.rules.as_of, embed=self.rules.embed)

    @cached_property
    def _links(self) -> dict[str, list[int]]:
        found = defaultdict(list)
        for row, ends in enumerate(zip(self.network.links.column("a"), self.network.links.column("b"), strict=True)):
            for end in ends:
                found[end].append(row)
        return found

    @cached_property
    def _members(self) -> dict[str, list[int]]:
        return _rows_by(self.network.memberships.column("organisation"))

    @cached_property
    def _parts(self) -> dict[str, list[tuple[str, str]]]:
        found = defaultdict(list)
        columns = (self.network.partners.column(name) for name in ("organisation", "project", "role"))
        for organisation, project, role in zip(*columns, strict=True):
            found[organisation].append((project, role))
        return found

    @cached_property
    def _teams(self) -> Counter[str]:
        return Counter(self.network.partners.column("project"))


def _rows_by(column: Sequence[str]) -> dict[str, list[int]]:
    found = defaultdict(list)
    for row, value in enumerate(column):
        found[value].append(row)
    return found


def _tongue(code: str) -> Word:
    return Word("language", code, countries.language_name(code))
