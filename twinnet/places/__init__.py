"""The gazetteer: a name and what is known beside it -> a place, with the stage that found it.

The places are those of ``data/places.sqlite`` (GeoNames): Europe and its neighbours from 500 inhabitants, the rest of
the world from 5,000 or less. A place is a populated place, never an administrative unit: of a county or a canton
nothing is found, of a municipality its main place. Nothing is guessed silently: every answer says how it was found, how
sure it is, and which place is the next.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from twinnet.places.models import (
    AUTO_FROM,
    CAPITAL,
    DENSE_COUNTRIES,
    DISTRICT,
    MUNICIPALITY_WITHIN,
    NEAREST_WITHIN,
    SAME_NAME_WITHIN,
    SHADOWED,
    Hit,
    Place,
    cell_of,
    distance,
    rows_digest,
)

if TYPE_CHECKING:
    from twinnet.places.gazetteer import Gazetteer
    from twinnet.places.names import countries_in, is_unit, strip_municipal

__all__ = [
    "AUTO_FROM",
    "CAPITAL",
    "DENSE_COUNTRIES",
    "DISTRICT",
    "MUNICIPALITY_WITHIN",
    "NEAREST_WITHIN",
    "SAME_NAME_WITHIN",
    "SHADOWED",
    "Gazetteer",
    "Hit",
    "Place",
    "cell_of",
    "countries_in",
    "distance",
    "is_unit",
    "rows_digest",
    "strip_municipal",
]

_WHERE = {"Gazetteer": "gazetteer", "countries_in": "names", "is_unit": "names", "strip_municipal": "names"}


def __getattr__(name: str) -> Any:
    """Load what looks places up when it is first used: who only measures a distance needs none of it."""
    if name not in _WHERE:
        raise AttributeError(f"module 'twinnet.places' has no attribute {name!r}")
    value = getattr(import_module(f"twinnet.places.{_WHERE[name]}"), name)
    globals()[name] = value
    return value
