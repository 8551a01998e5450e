"""The match index: a network as the arrays that matching works on.

Organisations stand in one fixed order (country, name, place, id), so that ties and sums are the same everywhere.
Nothing here is learned and nothing is an opinion; numpy and scipy.sparse are all it needs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar, overload

import numpy as np
import numpy.typing as npt
from scipy import sparse

from twinnet import countries, milestones
from twinnet.nearness import EARTH_RADIUS, Grid, localities
from twinnet.prepared import Ready
from twinnet.profile import Held, Profiles, Side, strengths

if TYPE_CHECKING:
    from twinnet.graph import Facts, Network

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

T = TypeVar("T")

__all__ = ["EARTH_RADIUS", "MatchIndex"]

_ONCE = "once"
_FIELDS = "index"
"""What the arrays of the index are called among what is kept with a network."""


class Taken(Sequence[T]):
    """A column of the network's table in the order of the index, looked up when it is asked for."""

    def __init__(self, facts: Facts[Any], name: str, order: Ints) -> None:
        self._facts, self._name, self._order = facts, name, order

    def __len__(self) -> int:
        return len(self._order)

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[T]: ...
    def __getitem__(self, at: int | slice) -> T | Sequence[T]:
        """Return what stands in a row, or in several."""
        if isinstance(at, slice):
            return tuple(self._facts.cell(self._name, k) for k in self._order[at].tolist())
        found: T = self._facts.cell(self._name, int(self._order[at]))
        return found

    def __iter__(self) -> Iterator[T]:
        return map(self._facts.column(self._name).__getitem__, self._order.tolist())

    def __eq__(self, other: object) -> bool:
        return tuple(self) == tuple(other) if isinstance(other, Sequence) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # a sequence that compares by content

    def __repr__(self) -> str:
        return repr(tuple(self))


@dataclass(frozen=True)
class MatchIndex:
    """Sparse arrays over ``n`` organisations.

    ``order`` says where each stands in the network's table.
    ``country`` indexes ``countries`` (the last one, ``""``, stands for unknown) and ``country_names``; coordinates are
    degrees and ``population`` inhabitants, NaN when unknown. ``links``, ``ended`` are symmetric 0/1 matrices (n x n) of
    recorded links; ``languages`` (n x languages) and ``projects`` (n x projects) are 0/1. ``offered``, ``sought`` and
    ``works_on`` (n x themes) say how strongly a theme is held: 1 where it is stated, below 1 where it is inferred (see
    :mod:`twinnet.profile`); what an organisation works on is always inferred. ``areas`` are those of ``themes``, None
    for a list's own words. ``telling`` (projects) says which projects tell themes of their partners.
    """

    order: Ints
    ids: Sequence[str]
    names: Sequence[str]
    country: Ints
    countries: tuple[str, ...]
    country_names: tuple[str, ...]
    latitude: Floats
    longitude: Floats
    population: Floats
    capital: Bools
    district: Bools
    kinds: Sequence[str]
    links: sparse.csr_array
    offered: sparse.csr_array
    sought: sparse.csr_array
    works_on: sparse.csr_array
    themes: tuple[str, ...]
    areas: tuple[str | None, ...]
    languages: sparse.csr_array
    language_names: tuple[str, ...]
    languages_stated: Bools
    projects: sparse.csr_array
    project_names: tuple[str, ...]
    project_ids: tuple[str, ...]
    telling: Bools
    profiles: Profiles
    milestones: sparse.csr_array
    milestone_places: Sequence[int | None]
    corridor: tuple[frozenset[str], frozenset[str]] | None = None
    ready: Ready = field(default_factory=Ready, init=False, repr=False, compare=False)
    cache: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(
        cls,
        network: Network,
        *,
        as_of: dt.date | None = None,
        corridor: tuple[frozenset[str], frozenset[str]] | None = None,
        called: Mapping[str, str] | None = None,
        embed: bool = False,
    ) -> MatchIndex:
        """Read a network, as of a date (later links, projects and memberships are left out) or whole.

        ``called`` says how the network calls countries, by their codes; with ``embed`` texts are read with the extra
        ``twinnet[embed]``. Where the network keeps what is made of it, the same index is given again.
        """

        def made() -> MatchIndex:
            return cls._made(network, as_of=as_of, corridor=corridor, called=called, embed=embed)

        if network.kept is None:
            return made()
        key = ("index", as_of, corridor, tuple(sorted((called or {}).items())), embed)
        if key not in network.kept:
            network.kept[key] = made()
        index: MatchIndex = network.kept[key]
        return index

    @classmethod
    def _made(
        cls,
        network: Network,
        *,
        as_of: dt.date | None,
        corridor: tuple[frozenset[str], frozenset[str]] | None,
        called: Mapping[str, str] | None,
        embed: bool,
    ) -> MatchIndex:
        if as_of is None and not embed:
            ready = Ready(network.prepared)
            kept = ready.read(_FIELDS)
            if kept is not None and _fits(kept, network):
                return cls._restored(network, kept, ready=ready, corridor=corridor, called=called)
        table = network.organisations
        key = list(zip(*(table.column(c) for c in ("country", "name", "place", "id")), strict=True))
        order = sorted(range(len(table)), key=lambda i: tuple(part or "" for part in key[i]))
        column = {name: list(map(given.__getitem__, order)) for name, given in table.columns().items()}
        position = {identifier: at for at, identifier in enumerate(column["id"])}
        n = len(order)
        codes = (*sorted({c for c in column["country"] if c}), "")
        number = {code: at for at, code in enumerate(codes)}
        latest = as_of.isoformat() if as_of else "9999"
        pairs = [
            (position[a], position[b])
            for a, b, since in zip(*(network.links.column(c) for c in ("a", "b", "since")), strict=True)
            if (since or "") <= latest
        ]
        known = [
            name
            for name, start in zip(network.projects.column("id"), network.projects.column("start"), strict=True)
            if (start or "") <= latest
        ]
        spoken = [
            languages or (countries.languages(country) if country else ())
            for languages, country in zip(column["languages"], column["country"], strict=True)
        ]
        profiles = Profiles.of(network, as_of=as_of, embed=embed)
        inferred = profiles.inferred()
        by_side = _held(inferred, column)
        themes = tuple(sorted({theme for rows in by_side.values() for row in rows for theme in row}))
        language_names = tuple(sorted(set().union(*spoken)))
        # A milestone is the town's own: an association that stands there has none.
        held = [
            sorted({m.kind for m in milestones.milestones(g)}) if g and kind == "town" else []
            for g, kind in zip(column["geonames_id"], column["kind"], strict=True)
        ]
        milestone_kinds = tuple(sorted(set().union(*held)))
        telling = {one.project for every in inferred.values() for one in every if one.project}
        parts: list[set[str]] = [set() for _ in range(n)]
        for project, organisation in zip(
            network.partners.column("project"), network.partners.column("organisation"), strict=True
        ):
            parts[position[organisation]].add(project)
        return cls(
            order=np.array(order, np.int64),
            ids=tuple(column["id"]),
            names=tuple(column["name"]),
            country=np.array([number[c or ""] for c in column["country"]], np.int64),
            countries=codes,
            country_names=tuple(countries.name(code, called=called) for code in codes),
            latitude=_numbers(column["latitude"]),
            longitude=_numbers(column["longitude"]),
            population=_numbers(p or None for p in column["population"]),
            capital=np.array([bool(c) for c in column["capital"]], np.bool_),
            district=np.array([bool(d) for d in column["district"]], np.bool_),
            kinds=tuple(column["kind"]),
            links=symmetric(pairs, n),
            offered=_weighted(by_side["offered"], themes),
            sought=_weighted(by_side["sought"], themes),
            works_on=_weighted(by_side["works on"], themes),
            themes=themes,
            areas=tuple(profiles.taxonomy.area(theme) for theme in themes),
            languages=_membership(spoken, language_names),
            language_names=language_names,
            languages_stated=np.array([bool(languages) for languages in column["languages"]], np.bool_),
            projects=_membership(parts, known),
            project_names=tuple(network.projects.column("name")[network.projects.position(p)] for p in known),
            project_ids=tuple(known),
            telling=np.array([p in telling for p in known], np.bool_),
            profiles=profiles,
            milestones=_membership(held, milestone_kinds),
            milestone_places=tuple(g if kinds else None for g, kinds in zip(column["geonames_id"], held, strict=True)),
            corridor=corridor,
        )

    @classmethod
    def _restored(
        cls,
        network: Network,
        kept: tuple[Any, ...],
        *,
        ready: Ready,
        corridor: tuple[frozenset[str], frozenset[str]] | None,
        called: Mapping[str, str] | None,
    ) -> MatchIndex:
        """Put the index together from what :meth:`fields` returned."""
        order, places, codes, themes, project_ids, *rest = kept
        values = dict(zip(_KEPT, rest, strict=True))
        table, profiles = network.organisations, Profiles.of(network)
        milestone_places: list[int | None] = [None] * len(order)
        for row, place in places.tolist():
            milestone_places[row] = place
        projects = network.projects
        index = cls(
            order=order,
            ids=Taken(table, "id", order),
            names=Taken(table, "name", order),
            kinds=Taken(table, "kind", order),
            countries=codes,
            country_names=tuple(countries.name(code, called=called) for code in codes),
            themes=themes,
            areas=tuple(profiles.taxonomy.area(theme) for theme in themes),
            project_ids=project_ids,
            project_names=tuple(projects.column("name")[projects.position(p)] for p in project_ids),
            profiles=profiles,
            milestone_places=tuple(milestone_places),
            corridor=corridor,
            **values,
        )
        # An index that is made of this one with other links has nothing ready.
        object.__setattr__(index, "ready", ready)
        return index

    def fields(self) -> dict[str, Any]:
        """Return what is to be kept with a network, so that its index need not be made again; of all of it, whole."""
        places = [(row, place) for row, place in enumerate(self.milestone_places) if place is not None]
        made = (
            self.order,
            np.array(places, np.int64).reshape(-1, 2),
            self.countries,
            self.themes,
            self.project_ids,
            *(getattr(self, name) for name in _KEPT),
        )
        return {_FIELDS: made, **{key[1]: value for key, value in self.cache.items() if key[:1] == (_ONCE,)}}

    def once(self, name: str, make: Callable[[], T], *, view: bool = False) -> T:
        """Return what is made once of the index and may be kept with the network: found, else made.

        What is made is what :func:`twinnet.prepared.pack` takes, and the same whatever the index was asked before. With
        ``view`` it is only looked at: arrays are not copied out of what is kept, and cannot be written to.
        """
        key = (_ONCE, name)
        if key not in self.cache:
            found = self.ready.read(name, view=view)
            self.cache[key] = make() if found is None else found
        made: T = self.cache[key]
        return made

    def __len__(self) -> int:
        return len(self.country)

    @cached_property
    def position(self) -> dict[str, int]:
        """Row of each id."""
        return {identifier: at for at, identifier in enumerate(self.ids)}

    @cached_property
    def row_at(self) -> Ints:
        """Row of each organisation of the network's table."""
        found = np.empty(len(self), np.int64)
        found[self.order] = np.arange(len(self))
        return found

    @cached_property
    def _positions(self) -> list[tuple[float, float]]:
        return list(zip(self.latitude.tolist(), self.longitude.tolist(), strict=True))

    def position_of(self, row: int) -> tuple[float, float]:
        """Return the latitude and longitude of a row, NaN where they are unknown."""
        return self._positions[row]

    @cached_property
    def degree(self) -> Floats:
        """Number of recorded partners of each organisation."""
        return np.asarray(self.links.sum(1), np.float64).ravel()

    @cached_property
    def links_abroad(self) -> Ints:
        """The recorded links between organisations of two known countries (links x 2), each once, sorted by rows."""
        coo = self.links.tocoo()
        a, b = coo.row.astype(np.int64), coo.col.astype(np.int64)
        unknown = len(self.countries) - 1
        keep = (a < b) & (self.country[a] != self.country[b])
        keep &= (self.country[a] != unknown) & (self.country[b] != unknown)
        order = np.lexsort((b[keep], a[keep]))
        return np.stack([a[keep][order], b[keep][order]], axis=1)

    @cached_property
    def unit(self) -> Floats:
        """Unit vectors (n x 3) of the coordinates, NaN where unknown."""
        return self.once("unit", lambda: unit_vectors(self.latitude, self.longitude))

    @cached_property
    def bounds(self) -> Ints:
        """Where the organisations of each country begin, in their order, and where the last ones end."""
        ends = np.flatnonzero(np.diff(self.country)) + 1
        return np.concatenate([np.zeros(1, np.int64), ends, np.full(1, len(self))])

    @cached_property
    def locality(self) -> Ints:
        """A number for each organisation: those of one country, half degree of latitude and neighbourhood are near."""
        return self.once("locality", lambda: localities(self.country, self.latitude, self.longitude))

    @cached_property
    def log_population(self) -> Floats:
        """Decimal logarithm of the population, NaN where unknown."""
        return np.log10(self.population)

    @cached_property
    def partners(self) -> list[list[int]]:
        """The recorded partners of each organisation, sorted."""
        ends, cells = self.links.indptr.tolist(), self.links.indices.tolist()
        return [sorted(cells[start:end]) for start, end in pairwise(ends)]

    def linked(self, a: int, b: int) -> bool:
        """Tell whether a link of two is recorded."""
        return b in self.partners[a]

    def products(self, mine: sparse.csr_array, theirs: sparse.csr_array) -> sparse.csr_array:
        """Return the products of some rows (rows x k) with those of a matrix of the index (n x k): rows x n."""
        if not mine.nnz or not theirs.nnz:
            return sparse.csr_array((mine.shape[0], theirs.shape[0]), dtype=theirs.dtype)
        return sparse.csr_array(mine @ self.turned(theirs))

    def turned(self, matrix: sparse.csr_array) -> sparse.csr_array:
        """Return a matrix of the index turned over; it is made once."""
        key = ("turned", id(matrix))
        if key not in self.cache:
            self.cache[key] = (matrix, sparse.csr_array(matrix.T))
        found: sparse.csr_array = self.cache[key][1]
        return found

    def near(self, radius: float, *, like_size: float | None = None) -> sparse.csr_array:
        """Return how near organisations of one country are: n x n, 1 at the place itself, 0 from ``radius`` km on.

        The weight at distance d is 1 - (d / radius)^2 in steps of 2^-8: sums of products of two of them, up to 256, are
        exact whatever their order, so that a pair reads the same from both sides. With ``like_size`` only organisations
        count whose decimal logarithms of population differ by less than that.
        """
        key = ("near", radius, like_size)
        if key not in self.cache:
            [made] = self.near_of(np.arange(len(self)), [radius], like_size=like_size)
            made.sort_indices()
            self.cache[key] = made
        found: sparse.csr_array = self.cache[key]
        return found

    def near_of(self, rows: Ints, radii: Sequence[float], *, like_size: float | None = None) -> list[sparse.csr_array]:
        """Return the same for some rows, which rise, and several radii: n x n, where all other rows are empty.

        The columns of a row are in no order.

        >>> from twinnet.graph import Network
        >>> MatchIndex.of(Network()).near_of(np.arange(0), [8.0])[0].nnz
        0
        """
        return self._grid.around(rows, radii, like_size=like_size)

    @cached_property
    def _grid(self) -> Grid:
        return Grid(
            country=self.country,
            unknown=len(self.countries) - 1,
            latitude=self.latitude,
            longitude=self.longitude,
            unit=self.unit,
            size=self.log_population,
            locality=self.locality,
        )


_KEPT = (
    *("country", "latitude", "longitude", "population", "capital", "district", "links", "offered", "sought"),
    *("works_on", "languages", "language_names", "languages_stated", "projects", "telling", "milestones"),
)
"""The fields of the index that are kept as they are."""


def _fits(kept: tuple[Any, ...], network: Network) -> bool:
    """Tell whether what was kept can be the index of a network: a file may come from anybody, and loops trust it."""
    n = len(network.organisations)
    try:
        order, places, codes, themes, project_ids, *rest = kept
        given = dict(zip(_KEPT, rest, strict=True))
        columns = {"links": n, "languages": len(given["language_names"]), "projects": len(project_ids)}
        columns |= dict.fromkeys(("offered", "sought", "works_on"), len(themes))
        shapes: dict[str, tuple[int, ...]] = {name: (n, count) for name, count in columns.items()}
        shapes |= dict.fromkeys(("country", "latitude", "longitude", "population", "capital", "district"), (n,))
        shapes |= {"languages_stated": (n,), "telling": (len(project_ids),)}
        return (
            np.array_equal(np.sort(order), np.arange(n))
            and all(given[name].shape == shape for name, shape in shapes.items())
            and given["milestones"].shape[0] == n
            and bool(np.isin(given["country"], np.arange(len(codes))).all())
            and bool(np.isin(places[:, 0], np.arange(n)).all())
        )
    except (AttributeError, IndexError, TypeError, ValueError):
        return False


def short(matrix: sparse.csr_array) -> sparse.csr_array:
    """Return a matrix with indices of 32 bits, which is half the memory to go through."""
    return sparse.csr_array(
        (matrix.data, matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)), shape=matrix.shape
    )


def unit_vectors(latitude: Floats, longitude: Floats) -> Floats:
    """Return the unit vectors (n x 3) of coordinates in degrees.

    >>> unit_vectors(np.array([0.0, 90.0]), np.array([0.0, 0.0])).round(9).tolist()
    [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    """
    lat, lon = np.radians(latitude), np.radians(longitude)
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)


def grouping(groups: Ints, size: int) -> sparse.csr_array:
    """Return which of ``size`` groups each one is of (n x size, 0/1, float64).

    >>> grouping(np.array([1, 0]), 3).toarray().tolist()
    [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]
    """
    return sparse.csr_array((np.ones(len(groups)), (np.arange(len(groups)), groups)), shape=(len(groups), size))


def symmetric(pairs: Iterable[tuple[int, int]], n: int) -> sparse.csr_array:
    """Return the symmetric 0/1 matrix (n x n, float32) of pairs; doubles count once, loops not at all."""
    both = np.array([p for p in pairs if p[0] != p[1]], np.int64).reshape(-1, 2)
    cells = np.sort(np.concatenate([both[:, 0] * n + both[:, 1], both[:, 1] * n + both[:, 0]]))
    rows, columns = np.divmod(cells[np.diff(cells, prepend=-1) > 0], max(n, 1))
    return short(sparse.csr_array((np.ones(len(rows), np.float32), (rows, columns)), shape=(n, n)))


def _membership(sets: Sequence[Iterable[str]], names: Sequence[str]) -> sparse.csr_array:
    """Return a 0/1 matrix (sets x names, float32); what ``names`` lacks is left out."""
    at = {name: column for column, name in enumerate(names)}
    cells = [(row, at[item]) for row, items in enumerate(sets) for item in items if item in at]
    rows, columns = np.array(cells, np.int64).reshape(-1, 2).T
    return sparse.csr_array((np.ones(len(cells), np.float32), (rows, columns)), shape=(len(sets), len(names)))


def _held(
    inferred: Mapping[str, Iterable[Held]], column: Mapping[str, Sequence[Any]]
) -> dict[Side, list[dict[str, float]]]:
    """Return how strongly each organisation (in the order of the columns) holds which themes, by side."""
    held: dict[Side, list[dict[str, float]]] = {
        "offered": [dict.fromkeys(themes, 1.0) for themes in column["themes_offered"]],
        "sought": [dict.fromkeys(themes, 1.0) for themes in column["themes_sought"]],
        "works on": [{} for _ in column["id"]],
    }
    for at, identifier in enumerate(column["id"]):
        if identifier in inferred:
            for side, themes in strengths(inferred[identifier]).items():
                held[side][at] = themes
    return held


def _weighted(rows: Sequence[Mapping[str, float]], names: Sequence[str]) -> sparse.csr_array:
    """Return a matrix (rows x names, float64) of strengths."""
    at = {name: column for column, name in enumerate(names)}
    cells = [(row, at[name], value) for row, held in enumerate(rows) for name, value in held.items()]
    found, columns, values = np.array(cells, np.float64).reshape(-1, 3).T
    return sparse.csr_array((values, (found.astype(np.int64), columns.astype(np.int64))), shape=(len(rows), len(names)))


def _numbers(values: Iterable[float | None]) -> Floats:
    return np.array([np.nan if value is None else value for value in values], np.float64)
