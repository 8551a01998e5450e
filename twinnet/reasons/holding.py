"""Who holds which themes, stated and inferred, as arrays: what the reasons of interests count with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from twinnet import themes
from twinnet.evidence import Rows
from twinnet.index import Floats, MatchIndex
from twinnet.profile import overall, strengths
from twinnet.reasons.base import row_of


@dataclass(frozen=True)
class HeldThemes:
    """Who holds which themes, and what they weigh.

    ``stated`` (n x themes, 0/1) and ``weight`` (themes) make the likeness of what both state. ``beyond`` (organisations
    that hold themes of the taxonomy x columns) and ``beyond_weight`` make what :func:`twinnet.themes.likeness` finds
    beyond that; ``holders`` are the rows of these organisations and ``at`` (n) their places among them, else -1.
    ``rarity`` holds the same weights by name.
    """

    stated: sparse.csr_array
    weight: Floats
    beyond: Floats
    beyond_weight: Floats
    holders: Rows
    at: Rows
    rarity: themes.Rarity


def held_themes(index: MatchIndex) -> HeldThemes:
    """Return what each organisation holds, on whatever side."""
    if "held" not in index.cache:
        index.cache["held"] = _held_themes(index)
    found: HeldThemes = index.cache["held"]
    return found


def _held_themes(index: MatchIndex) -> HeldThemes:
    """Write the likeness of two rows as one product: sums are over columns of themes, areas and stated themes.

    With |a| the root of the sum of squares over an area, the likeness is the sum of (w - s W) a b over themes and of
    s W |a| |b| over areas, where w and W weigh a theme and its area and s is :data:`twinnet.themes.SIBLINGS`; what both
    state is then taken out, w a b over stated themes. Words that are no theme of the taxonomy have no area and are
    never inferred: nothing is left of them. All numbers are in steps so large that sums are exact in any order.
    """
    held = sparse.csr_array(index.offered.maximum(index.sought).maximum(index.works_on))
    held.sort_indices()
    areas = sorted({area for area in index.areas if area})
    of_area = [(t, areas.index(area)) for t, area in enumerate(index.areas) if area]
    rows, columns = np.array(of_area, np.int64).reshape(-1, 2).T
    within = sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(index.themes), len(areas)))
    norms = sparse.csr_array(held.multiply(held) @ within)
    norms.data = np.ceil(np.sqrt(norms.data) * themes.STEPS) / themes.STEPS
    holders = int((np.diff(held.indptr) > 0).sum())
    weight = _weights(holders, held)
    of_areas = _weights(holders, norms)
    stated = _stated(held)
    inferred = np.zeros(len(index.themes), np.bool_)
    inferred[held.indices[held.data < 1]] = True
    keys = np.array([t for t, area in enumerate(index.areas) if area or inferred[t]], np.int64)
    columns_of = [held[:, keys], norms, stated[:, keys]]
    holders_of = np.flatnonzero(np.diff(sparse.csr_array(columns_of[0]).indptr))
    at = np.full(len(index), -1, np.int64)
    at[holders_of] = np.arange(len(holders_of))
    less = (weight - themes.SIBLINGS * (within @ of_areas))[keys]
    rarity = themes.Rarity(
        dict(zip(index.themes, weight.tolist(), strict=True)), dict(zip(areas, of_areas.tolist(), strict=True))
    )
    return HeldThemes(
        stated=stated,
        weight=weight,
        beyond=np.concatenate([matrix[holders_of].toarray() for matrix in columns_of], axis=1),
        beyond_weight=np.concatenate([less, themes.SIBLINGS * of_areas, -weight[keys]]),
        holders=holders_of,
        at=at,
        rarity=rarity,
    )


def _stated(held: sparse.csr_array) -> sparse.csr_array:
    """Return 1 where a theme is stated (n x themes), without what is inferred."""
    stated = held.copy()
    stated.data = (stated.data == 1).astype(np.float64)
    stated.eliminate_zeros()
    return stated


def _weights(holders: int, held: sparse.csr_array) -> Floats:
    return np.array(
        [themes.weight(holders, holding) for holding in np.bincount(held.indices, minlength=held.shape[1]).tolist()],
        np.float64,
    )


def projects_together(index: MatchIndex, a: int, b: int) -> frozenset[str]:
    """Return the projects that both took part in and that tell themes."""
    return _telling(index)[a] & _telling(index)[b]


def _telling(index: MatchIndex) -> list[frozenset[str]]:
    """Return the projects (ids) that tell themes, by the rows of their partners."""
    if "telling" not in index.cache:
        ids = index.project_ids
        index.cache["telling"] = [
            frozenset(ids[p] for p in row_of(index, index.projects, row) if index.telling[p])
            for row in range(len(index))
        ]
    found: list[frozenset[str]] = index.cache["telling"]
    return found


def profile_of(index: MatchIndex, row: int, without: frozenset[str] = frozenset()) -> dict[str, float]:
    """Return how strongly an organisation holds its themes, but for what some projects (ids) tell."""
    key = ("profile", row, without)
    if key not in index.cache:
        held = index.profiles.themes_of(index.ids[row])
        index.cache[key] = overall(strengths(held, without=without))
    found: dict[str, float] = index.cache[key]
    return found


def beyond_stated(index: MatchIndex, rows: Rows) -> Floats:
    """Return the likeness of rows with all others (rows x holders) beyond what both state; all have to hold themes."""
    held = held_themes(index)
    like: Floats = (held.beyond[held.at[rows]] * held.beyond_weight) @ held.beyond.T
    if index.telling.any():
        _leave_out(index, rows, like)
    return like


def _leave_out(index: MatchIndex, rows: Rows, like: Floats) -> None:
    """Leave out of pairs what only the projects tell that they did together: these are a reason of their own."""
    if "telling projects" not in index.cache:
        index.cache["telling projects"] = sparse.csr_array(index.projects[:, np.flatnonzero(index.telling)])
    projects, at = index.cache["telling projects"], held_themes(index).at
    pairs = sparse.csr_array(projects[rows] @ projects.T).tocoo()
    for i, b in zip(pairs.row.tolist(), pairs.col.tolist(), strict=True):
        if rows[i] != b and at[b] >= 0:
            like[i, at[b]] = _beyond(index, int(rows[i]), b)


def _beyond(index: MatchIndex, a: int, b: int) -> float:
    """Return the likeness of two organisations beyond what both state, without what their projects together tell."""
    common, rarity = projects_together(index, a, b), held_themes(index).rarity
    mine, theirs = profile_of(index, a, common), profile_of(index, b, common)
    like = themes.likeness(mine, theirs, rarity=rarity, taxonomy=index.profiles.taxonomy)
    return like - sum(rarity.themes[t] for t in mine.keys() & theirs.keys() if mine[t] == theirs[t] == 1)


@dataclass(frozen=True)
class Meeting:
    """Offers and needs (n x themes): as stated (0/1), and with what is inferred."""

    offered: sparse.csr_array
    sought: sparse.csr_array
    supply: sparse.csr_array
    demand: sparse.csr_array
    inferred: bool


def meeting_of(index: MatchIndex) -> Meeting:
    """Return the offers and needs of all organisations."""
    if "meeting" not in index.cache:
        supply = sparse.csr_array(index.offered.maximum(index.works_on))
        inferred = bool((supply.data < 1).any() or (index.sought.data < 1).any())
        index.cache["meeting"] = Meeting(_stated(index.offered), _stated(index.sought), supply, index.sought, inferred)
    found: Meeting = index.cache["meeting"]
    return found
