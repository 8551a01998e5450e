"""What is known of an organisation's themes, or inferred of them, each with where it is from.

A theme is **stated** where a list has it in a column of themes. It is **inferred** from what a list says in free text
(words that name no theme, or a description), from the projects an organisation took part in (their themes, their texts,
their programme) and from the networks it belongs to. An inferred theme is weaker than a stated one, and it is never
shown as the organisation's own words.

The themes of links are not among it: a link would be evidence for itself.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal
from weakref import WeakKeyDictionary

from twinnet.lifecycle import has_left
from twinnet.wording import Value, english, listed, phrase

if TYPE_CHECKING:
    from twinnet.graph import Facts, Network
    from twinnet.tagging import Tag
    from twinnet.taxonomy import Taxonomy

Basis = Literal["stated", "text", "project", "project text", "network"]
Side = Literal["offered", "sought", "works on"]

MOST = 230 / 256
"""The most that inferred themes reach, however many sources speak for them; a stated theme has 1."""

_STEPS = 256
_OWN_WORDS, _DESCRIPTION, _PROJECT, _PROJECT_TEXT, _NETWORK, _PROGRAMME = 0.8, 0.7, 0.6, 0.5, 0.5, 0.3
"""How strong a theme is that one source speaks for, set by rule; those of texts are multiplied by the tag's score.

The themes of a network, or of a programme, are one piece of evidence: k of them are weaker by the root of k, so that
two of its members are as like each other as if it stood for one.
"""

_LEAST = {"text": 0.15, "project text": 0.25}
"""A text tells a theme that is at least so strong: the least sure of a text's themes would add up to nonsense.

Of a project's text, which is not the organisation's own, a theme has to be more likely than not (a score of .5).
"""

_FIELDS: tuple[tuple[str, Side], ...] = (("themes_offered", "offered"), ("themes_sought", "sought"))
_NAME_LENGTH = 60

READINGS = "readings"
"""The name under which a store keeps what texts were read as (see :func:`readings`)."""
_READINGS_VERSION = 1
"""Another number wherever the same data read texts in another way."""
_FEW_TEXTS = 500
"""So many texts are read while lists are imported; more are read when they are asked for."""
_STEP = 20


@dataclass(frozen=True, slots=True)
class Held:
    """A theme that an organisation holds, from one source.

    ``strength`` is 1 for a stated theme, else below. ``origin`` says where it is from: a list and its rows, a project
    or a network. ``words`` are the words of a text that told the theme (those of a list, where it wrote a stated theme
    in other words than its key). ``project`` is the id of the project that it is from.

    >>> Held("youth", "works on", "project text", 0.4, "project MAVRIC", ("mladi",)).why
    "project MAVRIC, by the words 'mladi'"
    """

    theme: str
    side: Side
    basis: Basis
    strength: float
    origin: Value
    words: tuple[str, ...] = ()
    project: str | None = None

    @property
    def inferred(self) -> bool:
        """Tell whether no list states the theme."""
        return self.basis != "stated"

    @property
    def source(self) -> str:
        """Say what list and rows, project or network it is, in English."""
        return english().say(self.origin)

    @property
    def why(self) -> str:
        """Say where the theme is from, with the words of a text that told it, in English."""
        return english().say(self.said(words=True))

    def said(self, *, words: bool = False) -> Value:
        """Say where the theme is from, in any language; with ``words`` also those of a text that told it."""
        said = phrase("say.source.text", source=self.origin) if self.basis == "text" else self.origin
        if not (words and self.words and "text" in self.basis):
            return said
        quoted = listed([phrase("say.quoted", word=word) for word in self.words])
        return phrase("say.source.words", source=said, words=quoted)


@dataclass
class _Readings:
    """What texts of a network were read as, and the name of what read them."""

    tags: dict[str, tuple[Tag, ...]] = field(default_factory=dict)
    tagger: str = ""


_READ: WeakKeyDictionary[Network, dict[bool, _Readings]] = WeakKeyDictionary()
"""Texts that were read, by their network and whether ``embed`` was asked for: several questions read them once."""


@dataclass(frozen=True)
class Profiles:
    """The themes of the organisations of a network; texts are read when a profile is asked for, each once.

    >>> from twinnet.graph import Network
    >>> from twinnet.models import Organisation
    >>> town = Organisation(id="town-1", name="Bari", country="IT", themes_offered=("youth",))
    >>> [(held.theme, held.side, held.basis) for held in Profiles.of(Network([town])).themes_of("town-1")]
    [('youth', 'offered', 'stated')]
    """

    network: Network
    as_of: dt.date | None = None
    embed: bool = False
    _known: dict[str, tuple[Held, ...]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, network: Network, *, as_of: dt.date | None = None, embed: bool = False) -> Profiles:
        """Prepare the profiles of a network, as of a date (later memberships and projects are left out) or whole.

        With ``embed`` texts are read with the extra ``twinnet[embed]``.
        """
        return cls(network, as_of, embed)

    @property
    def taxonomy(self) -> Taxonomy:
        """The taxonomy of the network."""
        return self.network.taxonomy

    @property
    def tagger(self) -> str:
        """The name of what read the texts of the network, empty where none was read (yet)."""
        return self._readings.tagger

    def themes_of(self, identifier: str) -> tuple[Held, ...]:
        """Return what an organisation holds: stated themes first, then inferred ones, the strongest first.

        A theme stands once for each side and source. Raises ``KeyError`` for an id that is not in the network.
        """
        if identifier not in self._known:
            row = self.network.organisations.position(identifier)
            self._tag(self._texts(row))
            self._known[identifier] = tuple(sorted(self._held(row), key=_foremost_first))
        return self._known[identifier]

    def inferred(self, progress: Callable[[int, int], object] | None = None) -> dict[str, tuple[Held, ...]]:
        """Return what all organisations hold, by their ids, those left out that hold nothing inferred.

        All texts are read together; ``progress`` is called with how many of how many are done.
        """
        rows = [row for row in range(len(self.network.organisations)) if self._hints(row)]
        self._tag((text for row in rows for text in self._texts(row)), progress)
        ids = self.network.organisations.column("id")
        every = {ids[row]: self.themes_of(ids[row]) for row in rows}
        return {identifier: held for identifier, held in every.items() if any(one.inferred for one in held)}

    def texts(self) -> set[str]:
        """Return all texts that tell themes."""
        return {text for row in range(len(self.network.organisations)) for text in self._texts(row)}

    def read(self, texts: Iterable[str]) -> None:
        """Read texts, those that were not read before."""
        self._tag(texts)

    def readings_of(self, texts: Iterable[str]) -> dict[str, tuple[Tag, ...]]:
        """Return what texts that were read name."""
        return {text: self._readings.tags[text] for text in texts}

    def _hints(self, row: int) -> bool:
        """Tell whether anything could tell themes that are not stated."""
        return bool(
            self._descriptions[row]
            or self._projects_of.get(row)
            or self._networks_of.get(row)
            or next(self._own_words(row), None)
        )

    def _held(self, row: int) -> Iterator[Held]:
        """Yield the themes of an organisation, each once for a side and source: by the source's strongest evidence."""
        strongest: dict[tuple[str, str, str], Held] = {}
        for held in self._every(row):
            key = (held.theme, held.side, held.project or held.source)
            if held.strength < _LEAST.get(held.basis, 0.0):
                continue
            before = strongest.get(key)
            if before is None or (held.inferred, -held.strength) < (before.inferred, -before.strength):
                strongest[key] = held
        yield from strongest.values()

    def _every(self, row: int) -> Iterator[Held]:
        organisations = self.network.organisations
        written = defaultdict(list)
        for words, theme in organisations.column("tags")[row]:
            written[theme].append(words)
        for name, side in _FIELDS:
            for theme in organisations.column(name)[row]:
                source = self._where(row, name)
                yield Held(theme, side, "stated", 1.0, source, tuple(written.get(theme, ())))
        for words, name, side in self._own_words(row):
            for tag in self._readings.tags[words]:
                yield Held(tag.theme, side, "text", _OWN_WORDS * tag.score, self._where(row, name), tag.words)
        if text := self._descriptions[row]:
            for tag in self._readings.tags[text]:
                source = self._where(row, "description")
                yield Held(tag.theme, "works on", "text", _DESCRIPTION * tag.score, source, tag.words)
        for project in self._projects_of.get(row, ()):
            yield from self._of_project(project)
        for network in self._networks_of.get(row, ()):
            themes = self.taxonomy.of_network(network, self.as_of)
            for theme in themes:
                origin = phrase("say.source.member", network=network)
                yield Held(theme, "works on", "network", _shared(_NETWORK, themes), origin)

    def _of_project(self, at: int) -> Iterator[Held]:
        """Yield what a project tells of its partners."""
        projects = self.network.projects
        identifier, name = projects.column("id")[at], projects.column("name")[at]
        shown = _shortened(name)
        source = phrase("say.source.project", name=shown)
        for theme in projects.column("themes")[at]:
            if theme in self._keys:
                yield Held(theme, "works on", "project", _PROJECT, source, project=identifier)
        for text in self._project_texts(at):
            for tag in self._readings.tags[text]:
                strength = _PROJECT_TEXT * tag.score
                yield Held(tag.theme, "works on", "project text", strength, source, tag.words, identifier)
        programme, measure = projects.column("programme")[at], projects.column("measure")[at]
        if programme:
            of_programme = phrase("say.source.programme", name=shown, programme=_shortened(programme))
            themes = self.taxonomy.of_programme(programme, measure)
            for theme in themes:
                strength = _shared(_PROGRAMME, themes)
                yield Held(theme, "works on", "project", strength, of_programme, project=identifier)

    def _own_words(self, row: int) -> Iterator[tuple[str, str, Side]]:
        """Yield the words of a list that name no theme of the taxonomy, with their column and side."""
        for name, side in _FIELDS:
            for theme in self.network.organisations.column(name)[row]:
                if theme not in self._keys:
                    yield theme, name, side

    def _texts(self, row: int) -> Iterator[str]:
        for words, _, _ in self._own_words(row):
            yield words
        if self._descriptions[row]:
            yield self._descriptions[row]
        for project in self._projects_of.get(row, ()):
            yield from self._project_texts(project)

    def _project_texts(self, at: int) -> Iterator[str]:
        """Yield what a project says of itself: its title with its description, and words that name no theme.

        A name that is an acronym says nothing.
        """
        projects = self.network.projects
        name, title, description = (projects.column(c)[at] for c in ("name", "title", "description"))
        title = title or (name if " " in name else "")
        if title or description:
            yield ". ".join(part for part in (title, description) if part)
        yield from (theme for theme in projects.column("themes")[at] if theme not in self._keys)

    def _tag(self, texts: Iterable[str], progress: Callable[[int, int], object] | None = None) -> None:
        """Read texts, those that were not read before and each once; without any the tagger is not loaded."""
        known = self._readings
        if new := [text for text in dict.fromkeys(texts) if text not in known.tags]:
            from twinnet.tagging import Tagger

            tagger = Tagger.open(taxonomy=self.taxonomy, embed=self.embed)
            for start in range(0, len(new), _STEP):
                if progress is not None:
                    progress(start, len(new))
                some = new[start : start + _STEP]
                known.tags.update(zip(some, tagger.tag_all(some), strict=True))
            known.tagger = tagger.name

    @cached_property
    def _readings(self) -> _Readings:
        known = _READ.setdefault(self.network, {})
        if self.embed not in known:
            kept = None if self.embed else self.network.prepared.get(READINGS)
            known[self.embed] = (kept and _kept_readings(kept, self.taxonomy)) or _Readings()
        return known[self.embed]

    def _where(self, row: int, name: str) -> Value:
        """Say which rows of lists say a field of an organisation."""
        found = self.network.organisations.column("origins")[row]
        said = [
            phrase("say.source.row", list=source, row=str(number)) for source, number, fields in found if name in fields
        ]
        if len(said) > 1:
            return listed(said, by="and")
        return said[0] if said else phrase("say.source.network")

    @cached_property
    def _keys(self) -> frozenset[str]:
        return frozenset(self.taxonomy.keys())

    @cached_property
    def _descriptions(self) -> tuple[str, ...]:
        return tuple(text or "" for text in self.network.organisations.column("description"))

    @cached_property
    def _latest(self) -> str:
        return self.as_of.isoformat() if self.as_of else "9999"

    @cached_property
    def _projects_of(self) -> dict[int, list[int]]:
        """Rows of projects by rows of organisations, as they stand in the network."""
        found: dict[int, list[int]] = defaultdict(list)
        projects, organisations = self.network.projects, self.network.organisations
        start = projects.column("start")
        for project, organisation in _rows(self.network.partners, "project", "organisation"):
            at, row = projects.position(project), organisations.position(organisation)
            if (start[at] or "") <= self._latest and at not in found[row][-1:]:
                found[row].append(at)
        return found

    @cached_property
    def _networks_of(self) -> dict[int, list[str]]:
        """Networks that stand for themes, by rows of their members; who left is left out."""
        found: dict[int, list[str]] = defaultdict(list)
        day = self.as_of or self.network.newest_date if len(self.network.memberships) else None
        telling = {name for name in self.network.networks if self.taxonomy.of_network(name, self.as_of)}
        columns = ("organisation", "network", "since", "until", "former")
        for organisation, network, since, until, former in _rows(self.network.memberships, *columns):
            if (
                network in telling
                and (since or "") <= self._latest
                and not has_left(former=former, until=until, on=day)
            ):
                found[self.network.organisations.position(organisation)].append(network)
        return found


def readings(network: Network, before: bytes | None = None) -> dict[str, bytes]:
    """Return what the texts of a network were read as, to be kept with it by its name; nothing where they are many.

    ``before`` is what was kept of an earlier state: texts that it has are not read again.

    >>> from twinnet.graph import Network
    >>> readings(Network())
    {}
    """
    profiles = Profiles(network)
    texts = sorted(profiles.texts())
    if not 0 < len(texts) <= _FEW_TEXTS:
        return {}
    if before and (known := _kept_readings(before, network.taxonomy)):
        _READ.setdefault(network, {})[False] = known
    profiles.read(texts)
    read = profiles.readings_of(texts)
    said = {text: [[tag.theme, tag.score, tag.words] for tag in tags] for text, tags in read.items()}
    kept = {"by": profiles.tagger, "with": _read_with(network.taxonomy), "texts": said}
    return {READINGS: json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode("utf-8")}


def _kept_readings(kept: bytes, taxonomy: Taxonomy) -> _Readings | None:
    """Return readings that were kept; None where they are damaged, or were made with another taxonomy or other data."""
    from twinnet.tagging import Tag

    try:
        found = json.loads(kept)
        if found["with"] != _read_with(taxonomy):
            return None
        tags = {
            text: tuple(Tag(theme, score, tuple(words)) for theme, score, words in said)
            for text, said in found["texts"].items()
        }
        return _Readings(tags, found["by"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _read_with(taxonomy: Taxonomy) -> str:
    """Return what is the same as long as what reads texts is."""
    from twinnet.tagging.words import shipped_digest

    return f"{_READINGS_VERSION} {shipped_digest()} {taxonomy.digest}"


def strengths(held: Iterable[Held], *, without: Container[str] = frozenset()) -> dict[Side, dict[str, float]]:
    """Return how strongly each theme is held, by side: 1 where it is stated, else what its sources say together.

    Sources that each speak for a theme with strength s make it 1 - product of (1 - s), at most :data:`MOST`, in steps
    of 1/256. Projects of ``without`` (ids) are left out.

    >>> ours = [Held("youth", "works on", "project", 0.5, f"project {name}", project=name) for name in "AB"]
    >>> strengths(ours)["works on"], strengths(ours, without={"A"})["works on"]
    ({'youth': 0.75}, {'youth': 0.5})
    """
    stated: dict[Side, dict[str, float]] = {"offered": {}, "sought": {}, "works on": {}}
    missed: dict[tuple[Side, str], float] = {}
    for one in held:
        if not one.inferred:
            stated[one.side][one.theme] = 1.0
        elif one.project is None or one.project not in without:
            missed[one.side, one.theme] = missed.get((one.side, one.theme), 1.0) * (1 - one.strength)
    for (side, theme), rest in missed.items():
        if strength := stepped(1 - rest):
            stated[side].setdefault(theme, strength)
    return stated


def inferred_by_side(held: Iterable[Held]) -> dict[Side, dict[str, list[Held]]]:
    """Group what is inferred by side and theme, to be shown beside what is stated: without what that says already.

    A theme that is stated for that side, or offered, is left out. Sides and themes come in the order of ``held``.

    >>> ours = [Held("youth", "offered", "stated", 1, "a list"), Held("youth", "works on", "project", 0.5, "project A")]
    >>> inferred_by_side(ours), list(inferred_by_side(ours[1:])["works on"])
    ({}, ['youth'])
    """
    every = tuple(held)
    stated = {(one.side, one.theme) for one in every if not one.inferred}
    found: dict[Side, dict[str, list[Held]]] = {}
    for one in every:
        if one.inferred and not {(one.side, one.theme), ("offered", one.theme)} & stated:
            found.setdefault(one.side, {}).setdefault(one.theme, []).append(one)
    return found


def overall(by_side: Mapping[Side, Mapping[str, float]]) -> dict[str, float]:
    """Return how strongly each theme is held on whatever side.

    >>> overall({"offered": {"youth": 1.0}, "works on": {"youth": 0.5, "sport": 0.25}})
    {'youth': 1.0, 'sport': 0.25}
    """
    found: dict[str, float] = {}
    for themes in by_side.values():
        for theme, strength in themes.items():
            found[theme] = max(strength, found.get(theme, 0.0))
    return found


def stepped(strength: float) -> float:
    """Round the strength of an inferred theme to steps of 1/256, so that sums of products are exact.

    >>> stepped(0.5), stepped(0.999) == MOST
    (0.5, True)
    """
    return min(int(strength * _STEPS + 0.5 + 1e-6) / _STEPS, MOST)


def _shared(strength: float, themes: Sequence[str]) -> float:
    return strength / math.sqrt(len(themes))


def _foremost_first(held: Held) -> tuple[Any, ...]:
    return held.inferred, -held.strength, held.theme, held.side, held.source


def _rows(facts: Facts[Any], *names: str) -> Iterator[tuple[Any, ...]]:
    return zip(*(facts.column(name) for name in names), strict=True)


def _shortened(name: str) -> str:
    return name if len(name) <= _NAME_LENGTH else f"{name[: _NAME_LENGTH - 1].rstrip()}…"
