"""The match index holds a network as arrays in one fixed order, as of a date, and reads nothing into it."""

import datetime as dt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinnet import places
from twinnet.graph import Network
from twinnet.index import EARTH_RADIUS, MatchIndex, symmetric
from twinnet.models import Link, Organisation, Partner, Project

KM = 180 / (np.pi * EARTH_RADIUS)
"""Degrees of latitude to a kilometre."""


def town(name: str, country: str | None = "BA", **values: Any) -> Organisation:
    return Organisation(id=f"town-{name}", name=name, country=country, **values)


def link(a: str, b: str, **values: Any) -> Link:
    kind = values.get("kind", "partnership")
    return Link(id=f"{a}-{b}-{kind}", a=f"town-{a}", b=f"town-{b}", **values)


def test_organisations_stand_by_country_name_place_and_id() -> None:
    towns = [
        Organisation(id="1", name="Zenica", country="BA"),
        Organisation(id="9", name="Bari", country="IT", place="A"),
        Organisation(id="3", name="Bari", country="IT", place="B"),
        Organisation(id="2", name="Bari", country="IT", place="A"),
        Organisation(id="4", name="Atlantis"),
    ]
    index = MatchIndex.of(Network(towns))
    assert index.ids == ("4", "1", "2", "9", "3")
    assert index.countries == ("BA", "IT", "")
    assert list(index.country) == [2, 0, 1, 1, 1]
    assert index.position == {"4": 0, "1": 1, "2": 2, "9": 3, "3": 4}
    assert len(index) == 5


def test_what_is_unknown_is_nan() -> None:
    index = MatchIndex.of(
        Network([town("a"), town("b", latitude=1, longitude=2, population=10), town("c", population=0)])
    )
    assert np.isnan(index.latitude).tolist() == [True, False, True]
    assert np.isnan(index.population).tolist() == [True, False, True]
    assert index.log_population[1] == 1
    assert index.position_of(1) == (1, 2)
    assert np.allclose(np.linalg.norm(index.unit[1]), 1)
    assert not index.capital.any()


def test_links_are_symmetric_count_once_and_know_no_loops() -> None:
    links = [link("a", "b"), link("a", "b", kind="friendship"), link("b", "c"), link("c", "c")]
    index = MatchIndex.of(Network([town(x) for x in "abcd"], links=links))
    assert index.links.toarray().tolist() == [[0, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 0]]
    assert index.degree.tolist() == [1, 2, 1, 0]


@given(pairs=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=20))
def test_the_matrix_of_pairs_is_symmetric_with_an_empty_diagonal(pairs: list[tuple[int, int]]) -> None:
    matrix = symmetric(pairs, 6).toarray()
    assert (matrix == matrix.T).all()
    assert not matrix.diagonal().any()
    assert {tuple(sorted(p)) for p in pairs if p[0] != p[1]} == {(a, b) for a, b in np.argwhere(matrix) if a < b}
    assert set(np.unique(matrix)) <= {0, 1}


@pytest.mark.parametrize(
    ("day", "links", "projects"),
    [
        (None, 3, ("p1", "p2")),
        (dt.date(2010, 6, 1), 2, ("p1",)),
        (dt.date(2009, 12, 31), 1, ()),
    ],
)
def test_what_began_after_the_day_is_left_out(day: dt.date | None, links: int, projects: tuple[str, ...]) -> None:
    network = Network(
        [town(x) for x in "abcd"],
        links=[link("a", "b"), link("a", "c", since="2010"), link("a", "d", since="2010-07")],
        projects=[Project(id="p1", name="P1", start="2010-06-01"), Project(id="p2", name="P2", start="2011")],
        partners=[Partner(project=p, organisation="town-a") for p in ("p1", "p2")],
    )
    index = MatchIndex.of(network, as_of=day)
    assert index.links.nnz == 2 * links
    assert index.project_names == tuple(name.upper() for name in projects)
    assert index.projects.toarray()[0].tolist() == [1] * len(projects)


def test_themes_and_languages_are_sets() -> None:
    towns = [
        town("a", themes_offered=("youth", "sport", "youth"), themes_sought=("culture",), languages=("it", "it")),
        town("b", country="XK"),
        town("c", country=None),
    ]
    index = MatchIndex.of(Network(towns))
    position = index.position
    assert index.themes == ("culture", "sport", "youth")
    assert index.offered.toarray()[position["town-a"]].tolist() == [0, 1, 1]
    assert index.sought.toarray()[position["town-a"]].tolist() == [1, 0, 0]
    spoken = {
        name: {index.language_names[k] for k in np.flatnonzero(index.languages.toarray()[at])}
        for name, at in position.items()
    }
    assert spoken["town-a"] == {"it"}
    assert {"sq", "sr"} <= spoken["town-b"]
    assert spoken["town-c"] == set()
    assert index.languages_stated[position["town-a"]]
    assert not index.languages_stated[position["town-b"]]


def test_milestones_are_a_towns_own() -> None:
    sarajevo = 3191281
    towns = [
        town("s", geonames_id=sarajevo),
        Organisation(id="ngo-s", name="t", country="BA", kind="ngo", geonames_id=sarajevo),
    ]
    index = MatchIndex.of(Network(towns))
    assert dict(zip(index.ids, index.milestone_places, strict=True)) == {"town-s": sarajevo, "ngo-s": None}
    assert index.milestones.toarray().tolist() == [[1], [0]]


def test_nearness_falls_from_one_to_nothing_within_a_country() -> None:
    towns = [
        town("a", latitude=44.0, longitude=18.0, population=1000),
        town("b", latitude=44.0 + 5 * KM, longitude=18.0, population=1000),
        town("c", latitude=44.0 + 10.001 * KM, longitude=18.0, population=1500),
        town("d", latitude=44.0 + 5 * KM, longitude=18.0, population=9000),
        town("e", country="HR", latitude=44.0, longitude=18.0, population=1000),
        town("f", country=None, latitude=44.0, longitude=18.0, population=1000),
        town("g"),
    ]
    index = MatchIndex.of(Network(towns))
    at = [index.position[f"town-{x}"] for x in "abcdefg"]
    near = index.near(10).toarray()[np.ix_(at, at)]
    assert (near == near.T).all()
    assert near.diagonal().tolist() == [1] * 7
    assert near[0].tolist() == [1, 0.75, 0, 0.75, 0, 0, 0]
    assert near[1, 3] == 1
    alike = index.near(10, like_size=0.3).toarray()[np.ix_(at, at)]
    assert alike[0].tolist() == [1, 0.75, 0, 0, 0, 0, 0]
    assert alike.diagonal().tolist() == [1] * 7
    assert index.near(10) is index.near(10)


@given(
    spots=st.lists(st.tuples(st.floats(44, 45), st.floats(17, 18)), min_size=2, max_size=6),
    radius=st.sampled_from([8.0, 25.0, 70.0]),
)
def test_nearness_is_that_of_the_distance(spots: list[tuple[float, float]], radius: float) -> None:
    towns = [town(f"{k}", latitude=lat, longitude=lon) for k, (lat, lon) in enumerate(spots)]
    near = MatchIndex.of(Network(towns)).near(radius).toarray()
    for a, one in enumerate(spots):
        for b, other in enumerate(spots):
            expected = max(1 - (places.distance(*one, *other) / radius) ** 2, 0)
            assert near[a, b] == pytest.approx(1 if a == b else expected, abs=0.005)


def test_an_empty_network_has_an_empty_index() -> None:
    index = MatchIndex.of(Network())
    assert len(index) == 0
    assert index.near(10).shape == (0, 0)
    assert index.countries == ("",)
