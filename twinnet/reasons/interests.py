"""What they work on: themes both hold, and what one offers and the other seeks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

from twinnet import themes
from twinnet.evidence import Bins, Block, Feature, SparseBins
from twinnet.index import MatchIndex
from twinnet.reasons.base import Reason, Told, counted, row_of


class SharedThemes(Reason):
    """Both hold the same themes; rare themes count more."""

    key, label = "themes", "Shared themes"
    about = "themes both offer or seek; a theme that few hold counts more"
    features = (
        Feature(
            "shared theme weight",
            "sum over shared themes of ln(n / n that hold it)",
            (0.01, 0.5, 1, 1.5, 2, 3, 4, 6, 8),
            prior=(
                (0.01, 250),
                (0.5, 450),
                (1, 650),
                (1.5, 850),
                (2, 1050),
                (3, 1350),
                (4, 1600),
                (6, 1850),
                (8, 2000),
            ),
        ),
    )

    def bins(self, block: Block) -> tuple[Bins, ...]:
        """Weight shared themes by how rare they are."""
        held, weight = held_themes(block.index)
        product = sparse.csr_array((held[block.rows] * weight) @ held.T)
        return (SparseBins(self.features[0], product),)

    def tell(self, index: MatchIndex, a: int, b: int) -> Told | None:
        """Name the shared themes, the rarest first."""
        held, weight = held_themes(index)
        mine, theirs = row_of(held, a), row_of(held, b)
        if not mine or not theirs:
            return None
        shared = sorted(set(mine) & set(theirs), key=lambda t: (-weight[t], index.themes[t]))
        words = ", ".join(themes.label(index.themes[t]) for t in shared)
        if not shared:
            return Told("no theme in common among those recorded")
        return Told(f"{counted(len(shared), 'theme', 'themes')} in common: {words}", words)


class OfferedAndSought(Reason):
    """One offers what the other seeks."""

    key, label = "offer_and_need", "Offered and sought"
    about = "themes that one side offers and the other seeks, counted in both directions"
    features = (
        Feature("themes offered and sought", "count", (1, 2, 3, 4), prior=((1, 700), (2, 1100), (3, 1400), (4, 1600))),
    )

    def bins(self, block: Block) -> tuple[Bins, ...]:
        """Count themes offered by one and sought by the other, in both directions."""
        index, rows = block.index, block.rows
        product = index.offered[rows] @ index.sought.T + index.sought[rows] @ index.offered.T
        return (SparseBins(self.features[0], sparse.csr_array(product)),)

    def tell(self, index: MatchIndex, a: int, b: int) -> Told | None:
        """Say who offers what the other seeks."""
        if not (len(row_of(index.sought, a)) and len(row_of(index.offered, b))) and not (
            len(row_of(index.offered, a)) and len(row_of(index.sought, b))
        ):
            return None
        said = []
        for giver, taker in ((a, b), (b, a)):
            met = sorted(set(row_of(index.offered, giver)) & set(row_of(index.sought, taker)))
            if met:
                words = ", ".join(themes.label(index.themes[t]) for t in met)
                said.append(f"{index.names[giver]} offers what {index.names[taker]} seeks: {words}")
        return Told("; ".join(said)) if said else Told("neither offers what the other seeks")


def held_themes(index: MatchIndex) -> tuple[sparse.csr_array, npt.NDArray[np.float32]]:
    """Return what each organisation offers or seeks (n x themes, 0/1) and the weight of each theme."""
    if "held" not in index.cache:
        held = sparse.csr_array(index.offered + index.sought)
        held.data[:] = 1
        holders = np.asarray((held.sum(1) > 0).sum())
        count = np.asarray(held.sum(0)).ravel()
        weight = np.log(np.maximum((holders + 1) / np.maximum(count, 1), 1.02)).astype(np.float32)
        index.cache["held"] = (held, weight)
    found: tuple[sparse.csr_array, npt.NDArray[np.float32]] = index.cache["held"]
    return found


def gaps(index: MatchIndex, a: int, b: int, have: Sequence[str]) -> tuple[str, ...]:
    """Return the themes both hold, or one offers and the other seeks, that are not among ``have``."""
    held, _ = held_themes(index)
    found = {index.themes[t] for t in set(row_of(held, a)) & set(row_of(held, b))}
    return tuple(sorted(found - set(have)))
