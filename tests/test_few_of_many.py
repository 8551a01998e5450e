"""A question about few organisations of a large network has the same answer as one about all, and what a store keeps
for it is what would be computed.
"""

import dataclasses
import datetime as dt
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import sparse

from twinnet import index as index_module
from twinnet import matching
from twinnet.evidence import Block
from twinnet.graph import Network
from twinnet.index import MatchIndex
from twinnet.models import Rules, Source, Statement
from twinnet.prepared import Ready, pack, unpack
from twinnet.profile import READINGS
from twinnet.reasons import REASONS, network
from twinnet.reasons.preparing import prepare
from twinnet.scoring import score, shipped
from twinnet.stores import content, open_store, schema

TODAY = dt.date(2026, 1, 1)

places = st.one_of(
    st.tuples(st.sampled_from([45.0, 45.05, 45.2]), st.sampled_from([9.0, 9.1, 9.6])),
    st.tuples(st.floats(44.0, 46.0), st.floats(8.0, 12.0)),
    st.none(),
)
towns = st.tuples(
    st.sampled_from(["BA", "IT", "AT", None]),
    places,
    st.sampled_from([None, 1000, 1500, 60_000]),
    st.sampled_from(["Sankt Martin", "San Martino", "Sveti Martin", "Bari", "Ub", ""]),
    st.sampled_from([(), ("youth",), ("youth", "culture")]),
)
networks = st.tuples(
    st.lists(towns, min_size=2, max_size=16),
    st.lists(st.tuples(st.integers(0, 15), st.integers(0, 15), st.sampled_from([None, "1999", "2020"])), max_size=40),
)


def said(made: tuple[list[Any], list[Any]]) -> list[Statement]:
    """Say a made-up network as the rows of lists say it."""
    given_towns, links = made
    statements = []
    for at, (country, place, population, name, themes) in enumerate(given_towns):
        values = {
            "name": f"{name} {at}",
            "kind": "town",
            "country": country,
            "population": population,
            "themes_offered": themes,
            "themes_sought": themes[:1],
            "latitude": place and place[0],
            "longitude": place and place[1],
        }
        values = {field: value for field, value in values.items() if value}
        statements.append(Statement(source="list", row=at, kind="organisation", subject=f"town-{at:02}", values=values))
    for at, (one, other, since) in enumerate(links):
        ends = {"a": f"town-{one % len(given_towns):02}", "b": f"town-{other % len(given_towns):02}", "since": since}
        statements.append(Statement(source="list", row=at, kind="link", subject=f"link-{at}", values=ends))
    return statements


def store_at(path: Path, statements: list[Statement]) -> Path:
    with open_store(path, create=True) as store:
        store.clock = "2026-01-01T00:00:00Z".strip
        store.replace([Source(name="list", kind="links", file="list.csv", date="2025")], statements)
    return path


def read(path: Path) -> Network:
    with open_store(path) as store:
        return store.read()


def anew(given_network: Network) -> Network:
    """Return the same network without what was kept of it."""
    return Network(given_network.organisations, links=given_network.links, sources=given_network.sources)


def arrays_of(given_network: Network) -> dict[str, bytes]:
    """Return what a network has ready of its arrays."""
    return {name: content for name, content in given_network.prepared.items() if name != READINGS}


def network_of(made: tuple[list[Any], list[Any]]) -> Network:
    return Network.from_statements([Source(name="list", kind="links", file="list.csv")], said(made))


@pytest.fixture
def as_if_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Treat every network as a large one, and every number of rows as few."""
    monkeypatch.setattr(network, "_LARGE", 1)
    monkeypatch.setattr(network, "_SHARE_ASKED", 0)
    monkeypatch.setattr(schema, "LARGE", 1)


def same(one: Any, other: Any) -> bool:
    """Tell whether two values are the same to the last bit."""
    if isinstance(one, tuple):
        return isinstance(other, tuple) and len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, sparse.csr_array):
        parts = [same(getattr(one, name), getattr(other, name)) for name in ("data", "indices", "indptr")]
        return bool(one.shape == other.shape and all(parts))
    if isinstance(one, np.ndarray):
        return bool(one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes())
    return bool(one == other)


class TestFewRows:
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
    @given(made=networks, rows=st.lists(st.integers(0, 15), min_size=1, max_size=6))
    def test_have_the_points_that_they_have_among_all(self, as_if_large: None, made: Any, rows: list[int]) -> None:
        whole, few = MatchIndex.of(network_of(made)), MatchIndex.of(network_of(made))
        for radii, like in network.NeighboursPartners()._families:
            for radius in radii:
                whole.near(radius, like_size=like)
        every = score(Block(whole, np.arange(len(whole))), shipped())
        chosen = np.array([row % len(few) for row in rows], np.int64)
        part = score(Block(few, chosen), shipped())
        assert not any(key[0] == "near" for key in few.cache)
        assert np.array_equal(part.total, every.total[chosen])
        for at, row in enumerate(chosen.tolist()):
            columns = np.arange(len(few))
            mine, among = part.points(at, columns), every.points(row, columns)
            assert all(np.array_equal(points, among[key]) for key, points in mine.items())

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
    @given(made=networks)
    def test_without_their_links_too(self, as_if_large: None, made: Any) -> None:
        whole, few = MatchIndex.of(network_of(made)), MatchIndex.of(network_of(made))
        rows, others = (side.astype(np.int64) for side in whole.links.nonzero())
        if not len(rows):
            return
        for radii, like in network.NeighboursPartners()._families:
            for radius in radii:
                whole.near(radius, like_size=like)
        expected, found = (score(Block(index, rows, others), shipped()).total for index in (whole, few))
        assert not any(key[0] == "near" for key in few.cache)
        assert np.array_equal(found, expected)

    def test_a_sentence_about_neighbours_is_the_same(self, as_if_large: None) -> None:
        made = (
            [("IT", (45.0, 9.0 + at / 50), 1000, "Bari", ()) for at in range(4)]
            + [("AT", (47.0, 13.0 + at / 50), 1000, "Ub", ()) for at in range(4)],
            [(0, 4, None), (1, 5, None)],
        )
        whole, few = MatchIndex.of(network_of(made)), MatchIndex.of(network_of(made))
        whole.near(70.0)
        whole.near(200.0, like_size=0.3)
        told = [reason.tell(few, 3, 7) for reason in REASONS]
        assert told == [reason.tell(whole, 3, 7) for reason in REASONS]
        assert not any(key[0] == "near" for key in few.cache)

    def test_sentences_about_few_keep_no_neighbourhoods_of_all(self, as_if_large: None) -> None:
        made = ([("IT", (45.0, 9.0 + at / 50), 1000, "Bari", ()) for at in range(12)], [(0, 1, None), (2, 3, None)])
        few = MatchIndex.of(network_of(made))
        neighbours = REASONS[3]
        sizes = []
        for other in range(4, 12):
            assert neighbours.tell(few, 0, other) is not None
            sizes.append(sum(isinstance(value, sparse.csr_array) for value in few.cache.values()))
        assert sizes[0] == sizes[-1]


class TestKept:
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=15)
    @given(made=networks)
    def test_what_is_kept_is_what_would_be_computed(
        self, as_if_large: None, tmp_path_factory: pytest.TempPathFactory, made: Any
    ) -> None:
        stored = read(store_at(tmp_path_factory.mktemp("kept") / "my.twinnet", said(made)))
        new = anew(stored)
        assert arrays_of(stored) == prepare(new)
        kept, fresh = MatchIndex.of(stored), MatchIndex.of(new)
        for reason in REASONS:
            reason.prepare(kept)
            reason.prepare(fresh)
        for index in (kept, fresh):
            assert len(index.unit) == len(index.locality) == len(index)
        for field in dataclasses.fields(MatchIndex):
            if field.name not in ("profiles", "cache", "ready"):
                one, other = (getattr(index, field.name) for index in (kept, fresh))
                assert same(tuple(one), tuple(other)) if isinstance(other, tuple) else same(one, other), field.name
        ours, theirs = kept.fields(), fresh.fields()
        assert ours.keys() == theirs.keys()
        assert all(same(ours[name], theirs[name]) for name in ours)
        assert stored.newest_date == new.newest_date

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=15)
    @given(
        made=networks,
        rules=st.sampled_from(
            [
                Rules(),
                Rules(whose=("town-01",)),
                Rules(as_of=dt.date(2010, 1, 1)),
                Rules(corridor="IT:BA,AT"),
                Rules(corridor="IT:BA", corridor_only=False, same_country=True),
                Rules(country_names={"IT": "Italien"}),
                Rules(never=(("town-00", "town-01"),), distance=(20.0, 300.0)),
            ]
        ),
    )
    def test_answers_are_those_of_the_facts(
        self, as_if_large: None, tmp_path_factory: pytest.TempPathFactory, made: Any, rules: Rules
    ) -> None:
        stored = read(store_at(tmp_path_factory.mktemp("kept") / "my.twinnet", said(made)))
        assert stored.prepared
        found = [list(matching.suggest(one, rules=rules, today=TODAY)) for one in (stored, anew(stored))]
        assert found[0] == found[1]
        ids = ["town-01", "town-00"]
        ranked = [matching.rank(one, ids, rules=rules, today=TODAY) for one in (stored, anew(stored))]
        assert ranked[0] == ranked[1]
        for verb in (matching.revive, matching.deepen):
            assert verb(stored, rules=rules, today=TODAY) == verb(anew(stored), rules=rules, today=TODAY)


MADE = (
    [("IT", (45.0, 9.0 + at / 50), 1000 + at, "San Martino", ("youth",)) for at in range(5)]
    + [("AT", (47.0, 13.0 + at / 50), 1000, "Sankt Martin", ("bees",)) for at in range(5)],
    [(0, 5, "1999"), (1, 6, None), (2, 7, "2020")],
)


@pytest.fixture
def file(as_if_large: None, tmp_path: Path) -> Path:
    return store_at(tmp_path / "my.twinnet", said(MADE))


def changed(path: Path, statement: str, *values: Any) -> Network:
    """Change a file behind the back of the store, and read it; no check sum tells of the change."""
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(statement, values)
        connection.execute("DELETE FROM meta WHERE key LIKE ?", (f"{schema.CHECK}%",))
        found = connection.execute("SELECT name, stamp, CAST(content AS BLOB) FROM prepared").fetchall()
        for name, stamp, kept in found:
            sealed = f"{stamp.rpartition(' ')[0]} {content._sum([(name, kept)])}"
            connection.execute("UPDATE prepared SET stamp = ? WHERE name = ?", (sealed, name))
    connection.close()
    return read(path)


class TestFile:
    def test_the_same_lists_make_the_same_bytes(self, file: Path, tmp_path: Path) -> None:
        assert file.read_bytes() == store_at(tmp_path / "again.twinnet", said(MADE)).read_bytes()

    def test_a_small_network_keeps_nothing(self, tmp_path: Path) -> None:
        stored = read(store_at(tmp_path / "small.twinnet", said(MADE)))
        assert not arrays_of(stored)

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE organisations SET population = 7 WHERE id = 'town-03'",
            "DELETE FROM links WHERE id = 'link-0'",
            "UPDATE sources SET date = '2026'",
            "UPDATE prepared SET stamp = 'of another version'",
        ],
    )
    def test_what_was_made_of_other_facts_is_passed_over(self, file: Path, statement: str) -> None:
        assert read(file).prepared
        assert not changed(file, statement).prepared

    @pytest.mark.parametrize("name", ["index", "runs", "around", "cells", "newest date"])
    def test_what_is_damaged_is_made_anew(self, file: Path, name: str) -> None:
        expected = list(matching.suggest(anew(read(file)), today=TODAY))
        stored = changed(file, "UPDATE prepared SET content = substr(content, 1, 40) || x'07' WHERE name = ?", name)
        assert list(matching.suggest(stored, today=TODAY)) == expected
        assert matching.suggest(stored)[0].rules == expected[0].rules
        assert Ready(stored.prepared).read(name) is None

    @pytest.mark.parametrize("name", ["country", "links", "projects", "latitude"])
    def test_what_does_not_fit_the_network_is_made_anew(self, file: Path, name: str) -> None:
        expected = list(matching.suggest(anew(read(file)), today=TODAY))
        stored = read(file)
        kept = list(unpack(stored.prepared["index"]))
        at = len(kept) - len(index_module._KEPT) + index_module._KEPT.index(name)
        if isinstance(kept[at], np.ndarray):
            kept[at] = kept[at] + 99 if name == "country" else kept[at][:-1]
        else:
            rows, columns = kept[at].shape
            kept[at] = sparse.csr_array((rows, columns + 1), dtype=kept[at].dtype)
        stored = changed(file, "UPDATE prepared SET content = ? WHERE name = 'index'", pack(tuple(kept)))
        assert list(matching.suggest(stored, today=TODAY)) == expected

    def test_what_is_gone_is_made_anew(self, file: Path) -> None:
        expected = list(matching.suggest(anew(read(file)), today=TODAY))
        for name in list(read(file).prepared):
            stored = changed(file, "DELETE FROM prepared WHERE name = ?", name)
            assert list(matching.suggest(stored, today=TODAY)) == expected

    def test_every_change_brings_it_up_to_date(self, file: Path) -> None:
        with open_store(file, readonly=False) as store:
            store.replace(
                [Source(name="more", kind="links", file="more.csv")],
                [
                    Statement(
                        source="more", row=1, kind="link", subject="link-9", values={"a": "town-03", "b": "town-08"}
                    )
                ],
            )
        stored = read(file)
        assert arrays_of(stored) == prepare(anew(stored))
        with open_store(file, readonly=False) as store:
            store.erase("town-00")
        stored = read(file)
        assert arrays_of(stored) == prepare(anew(stored))

    def test_other_links_are_not_those_that_were_kept(self, file: Path) -> None:
        index = MatchIndex.of(read(file))
        other = dataclasses.replace(index, links=index.links[:, :] * 0, cache={})
        assert index.ready.read("around") is not None
        assert other.ready.read("around") is None
