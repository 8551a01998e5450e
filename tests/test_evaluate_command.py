"""`twinnet evaluate` as a person meets it: a table on standard output, a report in a file, advice on a wrong call."""

import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from twinnet.places import Gazetteer

Run = Callable[..., Any]
COUNTRIES = ("BA", "FR", "IT")


@pytest.fixture(scope="module")
def lists() -> dict[str, str]:
    """Members of three countries, real towns; the links are made up: the k-th of each country with the next ones."""
    with Gazetteer.open() as gazetteer:
        towns = {country: gazetteer.towns(country, least=20_000)[:14] for country in COUNTRIES}
    members = ["name,country,latitude,longitude"]
    members += [f'"{p.name}",{c},{p.latitude},{p.longitude}' for c, places in towns.items() for p in places]
    links = ["from_name,from_country,from_latitude,from_longitude,to_name,to_country,to_latitude,to_longitude,since"]
    for c, d in itertools.combinations(COUNTRIES, 2):
        for k, step in itertools.product(range(12), (0, 1)):
            one, other = towns[c][k], towns[d][(k + step) % 12]
            ends = (
                f'"{one.name}",{c},{one.latitude},{one.longitude},"{other.name}",{d},{other.latitude},{other.longitude}'
            )
            links.append(f"{ends},{1970 + k + 20 * step}")
    return {"members.csv": "\n".join(members) + "\n", "links.csv": "\n".join(links) + "\n"}


@pytest.fixture
def run(called: Run, lists: dict[str, str]) -> Run:
    """Call the command line beside a stored network."""
    assert called("import", "members.csv", "links.csv", "--into", "my.twinnet", files=lists).code == 0
    return called


class TestReports:
    def test_a_table_comes_on_standard_output(self, run: Run) -> None:
        said = run("evaluate", "my.twinnet", "--seeds", "2", "--ablation")
        assert said.code == 0, said.err
        assert said.err == ""
        assert said.out.startswith("In short\n--------\ntwinnet has ")
        for title in ("Measured on", "All queries", "MRR by kind of query", "Against the best baseline"):
            assert f"{title}\n{'-' * len(title)}\n" in said.out
        assert "personalised PageRank" in said.out
        assert "seed 1" in said.out
        assert "Each learned reason left out" in said.out
        assert "too few links known to learn points" in said.out
        assert max(map(len, said.out.splitlines())) < 200
        assert run("evaluate", "my.twinnet", "--seeds", "2", "--ablation").out == said.out

    def test_a_file_is_what_its_ending_says(self, run: Run) -> None:
        words = ("evaluate", "my.twinnet", "--seeds", "1", "--table", "shipped", "--queries", "4", "--out")
        for name in ("report.md", "report.json", "report.txt"):
            said = run(*words, name)
            assert said.code == 0, said.err
            assert said.out == ""
            assert said.err.startswith(f"{name}: MRR ")
            assert said.err.endswith(" on 4 queries\n")
        assert Path("report.md").read_text(encoding="utf-8").startswith("# How well partners are found\n\n## In short")
        found = json.loads(Path("report.json").read_text(encoding="utf-8"))
        assert found["methods"][0]["key"] == "twinnet"
        assert len(found["methods"]) == 11
        assert found["splits"][0]["table"] == "shipped"

    def test_by_time_and_between(self, run: Run) -> None:
        later = run("evaluate", "my.twinnet", "--after", "1990", "--ignore-year", "1995", "--table", "shipped")
        assert later.code == 0, later.err
        assert "began in 1990 or later" in later.out
        assert "from 1990 on" in later.out
        ends = run("evaluate", "my.twinnet", "--between", "IT:BA", "--folds", "2", "--table", "shipped")
        assert ends.code == 0, ends.err
        assert "part 2 of 2" in ends.out

    def test_places_are_added_if_asked(self, run: Run) -> None:
        assert "gazetteer" not in run("evaluate", "my.twinnet", "--seeds", "1").out
        filled = run("evaluate", "my.twinnet", "--seeds", "1", "--fill")
        assert "were added from the gazetteer" in filled.out


class TestAdvice:
    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("--after", "1990", "--between", "IT:BA"), "give one of them"),
            (("--ignore-year", "2000"), "--ignore-year belongs to --after YEAR"),
            (("--undated-known",), "--undated-known belongs to --after YEAR"),
            (("--newcomers",), "--newcomers belongs to --after YEAR"),
            (("--relearn",), "--relearn belongs to --ablation"),
            (("--ablation", "--relearn", "--table", "shipped"), "does not go with --table shipped"),
            (("--folds", "3"), "--folds belongs to --between A:B"),
            (("--after", "1990", "--seeds", "2"), "--seeds draws links at random"),
            (("--between", "IT:BA", "--seeds", "2"), "--seeds draws links at random"),
            (("--between", "IT:IT"), "IT:IT has 0 recorded links"),
            (("--between", "IT"), "is not a corridor"),
            (("--between", "IT:mars"), "neither a country nor a group"),
            (("--after", "2020"), "both are needed"),
            (("--out", "report.pdf"), "should end in .md or .json or .txt"),
            (("--table", "magic"), "'magic' is not one of"),
        ],
    )
    def test_what_is_put_wrongly_ends_with_2(self, run: Run, words: tuple[str, ...], said: str) -> None:
        found = run("evaluate", "my.twinnet", *words)
        assert found.code == 2
        assert said in found.err
        assert found.out == ""

    def test_a_network_without_links_says_so(self, called: Run, lists: dict[str, str]) -> None:
        files = {"members.csv": lists["members.csv"]}
        assert called("import", "members.csv", "--into", "my.twinnet", files=files).code == 0
        found = called("evaluate", "my.twinnet")
        assert found.code == 2
        assert "0 recorded links between countries" in found.err
