"""Cells are turned into values in all notations of Europe, and what is no value is refused without being quoted."""

import contextlib
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinnet.errors import OptionError
from twinnet.reading import ReadOptions, read_table, values
from twinnet.reading.values import NotTaken


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("51000", 51000),
        ("51 000", 51000),
        ("51.000,5", 51000.5),
        ("51,000.5", 51000.5),
        ("51'000", 51000),
        ("1.234.567", 1234567),
        ("1,234,567", 1234567),
        ("-3,70", -3.7),
        ("−3.7", -3.7),
        ("+7", 7),
        ("1e3", 1000),
    ],
)
def test_numbers_in_the_notations_of_europe(text: str, number: float) -> None:
    assert values.number(text) == pytest.approx(number)


@pytest.mark.parametrize("text", ["", "NaN", "inf", "-Infinity", "12a", "1 2", "1,23,4", "--1", "0x10", "١٢٣a"])
def test_what_is_no_number(text: str) -> None:
    assert values.number(text) is None


@given(st.integers(1, 50_000_000), st.sampled_from([" ", ".", ",", "'", ""]))
def test_a_population_reads_back_whatever_its_thousands(people: int, mark: str) -> None:
    assert values.population(f"{people:,}".replace(",", mark)) == people


@pytest.mark.parametrize("text", ["-5", "many", "0", "12.5", "99000000000", "=SUM(A1:A2)", "12 hab."])
def test_a_population_is_refused(text: str) -> None:
    with pytest.raises(NotTaken) as held:
        values.population(text)
    assert text not in str(held.value) or len(text) < 3


@given(st.floats(-90, 90).map(lambda degrees: round(degrees, 5)))
def test_degrees_read_back_with_point_and_comma(degrees: float) -> None:
    text = f"{degrees:.5f}"
    assert values.latitude(text) == pytest.approx(degrees, abs=1e-6)
    assert values.latitude(text.replace(".", ",")) == pytest.approx(degrees, abs=1e-6)


@pytest.mark.parametrize("text", ["95", "-90.01", "north", "90°01'N", "nan", ""])
def test_a_latitude_is_refused(text: str) -> None:
    with pytest.raises(NotTaken):
        values.latitude(text)


def test_coordinates_in_degrees_minutes_and_seconds() -> None:
    assert values.longitude("17°48'28\"E") == pytest.approx(17.807778)
    assert values.longitude("W 3° 42'") == pytest.approx(-3.7)
    with pytest.raises(NotTaken):
        values.longitude("200")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Point(17.8 43.3)", (43.3, 17.8)),
        ("POINT (17.8 43.3)", (43.3, 17.8)),
        ("<http://www.opengis.net/def/crs/OGC/1.3/CRS84> Point(17.8 43.3)", (43.3, 17.8)),
        ("43.3, 17.8", (43.3, 17.8)),
        ("43,3; 17,8", (43.3, 17.8)),
        ("(43.3 17.8)", (43.3, 17.8)),
    ],
)
def test_a_cell_with_both_coordinates(text: str, place: tuple[float, float]) -> None:
    assert values.point(text) == place


def test_a_cell_without_coordinates_is_refused() -> None:
    with pytest.raises(NotTaken):
        values.point("Mostar")


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("1985", "1985"),
        ("1985.0", "1985"),
        ("1985-06", "1985-06"),
        ("1985-06-01", "1985-06-01"),
        ("1985/6/1", "1985-06-01"),
        ("1985-06-01 00:00:00", "1985-06-01"),
        ("+1985-00-00T00:00:00Z", "1985"),
        ("01.06.1985", "1985-06-01"),
        ("1. 6. 1985.", "1985-06-01"),
        ("13/06/1985", "1985-06-13"),
        ("06/13/1985", "1985-06-13"),
        ("6/1985", "1985-06"),
        ("since June 1985", "1985"),
        ("836", None),
        ("0836", "0836"),
        ("85", None),
        ("31.02.1985", None),
        ("1996-2004 and 2007", None),
        ("soon", None),
        ("0100", None),
    ],
)
def test_dates(text: str, date: str | None) -> None:
    if date is None:
        with pytest.raises(NotTaken):
            values.date(text)
    else:
        assert values.date(text) == date


@given(
    st.dates(dt.date(1800, 1, 1), dt.date(2100, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%Y/%m/%d"]),
)
def test_a_day_reads_back_in_any_form(day: dt.date, form: str) -> None:
    assert values.date(day.strftime(form)) == day.isoformat()


def test_a_partial_date_is_after_a_day_only_as_a_whole() -> None:
    today = dt.date(2026, 6, 15)
    assert not values.is_after("2026", today)
    assert not values.is_after("2026-06", today)
    assert values.is_after("2026-07", today)
    assert values.is_after("2026-06-16", today)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Municipality", "town"),
        ("Municipal Authority", "town"),
        ("Općina", "town"),
        ("Δήμος", "town"),
        ("Regional Authority", "region"),
        ("Intermunicipality", "intermunicipal"),
        ("Intermuncipality", "intermunicipal"),
        ("Association of Municipalities", "association"),
        ("National Association", "association"),
        ("Regional Supramunicipal Association", "association"),
        ("Verein", "association"),
        ("NGO", "ngo"),
        ("Local Democracy Agency", "lda"),
        ("Stiftung", "foundation"),
        ("Europahaus", "european_house"),
        ("Gymnasium", "school"),
        ("Other", "other"),
    ],
)
def test_kinds_of_organisations(text: str, kind: str) -> None:
    assert values.organisation_kind(text) == kind


@pytest.mark.parametrize(
    "convert", [values.organisation_kind, values.link_kind, values.role, values.geonames_id, values.website]
)
def test_an_unknown_word_is_refused(convert: object) -> None:
    with pytest.raises(NotTaken) as held:
        convert("gibberish words")  # type: ignore[operator]
    assert "gibberish" not in str(held.value)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("p", "partnership"),
        ("f", "friendship"),
        ("k", "contact"),
        ("Jumelage", "partnership"),
        ("amicizia", "friendship"),
        ("Projekt", "project"),
    ],
)
def test_kinds_of_links(text: str, kind: str) -> None:
    assert values.link_kind(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "Former Member",
        "ancien membre",
        "ehemalig",
        "bivši član",
        "ex-socio",
        "бивша членка",
        "πρώην μέλος",
        "były członek",
        "ish-anëtar",
        "Ex-member (2015)",
    ],
)
def test_who_has_left_in_many_languages(text: str) -> None:
    assert values.is_former(text, status=True)


@pytest.mark.parametrize(
    "text", ["Member", "Full member", "Indirect Member", "Associated Member", "Membre TEIT", "aktivan"]
)
def test_who_has_not_left(text: str) -> None:
    assert not values.is_former(text, status=True)


def test_a_note_must_speak_of_the_membership() -> None:
    assert values.is_former("ancien membre, parti en 2015", status=False)
    assert not values.is_former("seat in the former town hall", status=False)
    assert not values.is_former("Quitte le réseau en 2009 et le réintègre en 2015", status=False)


def test_languages_by_name_and_code() -> None:
    assert values.languages("English, Deutsch; srpski | FR") == ("en", "de", "sr", "fr")
    assert values.languages("en-GB, klingon") == ("en",)
    with pytest.raises(NotTaken):
        values.languages("klingon")


def test_an_address_is_a_website_and_an_email_is_none() -> None:
    assert values.website("www.comunitermali-ancot.it  / 43 municipalities") == "www.comunitermali-ancot.it"
    assert values.website("https://bari.it/") == "https://bari.it/"
    assert values.website("bari.it") == "bari.it"
    with pytest.raises(NotTaken):
        values.website("ada@bari.it")


@given(st.text())
def test_clean_is_stable_and_shows_nothing_invisible(text: str) -> None:
    once = values.clean(text)
    assert values.clean(once) == once
    assert once == once.strip()
    assert not set(once) & set("\u200b\ufeff\u00ad\u2060\u00a0\x00")


@given(st.text(max_size=30))
def test_no_text_breaks_a_conversion(text: str) -> None:
    for convert in (
        values.population,
        values.latitude,
        values.longitude,
        values.point,
        values.date,
        values.geonames_id,
        values.website,
        values.organisation_kind,
        values.link_kind,
        values.role,
        values.languages,
    ):
        with contextlib.suppress(NotTaken):
            convert(values.clean(text))


def test_formulas_are_told_from_names() -> None:
    assert values.is_formula("=PROPER(A2)")
    assert values.is_formula("=$A$2")
    assert not values.is_formula("= Equal rights =")


def test_digits_of_other_scripts_are_digits_and_raised_ones_are_none() -> None:
    table, *_ = read_table(
        "name;country;since;population\nMostar;BA;١٩٨٥;١٠٠٠\nBari;IT;１９９０;５０００\nSplit;HR;19²5;²²²²\n".encode(),
        file="a.csv",
    )
    found = [(row.values.get("since"), row.values.get("population")) for row in table.rows]
    assert found == [("1985", 1000), ("1990", 5000), (None, None)]


@pytest.mark.parametrize("head", ["former", "Former member", "ehemalig", "Ancien membre", "bivši član"])
def test_a_column_that_asks_who_is_former_may_be_ticked(head: str) -> None:
    cells = ["yes", "x", "oui", "no", "", "nein"]
    text = f"name,country,{head}\n" + "".join(f"Town {n},BA,{cell}\n" for n, cell in enumerate(cells))
    (table,) = read_table(text.encode(), file="members.csv")
    assert [row.values.get("former", False) for row in table.rows] == [True, True, True, False, False, False]


def test_a_note_that_says_yes_is_not_a_former_member() -> None:
    (table,) = read_table(b"name,country,note\nMostar,BA,yes\nBari,IT,former member\n", file="members.csv")
    assert [row.values.get("former", False) for row in table.rows] == [False, True]


@pytest.mark.parametrize("date", ["yesterday", "2024-13", "2024-02-30", "24", "2024-5-1", "٢٠٢٤", "2024-W01"])
def test_a_date_that_does_not_exist_is_no_date_of_a_list(date: str) -> None:
    with pytest.raises(OptionError, match="is no date of a list"):
        ReadOptions(date=date)


def test_a_country_that_does_not_exist_is_no_default() -> None:
    with pytest.raises(OptionError, match="there is no country 'Narnia'"):
        ReadOptions(default_country="Narnia")
    assert ReadOptions(date="2024-05", default_country="Bosna i Hercegovina").date == "2024-05"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Call +387 36 500 600 today", "Call today"),
        ("Call 00387 (36) 500-600.", "Call ."),
        ("Tel.: 036 500 600, fax 036/500-601", ","),
        ("Téléphone : 01 23 45 67 89", ""),
        ("тел. 036 500 600", ""),
        ("(0385) 545-1011 or 0385/5451011", "or"),
        ("mobile: 061/123-456 only", "only"),
    ],
)
def test_telephone_numbers_are_taken_out_of_a_text(text: str, left: str) -> None:
    assert values.without_phones(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "From 2014-2020, 1 200 000 EUR for 12 towns",
        "On 01/05/2019 and 01.05.2019 and 09-05-2019 we met",
        "105 797 inhabitants at 43.34333, 17.80806",
        "Code 0123, route 66, ISBN 978-3-16-148410-0",
        "about 0.5 % of 3,000,000",
        "Hotel 2000 and 45 guests, 007",
        "since 1985-06-01; +10 % a year",
        "telling 30 stories",
        "",
    ],
)
def test_years_dates_and_amounts_are_no_telephone_numbers(text: str) -> None:
    assert values.without_phones(text) == text
