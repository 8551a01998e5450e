"""The script that builds the gazetteer: its cut, its marks, and the digest of the file that is shipped."""

import importlib.util
import json
import sqlite3
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import twinnet.places
from twinnet.places import CAPITAL, DISTRICT, Gazetteer, rows_digest

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(twinnet.places.__file__).parent / "data"


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
    city(9, "Smallville", "US", 14_999),
    city(10, "Berlin", "DE", 3_000_000, latitude=52.5, longitude=13.4, admin1code="16"),
    city(11, "Mitte", "DE", 100_000, latitude=52.51, longitude=13.4, admin1code="16", alternatenames=["Mite"]),
    city(12, "Biel/Bienne", "CH", 50_000, latitude=47.1, longitude=7.2),
    city(13, "Frankfurt (Oder)", "DE", 0, latitude=52.3, longitude=14.5),
    city(14, "Ngerulmud", "PW", 300, latitude=7.5, longitude=134.6),
]
CAPITALS = {"FR": "paris", "DE": "berlin", "PW": "ngerulmud"}


def test_the_cut_the_marks_and_the_names(script: ModuleType) -> None:
    places, names = script.rows(CITIES, CAPITALS)
    assert [row[0] for row in places] == [1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14]
    assert {row[0] for row in places if row[7] & DISTRICT} == {2, 3, 4, 11}
    assert {row[0] for row in places if row[7] & CAPITAL} == {6, 10, 14}
    assert {row[5] for row in places if row[0] == 13} == {None}
    assert ("parigi", 6, 1) in names
    assert ("biel", 12, 1) in names
    assert ("biel bienne", 12, 0) in names
    assert ("frankfurt", 13, 1) in names
    assert not {"par", "ba li", "1er", ""} & {key for key, _, _ in names}


def test_the_order_of_the_source_does_not_matter(script: ModuleType) -> None:
    assert rows_digest(*script.rows(CITIES, CAPITALS)) == rows_digest(*script.rows(CITIES[::-1], CAPITALS))


def test_the_written_file_answers(script: ModuleType, tmp_path: Path) -> None:
    script.write(tmp_path / "places.sqlite", *script.rows(CITIES, CAPITALS))
    with Gazetteer.open(tmp_path / "places.sqlite") as gazetteer:
        hit = gazetteer.find("Ville de Paris", "FR")
        assert hit is not None
        assert hit.place == gazetteer.by_id(6)
        assert gazetteer.find("Smallville", "US") is None


def test_the_shipped_rows_have_the_kept_digest() -> None:
    card = json.loads((DATA / "places.json").read_text(encoding="utf-8"))
    connection = sqlite3.connect(f"{(DATA / 'places.sqlite').resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    places = connection.execute("SELECT * FROM place ORDER BY id").fetchall()
    names = connection.execute("SELECT * FROM name ORDER BY key, place").fetchall()
    connection.close()
    assert (len(places), len(names)) == (card["places"], card["names"])
    assert rows_digest(places, names) == card["sha256"]


def test_the_shipped_file_is_not_too_large() -> None:
    assert (DATA / "places.sqlite").stat().st_size <= 40_000_000


def test_the_origin_is_named() -> None:
    licences = (DATA / "LICENSES.md").read_text(encoding="utf-8")
    assert "GeoNames" in licences
    assert "CC BY 4.0" in licences
    assert "CLDR" in licences
