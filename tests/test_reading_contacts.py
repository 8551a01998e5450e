"""Persons and how to reach them are read only where a user asks for it, and stand apart from all values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinnet.errors import OptionError
from twinnet.models import ListTable
from twinnet.reading import ReadOptions, read_table, values
from twinnet.reading.words import CONTACTS, meanings
from twinnet.taxonomy import Taxonomy

LIST = (
    "Name;Contact person;Job title;E-mail;Phone;Address;Date of birth;Country\n"
    "Bari;Ada Roe;mayor;ada@bari.example;+39 080 577 1111;Corso 1;1970-01-01;IT\n"
    "Ulm;;;;;;;DE\n"
)


def read(text: str, **options: object) -> ListTable:
    (table,) = read_table(text.encode(), file="list.csv", options=ReadOptions(**options))  # type: ignore[arg-type]  # any
    return table


def test_by_default_contacts_are_counted_by_name_and_their_cells_go_nowhere() -> None:
    table = read(LIST)
    assert [use.header for use in table.columns if not use.field] == [
        "Contact person", "Job title", "E-mail", "Phone", "Address", "Date of birth",
    ]  # fmt: skip
    assert all(row.contacts == () for row in table.rows)
    assert all(word not in repr(table) for word in ("Ada", "bari.example", "080", "Corso", "1970"))


def test_contacts_that_are_kept_stand_apart_with_what_they_are() -> None:
    table = read(LIST, keep_contacts=True)
    assert table.rows[0].contacts == (
        ("person", "Ada Roe"),
        ("position", "mayor"),
        ("email", "ada@bari.example"),
        ("phone", "+39 080 577 1111"),
        ("address", "Corso 1"),
    )
    assert table.rows[1].contacts == ()
    assert [row.values for row in table.rows] == [row.values for row in read(LIST).rows]
    assert "1970" not in repr(table)
    assert {use.header: use.field for use in table.columns}["E-mail"] == "contact_email"
    assert {use.header: use.field for use in table.columns}["Date of birth"] is None


def test_several_columns_may_hold_contacts_of_one_kind() -> None:
    table = read("Name;First name;Surname;Tel.;Mobile\nBari;Ada;Roe;080 123456;0333 123456\n", keep_contacts=True)
    assert table.rows[0].contacts == (
        ("person", "Ada"), ("person", "Roe"), ("phone", "080 123456"), ("phone", "0333 123456"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("header", "what"),
    [
        ("E-Mail-Adresse", "contact_email"),
        ("Adresse électronique", "contact_email"),
        ("E-Mail Bürgermeister", "contact_email"),
        ("Telefonnummer Rathaus", "contact_phone"),
        ("Ansprechperson", "contact_person"),
        ("Ime i prezime", "contact_person"),
        ("Fonction", "contact_position"),
        ("Postanschrift", "contact_address"),
        ("Geburtsdatum date of birth", "secret"),
        ("IBAN", "secret"),
    ],
)
def test_a_header_says_which_contact_it_is(header: str, what: str) -> None:
    assert [meaning.field for meaning in meanings(header)] == [what]


@pytest.mark.parametrize("header", ["Web address", "Name of the municipality", "Mail order association"])
def test_a_word_of_contacts_in_passing_is_none(header: str) -> None:
    assert not {meaning.field for meaning in meanings(header)} & {"contact_address", "contact_person"}


@pytest.mark.parametrize("kind", ["links", "projects"])
def test_links_and_projects_never_have_contacts(kind: str) -> None:
    lists = {
        "links": "Town;Partner town;E-mail\nBari;Ulm;a@b.example\n",
        "projects": "Acronym;Title;Contact person\nABC;A title;Ada Roe\n",
    }
    table = read(lists[kind], keep_contacts=True)
    assert table.kind == kind
    assert [row.contacts for row in table.rows] == [()]
    assert "Ada" not in repr(table)
    assert "b.example" not in repr(table)


def test_partners_have_contacts_too() -> None:
    table = read("Acronym;Partner;Country;Contact\nABC;Bari;IT;Ada Roe\n", keep_contacts=True)
    assert (table.kind, table.rows[0].contacts) == ("partners", (("person", "Ada Roe"),))


def test_a_column_is_a_contact_by_its_cells_whatever_its_header() -> None:
    table = read("Name;Website;Note\nBari;a@bari.example;+39 080 577 1111\nUlm;b@ulm.example;+49 731 1610\n")
    assert "example" not in repr(table)
    kept = read(
        "Name;Website;Note\nBari;a@bari.example;+39 080 577 1111\nUlm;b@ulm.example;+49 731 1610\n", keep_contacts=True
    )
    assert kept.rows[1].contacts == (("email", "b@ulm.example"), ("phone", "+49 731 1610"))
    assert "website" not in kept.rows[0].values


def test_a_column_of_contacts_is_mapped_only_where_contacts_are_kept() -> None:
    text = "Name;Wer\nBari;Ada Roe\n"
    with pytest.raises(OptionError, match="--keep-contacts"):
        read(text, columns={"contact_person": "Wer"})
    table = read(text, columns={"contact_person": "Wer"}, keep_contacts=True)
    assert table.rows[0].contacts == (("person", "Ada Roe"),)


def test_names_of_persons_under_a_header_that_says_nothing_are_no_names_of_members() -> None:
    persons = "aaa;bbb;ccc\nAda Roe;Bari;IT\nBo Moe;Ulm;DE\nCy Doe;Lyon;FR\nDi Foe;Graz;AT\nEd Poe;Pula;HR\n"
    table = read(persons)
    assert [use.field for use in table.columns] == [None, "name", "country"]
    assert "Roe" not in repr(table)


def test_an_email_inside_a_text_is_left_out_and_said() -> None:
    rest = "".join(f"AB{n};Title {n};What was done in year {n}\n" for n in range(6))
    table = read("Acronym;Title;Description\nABC;A title;All done, ask ada@bari.example for more\n" + rest)
    assert table.rows[0].values["description"] == "All done, ask for more"
    assert [(fault.row, fault.column, fault.held) for fault in table.faults] == [(2, "Description", "note")]
    alone = read("Acronym;Title;Description\nABC;A title;ada@bari.example\n" + rest)
    assert "example" not in repr(alone)
    assert [(fault.row, fault.column, fault.held) for fault in alone.faults] == [(2, "Description", "value")]


@given(
    cells=st.lists(st.text(alphabet="abc @.+0123456789", max_size=12), min_size=1, max_size=6),
    header=st.sampled_from(["E-mail", "Telefon", "Contact person", "Sindaco", "Anschrift", "IBAN"]),
)
def test_what_is_kept_never_changes_what_is_read(cells: list[str], header: str) -> None:
    text = f"Name;{header};Country\n" + "".join(f"T{at};{cell};IT\n" for at, cell in enumerate(cells))
    apart, kept = read(text), read(text, keep_contacts=True)
    assert [row.values for row in kept.rows] == [row.values for row in apart.rows]
    assert all(row.contacts == () for row in apart.rows)
    assert {label for row in kept.rows for label, _ in row.contacts} <= {
        use.removeprefix("contact_") for use in CONTACTS
    }


def test_every_kind_of_contact_has_its_words() -> None:
    assert {f"contact_{part}" for part in values.vocabulary()["private"]} == {*CONTACTS, "contact_secret"}


def test_descriptions_of_members_lose_how_to_reach_somebody() -> None:
    about = (
        "We work with young people of the whole valley every summer; ask ada@bari.example, tel. 080 577 1111, always."
    )
    table = read(f'Name;Country;Description\nBari;IT;"{about}"\nUlm;DE;"{about}"\nGraz;AT;+43 316 8720\n')
    expected = "We work with young people of the whole valley every summer; ask, always."
    assert [row.values.get("description") for row in table.rows] == [expected, expected, None]
    assert [(fault.row, fault.held, fault.reason) for fault in table.faults] == [
        (2, "note", "an e-mail address and a telephone number in the cell were left out"),
        (3, "note", "an e-mail address and a telephone number in the cell were left out"),
        (4, "value", "the cell holds a telephone number, which is no value of this column"),
    ]
    short = read("Name;Description\nBari;Ask ada@bari.example\nUlm;Ask bo@ulm.example\n")
    assert "description" not in short.rows[0].values


def test_cells_of_themes_lose_how_to_reach_somebody() -> None:
    keys = Taxonomy.builtin().keys()
    said = ["youth; ask ada@bari.example", "tel. 080 577 1111; wine routes", "bo@ulm.example", *keys]
    table = read("Name;Country;Themes\n" + "".join(f'T{at};IT;"{cell}"\n' for at, cell in enumerate(said)))
    found = [row.values.get("themes_offered") for row in table.rows]
    assert found == [("youth", "ask"), ("wine routes",), None, *((key,) for key in keys)]
    assert [(fault.row, fault.held, fault.reason) for fault in table.faults] == [
        (2, "note", "an e-mail address in the cell was left out"),
        (3, "note", "a telephone number in the cell was left out"),
        (4, "value", "the cell holds an e-mail address, which is no value of this column"),
    ]
