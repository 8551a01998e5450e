"""Decisions enter a network, last, change what comes next, and can be taken back; corrections win over lists."""

import datetime as dt
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import twinnet
from twinnet import cli, lifecycle
from twinnet.decisions import Decision
from twinnet.errors import InputError, NotFoundError, StoreError
from twinnet.evidence import Block, Cells
from twinnet.graph import DECISIONS_SOURCE, GAZETTEER_SOURCE, Network
from twinnet.index import MatchIndex
from twinnet.models import Judgement, Organisation, Rules, Source, Statement, link_id
from twinnet.reasons.accepted import LikeAccepted
from twinnet.stores import Store, open_store
from twinnet.stores.sqlite import SqliteStore
from twinnet.workspace import deciding
from twinnet.workspace.deciding import Signed
from twinnet.writing import lines

TOWNS = {"town-1": ("Mostar", "BA"), "town-2": ("Bari", "IT"), "town-3": ("Pula", "HR"), "town-4": ("Barletta", "IT")}
LIST = Source(name="list", kind="members", file="list.csv", date="2025", rows=4)
LINKS = Source(name="links", kind="links", file="links.csv", date="2025", rows=1)
TODAY = dt.date(2026, 11, 26)
BY = Signed("Ana", dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC))


def statements() -> list[Statement]:
    said = []
    for row, (town, (name, country)) in enumerate(TOWNS.items(), 2):
        values = {"name": name, "country": country, "kind": "town", "population": 90_000 + row, "languages": ["en"]}
        said.append(Statement("list", row, "organisation", town, {**values, "themes_offered": ["youth"]}))
    ends = {"a": "town-1", "b": "town-3", "last_activity": "2015"}
    return [*said, Statement("links", 2, "link", link_id("town-1", "town-3"), ends)]


def row(verdict: str, a: str = "town-1", b: str | None = "town-2", *, second: int = 0, **values: Any) -> Decision:
    kind = None if "field" in values else "start"
    given = {
        "organisation": a,
        "candidate": b,
        "kind": kind,
        "verdict": verdict,
        "when": f"2026-11-26T12:00:{second:02}Z",
    }
    return Decision.model_validate({**given, **values})


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    address = "memory:" if request.param == "memory" else str(tmp_path / "my.twinnet")
    with open_store(address, create=True) as opened:
        opened.replace([LIST, LINKS], statements())
        yield opened


@pytest.fixture
def file(tmp_path: Path) -> Path:
    with open_store(tmp_path / "my.twinnet", create=True) as opened:
        opened.replace([LIST, LINKS], statements())
    return tmp_path / "my.twinnet"


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["twinnet", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, said.out, said.err

    return run


def pairs(network: Network, **rules: Any) -> set[tuple[str, str]]:
    return {
        (s.organisation.name, s.candidate.name)
        for s in twinnet.suggest(network, top=9, rules=Rules(**rules), today=TODAY)
    }


class TestStore:
    def test_keeps_rows_in_their_order_and_says_what_became_of_each(self, store: Store) -> None:
        first = row("accepted")
        assert [one.how for one in store.decide([first])] == ["new"]
        [known, second, conflict] = store.decide(
            [first, row("met", second=1, after=first.id), row("declined", second=2, after=first.id)]
        )
        assert (known.how, second.how, conflict.how) == ("known", "new", "conflict")
        assert [one.verdict for one in conflict.rows] == ["accepted", "met"]
        assert [one.verdict for one in store.decisions()] == ["accepted", "met"]
        assert list(store.read().decisions) == list(store.decisions())

    @pytest.mark.parametrize("settle", [True, False])
    def test_facts_follow_whether_or_not_they_are_merged_at_once(self, store: Store, settle: bool) -> None:
        said = [
            row("signed", day="2026-10"),
            row("corrected", "town-1", None, field="languages", value=("bs",)),
            row("corrected", "town-1", "town-3", field="link_state", value=("active",)),
        ]
        store.decide(said, settle=settle)
        network = store.read()
        assert network.organisation("town-1").languages == ("bs",)
        link = next(link for link in network.links if link.id == link_id("town-1", "town-2"))
        assert (link.since, link.kind) == ("2026-10", "partnership")
        told = next(link for link in network.links if link.id == link_id("town-1", "town-3"))
        assert (told.told_state, told.told_on, told.last_activity) == ("active", "2026-11-26", "2015")
        before = list(lines.export(network))
        store.settle()
        assert store.settle() is False
        assert list(lines.export(store.read())) == before

    def test_a_later_import_keeps_them(self, store: Store) -> None:
        store.decide([row("signed"), row("corrected", "town-2", None, field="themes_sought", value=())], settle=False)
        newer = LIST.model_copy(update={"date": "2027"})
        changed = [
            Statement("list", one.row, one.kind, one.subject, {**one.values, "themes_sought": ["peace"]})
            for one in statements()
            if one.source == "list"
        ]
        store.replace([newer], changed)
        network = store.read()
        assert network.organisation("town-2").themes_sought == ()
        assert network.organisation("town-1").themes_sought == ("peace",)
        assert len(network.links) == 2

    def test_what_is_taken_back_has_never_been(self, store: Store) -> None:
        before = store.read()
        signed = row("signed")
        store.decide([signed], settle=False)
        store.decide([row("withdrawn", second=1, withdraws=signed.id, after=signed.id)])
        assert store.read().digest == before.digest
        assert len(store.decisions()) == 2

    def test_refuses_who_is_not_there_and_stores_nothing(self, store: Store) -> None:
        with pytest.raises(NotFoundError, match="town-9"):
            store.decide([row("accepted"), row("accepted", b="town-9")])
        assert store.decisions() == ()

    def test_follows_an_organisation_to_its_new_id(self, store: Store) -> None:
        accepted = row("accepted", "town-b", "town-2")
        unplaced = Statement("more", 2, "organisation", "town-b", {"name": "Pola", "country": "HR", "kind": "town"})
        store.replace([Source(name="more", kind="members", file="more.csv")], [unplaced])
        store.decide([accepted])
        place = Statement(GAZETTEER_SOURCE, 7, "organisation", "town-7", {"country": "HR", "place": "Pola"})
        store.judge([Judgement(verdict="place", organisation="town-b", name="Pola", geonames_id=7)], [place])
        [matter] = store.read().matters.values()
        assert (matter.organisation, matter.candidate) == ("town-7", "town-2")
        [outcome] = store.decide([row("declined", "town-7", "town-2", second=1)])
        assert outcome.how == "conflict"
        [outcome] = store.decide([row("declined", "town-7", "town-2", second=1, after=accepted.id)])
        assert outcome.how == "new"

    @pytest.mark.parametrize("places", [(7,), (7, 8)])
    def test_an_id_that_means_another_by_now_bars_nobody(self, store: Store, places: tuple[int, ...]) -> None:
        names = dict(zip(("Novi", "Stari"), places, strict=False))
        said = [
            Statement("more", at, "organisation", "town-b", {"name": name, "kind": "town"})
            for at, name in enumerate(("Novi", "Stari"), 2)
        ]
        member = [Statement("more", one.row, "membership", "town-b|more", {}) for one in said]
        store.replace([Source(name="more", kind="members", file="more.csv")], [*said, *member])
        store.decide([row("accepted", "town-b", "town-2")])
        facts = [
            Statement(GAZETTEER_SOURCE, place, "organisation", f"town-{place}", {"name": name, "kind": "town"})
            for name, place in names.items()
        ]
        chosen = [
            Judgement(verdict="place", organisation="town-b", name=name, geonames_id=place)
            for name, place in names.items()
        ]
        store.judge(chosen, facts)
        assert len(store.read().matters) == 1
        for at, town in enumerate(("town-7", store.read().organisation("town-b").id), 1):
            [matter] = [one for one in store.read().matters.values() if town in one] or [None]
            said_now = row("declined", town, second=at, after=matter.head if matter else None)
            assert store.decide([said_now])[0].how == "new"

    def test_what_follows_is_merged_whatever_comes_last(self, store: Store) -> None:
        signed = row("signed", day="2024")
        ended = row("ended", second=1, after=signed.id)
        store.decide([signed, ended])
        assert [link.until for link in store.read().links if link.b == "town-2"] == ["2026-11-26"]
        store.decide([row("contacted", second=2, after=ended.id)])
        assert [link.until for link in store.read().links if link.b == "town-2"] == [None]

    def test_a_link_that_was_signed_is_a_link_like_any(self, store: Store) -> None:
        store.decide(
            [
                row("signed", day="2024"),
                row("corrected", field="link_state", value=("dormant",), second=1),
                row("met", kind="develop", day="2026-02", second=2),
            ]
        )
        [link] = [link for link in store.read().links if link.b == "town-2"]
        assert (link.since, link.told_state, link.last_activity) == ("2024", "dormant", "2026-02")
        store.decide([row("ended", kind="revitalise", day="2026-03", second=3)])
        assert [link.until for link in store.read().links if link.b == "town-2"] == ["2026-03"]
        store.decide([row("met", kind="start", day="2026-04", second=4, after=row("signed", day="2024").id)])
        [link] = [link for link in store.read().links if link.b == "town-2"]
        assert (link.until, link.last_activity) == (None, "2026-04")

    def test_forgets_them_with_the_organisation(self, store: Store) -> None:
        store.decide([row("signed", note="secret"), row("accepted", "town-3", "town-4")])
        store.erase("town-2")
        assert [one.organisation for one in store.decisions()] == ["town-3"]
        assert len(store.read().links) == 1

    def test_can_be_forgotten_when_no_list_names_the_organisation_any_more(self, store: Store) -> None:
        store.decide([row("accepted", note="secret"), row("accepted", "town-3", "town-4")])
        store.replace([LIST], [one for one in statements() if one.source == "list" and one.subject != "town-2"])
        store.erase("town-2")
        assert [one.organisation for one in store.decisions()] == ["town-3"]
        with pytest.raises(NotFoundError):
            store.erase("town-2")

    def test_no_list_can_take_their_place(self, store: Store) -> None:
        with pytest.raises(StoreError, match="another name"):
            store.replace([Source(name=DECISIONS_SOURCE, kind="members", file="a.csv")], [])

    def test_outlive_an_organisation_that_a_list_has_no_more(self, store: Store) -> None:
        store.decide([row("signed")])
        listed = [one for one in statements() if one.source == "list"]
        store.replace([LIST], [one for one in listed if one.subject != "town-2"])
        assert (len(store.decisions()), store.read().matters, len(store.read().links)) == (1, {}, 1)
        store.replace([LIST], listed)
        assert (len(store.read().matters), len(store.read().links)) == (1, 2)


class TestWhatComesNext:
    @pytest.mark.parametrize("verdict", ["accepted", "contacted", "met", "declined", "ended"])
    def test_a_decided_pair_is_not_suggested_again(self, store: Store, verdict: str) -> None:
        assert {("Mostar", "Bari"), ("Bari", "Mostar")} <= pairs(store.read())
        store.decide([row(verdict)])
        assert not {("Mostar", "Bari"), ("Bari", "Mostar")} & pairs(store.read())
        assert ("Mostar", "Bari") not in pairs(store.read(), cap=2)

    def test_one_that_was_put_off_comes_back(self, store: Store) -> None:
        store.decide([row("later", day="2027")])
        assert ("Mostar", "Bari") not in pairs(store.read())
        later = twinnet.suggest(store.read(), top=9, today=dt.date(2027, 1, 1))
        assert ("Mostar", "Bari") in {(s.organisation.name, s.candidate.name) for s in later}

    def test_nobody_is_suggested_whose_place_is_doubted_until_it_was_judged(self, store: Store) -> None:
        store.decide([row("misplaced", about="town-2")])
        assert not any("Bari" in pair for pair in pairs(store.read()))
        place = Statement(GAZETTEER_SOURCE, 2, "organisation", "town-2", {"country": "IT", "place": "Bari"})
        answer = Judgement(verdict="place", organisation="town-2", name="Bari", geonames_id=2, when=TODAY.isoformat())
        store.judge([answer], [place])
        assert ("Mostar", "Bari") in pairs(store.read())

    def test_a_doubt_counts_in_a_network_whose_lists_are_old(self, store: Store) -> None:
        store.decide([row("misplaced", about="town-2")])
        network = store.read()
        assert str(network.newest_date) < "2026-11-26"
        assert not any("Bari" in (s.organisation.name, s.candidate.name) for s in twinnet.suggest(network, top=9))

    def test_more_like_what_was_accepted(self, store: Store) -> None:
        def score(a: str, b: str) -> int:
            found = twinnet.suggest(store.read(), top=9, today=TODAY)
            return next(s.score for s in found if (s.organisation.name, s.candidate.name) == (a, b))

        before = {pair: score(*pair) for pair in (("Mostar", "Barletta"), ("Barletta", "Mostar"), ("Pula", "Barletta"))}
        store.decide([row("accepted")])
        assert score("Mostar", "Barletta") == before["Mostar", "Barletta"] + 250
        assert score("Barletta", "Mostar") == before["Barletta", "Mostar"] + 250
        assert score("Pula", "Barletta") == before["Pula", "Barletta"]
        [said] = [
            reason.sentence
            for s in twinnet.suggest(store.read(), top=9, today=TODAY)
            for reason in s.reasons
            if reason.key == "accepted" and s.organisation.name == "Mostar"
        ]
        assert said == "Bari was accepted for Mostar; Barletta is like it: in the same country and of like size"

    def test_a_past_day_knows_nothing_that_is_like_it(self, store: Store) -> None:
        store.decide([row("accepted")])
        found = twinnet.suggest(store.read(), rules=Rules(as_of=dt.date(2026, 1, 1)), top=9)
        assert found
        assert "accepted" not in {reason.key for one in found for reason in one.reasons}

    def test_two_of_unknown_countries_are_not_alike(self) -> None:
        towns = [
            Organisation(id=f"town-{n}", name=f"T{n}", country="BA" if n == 1 else None, population=9000)
            for n in range(1, 4)
        ]
        index = MatchIndex.of(Network(towns, decisions=[row("accepted")]))
        assert LikeAccepted().tell(index, index.position["town-1"], index.position["town-3"]) is None

    def test_one_that_is_near_as_well_counts_more(self) -> None:
        at = {"town-1": (43.3, 17.8), "town-2": (41.1, 16.9), "town-3": (41.2, 16.8), "town-4": (45.4, 12.3)}
        towns = [
            Organisation(id=town, name=town, country="BA", population=9000, latitude=latitude, longitude=longitude)
            for town, (latitude, longitude) in at.items()
        ]
        index = MatchIndex.of(Network(towns, decisions=[row("accepted")]))
        one, near, far = (index.position[town] for town in ("town-1", "town-3", "town-4"))
        [bins] = LikeAccepted().bins(Block(index, np.arange(len(index))))
        ways = bins.at(Cells(np.array([one, near, one, far]), np.array([near, one, far, one])))
        assert ways[0] == ways[1] > ways[2] == ways[3] > 0
        told = [LikeAccepted().tell(index, one, other) for other in (near, far)]
        assert ["14 km" in str(one.said) for one in told if one is not None] == [True, False]

    def test_a_past_day_knows_nothing_of_it(self, store: Store) -> None:
        store.decide([row("declined")])
        assert ("Mostar", "Bari") in pairs(store.read(), as_of=dt.date(2026, 1, 1))

    def test_a_link_that_should_sleep_on_is_not_told_of_again(self, store: Store) -> None:
        assert len(twinnet.revive(store.read(), today=TODAY)) == 2
        store.decide([row("declined", b="town-3", kind="revitalise")])
        assert twinnet.revive(store.read(), today=TODAY) == []

    def test_a_meeting_wakes_a_link_and_an_end_ends_it(self, store: Store) -> None:
        met = row("met", b="town-3", kind="revitalise", day="2026-05")
        store.decide([met])
        [link] = store.read().links
        assert (link.last_activity, link.until) == ("2026-05", None)
        store.decide([row("ended", b="town-3", kind="revitalise", second=1, after=met.id)])
        assert store.read().links[0].until == "2026-11-26"

    def test_a_signing_lives_over_an_end_that_a_list_has(self, store: Store) -> None:
        ends = {"a": "town-1", "b": "town-3", "until": "2020"}
        store.replace([LINKS], [Statement("links", 2, "link", link_id("town-1", "town-3"), ends)])
        assert lifecycle.state(store.read().links[0], TODAY) == "ended"
        signed = row("signed", b="town-3", kind="revitalise")
        store.decide([signed])
        assert lifecycle.state(store.read().links[0], TODAY) == "active"
        store.decide([row("ended", b="town-3", kind="revitalise", second=1, after=signed.id, day="2026-11-26")])
        assert lifecycle.state(store.read().links[0], dt.date(2026, 11, 27)) == "ended"

    def test_says_that_a_person_corrected_it(self, store: Store) -> None:
        store.decide([row("corrected", "town-1", None, field="themes_offered", value=("culture",))])
        one = store.read().organisation("town-1")
        assert one.themes_offered == ("culture",)
        assert [origin.fields for origin in one.origins if origin.source == DECISIONS_SOURCE] == [("themes_offered",)]


class TestVerb:
    def test_names_may_be_names_and_the_kind_is_what_suits_the_link(self, file: Path) -> None:
        assert deciding.decide(file, "Mostar", "Bari, IT", verdict="met", by=BY).row.kind == "start"
        assert deciding.decide(file, "Pula", "Mostar", verdict="contacted", by=BY).row.kind == "revitalise"

    def test_the_kind_under_way_stays(self, file: Path) -> None:
        deciding.decide(file, "Mostar", "Bari", verdict="signed", by=BY)
        ended = deciding.decide(file, "Mostar", "Bari", verdict="ended", by=BY, because="no money")
        assert (ended.how, ended.row.kind) == ("new", "start")
        assert [link.until for link in twinnet.open(file).links if link.b == "town-2"] == ["2026-11-26"]

    def test_takes_the_last_back(self, file: Path) -> None:
        deciding.decide(file, "Mostar", "Bari", verdict="accepted", by=BY)
        deciding.correct(file, "Mostar", None, field="languages", value=("bs",), by=BY)
        assert deciding.undo(file, "Bari", "Mostar", by=BY).verdict == "accepted"
        assert deciding.undo(file, "Mostar", None, by=BY).field == "languages"
        with pytest.raises(InputError, match="nothing is decided"):
            deciding.undo(file, "Mostar", "Bari", by=BY)
        assert twinnet.open(file).organisation("town-1").languages == ("en",)

    def test_says_that_another_decided_at_the_same_moment(
        self, file: Path, monkeypatch: pytest.MonkeyPatch, call: Callable[..., tuple[int, str, str]]
    ) -> None:
        deciding.decide(file, "Mostar", "Bari", verdict="accepted", by=BY)
        stale = twinnet.open(file)
        other = row("met", who="Ivo", second=9, after=next(iter(stale.matters.values())).head)
        with open_store(file, readonly=False) as opened:
            opened.decide([other])
        monkeypatch.setattr(SqliteStore, "read", lambda _: stale)
        with pytest.raises(InputError, match="at the same moment"):
            deciding.undo(file, "Mostar", "Bari", by=BY)
        code, out, err = call("decide", file, "Mostar", "Bari", "--verdict", "declined")
        assert (code, out) == (1, "")
        assert "was not stored" in err
        with open_store(file) as opened:
            assert [one.verdict for one in opened.decisions()] == ["accepted", "met"]

    def test_says_what_does_not_fit(self, file: Path) -> None:
        with pytest.raises(InputError, match="day: write a year"):
            deciding.decide(file, "Mostar", "Bari", verdict="met", by=BY, day="2026-13")
        with pytest.raises(InputError, match="no link of the two"):
            deciding.correct(file, "Mostar", "Bari", field="link_state", value=("active",), by=BY)
        with pytest.raises(InputError, match="no such theme"):
            deciding.correct(file, "Mostar", None, field="themes_sought", value=("youth", "nonsense"), by=BY)
        with pytest.raises(InputError, match="ISO 639"):
            deciding.correct(file, "Mostar", None, field="languages", value=("DE",), by=BY)


class TestCommand:
    def test_tells_whose_decision_it_takes_the_place_of(
        self, file: Path, call: Callable[..., tuple[int, str, str]]
    ) -> None:
        for verdict, who, count in (("accepted", "Ana", 1), ("declined", "Ivo", 2), ("later", "Ivo", 1)):
            _, out, _ = call("decide", file, "Mostar", "Bari", "--verdict", verdict, "--who", who)
            assert len(out.splitlines()) == count
            if count == 2:
                assert out.splitlines()[1].startswith(
                    "  It takes the place of: accepted: Mostar (BA) and Bari (IT) by Ana"
                )

    def test_decides_lists_and_takes_back(self, file: Path, call: Callable[..., tuple[int, str, str]]) -> None:
        words = ("decide", file, "Mostar", "Bari", "--verdict", "declined", "--because", "too far", "--who", "Ana")
        code, out, _ = call(*words)
        assert (code, out.startswith("Declined: Mostar (BA) and Bari (IT) by Ana on ")) == (0, True)
        assert out.endswith("; because: too far\n")
        assert call(*words)[1].endswith("(known already)\n")
        call("decide", file, "Pula", "Bari", "--verdict", "accepted")
        _, out, _ = call("decisions", file)
        assert out.splitlines()[0] == "1 accepted, 1 declined"
        assert len(out.splitlines()) == 3
        _, out, _ = call("decisions", file, "--for", "Pula")
        assert out.startswith("1 accepted\n")
        assert call("decide", file, "Mostar", "Bari", "--undo")[1] == "Taken back: declined.\n"
        history = call("decisions", file, "--history")[1].splitlines()
        assert (len(history), history[-1].startswith("taken back on ")) == (3, True)
        assert "decisions: 1;" in call("show", file)[1]
        assert "accepted: Pula (HR) and Bari (IT)" in call("show", file, "Pula")[1]

    def test_corrects(self, file: Path, call: Callable[..., tuple[int, str, str]]) -> None:
        _, out, _ = call("decide", file, "Mostar", "--set", "languages=bs, de")
        assert out.startswith("Languages corrected to bs, de: Mostar (BA) on ")
        assert "corrected by a person: languages" in call("show", file, "Mostar")[1]
        assert call("decide", file, "Mostar", "Pula", "--set", "link_state=active")[0] == 0

    def test_says_nothing_was_decided(self, file: Path, call: Callable[..., tuple[int, str, str]]) -> None:
        assert "nothing was decided yet" in call("decisions", file)[1]

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("Mostar", "Bari"), "say one thing"),
            (("Mostar", "Bari", "--verdict", "met", "--undo"), "say one thing"),
            (("Mostar", "--verdict", "met"), "name both"),
            (("Mostar", "Bari", "--verdict", "misplaced"), "--about"),
            (("Mostar", "--set", "colour=red"), "fields are"),
            (("Mostar", "Nowhere", "--verdict", "met"), "no organisation is called"),
        ],
    )
    def test_says_what_is_put_wrongly(
        self, file: Path, call: Callable[..., tuple[int, str, str]], words: tuple[str, ...], said: str
    ) -> None:
        code, _, err = call("decide", file, *words)
        assert code == 2
        assert said in err

    def test_a_table_of_what_stands(self, file: Path, call: Callable[..., tuple[int, str, str]]) -> None:
        call("decide", file, "Mostar", "Bari", "--verdict", "later", "--day", "2027-05", "--note", "=1+1")
        head, one = call("decisions", file, "--out", "-")[1].splitlines()
        assert head == ",".join(deciding.COLUMNS)
        assert one.startswith("town-1,Mostar (BA),town-2,Bari (IT),start,later,,'=1+1,2027-05,")

    def test_asks_for_a_place_that_is_doubted(self, file: Path, call: Callable[..., tuple[int, str, str]]) -> None:
        call("decide", file, "Mostar", "Bari", "--verdict", "misplaced", "--about", "Bari")
        _, out, _ = call("resolve", "--review", file, "--out", "-")
        assert [line.split(",")[2] for line in out.splitlines()[1:]] == ["Bari"]
