"""How a name is read: administrative words, case forms, regions and what stands beside it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinnet.places.inflection import nominatives, without_preposition
from twinnet.places.names import beside, is_organisation, is_region, is_unit, readings, strip_municipal, strip_unit
from twinnet.places.postcodes import postcode_in
from twinnet.text import decodings, fold

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=40)


@given(TEXTS)
def test_no_key_is_read_twice_and_each_is_folded(name: str) -> None:
    keys = [reading.key for reading in readings(name)]
    assert len(keys) == len(set(keys))
    assert all(key == fold(key) and key for key in keys)


@given(TEXTS)
def test_words_are_stripped_until_none_is_left(name: str) -> None:
    key = strip_municipal(fold(name))
    assert len(key) <= len(fold(name))
    assert strip_unit(key) or not key


@pytest.mark.parametrize(
    ("name", "hints"),
    [
        ("San Giorgio (TV), Veneto", ["TV", "Veneto"]),
        ("Neustadt bei Coburg", ["bei Coburg"]),
        ("Steszew b. Posen", ["b. Posen"]),
        ("Bari", []),
        ("Saint-Denis (near Paris", ["near Paris"]),
    ],
)
def test_what_stands_beside_a_name_is_a_hint(name: str, hints: list[str]) -> None:
    assert beside(name) == hints


@pytest.mark.parametrize(
    "name",
    ["Landkreis Rostock", "Судак район", "Aachen (Kreis)", "Provincia di Treviso", "Canton de Villé", "Županija"],
)
def test_units_are_told_by_whole_words(name: str) -> None:
    assert is_unit(name)


@pytest.mark.parametrize("name", ["Kreischa", "Porcia, Province of Pordenone", "Cham (Kanton Zug)", "Bari"])
def test_a_town_whose_unit_is_named_beside_it_is_no_unit(name: str) -> None:
    assert not is_unit(name)


@pytest.mark.parametrize(
    ("form", "language", "nominative"),
    [
        ("mostaru", "bs", "mostar"),
        ("novom sadu", "sr", "novi sad"),
        ("banjoj luci", "hr", "banja luka"),
        ("krakowa", "pl", "krakow"),
        ("nowego sacza", "pl", "nowy sacz"),
        ("zielonej gorze", "pl", "zielona gora"),
        ("prahy", "cs", "praha"),
        ("banskej bystrici", "sk", "banska bystrica"),
        ("novi gorici", "sl", "nova gorica"),
        ("klaipedos", "lt", "klaipeda"),
        ("siauliu", "lt", "siauliai"),
        ("liepajas", "lv", "liepaja"),
        ("helsingin", "fi", "helsinki"),
        ("tampereen", "fi", "tampere"),
        ("goteborgs", "sv", "goteborg"),
        ("szegedi", "hu", "szeged"),
        ("larisas", "el", "larisa"),
        ("volou", "el", "volos"),
        ("chanion", "el", "chania"),
        ("elbasanit", "sq", "elbasan"),
        ("tiranes", "sq", "tirana"),
    ],
)
def test_case_forms_lead_to_the_nominative(form: str, language: str, nominative: str) -> None:
    assert nominative in nominatives(form, language)


def test_what_has_no_endings_or_too_many_words_has_no_case_forms() -> None:
    assert list(nominatives("krakowa", "xx")) == []
    assert list(nominatives("a b c d", "pl")) == []


def test_a_preposition_tells_its_languages() -> None:
    assert without_preposition("iz beca") == ("beca", frozenset({"sh", "sl", "uk", "ru"}))
    assert without_preposition("u") == ("u", frozenset())


def test_regions_and_organisations_are_told() -> None:
    assert is_region("dalmacija")
    assert not is_region("split")
    assert is_organisation("Technische Hochschule")
    assert not is_organisation("Gemeinde Wien")
    assert is_organisation("Zveza društvo mladih")
    assert is_organisation("TBD")


@pytest.mark.parametrize(
    ("name", "postcode"),
    [("F-57160 Scy-Chazelles", "57160"), ("31-004 Kraków", "31-004"), ("110 00 Praha", "110 00"), ("Paris 13", None)],
)
def test_a_postcode_in_a_name_is_seen(name: str, postcode: str | None) -> None:
    assert postcode_in(name) == postcode


def test_text_in_another_encoding_is_read_again() -> None:
    assert "Łódź" in decodings("£ódŸ")
    assert decodings("Lodz") == []
    assert all(text != "Bâle" for text in decodings("Bâle"))
