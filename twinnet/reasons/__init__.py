"""The list of reasons: each a named piece of evidence for or against a partnership.

A reason is defined once, in this package: its key, its features (what is measured, in which bins), how they are
computed for a block of rows at once, and how it tells itself for one pair. Scoring, explanations, the page, the
documentation and the evaluation go through :data:`REASONS`; nothing outside this package names a reason.

Evidence is computed in blocks (:mod:`twinnet.evidence`); points come from a table (:mod:`twinnet.scoring`).
"""

from __future__ import annotations

from twinnet.evidence import Feature
from twinnet.reasons.accepted import LikeAccepted
from twinnet.reasons.base import LinkFacts, LinkReason, Reason, Told
from twinnet.reasons.interests import OfferedAndSought, SharedThemes, gaps, inferred_gaps
from twinnet.reasons.links import Anniversary, Ended, Idle, NewThemes
from twinnet.reasons.names import NamesAlike
from twinnet.reasons.network import Experience, NeighboursPartners, PartnersInCommon, ProjectsTogether
from twinnet.reasons.place import Corridor, CountryPair, Distance, Language, Milestones, Size
from twinnet.reasons.regions import RegionsPartners

__all__ = [
    "KEYS",
    "REASONS",
    "WAKING",
    "WIDENING",
    "LinkFacts",
    "LinkReason",
    "Reason",
    "Told",
    "gaps",
    "inferred_gaps",
    "learned_features",
]

REASONS: tuple[Reason, ...] = (
    SharedThemes(),
    OfferedAndSought(),
    PartnersInCommon(),
    NeighboursPartners(),
    RegionsPartners(),
    Size(),
    Distance(),
    CountryPair(),
    Language(),
    NamesAlike(),
    Corridor(),
    Experience(),
    ProjectsTogether(),
    Milestones(),
    LikeAccepted(),
)
"""Every reason for a new partnership, in the order in which people read them."""


def learned_features() -> tuple[tuple[Reason, Feature], ...]:
    """Return the features whose points are learned, each with its reason; those of the others are set by rule."""
    return tuple((reason, feature) for reason in REASONS for feature in reason.features if feature.prior is None)


WAKING: tuple[LinkReason, ...] = (Idle(), Ended(), Anniversary())
"""The further reasons to revitalise a recorded link."""

WIDENING: tuple[LinkReason, ...] = (NewThemes(), Anniversary())
"""The reasons to develop a link that lives."""

KEYS: tuple[str, ...] = tuple(
    dict.fromkeys([r.key for r in REASONS] + [r.key for r in WAKING] + [r.key for r in WIDENING])
)
"""The keys of all reasons, which weights may name."""
