"""What people judged wins over every list, in whatever order, can be taken back, and leaves nothing dangling."""

import dataclasses
import json
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinnet.graph import GAZETTEER_SOURCE, Network
from twinnet.models import Judgement, Source, Statement, content_id, link_id, town_id
from twinnet.places import Place
from twinnet.resolution.ends import said_of
from twinnet.resolution.judging import involved, met, standing, together
from twinnet.stores import open_store
from twinnet.text import fold

PLACES = {
    number: Place(number, f"Place {number}", "BA", 43.0 + number / 3, 17.0 + number / 3, 1000 * number, False, "01")
    for number in range(1, 6)
}
SOURCES = {
    "A members": Source(name="A members", kind="members", file="a.csv", network="A"),
    "B members": Source(name="B members", kind="members", file="b.csv", network="B", date="2024"),
    "l links": Source(name="l links", kind="links", file="l.csv"),
    "p partners": Source(name="p partners", kind="partners", file="p.csv"),
}
PROJECT = content_id("project", "", "sun")


def town(name: str, state: str = "unconfirmed", **more: Any) -> tuple[str, dict[str, Any]]:
    """An organisation as a row tells of it: its id, and what is said."""
    values = {"name": name, "kind": "town", "country": "BA", "place_state": state, **more}
    if state == "confirmed":
        identifier = town_id(more.pop("at"))
        del values["at"]
    else:
        degrees = (more["latitude"], more["longitude"]) if state == "own" else ()
        identifier = content_id("town", "BA", fold(name), *degrees)
    return identifier, values


def body(name: str, kind: str = "ngo") -> tuple[str, dict[str, Any]]:
    return content_id(kind, "BA", fold(name)), {
        "name": name, "kind": kind, "country": "BA", "place_state": "unconfirmed",
    }  # fmt: skip


TOLD = [
    *(town(name) for name in ("Ruč", "Dolac", "Polje")),
    *(town(name, "own", latitude=y, longitude=17.0) for name in ("Ruč", "Dolac") for y in (44.0, 44.1, 44.9)),
    *(town(name, "confirmed", at=at) for name, at in (("Ruč", 1), ("Ruč grad", 1), ("Dolac", 2), ("Polje", 3))),
    town("Polje", "confirmed", at=3, latitude=44.0, longitude=18.0),
    *(body(name) for name in ("Forum Ruč", "Ruč Forum", "Forum")),
]
IDS = sorted({identifier for identifier, _ in TOLD})


class Lists:
    """Writes what rows of lists say, as an import does: what a row would only repeat of an organisation is left out."""

    def __init__(self) -> None:
        self.statements: list[Statement] = []
        self._last: dict[tuple[str, str], dict[str, Any]] = {}

    def row(self, source: str, row: int, *told: tuple[str, dict[str, Any]]) -> None:
        for identifier, values in told:
            if self._last.get((source, identifier)) != values:
                self._last[source, identifier] = values
                self._say(source, row, "organisation", identifier, values)
                if values["place_state"] == "unconfirmed":
                    self._say(source, row, "question", identifier, {"name": values["name"], "kind": values["kind"]})
        first = told[0][0]
        if source == "l links":
            a, b = sorted(identifier for identifier, _ in told)
            self._say(source, row, "link", link_id(a, b), {"a": a, "b": b, "kind": "partnership"})
        elif source == "p partners":
            self._say(source, row, "project", PROJECT, {"name": "SUN"})
            self._say(source, row, "partner", f"{first}|{PROJECT}", {})
        else:
            self._say(source, row, "membership", f"{first}|{source[0]}", {})

    def _say(self, source: str, row: int, kind: Any, subject: str, values: dict[str, Any]) -> None:
        self.statements.append(Statement(source, row, kind, subject, values))


def known(numbers: Iterable[int] = PLACES) -> list[Statement]:
    return [said_of(town_id(number), PLACES[number]) for number in numbers]


def network(statements: Sequence[Statement], judgements: Sequence[Judgement] = ()) -> Network:
    told = sorted(together(statements, judgements), key=canonical)
    return Network.from_statements(SOURCES.values(), told, judgements)


def canonical(statement: Statement) -> str:
    return json.dumps(dataclasses.astuple(statement), sort_keys=True, ensure_ascii=False)


def chosen(told: tuple[str, dict[str, Any]], number: int | None) -> Judgement:
    verdict: Any = "refused" if number is None else "place"
    return Judgement(verdict=verdict, organisation=told[0], name=told[1]["name"], geonames_id=number)


def same(a: str, b: str) -> Judgement:
    return Judgement(verdict="same", organisation=a, other=b)


@st.composite
def lists(draw: st.DrawFn) -> list[Statement]:
    written = Lists()
    told = st.sampled_from(TOLD)
    for source in SOURCES:
        for row in range(2, 2 + draw(st.integers(0, 4))):
            ends = [draw(told)]
            if source == "l links":
                ends.append(draw(st.sampled_from([one for one in TOLD if one[0] != ends[0][0]])))
            written.row(source, row, *ends)
    return written.statements


@st.composite
def judged(draw: st.DrawFn) -> list[Judgement]:
    names = draw(st.lists(st.tuples(st.sampled_from(TOLD), st.sampled_from([None, *PLACES])), max_size=4))
    pairs = draw(st.lists(st.tuples(st.sampled_from(IDS), st.sampled_from(IDS), st.booleans()), max_size=4))
    found = [chosen(told, number) for told, number in names]
    found += [
        Judgement(verdict="same" if one else "different", organisation=a, other=b) for a, b, one in pairs if a != b
    ]
    return list({judgement.id: judgement for judgement in found}.values())


class TestProperties:
    @given(said=lists(), judgements=judged(), rnd=st.randoms(use_true_random=False))
    def test_no_order_matters(self, said: list[Statement], judgements: list[Judgement], rnd: Any) -> None:
        said = [*said, *known()]
        other, decided = list(said), list(judgements)
        rnd.shuffle(other)
        rnd.shuffle(decided)
        once, twice = (sorted(map(canonical, together(*both))) for both in ((said, judgements), (other, decided)))
        assert once == twice
        assert standing(said, judgements) == standing(other, decided)

    @given(said=lists(), judgements=judged())
    def test_nothing_dangles(self, said: list[Statement], judgements: list[Judgement]) -> None:
        found = network([*said, *known()], judgements)
        there = set(found.organisations.column("id"))
        links = list(zip(found.links.column("a"), found.links.column("b"), strict=True))
        assert all(a < b for a, b in links)
        assert {end for link in links for end in link} <= there
        assert {*found.memberships.column("organisation"), *found.partners.column("organisation")} <= there
        assert list(found.links.column("id")) == sorted(link_id(a, b) for a, b in links)
        assert all(values["kind"] != "question" for values in map(dataclasses.asdict, together(said, judgements)))

    @given(said=lists(), judgements=judged())
    def test_whoever_a_row_spoke_of_is_found_by_the_id_of_then(
        self, said: list[Statement], judgements: list[Judgement]
    ) -> None:
        found = network([*said, *known()], judgements)
        for identifier, now in standing([*said, *known()], judgements).items():
            assert found.knows(identifier)
            stands = found.organisation(identifier)
            assert found.find(identifier) == stands
            assert stands.id in now or stands.id == identifier

    @given(said=lists(), judgements=judged(), others=judged())
    def test_what_is_judged_and_taken_back_was_never_judged(
        self, said: list[Statement], judgements: list[Judgement], others: list[Judgement]
    ) -> None:
        with open_store("memory:") as store:
            store.replace(SOURCES.values(), [*said, *known()])
            store.judge(judgements, known())
            before = store.read()
            new = [one for one in others if one.id not in {judgement.id for judgement in judgements}]
            store.judge(new, known())
            assert not store.judge(new, known())
            at_once = store.read().digest
            store.replace(SOURCES.values(), [*said, *known()])  # the lists come again: the judgements win again
            assert store.read().digest == at_once
            store.withdraw([one.id for one in new])
            assert store.read().digest == before.digest
            assert list(store.read().judgements) == list(before.judgements)

    @given(said=lists(), judgements=judged())
    def test_judged_before_the_lists_came_or_after_is_one(
        self, said: list[Statement], judgements: list[Judgement]
    ) -> None:
        digests = set()
        for first in (True, False):
            with open_store("memory:") as store:
                if first:
                    store.judge(judgements, known())
                for source in SOURCES if first else reversed(SOURCES):
                    store.replace([SOURCES[source]], [s for s in said if s.source == source] + known())
                if not first:
                    store.judge(judgements, known())
                digests.add(store.read().digest)
        assert len(digests) == 1

    @given(said=lists(), judgements=judged())
    def test_different_changes_no_fact(self, said: list[Statement], judgements: list[Judgement]) -> None:
        rest = [one for one in judgements if one.verdict != "different"]
        assert network(said, judgements).digest == network(said, rest).digest

    @given(said=lists(), judgements=judged())
    def test_a_judgement_of_nobody_changes_nothing(self, said: list[Statement], judgements: list[Judgement]) -> None:
        there = {statement.subject for statement in said if statement.kind == "organisation"}
        nobody = [
            one for one in judgements if one.organisation not in there and (one.other is None or one.other not in there)
        ]
        assert network(said, nobody).digest == network(said).digest

    @given(said=lists(), told=st.sampled_from(TOLD), number=st.sampled_from([None, *PLACES]))
    def test_a_judged_name_moves_its_rows_alone(
        self, said: list[Statement], told: tuple[str, dict[str, Any]], number: int | None
    ) -> None:
        judgement = chosen(told, number)
        mine = {(s.source, s.row) for s in rows_of(said, told)}
        for before, after in zip(
            *(sorted_rows([*said, *known()], judgements) for judgements in ((), (judgement,))), strict=True
        ):
            if (before.source, before.row) not in mine and before.values.get("place_state") != "own":
                ids = {told[0]} | ({town_id(number)} if number else set())
                if not ids & {*subjects(before), *subjects(after)} and not own(said, told):
                    assert before == after
        if number and told[1]["kind"] == "town" and mine:
            moved = [s for s in together([*said, *known()], [judgement]) if (s.source, s.row) in mine]
            assert town_id(number) in {one for statement in moved for one in subjects(statement)}

    @given(said=lists(), judgements=judged(), who=st.sampled_from(IDS))
    def test_involved_are_the_statements_as_given(
        self, said: list[Statement], judgements: list[Judgement], who: str
    ) -> None:
        found = involved([*said, *known()], judgements, who)
        assert all(statement in said or statement.source == GAZETTEER_SOURCE for statement in found)
        if network([*said, *known()], judgements).organisations.has(who):
            assert any(statement.kind == "organisation" for statement in found)


def subjects(statement: Statement) -> set[str]:
    if statement.kind == "link":
        return {statement.values["a"], statement.values["b"]}
    return {statement.subject.partition("|")[0]}


def own(said: Sequence[Statement], told: tuple[str, dict[str, Any]]) -> bool:
    """Whether places of their own bear the name, so that others may meet them or no longer."""
    return any(
        s.kind == "organisation" and s.values.get("place_state") == "own" and s.values["name"] == told[1]["name"]
        for s in said
    )


def rows_of(said: Sequence[Statement], told: tuple[str, dict[str, Any]]) -> list[Statement]:
    """The statements of rows that tell of an organisation by that name."""
    identifier, values = told
    found = []
    for source in SOURCES:
        name = None
        for statement in (s for s in said if s.source == source):
            if statement.kind == "organisation" and statement.subject == identifier:
                name = fold(statement.values["name"])
            if identifier in subjects(statement) and name == fold(values["name"]):
                found.append(statement)
    return found


def sorted_rows(said: Sequence[Statement], judgements: Sequence[Judgement]) -> list[Statement]:
    """The memberships and parts, in the order of their rows."""
    found = [s for s in together(said, judgements) if s.kind in ("membership", "partner")]
    return sorted(found, key=lambda s: (s.source, s.row))


class TestPlaces:
    def told(self) -> list[Statement]:
        written = Lists()
        ruc, dolac = town("Ruč"), town("Dolac")
        written.row("A members", 2, ruc)
        written.row("A members", 3, dolac)
        written.row("A members", 4, town("Polje", "confirmed", at=3))
        written.row("l links", 2, ruc, dolac)
        written.row("l links", 3, ruc, town("Polje", "confirmed", at=3))
        written.row("p partners", 2, ruc)
        return written.statements

    def test_a_chosen_place_is_the_organisations(self) -> None:
        found = network([*self.told(), *known()], [chosen(town("Ruč"), 1)])
        one = found.organisation(town_id(1))
        assert (one.name, one.place, one.place_state, one.aliases) == ("Ruč", "Place 1", "confirmed", (town("Ruč")[0],))
        assert found.members("A") == {town_id(1), town_id(3), town("Dolac")[0]}
        assert {(link.a, link.b) for link in found.links} == {
            tuple(sorted((town_id(1), town("Dolac")[0]))),
            (town_id(1), town_id(3)),
        }
        assert [part.organisation for part in found.partners] == [town_id(1)]
        assert found.find(town("Ruč")[0]) == found.find("Ruč") == one

    def test_a_chosen_place_that_is_there_already_is_one_with_it(self) -> None:
        found = network([*self.told(), *known()], [chosen(town("Ruč"), 3)])
        one = found.organisation(town_id(3))
        assert {one.name, *one.other_names} == {"Ruč", "Polje"}
        assert {(link.a, link.b) for link in found.links} == {tuple(sorted((town_id(3), town("Dolac")[0])))}
        assert found.members("A") == {town_id(3), town("Dolac")[0]}

    def test_a_refused_place_is_no_place(self) -> None:
        polje = town("Polje", "confirmed", at=3)
        found = network([*self.told(), *known()], [chosen(polje, None)])
        assert not found.organisations.has(town_id(3))
        one = found.organisation(town_id(3))  # by the id of before
        assert (one.id, one.place_state, one.place, one.latitude) == (town("Polje")[0], "unconfirmed", None, None)
        assert len(found.links) == 2

    def test_coordinates_of_a_refused_place_are_where_the_list_puts_it(self) -> None:
        written = Lists()
        ruc = town("Ruč", "own", latitude=44.0, longitude=17.0)
        written.row("A members", 2, ruc)
        (one,) = network(written.statements, [chosen(ruc, None)]).organisations
        assert (one.latitude, one.longitude) == (None, None)
        assert (one.listed_latitude, one.listed_longitude) == (44.0, 17.0)

    def test_coordinates_that_were_not_trusted_are_where_the_place_chosen_lies(self) -> None:
        for away, at in ((0.01, "latitude"), (3.0, "listed_latitude")):
            written = Lists()
            north, east = PLACES[4].latitude + away, PLACES[4].longitude
            ruc = town("Ruč", listed_latitude=north, listed_longitude=east)
            written.row("A members", 2, ruc)
            (one,) = network([*written.statements, *known([4])], [chosen(ruc, 4)]).organisations
            assert (one.place_state, getattr(one, at)) == ("confirmed", north)
            assert (one.listed_latitude is None) == (at == "latitude")

    def test_one_name_of_two_is_another_place(self) -> None:
        written = Lists()
        written.row("A members", 2, town("Ruč", "confirmed", at=1))
        written.row("A members", 3, town("Ruč grad", "confirmed", at=1))
        written.row("A members", 4, town("Ruč", "confirmed", at=1))
        written.row("l links", 2, town("Ruč grad", "confirmed", at=1), town("Dolac", "confirmed", at=2))
        written.row("B members", 2, town("Ruč", "confirmed", at=1))
        found = network([*written.statements, *known()], [chosen(town("Ruč grad", "confirmed", at=1), 4)])
        assert found.members("A") == {town_id(1), town_id(4)}
        assert found.members("B") == {town_id(1)}
        assert [(link.a, link.b) for link in found.links] == [(town_id(2), town_id(4))]
        assert [found.organisation(town_id(n)).name for n in (1, 4)] == ["Ruč", "Ruč grad"]
        stands = standing(written.statements, [chosen(town("Ruč grad", "confirmed", at=1), 4)])
        assert stands == {town_id(1): {town_id(1), town_id(4)}, town_id(2): {town_id(2)}}

    def test_the_seat_of_an_organisation_that_is_no_town(self) -> None:
        written = Lists()
        forum = body("Forum")
        written.row("A members", 2, forum)
        found = network([*written.statements, *known()], [chosen(forum, 2)])
        (one,) = found.organisations
        assert (one.id, one.place, one.place_state, one.kind) == (forum[0], "Place 2", "confirmed", "ngo")
        assert (one.latitude, one.geonames_id, one.population) == (PLACES[2].latitude, None, None)
        seat = said_of(forum[0], PLACES[1])
        refused = network([*written.statements, seat], [chosen(forum, None)])
        assert (refused.organisation(forum[0]).place, refused.organisation(forum[0]).latitude) == (None, None)

    def test_coordinates_far_from_the_chosen_place_are_given_up(self) -> None:
        written = Lists()
        near = town("Ruč", "own", latitude=PLACES[1].latitude, longitude=PLACES[1].longitude)
        far = town("Dolac", "own", latitude=47.0, longitude=13.0)
        written.row("A members", 2, near)
        written.row("A members", 3, far)
        found = network([*written.statements, *known()], [chosen(near, 1), chosen(far, 2)])
        one, other = (found.organisation(town_id(number)) for number in (1, 2))
        assert (other.latitude, other.listed_latitude, other.listed_longitude) == (PLACES[2].latitude, 47.0, 13.0)
        assert (one.listed_latitude, one.listed_longitude) == (None, None)
        assert "latitude" in found.organisation(town_id(1)).origins[0].fields
        assert all("latitude" not in o.fields for o in found.organisation(town_id(2)).origins if o.source[0] == "A")

    def test_who_was_given_a_place_is_not_found_at_another_of_the_name(self) -> None:
        written = Lists()
        written.row("A members", 2, town("Ruč"))
        written.row("B members", 2, town("Ruč", "own", latitude=44.9, longitude=17.0))
        decided = [chosen(town("Ruč"), 1)]
        assert network([*written.statements, *known()], decided).find(town("Ruč")[0]).id == town_id(1)
        assert len(network(written.statements).organisations) == 1

    def test_who_has_no_place_any_more_is_found_where_others_of_the_name_stand(self) -> None:
        written = Lists()
        dolac, own_place = town("Dolac", "confirmed", at=2), town("Dolac", "own", latitude=44.0, longitude=17.0)
        written.row("A members", 2, dolac)
        written.row("B members", 2, own_place)
        (one,) = network([*written.statements, *known()], [chosen(dolac, None)]).organisations
        assert (one.id, one.aliases) == (own_place[0], tuple(sorted((town_id(2), town("Dolac")[0]))))

    def test_a_later_list_says_the_name_too(self) -> None:
        with open_store("memory:") as store:
            first = Lists()
            first.row("A members", 2, town("Ruč"))
            store.replace([SOURCES["A members"]], first.statements)
            store.judge([chosen(town("Ruč"), 1)], known([1]))
            second = Lists()
            second.row("B members", 2, town("Ruč"))
            store.replace([SOURCES["B members"]], second.statements)
            assert store.read().members("B") == {town_id(1)}
            store.withdraw([chosen(town("Ruč"), 1).id])
            assert store.read().members() == {town("Ruč")[0]}


class TestSame:
    def test_three_are_one(self) -> None:
        written = Lists()
        bodies = [body("Forum"), body("Forum Ruč"), body("Ruč Forum")]
        for row, one in enumerate(bodies, 2):
            written.row("A members", row, one)
            written.row("l links", row, one, town("Dolac", "confirmed", at=2))
        written.row("l links", 9, *bodies[:2])
        a, b, c = (identifier for identifier, _ in bodies)
        judgements = [same(a, b), same(b, c)]
        found = network(written.statements, judgements)
        (united,) = (o for o in found.organisations if o.kind == "ngo")
        assert united.id == min(a, b, c)
        assert {united.id, *united.aliases} == {a, b, c}
        assert {united.name, *united.other_names} == {"Forum", "Forum Ruč", "Ruč Forum"}
        assert len(found.links) == 1
        assert len(found.memberships) == 1
        assert {found.find(identifier).id for identifier in (a, b, c)} == {united.id}
        assert len(network(written.statements, [judgements[1]]).organisations) == 3

    def test_a_town_of_the_gazetteer_keeps_its_id(self) -> None:
        written = Lists()
        written.row("A members", 2, town("Ruč", "confirmed", at=3))
        written.row("A members", 3, town("Dolac"))
        found = network([*written.statements, *known()], [same(town_id(3), town("Dolac")[0])])
        (one,) = found.organisations
        assert (one.id, one.place_state, one.aliases) == (town_id(3), "confirmed", (town("Dolac")[0],))

    def test_the_same_is_said_of_who_has_a_place_now(self) -> None:
        written = Lists()
        written.row("A members", 2, town("Ruč"))
        written.row("A members", 3, body("Forum"))
        decided = [same(town("Ruč")[0], body("Forum")[0]), chosen(town("Ruč"), 1)]
        (one,) = network([*written.statements, *known()], decided).organisations
        assert one.id == town_id(1)
        assert {town("Ruč")[0], body("Forum")[0]} == {*one.aliases}

    def test_who_is_gone_unites_nobody(self) -> None:
        written = Lists()
        written.row("A members", 2, body("Forum"))
        written.row("A members", 3, body("Ruč Forum"))
        gone = body("Forum Ruč")[0]
        decided = [same(body("Forum")[0], gone), same(gone, body("Ruč Forum")[0])]
        assert network(written.statements, decided).digest == network(written.statements).digest


class TestMet:
    def test_rows_outside_find_who_is_meant(self) -> None:
        written = Lists()
        written.row("A members", 2, town("Ruč"))
        dolac = town("Dolac", "own", latitude=44.0, longitude=17.0)
        written.row("A members", 3, dolac)
        written.row("A members", 4, body("Forum"))
        written.row("A members", 5, body("Ruč Forum"))
        decided = [chosen(town("Ruč"), 1), same(body("Forum")[0], body("Ruč Forum")[0])]
        there = network([*written.statements, *known()], decided)
        asked = Lists()
        rows = [
            (town("Ruč"), town_id(1)),
            (town("Ruč", "confirmed", at=1), town_id(1)),
            (
                town("Dolac", "own", latitude=44.1, longitude=17.0),
                town("Dolac", "own", latitude=44.0, longitude=17.0)[0],
            ),
            (town("Dolac"), dolac[0]),
            (body("Forum"), min(body("Forum")[0], body("Ruč Forum")[0])),
            (body("Ruč Forum"), min(body("Forum")[0], body("Ruč Forum")[0])),
            (town("Polje"), None),
            (town("Polje", "confirmed", at=3), None),
        ]
        for row, (told, _) in enumerate(rows, 2):
            asked.row("B members", row, told)
        found = met(asked.statements, there)
        assert {told[0]: found.get(told[0]) for told, _ in rows} == {told[0]: who for told, who in rows}


@pytest.mark.parametrize("verdict", ["same", "different"])
def test_a_judgement_of_two_is_one_question_from_both_sides(verdict: Any) -> None:
    a, b = body("Forum")[0], body("Ruč Forum")[0]
    one, other = (Judgement(verdict=verdict, organisation=x, other=y) for x, y in ((a, b), (b, a)))
    assert one == other
