"""Who is near whom is the same for few organisations as for all, wherever on Earth they stand."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinnet.graph import Network
from twinnet.index import MatchIndex
from twinnet.models import Organisation
from twinnet.nearness import EARTH_RADIUS, Weights, chord_of, weights

RADII = (8.0, 25.0, 70.0, 200.0)

positions = st.one_of(
    st.tuples(st.floats(40.0, 42.0), st.floats(10.0, 13.0)),
    st.tuples(st.floats(-20.0, -17.0), st.sampled_from([-180.0, -179.99, -179.0, 179.0, 179.5, 180.0])),
    st.tuples(st.sampled_from([-90.0, -89.9, 88.5, 89.5, 89.99, 90.0]), st.floats(-180.0, 180.0)),
    st.tuples(st.floats(-90.0, 90.0), st.floats(-180.0, 180.0)),
    st.none(),
)
towns = st.lists(
    st.tuples(st.sampled_from(["BA", "IT", None]), positions, st.sampled_from([None, 900, 1000, 1900, 2000, 50_000])),
    max_size=14,
)


def index_of(given_towns: list[Any]) -> MatchIndex:
    return MatchIndex.of(
        Network(
            Organisation(
                id=f"town-{at}",
                name=f"Town {at}",
                country=country,
                latitude=position[0] if position else None,
                longitude=position[1] if position else None,
                population=population,
            )
            for at, (country, position, population) in enumerate(given_towns)
        )
    )


def by_hand(index: MatchIndex, radius: float, like_size: float | None) -> Weights:
    """Compare all with all."""
    found: Weights = np.eye(len(index), dtype=np.float32)
    unknown = len(index.countries) - 1
    for a in range(len(index)):
        for b in range(len(index)):
            same = index.country[a] == index.country[b] != unknown
            gone = np.linalg.norm(index.unit[[a]] - index.unit[[b]], axis=1)
            sizes = abs(index.log_population[a] - index.log_population[b])
            if a != b and same and np.isfinite(gone[0]) and (like_size is None or sizes < like_size):
                found[a, b] = weights(gone, radius)[0]
    return found


@given(given_towns=towns, like_size=st.sampled_from([None, 0.3]), chosen=st.sets(st.integers(0, 13)))
def test_rows_of_few_are_those_of_all_and_those_by_hand(
    given_towns: list[Any], like_size: float | None, chosen: set[int]
) -> None:
    index = index_of(given_towns)
    rows = np.array(sorted(row for row in chosen if row < len(index)), np.int64)
    for radius, few in zip(RADII, index.near_of(rows, RADII, like_size=like_size), strict=True):
        whole = index.near(radius, like_size=like_size)
        assert np.array_equal(whole.toarray(), by_hand(index, radius, like_size))
        assert whole.has_canonical_format
        assert few.dtype == whole.dtype
        assert few.indices.dtype == few.indptr.dtype == whole.indices.dtype == np.int32
        few.sort_indices()
        assert np.array_equal(few[rows].indices, whole[rows].indices)
        assert np.array_equal(few[rows].data, whole[rows].data)
        assert few.nnz == whole[rows].nnz


def test_large_parts_are_measured_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(0)
    index = index_of(
        [("BA", (float(43 + north), float(17 + east)), 1000) for north, east in chance.random((60, 2)).tolist()]
    )
    before = index.near(25.0)
    monkeypatch.setattr("twinnet.nearness._PAIRS", 7)
    [after] = index.near_of(np.arange(60), [25.0])
    assert np.array_equal(before.toarray(), after.toarray())
    assert before.nnz > 60


def test_the_way_through_the_earth_is_a_chord() -> None:
    assert chord_of(EARTH_RADIUS * np.pi) == pytest.approx(2)
    assert weights(np.array([chord_of(25.0)]), 25.0).tolist() == [0.0]
