"""In which band a name is answered: taken, proposed, or left alone."""

import random
import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.misspelling import KINDS, misspell
from twinnet.places import AUTO_FROM, Gazetteer
from twinnet.places.fuzzy import Spellings, sound
from twinnet.places.store import Table


@pytest.fixture(scope="module")
def gazetteer() -> Iterator[Gazetteer]:
    with Gazetteer.open() as opened:
        yield opened


@given(st.text(max_size=30), st.sampled_from([None, "HR", "GR", "FI", "XK", "US"]))
@settings(max_examples=60)
def test_every_answer_says_why_and_in_which_band(name: str, country: str | None) -> None:
    with Gazetteer.open() as gazetteer:
        hit = gazetteer.find(name, country)
    if hit is not None:
        assert hit.why
        assert 0 <= hit.score <= 1
        assert hit.band == ("auto" if hit.score >= AUTO_FROM else "review")
        assert hit.runner_up != hit.place


@pytest.mark.parametrize(
    ("name", "country", "geonames_id"),
    [
        ("Paris", "FR", 2988507),
        ("Frankfurt", "DE", 2925533),
        ("Grada Niša", "RS", 787657),
        ("Urząd Miasta Krakowa", "PL", 3094802),
        ("Turun kaupunki", "FI", 633679),
        ("Δήμος Χανίων", "GR", 260114),
        ("Δήμος Λάρισας", "GR", 258576),
        ("Bashkia e Elbasanit", "AL", 783263),
        ("Saint-Denis", "RE", 935264),
        ("BA-75320 Gračanica", None, 3199779),
        ("Valencia (VE)", None, 3625549),
        ("Salamanca", "ES", 3111108),
        ("Greifswald", "DE", 2917788),
        ("STRASBOURG Cedex 9", "FR", 2973783),
        ("København NV", "DK", 2618425),
        ("DX Zwolle", "NL", 2743477),
        ("Gorzów Wlkp.", "PL", 3098722),
        ("Derio Bizkaia", "ES", None),
        ("Seefeld", "AT", None),
    ],
)
def test_what_is_sure_is_taken(gazetteer: Gazetteer, name: str, country: str | None, geonames_id: int | None) -> None:
    hit = gazetteer.find(name, country)
    assert hit is not None
    assert hit.band == "auto", hit
    assert geonames_id in (None, hit.place.geonames_id), hit


@pytest.mark.parametrize(
    ("name", "country", "stage", "geonames_id"),
    [
        ("Rabat", "MT", "exact", None),
        ("Neustadt", "DE", "exact", None),
        ("Gorica", "SI", "exact", None),
        ("Castelfranco", "IT", "exact", 3179684),
        ("Kreuzberg", "DE", "exact", None),
        ("u Mostaru", "BA", "inflected", 3194828),
        ("in Berlin", "DE", "inflected", 2950159),
        ("iz Beča", "AT", "inflected", 2761369),
        ("Sarajevvo", "BA", "fuzzy", 3191281),
        ("Wrocklaw", "PL", "fuzzy", 3081368),
        ("Vilanova de Famalicao", "PT", "fuzzy", None),
        ("£ódŸ", "PL", "decoded", 3093133),
        ("Gibraltar", "ES", "border", 2411585),
        ("Castel San Pietro", "IT", "beginning", None),
        ("Argentat sur Dordogne", "FR", "beginning", None),
        ("Prozor-Rama", "BA", "half", 3192279),
        ("Tonbridge & Malling", "GB", "half", None),
        ("Tower Hamlets", "GB", "municipality", 2643743),
        ("Gronau", "DE", "exact", None),
        ("Reichenbach/O.L.", "DE", "part", None),
    ],
)
def test_what_is_not_sure_is_only_proposed(
    gazetteer: Gazetteer, name: str, country: str, stage: str, geonames_id: int | None
) -> None:
    hit = gazetteer.find(name, country)
    assert hit is not None
    assert (hit.band, hit.stage) == ("review", stage), hit
    assert geonames_id in (None, hit.place.geonames_id)


@pytest.mark.parametrize(
    ("name", "country"),
    [
        ("Slavonija", "HR"),
        ("Malta", "MT"),
        ("Cornwall", "GB"),
        ("Somogy", "HU"),
        ("Toscana", "IT"),
        ("Northamptonshire", "GB"),
        ("Oltenia", "RO"),
        ("to be confirmed", "DE"),
        ("Zlatograd Veliki", "HR"),
        ("Narnia", "GB"),
        ("Red Cross Youth Association", "GB"),
        ("Xyzzyx", None),
        ("Щщщщщ", "UA"),
    ],
)
def test_what_is_no_town_of_the_country_is_left_alone(gazetteer: Gazetteer, name: str, country: str | None) -> None:
    assert gazetteer.find(name, country) is None


def test_why_does_not_quote_the_name_that_was_asked_for(gazetteer: Gazetteer) -> None:
    hit = gazetteer.find("Obrigheim", "DE")
    assert hit is not None
    assert hit.why == "a place of that name; another may be meant as well"


@pytest.mark.parametrize("name", ["Λάρισας", "Νομός Λάρισας"])
def test_a_region_called_by_a_case_form_of_its_seat_is_no_town(gazetteer: Gazetteer, name: str) -> None:
    assert gazetteer.find(name, "GR") is None


@pytest.mark.parametrize(
    ("name", "country", "hints", "unit"),
    [
        ("Castelfranco", "IT", {"region": "MO"}, "MO"),
        ("Castelfranco", "IT", {"region": "Provincia di Treviso"}, "TV"),
        ("Castelfranco (PI)", "IT", {}, "PI"),
        ("Castelfranco", "IT", {"postcode": "31033"}, "TV"),
        ("31033 Castelfranco", "IT", {}, "TV"),
        ("Newport", "GB", {"postcode": "PO30 1UD"}, "G2"),
        ("Saint-Denis", "FR", {"postcode": "93200"}, "93"),
        ("Yenipazar", "TR", {"postcode": "09350"}, None),
        ("Monti, Sassari", "IT", {}, "SS"),
    ],
)
def test_what_stands_beside_a_homonym_decides(
    gazetteer: Gazetteer, name: str, country: str, hints: dict[str, str], unit: str | None
) -> None:
    hit = gazetteer.find(name, country, **hints)  # type: ignore[arg-type]  # of a table
    assert hit is not None
    assert hit.band == "auto", hit
    assert unit in (None, hit.place.admin2)
    assert "where the row says" in hit.why


def test_a_region_in_which_no_place_of_that_name_lies_raises_a_doubt(gazetteer: Gazetteer) -> None:
    assert gazetteer.find("Bari", "IT").band == "auto"  # type: ignore[union-attr]  # None fails too
    hit = gazetteer.find("Bari", "IT", region="Lombardia")
    assert hit is not None
    assert hit.band == "review"
    assert "does not lie where the row says" in hit.why


@pytest.mark.parametrize("postcode", ["?", "99999999", "XX1", ""])
def test_a_postcode_that_says_nothing_changes_nothing(gazetteer: Gazetteer, postcode: str) -> None:
    assert gazetteer.find("Neustadt", "DE", postcode=postcode) == gazetteer.find("Neustadt", "DE")
    assert gazetteer.find("Newport", "GB", postcode=postcode) == gazetteer.find("Newport", "GB")


def test_a_municipality_leads_to_its_main_place(gazetteer: Gazetteer) -> None:
    hit = gazetteer.find("Guldborgsund Kommune", "DK")
    assert hit is not None
    assert (hit.place.name, hit.stage, hit.band) == ("Nykøbing Falster", "municipality", "review")
    small = gazetteer.find("Alphen-Chaam", "NL")
    assert small is not None
    assert small.stage == "municipality"
    assert gazetteer.find("Guldborgsund", None) is None


def test_places_of_outlying_territories_are_found_under_their_state(gazetteer: Gazetteer) -> None:
    hit = gazetteer.find("Mariehamn", "FI")
    assert hit is not None
    assert hit.place.country == "AX"


def test_a_place_says_in_which_unit_it_lies(gazetteer: Gazetteer) -> None:
    bari, paris = gazetteer.by_id(3182351), gazetteer.by_id(2988507)
    assert bari is not None
    assert paris is not None
    assert gazetteer.unit(bari) == "Bari"
    assert gazetteer.unit(bari._replace(admin2=None)) == "Puglia"
    assert gazetteer.unit(bari._replace(admin1="none")) is None


def test_towns_are_listed_without_districts(gazetteer: Gazetteer) -> None:
    towns = gazetteer.towns("NL", least=20_000)
    names = {town.name for town in towns}
    assert {"Rijswijk", "Amsterdam"} <= names
    assert "Lunetten" not in names
    assert all((town.population or 0) >= 20_000 for town in towns)


def test_misspellings_made_by_rule_are_found_again(gazetteer: Gazetteer) -> None:
    rng, found, made = random.Random(7), 0, 0  # noqa: S311 - the same each time
    towns = [town for country in ("HR", "PL", "FR", "SE") for town in gazetteer.towns(country, least=20_000)]
    for town in rng.sample(towns, 150):
        for kind in rng.sample(KINDS, 2):
            wrong = misspell(town.name, kind, rng)
            if wrong is None:
                continue
            hit = gazetteer.find(wrong, town.country)
            made += 1
            found += hit is not None and hit.place == town
    assert made > 150
    assert found / made >= 0.9


def test_a_language_without_letters_to_compare_is_never_misspelt() -> None:
    with Gazetteer.open() as gazetteer:
        assert gazetteer.find("ქუთააისი", "GE") is None


def test_keys_that_sound_alike_are_one() -> None:
    for one, other in (("tschernihiw", "chernihiv"), ("koeln", "koln"), ("karlovy vary", "karlovyvary")):
        assert sound(one) == sound(other)


def test_a_country_of_which_nothing_is_known_has_no_spellings() -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE name (country TEXT, key TEXT, place INTEGER, stage INTEGER)")
    connection.execute("INSERT INTO name VALUES ('AA', 'mostar', 1, 0)")
    spellings = Spellings(Table(connection))
    assert spellings.alike("mostar", "BB", lambda _place, _spelt: 0.0) == []
    assert spellings.alike("zzzzzz", "AA", lambda _place, _spelt: 0.0) == []
    assert [alike.place for alike in spellings.alike("mostarr", "AA", lambda _place, _spelt: 0.0)] == [1]
    connection.close()
