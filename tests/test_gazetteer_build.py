"""The script that builds the gazetteer: its cut, its marks, and the digest of the file that is shipped."""

import importlib.util
import json
import sqlite3
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import twinnet.places
from twinnet.places import CAPITAL, DISTRICT, SHADOWED, Gazetteer, rows_digest

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(twinnet.places.__file__).parent.parent / "data"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    path = ROOT / "scripts" / "build_gazetteer.py"
    spec = importlib.util.spec_from_file_location("build_gazetteer", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def city(number: int, name: str, country: str, population: int, **more: Any) -> dict[str, Any]:
    given = {"latitude": 50.0, "longitude": 10.0, "admin1code": "01", "alternatenames": [""]}
    return {"geonameid": number, "name": name, "countrycode": country, "population": population, **given, **more}


CITIES = [
    city(5, "Lyon", "FR", 500_000),
    city(4, "Lyon 03", "FR", 100_000, latitude=50.01),
    city(3, "Croix Rousse", "FR", 40_000, latitude=50.02, alternatenames=["Lyon-Croix Rousse"]),
    city(2, "Presqu'île", "FR", 20_000, latitude=50.02),
    city(1, "Bron", "FR", 40_000, latitude=50.05, alternatenames=["Bron", "brwn"]),
    city(6, "Paris", "FR", 2_000_000, latitude=48.85, longitude=2.35, alternatenames=["Parigi", "PAR", "ba li", "1er"]),
    city(7, "Parisot", "FR", 595),
    city(8, "Paris", "US", 24_000, latitude=33.0, longitude=-95.0),
    city(9, "Smallville", "US", 999),
    city(10, "Berlin", "DE", 3_000_000, latitude=52.5, longitude=13.4, admin1code="16"),
    city(11, "Mitte", "DE", 100_000, latitude=52.51, longitude=13.4, admin1code="16", alternatenames=["Mite"]),
    city(12, "Biel/Bienne", "CH", 50_000, latitude=47.1, longitude=7.2),
    city(13, "Frankfurt (Oder)", "DE", 0, latitude=52.3, longitude=14.5),
    city(14, "Ngerulmud", "PW", 300, latitude=7.5, longitude=134.6),
]
CAPITALS = {"FR": "paris", "DE": "berlin", "PW": "ngerulmud"}


def test_the_cut_the_marks_and_the_names(script: ModuleType) -> None:
    places, names, *_ = script.rows(CITIES, CAPITALS)
    assert [row[0] for row in places] == [1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14]
    assert {row[0] for row in places if row[8] & DISTRICT} == {2, 3, 4, 11}
    assert {row[0] for row in places if row[8] & CAPITAL} == {6, 10, 14}
    assert {row[5] for row in places if row[0] == 13} == {None}
    assert ("FR", "parigi", 6, 1) in names
    assert ("CH", "biel", 12, 0) in names
    assert ("CH", "biel bienne", 12, 0) in names
    assert ("DE", "frankfurt", 13, 1) in names
    assert not {"par", "ba li", "1er", ""} & {key for _, key, _, _ in names}


def test_the_order_of_the_source_does_not_matter(script: ModuleType) -> None:
    assert rows_digest(*script.rows(CITIES, CAPITALS)) == rows_digest(*script.rows(CITIES[::-1], CAPITALS))


def test_the_written_file_answers(script: ModuleType, tmp_path: Path) -> None:
    script.write(tmp_path / "places.sqlite", script.rows(CITIES, CAPITALS))
    with Gazetteer.open(tmp_path / "places.sqlite") as gazetteer:
        hit = gazetteer.find("Ville de Paris", "FR")
        assert hit is not None
        assert hit.place == gazetteer.by_id(6)
        assert gazetteer.find("Smallville", "US") is None


def test_the_shipped_rows_have_the_kept_digest() -> None:
    card = json.loads((DATA / "places.json").read_text(encoding="utf-8"))
    connection = sqlite3.connect(f"{(DATA / 'places.sqlite').resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    orders = {"place": "id", "name": "1, 2, 3", "unit": "id", "unit_name": "1, 2", "border": "1, 2"}
    tables = [connection.execute(f"SELECT * FROM {name} ORDER BY {by}").fetchall() for name, by in orders.items()]
    connection.close()
    assert [len(table) for table in tables[:3]] == [card["places"], card["names"], card["units"]]
    assert rows_digest(*tables) == card["sha256"]


def test_the_shipped_file_is_not_too_large() -> None:
    assert (DATA / "places.sqlite").stat().st_size <= 40_000_000


def test_the_origin_is_named() -> None:
    licences = (DATA / "LICENSES.md").read_text(encoding="utf-8")
    assert "GeoNames" in licences
    assert "CC BY 4.0" in licences
    assert "CLDR" in licences


UNITS = [
    ("Region 84", "FR", ("84", None), ("Auvergne-Rhône-Alpes",), "ARA", False),
    ("Département du Rhône", "FR", ("84", "69"), ("Rhône", "Département du Rhône"), "69D", False),
    ("Lyon", "FR", ("84", "69M"), ("Gemeinde Lyon",), None, True),
    ("Kent", "GB", ("ENG", "G5"), ("Kent",), "KEN", True),
]


def test_units_have_keys_codes_and_the_largest_place_as_seat(script: ModuleType) -> None:
    units = [script.Unit(n, c, codes, names, iso, m) for n, (_, c, codes, names, iso, m) in enumerate(UNITS, 1)]
    cities = [
        city(5, "Lyon", "FR", 500_000),
        city(1, "Bron", "FR", 40_000, latitude=50.05, alternatenames=["Bron"]),
        city(21, "Dover", "GB", 30_000, latitude=51.1),
        city(22, "Maidstone", "GB", 90_000, latitude=51.5),
    ]
    inside = {5: ("84", "69M"), 1: ("84", "69"), 21: ("ENG", "G5"), 22: ("ENG", "G5")}
    tables = script.rows(cities, {}, units, inside)
    seats = {row[0]: (row[5], row[6]) for row in tables.unit}
    assert seats == {1: (5, 0), 2: (1, 0), 3: (5, script.MUNICIPAL | script.COMPACT), 4: (22, 0)}
    keys = {(key, unit) for key, unit in tables.unit_name}
    assert {("rhone", 2), ("departement du rhone", 2), ("#69d", 2), ("lyon", 3)} <= keys
    assert {row[0]: row[7] for row in tables.place} == {1: "69", 5: "69M", 21: "G5", 22: "G5"}


def test_a_place_of_a_municipality_of_its_own_is_no_district(script: ModuleType) -> None:
    cities = [
        city(31, "Den Haag", "NL", 500_000, latitude=52.08, longitude=4.3),
        city(32, "Rijswijk", "NL", 47_000, latitude=52.05, longitude=4.32),
        city(33, "Laakkwartier", "NL", 40_000, latitude=52.06, longitude=4.32),
        *(
            city(40 + n, f"Stad {n}", "NL", 20_000, latitude=53.0 + n, alternatenames=["X", f"Stad-{n}"])
            for n in range(40)
        ),
    ]
    units = [
        script.Unit(1, "NL", ("11", "0518"), ("Gemeente Den Haag",), None, municipal=True),
        script.Unit(2, "NL", ("11", "0603"), ("Gemeente Rijswijk",), None, municipal=True),
    ]
    inside = {31: ("11", "0518"), 32: ("11", "0603"), 33: ("11", "0518")}
    districts = {row[1] for row in script.rows(cities, {}, units, inside).place if row[8] & DISTRICT}
    assert districts == {"Laakkwartier"}


def test_a_place_beside_a_far_larger_city_is_marked(script: ModuleType) -> None:
    cities = [
        city(61, "Madrid", "ES", 3_000_000, latitude=40.41, longitude=-3.7),
        city(62, "Salamanca", "ES", 147_000, latitude=40.43, longitude=-3.68, alternatenames=["Barrio de Salamanca"]),
        city(63, "Salamanca", "ES", 144_000, latitude=40.97, longitude=-5.66, alternatenames=["Salmantica"]),
    ]
    assert {row[0]: row[8] for row in script.rows(cities, {}).place} == {61: 0, 62: SHADOWED, 63: 0}


def test_a_title_before_a_german_town_is_no_part_of_its_name(script: ModuleType) -> None:
    keys = script.keys(city(71, "Universitäts- und Hansestadt Greifswald", "DE", 50_000))
    assert keys["greifswald"] == 0
    assert script.keys(city(72, "Reichenbach/Vogtland", "DE", 20_000))["vogtland"] == 1


def test_countries_border_where_their_places_are_near(script: ModuleType) -> None:
    cities = [
        city(51, "Gorizia", "IT", 30_000, latitude=45.94, longitude=13.62),
        city(52, "Nova Gorica", "SI", 13_000, latitude=45.96, longitude=13.65),
        city(53, "Bari", "IT", 300_000, latitude=41.1, longitude=16.9),
        city(54, "Durrës", "AL", 100_000, latitude=41.3, longitude=19.4),
    ]
    assert script.rows(cities, {}).border == [("IT", "SI"), ("SI", "IT")]


@pytest.mark.parametrize(
    ("key", "country", "kept"),
    [
        ("wien", "AT", True),
        ("вена", "AT", True),
        ("ウィーン", "AT", False),
        ("東京", "JP", True),
        ("برلين", "DE", False),
    ],
)
def test_names_are_kept_in_the_scripts_of_the_country(script: ModuleType, key: str, country: str, kept: bool) -> None:
    assert script.is_written(key, country) is kept
