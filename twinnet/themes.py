"""The themes of partnerships: the front door to twinnet's own taxonomy.

A theme is named by a stable key (``youth``, ``climate_energy``). A list's cell is read into keys wherever its words are
a key, a label or a keyword of the taxonomy; what is not is kept as the list's own words, so nothing a network said of
itself is lost. A network with a taxonomy of its own asks :class:`twinnet.taxonomy.Taxonomy` instead.
"""

from __future__ import annotations

from twinnet.taxonomy import Taxonomy


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
