"""The themes of partnerships: the front door to twinnet's own taxonomy.

A theme is named by a stable key (``youth``, ``climate_energy``). A list's cell is read into keys wherever its words are
a key, a label or a keyword of the taxonomy; what is not is kept as the list's own words, so nothing a network said of
itself is lost. A network with a taxonomy of its own asks :class:`twinnet.taxonomy.Taxonomy` instead.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from twinnet.taxonomy import Taxonomy

if TYPE_CHECKING:
    from twinnet.tagging import Tag

STEPS = 256
"""Strengths are in steps of 1/256."""

SIBLINGS = 5 / 32
"""How much of an area's weight two organisations share that work on different themes of it."""

_LEAST_SHARE = 1.02


def keys() -> tuple[str, ...]:
    """Return the keys of all themes, in the taxonomy's order.

    >>> keys()[:3]
    ('citizenship', 'eu_values', 'solidarity')
    """
    return Taxonomy.builtin().keys()


def languages() -> tuple[str, ...]:
    """Return the languages (ISO 639-1) that labels are written in, English first."""
    return Taxonomy.builtin().languages()


def label(key: str, language: str = "en") -> str:
    """Return what a theme or an area is called in a language.

    A language without labels is answered in English; what is not a key of the taxonomy (a list's own words) is its
    own label.

    >>> label("climate_energy"), label("youth", "bs"), label("beekeeping")
    ('climate and energy', 'mladi', 'beekeeping')
    """
    return Taxonomy.builtin().label(key, language)


def parse(cell: str) -> tuple[str, ...]:
    """Read a list's cell into themes: keys where its words are known, else the cell's own words.

    Words may be divided by ``;``, ``|``, new lines and bullets, by ``,`` and ``/``, and by an "and" where both of its
    sides are known. Case, accents and script don't matter. The order of the cell is kept and nothing appears twice.

    >>> parse("Jeunesse; Kulturerbe, wine routes / Млади")
    ('youth', 'heritage', 'wine routes')
    >>> parse("culture and arts"), parse("peace & solidarity"), parse("bread and roses")
    (('culture',), ('peace', 'solidarity'), ('bread and roses',))
    """
    return Taxonomy.builtin().parse(cell)


def tag(text: str, *, top: int = 3, embed: bool = False) -> tuple[Tag, ...]:
    """Return the themes that a text names, whatever its language, with a score and the words that caused them.

    Parameters
    ----------
    text:
        Free text: its first 4,000 characters are read.
    top:
        How many themes at most.
    embed:
        Read it with the extra ``twinnet[embed]``: better, and never used unless asked for.

    Returns
    -------
    tuple of Tag
        The likeliest first; empty where the text names no theme.

    Raises
    ------
    OptionError
        ``embed`` is asked for and the extra is not installed.

    >>> [(found.theme, found.words) for found in tag("The youth council plants trees.")][:2]
    [('youth', ('youth council',)), ('environment', ('plants trees',))]
    """
    from twinnet.tagging import Tagger

    return Tagger.open(embed=embed).tag(text, top=top)


@dataclass(frozen=True, slots=True)
class Rarity:
    """How much themes and areas weigh: the fewer organisations hold one, the more.

    A theme weighs ln((holders + 1) / holding), where ``holders`` hold any theme and ``holding`` hold this one, however
    strongly; one that all hold still weighs ln(1.02). Areas likewise, so no area weighs more than a theme of it.
    Weights are in steps of 2^-20: sums are exact, and the same in any order.

    Spärck Jones: A statistical interpretation of term specificity, Journal of Documentation 28 (1972) 11-21.

    >>> Rarity.of([{"youth": 1}, {"youth": 1, "sport": 0.5}, {"digital": 1}]).themes["digital"] > 1.38
    True
    """

    themes: Mapping[str, float]
    areas: Mapping[str, float]

    @classmethod
    def of(cls, profiles: Iterable[Mapping[str, float]], *, taxonomy: Taxonomy | None = None) -> Rarity:
        """Count the holders of each theme and area."""
        held: Counter[str] = Counter()
        within: Counter[str] = Counter()
        holders = 0
        for profile in profiles:
            themes = [theme for theme, strength in profile.items() if strength]
            holders += bool(themes)
            held.update(themes)
            within.update(list(area_strengths(profile, taxonomy=taxonomy)))
        return cls(
            {theme: weight(holders, holding) for theme, holding in held.items()},
            {area: weight(holders, holding) for area, holding in within.items()},
        )


def weight(holders: int, holding: int) -> float:
    """Return what a theme weighs that ``holding`` of ``holders`` organisations hold (see :class:`Rarity`)."""
    share = (holders + 1) / max(holding, 1)
    return round(math.log(max(share, _LEAST_SHARE)) * 2**20) / 2**20


def area_strengths(profile: Mapping[str, float], *, taxonomy: Taxonomy | None = None) -> dict[str, float]:
    """Return how strongly each area is held: the root of the sum of its themes' squares, rounded up to 1/256.

    >>> area_strengths({"youth": 1, "tourism": 0.5, "our own words": 1})
    {'economy_city': 0.5, 'learning_youth': 1.0}
    """
    known = taxonomy or Taxonomy.builtin()
    squares: dict[str, float] = {}
    for theme, strength in sorted(profile.items()):
        if strength and (area := known.area(theme)):
            squares[area] = squares.get(area, 0.0) + strength * strength
    return {area: math.ceil(math.sqrt(square) * STEPS) / STEPS for area, square in squares.items()}


def likeness(
    mine: Mapping[str, float],
    theirs: Mapping[str, float],
    *,
    rarity: Rarity | None = None,
    taxonomy: Taxonomy | None = None,
) -> float:
    """Return how much two sets of themes have in common (strengths from 0 to 1, by key); 0 for nothing.

    For each theme, the product of the two strengths (the chance that both hold it, where strengths are taken as chances
    that do not depend on each other) times its weight; and for each area :data:`SIBLINGS` times its weight times what
    the strengths of the area have in common beyond its shared themes, |a| |b| - a.b. Without ``rarity`` every theme and
    area weighs 1. It is the same from both sides and never falls where a strength rises.

    >>> likeness({"youth": 1}, {"youth": 1}), likeness({"youth": 1}, {"youth": 0.5})
    (1.0, 0.5)
    >>> likeness({"youth": 1}, {"education": 1}), likeness({"youth": 1}, {"tourism": 1})
    (0.15625, 0.0)

    The credit for different themes of one area is a share of what their nearest common ancestor tells, as in Resnik:
    Using information content to evaluate semantic similarity in a taxonomy, IJCAI (1995) 448-453.
    """
    rare = rarity or Rarity({}, {})
    known = taxonomy or Taxonomy.builtin()
    found = 0.0
    inside: dict[str, float] = {}
    for theme in sorted(mine.keys() & theirs.keys()):
        both = mine[theme] * theirs[theme]
        found += rare.themes.get(theme, 1.0) * both
        if area := known.area(theme):
            inside[area] = inside.get(area, 0.0) + both
    ours, others = (area_strengths(profile, taxonomy=known) for profile in (mine, theirs))
    for area in sorted(ours.keys() & others.keys()):
        rest = ours[area] * others[area] - inside.get(area, 0.0)
        found += SIBLINGS * rare.areas.get(area, 1.0) * rest
    return found
