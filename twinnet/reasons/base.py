"""What a reason is, and how reasons count, name and measure."""

from __future__ import annotations

import datetime as dt
import math
from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from scipy import sparse

from twinnet.evidence import Bins, Block, Feature, Points, Total
from twinnet.index import MatchIndex
from twinnet.models import Link, LinkState
from twinnet.places import distance
from twinnet.taxonomy import Taxonomy
from twinnet.wording import Listed, Name, Phrase, Value, Word, english, phrase


class Told(NamedTuple):
    """A reason said for one pair: what a sentence says and the facts behind it, in any language."""

    said: Value
    behind: Value = ""

    @property
    def sentence(self) -> str:
        """The sentence in English."""
        return english().say(self.said)

    @property
    def detail(self) -> str:
        """The facts behind it in English."""
        return english().say(self.behind)


class Titled:
    """What has a key and is called by a text of the page."""

    key: str

    @property
    def label(self) -> str:
        """What it is called in English."""
        return english().text(f"reason.{self.key}")


class Reason(Titled, ABC):
    """A named piece of evidence.

    A ``policy`` says what the rules ask for, not what makes partners: it is always shown, and has points only where
    the rules let pairs be suggested that it does not hold for. One that is not ``expected`` of every pair is no gap in
    what is known where it has nothing to say. One ``of_decisions`` says what people decided: where points are learned
    from the same decisions it is left out.
    """

    about: str
    policy: bool = False
    of_decisions: bool = False
    expected: bool = True
    features: tuple[Feature, ...]

    @abstractmethod
    def bins(self, block: Block) -> tuple[Bins, ...]:
        """Compute the bins of each feature for a block of rows."""

    def prepare(self, index: MatchIndex) -> None:
        """Make by :meth:`MatchIndex.once` what all rows share and what takes long in a large network: it is kept."""

    def silent(self, index: MatchIndex) -> bool:  # noqa: ARG002 - for reasons that need not be
        """Tell whether nothing is known of a network that could give any pair points."""
        return False

    def add(self, block: Block, points: Sequence[Points], total: Total) -> None:
        """Add the points (of each feature, by bin) of a block of rows to a total."""
        for of_feature, bins in zip(points, self.bins(block), strict=True):
            if of_feature.any():
                bins.add(of_feature, total)

    @abstractmethod
    def tell(self, index: MatchIndex, a: int, b: int) -> Told | None:
        """Say the reason for a pair; None if it has nothing to go on."""


@dataclass(frozen=True)
class LinkFacts:
    """What is known of the recorded link (or links) of a pair on a day.

    ``state`` is that of its liveliest link and ``link`` that link; ``gaps`` are the themes that both state to hold, or
    one offers and the other seeks, and that no link of theirs has yet. ``inferred`` are further such themes that are
    inferred for one or both, each with a text that says from what. ``taxonomy`` has the labels (None: built-in).
    """

    link: Link
    state: LinkState
    today: dt.date
    gaps: tuple[str, ...]
    inferred: tuple[tuple[str, Value], ...] = ()
    taxonomy: Taxonomy | None = None

    def word(self, theme: str) -> Word:
        """Return a theme as sentences name it."""
        return Word("theme", theme, (self.taxonomy or Taxonomy.builtin()).label(theme))


class LinkReason(Titled, ABC):
    """Evidence that a recorded link is worth waking or widening; its points are set by rule.

    One that is not ``expected`` of every link is no gap in what is known where it has nothing to say.
    """

    about: str
    expected: bool = True

    @abstractmethod
    def points(self, facts: LinkFacts) -> int:
        """Return its points, thousandths of natural log-odds by rule."""

    @abstractmethod
    def tell(self, facts: LinkFacts) -> Told | None:
        """Say it; None if there is nothing to go on."""


def who(index: MatchIndex, row: int) -> Name:
    """Return an organisation as sentences name it; it is looked up once."""
    known: dict[int, Name] = index.cache.setdefault("who", {})
    if row not in known:
        known[row] = Name(index.names[row], index.ids[row])
    return known[row]


def listed_names(index: MatchIndex, rows: Sequence[int], *, most: int = 3) -> Listed:
    """Name some organisations, the first few and how many more."""
    return Listed(tuple(who(index, row) for row in rows[:most]), max(len(rows) - most, 0))


def country_of(index: MatchIndex, row: int) -> Word:
    """Return an organisation's country as sentences name it."""
    return country(index, int(index.country[row]))


def country(index: MatchIndex, at: int) -> Word:
    """Return a country of the index as sentences name it."""
    return Word("country", index.countries[at], index.country_names[at])


def theme(index: MatchIndex, key: str) -> Word:
    """Return a theme, or an area of themes, as sentences name it."""
    return Word("theme", key, index.profiles.taxonomy.label(key))


def kilometres(index: MatchIndex, a: int, b: int) -> float:
    """Return the distance of two organisations along the Earth's surface, NaN where a place is unknown."""
    mine, theirs = index.position_of(a), index.position_of(b)
    return math.nan if math.isnan(mine[0] + theirs[0]) else distance(*mine, *theirs)


def kilometres_near(index: MatchIndex, a: int, b: int) -> float:
    """Return the distance of neighbours, which sentences ask for again and again: it is computed once."""
    known = remembered(index, "kilometres", most=50_000)
    found: float | None = known.get((a, b))
    if found is None:
        found = known[a, b] = kilometres(index, a, b)
    return found


def chance_of(expected: float) -> float | Phrase:
    """Say how many there would be by chance: a number as it is shown, or in words where it is next to none."""
    return round(expected, 1) if expected >= 0.05 else phrase("say.hardly_any")


def row_of(index: MatchIndex, matrix: sparse.csr_array, row: int) -> tuple[int, ...]:
    """Return the columns of a row of a matrix of the index, sorted; they are looked up once."""
    known = index.cache.get(("columns", id(matrix)))
    if known is None or row not in known:
        columns = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]].tolist()
        known = _known(index, "columns", matrix)
        known[row] = tuple(sorted(columns))
    found: tuple[int, ...] = known[row]
    return found


def cells_of(index: MatchIndex, matrix: sparse.csr_array, row: int) -> Mapping[int, float]:
    """Return the cells of a row of a matrix of the index by their columns; they are looked up once."""
    known = index.cache.get(("cells", id(matrix)))
    if known is None or row not in known:
        span = slice(matrix.indptr[row], matrix.indptr[row + 1])
        cells = zip(matrix.indices[span].tolist(), matrix.data[span].tolist(), strict=True)
        known = _known(index, "cells", matrix)
        known[row] = dict(cells)
    found: Mapping[int, float] = known[row]
    return found


def remembered(index: MatchIndex, what: Hashable, *, most: int = 20_000) -> dict[Any, Any]:
    """Return what sentences have in mind of some kind; where it is too much, all is forgotten."""
    found: dict[Any, Any] | None = index.cache.get(what)
    if found is None:
        found = index.cache[what] = {}
    elif len(found) >= most:
        found.clear()
    return found


def _known(index: MatchIndex, what: str, matrix: sparse.csr_array) -> dict[Any, Any]:
    """Return what was looked up in a matrix, by rows."""
    # The matrix is kept, so that no other can have its identity.
    index.cache.setdefault(("kept", id(matrix)), matrix)
    return remembered(index, (what, id(matrix)))
