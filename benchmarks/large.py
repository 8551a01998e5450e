"""Networks of any size, made up by rule: the gazetteer's largest places, linked by chance."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from twinnet.graph import Network
from twinnet.models import Link, Organisation, Source, Statement
from twinnet.places.store import DATA, connect
from twinnet.stores import open_store

LINKS = 1.5
"""Links for each organisation."""

_LARGEST = (
    "SELECT id, name, country, latitude, longitude, population FROM place"
    " ORDER BY coalesce(population, 0) DESC, id LIMIT ?"
)


def network(count: int, *, seed: int = 0, links: float = LINKS) -> Network:
    """Make a network of so many places, the same for the same seed; fewer where the gazetteer has fewer.

    Large places have more links, and partners are of two countries and of like size. ``links`` are those for each
    organisation.
    """
    towns = _towns(count)
    pairs = _pairs([town.country or "" for town in towns], seed, int(count * links))
    made = [Link(id=f"link-{at}", a=towns[a].id, b=towns[b].id) for at, (a, b) in enumerate(pairs)]
    return Network(towns, links=made)


def store(made: Network, path: Path) -> None:
    """Store a network as an import of its towns and links leaves it."""
    sources, said = told(made)
    with open_store(path, create=True) as kept:
        kept.replace(sources, said)


def told(made: Network) -> tuple[list[Source], list[Statement]]:
    """Return what a list of the towns and one of the links say."""
    fields = ("name", "kind", "country", "latitude", "longitude", "population", "geonames_id", "place_state")
    towns = (
        Statement(
            "members", row, "organisation", town.id, {f: v for f in fields if (v := getattr(town, f)) is not None}
        )
        for row, town in enumerate(made.organisations, start=2)
    )
    links = (
        Statement("links", row, "link", link.id, {"a": link.a, "b": link.b}) for row, link in enumerate(made.links, 2)
    )
    sources = [Source(name=name, kind=name, file=f"{name}.csv") for name in ("members", "links")]
    return sources, [*towns, *links]


def _towns(count: int) -> list[Organisation]:
    connection = connect(DATA / "places.sqlite")
    rows = connection.execute(_LARGEST, (count,)).fetchall()
    connection.close()
    return [
        Organisation(
            id=f"town-{number}",
            name=name,
            country=country,
            latitude=latitude / 1e5,
            longitude=longitude / 1e5,
            population=population or None,
            geonames_id=number,
            place_state="confirmed",
        )
        for number, name, country, latitude, longitude, population in rows
    ]


def _pairs(country: list[str], seed: int, wanted: int) -> list[tuple[int, int]]:
    """Draw pairs of places of two countries, each once; the places stand in order of size."""
    count, chance = len(country), np.random.default_rng(seed)
    weight = 1 / np.sqrt(np.arange(count) + 200)
    drawn = 2 * wanted
    one: npt.NDArray[np.int64] = chance.choice(count, drawn, p=weight / weight.sum())
    other = np.clip(one + chance.normal(0, count / 40, drawn).astype(np.int64), 0, count - 1)
    pairs = dict.fromkeys(zip(np.minimum(one, other).tolist(), np.maximum(one, other).tolist(), strict=True))
    return [(a, b) for a, b in pairs if country[a] != country[b]][:wanted]
