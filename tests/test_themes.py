"""The taxonomy is whole, and a list's cell is read into its themes without losing a word."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinnet import themes
from twinnet.text import fold


def test_the_taxonomy_has_28_themes_with_a_label_in_every_language() -> None:
    assert len(themes.keys()) == len(set(themes.keys())) == 28
    assert themes.languages()[0] == "en"
    for key in themes.keys():  # noqa: SIM118 - a function of the module, not a mapping
        assert key.isascii()
        assert key == key.lower()
        labels = [themes._labels()[key].get(language, "") for language in themes.languages()]
        assert all(label.strip() == label != "" for label in labels)


def test_every_row_has_keywords_and_no_row_stands_twice() -> None:
    rows = themes._rows()
    assert len({(key, language) for key, language, _, _ in rows}) == len(rows)
    for _, _, label, keywords in rows:
        assert keywords
        assert all(word.strip() == word != "" for word in keywords)
        assert len({fold(word) for word in (label, *keywords)}) == 1 + len(keywords) or label in keywords


def test_no_label_or_keyword_leads_to_two_themes() -> None:
    leads = defaultdict(set)
    for key, _, label, keywords in themes._rows():
        for word in (label, *keywords):
            leads[fold(word)].add(key)
    assert {word: sorted(found) for word, found in leads.items() if len(found) > 1} == {}


def test_every_key_label_and_keyword_is_read_as_its_theme() -> None:
    for key, _, label, keywords in themes._rows():
        for words in (key, key.upper(), label, label.title(), *keywords):
            assert themes.parse(words) == (key,), words


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("youth; sport|heritage", ("youth", "sport", "heritage")),
        ("Jugend und Sport", ("youth", "sport")),
        ("EUROSCEPTICISM, SOLIDARITY, ACTIVE CITIZENSHIP", ("populism", "solidarity", "citizenship")),
        ("solidarnost, tolerancija i mir", ("solidarity", "tolerance", "peace")),
        ("• youth\n• E-government\r\n2. Bürgerbeteiligung", ("youth", "digital", "participation")),
        ("культура и спорт", ("culture", "sport")),
        ("culture - sport", ("culture", "sport")),
        ("Youth, young people, JEUNESSE", ("youth",)),
        ("climate_energy / Climate and Energy", ("climate_energy",)),
        ("social inclusion and health", ("social_inclusion",)),
        ("bread and roses, youth", ("bread and roses", "youth")),
        ("  Bee  keeping ;bee keeping", ("Bee keeping",)),
        ('"Wine routes".', ("Wine routes",)),
        ("3D printing", ("3D printing",)),
        ("", ()),
        (" ; , / - ", ()),
    ],
)
def test_a_cell_is_read_into_themes(cell: str, expected: tuple[str, ...]) -> None:
    assert themes.parse(cell) == expected


@given(st.text(max_size=80))
def test_any_text_is_read_without_duplicates_and_reads_the_same_again(cell: str) -> None:
    found = themes.parse(cell)
    assert len(set(found)) == len(found)
    assert all(one.strip() == one != "" for one in found)
    assert themes.parse(";".join(found)) == found


def test_labels_fall_back_to_english_and_unknown_keys_to_themselves() -> None:
    assert themes.label("peace", "de") == "Frieden und Versöhnung"
    assert themes.label("peace", "ja") == themes.label("peace") == "peace and reconciliation"
    assert themes.label("Wine routes", "de") == "Wine routes"


def test_importing_themes_reads_no_file_and_loads_nothing_heavy() -> None:
    code = (
        "import sys, twinnet.themes as t; assert t._rows.cache_info().currsize == 0;"
        "print([m for m in ('pydantic', 'numpy', 'networkx', 'click') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
