"""What they work on: themes both hold, and what one offers or works on and the other seeks.

Stated and inferred themes (:mod:`twinnet.profile`) are measured apart, so that what organisations say of themselves
keeps its points and what is inferred earns less.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

import numpy as np
from scipy import sparse

from twinnet.evidence import Bins, Block, DenseBins, Feature, SparseBins, octaves
from twinnet.index import MatchIndex
from twinnet.profile import Side
from twinnet.reasons.base import Reason, Told, cells_of, remembered, row_of, theme, who
from twinnet.reasons.holding import beyond_stated, held_themes, meeting_of, profile_of, projects_together
from twinnet.wording import Listed, Phrase, Value, listed, phrase

_NAMED = 3
"""How many inferred themes a sentence names."""

_LIKELY = 0.1
"""How likely both hold a theme, at least, that an existing link could take up."""

_GIVEN: tuple[Side, ...] = ("offered", "works on")
_TAKEN: tuple[Side, ...] = ("sought",)
_ANY: tuple[Side, ...] = (*_GIVEN, *_TAKEN)


class SharedThemes(Reason):
    """Both hold the same themes, stated or inferred; rare themes count more."""

    key = "themes"
    about = (
        "themes both offer or seek; a theme that few hold counts more; themes inferred from texts, projects and "
        "networks count less, and so do different themes of one area; what only projects of both tell is left out"
    )
    features = (
        Feature(
            "shared theme weight",
            "sum over shared themes of ln(n / n that hold it)",
            (0.01, 0.5, 1, 1.5, 2, 3, 4, 6, 8),
            prior=(
                (0.01, 375),
                (0.5, 675),
                (1, 975),
                (1.5, 1275),
                (2, 1575),
                (3, 2025),
                (4, 2400),
                (6, 2775),
                (8, 3000),
            ),
        ),
        Feature(
            "likeness of inferred themes",
            "likeness of the sets of themes beyond themes that both state",
            octaves(-4, 25),
            prior=tuple((edge, round(600 * edge**0.7)) for edge in octaves(-4, 25)),
        ),
    )

    def silent(self, index: MatchIndex) -> bool:
        """Tell whether nobody holds a theme."""
        return not index.themes

    def bins(self, block: Block) -> tuple[Bins, ...]:
        """Weight shared themes by how rare they are; what is inferred and what areas have in common comes apart."""
        if not block.index.themes:
            nothing = _nothing((len(block.rows), len(block.index)))
            return tuple(SparseBins(feature, nothing) for feature in self.features)
        held = held_themes(block.index)
        stated = block.index.products(sparse.csr_array(held.stated[block.rows] * held.weight), held.stated)
        return SparseBins(self.features[0], stated), self._beyond(block)

    def _beyond(self, block: Block) -> Bins:
        """Bin what is beyond that, for all pairs of those who hold themes: most have an area in common with most."""
        held, shape = held_themes(block.index), (len(block.rows), len(block.index))
        if not len(held.holders):
            return SparseBins(self.features[1], _nothing(shape))
        bins = np.zeros(shape, np.uint8)
        asking = np.flatnonzero(held.at[block.rows] >= 0)
        found = self.features[1].bins(beyond_stated(block.index, block.rows[asking]).astype(np.float32))
        if len(held.holders) == len(block.index):
            bins[asking] = found
        else:
            bins[np.ix_(asking, held.holders)] = found
        return DenseBins(bins)

    def tell(self, index: MatchIndex, a: int, b: int) -> Told | None:
        """Name the shared themes, stated ones first and the rarest first, and say where the inferred ones are from."""
        if not profile_of(index, a) or not profile_of(index, b):
            return None
        common = projects_together(index, a, b)
        mine, theirs = profile_of(index, a, common), profile_of(index, b, common)
        rarity = held_themes(index).rarity.themes
        shared = sorted(
            mine.keys() & theirs.keys(),
            key=lambda t: (mine[t] * theirs[t] < 1, -rarity[t] * mine[t] * theirs[t], t),
        )
        told = _Inferred(index, common)
        if not shared:
            return _told_by_area(index, (a, mine), (b, theirs), told)
        stated: list[Value] = [theme(index, t) for t in shared if mine[t] == theirs[t] == 1]
        inferred = [(t, [(a, mine[t], _ANY), (b, theirs[t], _ANY)]) for t in shared if mine[t] * theirs[t] < 1]
        named = _listed([*stated, *(told.marked(t, ends) for t, ends in inferred)], len(stated))
        said = [*stated, *(told.marked(t, ends, words=True) for t, ends in inferred)]
        behind = listed(said, by=";" if inferred else ",")
        return Told(phrase("say.themes.common", n=len(shared), themes=named), told.behind(behind))


class OfferedAndSought(Reason):
    """One offers, or works on, what the other seeks."""

    key = "offer_and_need"
    about = (
        "themes that one side offers and the other seeks, counted in both directions; what one is only inferred to "
        "work on counts less"
    )
    features = (
        Feature("themes offered and sought", "count", (1, 2, 3, 4), prior=((1, 1050), (2, 1650), (3, 2100), (4, 2400))),
        Feature(
            "inferred themes sought",
            "count, each as strong as it is inferred",
            (0.1, 0.25, 0.5, 0.75, 1, 1.5, 2),
            prior=((0.1, 105), (0.25, 225), (0.5, 390), (0.75, 525), (1, 645), (1.5, 810), (2, 930)),
        ),
    )

    def silent(self, index: MatchIndex) -> bool:
        """Tell whether nobody holds a theme."""
        return not index.themes

    def bins(self, block: Block) -> tuple[Bins, ...]:
        """Count themes offered by one and sought by the other, in both directions; inferred ones apart."""
        rows, meeting = block.rows, meeting_of(block.index)

        def met(given: sparse.csr_array, taken: sparse.csr_array) -> sparse.csr_array:
            one, other = block.index.products(given[rows], taken), block.index.products(taken[rows], given)
            return sparse.csr_array(one + other)

        stated = met(meeting.offered, meeting.sought)
        beyond = _nothing(stated.shape)
        if meeting.inferred:
            beyond = sparse.csr_array(met(meeting.supply, meeting.demand) - stated)
        return tuple(SparseBins(f, v) for f, v in zip(self.features, (stated, beyond), strict=True))

    def tell(self, index: MatchIndex, a: int, b: int) -> Told | None:
        """Say who offers, or works on, what the other seeks."""
        meeting = meeting_of(index)
        known, told = False, _Inferred(index)
        said: list[Value] = []
        guessed: list[Value] = []
        behind: list[Value] = []
        for giver, taker in ((a, b), (b, a)):
            supply, demand = cells_of(index, meeting.supply, giver), cells_of(index, meeting.demand, taker)
            if not supply or not demand:
                continue
            known = True
            met = sorted(supply.keys() & demand.keys())
            if not met:
                continue
            both: dict[str, Value] = {"giver": who(index, giver), "taker": who(index, taker)}
            named = [theme(index, index.themes[t]) for t in met if supply[t] == demand[t] == 1]
            if named:
                said.append(phrase("say.offers", themes=listed(named), **both))
            weaker = sorted((t for t in met if supply[t] * demand[t] < 1), key=lambda t: -supply[t] * demand[t])
            if weaker:
                ends = [(index.themes[t], [(giver, supply[t], _GIVEN), (taker, demand[t], _TAKEN)]) for t in weaker]
                words = _listed([told.marked(t, of) for t, of in ends], 0)
                guessed.append(phrase("say.works_on", themes=words, **both))
                behind += [told.marked(t, of, words=True) for t, of in ends]
        if not known:
            return None
        if not said and not guessed:
            return Told(phrase("say.offers.none"))
        return Told(listed([*said, *guessed], by=";"), told.behind(listed(behind, by=";")))


class _Inferred:
    """Says of inferred themes where they are from, and keeps in mind whether a text was read for them."""

    def __init__(self, index: MatchIndex, without: frozenset[str] = frozenset()) -> None:
        self._index, self._without = index, without
        self._text = False

    def behind(self, said: Listed) -> Value:
        """Add what read the texts, where the themes of one were told."""
        if not self._text:
            return said
        return phrase("say.read_by", said=said, tagger=self._index.profiles.tagger)

    def marked(self, key: str, ends: Iterable[tuple[int, float, tuple[Side, ...]]], *, words: bool = False) -> Phrase:
        """Name a theme and say for whom (row, strength, sides that count) it is inferred, and from what.

        With ``words`` those of the text that told it are quoted.
        """
        whys: dict[Value, list[int]] = {}
        for row, strength, sides in ends:
            if strength < 1:
                whys.setdefault(self._why(key, row, sides, words=words), []).append(row)
        said = [
            phrase("say.from.side", who=who(self._index, rows[0]), source=why)
            if len(rows) == 1
            else phrase("say.from.both", source=why)
            for why, rows in whys.items()
        ]
        return phrase("say.theme.marked", theme=theme(self._index, key), whys=listed(said, by=";"))

    def of_one(self, key: str, row: int, strength: float, *, words: bool) -> Value:
        """Name a theme of one organisation and, where it is inferred, from what."""
        word = theme(self._index, key)
        if strength == 1:
            return word
        return phrase("say.theme.from", theme=word, source=self._why(key, row, _ANY, words=words))

    def _why(self, key: str, row: int, sides: tuple[Side, ...], *, words: bool) -> Value:
        """Say the strongest source of an inferred theme and how many more there are."""
        known = remembered(self._index, "sources of themes", most=20_000)
        asked = (key, row, sides, words, self._without)
        if asked not in known:
            found = [
                held
                for held in self._index.profiles.themes_of(self._index.ids[row])
                if held.theme == key and held.inferred and held.side in sides and held.project not in self._without
            ]
            first = _because(found[0].said(words=words))
            said = Listed((first,), len(found) - 1) if len(found) > 1 else first
            known[asked] = said, any("text" in held.basis for held in found)
        said, of_text = known[asked]
        self._text |= of_text
        return cast("Value", said)


def _because(said: Value) -> Value:
    """Say a source behind "from": being a member, the project."""
    if not isinstance(said, Phrase):
        return said
    if said.key == "say.source.words":
        values = dict(said.values)
        values["source"] = _because(values["source"])
        return phrase(said.key, **values)
    key = said.key.replace("say.source.", "say.because.")
    return Phrase(key, said.values) if key in _BECAUSE else said


_BECAUSE = {"say.because.member", "say.because.project", "say.because.programme"}


def _listed(said: Sequence[Value], stated: int) -> Listed:
    """List all stated themes and the first of the inferred ones."""
    return listed(said, most=stated + _NAMED)


def _nothing(shape: tuple[int, int]) -> sparse.csr_array:
    return sparse.csr_array((np.empty(0), (np.empty(0, np.int64), np.empty(0, np.int64))), shape=shape)


def _told_by_area(
    index: MatchIndex, one: tuple[int, Mapping[str, float]], other: tuple[int, Mapping[str, float]], told: _Inferred
) -> Told:
    """Say which areas two organisations share that share no theme, and where what is inferred is from."""
    taxonomy = index.profiles.taxonomy
    of_area: list[dict[str, list[tuple[str, float]]]] = []
    for _, profile in (one, other):
        found: dict[str, list[tuple[str, float]]] = {}
        for key, strength in sorted(profile.items(), key=lambda item: (-item[1], item[0])):
            if area := taxonomy.area(key):
                found.setdefault(area, []).append((key, strength))
        of_area.append(found)
    if not (areas := sorted(of_area[0].keys() & of_area[1].keys())):
        return Told(phrase("say.themes.none"))

    def said(area: str, *, words: bool) -> Phrase:
        ends = []
        for (row, _), found in zip((one, other), of_area, strict=True):
            named = [told.of_one(key, row, strength, words=words) for key, strength in found[area]]
            ends.append(phrase("say.themes.end", who=who(index, row), themes=listed(named)))
        return phrase("say.themes.area", area=theme(index, area), ends=listed(ends, by=";"))

    named = _listed([said(area, words=False) for area in areas], 0)
    behind = listed([said(area, words=True) for area in areas], by=";")
    return Told(phrase("say.themes.areas", areas=named), told.behind(behind))


def gaps(index: MatchIndex, a: int, b: int, have: Sequence[str]) -> tuple[str, ...]:
    """Return the themes both state to hold, or one offers and the other seeks, that are not among ``have``."""
    stated = held_themes(index).stated
    found = {index.themes[t] for t in set(row_of(index, stated, a)) & set(row_of(index, stated, b))}
    return tuple(sorted(found - set(have)))


def inferred_gaps(index: MatchIndex, a: int, b: int, have: Sequence[str]) -> tuple[tuple[str, Phrase], ...]:
    """Return further themes that both hold where it is inferred for one or both: the strongest, each with from what.

    Those of projects that they did together are among them.
    """
    mine, theirs = profile_of(index, a), profile_of(index, b)
    likely = {t: mine[t] * theirs[t] for t in mine.keys() & theirs.keys() - set(have)}
    found = sorted((t for t, chance in likely.items() if _LIKELY <= chance < 1), key=lambda t: (-likely[t], t))
    told = _Inferred(index)
    return tuple((t, told.marked(t, [(a, mine[t], _ANY), (b, theirs[t], _ANY)])) for t in found[:_NAMED])
