"""Questions that wait for a person: asked in a table or one by one, answered, and taken back."""

import csv
import datetime as dt
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from twinnet import cli, workspace
from twinnet.errors import InputError, NotFoundError
from twinnet.models import Judgement
from twinnet.places import Gazetteer
from twinnet.reading import ReadOptions
from twinnet.stores import Store, open_store
from twinnet.workspace import reviewing
from twinnet.workspace.reviewing import Open, Signed

# Neustadt and Castelfranco are several places; a misspelt Mostar is proposed; Nirgendort is unknown; Graz is sure.
MEMBERS = """name,country,locality,kind
Neustadt,DE,,town
Castelfranco,IT,,town
Mostarr,BA,,town
Nirgendort,DE,,town
Graz,AT,,town
Youth Forum Sarajevo,BA,Sarajevo,ngo
Sarajevo Youth Forum,BA,Sarajevo,ngo
"""
DAY = dt.date(2026, 5, 9)
BY = Signed("Ana", DAY)


@pytest.fixture(scope="module")
def gazetteer() -> Iterator[Gazetteer]:
    with Gazetteer.open() as opened:
        yield opened


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """A stored network with open questions."""
    path = tmp_path / "alda.csv"
    path.write_text(MEMBERS, encoding="utf-8")
    workspace.import_lists([path], tmp_path / "my.twinnet", options=ReadOptions(kind="members"))
    return tmp_path / "my.twinnet"


@pytest.fixture
def store(stored: Path) -> Iterator[Store]:
    with open_store(stored, readonly=False) as opened:
        yield opened


def asked(store: Store, gazetteer: Gazetteer, **how: bool) -> dict[str, Open]:
    return {one.name: one for one in reviewing.questions(store, gazetteer, **how)}


def review(stored: Path, *words: str | Path, said: str | None = None) -> Result:
    return CliRunner().invoke(cli.twinnet, ["resolve", str(stored), "--review", *map(str, words)], input=said)


def read_table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def write_table(path: Path, rows: list[dict[str, Any]]) -> Path:
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        page = book.worksheets[0]
        for row in ([*rows[0]], *([*row.values()] for row in rows)):
            page.append(row)
        book.save(path)
        return path
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, [*rows[0]])
        writer.writeheader()
        writer.writerows(rows)
    return path


def fill(path: Path, answers: dict[str, Any], **more: str) -> Path:
    """Write answers beside the names of a table of questions, as a person would."""
    rows: list[dict[str, Any]] = [dict(row) for row in read_table(path)]
    for row in rows:
        if row["name"] in answers:
            row |= {"answer": answers[row["name"]], **more}
    return write_table(path, rows)


class TestQuestions:
    def test_what_is_sure_is_not_asked(self, store: Store, gazetteer: Gazetteer) -> None:
        found = reviewing.questions(store, gazetteer)
        names = [one.name for one in found]
        assert names[:4] == ["Mostarr", "Neustadt", "Castelfranco", "Nirgendort"]  # what has a proposal comes first
        assert all(one.judgement is None and one.answered == "" for one in found)
        asks = asked(store, gazetteer)
        assert 1 < len(asks["Neustadt"].choices) <= reviewing.CHOICES
        assert asks["Mostarr"].choices[0].geonames_id == 3194828
        assert asks["Nirgendort"].choices == ()
        assert all(one.why for one in found)
        assert asks["Neustadt"].where == "alda members row 2"

    def test_two_organisations_that_may_be_one(self, store: Store, gazetteer: Gazetteer) -> None:
        (pair,) = (one for one in reviewing.questions(store, gazetteer) if one.other is not None)
        ids = {o.id for o in store.read().organisations if o.kind == "ngo"}
        assert {pair.organisation, pair.other} == ids
        for said in ("1", "none", "", "maybe"):
            with pytest.raises(InputError, match="same or different"):
                reviewing.judgement(pair, said, gazetteer, by=BY)
        different = reviewing.judgement(pair, "different", gazetteer, by=BY)
        reviewing.answer(store, [different], gazetteer)
        assert "ngo" in {o.kind for o in store.read().organisations}
        assert len([o for o in store.read().organisations if o.kind == "ngo"]) == 2
        assert all(one.other is None for one in reviewing.questions(store, gazetteer))
        (again,) = (one for one in reviewing.questions(store, gazetteer, answered=True) if one.other is not None)
        assert again.answered == "different"
        reviewing.answer(store, [reviewing.judgement(again, " SAME ", gazetteer, by=BY)], gazetteer)
        (one,) = (o for o in store.read().organisations if o.kind == "ngo")
        assert {one.id, *one.aliases} == ids
        (again,) = (one for one in reviewing.questions(store, gazetteer, answered=True) if one.other is not None)
        assert again.answered == "same"

    def test_all_of_them_can_be_answered_anew(self, store: Store, gazetteer: Gazetteer) -> None:
        names = asked(store, gazetteer, answered=True)
        assert {"Graz", "Neustadt", "Nirgendort"} <= names.keys()
        refused = reviewing.judgement(names["Graz"], "none", gazetteer, by=BY)
        reviewing.answer(store, [refused], gazetteer)
        network = store.read()
        assert network.find("Graz").place_state == "unconfirmed"
        assert network.find("town-2778067").name == "Graz"
        assert asked(store, gazetteer, answered=True)["Graz"].answered == "none"
        assert "Graz" not in asked(store, gazetteer)

    def test_an_answer_is_a_choice_an_id_or_none(self, store: Store, gazetteer: Gazetteer) -> None:
        one = asked(store, gazetteer)["Neustadt"]
        first = one.choices[0].geonames_id
        for said in ("1", f" {first} "):
            judgement = reviewing.judgement(one, said, gazetteer, by=BY, why="by the road")
            assert (judgement.verdict, judgement.geonames_id, judgement.name) == ("place", first, "Neustadt")
            assert (judgement.who, judgement.when, judgement.why) == ("Ana", "2026-05-09", "by the road")
        assert reviewing.judgement(one, "none", gazetteer, by=BY).verdict == "refused"
        for said in ("0", "9", "99999999999999", "1.0", "-1", "first", "same", "1 or 2"):
            with pytest.raises(InputError):
                reviewing.judgement(one, said, gazetteer, by=BY)

    def test_an_answer_moves_what_the_name_is_in(self, store: Store, gazetteer: Gazetteer) -> None:
        one = asked(store, gazetteer)["Neustadt"]
        assert reviewing.answer(store, [reviewing.judgement(one, "1", gazetteer, by=BY)], gazetteer)
        network = store.read()
        town = network.organisation(f"town-{one.choices[0].geonames_id}")
        assert (town.name, town.place_state, town.place) == ("Neustadt", "confirmed", one.choices[0].name)
        assert town.id in network.members("alda")
        assert network.find(one.organisation) == town
        assert "Neustadt" not in asked(store, gazetteer)
        reviewing.undo(store, [one.id])
        assert "Neustadt" in asked(store, gazetteer)
        with pytest.raises(NotFoundError, match="no answer has the id"):
            reviewing.undo(store, [one.id])

    def test_what_was_judged_of_any_two_can_be_answered_anew(self, store: Store, gazetteer: Gazetteer) -> None:
        graz = store.read().find("Graz").id
        ngo = next(o.id for o in store.read().organisations if o.kind == "ngo")
        decided = [Judgement(verdict="same", organisation=graz, other=ngo)]
        decided.append(Judgement(verdict="same", organisation=ngo, other="ngo-of-a-list-that-is-gone"))
        store.judge(decided)
        pairs = {one.id: one for one in reviewing.questions(store, gazetteer, answered=True) if one.other is not None}
        assert {one.id for one in decided} <= pairs.keys()
        for one in decided:
            assert pairs[one.id].answered == "same"
            changed = reviewing.judgement(pairs[one.id], "different", gazetteer, by=BY)
            assert changed.id == one.id
            reviewing.answer(store, [changed], gazetteer)
        assert store.read().organisation(graz).kind == "town"

    def test_two_made_one_by_others_are_asked_no_more(self, tmp_path: Path, gazetteer: Gazetteer) -> None:
        names = ("Youth Forum Sarajevo", "Sarajevo Youth Forum", "Forum Youth Sarajevo")
        rows = "".join(f"{name},BA,Sarajevo,ngo\n" for name in names)
        path = tmp_path / "a.csv"
        path.write_text("name,country,locality,kind\n" + rows, encoding="utf-8")
        workspace.import_lists([path], tmp_path / "my.twinnet", options=ReadOptions(kind="members"))
        with open_store(tmp_path / "my.twinnet", readonly=False) as store:
            pairs = reviewing.questions(store, gazetteer)
            assert len(pairs) == 3
            first, second, third = (reviewing.judgement(one, "same", gazetteer, by=BY) for one in pairs)
            reviewing.answer(store, [first], gazetteer)
            assert [one.id for one in reviewing.questions(store, gazetteer)] == [second.id, third.id]
            reviewing.answer(store, [second], gazetteer)
            assert len(store.read().organisations) == 1
            assert reviewing.questions(store, gazetteer) == []
            reviewing.answer(store, [third], gazetteer)  # by a table that was written before
            assert len(store.read().organisations) == 1
            reviewing.undo(store, [second.id])
            assert len(store.read().organisations) == 1  # the others still say it
            reviewing.undo(store, [third.id])
            assert len(store.read().organisations) == 2


class TestTables:
    @pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
    def test_out_and_in(self, stored: Path, suffix: str, gazetteer: Gazetteer) -> None:
        out = stored.with_name(f"questions{suffix}")
        assert review(stored, "--out", out).exit_code == 0
        if suffix == ".xlsx":
            page = openpyxl.load_workbook(out).worksheets[0]
            head, *lines = page.iter_rows(values_only=True)
            rows: list[dict[str, Any]] = [dict(zip(map(str, head), line, strict=True)) for line in lines]
        else:
            rows = [dict(row) for row in read_table(out)]
        assert tuple(rows[0]) == reviewing.COLUMNS
        assert len(rows) == 5
        said: dict[str, Any] = {"Neustadt": 2, "Mostarr": 1, "Nirgendort": "none", "Youth Forum Sarajevo": "same"}
        said["Sarajevo Youth Forum"] = "same"  # whichever of the two is asked of
        for row in rows:
            row["answer"] = said.get(row["name"])
            row["reason"] = "I was there" if row["name"] == "Mostarr" else None
        answered = review(stored, "--answers", write_table(out, rows), "--who", "Ana")
        assert (answered.exit_code, answered.stderr) == (0, "")
        assert "4 new answers taken" in answered.output
        assert "1 question still open" in answered.output
        network = workspace.open(stored)
        judged = {one.name or "pair": one for one in network.judgements}
        assert (judged["Mostarr"].geonames_id, judged["Mostarr"].why) == (3194828, "I was there")
        assert {one.who for one in judged.values()} == {"Ana"}
        assert judged["Nirgendort"].verdict == "refused"
        assert judged["pair"].verdict == "same"
        assert network.find("Mostarr").id == "town-3194828"
        before = stored.read_bytes()
        again = review(stored, "--answers", out, "--who", "Ben")
        assert "0 new answers taken" in again.output
        assert stored.read_bytes() == before
        with open_store(stored) as store:
            (left,) = reviewing.questions(store, gazetteer)
            assert left.name == "Castelfranco"

    def test_wrong_answers_are_told_and_the_others_taken(self, stored: Path) -> None:
        out = stored.with_name("questions.csv")
        review(stored, "--out", out)
        rows = read_table(fill(out, {"Neustadt": "1", "Mostarr": "Mostar", "Castelfranco": "77"}))
        rows.append({**rows[0], "question": "judgement-000000000000", "answer": "1"})
        again = next(row for row in rows if row["name"] == "Neustadt")
        rows += [{**again, "answer": "2"}, {**again, "answer": "1"}]
        done = review(stored, "--answers", write_table(out, rows))
        assert done.exit_code == 0
        assert "1 new answer taken" in done.output
        lines = done.output.splitlines()
        number = {row["name"]: at for at, row in reversed([*enumerate(rows, 2)])}
        for row, reason in (
            (number["Mostarr"], "the number of a choice"),
            (number["Castelfranco"], "there is no such choice"),
            (7, "does not ask that question"),
            (8, f"row {number['Neustadt']} answers the same question otherwise"),
        ):
            (line,) = (line for line in lines if f"questions.csv, row {row}, column answer: " in line)
            assert reason in line
        assert not any("row 9" in line for line in lines)  # the same answer twice is one
        (judgement,) = workspace.open(stored).judgements
        assert judgement.name == "Neustadt"
        chosen = again["choice 1"].rpartition("[")[2].removesuffix("]")
        assert str(judgement.geonames_id) == chosen

    def test_a_choice_is_the_place_that_its_row_names(self, stored: Path) -> None:
        out = stored.with_name("questions.csv")
        review(stored, "--out", out)
        rows = read_table(out)
        for row in rows:
            if row["name"] == "Neustadt":
                row |= {"choice 1": row["choice 2"], "choice 2": row["choice 1"], "answer": "1"}
                wanted = row["choice 1"].rpartition("[")[2].removesuffix("]")
        review(stored, "--answers", write_table(out, rows))
        (judgement,) = workspace.open(stored).judgements
        assert str(judgement.geonames_id) == wanted

    def test_an_answer_can_be_changed_and_its_reason(self, stored: Path) -> None:
        out = stored.with_name("questions.csv")
        review(stored, "--out", out)
        for answer, more, new in (
            ("1", {}, 1), ("1", {}, 0), ("none", {}, 1), ("none", {"reason": "a field"}, 1), ("none", {"who": "Ben"}, 0)
        ):  # fmt: skip
            done = review(stored, "--answers", fill(out, {"Neustadt": answer}, **more))
            assert f"{new} new answer" in done.output
        (judgement,) = workspace.open(stored).judgements
        assert (judgement.verdict, judgement.why) == ("refused", "a field")

    def test_all_and_undo(self, stored: Path) -> None:
        out = stored.with_name("questions.csv")
        review(stored, "--out", out)
        before = workspace.open(stored)
        review(stored, "--answers", fill(out, {"Neustadt": "1", "Nirgendort": "none"}))
        review(stored, "--out", out)
        assert {"Neustadt", "Nirgendort"}.isdisjoint(row["name"] for row in read_table(out))
        review(stored, "--out", out, "--all")
        rows = {row["name"]: row for row in read_table(out)}
        assert rows["Nirgendort"]["answer"] == "none"
        assert rows["Neustadt"]["answer"].isdecimal()
        assert rows["Graz"]["answer"] == ""
        kept = stored.read_bytes()
        assert "0 new answers taken" in review(stored, "--answers", out).output
        assert stored.read_bytes() == kept
        refused = review(stored, "--undo", rows["Neustadt"]["question"], "--undo", "judgement-x")
        assert isinstance(refused.exception, NotFoundError)
        assert stored.read_bytes() == kept
        done = review(
            stored, *(word for name in ("Neustadt", "Nirgendort") for word in ("--undo", rows[name]["question"]))
        )
        assert "2 answers taken back" in done.stderr
        assert workspace.open(stored).digest == before.digest
        assert not len(workspace.open(stored).judgements)

    def test_answers_in_and_what_is_left_out_at_once(self, stored: Path) -> None:
        out = stored.with_name("questions.csv")
        review(stored, "--out", out)
        fill(out, {"Neustadt": "1"})
        done = review(stored, "--answers", out, "--out", stored.with_name("left.csv"))
        assert done.exit_code == 0
        assert len(read_table(stored.with_name("left.csv"))) == 4

    def test_to_standard_output(self, stored: Path) -> None:
        done = review(stored, "--out", "-")
        assert done.stdout.splitlines()[0] == ",".join(reviewing.COLUMNS)
        assert "5 questions" in done.stderr

    @pytest.mark.parametrize("text", ["", "name,answer\nNeustadt,1\n", "question\nx\n"])
    def test_a_table_that_is_none(self, stored: Path, text: str) -> None:
        other = stored.with_name("other.csv")
        other.write_text(text, encoding="utf-8")
        before = stored.read_bytes()
        done = review(stored, "--answers", other)
        assert isinstance(done.exception, InputError)
        assert stored.read_bytes() == before

    def test_options_that_do_not_go_together(self, stored: Path) -> None:
        for words in (["--answers", str(stored)], ["--all"], ["--undo", "x"], ["--who", "Ana"]):
            done = CliRunner().invoke(cli.twinnet, ["resolve", str(stored), *words])
            assert done.exit_code == 2
            assert "belong to --review" in " ".join(done.stderr.split())
        for words in (["--pairs"], ["--country", "BA"], ["--sheet", "x"], ["--column", "region=x"]):
            assert review(stored, *words).exit_code == 2

    def test_a_network_that_is_none(self, tmp_path: Path) -> None:
        path = tmp_path / "my.twinnet"
        path.write_text("name,country\n", encoding="utf-8")
        assert review(path, "--out", tmp_path / "q.csv").exit_code != 0
        assert review(tmp_path / "no.twinnet").exit_code == 2


class TestWalk:
    """On a terminal: Mostarr, Neustadt, Castelfranco, Nirgendort, then the pair."""

    def judged(self, stored: Path) -> dict[str, Judgement]:
        return {one.name or "pair": one for one in workspace.open(stored).judgements}

    def test_each_kind_of_answer(self, stored: Path) -> None:
        done = review(stored, "--who", "Ana", said="1\n2867714\n\nN\ns\n")
        assert done.exit_code == 0
        judged = self.judged(stored)
        assert {name: (one.verdict, one.geonames_id) for name, one in judged.items()} == {
            "Mostarr": ("place", 3194828),
            "Neustadt": ("place", 2867714),
            "Nirgendort": ("refused", None),
            "pair": ("same", None),
        }
        assert {one.who for one in judged.values()} == {"Ana"}
        assert all(one.when for one in judged.values())
        assert "1 of 5: Mostarr (BA)" in done.output
        assert "4 answers stored, 1 question left." in done.output

    def test_a_name_is_looked_up(self, stored: Path) -> None:
        done = review(stored, said="Bihać\ny\nQwxyz\n\n\n\nd\n")
        assert "Bihać" in done.output
        assert "no place is known by that name" in done.output
        judged = self.judged(stored)
        assert judged["Mostarr"].geonames_id == 3204222
        assert judged["pair"].verdict == "different"
        assert len(judged) == 2

    def test_a_name_that_was_not_meant_is_asked_again(self, stored: Path) -> None:
        done = review(stored, said="Bihać\nn\n1\nq\n")
        assert self.judged(stored)["Mostarr"].geonames_id == 3194828
        assert "1 answer stored, 4 questions left." in done.output

    @pytest.mark.parametrize("end", ["q\n", "Q\n", "", "Bihać\n"])
    def test_it_ends_with_q_or_the_input(self, stored: Path, end: str) -> None:
        done = review(stored, said=f"1\n{end}")
        assert done.exit_code == 0
        assert "1 answer stored, 4 questions left." in done.output
        assert list(self.judged(stored)) == ["Mostarr"]

    def test_u_takes_the_last_answer_back(self, stored: Path) -> None:
        done = review(stored, said="u\n1\n\n1\nU\nu\n2\nq\n")
        # nothing to undo; Mostarr, later, Castelfranco; both back; then Mostarr is answered with what is no choice
        assert self.judged(stored) == {}
        assert "0 answers stored, 5 questions left." in done.output

    def test_u_puts_an_earlier_answer_in_its_place_again(self, stored: Path) -> None:
        review(stored, said="1\nq\n")
        before = workspace.open(stored)
        with open_store(stored) as store, Gazetteer.open() as gazetteer:
            names = [one.name for one in reviewing.questions(store, gazetteer, answered=True)]
        later = "\n" * names.index("Mostarr")
        review(stored, "--all", said=f"{later}none\nu\nq\n")
        assert list(workspace.open(stored).judgements) == list(before.judgements)
        assert workspace.open(stored).digest == before.digest

    def test_nothing_to_ask(self, tmp_path: Path) -> None:
        path = tmp_path / "a.csv"
        path.write_text("name,country\nGraz,AT\n", encoding="utf-8")
        workspace.import_lists([path], tmp_path / "my.twinnet")
        done = review(tmp_path / "my.twinnet")
        assert (done.exit_code, done.output) == (0, "No question is open.\n")

    def test_what_was_answered_is_not_asked_again(self, stored: Path) -> None:
        review(stored, said="1\n1\n1\nn\ns\n")
        assert review(stored).output == "No question is open.\n"

    @pytest.mark.skipif(sys.platform == "win32", reason="pseudo terminals")
    def test_on_a_terminal(self, stored: Path) -> None:
        import pty

        ours, theirs = pty.openpty()
        words = [sys.executable, "-m", "twinnet", "resolve", "--review", str(stored), "--who", "Ana"]
        with subprocess.Popen(words, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True) as process:
            os.close(theirs)
            os.write(ours, "Bihać\nn\n1\nq\n".encode())
            shown = b""
            while True:
                try:
                    got = os.read(ours, 4096)
                except OSError:  # how a terminal ends on Linux
                    break
                if not got:
                    break
                shown += got
            assert process.wait(60) == 0
        os.close(ours)
        assert "1 answer stored, 4 questions left." in shown.decode()
        assert self.judged(stored)["Mostarr"].geonames_id == 3194828
