"""A network learns points from its own links, keeps them where they are better, and they apply to it from then on."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from twinnet import applied, matching, scoring, workspace
from twinnet.errors import NoStoreError, StoreError
from twinnet.graph import Network, OwnPoints
from twinnet.index import MatchIndex
from twinnet.models import Rules, Source, Statement, link_id
from twinnet.reasons import REASONS
from twinnet.scoring import FEWEST_LINKS, LearnOptions, PointsTable, shipped
from twinnet.stores import Store, open_store
from twinnet.stores.sqlite import SqliteStore
from twinnet.views.contents import contents
from twinnet.workspace import learning
from twinnet.writing.lines import export

DAY = dt.date(2026, 5, 9)
MEMBERS = Source(name="towns", kind="members", file="towns.csv", network="towns")
LINKS = Source(name="links", kind="links", file="links.csv")
CARD = {"links": 1234, "date": "2026-05-09"}
TOLD = "learned from this network on 2026-05-09, 1,234 links"
SIZE = ("size", "ratio of inhabitants")
Run = Callable[..., Any]


def sized(slope: int) -> PointsTable:
    """Return the shipped points with others for size: so many more a tenth of the decimal logarithm."""
    rows = {key: np.zeros_like(row) if key[0] == "size" else row for key, row in shipped().points.items()}
    bins = next(len(f.edges) + 1 for reason in REASONS for f in reason.features if (reason.key, f.name) == SIZE)
    rows[SIZE][:bins] = slope * np.arange(bins)
    return PointsTable(rows, shipped().base_rate, shipped().calibration, {**shipped().card, **CARD})


ALIKE, UNLIKE = sized(-400), sized(400)


def statements(count: int, links: int) -> Iterator[Statement]:
    """Give towns of four countries, two thirds of them linked with some of like size; the others have no link."""
    rng = np.random.default_rng(1)
    sizes = (2_000, 20_000, 200_000)
    for at in range(count):
        values = {
            "name": f"Town {at}",
            "kind": "town",
            "country": ("BA", "HR", "IT", "AT")[at % 4],
            "latitude": 42 + (at // 4) % 10 * 0.5,
            "longitude": 14 + at % 4 + at // 40 * 0.05,
            "population": sizes[at // 4 % 3],
        }
        yield Statement("towns", at + 2, "organisation", f"t{at:03}", values)
        yield Statement("towns", at + 2, "membership", f"t{at:03}|towns", {})
    pairs: set[tuple[int, int]] = set()
    while len(pairs) < links:
        a, b = sorted(int(x) for x in rng.choice(count * 2 // 3, 2, replace=False))
        if a % 4 != b % 4 and a // 4 % 3 == b // 4 % 3:
            pairs.add((a, b))
    for row, (a, b) in enumerate(sorted(pairs), start=2):
        yield Statement("links", row, "link", link_id(f"t{a:03}", f"t{b:03}"), {"a": f"t{a:03}", "b": f"t{b:03}"})


def fill_store(store: Store, count: int = 240, links: int = 450) -> None:
    store.replace([MEMBERS, LINKS], list(statements(count, links)))


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("made") / "my.twinnet"
    with open_store(path, create=True) as store:
        fill_store(store)
    return path.read_bytes()


@pytest.fixture
def network(tmp_path: Path, stored: bytes) -> Path:
    """A stored network of 240 towns and 450 links between towns of like size."""
    path = tmp_path / "my.twinnet"
    path.write_bytes(stored)
    return path


@pytest.fixture
def learns(monkeypatch: pytest.MonkeyPatch) -> Callable[[PointsTable], list[MatchIndex]]:
    """Let learning come to a given table at once; the indices that it was given."""

    def put(table: PointsTable) -> list[MatchIndex]:
        given: list[MatchIndex] = []

        def learn(index: MatchIndex, *_: Any, about: Any = None, prior: Any = None, **__: Any) -> PointsTable:
            assert prior is shipped()
            given.append(index)
            card = {"base_rate": table.base_rate, "calibration": table.calibration, "organisations": len(index)}
            card |= {"links": index.links.nnz // 2, **(about or {})}
            return PointsTable(table.points, table.base_rate, table.calibration, card)

        monkeypatch.setattr(scoring, "learn", learn)
        monkeypatch.setattr(learning, "_MOST_TIMES", 2)
        return given

    return put


class TestOwnPoints:
    def test_what_is_kept_is_read_back_exactly(self) -> None:
        kept = applied.kept(ALIKE)
        read = applied.applied(Network(points=kept))
        assert read is not shipped()
        assert all((read.points[key] == row).all() for key, row in ALIKE.points.items())
        assert (read.base_rate, read.calibration) == (ALIKE.base_rate, ALIKE.calibration)
        assert read.card["links"] == 1234
        assert applied.applied(Network(points=kept)) is read

    def test_points_by_rule_are_always_the_packages(self) -> None:
        kept = applied.kept(ALIKE.weighted({"themes": 0}))
        assert ",rule," not in kept.table
        read = applied.applied(Network(points=kept))
        key = ("themes", "shared theme weight")
        assert read.points[key].tolist() == shipped().points[key].tolist()

    def test_it_is_told_which_apply(self) -> None:
        assert applied.told(Network()).startswith("shipped, learned from ")
        own = replace(ALIKE, card={key: value for key, value in ALIKE.card.items() if key != "date"})
        assert applied.told(Network(points=applied.kept(own))) == "learned from this network, 1,234 links"
        assert applied.told(Network(points=applied.kept(ALIKE))) == TOLD

    def test_points_of_other_features_are_passed_over_and_it_is_said(self) -> None:
        table, card = applied.kept(ALIKE)
        of_old = Network(points=OwnPoints(table, json.dumps({**json.loads(card), "features": "0123456789ab"})))
        assert applied.applied(of_old) is shipped()
        assert applied.told(of_old).startswith("shipped, learned from ")
        assert applied.told(of_old).endswith("those of another version: `twinnet learn` learns them again")

    @pytest.mark.parametrize(
        ("table", "card"),
        [("x", None), (None, "{"), (None, "[]"), ("reason\nsize\n", None), ("reason,feature\nsize,ratio\n", None)],
    )
    def test_points_that_cannot_be_read_are_an_error_with_advice(self, table: str | None, card: str | None) -> None:
        good = applied.kept(ALIKE)
        broken = Network(points=OwnPoints(good.table if table is None else table, good.card if card is None else card))
        with pytest.raises(StoreError, match="--forget` takes them away"):
            applied.applied(broken)

    def test_they_are_no_facts(self) -> None:
        assert Network(points=applied.kept(ALIKE)).digest == Network().digest


@pytest.mark.parametrize("kind", ["file", "memory"])
class TestStores:
    @pytest.fixture
    def store(self, tmp_path: Path, kind: str) -> Iterator[Store]:
        with open_store("memory:" if kind == "memory" else tmp_path / "my.twinnet", create=True) as store:
            fill_store(store, 12, 6)
            yield store

    def test_keep_them_whatever_is_imported_judged_or_forgotten(self, store: Store) -> None:
        own = applied.kept(ALIKE)
        before = store.read().digest
        assert store.read().points is None
        assert store.learn(own)
        assert not store.learn(own)
        assert store.read().points == own
        assert store.read().digest == before
        store.replace([MEMBERS], list(statements(8, 0)))
        store.judge([])
        store.drop("links")
        store.erase("t001")
        assert store.read().points == own
        other = applied.kept(UNLIKE)
        assert store.learn(other)
        assert store.read().points == other
        assert store.learn(None)
        assert not store.learn(None)
        assert store.read().points is None

    def test_an_export_holds_them_in_its_order(self, store: Store) -> None:
        before = list(export(store.read()))
        store.learn(applied.kept(ALIKE))
        lines = list(export(store.read()))
        (line,) = [line for line in lines if line not in before]
        assert [one for one in lines if one != line] == before
        held = json.loads(line)
        assert (held["type"], held["table"]) == ("points", applied.kept(ALIKE).table)
        assert held["card"]["links"] == 1234
        kinds = [json.loads(one)["type"] for one in lines[1:]]
        assert kinds == sorted(kinds)


def test_a_file_keeps_them_when_it_is_opened_again(network: Path) -> None:
    with open_store(network, readonly=False) as store:
        store.learn(applied.kept(ALIKE))
    assert workspace.open(network).points == applied.kept(ALIKE)


class TestWhatApplies:
    def test_suggest_rank_and_revive_go_by_the_networks_own(self, network: Path) -> None:
        without = workspace.open(network)
        with open_store(network, readonly=False) as store:
            store.learn(applied.kept(UNLIKE))
        own = workspace.open(network)
        rules = Rules(whose=("t001", "t002", "t003"))
        for verb in (matching.suggest, matching.revive):
            assert verb(own, rules=rules, today=DAY) == verb(without, rules=rules, today=DAY, table=UNLIKE)
            assert verb(own, rules=rules, today=DAY) != verb(without, rules=rules, today=DAY)
            assert verb(own, rules=rules, today=DAY, table=shipped()) == verb(without, rules=rules, today=DAY)
        assert matching.rank(own, ["t001"]) == matching.rank(without, ["t001"], table=UNLIKE)

    def test_newcomers_are_ranked_by_them_too(self, run: Run, network: Path) -> None:
        queries = "query_id,name,country\n1,Sarajevo,BA\n"
        words = ("rank", network, "--queries", "q.csv", "--out", "-", "--today", "2026-05-09")
        plain = run(*words, files={"q.csv": queries})
        assert "points" not in plain.err
        with open_store(network, readonly=False) as store:
            store.learn(applied.kept(UNLIKE))
        said = run(*words)
        assert said.out != plain.out
        assert f"points: {TOLD}" in said.err

    def test_files_and_the_terminal_say_which(self, run: Run, network: Path) -> None:
        words = ("suggest", network, "--for", "country:BA", "--today", "2026-05-09")
        assert "points: shipped, learned from" in run(*words, "--out", "a.csv").err
        assert run(*words).err == ""
        with open_store(network, readonly=False) as store:
            store.learn(applied.kept(ALIKE))
        said = run(*words, "--out", "x.xlsx")
        assert f"points: {TOLD}" in said.err
        about = openpyxl.load_workbook("x.xlsx", read_only=True)["About"]
        assert ("Which points", TOLD) in [row[:2] for row in about.iter_rows(values_only=True)]
        assert run(*words, "--out", "x.html").code == 0
        assert contents(workspace.open(network), [], title="", rules=Rules(), today=DAY)["points"] == {
            "own": True,
            "n": 1234,
            "date": "2026-05-09",
        }
        assert f"points: {TOLD}" in run(*words).err
        assert f"points: {TOLD}" in run("show", network).out
        assert "points" not in run("deepen", network).err


class TestLearn:
    def test_better_points_are_kept_and_apply(self, network: Path, learns: Any) -> None:
        given = learns(ALIKE)
        steps: list[tuple[int, int]] = []
        found = learning.learn(network, today=DAY, progress=lambda done, of: steps.append((done, of)))
        assert found.table is not None
        assert found.links == 450
        assert found.measured is not None
        assert found.measured.better
        assert found.measured.learned.value > found.measured.shipped.value
        assert found.measured.difference.low > 0
        # Hidden links were not seen; the points that are kept are learned from all.
        assert [index.links.nnz // 2 for index in given] == [360, 360, 450]
        own = workspace.open(network)
        assert own.points is not None
        assert applied.told(own) == "learned from this network on 2026-05-09, 450 links" == found.applies
        card = json.loads(own.points.card)
        assert card["measured"]["mrr"]["learned"][0] == round(found.measured.learned.value, 4)
        assert card["date"] == "2026-05-09"
        assert "added_places" not in card
        assert "\n".join(found.lines()).endswith(
            "The learned points are better. They are the network's own from now on.\npoints: " + found.applies
        )

    def test_it_is_the_same_every_time(self, network: Path, learns: Any) -> None:
        learns(ALIKE)
        learning.learn(network, today=DAY)
        first = workspace.open(network).points
        assert first is not None
        learning.learn(network, today=DAY)
        assert workspace.open(network).points == first

    @pytest.mark.parametrize(("table", "said"), [(UNLIKE, "are worse"), (shipped(), "cannot be told to be better")])
    def test_points_that_are_not_better_are_not_kept_and_it_is_said(
        self, network: Path, learns: Any, table: PointsTable, said: str
    ) -> None:
        learns(table)
        with open_store(network, readonly=False) as store:
            store.learn(applied.kept(ALIKE))
        found = learning.learn(network, today=DAY)
        assert found.table is None
        assert workspace.open(network).points is None
        lines = list(found.lines())
        assert f"The learned points {said}. They are not kept; --anyway would keep them." in lines
        assert lines[-2] == "The points that the network had learned before are taken away."
        assert lines[-1].startswith("points: shipped, learned from ")
        assert "taken away" not in "".join(learning.learn(network, today=DAY).lines())
        anyway = learning.learn(network, today=DAY, anyway=True)
        assert anyway.table is not None
        assert workspace.open(network).points is not None
        assert f"The learned points {said}. They are the network's own all the same, as --anyway asks." in list(
            anyway.lines()
        )

    def test_few_links_fall_back_to_the_shipped_points(self, tmp_path: Path) -> None:
        path = tmp_path / "few.twinnet"
        with open_store(path, create=True) as store:
            fill_store(store, links=learning.FEWEST - 1)
            store.learn(applied.kept(ALIKE))
        found = learning.learn(path, today=DAY, anyway=True)
        assert (found.links, found.table, found.measured) == (learning.FEWEST - 1, None, None)
        assert workspace.open(path).points is None
        first, gone, last = found.lines()
        assert gone == "The points that the network had learned before are taken away."
        assert first.startswith(f"{learning.FEWEST - 1} links between two countries are recorded.")
        assert f"At least {learning.FEWEST} between different towns are needed" in first
        assert last.startswith("points: shipped")

    def test_so_few_that_a_hidden_part_leaves_too_few(self, network: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(learning, "FEWEST_LINKS", 400)
        assert learning.learn(network, today=DAY).table is None

    def test_where_every_town_has_a_link_places_without_one_are_added(
        self, tmp_path: Path, learns: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        given = learns(ALIKE)
        path = tmp_path / "linked.twinnet"
        with open_store(path, create=True) as store:
            said = [s for s in statements(240, 450) if s.kind == "link"]
            ends = {end for s in said for end in (s.values["a"], s.values["b"])}
            towns = [s for s in statements(240, 450) if s.subject.partition("|")[0] in ends]
            store.replace([MEMBERS, LINKS], [*towns, *said])
        found = learning.learn(path, today=DAY, anyway=True)
        assert len(given[-1]) > len(ends) * 1.5
        assert found.table is not None
        assert found.table.card["added_places"] == len(given[-1]) - len(ends)
        assert "of them places without a link" in next(iter(found.lines()))
        assert len(workspace.open(path).organisations) == len(ends)

    def test_a_file_that_cannot_be_written_is_told_of_before_anything_is_learned(
        self, network: Path, learns: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        given = learns(ALIKE)

        def refused(*_: object) -> bool:
            raise StoreError("it is read-only")

        monkeypatch.setattr(SqliteStore, "learn", refused)
        with pytest.raises(StoreError, match="read-only"):
            learning.learn(network, today=DAY)
        assert not given

    def test_there_has_to_be_a_network(self, tmp_path: Path) -> None:
        for verb in (learning.forget, learning.show, lambda path: learning.learn(path, today=DAY)):
            with pytest.raises(NoStoreError):
                list(verb(tmp_path / "none.twinnet") or ())

    def test_it_learns_indeed(self, network: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(scoring.learning, "_FIRST_QUERIES", 60)
        monkeypatch.setattr(scoring.learning, "_FIRST_STRATA", ((10**9, 20),))
        monkeypatch.setattr(learning, "_MOST_TIMES", 1)
        options = LearnOptions(queries=150, iterations=10)
        found = learning.learn(network, today=DAY, options=options, anyway=True)
        assert found.table is not None
        assert found.measured is not None
        assert found.table.card["links"] == 450
        assert found.measured.learned.value > 0
        assert applied.applied(workspace.open(network)).to_csv() == found.table.to_csv()
        assert found.table.points[SIZE][0] > found.table.points[SIZE][12]


class TestCommand:
    def test_learn_show_and_forget(self, run: Run, network: Path, learns: Any) -> None:
        learns(ALIKE)
        before = run("learn", network, "--show")
        assert before.code == 0
        assert before.out.startswith("points: shipped, learned from ")
        said = run("learn", network, "--today", "2026-05-09")
        assert (said.code, said.err) == (0, "")
        assert "learned 2026-05-09: 450 links among 240 organisations" in said.out
        assert "  difference" in said.out
        assert "lower bound" in said.out
        assert "They are the network's own from now on." in said.out
        shown = run("learn", network, "--show")
        assert shown.out.splitlines()[0] == "points: learned from this network on 2026-05-09, 450 links"
        assert shown.out.splitlines()[1:] == said.out.splitlines()[:-2]
        gone = run("learn", network, "--forget")
        assert gone.out.splitlines()[0] == "The network's own points are taken away."
        assert "points: shipped" in gone.out
        assert run("learn", network, "--forget").out.startswith("The network has no points of its own.")
        assert workspace.open(network).points is None

    def test_few_links_are_no_failure(self, run: Run, tmp_path: Path) -> None:
        with open_store(tmp_path / "few.twinnet", create=True) as store:
            fill_store(store, 12, 6)
        said = run("learn", "few.twinnet")
        assert (said.code, said.err) == (0, "")
        assert said.out.startswith("6 links between two countries are recorded")

    def test_decisions_alone_do_not_look_at_links(self, run: Run, network: Path) -> None:
        said = run("learn", network, "--decisions")
        assert (said.code, said.err) == (0, "")
        assert said.out.startswith("Links were not looked at")
        assert workspace.open(network).points is None

    def test_options_that_exclude_each_other(self, run: Run, network: Path) -> None:
        said = run("learn", network, "--show", "--forget")
        assert said.code == 2
        assert "exclude each other" in said.err


@pytest.fixture
def run(called: Run) -> Run:
    """Call the command line."""
    return called


def test_too_few_is_what_leaves_enough_with_a_part_hidden() -> None:
    assert learning.FEWEST * (1 - learning.SHARE) >= FEWEST_LINKS
