"""Whether a name and coordinates agree on a place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from twinnet.places import MUNICIPALITY_WITHIN, SAME_NAME_WITHIN, Gazetteer, Hit, distance

How = Literal["agree", "near", "abroad", "far", "alone"]


class Agreement(NamedTuple):
    """What a name and coordinates say together.

    ``agree``: the place stands at the coordinates. ``near``: a sure place stands so near that the coordinates may be
    its municipality's. ``abroad``: they lie among places of other countries only. ``far``: places of that name stand
    far away. ``alone``: no place bears the name, and the coordinates stand alone. ``hit`` is the place that the name
    means, None where it means none; ``km`` is how far it is from the coordinates.
    """

    how: How
    hit: Hit | None
    km: float | None = None

    def __str__(self) -> str:
        """Say where the coordinates lie."""
        if self.how == "abroad" or self.km is None:
            return "the coordinates lie in another country"
        place = "likeliest place" if self.how == "far" else "place"
        return f"the coordinates lie {self.km:.0f} km from the {place} of that name"


def named(
    gazetteer: Gazetteer,
    words: Sequence[str],
    country: str | None,
    *,
    region: str | None = None,
    postcode: str | None = None,
) -> Hit | None:
    """Return the place that words mean without coordinates: a sure one of any word, else that of the first with one."""
    first: Hit | None = None
    for word in dict.fromkeys(words):
        hit = gazetteer.find(word, country, region=region, postcode=postcode)
        if hit is not None and hit.band == "auto":
            return hit
        first = first or hit
    return first


def agreement(
    gazetteer: Gazetteer,
    words: Sequence[str],
    country: str | None,
    *,
    position: tuple[float, float],
    region: str | None = None,
    postcode: str | None = None,
) -> Agreement:
    """Tell whether the words for a place and the coordinates (latitude, longitude) beside them agree.

    >>> with Gazetteer.open() as gazetteer:
    ...     for position in ((43.35, 17.8), (43.6, 17.5), (50.1, 8.7)):
    ...         found = agreement(gazetteer, ["Mostar"], "BA", position=position)
    ...         found.how, round(found.km)
    ('agree', 1)
    ('near', 38)
    ('abroad', 1022)
    """
    for word in dict.fromkeys(words):
        hit = gazetteer.find(word, country, latitude=position[0], longitude=position[1])
        if hit is not None and hit.stage != "coordinates" and _apart(hit, position) <= SAME_NAME_WITHIN:
            return Agreement("agree", hit, _apart(hit, position))
    hit = named(gazetteer, words, country, region=region, postcode=postcode)
    abroad = gazetteer.lies_abroad(*position, country)
    if hit is None:
        return Agreement("abroad" if abroad else "alone", None)
    km = _apart(hit, position)
    if km <= SAME_NAME_WITHIN and country in (None, hit.place.country):
        return Agreement("agree", hit, km)  # misspelt or in a case form
    if abroad or not hit.bears_name:
        return Agreement("abroad" if abroad else "alone", hit, km)
    return Agreement("near" if hit.band == "auto" and km <= MUNICIPALITY_WITHIN else "far", hit, km)


def _apart(hit: Hit, position: tuple[float, float]) -> float:
    return distance(hit.place.latitude, hit.place.longitude, *position)
