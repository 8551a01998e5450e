"""Values are frozen and checked; rules can be written down and read back; ids come from content alone."""

import datetime as dt
from pathlib import Path
from typing import Any

import pydantic
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from twinnet.errors import RulesError
from twinnet.models import (
    ORGANISATION_KINDS,
    Evidence,
    Link,
    Organisation,
    Party,
    Rules,
    Source,
    Suggestion,
    content_id,
    link_id,
    list_title,
    town_id,
)
from twinnet.reasons import KEYS

words = st.text(min_size=1, max_size=12)
names = st.lists(words, max_size=3).map(tuple)


def bounds(numbers: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.tuples(st.none() | numbers, st.none() | numbers)


rules_of_any_kind = st.builds(
    Rules,
    whose=names,
    among=names,
    corridor=st.none() | st.sampled_from(["old-europe:south-east-europe", "AT,IT:BA", "É:\x7f"]),
    corridor_only=st.booleans(),
    weights=st.dictionaries(words | st.sampled_from(KEYS), st.floats(0, 100), max_size=3),
    cap=st.none() | st.integers(1, 10**20),
    never=st.lists(st.tuples(words, words), max_size=2).map(tuple),
    kinds=st.lists(st.sampled_from(ORGANISATION_KINDS), max_size=3).map(tuple),
    languages=names,
    population=bounds(st.integers(0, 10**13)),
    distance=bounds(st.floats(0, 1e300)),
    same_country=st.booleans(),
    as_of=st.none() | st.dates(),
)


@given(rules=rules_of_any_kind)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rules_written_as_toml_are_read_back_the_same(rules: Rules, tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(rules.to_toml(), encoding="utf-8", newline="")
    read = Rules.from_toml(path)
    assert read == rules
    assert read.digest() == rules.digest()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("population = [1000, 50000]", Rules(population=(1000, 50000))),
        ("population = { most = 50000 }", Rules(population=(None, 50000))),
        ("population = { least = 0 }", Rules(population=(0, None))),
        ("distance = { least = 12.5, most = 1e12 }", Rules(distance=(12.5, 1e12))),
        ("distance = { }", Rules()),
        ("\ufeffcap = 5\r\n", Rules(cap=5)),
        ("as_of = 2024-02-29", Rules(as_of=dt.date(2024, 2, 29))),
        ("", Rules()),
    ],
)
def test_rules_are_read_as_people_write_them(text: str, expected: Rules, tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(text, encoding="utf-8", newline="")
    assert Rules.from_toml(path) == expected


def test_default_rules_are_an_empty_file_and_none_is_not_zero() -> None:
    assert Rules().to_toml() == ""
    assert Rules(population=(None, 10)).digest() != Rules(population=(0, 10)).digest()
    assert Rules(weights={"size": 0}).digest() != Rules().digest()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cap = 0", "cap"),
        ("caps = 1", "caps"),
        ("weights = { size = -1 }", "weights"),
        ("weights = { size = nan }", "weights"),
        ('corridor = "BA"', "corridor"),
        ('kinds = ["city"]', "kinds.0"),
        ("population = { fewest = 1 }", "least and most"),
        ("population = [1]", "population"),
        ("population = [-1, 5]", "population.0"),
        ("distance = [0, inf]", "distance.1"),
        ("cap = ", "is not TOML"),
    ],
)
def test_a_fault_in_a_rules_file_names_the_file_and_the_key(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RulesError, match=r"mine\.toml") as caught:
        Rules.from_toml(path)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_rules_file_that_cannot_be_read_is_a_rules_error(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match="cannot be read"):
        Rules.from_toml(tmp_path / "none.toml")
    path = tmp_path / "latin.toml"
    path.write_bytes('whose = ["Bihać"]'.encode("cp1250"))
    with pytest.raises(RulesError, match="is not TOML"):
        Rules.from_toml(path)
    with pytest.raises(RulesError, match="null"):
        Rules.from_toml("a\0b")


@pytest.mark.parametrize("date", ["1985", "1985-06", "1985-06-01", "2024-02-29", "9999-12"])
def test_a_date_may_be_a_year_a_month_or_a_day(date: str) -> None:
    assert Source(name="s", kind="links", file="f.csv", date=date).date == date


@pytest.mark.parametrize("date", ["85", "1985-6", "1985-13", "2023-02-29", "1985-06-01T00", "0000", "١٩٨٥", "1985-"])
def test_a_date_that_does_not_exist_is_refused(date: str) -> None:
    with pytest.raises(pydantic.ValidationError):
        Link(id="l", a="a", b="b", since=date)


def test_values_are_frozen_and_know_their_fields() -> None:
    town = Organisation(id="town-1", name=" Mostar ")
    assert town.name == "Mostar"
    with pytest.raises(pydantic.ValidationError):
        town.name = "Bari"  # type: ignore[misc]
    with pytest.raises(pydantic.ValidationError):
        Organisation.model_validate({"id": "town-1", "name": "Mostar", "mayor": "x"})
    with pytest.raises(pydantic.ValidationError):
        Organisation(id="town-1", name="Mostar", latitude=95)
    with pytest.raises(pydantic.ValidationError):
        Organisation(id="town-1", name="Mostar", population=-1)


@given(a=words, b=words, kind=st.sampled_from(["partnership", "friendship"]))
def test_the_id_of_a_link_is_the_same_from_both_sides(a: str, b: str, kind: str) -> None:
    assert link_id(a, b, kind) == link_id(b, a, kind)


def test_ids_come_from_content() -> None:
    assert town_id(3194828) == "town-3194828"
    assert link_id("a", "b") != link_id("a", "b", "friendship")
    assert content_id("x", "ab", "c") != content_id("x", "a", "bc")


def test_a_suggestion_round_trips_as_json() -> None:
    made = Suggestion(
        kind="start",
        organisation=Party(id="a", name="A"),
        candidate=Party(id="b", name="B", country="IT"),
        score=5,
        reasons=(Evidence(key="size", points=5, sentence="similar size"),),
    )
    assert Suggestion.model_validate_json(made.model_dump_json()) == made


def test_a_sheet_that_says_only_a_kind_does_not_name_its_list():
    plain = ("Links", "sheet 2", "Tabelle1", "Лист1", None, "")
    assert {list_title("bosnia.xlsx", sheet) for sheet in plain} == {"bosnia"}
    assert list_title("bosnia.xlsx", "Links of Tuzla") == "Links of Tuzla"
