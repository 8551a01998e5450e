"""Whether two names mean the same organisation: what is promised, known answers, and what may never matter."""

import csv
import itertools
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinnet.places import Gazetteer
from twinnet.resolution.alike import Organisation, Verdict, judge, proposals
from twinnet.resolution.kinds import guess_kind
from twinnet.resolution.naming import Reader
from twinnet.resolution.wording import concepts, sound, words
from twinnet.text import fold

LABELS = Path(__file__).parent / "labels" / "organisation_pairs.csv"
TABLE = Path(__file__).parent.parent / "twinnet" / "data" / "organisation_words.json"


def rows(path: Path, part: str | None = None) -> list[tuple[str, str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        found = [row for row in csv.DictReader(file) if part in (None, row.get("part"))]
    return [(row["a"], row["b"], "same" if row["same"] == "1" else "different") for row in found]


PAIRS = rows(LABELS)
NAMES = sorted({name for a, b, _ in PAIRS for name in (a, b)})


@pytest.fixture(scope="module")
def gazetteer() -> Iterator[Gazetteer]:
    with Gazetteer.open() as opened:
        yield opened


def decided(gazetteer: Gazetteer, a: str, b: str) -> str:
    return judge(a, b, gazetteer=gazetteer).decision


@pytest.mark.parametrize("part", ["1", "2", "3"])
def test_labelled_pairs_are_judged_right_and_none_is_falsely_the_same(gazetteer: Gazetteer, part: str) -> None:
    pairs = rows(LABELS, part)
    found = [(decided(gazetteer, a, b), wanted) for a, b, wanted in pairs]
    assert [pair for pair, (said, wanted) in zip(pairs, found, strict=True) if said == "same" != wanted] == []
    assert sum(said == wanted for said, wanted in found) / len(pairs) >= 0.94


@pytest.mark.shared
def test_shared_pairs_are_judged_right(gazetteer: Gazetteer, shared_data: Path) -> None:
    pairs = rows(shared_data / "organisations" / "pairs.csv")
    found = [(decided(gazetteer, a, b), wanted) for a, b, wanted in pairs]
    assert not [1 for said, wanted in found if said == "same" != wanted]
    assert sum(said == wanted for said, wanted in found) / len(pairs) >= 0.9


@pytest.mark.parametrize(
    ("a", "b", "wanted"),
    [
        ("Municipality of Graz", "Graz", "same"),
        ("Graz", "Graz Twinning Association", "different"),
        ("Comune di Bari", "Provincia di Bari", "different"),
        ("University of Graz", "City of Graz", "different"),
        ("Viljandi vald", "Municipality of Viljandi", "review"),
        ("Castelfranco", "Castelfranco Veneto", "review"),
        ("ALDA", "European Association for Local Democracy (ALDA)", "same"),
        ("ALDA", "Association of Local Democracy Agencies", "same"),
        ("European Association for Local Democracy - ALDA", "Association of Local Democracy Agencies", "same"),
        ("CEP", "Centre for European Policy", "review"),
        ("MOST - Network of Towns", "MOST - Association for Local Towns", "different"),
        ("RIS - Hiša umetnosti", "RIS - House of Sports", "review"),
        ("Ministry", "Ministère", "review"),
        ("Association of Municipalities", "Association of Municipalities of Slovenia", "review"),
        ("European Centre for Youth Work", "European Centre for Social Youth Work and Health", "different"),
        ("Duga", "Association Duga", "same"),
        ("Duga Sisak", "Duga", "same"),
        ("Youth Club Duga Sunce", "Youth Club Duga", "review"),
        ("Youth Club Duga Sunce", "Youth Club Duga Mjesec", "different"),
        ("Youth Association Duga Sunce", "Omladinsko udruženje Duga Mjesec", "review"),
        ("Youth Club Duga", "Youth Club", "review"),
        ("Youth Club Graz", "Youth Club", "different"),
        ("Association of Friends of Bologna in Zagreb", "Association of Friends of Zagreb in Bologna", "review"),
        ("University of Graz", "University of Graz - GEDT", "review"),
        ("Duga Institute for Youth", "Duga Institute for Youth and Sport", "review"),
        ("Slovak Chamber of Commerce", "German-Slovak Chamber of Commerce", "different"),
        ("Općina Vodnjan / Comune di Dignano", "Municipality of Dignano", "same"),
        ("City of Graz/Department of Culture", "City of Graz", "different"),
        ("University of Graz / Faculty of Law", "University of Graz", "different"),
        ("Republika Srpska Union of Municipalities", "Savez opština Republike Srpske, BiH", "same"),
        ("", "Graz", "different"),
        ("CEMR", "Rat der Gemeinden und Regionen Europas", "same"),
        ("CEMR", "NALAS", "different"),
        ("ZUMO", "ZUMO Graz", "different"),
        ("ZUMO", "ZUMO Women", "different"),
        ("ZUMO", "ZUMO - Women", "review"),
        ("ZUMO", "ZUMO - Network of Women", "same"),
        ("ZU", "ZU Network of Women", "review"),
        ("ZUMO", "ZUMO - Network of Women, Graz", "review"),
        ("ZUMO Graz", "BIPO Graz", "different"),
        ("Klub ZUMO", "Club Zumo Graz", "same"),
        ("City of Southampton", "City of Southport", "different"),
        ("Paris", "City of Paris", "same"),
        ("Câmara Municipal do Porto", "Porto Municipality", "same"),
        ("Municipal Police", "Police Municipality", "different"),
        ("Comune di Roma", "Roma Association", "different"),
        ("Council of Graz", "City of Graz", "different"),
        ("Autonomous University of Graz", "University of Graz", "review"),
        ("Općina Bale - Valle", "Comune di Valle", "same"),
        ("Derby Council", "City of Derby", "same"),
        ("Turkish Municipality of Nicosia", "Nicosia Municipality", "different"),
        ("Sports Association of Serbia", "Sports Association of Niš", "different"),
        ("Ogres novads", "City of Ogre", "different"),
        ("North Karelia Youth Network", "South Karelia Youth Network", "different"),
        ("Pécs Library, Pécs City", "Bibliothèque de Pécs", "same"),
        ("Zadar County", "Region of Zadar", "same"),
        ("Embassy of Local Democracy Sisak", "LDA Sisak", "same"),
        ("Municipal Police of Graz", "Polizia municipale di Graz", "same"),
    ],
)
def test_known_answers(gazetteer: Gazetteer, a: str, b: str, wanted: str) -> None:
    verdict = judge(a, b, gazetteer=gazetteer)
    assert (verdict.decision, verdict == judge(b, a, gazetteer=gazetteer)) == (wanted, True)
    assert 0 <= verdict.score <= 1
    assert verdict.why


@given(st.sampled_from(NAMES), st.sampled_from(NAMES))
def test_the_order_of_the_names_makes_no_difference(gazetteer: Gazetteer, a: str, b: str) -> None:
    assert judge(a, b, gazetteer=gazetteer) == judge(b, a, gazetteer=gazetteer)


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_is_judged_and_a_name_is_the_same_as_itself(gazetteer: Gazetteer, a: str, b: str) -> None:
    assert judge(a, b, gazetteer=gazetteer) == judge(b, a, gazetteer=gazetteer)
    assert decided(gazetteer, a, a) == "same"


@given(st.sampled_from(NAMES), st.sampled_from([str.upper, str.lower, fold, lambda n: f"  {n}. ", lambda n: f"«{n}»"]))
def test_case_accents_and_punctuation_keep_a_name_the_same(gazetteer: Gazetteer, name: str, noise: object) -> None:
    assert callable(noise)
    assert decided(gazetteer, name, noise(name)) == "same"


@pytest.mark.parametrize("form", ["d.o.o.", "e.V.", "S.r.l.", "GmbH", "ONLUS", "Ltd."])
@pytest.mark.parametrize(
    "name", ["Galeb Omiš", "Partnerschaftsverein Bamberg", "Marina Projekt", "Europahaus Leipzig", "Nadácia Ekopolis"]
)
def test_a_legal_form_keeps_a_name_the_same(gazetteer: Gazetteer, name: str, form: str) -> None:
    assert decided(gazetteer, name, f"{name} {form}") == "same"
    assert decided(gazetteer, name, f"{name}, {form.upper()}") == "same"


def test_who_may_be_one_is_proposed_and_towns_are_left_out(gazetteer: Gazetteer) -> None:
    organisations = [
        Organisation("7", "LDA Prijedor", "lda", "BA", "Prijedor"),
        Organisation("3", "Agencija lokalne demokratije Prijedor", "lda", "BA", "Prijedor"),
        Organisation("1", "Prijedor", "town", "BA", "Prijedor"),
        Organisation("2", "City of Prijedor", "town", "BA"),
        Organisation("4", "Duga", "ngo", "HR", "Sisak"),
        Organisation("5", "Udruga Duga", "association", "HR", "Zadar"),
        Organisation("6", "Udruga Duga", "association", "BA", "Mostar"),
        Organisation("8", "Udruga općina", "association", "HR"),
        Organisation("9", "Croatian Association of Municipalities", "association", "HR"),
        Organisation("a", "Camera di Commercio di Bolzano", None, "IT", "Bozen"),
        Organisation("b", "Handelskammer Bozen", None, "IT", "Bolzano"),
    ]
    found = proposals(organisations, gazetteer=gazetteer)
    assert [(a, b, verdict.decision) for a, b, verdict in found] == [
        ("3", "7", "same"),
        ("4", "5", "review"),
        ("8", "9", "same"),
        ("a", "b", "same"),
    ]
    assert "different places" in found[1][2].why
    for order in (reversed(organisations), sorted(organisations, key=lambda row: row.name)):
        assert proposals(order, gazetteer=gazetteer) == found


def test_a_long_list_is_proposed_without_comparing_all_with_all(gazetteer: Gazetteer) -> None:
    kinds = (
        "Association of Youth",
        "Društvo prijatelja",
        "Museum",
        "Fondacija",
        "Chamber of Crafts",
        "Centre for Peace",
    )
    seats = ("Mostar", "Zenica", "Tuzla", "Bihać", "Trebinje", "Prijedor", "Doboj", "Travnik", "Jajce", "Konjic")
    fancy = [
        f"{a}{b}{c}" for a, b, c in itertools.product(("Zo", "Mi", "Ka", "Ru"), ("lan", "ber", "tis"), ("ko", "va"))
    ]
    names = [f"{kind} {name} {seat}" for kind in kinds for name in fancy for seat in seats]
    listed = [Organisation(str(at), name, None, "BA") for at, name in enumerate(names)]
    start = time.process_time()
    found = proposals(listed, gazetteer=gazetteer)
    assert time.process_time() - start < 15
    assert [pair for pair in found if pair[2].decision == "same"] == []


def test_names_are_read_as_concepts_countries_acronyms_and_places(gazetteer: Gazetteer) -> None:
    reader = Reader(gazetteer)
    read = reader.read("ZELS - Association of Macedonian Towns, Novi Sad")
    assert read.concepts == {"association", "city"}
    assert read.countries == {frozenset(("MK",))}
    assert read.acronyms == read.aside == {"zels"}
    assert [said.words for said in read.said] == [("novi", "sad")]
    assert reader.read("ZELS - Association of Macedonian Towns, Novi Sad") is read
    assert reader.read("Mreža (ABC)").aside == frozenset()


def test_words_sound_alike_across_scripts() -> None:
    assert sound(fold("Агенција")) == sound(fold("Agencija"))
    assert sound(fold("Братунац")) == sound(fold("Bratunac"))
    assert concepts(fold("Städtepartnerschaftsverein").split()) >= {"twinning", "association"}
    assert concepts(fold("Gemeindeblatt").split()) == frozenset()


def test_the_table_of_words_says_one_thing_of_each() -> None:
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    seen: dict[str, set[str]] = {}
    for kind in ("towns", "units", "bodies", "topics", "regions"):
        for key, entries in table[kind].items():
            assert entries, key
            for entry in entries:
                parts = [sound(fold(part.rstrip("*"))) + "*" * part.endswith("*") for part in entry.split()]
                seen.setdefault(" ".join(parts), set()).add(key)
    assert {word: keys for word, keys in seen.items() if len(keys) > 1} == {}
    assert [word for word in seen if word.endswith("*") and len(word) < 4] == []
    known = words().kinds
    assert {key for keys in table["stands_for"].values() for key in keys} <= set(known)
    assert set(table["weak"]) <= set(known)


@pytest.mark.parametrize(
    ("name", "locality", "kind"),
    [
        ("Comité de jumelage de Dijon", "Dijon", "association"),
        ("Stadtwerke Graz", "Graz", "other"),
        ("Chamber of Commerce of Zadar County", "Zadar", "other"),
        ("Ministry of Education of Tuzla Canton", None, "other"),
        ("Zadar County Development Agency", None, "other"),
        ("City of Graz - Department of Culture", "Graz", "other"),
        ("Agjencia e Demokracisë Lokale Pejë", None, "lda"),
        ("Suomen Kuntaliitto", None, "association"),
        ("Stichting Vrede", None, "foundation"),
        ("Tartu Ülikool", "Tartu", "school"),
        ("Haus", "Haus", "town"),
        ("Općina Centar", None, "town"),
        ("Zadar County", "Zadar County", "region"),
    ],
)
def test_bodies_of_towns_and_regions_have_a_kind_of_their_own(name: str, locality: str | None, kind: str) -> None:
    assert guess_kind(name, locality) == kind


def test_a_verdict_reads_as_a_row() -> None:
    assert Verdict("same", 1.0, "so")._asdict() == {"decision": "same", "score": 1.0, "why": "so"}
