"""The verbs in Python: networks from files, data frames, graphs and dicts, suggestions, and files that are whole."""

import copy
import csv
import datetime as dt
import itertools
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import networkx as nx
import pandas as pd
import pytest

import twinnet
from twinnet import workspace
from twinnet.errors import InputError, NoStoreError, OptionError, StoreError
from twinnet.models import Fault
from twinnet.places import Gazetteer
from twinnet.reading import Limits, ReadOptions
from twinnet.stores import open_store
from twinnet.taxonomy import Taxonomy
from twinnet.workspace import demonstration, describing, importing, ranking, reviewing
from twinnet.workspace.importing import Counts, ImportOptions
from twinnet.writing import lines

MOSTAR, BARI, GRAZ, LYON = "town-3194828", "town-3182351", "town-2778067", "town-2996944"
ROWS: list[dict[str, Any]] = [
    {"name": "Mostar", "country": "BA", "themes": ["youth", "culture"]},
    {"name": "Bari", "country": "Italy", "themes": ("culture",)},
    {"name": "Graz", "country": "AT", "themes": {"youth"}},
    {"name": "Lyon", "country": "France", "themes": "youth; culture"},
]
LINKS = [{"from_name": "Mostar", "from_country": "BA", "to_name": "Bari", "to_country": "IT", "since": 1998}]
DAY = dt.date(2026, 5, 9)


def exported(network: twinnet.Network) -> str:
    return "\n".join(lines.export(network, on=DAY))


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


class TestRead:
    def test_dicts(self) -> None:
        network = twinnet.read(ROWS, LINKS, network="ALDA")
        assert set(network.organisations.column("id")) == {MOSTAR, BARI, GRAZ, LYON}
        assert network.networks == ("ALDA",)
        assert network.organisation(MOSTAR).themes_offered == network.organisation(LYON).themes_offered
        assert [(link.a, link.b, link.since) for link in network.links] == [(BARI, MOSTAR, "1998")]

    def test_the_same_from_a_file_a_data_frame_and_an_iterator(self, tmp_path: Path) -> None:
        flat = [{**row, "themes": "youth"} for row in ROWS]
        path = tmp_path / "table 1.csv"
        pd.DataFrame(flat).to_csv(path, index=False)
        networks = [twinnet.read(thing) for thing in (flat, pd.DataFrame(flat), iter(flat), path, str(path))]
        # Only the source says whether it was a file.
        assert len({network.digest for network in networks}) == 1
        assert len({exported(network) for network in networks}) == 2

    def test_a_data_frame_with_gaps(self) -> None:
        frame = pd.DataFrame(
            {
                "name": ["Mostar", "Bari", "Graz"],
                "country": ["BA", "IT", pd.NA],
                "population": [104518, None, 300000],
                "joined": [pd.Timestamp("2001-01-02"), pd.NaT, pd.NaT],
                "latitude": [None, None, 47.07],
                "longitude": [None, None, 15.44],
            }
        )
        before = frame.copy(deep=True)
        network = twinnet.read(frame, network="ALDA")
        pd.testing.assert_frame_equal(frame, before)
        assert network.organisation(MOSTAR).population == 104518
        assert network.organisation(GRAZ).country == "AT"
        assert {m.organisation: m.since for m in network.memberships} == {MOSTAR: "2001-01-02", BARI: None, GRAZ: None}

    def test_cells_of_every_type(self) -> None:
        row = {
            "name": "Mostar", "country": "BA", "former": True, "since": dt.date(2001, 5, 1), "until": pd.NA,
            "themes": frozenset({"youth", "culture"}), "population": float("nan"), "website": None,
        }  # fmt: skip
        network = twinnet.read([row], network="ALDA")
        (membership,) = network.memberships
        assert (membership.former, membership.since, membership.until) == (True, "2001-05-01", None)
        assert len(network.organisation(MOSTAR).themes_offered) == 2

    def test_a_graph(self) -> None:
        graph = nx.MultiGraph(name="ALDA")
        graph.add_node(1, name="Mostar", country="BA", themes=["youth"])
        graph.add_node(2, name="Bari", country="IT", latitude=41.12, longitude=16.87)
        graph.add_node("Graz", country="AT")  # called by its id
        graph.add_node(4, name="Lyon", country="FR")  # isolated
        graph.add_edge(1, 2, since=1998)
        graph.add_edge(1, 2, since=2003)
        graph.add_edge(2, 1, since=2001, kind="friendship")
        graph.add_edge(1, "Graz")
        before = copy.deepcopy((list(graph.nodes(data=True)), list(graph.edges(data=True, keys=True)), graph.graph))
        network = twinnet.read(graph)
        assert (list(graph.nodes(data=True)), list(graph.edges(data=True, keys=True)), graph.graph) == before
        assert set(network.organisations.column("id")) == {MOSTAR, BARI, GRAZ, LYON}
        assert network.members("ALDA") == {MOSTAR, BARI, GRAZ, LYON}
        found = sorted((link.a, link.b, link.kind, link.since) for link in network.links)
        assert found == [
            (GRAZ, MOSTAR, "partnership", None),
            (BARI, MOSTAR, "friendship", "2001"),
            (BARI, MOSTAR, "partnership", "1998"),
        ]
        assert twinnet.read(graph, network="Other").networks == ("Other",)

    @pytest.mark.parametrize("given", [str, Path, Taxonomy.from_toml])
    def test_a_taxonomy_of_ones_own(self, tmp_path: Path, given: Callable[[Path], Any]) -> None:
        file = write(tmp_path, "own.toml", '[themes.bees]\nlabel = "honey bees"\narea = "green"\n')
        graph = nx.Graph(name="ALDA")
        graph.add_node("Mostar", country="BA", themes=["honey bees", "youth"])
        for thing in (graph, [{"name": "Mostar", "country": "BA", "themes": "Honey Bees; youth"}]):
            network = twinnet.read(thing, taxonomy=given(file))
            assert network.taxonomy == Taxonomy.from_toml(file)
            assert network.organisation(MOSTAR).themes_offered == ("bees", "youth")
            assert twinnet.read(thing).organisation(MOSTAR).themes_offered != ("bees", "youth")
        with pytest.raises(OptionError, match="cannot be read"):
            twinnet.read(graph, taxonomy=tmp_path / "none.toml")

    def test_a_networks_own_graph_comes_back(self) -> None:
        network = twinnet.read(ROWS, LINKS, network="ALDA")
        again = twinnet.read(network.multigraph(), network="ALDA")
        for table in ("organisations", "links"):
            assert getattr(again, table).column("id") == getattr(network, table).column("id")
        assert again.networks == ("ALDA",)

    def test_directed_and_empty_graphs(self) -> None:
        graph = nx.DiGraph()
        assert len(twinnet.read(graph).organisations) == 0
        graph.add_edge("Mostar", "Graz", since="1999")
        graph.nodes["Mostar"]["country"] = "BA"
        graph.nodes["Graz"]["country"] = "AT"
        assert len(twinnet.read(graph).links) == 1

    def test_a_graph_of_numbers_alone_says_what_it_lacks(self) -> None:
        with pytest.raises(InputError, match="no row could be taken: no country is given"):
            twinnet.read(nx.path_graph(4))

    def test_what_could_not_be_taken_is_told(self) -> None:
        faults: list[Fault] = []
        rows = [*ROWS, {"name": "Nowhere", "country": "Narnia"}, {"name": "Pula", "country": "HR", "latitude": 95}]
        network = twinnet.read(rows, on_fault=faults.append)
        assert len(network.organisations) == 5
        assert [(fault.row, fault.column, fault.held) for fault in faults] == [
            (6, "country", "row"),
            (7, "latitude", "value"),
        ]

    def test_the_kind_may_be_said(self) -> None:
        network = twinnet.read([{"name": "Mostar", "country": "BA"}], kind="members", network="ALDA")
        assert network.members("ALDA") == {MOSTAR}
        with pytest.raises(InputError, match="no list of links"):
            twinnet.read([{"name": "Mostar", "country": "BA"}], kind="links")

    @pytest.mark.parametrize("thing", [3, None, {"name": ["Mostar"]}, b"name", ["Mostar"], [["Mostar"]], object()])
    def test_what_is_no_list_is_told(self, thing: object) -> None:
        with pytest.raises(InputError, match="is no list: give a path, a data frame, a graph or a list of dicts"):
            twinnet.read(thing)

    def test_two_lists_of_one_network(self, tmp_path: Path) -> None:
        network = twinnet.read(ROWS[:2], ROWS[2:], network="ALDA")
        assert network.members("ALDA") == {MOSTAR, BARI, GRAZ, LYON}
        assert [source.name for source in network.sources] == ["ALDA members (table 1)", "ALDA members (table 2)"]
        paths = []
        for folder, town in (("a", "Mostar,BA"), ("b", "Bari,IT")):
            (tmp_path / folder).mkdir()
            paths.append(write(tmp_path / folder, "alda.csv", f"name,country\n{town}\n"))
        assert twinnet.read(*paths).members("alda") == {MOSTAR, BARI}

    def test_nothing_is_an_empty_network(self) -> None:
        assert len(twinnet.read().organisations) == len(twinnet.read([]).organisations) == 0
        with pytest.raises(InputError, match="empty"):
            twinnet.read(pd.DataFrame())

    @pytest.mark.parametrize("name", ["no.csv", "", "no/such.csv"])
    def test_a_file_that_is_not_there(self, name: str, tmp_path: Path) -> None:
        with pytest.raises(InputError, match=r"no such file|is a folder"):
            twinnet.read(tmp_path / name)

    def test_nothing_given_is_changed(self) -> None:
        rows, links = copy.deepcopy(ROWS), copy.deepcopy(LINKS)
        twinnet.suggest(twinnet.read(rows, links))
        assert (rows, links) == (ROWS, LINKS)


class TestOpen:
    def test_a_stored_network_and_its_suggestions(self, tmp_path: Path) -> None:
        stored = tmp_path / "my.twinnet"
        alda = write(tmp_path, "alda.csv", "name,country,themes\nMostar,BA,youth\nBari,IT,youth\nGraz,AT,\n")
        done = workspace.import_lists([alda], stored)
        network = twinnet.open(stored)
        assert exported(network) == exported(twinnet.open(str(stored))) == exported(done.network)
        found = twinnet.suggest(network, top=1, rules=twinnet.Rules(whose=("Mostar",)))
        assert [suggestion.candidate.name for suggestion in found] == ["Bari"]
        assert found[0].score == sum(reason.points for reason in found[0].reasons)

    def test_none_there(self, tmp_path: Path) -> None:
        with pytest.raises(NoStoreError, match="does not exist"):
            twinnet.open(tmp_path / "no.twinnet")
        assert not list(tmp_path.iterdir())


class TestWrite:
    @pytest.mark.parametrize("name", ["x.html", "x.csv", "x.xlsx", "x.json", "x.jsonl"])
    def test_the_same_bytes_each_time(self, tmp_path: Path, name: str) -> None:
        network = twinnet.read(ROWS, LINKS, network="ALDA")
        found = workspace.suggestions(network, today=DAY)
        written = []
        for folder in ("a", "b"):
            (tmp_path / folder).mkdir()
            twinnet.write(found, tmp_path / folder / name, network=network, today=DAY)
            written.append((tmp_path / folder / name).read_bytes())
        assert written[0] == written[1]
        assert written[0]

    def test_a_page_has_the_title_that_it_is_given(self, tmp_path: Path) -> None:
        network = twinnet.read(ROWS, LINKS, network="ALDA")
        for title, shown in (("Our <towns>", "Our &lt;towns&gt;"), (None, "ALDA")):
            twinnet.write(twinnet.suggest(network), tmp_path / "x.html", network=network, title=title)
            assert shown in (tmp_path / "x.html").read_text(encoding="utf-8")

    @pytest.mark.parametrize("name", ["x.pdf", "x", "x.html.txt"])
    def test_another_ending_is_told(self, tmp_path: Path, name: str) -> None:
        with pytest.raises(InputError, match="cannot be written as"):
            twinnet.write([], tmp_path / name, network=twinnet.Network())
        assert not list(tmp_path.iterdir())

    @pytest.mark.parametrize("name", ["x.html", "x.csv", "x.xlsx", "x.json"])
    def test_a_folder_that_is_not_there_is_told(self, tmp_path: Path, name: str) -> None:
        with pytest.raises(InputError, match="cannot be written"):
            twinnet.write([], tmp_path / "no" / name, network=twinnet.Network())

    def test_an_empty_network_has_a_page_too(self, tmp_path: Path) -> None:
        twinnet.write([], tmp_path / "x.html", network=twinnet.Network())
        assert (tmp_path / "x.html").read_text(encoding="utf-8").lower().startswith("<!doctype html>")

    def test_all_three_kinds_at_once(self) -> None:
        network = twinnet.read(ROWS, LINKS, network="ALDA")
        assert [s.kind for s in workspace.suggestions(network, ["revitalise"], today=DAY)] == ["revitalise"] * 2
        kinds = [s.kind for s in workspace.suggestions(network, today=DAY)]
        assert [kind for kind, _ in itertools.groupby(kinds)] == ["start", "revitalise"]


class TestImport:
    def test_in_memory_there_is_no_report(self, tmp_path: Path) -> None:
        done = workspace.import_lists([write(tmp_path, "a.csv", "name,country\nMostar,BA\n,BA\n")], "memory:")
        assert done.report is None
        assert [fault.held for fault in done.faults] == ["row"]
        assert len(list(tmp_path.iterdir())) == 1

    def test_by_address(self, tmp_path: Path) -> None:
        path = write(tmp_path, "a.csv", "name,country\nMostar,BA\n")
        done = workspace.import_lists([path], f"sqlite:///{tmp_path / 'my.twinnet'}")
        assert done.changed
        assert done.report == tmp_path / "my.twinnet.report.csv"
        assert not workspace.import_lists([path], tmp_path / "my.twinnet").changed

    def test_steps_are_told(self, tmp_path: Path) -> None:
        paths = [write(tmp_path, f"{n}.csv", "name,country\nMostar,BA\n") for n in range(3)]
        steps: list[tuple[int, int]] = []
        workspace.import_lists(paths, tmp_path / "my.twinnet", progress=lambda done, of: steps.append((done, of)))
        assert steps == [(n, 5) for n in range(1, 6)]

    def test_what_is_stored_does_not_depend_on_the_day(self, tmp_path: Path) -> None:
        path = write(tmp_path, "ALDA.csv", "name,country,until\nMostar,BA,2019\nBari,IT,2031\nGraz,AT,\n")
        done = [
            workspace.import_lists([path], "memory:", options=ReadOptions(today=day)).network
            for day in (dt.date(2018, 1, 1), DAY, dt.date(2040, 1, 1))
        ]
        assert len({exported(network) for network in done}) == 1
        assert "network ALDA: 2 members, and 1 that left" in describing.describe(done[0], today=DAY)
        assert "former member of ALDA" in describing.describe(done[0], "Mostar", today=DAY)

    def test_a_taxonomy_is_kept_and_reads_what_is_imported_later(self, tmp_path: Path) -> None:
        into = tmp_path / "my.twinnet"
        alda = write(tmp_path, "ALDA.csv", "name,country,themes,description\nMostar,BA,Pergolas; Mladi,By a river.\n")
        efus = write(tmp_path, "EFUS.csv", "name,country,themes\nBari,IT,pergolas\n")
        first = workspace.import_lists([alda], into)
        assert (first.otherwise_read, first.network.taxonomy) == ((), Taxonomy.builtin())
        assert first.network.find("Mostar").themes_offered == ("Pergolas", "youth")
        assert first.network.find("Mostar").description == "By a river."

        mine = Taxonomy.from_text(
            '[themes.wine]\nlabel = "wine"\nmaps_to = ["rural_food"]\nkeywords = ["pergolas"]', name="own.toml"
        )
        tried = workspace.import_lists(
            [efus], into, options=ReadOptions(taxonomy=mine), how=ImportOptions(dry_run=True)
        )
        assert tried.network.taxonomy == Taxonomy.builtin()
        second = workspace.import_lists([efus], into, options=ReadOptions(taxonomy=mine))
        assert second.otherwise_read == ("ALDA members",)
        said = [line.text for line in importing.told(second)]
        assert any("stays as it was read before: ALDA members" in line for line in said)
        assert second.network.find("Mostar").themes_offered == ("Pergolas", "youth")
        assert second.network.find("Bari").themes_offered == ("rural_food",)

        third = workspace.import_lists([alda], into)
        assert (third.changed, third.otherwise_read, third.network.taxonomy) == (True, (), mine)
        mostar = third.network.find("Mostar")
        assert mostar.themes_offered == ("rural_food", "youth")
        assert mostar.tags == (("Mladi", "youth"), ("Pergolas", "rural_food"))
        assert not workspace.import_lists([alda, efus], into).changed

        exports = [json.loads(line) for line in lines.export(third.network)]
        assert exports[-1] == {"type": "taxonomy", "id": mine.digest, "toml": mine.text}
        assert not any(json.loads(line)["type"] == "taxonomy" for line in lines.export(first.network))
        back = workspace.import_lists([alda], into, options=ReadOptions(taxonomy=Taxonomy.builtin()))
        assert (back.otherwise_read, back.network.taxonomy) == (("EFUS members",), Taxonomy.builtin())

    def test_another_list_of_the_same_name_wipes_nothing(self, tmp_path: Path) -> None:
        head = "from_name,from_country,to_name,to_country\n"
        texts = {"a": "Mostar,BA,Bari,IT\nGraz,AT,Bari,IT\n", "b": "Lyon,FR,Graz,AT\n"}
        files = {}
        for name, text in texts.items():
            (tmp_path / name).mkdir()
            files[name] = write(tmp_path / name, "query.csv", head + text)
        into = tmp_path / "my.twinnet"
        workspace.import_lists([files["a"]], into)
        before = snapshot(tmp_path)
        with pytest.raises(InputError, match=r"less than half of this list \(0 of 1\) .*--source NAME.*--replace"):
            workspace.import_lists([files["b"]], into)
        with pytest.raises(InputError, match="with --source and a name of its own"):
            workspace.import_lists([*files.values()], into)
        with pytest.raises(InputError, match="less than half"):
            workspace.import_lists([files["b"]], into, how=ImportOptions(dry_run=True))
        assert snapshot(tmp_path) == before
        both = workspace.import_lists([files["b"]], into, how=ImportOptions(source="another query"))
        assert [source.name for source in both.network.sources] == ["another query", "query links"]
        assert len(both.network.links) == 3
        for name, source in (("a", None), ("b", "another query")):
            again = workspace.import_lists([files[name]], into, how=ImportOptions(source=source))
            assert not again.changed
            assert not any(again.differences)
        instead = workspace.import_lists([files["b"]], into, how=ImportOptions(replace=True))
        (difference,) = instead.differences
        assert ([entry.row for entry in difference.new], [entry.row for entry in difference.gone]) == ([2], [2, 3])
        assert len(instead.network.links) == 1  # which two sources say

    def test_a_list_of_another_kind_is_another_list(self, tmp_path: Path) -> None:
        members = write(tmp_path, "m.csv", "name,country\nMostar,BA\n")
        links = write(tmp_path, "l.csv", "from_name,from_country,to_name,to_country\nMostar,BA,Bari,IT\n")
        into = tmp_path / "my.twinnet"
        named = ImportOptions(source="mine")
        workspace.import_lists([members], into, how=named)
        with pytest.raises(InputError, match=r"holds members and this list links; .*--source NAME.*--replace"):
            workspace.import_lists([links], into, how=named)
        done = workspace.import_lists([links], into, how=ImportOptions(source="mine", replace=True))
        assert (len(done.network.memberships), len(done.network.links)) == (0, 1)

    def test_a_list_that_grew_shrank_or_changed_is_told(self, tmp_path: Path) -> None:
        rows = ("Mostar,BA,\nBari,IT,\n", "Mostar,BA,1999\nGraz,AT,\nSplit,HR,\nBari,IT,\n", "Graz,AT,\n")
        files = [write(tmp_path, f"{at}.csv", f"name,country,since\n{text}") for at, text in enumerate(rows)]
        options = ReadOptions(network="ALDA")
        done = [workspace.import_lists([file], tmp_path / "my.twinnet", options=options) for file in files]
        assert done[0].differences == ()
        told = [
            tuple([entry.name for entry in entries] for entries in (one.new, one.gone, one.changed))
            for later in done[1:]
            for one in later.differences
        ]
        assert told == [(["Graz", "Split"], [], ["Mostar"]), ([], ["Mostar", "Split", "Bari"], [])]
        assert len(done[2].network.members("ALDA")) == 1

    def test_a_list_of_other_members_is_refused(self, tmp_path: Path) -> None:
        options = ReadOptions(network="ALDA")
        rows = ("Mostar,BA\nBari,IT\n", "Mostar,BA\nGraz,AT\n", "Lyon,FR\nBari,IT\nMilan,IT\n")
        files = [write(tmp_path, f"{at}.csv", f"name,country\n{text}") for at, text in enumerate(rows)]
        for file in files[:2]:
            workspace.import_lists([file], tmp_path / "my.twinnet", options=options)
        before = snapshot(tmp_path)
        with pytest.raises(InputError, match=r"\(0 of 3\) stood in what 'ALDA members' said before"):
            workspace.import_lists([files[2]], tmp_path / "my.twinnet", options=options)
        assert snapshot(tmp_path) == before

    def test_a_list_of_which_no_row_could_be_taken_wipes_nothing_and_can_be_corrected(self, tmp_path: Path) -> None:
        into, options = tmp_path / "my.twinnet", ReadOptions(network="ALDA")
        bad = write(tmp_path, "bad.csv", "name,country\nMostar,Narnia\nBari,Narnia\n")
        good = write(tmp_path, "good.csv", "name,country\nMostar,BA\nBari,IT\n")
        assert workspace.import_lists([bad], into, options=options).counts[0].held == 2
        done = workspace.import_lists([good], into, options=options)
        assert [len(one.new) for one in done.differences] == [2]
        before = snapshot(tmp_path)
        with pytest.raises(InputError, match="no row of this list can be taken, against what 'ALDA members' said"):
            workspace.import_lists([bad], into, options=options)
        assert snapshot(tmp_path) == before

    def test_a_dry_run_makes_and_changes_no_file(self, tmp_path: Path) -> None:
        into = tmp_path / "my.twinnet"
        first = write(tmp_path, "alda.csv", "name,country\nMostar,BA\nBari,IT\n,IT\n")
        before = snapshot(tmp_path)
        dry = ImportOptions(dry_run=True)
        done = workspace.import_lists([first], into, how=dry)
        assert (done.changed, done.report, len(done.network.organisations)) == (False, None, 0)
        assert [fault.held for fault in done.faults] == ["row"]
        assert snapshot(tmp_path) == before
        workspace.import_lists([first], into)
        second = write(tmp_path, "alda.csv", "name,country\nMostar,BA\nGraz,AT\n")
        before = snapshot(tmp_path)
        (difference,) = workspace.import_lists([second], into, how=dry).differences
        assert ([e.name for e in difference.new], [e.name for e in difference.gone]) == (["Graz"], ["Bari"])
        assert snapshot(tmp_path) == before

    def test_how_a_list_was_taken_is_counted(self, tmp_path: Path) -> None:
        text = (
            "name,country,latitude,longitude\nMostar,BA,,\nCastelfranco,IT,,\nNirgendort,DE,,\n"
            "Hintermoos,AT,47.0,13.0\n,BA,,\nGraz,AT,,\n"
        )
        into = tmp_path / "my.twinnet"
        (counts,) = workspace.import_lists([write(tmp_path, "alda.csv", text)], into).counts
        assert counts == Counts("alda members", rows=6, held=1, placed=2, own=1, waiting=1, unknown=1)
        with open_store(into, readonly=False) as store, Gazetteer.open() as gazetteer:
            answers = {"Castelfranco": "1", "Nirgendort": "none"}
            for one in reviewing.questions(store, gazetteer):
                given = reviewing.judgement(one, answers[one.name], gazetteer, by=reviewing.Signed())
                reviewing.answer(store, [given], gazetteer)
        (counts,) = workspace.import_lists([tmp_path / "alda.csv"], into).counts
        assert (counts.placed, counts.waiting, counts.unknown) == (3, 0, 1)

    def test_contacts_are_kept_where_the_user_says_so_and_shown_nowhere(self, tmp_path: Path) -> None:
        text = "name,country,E-mail,Contact person\nMostar,BA,ana@town.example,Ana Anić\nBari,IT,,\n"
        path, into = write(tmp_path, "alda.csv", text), tmp_path / "my.twinnet"
        plain = workspace.import_lists([path], into)
        assert b"ana@town.example" not in into.read_bytes()
        kept = workspace.import_lists([path], into, options=ReadOptions(keep_contacts=True))
        with open_store(into) as store:
            contacts = store.contacts(MOSTAR)
            assert store.contacts() == contacts
        assert {(one.source, one.row, one.label, one.value) for one in contacts} == {
            ("alda members", 2, "email", "ana@town.example"),
            ("alda members", 2, "person", "Ana Anić"),
        }
        assert exported(kept.network) == exported(plain.network)
        for name in ("x.html", "x.csv", "x.json", "x.xlsx"):
            found = workspace.suggestions(kept.network, today=DAY)
            twinnet.write(found, tmp_path / name, network=kept.network, today=DAY)
            assert b"ana@town.example" not in (tmp_path / name).read_bytes()
        report = (tmp_path / "my.twinnet.report.csv").read_text(encoding="utf-8")
        assert "town.example" not in report
        workspace.import_lists([path], into)  # without the option they are not kept any more
        with open_store(into) as store:
            assert store.contacts() == []

    def test_a_limit_holds_for_files(self, tmp_path: Path) -> None:
        path = write(tmp_path, "a.csv", "name,country\n" + "Mostar,BA\n" * 20)
        for limits in (Limits(file_bytes=50), Limits(rows=10), Limits(cells=30), Limits(columns=1)):
            with pytest.raises(InputError, match="is over the limit"):
                workspace.import_lists([path], tmp_path / "my.twinnet", options=ReadOptions(limits=limits))
        assert [found.name for found in tmp_path.iterdir()] == ["a.csv"]

    def test_a_report_is_the_newest_imports(self, tmp_path: Path) -> None:
        stored = tmp_path / "my.twinnet"
        workspace.import_lists([write(tmp_path, "bad.csv", "name,country\nMostar,BA\n,BA\n")], stored)
        done = workspace.import_lists([write(tmp_path, "good.csv", "name,country\nBari,IT\n")], stored)
        assert done.report is not None
        text = done.report.read_text(encoding="utf-8")
        assert "bad.csv" not in text
        assert "1 row, members of good" in text

    def test_a_list_held_back_whole_is_still_a_list(self, tmp_path: Path) -> None:
        done = workspace.import_lists(
            [write(tmp_path, "a.csv", "name,country\nX,Narnia\nY,Narnia\n")], tmp_path / "my.twinnet"
        )
        assert len(done.network.organisations) == 0
        assert importing.counted(done.faults) == ["a.csv: 2 rows held back"]

    def test_where_lists_disagree_the_newer_stands_then_the_name(self, tmp_path: Path) -> None:
        texts = {"a": "name,country,population\nMostar,BA,1000\n", "b": "name,country,population\nMostar,BA,2000\n"}
        for dates, stands in ((("2019", "2024"), 2000), (("2024", "2019"), 1000), (("2020", "2020"), 1000)):
            for order in ("ab", "ba"):
                stored = tmp_path / f"{stands}{order}{dates[0]}.twinnet"
                for name in order:
                    date = dates["ab".index(name)]
                    path = write(tmp_path, f"{name}.csv", texts[name])
                    network = workspace.import_lists([path], stored, options=ReadOptions(date=date)).network
                assert network.organisation(MOSTAR).population == stands
                by = [origin.source for origin in network.organisation(MOSTAR).origins if "population" in origin.fields]
                assert by == [f"{'ab'[stands == 2000]} members"]

    def test_three_lists_in_any_order_are_one_network(self, tmp_path: Path) -> None:
        places = "from_name,from_country,from_latitude,from_longitude,to_name,to_country"
        files = [
            write(tmp_path, "a.csv", "name,country\nMostar,BA\nHintermoos,AT\nNirgendort,DE\n"),
            write(tmp_path, "l.csv", f"{places}\nHintermoos,AT,47.02,13.02,Bari,IT\nNirgendort,DE,54.6,8.1,Graz,AT\n"),
            write(tmp_path, "k.csv", f"{places}\nHintermoos,AT,47.07,13.04,Graz,AT\nNirgendort,DE,,,Lyon,FR\n"),
        ]
        exports = set()
        for at, order in enumerate(itertools.permutations(files)):
            for path in order:
                one_by_one = workspace.import_lists([path], tmp_path / f"{at}.twinnet").network
            exports |= {exported(one_by_one), exported(workspace.import_lists(order, "memory:").network)}
        assert len(exports) == 1
        network = twinnet.open(tmp_path / "0.twinnet")
        assert len(network.organisations) == 6
        assert len(network.links) == 4  # the last by a name alone, whose place another list says
        assert {network.organisation(m.organisation).place_state for m in network.memberships} == {"confirmed", "own"}
        assert exported(twinnet.read(*files)) in exports

    @pytest.mark.parametrize("order", list(itertools.permutations(("alda", "ehtta", "recevin"))))
    def test_real_lists_in_any_order(self, shared_data: Path, tmp_path: Path, order: Sequence[str]) -> None:
        lists = shared_data / "members"
        for name in order:
            network = workspace.import_lists([lists / f"{name}.csv"], tmp_path / "my.twinnet").network
        together = workspace.import_lists([lists / f"{name}.csv" for name in sorted(order)], "memory:").network
        assert exported(network) == exported(together)
        assert len(network.members("alda")) == 49

    def test_ten_networks_are_ten(self, shared_data: Path) -> None:
        network = workspace.import_lists([shared_data / "members" / "ten_networks.xlsx"], "memory:").network
        assert len(network.networks) == 10
        assert len(network.members("alda")) == 49
        assert any(network.memberships.column("former"))

    def test_projects_and_their_partners(self, shared_data: Path) -> None:
        files = [shared_data / "projects" / f"interreg_{name}.csv" for name in ("projects", "partners")]
        network = workspace.import_lists(files, "memory:").network
        assert len(network.projects) > 890
        assert len(network.partners) > 4000
        assert {"lead", "partner"} <= set(network.partners.column("role"))


class TestJudged:
    def test_what_was_judged_wins_at_each_import(self, tmp_path: Path) -> None:
        into = tmp_path / "my.twinnet"
        first = write(tmp_path, "a.csv", "name,country\nCastelfranco,IT\nMostar,BA\n")
        second = write(tmp_path, "b.csv", "name,country\nCASTELFRANCO,Italy\nBari,IT\n")
        links = write(tmp_path, "l.csv", "from_name,from_country,to_name,to_country\nCastelfranco,IT,Mostar,BA\n")
        workspace.import_lists([first], into)
        with open_store(into, readonly=False) as store, Gazetteer.open() as gazetteer:
            (one,) = reviewing.questions(store, gazetteer)
            place = one.choices[-1]
            reviewing.answer(
                store,
                [reviewing.judgement(one, str(place.geonames_id), gazetteer, by=reviewing.Signed("Ana"))],
                gazetteer,
            )
        chosen = f"town-{place.geonames_id}"
        for path in (first, second, links, first):
            network = workspace.import_lists([path], into).network
            assert network.organisation(chosen).place_state == "confirmed"
            assert network.find("Castelfranco").id == network.find(one.organisation).id == chosen
        assert chosen in network.members("a") & network.members("b")
        assert [(link.a, link.b) for link in network.links] == [tuple(sorted((chosen, MOSTAR)))]
        assert [judgement.who for judgement in network.judgements] == ["Ana"]


class TestRank:
    def test_a_table_that_cannot_be_read(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="no such file"):
            ranking.rank_table(twinnet.Network(), tmp_path / "no.csv", tmp_path / "ranks.csv")

    def test_a_name_that_was_judged_is_who_was_meant(self, tmp_path: Path) -> None:
        into = tmp_path / "my.twinnet"
        alda = write(tmp_path, "alda.csv", "name,country\nCastelfranco,IT\nMostar,BA\nGraz,AT\n")
        workspace.import_lists([alda], into)
        queries = write(tmp_path, "q.csv", "query_id,name,country\na,Castelfranco,IT\nb,Castelfranco,FR\n")
        left = ranking.rank_table(twinnet.open(into), queries, tmp_path / "ranks.csv", today=DAY)
        assert [query.query for query in left] == ["b"]  # that of Italy is in the network, though its place is not sure
        with open_store(into, readonly=False) as store, Gazetteer.open() as gazetteer:
            (one,) = reviewing.questions(store, gazetteer)
            reviewing.answer(store, [reviewing.judgement(one, "1", gazetteer, by=reviewing.Signed())], gazetteer)
        ranking.rank_table(twinnet.open(into), queries, tmp_path / "ranks.csv", today=DAY)
        assert (tmp_path / "ranks.csv").read_text(encoding="utf-8").count("\na,Castelfranco,IT,") == 2

    @pytest.mark.parametrize(
        ("state", "at", "written"),
        [
            ("unconfirmed", [(47.13, 10.2)], ("47.13", "10.2")),  # far from every place of the name
            ("confirmed", [(47.4, 15.43)], ("47.4", "15.43")),  # 37 km off
            ("confirmed", [(47.5, 15.2)], ("47.5", "15.2")),  # 51 km off
            ("confirmed", [(55.1, 10.24)], ("55.1", "10.24")),  # abroad
            ("confirmed", [(47.0, 15.4)], ("47.0", "15.4")),  # trusted
            ("confirmed", [(55.1, 10.24), (47.0, 15.4)], ("47.0", "15.4")),  # what was trusted stands first
            ("confirmed", [(None, None)], ("47.06733", "15.44197")),  # the gazetteer's
        ],
    )
    def test_coordinates_are_those_of_the_list_else_the_gazetteers(
        self, tmp_path: Path, state: str, at: list[tuple[float, float]], written: tuple[str, str]
    ) -> None:
        rows = [
            {"name": "Graz", "country": "AT", "latitude": y, "longitude": x, "population": n}
            for n, (y, x) in enumerate(at, 1)
        ]
        network = twinnet.read([*rows, {"name": "Mostar", "country": "BA"}], network="ALDA")
        assert network.find("Graz").place_state == state
        queries = write(tmp_path, "q.csv", "query_id,name,country\na,Mostar,BA\n")
        ranking.rank_table(network, queries, tmp_path / "ranks.csv", today=DAY)
        (row,) = csv.DictReader((tmp_path / "ranks.csv").read_text(encoding="utf-8").splitlines())
        assert (row["candidate_latitude"], row["candidate_longitude"]) == written

    def test_who_is_left_out_is_given_back(self, tmp_path: Path) -> None:
        network = twinnet.read(ROWS, LINKS, network="ALDA")
        queries = write(tmp_path, "q.csv", "query_id,name,country\na,Mostar,BA\nb,Nowhere,Narnia\n")
        left = ranking.rank_table(network, queries, tmp_path / "ranks.csv", today=DAY)
        assert [(query.query, query.name, query.organisation) for query in left] == [("b", "Nowhere", None)]


class TestDemo:
    def test_a_folder_that_cannot_be_made(self, tmp_path: Path) -> None:
        file = write(tmp_path, "file", "")
        with pytest.raises(StoreError, match="cannot be made"):
            demonstration.make_demo(file / "demo", today=DAY)

    def test_its_example_is_one_of_its_towns(self, tmp_path: Path) -> None:
        made = demonstration.make_demo(tmp_path / "demo", today=DAY)
        assert twinnet.open(made.network).find(made.example)
        assert json.loads(json.dumps(made.told)).startswith("3")
