"""A store gives back what it was given, changes whole or not at all, forgets for good, and says what is wrong."""

import contextlib
import datetime as dt
import itertools
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twinnet.decisions import Decision
from twinnet.errors import NotFoundError, OptionError, StoreError
from twinnet.graph import GAZETTEER_SOURCE, Network
from twinnet.models import Contact, Judgement, Source, Statement, link_id, town_id
from twinnet.stores import Store, content, on_disk, open_store, schema, sqlite
from twinnet.stores.sqlite import SqliteStore
from twinnet.taxonomy import Taxonomy
from twinnet.workspace.forgetting import forget

MOSTAR, BARI, PULA = "town-1", "town-2", "town-3"
ALDA = Source(name="ALDA", kind="members", file="alda.csv", network="ALDA", date="2024-05", sha256="ab", rows=2)
LINKS = Source(name="links", kind="links", file="links.csv", date="2025", rows=1)


def organisation(source: str, row: int, subject: str, **values: Any) -> Statement:
    return Statement(source, row, "organisation", subject, {"name": subject.title(), **values})


def members() -> list[Statement]:
    return [
        organisation("ALDA", 2, MOSTAR, name="Mostar", country="BA", themes_offered=["youth", "culture"], latitude=43),
        Statement("ALDA", 2, "membership", f"{MOSTAR}|ALDA", {"since": "2001", "former": True}),
        organisation("ALDA", 3, BARI, name="Bari", country="IT", capital=False),
        Statement("ALDA", 3, "membership", f"{BARI}|ALDA", {}),
        Statement(GAZETTEER_SOURCE, 1, "organisation", MOSTAR, {"population": 105_797, "place_state": "confirmed"}),
    ]


def twinnings() -> list[Statement]:
    return [
        organisation("links", 2, MOSTAR, name="Mostar"),
        organisation("links", 2, PULA, name="Pula"),
        Statement("links", 2, "link", link_id(MOSTAR, PULA), {"a": MOSTAR, "b": PULA, "themes": ["culture"]}),
        Statement(GAZETTEER_SOURCE, 1, "organisation", MOSTAR, {"population": 105_797, "place_state": "confirmed"}),
        Statement(GAZETTEER_SOURCE, 3, "organisation", PULA, {"country": "HR"}),
    ]


ANA = Contact("ALDA", 2, MOSTAR, "email", "ana@mostar.example")
IVO = Contact("ALDA", 3, BARI, "phone", "+39 080 555")
CHOSEN = Judgement(verdict="place", organisation="town-b", name="Pola", geonames_id=3, who="Ana", when="2026-05-09")
APART = Judgement(verdict="different", organisation=MOSTAR, other=BARI, why="two towns")
KNOWN = Statement(
    GAZETTEER_SOURCE, 3, "organisation", PULA, {"country": "HR", "place": "Pula", "latitude": 44.9, "longitude": 13.8}
)


MINE = Taxonomy.from_text('[themes.wine]\nlabel = "wine"\narea = "green"')


def accepted() -> Decision:
    return Decision(organisation=MOSTAR, candidate=BARI, kind="start", verdict="accepted", when="2026-11-26T14:03:22Z")


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def columns(network: Network) -> dict[str, Any]:
    names = ("organisations", "memberships", "links", "projects", "partners", "sources", "judgements")
    return {name: getattr(network, name).columns() for name in names}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A store with the members of ALDA."""
    path = tmp_path / "my.twinnet"
    with open_store(path, create=True) as store:
        store.replace([ALDA], members())
    return path


@pytest.fixture(params=["memory", "sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    address = {"memory": "memory:", "sqlite": str(tmp_path / "one.twinnet")}.get(request.param)
    if address is None:
        address = request.getfixturevalue("neo4j").address
    with open_store(address, create=True) as opened:
        yield opened


@pytest.fixture(params=["memory:", "one.twinnet"])
def keeper(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store that keeps contacts."""
    monkeypatch.chdir(tmp_path)
    with open_store(request.param, create=True) as opened:
        yield opened


def kept(store: Store, *contacts: Contact) -> list[Contact]:
    """Contacts that a store keeps of these."""
    return [] if "://" in store.address else list(contacts)


class TestEveryStore:
    def test_fulfils_the_contract(self, store: Store) -> None:
        assert isinstance(store, Store)

    def test_begins_empty(self, store: Store) -> None:
        assert (len(store.read().organisations), store.statements(), store.sources()) == (0, [], ())

    def test_gives_back_what_it_was_given(self, store: Store) -> None:
        assert store.replace([ALDA], members())
        network = store.read()
        mostar = network.organisation(MOSTAR)
        assert (mostar.themes_offered, mostar.latitude, mostar.population) == (("culture", "youth"), 43.0, 105_797)
        assert [(o.source, o.row, o.fields) for o in mostar.origins] == [
            ("ALDA", 2, ("country", "latitude", "name", "themes_offered")),
            ("GeoNames", 1, ("place_state", "population")),
        ]
        assert network.organisation(BARI).capital is False
        assert [m.former for m in network.memberships] == [True, False]
        assert store.sources() == (ALDA,)
        assert {(s.source, s.row, s.kind, s.subject) for s in store.statements()} == {
            (s.source, s.row, s.kind, s.subject) for s in members()
        }
        assert [s.row for s in store.statements("ALDA")] == [2, 2, 3, 3]
        assert store.statements("nothing") == []

    def test_gives_back_descriptions_and_the_words_of_themes(self, store: Store) -> None:
        project = {"name": "P", "themes": ["youth"], "tags": [["Mladi", "youth"]], "description": "A camp."}
        said = [
            organisation("ALDA", 2, MOSTAR, tags=[["Mladi", "youth"], ["Vino", "rural_food"]], description="A bridge."),
            organisation("ALDA", 3, BARI, tags=[]),
            Statement("ALDA", 4, "link", link_id(MOSTAR, BARI), {"a": MOSTAR, "b": BARI, "tags": [["Mladi", "youth"]]}),
            Statement("ALDA", 5, "project", "project-1", project),
        ]
        store.replace([ALDA], said)
        network = store.read()
        assert network.organisation(MOSTAR).tags == (("Mladi", "youth"), ("Vino", "rural_food"))
        assert network.organisation(MOSTAR).description == "A bridge."
        assert (network.organisation(BARI).tags, network.organisation(BARI).description) == ((), None)
        assert network.links[0].tags == network.projects[0].tags == (("Mladi", "youth"),)
        assert not store.replace([ALDA], said)
        store.erase(MOSTAR)
        assert "A bridge." not in str([*store.statements(), *store.read().organisations])

    def test_is_read_as_of_a_day(self, store: Store) -> None:
        link = {"a": MOSTAR, "b": PULA, "since": "1998", "last_activity": "2019"}
        project = [
            Statement("links", 3, "project", "project-1", {"name": "P", "start": "2005-03"}),
            Statement("links", 3, "partner", f"{MOSTAR}|project-1", {"role": "lead"}),
        ]
        said = [Statement("links", 2, "link", link_id(MOSTAR, PULA), link), *twinnings()[:2], *project]
        store.replace([ALDA, LINKS], [*members(), *said])
        store.decide([accepted()])
        counted = {}
        for year in (1997, 2000, 2004, 2026):
            known = store.read(as_of=dt.date(year, 6, 1))
            counted[year] = [
                len(facts)
                for facts in (known.links, known.memberships, known.projects, known.partners, known.decisions)
            ]
        assert counted == {1997: [0, 1, 0, 0, 0], 2000: [1, 1, 0, 0, 0], 2004: [1, 2, 0, 0, 0], 2026: [1, 2, 1, 1, 0]}
        assert store.read(as_of=dt.date(2000, 1, 1)).links[0].last_activity is None
        spoken = {"organisation": MOSTAR, "verdict": "corrected", "field": "languages", "value": ("it",)}
        store.decide([Decision(**spoken, when="2026-11-27T09:00:00Z")])
        assert store.read().organisation(MOSTAR).languages == ("it",)
        assert store.read(as_of=dt.date(2026, 11, 26)).organisation(MOSTAR).languages == ()
        assert columns(store.read(as_of=dt.date(2026, 12, 1))) == columns(store.read())

    def test_keeps_a_taxonomy_of_the_networks_own(self, store: Store) -> None:
        assert store.taxonomy() == Taxonomy.builtin()
        assert store.replace([ALDA], members(), taxonomy=MINE)
        under_mine = store.read().digest
        assert store.taxonomy() == store.read().taxonomy == MINE
        assert not store.replace([ALDA], members())
        assert not store.replace([ALDA], members(), taxonomy=MINE)
        store.replace([LINKS], twinnings())
        store.drop("links")
        assert store.taxonomy() == MINE
        assert store.replace([ALDA], members(), taxonomy=Taxonomy.builtin())
        assert store.taxonomy() == store.read().taxonomy == Taxonomy.builtin()
        assert store.read().digest != under_mine

    def test_the_same_again_changes_nothing(self, store: Store) -> None:
        assert store.replace([ALDA], members())
        before = store.read().digest
        assert not store.replace([ALDA], reversed(members()))
        assert store.read().digest == before

    def test_a_source_is_replaced_and_the_others_stay(self, store: Store) -> None:
        store.replace([ALDA, LINKS], [*members(), *twinnings()])
        assert store.replace([ALDA], members()[:2])
        network = store.read()
        assert network.organisations.column("id") == (MOSTAR, PULA)
        assert len(network.links) == 1
        # What the gazetteer said of a town stays as long as some list names the town.
        assert network.organisation(PULA).country == "HR"
        assert store.replace([LINKS], [])
        assert store.read().organisations.column("id") == (MOSTAR,)
        assert [source.name for source in store.sources()] == ["ALDA", "links"]

    def test_the_order_of_imports_does_not_matter(self, store: Store) -> None:
        store.replace([LINKS], twinnings())
        store.replace([ALDA], members())
        with open_store("memory:") as other:
            other.replace([ALDA, LINKS], [*members(), *twinnings()])
            assert columns(store.read()) == columns(other.read())
            assert store.statements() == other.statements()

    def test_a_changed_source_alone_is_a_change(self, store: Store) -> None:
        store.replace([ALDA], members())
        later = ALDA.model_copy(update={"date": "2026"})
        assert store.replace([later], members())
        assert store.sources() == (later,)

    def test_one_row_may_speak_twice_of_a_town(self, store: Store) -> None:
        said = [organisation("links", 2, MOSTAR, name="Mostar"), organisation("links", 2, MOSTAR, name="Мостар")]
        assert store.replace([LINKS], said)
        assert not store.replace([LINKS], said)
        assert store.read().organisation(MOSTAR).other_names == ("Мостар",)

    @pytest.mark.parametrize(
        ("sources", "statements", "says"),
        [
            ([], members(), "not among those given"),
            ([ALDA, ALDA.model_copy(update={"file": "b.csv"})], [], "both called"),
            ([ALDA], [organisation("ALDA", 2, MOSTAR, population={1})], "cannot be stored"),
            ([ALDA], [organisation("ALDA", 2, MOSTAR, latitude=float("nan"))], "cannot be stored"),
            ([ALDA], [Statement("ALDA", 2, "organisation", MOSTAR, {"country": "BA"})], "no name"),
            ([LINKS], twinnings()[1:3], "no statement describes"),
            ([ALDA], [organisation("ALDA", 2, BARI), Statement("ALDA", 2, "partner", f"{BARI}|p", {})], "'p'"),
        ],
    )
    def test_refuses_what_is_not_whole(
        self, store: Store, sources: list[Source], statements: list[Statement], says: str
    ) -> None:
        with pytest.raises(StoreError, match=says):
            store.replace(sources, statements)
        assert (store.sources(), store.statements()) == ((), [])

    def test_once_closed_says_so(self, store: Store) -> None:
        store.close()
        store.close()
        for use in (
            store.read,
            store.statements,
            store.sources,
            store.contacts,
            lambda: store.replace([], []),
            lambda: store.judge([]),
            lambda: store.withdraw([]),
            lambda: store.drop("ALDA"),
            lambda: store.erase(MOSTAR),
        ):
            with pytest.raises(StoreError, match="closed"):
                use()


class TestContacts:
    def test_are_kept_apart_and_come_back_sorted(self, keeper: Store) -> None:
        assert keeper.contacts() == []
        assert keeper.replace([ALDA], members(), contacts=[IVO, ANA, ANA])
        assert keeper.contacts() == [ANA, IVO]
        assert not keeper.replace([ALDA], members(), contacts=[ANA, IVO])
        assert keeper.contacts(BARI) == [IVO]

    def test_a_source_imported_without_them_has_none(self, keeper: Store) -> None:
        keeper.replace([ALDA], members(), contacts=[ANA])
        other = Contact("links", 2, MOSTAR, "email", "tanja@mostar.example")
        assert keeper.replace([LINKS], twinnings(), contacts=[other])
        assert keeper.contacts(MOSTAR) == [ANA, other]
        assert keeper.replace([ALDA], members())
        assert keeper.contacts() == [other]

    def test_belong_to_a_source(self, keeper: Store) -> None:
        with pytest.raises(StoreError, match="a contact names the source 'ALDA'"):
            keeper.replace([LINKS], twinnings(), contacts=[ANA])
        assert keeper.sources() == ()

    def test_of_nobody_are_not_found(self, keeper: Store) -> None:
        with pytest.raises(NotFoundError, match="town-9"):
            keeper.contacts("town-9")

    def test_follow_a_judgement(self, keeper: Store) -> None:
        contact = Contact("ALDA", 2, "town-b", "email", "pero@pula.example")
        unplaced = organisation("ALDA", 2, "town-b", name="Pola", kind="town", place_state="unconfirmed")
        keeper.replace([ALDA], [unplaced, Statement("ALDA", 2, "membership", "town-b|ALDA", {})], contacts=[contact])
        keeper.judge([CHOSEN], [KNOWN])
        assert keeper.contacts(PULA) == keeper.contacts("town-b") == [contact]


def test_a_server_keeps_no_contacts(neo4j: Any) -> None:
    with open_store(neo4j.address, create=True) as store:
        with pytest.raises(StoreError, match=r"contacts are kept in a file only.*without --keep-contacts"):
            store.replace([ALDA], members(), contacts=[ANA])
        assert (store.sources(), store.contacts(), len(store.read().organisations)) == ((), [], 0)
        with pytest.raises(NotFoundError, match="town-9"):
            store.contacts("town-9")


class TestHistory:
    """Every change of a list, an answer, the taxonomy or the points leaves a row that holds nothing of their words."""

    def test_tells_what_changed(self, store: Store) -> None:
        assert (store.history(), store.version()) == ((), 0)
        store.replace([ALDA, LINKS], [*members(), *twinnings()])
        store.judge([APART])
        store.replace([ALDA], members()[:2])
        store.withdraw([APART.id])
        store.drop("links")
        rows = store.history()
        assert [(row.verb, row.item, bool(row.was), bool(row.became)) for row in rows] == [
            ("imported", "list ALDA", False, True),
            ("imported", "list links", False, True),
            ("judged", f"answer {APART.id}", False, True),
            ("imported", "list ALDA", True, True),
            ("withdrawn", f"answer {APART.id}", True, False),
            ("dropped", "list links", True, False),
        ]
        assert rows[3].was == rows[0].became != rows[3].became
        assert [row.when for row in rows] == sorted(row.when for row in rows)
        assert "Mostar" not in str(rows)

    def test_changes_of_one_moment_stay_in_their_order(self, store: Store) -> None:
        store.clock = "2026-07-01T00:00:00Z".strip
        for said in (members(), [], members()[:2]):
            store.replace([ALDA], said)
        rows = store.history()
        assert [row.was for row in rows[1:]] == [row.became for row in rows[:-1]]
        assert len({row.when for row in rows}) == 3

    def test_the_same_content_has_the_same_sum(self, store: Store) -> None:
        store.replace([ALDA], members())
        store.replace([ALDA], [])
        store.replace([ALDA], [*members()[2:], *members()[:2]])
        rows = store.history()
        assert rows[0].became == rows[2].became != rows[1].became

    def test_what_changes_nothing_is_not_told(self, store: Store) -> None:
        store.replace([ALDA], members())
        before = store.history(), store.version()
        store.replace([ALDA], members())
        store.withdraw([])
        store.settle()
        assert (store.history(), store.version()) == before

    def test_the_version_grows_with_every_change(self, store: Store) -> None:
        versions = [store.version()]
        store.replace([ALDA, LINKS], [*members(), *twinnings()])
        versions.append(store.version())
        store.decide([accepted()])
        versions.append(store.version())
        store.drop("ALDA")
        versions.append(store.version())
        assert versions == sorted(set(versions))

    def test_nothing_of_a_forgotten_organisation_stays(self, store: Store) -> None:
        store.replace([ALDA], members())
        store.judge([APART, CHOSEN])
        store.erase(MOSTAR)
        assert {row.item for row in store.history()} == {"list ALDA", f"answer {CHOSEN.id}"}


class TestBecoming:
    """A store takes on all that another holds."""

    def test_gives_the_same_facts_and_keeps_both_histories(self, store: Store) -> None:
        store.replace([Source(name="old", kind="members", file="old.csv")], [organisation("old", 2, BARI)])
        with open_store("memory:") as other:
            other.replace([ALDA, LINKS], [*members(), *twinnings()], taxonomy=MINE)
            other.judge([APART])
            other.decide([accepted()])
            assert store.become(other.state())
            assert columns(store.read()) == columns(other.read())
            assert (store.taxonomy(), store.decisions()) == (MINE, other.decisions())
            assert {row.id for row in other.history()} < {row.id for row in store.history()}
            gone = [row for row in store.history() if row.item == "list old"]
            assert [(row.verb, row.became) for row in gone][1:] == [("synced", "")]
            before = store.version()
            assert not store.become(other.state(), other.read())
            assert store.version() == before

    def test_contacts_stay_where_they_are(self, keeper: Store) -> None:
        keeper.replace(
            [ALDA, LINKS], [*members(), *twinnings()], contacts=[ANA, Contact("links", 2, PULA, "email", "p")]
        )
        with open_store("memory:") as other:
            other.replace([ALDA], members(), contacts=[IVO])
            assert keeper.become(other.state())
        assert keeper.contacts() == [ANA]


class TestJudgements:
    def test_are_added_replaced_and_withdrawn(self, store: Store) -> None:
        assert store.judge([CHOSEN, APART])
        assert set(store.read().judgements) == {CHOSEN, APART}
        assert not store.judge([APART])
        later = CHOSEN.model_copy(update={"who": "Ivo", "geonames_id": 4})
        assert store.judge([later])
        assert set(store.read().judgements) == {later, APART}
        assert store.withdraw([later.id])
        assert list(store.read().judgements) == [APART]
        assert not store.withdraw([])

    def test_that_are_not_there_cannot_be_withdrawn(self, store: Store) -> None:
        store.judge([CHOSEN])
        with pytest.raises(StoreError, match=f"no judgement {APART.id}; nothing was changed"):
            store.withdraw([CHOSEN.id, APART.id])
        assert list(store.read().judgements) == [CHOSEN]

    def test_win_at_every_import_and_are_no_fact(self, store: Store) -> None:
        said = [
            organisation("ALDA", 2, "town-b", name="Pola", kind="town", place_state="unconfirmed"),
            Statement("ALDA", 2, "membership", "town-b|ALDA", {}),
            Statement("ALDA", 2, "question", "town-b", {"name": "Pola", "candidates": [3]}),
        ]
        store.judge([CHOSEN], [KNOWN])
        before = store.read().digest
        assert len(store.read().organisations) == 0
        store.replace([ALDA], said)
        town = store.read().organisation("town-b")
        assert (town.id, town.country, town.place_state) == (PULA, "HR", "confirmed")
        store.replace([ALDA], [])
        assert store.read().digest == before
        assert store.statements() == [KNOWN]
        store.replace([ALDA], said)
        assert store.read().organisation("town-b").id == PULA
        assert store.withdraw([CHOSEN.id])
        assert store.read().organisation("town-b").place_state == "unconfirmed"
        assert {statement.kind for statement in store.statements()} == {"organisation", "membership", "question"}
        assert GAZETTEER_SOURCE not in {statement.source for statement in store.statements()}

    def test_bring_only_the_words_of_the_gazetteer(self, store: Store) -> None:
        with pytest.raises(StoreError, match="not among those given"):
            store.judge([CHOSEN], members())


class TestForgetting:
    def test_a_source_goes_with_all_it_said(self, store: Store) -> None:
        store.replace([ALDA], members(), contacts=kept(store, ANA))
        store.replace([LINKS], twinnings())
        store.judge([APART])
        store.drop("ALDA")
        with open_store("memory:") as other:
            other.replace([LINKS], twinnings())
            other.judge([APART])
            assert columns(store.read()) == columns(other.read())
            assert (store.statements(), store.contacts()) == (other.statements(), [])

    def test_a_source_that_is_not_there_is_told_with_the_nearest(self, store: Store) -> None:
        store.replace([ALDA], members())
        with pytest.raises(NotFoundError, match="no source is called 'ALDO'; did you mean ALDA"):
            store.drop("ALDO")
        with pytest.raises(NotFoundError):
            store.drop(GAZETTEER_SOURCE)

    def test_an_organisation_goes_from_all_lists(self, store: Store) -> None:
        store.replace([ALDA, LINKS], [*members(), *twinnings()], contacts=kept(store, ANA, IVO))
        store.judge([APART, CHOSEN])
        store.erase(MOSTAR)
        network = store.read()
        assert network.organisations.column("id") == (BARI, PULA)
        assert network.memberships.column("organisation") == (BARI,)
        assert len(network.links) == 0
        assert list(network.judgements) == [CHOSEN]
        assert store.contacts() == kept(store, IVO)
        assert not any("Mostar" in str(statement) or MOSTAR in str(statement) for statement in store.statements())
        assert store.sources() == (ALDA, LINKS)
        with pytest.raises(NotFoundError, match=MOSTAR):
            store.erase(MOSTAR)

    def test_an_organisation_goes_by_every_id_it_is_called_by(self, store: Store) -> None:
        said = [
            organisation("ALDA", 2, "town-b", name="Pola", kind="town", place_state="unconfirmed"),
            organisation("ALDA", 3, "town-b", name="Polje", kind="town", place_state="unconfirmed"),
            organisation("ALDA", 4, PULA, name="Pula", kind="town", place_state="confirmed"),
        ]
        field = Judgement(verdict="place", organisation="town-b", name="Polje", geonames_id=9)
        known = Statement(GAZETTEER_SOURCE, 9, "organisation", town_id(9), {**KNOWN.values, "place": "Polje"})
        contacts = kept(store, *(Contact("ALDA", row, "town-b", "email", f"{row}@b.example") for row in (2, 3)))
        store.replace([ALDA], said, contacts=contacts)
        store.judge([CHOSEN, field], [KNOWN, known])
        assert store.contacts(PULA) == contacts[:1]
        store.erase(PULA)
        network = store.read()
        assert network.organisations.column("id") == (town_id(9),)
        assert list(network.judgements) == [field]
        assert store.contacts() == contacts[1:]

    def test_an_organisation_goes_with_what_was_judged_of_it_before(self, store: Store) -> None:
        refused = Judgement(verdict="refused", organisation=MOSTAR, name="Most")
        one = Judgement(verdict="same", organisation="ngo-a", other="ngo-b")
        seat = Judgement(verdict="place", organisation="ngo-c", name="Mostar Forum", geonames_id=8)
        store.judge([CHOSEN, refused, one, seat])
        said = [organisation("ALDA", row, who, kind="ngo") for row, who in enumerate(("ngo-a", "ngo-b", "ngo-c"))]
        orphan = Contact("ALDA", 9, "ngo-b", "email", "b@ngo.example")
        store.replace([ALDA], [*members(), *said, organisation("ALDA", 5, PULA)], contacts=kept(store, orphan))
        assert store.contacts("ngo-a") == kept(store, orphan)
        store.erase("ngo-b")
        assert store.contacts() == []
        assert set(store.read().judgements) == {CHOSEN, refused, seat}
        store.erase(PULA)
        store.erase(MOSTAR)
        assert set(store.read().judgements) == {seat}
        store.erase("ngo-c")
        assert len(store.read().judgements) == 0


names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
towns = st.sampled_from([f"town-{n}" for n in range(5)])
themes = st.lists(st.sampled_from(["culture", "youth", "sport", "'; DROP TABLE links"]), max_size=3, unique=True)
dates = st.sampled_from(["1985", "1985-06", "2024-02-29"])


def optional(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


described = optional(
    country=st.sampled_from(["BA", "XK", "IT"]),
    latitude=st.floats(-90, 90) | st.integers(-90, 90),
    listed_latitude=st.floats(-90, 90) | st.integers(-90, 90),
    population=st.integers(0, 2**40),
    capital=st.booleans(),
    themes_sought=themes,
    languages=st.lists(st.sampled_from(["bs", "it"]), max_size=2, unique=True),
)


@st.composite
def lists(draw: st.DrawFn, name: str) -> tuple[Source, list[Statement]]:
    """A list with what its rows say, whatever its kind."""
    source = Source(name=name, kind="links", file=f"{name}.csv", date=draw(st.none() | dates))
    said = []
    for row in range(draw(st.integers(0, 5))):
        a, b = sorted((draw(towns), draw(towns)))
        for town in (a, b):
            said.append(organisation(name, row, town, name=draw(names), **draw(described)))
            said.append(Statement(GAZETTEER_SOURCE, int(town[-1]), "organisation", town, {"place": f"{town}'s place"}))
        said.append(
            Statement(name, row, "link", link_id(a, b), {"a": a, "b": b, **draw(optional(since=dates, themes=themes))})
        )
        said.append(Statement(name, row, "membership", f"{a}|ALDA", draw(optional(former=st.booleans(), until=dates))))
        said.append(Statement(name, row, "project", f"project-{row}", {"name": draw(names), "themes": draw(themes)}))
        said.append(
            Statement(name, row, "partner", f"{b}|project-{row}", {"role": draw(st.sampled_from(["lead", "partner"]))})
        )
    return source, said


@given(st.tuples(lists("first"), lists("second"), lists("third")), st.permutations(range(3)))
@settings(max_examples=40)
def test_any_facts_come_back_the_same_whatever_the_order(
    given_lists: tuple[tuple[Source, list[Statement]], ...], order: list[int]
) -> None:
    with tempfile.TemporaryDirectory() as folder, open_store("memory:") as memory:
        memory.replace([source for source, _ in given_lists], itertools.chain(*(said for _, said in given_lists)))
        with open_store(Path(folder) / "any.twinnet", create=True) as stored:
            for at in order:
                stored.replace([given_lists[at][0]], given_lists[at][1])
            assert columns(stored.read()) == columns(memory.read())
            assert stored.read().digest == memory.read().digest
            assert list(stored.read().organisations) == list(memory.read().organisations)
            assert stored.statements() == memory.statements()


verdicts = st.sampled_from(range(4)).map(
    lambda n: (
        Judgement(verdict="place", organisation="town-0", name="town-0's place", geonames_id=n + 1),
        Judgement(verdict="refused", organisation="town-1", name="Town-1", why="no place"),
        Judgement(verdict="same", organisation="town-2", other="town-3", who="Ana"),
        Judgement(verdict="different", organisation="town-2", other="town-4", when="2026-05"),
    )[n]
)


@given(
    st.tuples(lists("first"), lists("second"), lists("third")),
    st.lists(verdicts, max_size=4, unique=True),
    st.permutations(range(7)),
    st.sampled_from([None, "first", "second"]),
)
@settings(max_examples=40)
def test_judgements_and_lists_give_the_same_in_any_order(
    given_lists: tuple[tuple[Source, list[Statement]], ...],
    judged: list[Judgement],
    order: list[int],
    dropped: str | None,
) -> None:
    kept = {
        source.name: {Contact(source.name, said.row, said.subject, "email", f"{said.row}@{said.subject}.example")}
        for source, statements in given_lists
        for said in statements[:1]
    }
    places = [
        Statement(
            GAZETTEER_SOURCE,
            n,
            "organisation",
            town_id(n),
            {"place": f"town-{n}'s place", "latitude": n, "longitude": n},
        )
        for n in range(5)
    ]
    given_lists = tuple((source, [*said, *places]) for source, said in given_lists)
    with tempfile.TemporaryDirectory() as folder, open_store("memory:") as memory:
        for source, said in given_lists:
            if source.name != dropped:
                memory.replace([source], said, contacts=kept.get(source.name, ()))
        memory.judge(judged, places)
        with open_store(Path(folder) / "any.twinnet", create=True) as stored:
            for at in order:
                if at < 3:
                    source, said = given_lists[at]
                    stored.replace([source], said, contacts=kept.get(source.name, ()))
                elif at - 3 < len(judged):
                    stored.judge([judged[at - 3]], places)
            if dropped is not None:
                stored.drop(dropped)
            assert columns(stored.read()) == columns(memory.read())
            assert stored.read().digest == memory.read().digest
            assert list(stored.read().judgements) == list(memory.read().judgements)
            assert (stored.statements(), stored.contacts()) == (memory.statements(), memory.contacts())
            for town in memory.read().organisations.column("id")[:1]:
                assert stored.contacts(town) == memory.contacts(town)
                stored.erase(town)
                memory.erase(town)
                assert columns(stored.read()) == columns(memory.read())
                assert (stored.statements(), stored.contacts()) == (memory.statements(), memory.contacts())


class TestFile:
    def test_has_a_column_for_every_field(self) -> None:
        for table in (schema.SOURCES, *schema.FACTS):
            assert tuple(table.columns) == tuple(table.model.model_fields), table.name

    @pytest.mark.parametrize("name", ["my own.twinnet", "100%25.twinnet", "what?#now&mode=rw.twinnet", "Ниш ü.twinnet"])
    def test_may_have_any_name(self, tmp_path: Path, name: str) -> None:
        path = tmp_path / name
        with open_store(path, create=True) as store:
            store.replace([ALDA], members())
        with open_store(str(path)) as store:
            assert len(store.read().organisations) == 2
        assert [found.name for found in tmp_path.iterdir()] == [name]

    def test_is_found_by_its_address(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(file.parent)
        for address in (f"sqlite:///{file}", "sqlite:///my.twinnet", "my.twinnet", Path("my.twinnet")):
            with open_store(address) as store:
                assert len(store.read().memberships) == 2
                assert store.address == str(address)

    @pytest.mark.parametrize("address", ["https://host/my.twinnet", "sqlite://", "neo4js://host"])
    def test_other_addresses_are_not_known(self, address: str) -> None:
        with pytest.raises(StoreError, match="are not known; give the path of a file"):
            open_store(address, create=True)

    def test_a_colon_may_stand_in_a_path(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        with pytest.raises(StoreError, match="does not exist"):
            open_store("net:1")

    def test_is_untouched_when_nothing_changes(self, file: Path) -> None:
        before = file.read_bytes(), file.stat().st_mtime_ns
        with open_store(file, readonly=False) as store:
            assert not store.replace([ALDA], members())
        assert (file.read_bytes(), file.stat().st_mtime_ns) == before
        assert files(file.parent) == ["my.twinnet"]

    def test_readers_never_write(self, file: Path, tmp_path: Path) -> None:
        with open_store(file) as store, pytest.raises(StoreError, match="for reading only"):
            store.replace([LINKS], twinnings())
        with pytest.raises(StoreError, match="does not exist; `twinnet import"):
            open_store(tmp_path / "none.twinnet")
        assert files(tmp_path) == ["my.twinnet"]

    def test_appears_with_its_first_content(self, tmp_path: Path) -> None:
        with open_store(tmp_path / "new.twinnet", create=True) as store:
            assert files(tmp_path) == []
            with pytest.raises(StoreError):
                store.replace([LINKS], twinnings()[2:])
            assert files(tmp_path) == []
            store.replace([LINKS], twinnings())
            assert files(tmp_path) == ["new.twinnet"]
            assert store.replace([ALDA], members())

    def test_two_first_imports_both_count(self, tmp_path: Path) -> None:
        path = tmp_path / "new.twinnet"
        with open_store(path, create=True) as one, open_store(path, create=True) as two:
            assert one.replace([ALDA], members())
            assert two.replace([LINKS], twinnings())
            assert [source.name for source in one.sources()] == ["ALDA", "links"]
        assert files(tmp_path) == ["new.twinnet"]

    def test_appears_where_the_file_system_has_no_links(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object) -> None:
            raise PermissionError

        monkeypatch.setattr(os, "link", refuse)
        path = tmp_path / "new.twinnet"
        with open_store(path, create=True) as one, open_store(path, create=True) as two:
            assert one.replace([ALDA], members())
            assert two.replace([LINKS], twinnings())
            assert len(one.sources()) == 2
        assert files(tmp_path) == ["new.twinnet"]

    def test_holds_every_text(self, tmp_path: Path) -> None:
        names = ["Robert'); DROP TABLE organisations;--", "a\x00b", "<script>", "\N{SEEDLING}", "  "]
        said = [organisation("ALDA", row, f"ngo-{row}", name=name) for row, name in enumerate(names)]
        with open_store(tmp_path / "odd.twinnet", create=True) as store:
            store.replace([ALDA], said)
            assert list(store.read().organisations.column("name")) == names

    def test_says_what_it_cannot_hold(self, file: Path) -> None:
        before = file.read_bytes()
        for value in ({"name": "half \ud83c"}, {"population": 2**70}):
            with open_store(file, readonly=False) as store, pytest.raises(StoreError, match="cannot hold a value"):
                store.replace([ALDA], [organisation("ALDA", 2, MOSTAR, **value)])
        assert file.read_bytes() == before


ADDED = (
    *((4, table, "tags") for table in ("organisations", "links", "projects")),
    (4, "organisations", "description"),
    (5, "organisations", "listed_latitude"),
    (5, "organisations", "listed_longitude"),
    (7, "links", "told_state"),
    (7, "links", "told_on"),
)
"""Columns that earlier versions lack: since when they are there, table, column."""


def earlier(path: Path, version: int) -> None:
    """Make a store as an earlier version wrote it."""
    with open_store(path, create=True) as store:
        store.replace([ALDA, LINKS], [*members(), *twinnings()])
    with contextlib.closing(sqlite3.connect(path)) as connection:
        for since, table, column in ADDED:
            if version < since:
                connection.execute(f'ALTER TABLE "{table}" DROP COLUMN "{column}"')
        for since, table in ((3, "judgements"), (3, "contacts"), (6, "prepared"), (7, "decisions"), (8, "history")):
            if version < since:
                connection.execute(f'DROP TABLE "{table}"')
        connection.execute("DELETE FROM meta WHERE key LIKE 'check of %'")
        connection.commit()
        connection.execute(f"PRAGMA user_version = {version}")


@pytest.mark.parametrize("version", range(schema.OLDEST, schema.VERSION))
class TestEarlierVersion:
    def test_is_read_and_left_alone(self, tmp_path: Path, version: int) -> None:
        path = tmp_path / "two.twinnet"
        earlier(path, version)
        before = path.read_bytes()
        with open_store(path) as store:
            network = store.read()
            assert network.organisations.column("id") == (MOSTAR, BARI, PULA)
            assert (len(network.judgements), len(network.decisions), store.contacts()) == (0, 0, [])
            assert (network.organisation(MOSTAR).tags, network.organisation(MOSTAR).description) == ((), None)
            assert (network.organisation(MOSTAR).latitude, network.organisation(MOSTAR).listed_latitude) == (43.0, None)
            assert [link.tags for link in network.links] == [()]
            assert store.taxonomy() == network.taxonomy == Taxonomy.builtin()
        assert path.read_bytes() == before
        assert files(tmp_path) == ["two.twinnet"]

    def test_is_brought_up_by_a_writer(self, tmp_path: Path, file: Path, version: int) -> None:
        path = tmp_path / "two.twinnet"
        earlier(path, version)
        with open_store(path, readonly=False) as store:
            assert [link.tags for link in store.read().links] == [()]
            store.drop("links")
            astray = organisation("ALDA", 4, BARI, listed_latitude=45, listed_longitude=16)
            assert store.replace([ALDA], [*members(), astray])
            bari = store.read().organisation(BARI)
            assert (bari.latitude, bari.listed_latitude, bari.listed_longitude) == (None, 45.0, 16.0)
            assert store.replace([ALDA], members(), contacts=[ANA])
            assert store.judge([APART])
        with open_store(path) as store, open_store(file) as other:
            assert store.contacts() == [ANA]
            assert store.read().digest == other.read().digest
        with contextlib.closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)

    def test_is_copied_before(self, tmp_path: Path, version: int) -> None:
        path = tmp_path / "two.twinnet"
        earlier(path, version)
        with open_store(path) as store:
            before = columns(store.read())
        for _ in range(2):
            with open_store(path, readonly=False) as store:
                store.replace([LINKS], [])
        assert files(tmp_path) == ["two.twinnet", f"two.twinnet.format-{version}"]
        with contextlib.closing(sqlite3.connect(tmp_path / f"two.twinnet.format-{version}")) as connection:
            assert connection.execute("PRAGMA user_version").fetchone() == (version,)
        with open_store(tmp_path / f"two.twinnet.format-{version}") as copy:
            assert columns(copy.read()) == before
        copy_name = str(tmp_path / f"two.twinnet.format-{version}")
        assert forget(path, "Mostar").lines()[-1] == f"An older copy, {copy_name}, may still hold it: delete that file."

    def test_that_cannot_be_written_says_so(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: int
    ) -> None:
        path = tmp_path / "two.twinnet"
        earlier(path, version)
        before = path.read_bytes()
        monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.01)
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match="in use by another program"):
                open_store(path, readonly=False)
            other.execute("ROLLBACK")
        monkeypatch.setattr(schema, "steps", lambda _: ['CREATE TABLE "half" ("a")', "CREATE TABLE"])
        with pytest.raises(StoreError, match="cannot be used"):
            open_store(path, readonly=False)
        assert path.read_bytes() == before


SECRETS = (b"Mostar", b"Hercegovina", b"An old bridge", b"ana@mostar.example", MOSTAR.encode(), b"Mostarr")


def many(count: int) -> list[Statement]:
    said = []
    for row in range(count):
        town = f"ngo-{row}"
        said.append(organisation("more", row, town, name=f"Town {row} {'x' * (row % 97)}"))
        said.append(Statement("more", row, "membership", f"{town}|ALDA", {"since": "2001"}))
        said.append(organisation("more", row, MOSTAR, name=f"Mostar {row}", themes_sought=["Hercegovina"]))
        said[-1].values["description"] = "An old bridge"
        said.append(
            Statement("more", row, "link", link_id(MOSTAR, town), {"a": min(MOSTAR, town), "b": max(MOSTAR, town)})
        )
    return said


def test_a_kept_taxonomy_that_this_version_cannot_read_is_named(file: Path) -> None:
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("INSERT INTO meta VALUES ('taxonomy', '[themes.wine]')")
        connection.execute("DELETE FROM meta WHERE key = 'check of meta'")
    with open_store(file) as store:
        for read in (store.read, store.taxonomy):
            with pytest.raises(OptionError, match=r"the network's own taxonomy: themes\.wine: give it a label"):
                read()


class TestNothingStays:
    @pytest.mark.parametrize("rows", [1, 700])
    @pytest.mark.parametrize("way", ["erase", "drop"])
    def test_in_the_file(self, tmp_path: Path, rows: int, way: str) -> None:
        path = tmp_path / "my.twinnet"
        more = Source(name="more", kind="links", file="more.csv")
        contacts = [Contact("more", row, MOSTAR, "email", f"ana@mostar.example {row}") for row in range(rows)]
        judged = Judgement(verdict="refused", organisation=MOSTAR, name="Mostarr")
        with open_store(path, create=True) as store:
            store.replace([more], many(rows), contacts=contacts)
            store.judge([judged])
            assert all(secret in path.read_bytes() for secret in SECRETS)
            if way == "erase":
                store.erase(MOSTAR)
                assert len(store.read().organisations) == rows
            else:
                store.withdraw([judged.id])
                store.drop("more")
            assert [secret for secret in SECRETS if secret in path.read_bytes()] == []
        assert files(tmp_path) == ["my.twinnet"]

    def test_of_a_text_that_was_read_for_its_themes(self, tmp_path: Path) -> None:
        path = tmp_path / "my.twinnet"
        text = "Our beekeepers and the youth council"
        with open_store(path, create=True) as store:
            store.replace([ALDA], [*members(), organisation("ALDA", 2, MOSTAR, description=text)])
            assert text.encode() in store.read().prepared["readings"]
            store.erase(MOSTAR)
            assert "readings" not in store.read().prepared
        assert text.encode() not in path.read_bytes()

    def test_of_what_a_file_of_an_earlier_version_left_in_its_unused_parts(self, tmp_path: Path) -> None:
        path = tmp_path / "my.twinnet"
        with open_store(path, create=True) as store:
            store.replace([ALDA], members())
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA secure_delete = OFF")
            connection.execute('CREATE TABLE "once" ("a")')
            connection.executemany('INSERT INTO "once" VALUES (?)', [("ana@mostar.example",)] * 999)
            connection.execute('DROP TABLE "once"')
        assert b"ana@mostar.example" in path.read_bytes()
        with open_store(path, readonly=False) as store:
            store.erase(MOSTAR)
        assert [secret for secret in SECRETS if secret in path.read_bytes()] == []

    def test_and_what_cannot_be_erased_now_stays_whole(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        before = file.read_bytes()
        with open_store(file) as store, pytest.raises(StoreError, match="for reading only"):
            store.erase(MOSTAR)
        monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.01)
        with (
            contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other,
            open_store(file, readonly=False) as store,
        ):
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match="in use by another program"):
                store.erase(MOSTAR)
            other.execute("ROLLBACK")
        assert file.read_bytes() == before


def empty(path: Path) -> None:
    path.touch()


def text(path: Path) -> None:
    path.write_text("name,country\nMostar,BA\n" * 100, encoding="utf-8")


def short(path: Path) -> None:
    path.write_bytes(b"hello")


def foreign(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE organisations (id)")


def newer(path: Path) -> None:
    with open_store(path, create=True) as store:
        store.replace([ALDA], members())
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {schema.VERSION + 1}")


def older(path: Path) -> None:
    with open_store(path, create=True) as store:
        store.replace([ALDA], members())
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {schema.OLDEST - 1}")


def damaged(path: Path) -> None:
    with open_store(path, create=True) as store:
        store.replace([ALDA], members())
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (Path.mkdir, "is a folder"),
        (empty, "is an empty file"),
        (text, "is not a twinnet network"),
        (short, "is not a twinnet network"),
        (foreign, "is not a twinnet network"),
        (newer, "written by a newer twinnet"),
        (older, "written by an older twinnet"),
        (damaged, "is damaged"),
    ],
)
@pytest.mark.parametrize("create", [False, True])
def test_what_is_no_store_is_refused_and_left_alone(
    tmp_path: Path, make: Callable[[Path], None], says: str, create: bool
) -> None:
    path = tmp_path / "odd.twinnet"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(StoreError, match=says), open_store(path, create=create) as store:
        store.read()
    assert (path.read_bytes() if path.is_file() else None) == before
    assert files(tmp_path) == ["odd.twinnet"]


def test_a_path_that_cannot_be_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no folder"):
        open_store(tmp_path / "nowhere" / "my.twinnet", create=True)
    with pytest.raises(StoreError):
        open_store("a\0b")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(StoreError, match="not a regular file"):
            open_store(tmp_path / "pipe")


@contextlib.contextmanager
def as_nobody() -> Iterator[None]:
    """Work without the leave of an administrator."""
    if os.name != "posix":
        pytest.skip("leave to write is tried on POSIX systems only")
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_folder_without_leave_to_write_can_be_read(place: Path) -> None:
    path = place / "my.twinnet"
    with open_store(path, create=True) as store:
        store.replace([ALDA], members())
    path.chmod(0o666)
    place.chmod(0o555)
    with as_nobody():
        with open_store(path) as store:
            assert len(store.read().organisations) == 2
        with open_store(path, readonly=False) as store, pytest.raises(StoreError, match="cannot be written"):
            store.replace([LINKS], twinnings())
        new = open_store(place / "new.twinnet", create=True)
        with new, pytest.raises(StoreError, match="cannot be written: the file or its folder is read-only"):
            new.replace([LINKS], twinnings())
    path.chmod(0o400)
    if os.geteuid() == 0:
        with as_nobody(), pytest.raises(StoreError, match="no leave to read"):
            open_store(path)
    assert files(place) == ["my.twinnet"]


class TestTwoAtOnce:
    def test_a_locked_file_says_so(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.01)
        with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with (
                open_store(file, readonly=False) as store,
                pytest.raises(StoreError, match="in use by another program"),
            ):
                store.replace([LINKS], twinnings())
            other.execute("ROLLBACK")
            with open_store(file, readonly=False) as store:
                other.execute("BEGIN EXCLUSIVE")
                with pytest.raises(StoreError, match="in use by another program"):
                    store.read()
                other.execute("ROLLBACK")
                assert store.replace([LINKS], twinnings())

    def test_a_reader_sees_the_old_state_while_a_writer_writes(
        self, file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen = []
        write = content.write

        def write_and_look(*args: Any) -> None:
            write(*args)
            with open_store(file) as reader:
                seen.append(len(reader.read().links))

        monkeypatch.setattr(content, "write", write_and_look)
        with open_store(file, readonly=False) as writer, open_store(file) as reader:
            writer.replace([LINKS], twinnings())
            assert seen == [0]
            assert len(reader.read().links) == 1

    def test_an_error_midway_leaves_the_old_state(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        before = file.read_bytes()
        rows = schema.Table.rows

        def fail_at_links(table: schema.Table, facts: Any) -> Any:
            if table.name == "links":
                raise KeyboardInterrupt
            return rows(table, facts)

        with open_store(file, readonly=False) as store:
            with monkeypatch.context() as patched:
                patched.setattr(schema.Table, "rows", fail_at_links)
                with pytest.raises(KeyboardInterrupt):
                    store.replace([LINKS], twinnings())
                with open_store(file.with_name("new.twinnet"), create=True) as new, pytest.raises(KeyboardInterrupt):
                    new.replace([LINKS], twinnings())
            assert file.read_bytes() == before
            assert files(file.parent) == ["my.twinnet"]
            assert store.replace([LINKS], twinnings())


KILLED = """
import os, signal, sys
from pathlib import Path
from twinnet.models import Source, Statement
from twinnet.stores import content, on_disk, open_store

connected, write, moment = on_disk.connected, content.write, sys.argv[2]

def die():
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))

def connected_with_little_memory(*args):
    connection = connected(*args)
    connection.execute("PRAGMA cache_size = 1")
    connection.execute("PRAGMA cache_spill = 1")
    return connection

def write_and_die(*args):
    write(*args)
    if moment != "after":
        die()

content.write = write_and_die
if moment == "spilt":
    on_disk.connected = connected_with_little_memory
said = [Statement("more", row, "organisation", f"ngo-{row}", {"name": f"NGO {row}" * 20}) for row in range(500)]
with open_store(sys.argv[1], create=True) as store:
    if sys.argv[3:]:
        store.erase(sys.argv[3])
    else:
        store.replace([Source(name="more", kind="members", file="more.csv")], said)
    die()
"""


def kill(file: Path, *words: str) -> None:
    """Let a writer die at a moment."""
    died = subprocess.run(
        [sys.executable, "-c", KILLED, str(file), *words], check=False, capture_output=True, timeout=60
    )
    assert died.returncode not in (0, 1), died.stderr


@pytest.mark.parametrize(("moment", "known"), [("before", 2), ("spilt", 2), ("after", 502)])
@pytest.mark.parametrize("first", ["reader", "writer"])
def test_a_writer_that_dies_leaves_the_old_state_or_the_new(file: Path, moment: str, known: int, first: str) -> None:
    before = file.read_bytes()
    kill(file, moment)
    if moment == "spilt":
        assert file.read_bytes() != before, "the write was in the file when its writer died"
    with open_store(file, readonly=first == "reader") as store:
        assert len(store.read().organisations) == known
        assert len(store.statements("ALDA")) == 4
    with open_store(file, readonly=False) as store:
        assert store.replace([LINKS], twinnings())
    assert files(file.parent) == ["my.twinnet"]


@pytest.mark.parametrize(("moment", "known"), [("before", True), ("spilt", True), ("after", False)])
def test_an_erasure_that_dies_leaves_the_old_state_or_the_new(file: Path, moment: str, known: bool) -> None:
    with open_store(file, readonly=False) as store:
        store.replace([ALDA], members(), contacts=[ANA])
        store.judge([APART])
    kill(file, moment, MOSTAR)
    with open_store(file) as store:
        assert store.read().organisations.has(MOSTAR) is known
        assert bool(store.contacts()) is bool(len(store.read().judgements)) is known
    assert (b"ana@mostar.example" in file.read_bytes()) is known


def test_a_first_import_that_dies_leaves_no_store(tmp_path: Path) -> None:
    path = tmp_path / "new.twinnet"
    kill(path, "before")
    assert not path.exists()
    with open_store(path, create=True) as store:
        assert store.replace([LINKS], twinnings())


def test_a_store_without_leave_to_mend_says_so(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(sqlite3.OperationalError):
        sqlite_errorname = "SQLITE_READONLY_ROLLBACK"

    def refuse(*_: object) -> sqlite3.Connection:
        raise Broken("attempt to write a readonly database")

    monkeypatch.setattr(on_disk, "connected", refuse)
    with pytest.raises(StoreError, match="left by a write that was broken off"):
        SqliteStore(file, readonly=True)
