"""The gazetteer: who is found by name, who by position, and who is not."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinnet.errors import StoreError
from twinnet.places import Gazetteer, Place, cell_of, distance, is_unit


@pytest.fixture(scope="module")
def gazetteer() -> Iterator[Gazetteer]:
    with Gazetteer.open() as opened:
        yield opened


def found(gazetteer: Gazetteer, name: str, country: str | None = None, **hints: object) -> Place | None:
    hit = gazetteer.find(name, country, **hints)  # type: ignore[arg-type]  # of a table
    return hit.place if hit else None


@pytest.mark.parametrize(
    ("name", "country", "geonames_id"),
    [
        ("Mostar", "BA", 3194828),
        ("Niksic", "ME", 3194494),
        ("Битола", "MK", 792578),
        ("Ιωάννινα", "GR", 261779),
        ("ქუთაისი", "GE", 613607),
        ("Klausenburg", "RO", 681290),
        ("Aix-la-Chapelle", "DE", 3247449),
        ("City of Ieper", "BE", 2795100),
        ("Vodnjan municipality /Città di Dignano", "HR", 3187477),
        ("Birgu Local Council", "MT", 2562966),
        ("Municipality of Villanueva de la Cañada", "ES", 3105247),
        ("Porcia, Friuli-Venezia Giulia", "IT", 3170154),
        ("Mestna občina Nova Gorica", "SI", 3194452),
        ("Община Пловдив", "BG", 728193),
        ("Comune di Bari", "IT", 3182351),
        ("Gmina Michałowo", "PL", 764936),
        ("İzmir Büyükşehir Belediyesi", "TR", 311046),
        ("Koper/Capodistria", "SI", 3197753),
        ("Rijeka (Fiume)", "HR", 3191648),
        ("Rothenburg o.d.T.", "DE", 2844056),
        ("St. Poelten", "AT", 2766429),
        ("F-57160 Scy-Chazelles", "FR", 2975392),
        ("Municipality of Mitrovica South", "XK", 789225),
        ("Gdansk City, Pologne", None, 3099434),
    ],
)
def test_a_name_leads_to_its_place(gazetteer: Gazetteer, name: str, country: str | None, geonames_id: int) -> None:
    hit = gazetteer.find(name, country)
    assert hit is not None
    assert hit.place.geonames_id == geonames_id
    assert hit.score >= 0.8
    assert hit.distance is None


@pytest.mark.parametrize(
    ("name", "country"),
    [
        ("n/a", None),
        ("-", None),
        ("", None),
        ("+387 35 123 456", "BA"),
        ("Kanton Sarajevo", "BA"),
        ("Istarska županija", "HR"),
        ("Atlantis", "GR"),
        ("Association des Maires", "FR"),
        ("various municipalities", "IT"),
    ],
)
def test_what_is_no_place_is_not_found(gazetteer: Gazetteer, name: str, country: str | None) -> None:
    assert gazetteer.find(name, country) is None


def test_a_country_bounds_the_search(gazetteer: Gazetteer) -> None:
    for country, geonames_id in (("DE", 2944388), ("SI", 3203925)):
        place = found(gazetteer, {"DE": "Bremen", "SI": "Bled"}[country], country)
        assert place is not None
        assert (place.country, place.geonames_id) == (country, geonames_id)
    assert found(gazetteer, "Vodnjan", "GR") is None


def test_a_larger_place_across_the_border_is_only_proposed(gazetteer: Gazetteer) -> None:
    hit = gazetteer.find("Bitola", "GR")
    assert hit is not None
    assert (hit.place.geonames_id, hit.band, hit.stage) == (792578, "review", "border")
    assert "North Macedonia" in hit.why


def test_a_district_does_not_win_over_a_city(gazetteer: Gazetteer) -> None:
    for name, country, geonames_id in (
        ("Paris", "FR", 2988507),
        ("Budapest", "HU", 3054643),
        ("Berlin", "DE", 2950159),
    ):
        place = found(gazetteer, name, country)
        assert place is not None
        assert place.geonames_id == geonames_id
        assert place.capital
        assert not place.district
    for name, country in (("Kreuzberg", "DE"), ("Paris 13 Gobelins", "FR"), ("Budapest XI. kerület", "HU")):
        place = found(gazetteer, name, country)
        assert place is None or place.district


def test_homonyms_of_like_size_score_low_and_name_the_other(gazetteer: Gazetteer) -> None:
    hit = gazetteer.find("Castelfranco", "IT")
    assert hit is not None
    assert hit.score < 0.8
    assert hit.runner_up is not None
    assert hit.runner_up.country == "IT"


def test_a_region_in_the_name_or_beside_it_decides_homonyms(gazetteer: Gazetteer) -> None:
    beside = found(gazetteer, "Saint-Denis", "FR", region="Paris")
    inside = found(gazetteer, "Saint-Denis (near Paris)", "FR")
    assert beside is not None
    assert beside.geonames_id == 2980916
    assert inside is not None
    assert inside.geonames_id == 2980916
    north = gazetteer.find("Neustadt", "DE", region="Coburg")
    south = gazetteer.find("Neustadt", "DE", region="Mannheim")
    assert north is not None
    assert south is not None
    assert north.place != south.place


def test_with_coordinates_the_place_of_that_name_within_20_km(gazetteer: Gazetteer) -> None:
    hit = gazetteer.find("Karşıyaka", "TR", latitude=40.70, longitude=29.95)
    assert hit is not None
    assert hit.place.geonames_id == 747912  # the small one at hand, not the large one far away
    assert hit.distance is not None
    assert hit.distance < 2


def test_else_the_nearest_place_of_the_country_within_2_km(gazetteer: Gazetteer) -> None:
    mostar = gazetteer.by_id(3194828)
    assert mostar is not None
    hit = gazetteer.find("Old bridge town", "BA", latitude=mostar.latitude, longitude=mostar.longitude + 0.01)
    assert hit is not None
    assert (hit.place, hit.stage) == (mostar, "coordinates")
    assert gazetteer.find("Old bridge town", "HR", latitude=mostar.latitude, longitude=mostar.longitude) is None
    assert gazetteer.find("Sarajevo", "BA", latitude=43.0, longitude=17.9) is None


def test_coordinates_never_move_a_row_to_another_country(gazetteer: Gazetteer) -> None:
    hit = gazetteer.find("Gorizia", "SI", latitude=45.94, longitude=13.62)
    assert hit is None or hit.place.country == "SI"


def test_places_by_id(gazetteer: Gazetteer) -> None:
    place = gazetteer.by_id(3191281)
    assert place is not None
    assert (place.name, place.country, place.capital) == ("Sarajevo", "BA", True)
    assert gazetteer.by_id(1) is None


@given(latitude=st.floats(34, 70), longitude=st.floats(-10, 40), within=st.sampled_from([2.0, 15.0, 40.0]))
def test_near_finds_what_a_full_search_finds(latitude: float, longitude: float, within: float) -> None:
    with Gazetteer.open() as gazetteer:
        near = gazetteer.near(latitude, longitude, within=within)
        box = gazetteer._connection.execute(
            "SELECT id, latitude / 1e5, longitude / 1e5 FROM place WHERE latitude BETWEEN ? AND ?",
            ((latitude - 1) * 1e5, (latitude + 1) * 1e5),
        )
        wanted = {i for i, y, x in box if distance(latitude, longitude, y, x) <= within}
    assert {place.geonames_id for place in near} == wanted
    kilometres = [distance(latitude, longitude, place.latitude, place.longitude) for place in near]
    assert kilometres == sorted(kilometres)


def test_near_crosses_the_date_line(gazetteer: Gazetteer) -> None:
    taveuni = [place.name for place in gazetteer.near(-18.14, -179.9, within=200)]
    assert taveuni == [place.name for place in gazetteer.near(-18.14, 180.1, within=200)]
    assert any(place.country == "FJ" for place in gazetteer.near(-18.1, 179.99, within=250))


def test_cells_number_a_grid_of_tenths_of_a_degree() -> None:
    assert cell_of(-90, -180) == 0
    assert cell_of(43.34, 17.81) == 1333 * 3600 + 1978
    assert cell_of(0, 180) == cell_of(0, -180)


@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(-90, 90), st.floats(-180, 180))
def test_distance_is_the_same_from_both_ends(a: float, b: float, c: float, d: float) -> None:
    there, back = distance(a, b, c, d), distance(c, d, a, b)
    assert there == pytest.approx(back, abs=1e-6)
    assert 0 <= there <= 20016
    assert distance(a, b, a, b) == 0


def test_units_are_told_by_whole_words() -> None:
    assert is_unit("Landkreis Rostock")
    assert is_unit("Судак район")
    assert not is_unit("Kreischa")
    assert not is_unit("Porcia, Province of Pordenone")


def test_the_file_is_opened_read_only(gazetteer: Gazetteer) -> None:
    with pytest.raises(sqlite3.OperationalError):
        gazetteer._connection.execute("DELETE FROM place")


def test_a_file_that_is_no_gazetteer_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"nowhere\.sqlite cannot be opened"):
        Gazetteer.open(tmp_path / "nowhere.sqlite")
    wrong = tmp_path / "a file? yes#1.sqlite"
    wrong.write_text("no database", encoding="utf-8")
    with pytest.raises(StoreError, match="cannot be opened"):
        Gazetteer.open(wrong)


@pytest.mark.parametrize(("name", "country"), [("Aken (Elbe)", "DE"), ("Waterloo", "US"), ("Niederkirchen", "DE")])
def test_a_larger_places_other_name_is_not_taken_for_a_smaller_ones_own(
    gazetteer: Gazetteer, name: str, country: str
) -> None:
    hit = gazetteer.find(name, country)
    assert hit is not None
    assert hit.score < 0.8 or hit.place.name.startswith(name.split(maxsplit=1)[0])


def test_other_names_count_less_where_small_places_are_left_out(gazetteer: Gazetteer) -> None:
    hit = gazetteer.find("Sonoma", "US")
    assert hit is None or hit.score < 0.8


def test_places_that_bear_a_name_are_listed_likeliest_first(gazetteer: Gazetteer) -> None:
    named = gazetteer.named("Municipality of Gračanica", "BA")
    assert len(named) > 1
    assert {place.country for place in named} == {"BA"}
    assert gazetteer.named("Atlantis", "GR") == []
