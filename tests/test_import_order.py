"""Three lists in any order, twice, the questions answered once, are one network; every row is accounted for."""

import csv
import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from twinnet import workspace
from twinnet.graph import Network
from twinnet.models import Fault
from twinnet.places import Gazetteer
from twinnet.reading import ReadOptions
from twinnet.stores import open_store
from twinnet.workspace import reviewing
from twinnet.workspace.importing import Imported
from twinnet.workspace.reviewing import NONE_OF_THEM, SAME, Signed
from twinnet.writing import lines

DAY = dt.date(2026, 5, 9)
LISTS = {
    # Several places of a name, a misspelt one, an unknown one, rows without name or country, bodies that may be one.
    "a.csv": "name,country,locality,kind,population\n"
    "Mostar,BA,,town,105000\n"
    "Neustadt,DE,,town,\n"
    "Hintermoos,AT,,town,\n"
    "Nirgendort,DE,,town,\n"
    ",BA,,town,\n"
    "Bihac,BA,,town,61000\n"
    "Grazz,AT,,town,\n"
    "Youth Forum Sarajevo,BA,Sarajevo,ngo,\n"
    "Sarajevo Youth Forum,BA,Sarajevo,ngo,\n",
    "b.csv": "name,country,locality,kind,population\n"
    "Bihać,BA,,town,56000\n"
    "NEUSTADT,DE,,town,\n"
    "Grazz,AT,,town,\n"
    "Mostar,Narnia,,town,\n"
    "Forum Youth Sarajevo,BA,Sarajevo,ngo,\n"
    "Hintermoos,AT,,town,\n",
    "c.csv": "from_name,from_country,from_latitude,from_longitude,to_name,to_country\n"
    "Hintermoos,AT,47.02,13.02,Mostar,BA\n"
    "Hintermoos,AT,47.07,13.04,Neustadt,DE\n"
    "Grazz,AT,,,Graz,AT\n"
    "Mostarr,BA,,,Nirgendort,DE\n"
    "Reggio Emilia,IT,38.11,15.66,Mostar,BA\n"
    "Mostar,BA,,,Mostar,BA\n"
    "Mostar,BA,,,,IT\n",
}


@pytest.fixture(scope="module")
def gazetteer() -> Iterator[Gazetteer]:
    with Gazetteer.open() as opened:
        yield opened


@pytest.fixture
def lists(tmp_path: Path) -> list[Path]:
    for name, text in LISTS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return [tmp_path / name for name in LISTS]


def exported(network: Network) -> str:
    return "\n".join(lines.export(network, on=DAY))


def taken(path: Path, into: Path) -> Imported:
    return workspace.import_lists([path], into, options=ReadOptions(today=DAY))


def answer(into: Path, answers: Path, gazetteer: Gazetteer) -> list[Fault]:
    """Take the answers of a table into a network; return those that it does not take."""
    with open_store(into, readonly=False) as store:
        given, faults = reviewing.read_answers(answers, store, gazetteer, by=Signed("Ana", DAY))
        reviewing.answer(store, given, gazetteer)
    return faults


def ask(files: Sequence[Path], answers: Path, gazetteer: Gazetteer) -> int:
    """Write a table in which every open question of the lists is answered; return how many there are.

    The first choice is taken of every second name that has one, none of the others; all pairs are the same.
    """
    into = answers.with_suffix(".twinnet")
    workspace.import_lists(files, into, options=ReadOptions(today=DAY))
    with open_store(into) as store:
        reviewing.write_questions(reviewing.questions(store, gazetteer), answers, gazetteer)
    with answers.open(encoding="utf-8-sig", newline="") as text:
        rows = list(csv.DictReader(text))
    for at, row in enumerate(rows):
        of_two = row["asks"].startswith("Are the two")
        row["answer"] = SAME if of_two else "1" if row["choice 1"] and at % 4 != 3 else NONE_OF_THEM
    with answers.open("w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, reviewing.COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return len(rows)


def all_ways(files: Sequence[Path], folder: Path, answers: Path, gazetteer: Gazetteer) -> Iterator[Path]:
    """Give networks of the lists in every order, each list twice, answered after the first, the second or the last.

    The table of answers is read after the last list again: what was not asked before is asked now.
    """
    for at, order in enumerate(itertools.permutations(files)):
        into = folder / f"order{at}.twinnet"
        early = at % len(files)
        for number, path in enumerate(order):
            assert taken(path, into).changed
            if number == early:
                for fault in answer(into, answers, gazetteer):
                    assert "does not ask that question" in fault.reason
                    assert (fault.file, fault.column) == (answers.name, "answer")
        assert answer(into, answers, gazetteer) == []
        before = into.read_bytes()
        for path in reversed(order):
            again = taken(path, into)
            assert not again.changed
            assert not any(again.differences)
        assert answer(into, answers, gazetteer) == []
        assert into.read_bytes() == before
        yield into


def accounted(files: Sequence[Path], into: Path) -> None:
    """See that every row of every list is in the network or in the report, with its reason."""
    for path in files:
        done = taken(path, into)
        with open_store(into) as store:
            told = {s.row for s in store.statements(done.counts[0].source) if s.kind in ("membership", "link")}
        (table,), (counts,) = done.tables, done.counts
        held = {fault.row for fault in done.faults if fault.held == "row"}
        with path.open(encoding="utf-8-sig", newline="") as text:
            records = [at for at, row in enumerate(csv.reader(text), 1) if any(cell.strip() for cell in row)][1:]
        assert counts.rows == len(records)
        assert counts.held == len(held)
        assert told.isdisjoint(held)
        assert told | held == set(records)
        assert {row.number for row in table.rows} <= set(records)
        assert done.report is not None
        with done.report.open(encoding="utf-8-sig", newline="") as text:
            reported = list(csv.DictReader(text))
        assert {int(line["row"]) for line in reported if line["held"] == "row"} == held
        assert all(line["reason"] for line in reported)


def test_made_up_lists(lists: list[Path], tmp_path: Path, gazetteer: Gazetteer) -> None:
    answers = tmp_path / "answers.csv"
    assert ask(lists, answers, gazetteer) >= 6
    ways = list(all_ways(lists, tmp_path, answers, gazetteer))
    (text,) = {exported(workspace.open(into)) for into in ways}
    network = workspace.open(ways[0])
    assert {one.place_state for one in network.organisations} == {"confirmed", "own", "unconfirmed"}
    assert len([one for one in network.organisations if one.kind == "ngo"]) == 1
    with open_store(ways[0]) as store:
        assert reviewing.questions(store, gazetteer) == []
        bare = len({s.subject for s in store.statements() if s.kind == "organisation"})
    assert len(network.organisations) < bare
    # All at once, and answered at the end, is the same again.
    assert exported(workspace.open(ways[0])) == text
    into = tmp_path / "at once.twinnet"
    workspace.import_lists(lists[::-1], into, options=ReadOptions(today=DAY))
    answer(into, answers, gazetteer)
    assert exported(workspace.open(into)) == text
    accounted(lists, into)


@pytest.mark.shared
def test_real_lists(shared_data: Path, tmp_path: Path, gazetteer: Gazetteer) -> None:
    files = [shared_data / "members" / f"{name}.csv" for name in ("alda", "ehtta", "ubc")]
    answers = tmp_path / "answers.csv"
    assert ask(files, answers, gazetteer)
    ways = list(all_ways(files, tmp_path, answers, gazetteer))
    assert len({exported(workspace.open(into)) for into in ways}) == 1
    assert len(workspace.open(ways[0]).members("alda")) == 49
    accounted(files, ways[0])
