"""One network in two homes: a team starts on a file, moves to a server and back, and loses nothing on the way."""

import datetime as dt
import io
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from twinnet import cli
from twinnet.decisions import Decision
from twinnet.errors import NoStoreError, StoreError
from twinnet.models import Source
from twinnet.stores import open_store
from twinnet.stores.neo4j import Neo4jStore
from twinnet.workspace.sitting import Sitting
from twinnet.workspace.syncing import compare, comparing, write

from .test_stores import ALDA, ANA, APART, LINKS, MINE, accepted, members, organisation, twinnings

MEMBERS = "name,country\nMostar,BA\nBari,IT\nPula,HR\n"
TWINNINGS = "town_a,country_a,town_b,country_b,since\nMostar,BA,Pula,HR,1998\n"


@pytest.fixture
def one(tmp_path: Path) -> Path:
    """A file with lists, an answer, a decision, a contact and a taxonomy."""
    path = tmp_path / "one.twinnet"
    with open_store(path, create=True) as store:
        store.replace([ALDA, LINKS], [*members(), *twinnings()], contacts=[ANA], taxonomy=MINE)
        store.judge([APART])
        store.decide([accepted()])
    return path


@pytest.fixture(params=["file", pytest.param("server", marks=pytest.mark.neo4j)])
def other(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a store that is not there yet."""
    if request.param == "file":
        return str(tmp_path / "other.twinnet")
    address: str = request.getfixturevalue("neo4j").address
    return address


def lines(source: object, target: object) -> str:
    return "\n".join(indent + line for line, indent in compare(str(source), str(target)).lines())


def sync(source: object, target: object, *, replace: bool = False) -> bool:
    with comparing(str(source), str(target)) as found:
        return write(found, replacing=replace)


class TestSync:
    def test_what_differs_is_told_and_the_other_is_made(self, one: Path, other: str) -> None:
        assert lines(one, other) == (
            f"{other} gets:\n"
            "  ALDA: 2 rows of alda.csv\n"
            "  links: 1 row of links.csv\n"
            "  1 answer about a name or a pair\n"
            "    town-1 and town-2: different\n"
            "  1 row of decisions\n"
            "    Mostar and Bari: accepted, 2026-11-26\n"
            "  its own taxonomy of themes\n"
            f"1 contact of persons stays in {one}."
        )
        assert sync(one, other)
        assert lines(one, other).startswith(f"{other} holds what {one} holds.")

    def test_there_and_back_nothing_is_lost(self, one: Path, other: str, tmp_path: Path) -> None:
        sync(one, other)
        back = tmp_path / "back.twinnet"
        sync(other, back)
        with open_store(one) as first, open_store(other) as second, open_store(back) as third:
            for store in (second, third):
                assert store.read().digest == first.read().digest
                assert store.statements() == first.statements()
                assert store.decisions() == first.decisions()
                assert list(store.read().judgements) == list(first.read().judgements)
                assert store.taxonomy() == first.taxonomy()
                assert {row.id for row in first.history()} <= {row.id for row in store.history()}
                assert store.contacts() == []
            assert first.contacts() == [ANA]

    def test_the_same_again_changes_nothing(self, one: Path, other: str) -> None:
        assert sync(one, other)
        with open_store(other) as store:
            before = store.version()
        assert not sync(one, other)
        with open_store(other) as store:
            assert store.version() == before

    def test_a_newer_list_takes_the_place_of_one_that_was_synced_before(self, one: Path, other: str) -> None:
        sync(one, other)
        with open_store(one, readonly=False) as store:
            store.replace([ALDA], members()[:2])
        assert f"{other} gets anew:\n  ALDA: 2 rows of alda.csv (1 gone)" in lines(one, other)
        assert sync(one, other)
        with open_store(other) as store:
            assert "town-2" not in store.read().memberships.column("organisation")

    def test_a_list_that_came_back_to_what_it_was_is_newer_one_way_only(self, one: Path, other: str) -> None:
        with open_store(one, readonly=False) as store:
            store.replace([ALDA], members()[:2])
        sync(one, other)
        with open_store(one, readonly=False) as store:
            store.replace([ALDA], members())
        assert f"Only {one} holds:\n  ALDA" in lines(other, one)
        with pytest.raises(StoreError, match="nothing was written"):
            sync(other, one)
        assert f"{other} gets anew:\n  ALDA" in lines(one, other)
        assert sync(one, other)
        with open_store(one) as first, open_store(other) as second:
            assert first.read().digest == second.read().digest

    def test_an_answer_that_was_changed_and_changed_back_as_well(self, one: Path, tmp_path: Path) -> None:
        other, same = tmp_path / "other.twinnet", APART.model_copy(update={"verdict": "same"})
        sync(one, other)
        for answer in (same, APART):
            with open_store(one, readonly=False) as store:
                store.judge([answer])
        with open_store(other, readonly=False) as store:
            store.judge([same])
        for source, target in ((one, other), (other, one)):
            with pytest.raises(StoreError, match="nothing was written"):
                sync(source, target)

    def test_a_list_that_was_put_back_by_a_sync_is_the_newer_one(self, one: Path, tmp_path: Path) -> None:
        other, third = tmp_path / "other.twinnet", tmp_path / "third.twinnet"
        sync(one, other)
        with open_store(other, readonly=False) as store:
            store.replace([ALDA], members()[:2])
        sync(other, third)
        sync(one, other, replace=True)
        assert f"{third} gets anew:\n  ALDA" in lines(other, third)
        assert f"Only {other} holds:\n  ALDA" in lines(third, other)

    def test_a_file_that_an_earlier_version_wrote_goes_over(self, one: Path, other: str) -> None:
        """Its tables have no check sums that seal its facts."""
        with closing(sqlite3.connect(one)) as connection, connection:
            connection.execute("DELETE FROM meta WHERE key LIKE 'check of %'")
        assert sync(one, other)
        with open_store(one) as first, open_store(other) as second:
            assert first.read().digest == second.read().digest

    def test_contacts_go_with_their_organisation(self, one: Path, other: str) -> None:
        """Forgotten on the server, and synced back: nothing of the organisation stays in the file."""
        sync(one, other)
        with open_store(other, readonly=False) as store:
            store.erase("town-1")
        assert f"1 contact in {one} goes: so do their rows." in lines(other, one)
        sync(other, one, replace=True)
        with open_store(one) as store:
            assert store.contacts() == []
        assert ANA.value.encode() not in one.read_bytes()

    def test_what_only_the_other_holds_is_told_and_kept(self, one: Path, other: str) -> None:
        sync(one, other)
        with open_store(other, readonly=False) as store:
            store.replace(
                [Source(name="NGOs", kind="members", file="n.csv", rows=1)], [organisation("NGOs", 2, "ngo-1")]
            )
            store.replace([ALDA], members()[:2])
            store.withdraw([APART.id])
        assert f"Only {other} holds:\n  ALDA: 2 rows of alda.csv (1 new)\n  NGOs: 1 row of n.csv\n" in lines(one, other)
        with pytest.raises(
            StoreError,
            match=r"holds what .* does not; nothing was written\. To keep it, import .*To lose it, say --replace",
        ):
            sync(one, other)
        with open_store(other) as store:
            assert [source.name for source in store.sources()] == ["ALDA", "NGOs", "links"]
        assert sync(one, other, replace=True)
        with open_store(other) as store:
            assert [source.name for source in store.sources()] == ["ALDA", "links"]
            assert list(store.read().judgements) == [APART]

    def test_a_decision_that_only_the_other_holds_is_kept(self, one: Path, other: str) -> None:
        sync(one, other)
        with open_store(other, readonly=False) as store:
            row = {"verdict": "declined", "who": "Ivo", "after": accepted().id, "when": "2026-11-27T09:00:00Z"}
            store.decide([Decision.model_validate(accepted().model_dump(exclude={"id"}) | row)])
        assert "Mostar and Bari: declined, 2026-11-27, by Ivo" in lines(one, other)
        with pytest.raises(StoreError, match="nothing was written"):
            sync(one, other)

    def test_a_change_after_the_look_is_not_overwritten(self, one: Path, other: str) -> None:
        sync(one, other)
        with open_store(one, readonly=False) as store:
            store.replace([ALDA], members()[:2])
        seen = compare(one, other)
        with open_store(other, readonly=False) as store:
            store.replace([LINKS], [])
        with pytest.raises(StoreError, match="was changed by others since it was looked at"):
            write(seen)
        with open_store(other) as store:
            assert len(store.read().memberships) == 2

    def test_contacts_of_the_file_stay_in_it(self, one: Path, other: str, tmp_path: Path) -> None:
        sync(one, other)
        with open_store(other, readonly=False) as store:
            store.replace([LINKS], [])
        sync(other, one)
        with open_store(one) as store:
            assert store.contacts() == [ANA]
            assert len(store.read().links) == 0

    def test_onto_itself_is_refused(self, one: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(one.parent)
        for same in (one, one.name, f"sqlite:///{one}"):
            with pytest.raises(StoreError, match="one and the same network"):
                compare(str(one), str(same))
        with pytest.raises(StoreError, match="ends with the program"):
            compare(one, "memory:")
        with pytest.raises(NoStoreError):
            compare("no.twinnet", one)

    def test_a_list_that_says_the_same_otherwise_is_told_so(self, one: Path, tmp_path: Path) -> None:
        other = tmp_path / "other.twinnet"
        sync(one, other)
        with open_store(one, readonly=False) as store:
            store.replace([ALDA.model_copy(update={"date": "2025"})], members())
        assert "ALDA: 2 rows of alda.csv (the same entries, put otherwise)" in lines(one, other)

    def test_many_answers_are_counted(self, tmp_path: Path) -> None:
        from twinnet.models import Judgement

        path = tmp_path / "one.twinnet"
        with open_store(path, create=True) as store:
            store.judge(
                [Judgement(verdict="refused", organisation=f"town-{n}", name="X", who="Ana") for n in range(12)]
            )
        told = lines(path, tmp_path / "other.twinnet")
        assert "12 answers about names and pairs" in told
        assert told.count("X: none of the gazetteer, by Ana") == 10
        assert told.endswith("...")


class TestFactsOfAServer:
    """What was changed there behind twinnet's back is found by the next sync, and put right."""

    @pytest.mark.parametrize(
        "harm",
        [
            "MATCH ()-[l:TWINNET_LINK]->() DELETE l",
            "MATCH (o:TwinnetOrganisation {id: 'town-3'}) DETACH DELETE o",
            "MATCH (o:TwinnetOrganisation {id: 'town-3'}) SET o.name = 'Pola', o.country = null",
            "MATCH (a {id: 'town-1'}), (b {id: 'town-2'}) CREATE (a)-[:TWINNET_LINK {id: 'x', kind: 'other'}]->(b)",
            "CREATE (:TwinnetOrganisation {id: 'town-9', name: 'Nowhere', kind: 'town', place_state: 'own'})",
        ],
    )
    def test_are_put_right(self, one: Path, neo4j: Any, harm: str) -> None:
        sync(one, neo4j.address)
        neo4j.ask(harm)
        assert sync(one, neo4j.address)
        with open_store(one) as first, open_store(neo4j.address) as second:
            assert second.read().digest == first.read().digest
        assert not sync(one, neo4j.address)

    def test_are_not_taken_over(self, one: Path, neo4j: Any, tmp_path: Path) -> None:
        """What another program changed there does not come into a file: facts are merged of what is said."""
        sync(one, neo4j.address)
        neo4j.ask("MATCH (o:TwinnetOrganisation {id: 'town-1'}) SET o.population = 7")
        back = tmp_path / "back.twinnet"
        sync(neo4j.address, back)
        with open_store(one) as first, open_store(back) as second:
            assert first.read().digest == second.read().digest


def test_who_stops_a_write_on_a_server_is_told_what_is_left(one: Path, neo4j: Any) -> None:
    def stop(_: int, __: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as stopped, comparing(one, neo4j.address) as found:
        write(found, progress=stop)
    assert "facts are still to be brought: run the same again" in cli._left(stopped.value)
    assert cli._left(KeyboardInterrupt()) == "nothing was left half done."
    # So is who ends it for the first, and is stopped as well.
    with pytest.raises(KeyboardInterrupt) as stopped, open_store(neo4j.address, readonly=False, progress=stop) as store:
        store.settle()
    assert "facts are still to be brought" in cli._left(stopped.value)
    with open_store(neo4j.address, readonly=False) as store:
        assert store.settle()
        assert [source.name for source in store.sources()] == ["ALDA", "links"]


class TestCommand:
    @pytest.fixture
    def network(self, called: Any) -> Any:
        called("import", "members.csv", "--into", "my.twinnet", "--network", "ALDA", files={"members.csv": MEMBERS})
        return called

    def test_asks_and_writes_after_a_yes(self, network: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("click.confirm", lambda *_, **__: False)
        said = network("sync", "my.twinnet", "other.twinnet")
        assert (said.code, said.err) == (0, "Nothing was written.\n")
        assert not Path("other.twinnet").exists()
        monkeypatch.setattr("click.confirm", lambda *_, **__: True)
        said = network("sync", "my.twinnet", "other.twinnet")
        assert said.out.splitlines() == [
            "other.twinnet gets:",
            "  ALDA members: 3 rows of members.csv",
            "other.twinnet now holds what my.twinnet holds.",
        ]
        assert network("sync", "my.twinnet", "other.twinnet").out == "other.twinnet holds what my.twinnet holds.\n"
        assert network("export", "my.twinnet").out == network("export", "other.twinnet").out

    def test_where_nobody_can_answer_yes_is_said_before(self, network: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO())
        said = network("sync", "my.twinnet", "other.twinnet")
        assert said.code == 2
        assert "nothing was written: say --yes" in said.err
        assert network("sync", "my.twinnet", "other.twinnet", "--dry-run").code == 0
        assert not Path("other.twinnet").exists()
        assert network("sync", "my.twinnet", "other.twinnet", "--yes").code == 0

    def test_decisions_of_the_other_are_taken_in_before(self, network: Any) -> None:
        """Two people decide on two copies: what the one decided is taken into the other, then they are made equal."""
        assert network("sync", "my.twinnet", "other.twinnet", "--yes").code == 0
        for words in (("--verdict", "accepted"), ("--verdict", "met"), ("--undo",)):
            assert network("decide", "other.twinnet", "Mostar", "Bari", *words).code == 0
        assert network("decide", "my.twinnet", "Pula", "Bari", "--verdict", "declined").code == 0
        assert network("sync", "my.twinnet", "other.twinnet", "--yes").code == 1
        taken = network("decisions", "my.twinnet", "other.twinnet")
        assert taken.out.splitlines()[0] == "other.twinnet: 3 decisions new, 0 known, 0 in conflict"
        said = network("sync", "my.twinnet", "other.twinnet", "--yes")
        assert said.code == 0, said.out + said.err
        assert network("export", "my.twinnet").out == network("export", "other.twinnet").out

    def test_what_two_decided_otherwise_is_a_conflict(self, network: Any) -> None:
        assert network("sync", "my.twinnet", "other.twinnet", "--yes").code == 0
        for name, verdict in (("my.twinnet", "declined"), ("other.twinnet", "accepted")):
            assert network("decide", name, "Mostar", "Bari", "--verdict", verdict).code == 0
        assert "in conflict: " in network("decisions", "my.twinnet", "other.twinnet").out
        assert network("sync", "my.twinnet", "other.twinnet", "--yes").code == 1
        assert network("decisions", "my.twinnet", "other.twinnet", "--overrule").code == 0
        assert network("sync", "my.twinnet", "other.twinnet", "--yes").code == 0
        assert network("export", "my.twinnet").out == network("export", "other.twinnet").out

    def test_what_only_the_other_holds_needs_a_word(self, network: Any) -> None:
        network("import", "links.csv", "--into", "other.twinnet", "--network", "ALDA", files={"links.csv": TWINNINGS})
        said = network("sync", "my.twinnet", "other.twinnet", "--yes")
        assert said.code == 1
        assert "Only other.twinnet holds:\n  ALDA links: 1 row of links.csv" in said.out
        assert (
            "They have no list in common: are they one network? To keep it, import its lists into my.twinnet as well."
            in (said.err)
        )
        said = network("sync", "my.twinnet", "other.twinnet", "--yes", "--replace")
        assert "other.twinnet loses:\n  ALDA links" in said.out
        assert said.out.endswith("now holds what my.twinnet holds, and has lost 1 thing that only it held.\n")

    def test_where_only_the_other_is_newer_the_other_way_is_told(self, network: Any) -> None:
        assert network("sync", "my.twinnet", "other.twinnet", "--yes").code == 0
        network("import", "links.csv", "--into", "other.twinnet", "--network", "ALDA", files={"links.csv": TWINNINGS})
        said = network("sync", "my.twinnet", "other.twinnet", "--yes")
        assert said.code == 1
        assert "The other way round nothing is lost: `twinnet sync other.twinnet my.twinnet`. To lose it" in said.err
        assert network("sync", "other.twinnet", "my.twinnet", "--yes").code == 0
        assert network("export", "my.twinnet").out == network("export", "other.twinnet").out

    def test_a_folder_that_is_not_there_is_told_before_the_look(self, network: Any) -> None:
        said = network("sync", "my.twinnet", "no/other.twinnet")
        assert (said.code, said.out) == (1, "")
        assert "there is no folder 'no' for other.twinnet: make it first" in said.err

    def test_a_key_that_stops_is_no_wrong_call(self, network: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        def interrupted(_: str) -> str:
            raise KeyboardInterrupt

        monkeypatch.setattr("click.termui.visible_prompt_func", interrupted)
        said = network("sync", "my.twinnet", "other.twinnet")
        assert (said.code, said.err.splitlines()[-1]) == (130, "Stopped; nothing was left half done.")


def test_every_command_takes_the_address_of_a_server(called: Any, neo4j: Any) -> None:
    """What is done on a file is done on a server, and gives the same."""
    on = {"file": "my.twinnet", "server": neo4j.address}
    day = ("--today", "2026-05-09")
    queries = "query_id,name,country\n1,Mostar,BA\n"
    lists = {"members.csv": MEMBERS, "links.csv": TWINNINGS, "queries.csv": queries}
    calls: list[tuple[Any, ...]] = [
        ("import", "members.csv", "links.csv", "--into", "NETWORK", "--network", "ALDA", *day),
        ("show", "NETWORK", *day),
        ("show", "NETWORK", "Mostar", *day),
        ("suggest", "NETWORK", *day),
        ("revive", "NETWORK", *day),
        ("deepen", "NETWORK", *day),
        ("themes", "NETWORK"),
        ("rank", "NETWORK", "--queries", "queries.csv", "--out", "-"),
        ("evaluate", "NETWORK"),
        ("learn", "NETWORK", *day),
        ("resolve", "--review", "NETWORK"),
        ("brief", "NETWORK", "Mostar", "Bari", "--out", "letter.html", *day),
        ("view", "NETWORK", "--out", "page.html", "--no-open", *day),
        ("forget", "NETWORK"),
        ("forget", "NETWORK", "ALDA links"),
        ("forget", "NETWORK", "Bari", "--dry-run"),
        ("export", "NETWORK"),
    ]
    for words in calls:
        said = {home: called(*(on[home] if w == "NETWORK" else w for w in words), files=lists) for home in on}
        texts = {home: (found.code, found.out.replace(on[home], "NETWORK")) for home, found in said.items()}
        # Of so few links nothing can be measured, which is told of the one as of the other.
        refused = words[0] == "evaluate"
        assert said["file"].code == 2 * refused, said["file"].err
        assert texts["server"] == texts["file"], words
        assert not refused or said["server"].err == said["file"].err
    assert called("decide", neo4j.address, "Mostar", "Bari", "--verdict", "accepted", "--who", "Ana").code == 0
    assert "accepted" in called("decisions", neo4j.address).out
    assert Path("network.report.csv").read_bytes() == Path("my.twinnet.report.csv").read_bytes()


def test_suggestions_of_a_network_on_a_server_are_judged_in_the_browser(neo4j: Any, one: Path) -> None:
    """What another person decides meanwhile is seen."""
    sync(one, neo4j.address)
    sitting = Sitting(neo4j.address, today=dt.date(2026, 11, 27))
    assert sitting.page(base="http://localhost:1/")
    assert [matter.rows[-1].verdict for matter in sitting.changes(0)[1]] == ["accepted"]
    row = {"verdict": "met", "after": accepted().id, "when": "2026-11-27T09:00:00Z"}
    with open_store(neo4j.address, readonly=False) as store:
        store.decide([Decision.model_validate(accepted().model_dump(exclude={"id"}) | row)])
    assert [matter.rows[-1].verdict for matter in sitting.changes(0)[1]] == ["met"]
    sitting.close()


def test_who_stops_it_while_the_facts_there_are_looked_at_is_told_as_well(
    one: Path, neo4j: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Neo4jStore, "_work", stop)
    with pytest.raises(KeyboardInterrupt) as stopped:
        sync(one, neo4j.address)
    assert "facts are still to be brought" in cli._left(stopped.value)
