"""The taxonomy is whole, tells what networks stand for, and takes a network's own on top."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from twinnet.errors import OptionError
from twinnet.taxonomy import Taxonomy, tables
from twinnet.taxonomy.integrity import faults
from twinnet.text import fold

EUROVOC = {
    "citizenship": "5491",
    "populism": "7413",
    "volunteering": "3330",
    "participation": "8423",
    "human_rights": "584",
    "peace": "6722",
    "heritage": "2278",
    "gender": "3913",
    "remembrance": "c_827bea7d",
    "decentralised_coop": "c_8f1cd55b",
}

# --- the tables of the package


def test_the_data_hold_no_orphan_no_cycle_no_missing_label_and_no_word_of_two_themes() -> None:
    assert faults(tables.rows("taxonomy"), tables.rows("themes"), tables.rows("networks")) == []


def test_themes_stand_below_seven_areas() -> None:
    taxonomy = Taxonomy.builtin()
    assert len(taxonomy.keys()) == len(set(taxonomy.keys())) == 29
    assert len(taxonomy.areas()) == 7
    assert {taxonomy.area(key) for key in taxonomy.keys()} == set(taxonomy.areas())  # noqa: SIM118 - no mapping
    assert all(key.isascii() and key == key.lower() for key in taxonomy.keys())  # noqa: SIM118 - no mapping


def test_eurovoc_ids_are_those_that_are_known_and_no_others() -> None:
    taxonomy = Taxonomy.builtin()
    assert {key: taxonomy.eurovoc(key) for key in taxonomy.keys() if taxonomy.eurovoc(key)} == EUROVOC  # noqa: SIM118
    assert taxonomy.eurovoc("beekeeping") is None


def test_every_theme_and_area_has_a_label_in_every_language_and_every_theme_keywords() -> None:
    taxonomy = Taxonomy.builtin()
    assert taxonomy.languages()[0] == "en"
    for row in tables.rows("themes"):
        assert row["label"].strip() == row["label"] != ""
        words = [text for text, _ in map(tables.keyword, row["keywords"].split(";"))]
        assert (words == [""]) == (row["theme"] in taxonomy.areas())
        assert len({fold(word) for word in words}) == len(words)


def test_words_that_no_native_speaker_has_read_are_marked() -> None:
    for theme in Taxonomy.builtin().themes():
        assert theme.unread <= set(theme.labels)
        assert {"en"} <= set(theme.labels)


def test_every_key_label_and_keyword_is_read_as_its_theme() -> None:
    taxonomy = Taxonomy.builtin()
    for row in tables.rows("themes"):
        key = row["theme"]
        if key in taxonomy.areas():
            continue
        for words in (key, key.upper(), row["label"], row["label"].title()):
            assert taxonomy.parse(words) == (key,), words
        for words, first in map(tables.keyword, row["keywords"].split(";")):
            assert taxonomy.parse(words) == (first or key,), words


# --- what the integrity test refuses

AREA = {"theme": "green", "lang": "en", "label": "green things", "keywords": "", "native": "no"}
THEMES = [{"key": "bees", "area": "green", "eurovoc": ""}, {"key": "wine", "area": "green", "eurovoc": ""}]


def _words(key: str, keywords: str, **other: str) -> dict[str, str]:
    return {"theme": key, "lang": "en", "label": f"all {key}", "keywords": keywords, "native": "no"} | other


def _network(**other: str) -> dict[str, str]:
    return {"kind": "network", "name": "N", "programme": "", "aliases": "", "themes": "bees", "as_of": ""} | other


@pytest.mark.parametrize(
    ("words", "networks", "expected"),
    [
        ([_words("bees", "honey"), _words("wine", "hőney")], [], "'honey' leads to bees and wine"),
        ([_words("bees", "honey"), _words("wine", "bees")], [], "'bees' leads to bees and wine"),
        ([_words("bees", "honey"), _words("wine", "vines>bees")], [], "which has no such word"),
        ([_words("bees", "honey"), _words("wine", "vines>honey")], [], "leads to honey first, which has no such word"),
        ([_words("bees", "honey>wine"), _words("wine", "honey>bees")], [], "where it leads on to bees"),
        ([_words("bees", "honey"), _words("wine", "vines;vines>bees")], [], "with and without a mark"),
        ([_words("bees", "honey"), _words("wine", "-")], [], "has no letters"),
        ([_words("bees", "honey"), _words("wine", "", lang="fr")], [], "wine has no label in en"),
        ([_words("bees", "honey"), _words("wine", "", label=" ")], [], "wine has no label in en"),
        ([_words("bees", "honey"), _words("wine", ""), _words("beer", "")], [], "beer is neither a theme nor an area"),
        ([_words("bees", "honey"), _words("wine", ""), _words("wine", "")], [], "two rows in"),
        ([_words("bees", "honey"), _words("wine", "", native="perhaps")], [], "native speaker"),
        ([_words("bees", ""), _words("wine", "")], [_network(themes="beer")], "beer, which is no theme"),
        ([_words("bees", ""), _words("wine", "")], [_network(kind="club")], "is of no kind"),
        ([_words("bees", ""), _words("wine", "")], [_network(kind="measure", programme="P")], "no programme"),
    ],
)
def test_a_fault_of_the_data_is_found(
    words: list[dict[str, str]], networks: list[dict[str, str]], expected: str
) -> None:
    found = faults(THEMES, [*words, AREA], networks)
    assert any(expected in fault for fault in found), found


def test_a_marked_keyword_leads_to_the_theme_that_it_names_and_an_unknown_area_is_found() -> None:
    words = [_words("bees", "honey"), _words("wine", "honey>bees"), AREA]
    assert faults(THEMES, words) == []
    made = Taxonomy(tables.make(THEMES, words))
    assert made.parse("honey") == ("bees",)
    assert made.theme("wine").keywords["en"] == ("honey",)  # type: ignore[union-attr]
    assert faults([{"key": "bees", "area": "blue", "eurovoc": ""}, THEMES[1]], words)
    assert "bees has no area" in faults([{"key": "bees", "area": "", "eurovoc": ""}, THEMES[1]], words)


# --- reading


def test_the_words_of_a_cell_are_kept_beside_the_themes_that_they_are_read_as() -> None:
    taxonomy = Taxonomy.builtin()
    assert taxonomy.read("Jugend und Sport; Wine routes, youth") == (
        ("Jugend", "youth"),
        ("Sport", "sport"),
        ("Wine routes", "Wine routes"),
        ("youth", "youth"),
    )
    assert taxonomy.parse("Jugend und Sport; Wine routes, youth") == ("youth", "sport", "Wine routes")


def test_areas_have_labels_but_cells_are_not_read_as_areas() -> None:
    taxonomy = Taxonomy.builtin()
    assert taxonomy.label("green") == "environment, climate and countryside"
    assert taxonomy.label("green", "de") == "Umwelt, Klima und ländlicher Raum"
    assert taxonomy.area("green") is None
    assert taxonomy.theme("green") is None
    assert not {*taxonomy.areas()} & {*taxonomy.keys()}


# --- what networks and programmes stand for


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Energy Cities", ("climate_energy",)),
        ("energy_cities", ("climate_energy",)),
        ("Energy Cities members", ("climate_energy",)),
        ("efus_2019", ("safety",)),
        ("Forum européen pour la sécurité urbaine (EFUS)", ("safety",)),
        ("Zdravi gradovi", ("social_inclusion",)),
        ("Eurocities", ()),
        ("POLIS", ("urban_mobility",)),
        ("polis_2024", ("urban_mobility",)),
        ("Polis Chrysochous and friends", ()),
        ("Energetic cities", ()),
        ("Bocage", ()),
        ("", ()),
    ],
)
def test_what_a_network_stands_for(name: str, expected: tuple[str, ...]) -> None:
    assert Taxonomy.builtin().of_network(name) == expected


def test_a_network_stands_for_nothing_before_it_is_known_to() -> None:
    taxonomy = Taxonomy.builtin()
    assert taxonomy.of_network("Covenant of Mayors", dt.date(2007, 12, 31)) == ()
    assert taxonomy.of_network("Covenant of Mayors", dt.date(2008, 1, 1)) == ("climate_energy",)


@pytest.mark.parametrize(
    ("programme", "measure", "expected"),
    [
        ("Europe for Citizens", None, ("citizenship",)),
        ("Europa za građane", "Bratimljenje gradova", ("decentralised_coop", "citizenship")),
        ("Europe for Citizens - European remembrance", None, ("remembrance", "citizenship")),
        ("Europe for Citizens", "1.2", ("decentralised_coop", "citizenship")),
        ("CERV-2022-CITIZENS-TOWN-NT", None, ("decentralised_coop", "citizenship")),
        ("CERV", "Daphne", ("gender", "citizenship")),
        ("LIFE 2014-2020", None, ("environment", "climate_energy")),
        ("Quality of life for all", None, ()),
        ("2014 - 2020 INTERREG V-A Italy - Croatia", "town twinning", ()),
        ("Erasmus+", None, ("education", "youth", "sport")),
    ],
)
def test_what_a_programme_and_its_measure_stand_for(
    programme: str, measure: str | None, expected: tuple[str, ...]
) -> None:
    assert Taxonomy.builtin().of_programme(programme, measure) == expected


# --- a network's own

OWN = """
[themes.wine]
label = { en = "wine culture", fr = "culture du vin" }
keywords = { en = ["vineyard", "cellar"], fr = ["vigne"] }
maps_to = ["rural_food", "tourism"]

[themes.nuclear]
label = "nuclear sites"
area = "energy_towns"
eurovoc = "1234"
keywords = ["reactor", "elections"]

[themes.youth]
keywords = ["wolf cubs"]

[areas.energy_towns]
label = "towns that make energy"

[networks."RECEVIN"]
themes = ["wine"]
aliases = ["Wine Towns"]
as_of = 2026-01-01

[programmes."Interreg"]
themes = ["nuclear"]
measures."Small Projects".themes = ["wine"]
"""


def test_a_networks_own_themes_stand_on_top_of_the_built_in_ones() -> None:
    mine = Taxonomy.from_text(OWN)
    builtin = Taxonomy.builtin()
    assert mine.keys() == (*builtin.keys(), "nuclear")
    assert mine.areas() == (*builtin.areas(), "energy_towns")
    assert mine.area("nuclear") == "energy_towns"
    assert mine.area("wine") == "green"
    assert mine.eurovoc("nuclear") == "1234"
    assert (mine.label("nuclear", "de"), mine.label("wine", "fr")) == ("nuclear sites", "culture du vin")
    assert mine.label("energy_towns") == "towns that make energy"
    assert mine.parse("Wolf cubs, Jugend, REACTOR, elections") == ("youth", "nuclear")
    assert mine.languages() == builtin.languages()
    assert builtin.parse("Wolf cubs, reactor") == ("Wolf cubs", "reactor")
    assert builtin.parse("elections") == ("participation",)


def test_a_mapped_theme_is_read_as_the_themes_it_is_mapped_to() -> None:
    mine = Taxonomy.from_text(OWN)
    assert mine.parse("Vigne; wine") == ("rural_food", "tourism")
    assert mine.read("Vigne; youth") == (("Vigne", "rural_food"), ("Vigne", "tourism"), ("youth", "youth"))
    wine = mine.theme("wine")
    assert wine is not None
    assert wine.maps_to == ("rural_food", "tourism")
    assert wine.keywords == {"en": ("vineyard", "cellar"), "fr": ("vigne",)}


def test_own_networks_and_programmes_replace_and_add() -> None:
    mine = Taxonomy.from_text(OWN)
    assert mine.of_network("recevin members") == mine.of_network("Wine Towns") == ("rural_food", "tourism")
    assert mine.of_network("RECEVIN", dt.date(2025, 12, 31)) == ()
    assert mine.of_network("EFUS") == ("safety",)
    assert mine.of_programme("Interreg V-A", "Small projects") == ("rural_food", "tourism", "nuclear")


def test_a_taxonomy_is_known_by_its_text() -> None:
    mine = Taxonomy.from_text(OWN)
    assert mine.text == OWN
    assert mine == Taxonomy.from_text(mine.text, name="another name")
    assert hash(mine) == hash(Taxonomy.from_text(OWN))
    assert len(mine.digest) == 12
    assert mine.digest in repr(mine)
    assert Taxonomy.from_text(" \n") is Taxonomy.builtin()
    assert (Taxonomy.builtin().digest, Taxonomy.builtin().text, repr(Taxonomy.builtin())) == (
        "",
        "",
        "Taxonomy(builtin)",
    )
    assert mine != Taxonomy.builtin()


def test_own_words_that_meet_say_which_theme_comes_first() -> None:
    text = '[themes.{}]\nlabel="{}"\narea="green"\nkeywords=[{}]\n'
    bees = text.format("bees", "bees", '"honey"')
    with pytest.raises(OptionError, match=r"own\.toml: themes: 'honey' leads to bees and mead: mark it"):
        Taxonomy.from_text(bees + text.format("mead", "mead", '"Honey"'), name="own.toml")
    made = Taxonomy.from_text(bees + text.format("mead", "mead", '"Honey>bees", "young people>youth"'))
    assert made.parse("honey") == ("bees",)
    assert made.parse("young people") == ("youth",)
    with pytest.raises(OptionError, match="there is no theme 'yoth': did you mean 'youth'"):
        Taxonomy.from_text(text.format("mead", "mead", '"Honey>yoth"'))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("themes = [", "it is not TOML"),
        ("[theme.wine]", "theme: there is no such key: did you mean 'themes'?"),
        ("themes = 3", "themes: write a table"),
        ("[themes]\nwine = 3", "themes.wine: write a table"),
        ("[themes.Wine]\nlabel='w'", "Wine: a key is of small letters"),
        ("[themes.green]\nlabel='w'", "themes.green: that is the key of an area"),
        ("[themes.wine]\nlabels='w'", "themes.wine.labels: there is no such key: did you mean 'label'?"),
        ("[themes.wine]\narea='green'", "themes.wine: give it a label"),
        ("[themes.wine]\nlabel=3", "themes.wine.label: write words between quotes"),
        ("[themes.wine]\nlabel={EN='wine'}", "themes.wine.label.EN: write a language"),
        ("[themes.wine]\nlabel={en=' '}", "themes.wine.label.en: write words"),
        ("[themes.wine]\nlabel={}", "themes.wine.label: say it in one language"),
        ("[themes.wine]\nlabel='w'", "themes.wine: map it to themes (maps_to) or give it an area: europe"),
        ("[themes.wine]\nlabel='w'\narea='gren'", "themes.wine.area: there is no area 'gren': did you mean 'green'?"),
        ("[themes.wine]\nlabel='w'\nmaps_to='rural_fod'", "there is no theme 'rural_fod': did you mean 'rural_food'?"),
        ("[themes.wine]\nlabel='w'\nmaps_to=[]", "themes.wine.maps_to: name one theme at least"),
        ("[themes.wine]\nlabel='w'\nmaps_to=['wine']", "themes.wine.maps_to: wine is mapped itself"),
        ("[themes.wine]\nlabel='w'\nmaps_to=[3]", "themes.wine.maps_to: write a list of words"),
        ("[themes.wine]\nlabel='w'\narea='green'\neurovoc=3", "themes.wine.eurovoc: write the id between quotes"),
        ("[themes.wine]\nlabel='w'\narea='green'\nkeywords=3", "themes.wine.keywords: write a list of words"),
        ("[themes.wine]\nlabel='w'\narea=['green']", "themes.wine.area: write one area between quotes"),
        ("[areas.youth]\nlabel='w'", "areas.youth: that is the key of a theme"),
        ("[networks.X]\nthemes=['youth']\nas_of='2026-1'", 'networks."X".as_of: write a date'),
        ("[networks.X]\nthemes=['youth']\nas_of='2026-'", 'networks."X".as_of: write a date'),
        ("[networks.X]\nthemes=['youth']\nas_of=2026_01_01", 'networks."X".as_of: write a date'),
        ("[themes.youth]\nmaps_to=['sport']", "themes.youth.maps_to: a theme of twinnet's is not mapped"),
        ("[areas.Blue]\nlabel='w'", "Blue: a key is of small letters"),
        ("[networks.X]", 'networks."X": say its themes'),
        ("[networks.X]\nthemes=['vine']", "networks.\"X\".themes: there is no theme 'vine'"),
        ("[networks.X]\nthemes=['youth']\nas_of='soon'", 'networks."X".as_of: write a date such as 2026-01-01'),
        ("[networks.X]\nthemes=['youth']\nas_of=true", 'networks."X".as_of: write a date'),
        ("[networks.'-']\nthemes=['youth']", 'networks."-": write its name'),
        ("[programmes.X]\nmeasures=3\nthemes=['youth']", 'programmes."X".measures: write a table'),
        ("[programmes.X.measures.Y]\ntheme='youth'", 'programmes."X".measures."Y".theme: there is no such key'),
    ],
)
def test_a_fault_of_an_own_taxonomy_names_the_file_and_the_key(text: str, expected: str) -> None:
    with pytest.raises(OptionError) as caught:
        Taxonomy.from_text(text, name="own.toml")
    assert str(caught.value).startswith("own.toml: ")
    assert expected in str(caught.value)


def test_a_taxonomy_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text("\ufeff" + OWN, encoding="utf-8")
    assert Taxonomy.from_toml(path) == Taxonomy.from_text(OWN)
    path.write_bytes(b"[themes.caf\xe9]")
    with pytest.raises(OptionError, match="not UTF-8"):
        Taxonomy.from_toml(path)
    with pytest.raises(OptionError, match="cannot be read"):
        Taxonomy.from_toml(tmp_path / "none.toml")


def test_a_year_is_a_date_of_a_standing_and_measures_may_stand_alone() -> None:
    mine = Taxonomy.from_text(
        '[networks.X]\nthemes=["youth"]\nas_of=1999\n[programmes.Interreg.measures."Small Projects"]\nthemes=["sport"]'
    )
    assert mine.of_network("X", dt.date(1999, 1, 1)) == ("youth",)
    assert mine.of_network("X", dt.date(1998, 12, 31)) == ()
    assert mine.of_programme("Interreg", "Small projects") == ("sport",)
