"""Columns are recognised by their words in the languages of Europe and judged by what stands below them."""

import datetime as dt
import io
import time

import openpyxl
import pytest

from twinnet.errors import InputError
from twinnet.models import LINK_KINDS, ORGANISATION_KINDS, ListTable
from twinnet.reading import ReadOptions, read_table, values
from twinnet.reading.fields import FIELDS
from twinnet.text import fold

TODAY = dt.date(2026, 6, 1)


def read(text: str, file: str = "list.csv", **options: object) -> ListTable:
    (table,) = read_table(text.encode(), file=file, options=ReadOptions(today=TODAY, **options))  # type: ignore[arg-type]  # any
    return table


def fields(table: ListTable) -> list[str | None]:
    return [use.field for use in table.columns]


MEMBERS = ["name", "locality", "country", "population", "since"]


@pytest.mark.parametrize(
    "text",
    [
        "Organisation,City,Country,Inhabitants,Member since\nCity of Bari,Bari,Italy,320000,1999\n",
        "Nom;Ville;Pays;Habitants;Année d'adhésion\nVille de Lyon;Lyon;France;500 000;1999\n",
        "Mitglied;Ort;Land;Einwohner;Mitglied seit\nStadt Ulm;Ulm;Deutschland;120.574;1999\n",
        "Ente;Comune;Paese;Abitanti;Anno di adesione\nComune di Bari;Bari;Italia;320.000;1999\n",
        "Entidad;Localidad;País;Habitantes;Año de adhesión\nAyuntamiento de Jumilla;Jumilla;España;25000;1997\n",
        "Nazwa;Miejscowość;Kraj;Ludność;Rok przystąpienia\nMiasto Gdańsk;Gdańsk;Polska;460 427;1991\n",
        "Denumire;Localitate;Țara;Populație;Anul aderării\nPrimăria Cluj;Cluj-Napoca;România;324576;1999\n",
        "Naziv;Grad;Država;Broj stanovnika;Godina pristupanja\nGrad Sisak;Sisak;Hrvatska;47768;2001\n",
        "Назив;Место;Држава;Становништво;Година приступања\nГрад Ниш;Ниш;Србија;260237;2001\n",
        "Ime;Kraj;Država;Število prebivalcev;Leto pristopa\nMestna občina Maribor;Maribor;Slovenija;95 000;2003\n",
        "Име;Општина;Држава;Население;Членка од\nОпштина Битола;Битола;Македонија;95000;2002\n",
        "Emri;Qyteti;Shteti;Popullsia;Viti i anëtarësimit\nBashkia Shkodër;Shkodër;Shqipëria;135000;2004\n",
        "Име;Град;Държава;Население;Член от\nОбщина Бургас;Бургас;България;200000;2001\n",
        "Επωνυμία;Πόλη;Χώρα;Πληθυσμός;Έτος ένταξης\nΔήμος Πατρέων;Πάτρα;Ελλάδα;170000;2001\n",
        "Név;Település;Ország;Lakosság;Csatlakozás éve\nPécs MJV;Pécs;Magyarország;145 000;2004\n",
        "Назва;Місто;Країна;Населення;Рік вступу\nЛьвівська громада;Львів;Україна;720000;2010\n",
        "Nome;Cidade;País;População;Ano de adesão\nCâmara de Amadora;Amadora;Portugal;175000;2015\n",
        "Naam;Gemeente;Land;Inwoners;Lid sinds\nGemeente Gent;Gent;België;250000;1999\n",
        "Název;Město;Země;Počet obyvatel;Rok vstupu\nMěsto Brno;Brno;Česko;377028;2005\n",
    ],
    ids=lambda text: text.split("\n")[0][:12],
)
def test_a_member_list_in_any_language(text: str) -> None:
    table = read(text)
    assert table.kind == "members"
    assert fields(table) == MEMBERS
    assert set(table.rows[0].values) == set(MEMBERS)
    assert table.faults == ()


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("from_name,from_country,to_name,to_country", ["from_name", "from_country", "to_name", "to_country"]),
        ("fromName;fromCountry;toName;toCountry", ["from_name", "from_country", "to_name", "to_country"]),
        ("city1,country1,city2,country2", ["from_name", "from_country", "to_name", "to_country"]),
        ("town_a,country_a,town_b,country_b", ["from_name", "from_country", "to_name", "to_country"]),
        ("Town,Country,Twin town,Twin town country", ["from_name", "from_country", "to_name", "to_country"]),
        ("Town,Country,Town,Country", ["from_name", "from_country", "to_name", "to_country"]),
        ("Stadt;Land;Partnerstadt;Partnerland", ["from_name", "from_country", "to_name", "to_country"]),
        ("Grad;Država;Grad prijatelj;Država", ["from_name", "from_country", "to_name", "to_country"]),
        ("Commune;Pays;Commune jumelée;Pays", ["from_name", "from_country", "to_name", "to_country"]),
        ("Partnerstadt;Partnerland;Stadt;Land", ["to_name", "to_country", "from_name", "from_country"]),
    ],
)
def test_both_ends_of_a_link_are_told_apart(header: str, wanted: list[str]) -> None:
    mark = ";" if ";" in header else ","
    cells = {"from_name": "Bari", "from_country": "IT", "to_name": "Mostar", "to_country": "BA"}
    table = read(f"{header}\n{mark.join(cells[field] for field in wanted)}\n")
    assert table.kind == "links"
    assert fields(table) == wanted
    assert table.rows[0].values == cells
    assert table.network is None


@pytest.mark.parametrize(
    ("header", "cells", "wanted"),
    [
        ("Town,Twin town,Country,Since", "Bari,Mostar,BA,1999", {"to_country": "BA", "since": "1999"}),
        ("Country,Town,Twin town", "IT,Bari,Mostar", {"from_country": "IT"}),
        ("Town,Latitude,Longitude,Twin town", "Bari,41.1,16.8,Mostar", {"from_latitude": 41.1, "from_longitude": 16.8}),
        ("Town,Twin town,Latitude,Longitude", "Bari,Mostar,43.3,17.8", {}),
        ("partner_1,partner_2,type", "Bari,Mostar,friendship", {"kind": "friendship"}),
        ("source,target,last contact", "Bari,Mostar,2024-05", {"last_activity": "2024-05"}),
        ("From,To,Themes", "Bari,Mostar,youth; culture", {"themes": ("youth", "culture")}),
    ],
)
def test_what_only_one_end_says(header: str, cells: str, wanted: dict[str, object]) -> None:
    table = read(f"{header}\n{cells}\n")
    assert table.kind == "links"
    assert table.rows[0].values == {"from_name": "Bari", "to_name": "Mostar", **wanted}


def test_from_and_to_can_be_dates() -> None:
    table = read("Member,From,To\nBari,1999,2004\nUlm,2001,\nGraz,2001,2030\n")
    assert table.kind == "members"
    assert [row.values for row in table.rows] == [
        {"name": "Bari", "since": "1999", "until": "2004"},
        {"name": "Ulm", "since": "2001"},
        {"name": "Graz", "since": "2001", "until": "2030"},
    ]


def test_projects_and_partners() -> None:
    projects = read(
        "Programme,Acronym,Title,Start date,End date,Themes\nCERV,STEP,Step up,2020-01-01,2021-12-31,youth\n"
    )
    assert projects.kind == "projects"
    assert fields(projects) == ["programme", "acronym", "title", "start", "end", "themes"]
    partners = read("Project,Partner,Country,Role\nSTEP,City of Bari,IT,lead\nSTEP,Ulm,DE,associated partner\n")
    assert partners.kind == "partners"
    assert partners.rows[1].values == {"acronym": "STEP", "name": "Ulm", "country": "DE", "role": "associated"}


def test_an_english_text_goes_before_others_and_themes_add_up() -> None:
    table = read(
        "Acronym,Project Name,Project Name language 2,Description 1,Description EN,Thematic1,Thematic2\n"
        "A,,Zwei,Deutsch,English,youth,culture\n"
    )
    assert table.rows[0].values == {
        "acronym": "A", "title": "Zwei", "description": "English", "themes": ("youth", "culture"),
    }  # fmt: skip


@pytest.mark.parametrize(
    "header",
    [
        "E-mail",
        "Telefon",
        "Contact person",
        "Bürgermeister",
        "Sindaco",
        "Ime i prezime",
        "Kontakt osoba",
        "Mayor's name",
        "Tel./Fax",
    ],
)
def test_columns_of_persons_are_never_read(header: str) -> None:
    table = read(f"Name,{header},Country\nBari,secret,IT\n")
    assert fields(table) == ["name", None, "country"]
    assert "secret" not in repr(table)


def test_contacts_under_an_innocent_header_are_never_read() -> None:
    table = read("Name,Website,Note\nBari,ada@bari.it,+39 080 577 1111\nUlm,x@ulm.de,+49 731 1610\n")
    assert fields(table) == ["name", None, None]
    assert "ada@" not in repr(table)


def test_a_contact_is_found_wherever_it_stands_and_a_giant_cell_costs_nothing() -> None:
    for text in ("a.b@c.example", "write to <a@b.example>!", "x@y@z.example", "mailto:a@b.example;c"):
        assert values.EMAIL.search(text)
    begun = time.perf_counter()
    for text in ("x" * 100_000, "x@" * 50_000, "x@y;" * 25_000, "x." * 50_000):
        assert not values.EMAIL.search(text)
    assert time.perf_counter() - begun < 2


def test_the_content_decides_where_a_header_is_ambiguous() -> None:
    assert fields(read("Name;Kraj\nMaribor;Slovenija\nGdańsk;Polska\n")) == ["name", "country"]
    assert fields(read("Ime;Kraj\nOŠ Maribor;Maribor\nOŠ Kranj;Kranj\n")) == ["name", "locality"]
    assert fields(read("Name;Entity\nBari;Municipality\nUlm;City\n")) == ["name", "kind"]
    assert fields(read("Entity;Country\nCity of Bari;IT\nCity of Ulm;DE\n")) == ["name", "country"]


def test_a_part_of_the_world_is_no_region() -> None:
    table = read("Name,Region\nBari,Southern Europe\nUlm,Western Europe\n")
    assert fields(table) == ["name", None]
    table = read("Name,Region\nBari,Puglia\nUlm,Western Europe\nGraz,Steiermark\n")
    assert [row.values.get("region") for row in table.rows] == ["Puglia", None, "Steiermark"]


def test_unknown_headers_are_mapped_by_unmistakable_cells() -> None:
    rows = "Bari,IT,41.12,16.87\nUlm,DE,48.40,9.99\nLyon,FR,45.76,4.83\nGraz,AT,47.07,15.43\nPula,HR,44.87,13.85\n"
    assert fields(read("aaa,bbb,ccc,ddd\n" + rows)) == ["name", "country", "latitude", "longitude"]
    with pytest.raises(InputError, match="header"):
        read(rows)


def test_a_row_of_words_that_recur_is_no_header_and_says_its_column() -> None:
    rows = "".join(
        f"City {n},T{n},{c},Member,Municipality\n" for n, c in enumerate(["IT", "DE", "FR", "AT", "HR", "BE"])
    )
    table = read("aaa,bbb,ccc,ddd,eee\n" + rows)
    assert fields(table) == ["name", None, "country", "status", "kind"]
    assert len(table.rows) == 6


THEMES = [f"h{index}" for index in range(5)]
WIDE = [f"h{index}" for index in range(200)]
MARKED = {
    "marks": [["name", "country", *THEMES], ["Bari", "IT", *"xxxxx"], ["Graz", "AT", *"yyyyy"]],
    "coordinates": [["Name", "Country", "X", "Y"], ["Bari", "IT", "16.87", "41.12"], ["Graz", "AT", "15.44", "47.07"]],
    "marks per theme": [
        ["Municipality", "Culture", "Youth", "Sport", "Energy"],
        ["Bari", "X", "", "X", ""],
        ["Graz", "", "X", "", ""],
        ["Ulm", "X", "X", "X", "X"],
    ],
    "yes and no": [
        ["Name", "Country", "Paid", "Board", "Note", "Remark"],
        ["Bari", "IT", "yes", "no", "member", "no"],
        ["Graz", "AT", "no", "yes", "no", "y"],
    ],
    "one word": [["Name", *THEMES], ["Bari", *"xyxyx"], ["Graz", "no", "x", "y", "x", "no"]],
    "wide": [
        ["Name", "Country", *WIDE],
        *([town, "IT", *("xy"[(row * at) % 3 % 2] for at in range(200))] for row, town in enumerate(["Bari", "Lodi"])),
    ],
}


@pytest.mark.parametrize("above", [[], [["Members of our network"], ["As of May", "", "no. 3"]]], ids=["", "titled"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("rows", MARKED.values(), ids=MARKED)
def test_a_row_of_marks_is_no_header(rows: list[list[str]], form: str, above: list[list[str]]) -> None:
    file = io.BytesIO()
    if form == "xlsx":
        book = openpyxl.Workbook()
        for cells in above + rows:
            book.worksheets[0].append(cells)
        book.save(file)
    else:
        file.write("".join(",".join(cells) + "\n" for cells in above + rows).encode())
    (table,) = read_table(file.getvalue(), file=f"list.{form}")
    assert table.kind == "members"
    assert [use.header for use in table.columns] == rows[0]
    assert [row.values["name"] for row in table.rows] == [cells[0] for cells in rows[1:]]
    if rows[0][2:] == ["X", "Y"]:
        assert (table.rows[0].values["longitude"], table.rows[0].values["latitude"]) == (16.87, 41.12)


def test_short_words_tell_the_header_from_a_title() -> None:
    table = read("Members\nName,x,y\nBari,16.87,41.12\nGraz,15.44,47.07\n")
    assert fields(table) == ["name", "longitude", "latitude"]
    assert [row.number for row in table.rows] == [3, 4]


def test_a_sheet_of_200_columns_is_read_and_the_unknown_are_named() -> None:
    heads = ["Name", "Country", *(f"q{number}" for number in range(198))]
    table = read(",".join(heads) + "\n" + ",".join(["Bari", "IT", *["secret"] * 198]) + "\n")
    assert len(table.columns) == 200
    assert fields(table) == ["name", "country", *[None] * 198]
    assert "secret" not in repr(table)


def test_the_user_goes_before_the_words() -> None:
    text = "Name,Organizacija,Land\nx,Bari,IT\n"
    assert read(text, columns={"name": "Organizacija"}).rows[0].values == {"name": "Bari", "country": "IT"}
    assert read(text, columns={"name": "organizacija"}).rows[0].values["name"] == "Bari"
    links = read("foo,bar\nBari,Ulm\n", columns={"from_name": "foo", "to_name": "bar"})
    assert (links.kind, links.rows[0].values) == ("links", {"from_name": "Bari", "to_name": "Ulm"})


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"name": "Absent"}, "no column 'Absent'"),
        ({"colour": "Name"}, "no field 'colour'"),
        ({"title": "Land"}, "no field 'title'"),
    ],
)
def test_a_wrong_mapping_is_a_fault(columns: dict[str, str], says: str) -> None:
    with pytest.raises(InputError, match=says):
        read("Name,Land\nBari,IT\n", columns=columns)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("links", "Name,Country\nBari,IT\n"),
        ("projects", "Name,Country\nBari,IT\n"),
        ("partners", "Name,Country\nBari,IT\n"),
        ("members", "Population,Country\n5,IT\n"),
    ],
)
def test_the_wrong_kind_of_list_is_a_fault(kind: str, text: str) -> None:
    with pytest.raises(InputError, match="no column of names"):
        read(text, kind=kind)


def test_a_kind_that_is_given_is_taken() -> None:
    table = read("Town,Twin town\nBari,Mostar\nBari,Corfu\nUlm,Graz\n", kind="members")
    assert table.kind == "members"
    assert [(row.number, row.values) for row in table.rows] == [(2, {"name": "Bari"}), (4, {"name": "Ulm"})]


def test_words_are_sorted_into_fields_that_exist() -> None:
    vocabulary = values.vocabulary()
    known = {field for kind in FIELDS.values() for field in kind} | {"item", "partner", "note", "themes"}
    assert set(vocabulary["fields"]) <= known
    assert set(vocabulary["organisation_kinds"]) == set(ORGANISATION_KINDS)
    assert set(vocabulary["link_kinds"]) == set(LINK_KINDS)
    for section in ("fields", "organisation_kinds", "link_kinds", "roles"):
        for words in vocabulary[section].values():
            assert all(fold(word) for word in words)
            assert len(words) == len(set(words))


def test_no_word_of_a_person_is_a_word_of_a_field() -> None:
    """A private header that is also a field's word would let persons in."""
    private = {fold(word) for words in values.vocabulary()["private"].values() for word in words}
    shared = {word for words in values.vocabulary()["fields"].values() for word in map(fold, words)} & private
    assert shared == set()


def test_a_word_that_is_only_like_a_header_means_nothing_where_no_cell_agrees() -> None:
    table = read("Name,Country,Intern\nBari,IT,x\nUlm,DE,yes\nLyon,FR,ask again\n")
    assert fields(table) == ["name", "country", None]


def test_states_that_are_no_more_make_a_column_of_countries() -> None:
    table = read("Name,Country\nMostar,Jugoslavija\nBerlin,DDR\nMinsk,USSR\nBrno,ČSSR\nMaribor,SFRJ\n")
    assert fields(table) == ["name", "country"]


LONG = "The town of bridges works with young people of the whole region every summer by the river."


@pytest.mark.parametrize(
    "header",
    [*("Description", "Short description", "About us", "Profile", "Kurzporträt", "Qui sommes-nous", "O nama", "Опис")],
)
def test_a_description_of_members_is_known_by_its_header(header: str) -> None:
    (table,) = read_table(f"Name;Country;{header}\nMostar;BA;{LONG}\nBari;IT;Port.\n".encode(), file="alda.csv")
    assert table.kind == "members"
    assert [row.values.get("description") for row in table.rows] == [LONG, "Port."]


def test_long_texts_below_a_header_that_says_nothing_are_not_imported_of_members() -> None:
    towns = ("Mostar", "Bari", "Graz", "Pula", "Split", "Zadar", "Tuzla", "Lyon")
    rows = "".join(f"{town};{LONG} {LONG} {town};{('blue', 'red')[at % 2]} thing\n" for at, town in enumerate(towns))
    (table,) = read_table(f"Name;Column 2;Column 3\n{rows}".encode(), file="alda.csv")
    assert [use.field for use in table.columns] == ["name", None, None]
    (table,) = read_table(f"Name;Description;Column 3\n{rows}".encode(), file="alda.csv")
    assert (table.kind, [use.field for use in table.columns]) == ("members", ["name", "description", None])


def test_a_column_of_addresses_is_no_description() -> None:
    rows = "".join(f"{town};https://{town.lower()}.example\n" for town in ("Mostar", "Bari", "Graz", "Pula"))
    (table,) = read_table(f"Name;Profile\n{rows}".encode(), file="alda.csv")
    assert [use.field for use in table.columns] == ["name", "website"]
