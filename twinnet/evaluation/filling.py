"""Places without a link: how many a network has, and some more where it has too few to measure on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from twinnet.evaluation.splits import ONE_TOWN, towns
from twinnet.graph import Network
from twinnet.index import EARTH_RADIUS, MatchIndex, unit_vectors
from twinnet.models import Organisation, town_id
from twinnet.places import Gazetteer, Place

LEAST_SHARE = 0.1
"""Below this share of towns without a link, "has no known link" betrays the hidden partner."""

_FOR_LINKED = (7, 9)
"""So many places without a link stand beside so many linked towns once a network is filled."""

_LEAST_INHABITANTS = 1000


@dataclass(frozen=True)
class Balance:
    """How many towns (organisations of one place count once) have a recorded link, and how many have none."""

    linked: int
    linkless: int

    @classmethod
    def of(cls, index: MatchIndex) -> Balance:
        """Count."""
        belongs = towns(index)
        linked = len(np.unique(belongs[index.degree > 0]))
        return cls(linked, len(np.unique(belongs)) - linked)

    @property
    def betrays(self) -> bool:
        """Whether fewer than a tenth of the towns have no link."""
        return self.linkless < LEAST_SHARE * (self.linked + self.linkless)


def fill(network: Network, index: MatchIndex, *, seed: int = 0) -> Network:
    """Add places without a link from the package's gazetteer, so that there are 7 for every 9 linked towns.

    They are of the countries of the linked towns, in their proportion; of 1,000 inhabitants or more, no part of a city,
    and not within 2.5 km of a place of the network; drawn by seed. The network that was given stays as it is.
    """
    balance = Balance.of(index)
    missing = round(balance.linked * _FOR_LINKED[0] / _FOR_LINKED[1]) - balance.linkless
    if missing <= 0:
        return network
    rng = np.random.default_rng(seed)
    known = set(network.organisations.column("id")) | {
        town_id(number) for number in network.organisations.column("geonames_id") if number
    }
    added: list[Organisation] = []
    with Gazetteer.open() as gazetteer:
        for country, count in sorted(_shares(index, missing).items()):
            able = gazetteer.towns(country, least=_LEAST_INHABITANTS)
            places = _apart(index, [place for place in able if town_id(place.geonames_id) not in known])
            chosen = np.sort(rng.permutation(len(places))[:count])
            added += [_organisation(places[at]) for at in chosen.tolist()]
    return network.widened(added)


def _shares(index: MatchIndex, count: int) -> dict[str, int]:
    """Deal a number out to countries by their linked towns; what is left over goes to the largest remainders."""
    belongs = towns(index)
    linked = np.unique(belongs[index.degree > 0])
    _, first = np.unique(belongs, return_index=True)
    per = np.bincount(index.country[first[linked]], minlength=len(index.countries)).astype(np.float64)
    per[-1] = 0
    exact = per * count / max(per.sum(), 1)
    dealt = np.floor(exact).astype(np.int64)
    for at in np.argsort(-(exact - dealt), kind="stable")[: count - int(dealt.sum())].tolist():
        dealt[at] += per[at] > 0
    return {code: int(n) for code, n in zip(index.countries, dealt, strict=True) if n}


def _apart(index: MatchIndex, places: list[Place]) -> list[Place]:
    """Leave out the places within 2.5 km of one of the network."""
    placed = np.isfinite(index.latitude) & np.isfinite(index.longitude)
    if not places or not placed.any():
        return places
    latitude, longitude = np.array([(place.latitude, place.longitude) for place in places]).T
    gone, _ = cKDTree(index.unit[placed]).query(unit_vectors(latitude, longitude))
    far = gone > 2 * np.sin(ONE_TOWN / EARTH_RADIUS / 2)
    return [place for place, apart in zip(places, far.tolist(), strict=True) if apart]


def _organisation(place: Place) -> Organisation:
    return Organisation(
        id=town_id(place.geonames_id),
        name=place.name,
        country=place.country,
        place=place.name,
        geonames_id=place.geonames_id,
        latitude=place.latitude,
        longitude=place.longitude,
        population=place.population,
        capital=place.capital,
        district=False,
        place_state="confirmed",
    )
