"""A list's cell is read into its themes without losing a word."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinnet import themes


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
        ("Health, santé, fire brigade", ("social_inclusion", "safety")),
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


@given(st.dictionaries(st.sampled_from(themes.keys()), st.floats(0, 1)), st.randoms(use_true_random=False))
def test_likeness_is_the_same_whatever_the_order_of_themes(mine: dict[str, float], chance: Any) -> None:
    mixed = [*mine.items()]
    chance.shuffle(mixed)
    shared = {theme: strength for theme, strength in mixed if theme != "youth"}
    assert themes.likeness(dict(mixed), shared) == themes.likeness(mine, shared) == themes.likeness(shared, mine)


def test_importing_themes_reads_no_file_and_loads_nothing_heavy() -> None:
    code = (
        "import sys, twinnet.themes; from twinnet.taxonomy import tables;"
        "assert tables.builtin.cache_info().currsize == 0;"
        "print([m for m in ('pydantic', 'numpy', 'networkx', 'click') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
