"""The well-known networks and associations of towns, by their names in several languages and their acronyms."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache

from twinnet.resolution.naming import Reader, Reading
from twinnet.resolution.wording import words


class Networks:
    """The networks of the table of words; a name is known by what it says, where that tells only one of them."""

    def __init__(self) -> None:
        reader = Reader(None)
        listed = [[reader.read(name) for name in names] for names in words().networks]
        self.acronyms = [
            frozenset(key for name in names if not _says(name) for key in name.acronyms) for names in listed
        ]
        """The acronyms of each network."""
        tables: dict[Callable[[Reading], Hashable], dict[Hashable, int | None]] = {
            _exactly: {},
            _roughly: {},
            _short: {},
        }
        for at, names in enumerate(listed):
            for name in names:
                for key, table in tables.items():
                    if key(name) is not None:
                        table[key(name)] = at if table.get(key(name), at) == at else None
        self._tables = tables
        self._said = {_sounds(name) for names in listed for name in names}

    def of(self, reading: Reading) -> int | None:
        """Return the network whose whole name or acronym a name is, None for none."""
        if reading.said and _sounds(reading) not in self._said:
            return None
        found = (table.get(key(reading)) for key, table in self._tables.items())
        return next((network for network in found if network is not None), None)


@lru_cache(maxsize=1)
def networks() -> Networks:
    """Return the networks, read once.

    >>> read = Reader(None).read
    >>> networks().of(read("CEMR")) == networks().of(read("Conseil des Communes et Régions d'Europe"))
    True
    """
    return Networks()


def _says(name: Reading) -> bool:
    """Whether a name is more than an acronym."""
    return bool(name.concepts or name.said or name.countries)


def _sounds(name: Reading) -> tuple[str, ...]:
    return tuple(sorted(said.sound for said in name.said))


def _short(name: Reading) -> Hashable:
    return None if _says(name) or len(name.acronyms) != 1 else min(name.acronyms)


def _roughly(name: Reading) -> Hashable:
    """Return what a name says, None for one that any association may have ("Association of Towns")."""
    if not (name.countries or name.said or len(name.concepts) > 2):
        return None
    return name.concepts, name.countries, _sounds(name)


def _exactly(name: Reading) -> Hashable:
    return None if _roughly(name) is None else (_roughly(name), name.kind_words)
