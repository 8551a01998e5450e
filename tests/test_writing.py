"""What is written is whole, is the same bytes for the same input, and no program takes a text for anything else."""

import csv
import datetime as dt
import io
import json
import os
import random
import re
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinnet import writing
from twinnet.errors import InputError
from twinnet.graph import Network
from twinnet.models import (
    Contact,
    Evidence,
    Fault,
    Judgement,
    Link,
    Organisation,
    Party,
    Rules,
    Source,
    Statement,
    Suggestion,
    link_id,
)
from twinnet.stores import open_store
from twinnet.writing import atomic, lines, tables

TODAY = dt.date(2026, 5, 9)
HOSTILE = "=HYPERLINK(\"http://x\")<script>alert('1')</script>"
BARI = Party(id="town-1", name="Bari", country="IT")
PULA = Party(id="town-2", name="Pula", country="HR")
ODD = Party(id="ngo-3", name=HOSTILE)

START = Suggestion(
    kind="start",
    organisation=BARI,
    candidate=ODD,
    score=-250,
    probability=0.00125,
    times=12.5,
    reasons=(
        Evidence(key="themes", points=750, sentence="both work on youth", detail="youth"),
        Evidence(key="distance", points=-1000, sentence="far apart"),
    ),
    missing=("size", "languages"),
    rules="abc",
)
WAKE = Suggestion(
    kind="revitalise",
    organisation=PULA,
    candidate=BARI,
    score=100,
    reasons=(Evidence(key="size", points=100, sentence="They are of a size."),),
    link="link-1",
    state="unknown",
    ask_first=True,
    themes=("culture", "sport"),
)
DEEPEN = WAKE.model_copy(update={"kind": "develop", "state": "active", "ask_first": False})
SUGGESTIONS = [START, WAKE, DEEPEN]


@pytest.fixture
def network() -> Network:
    return Network(
        [
            Organisation(id="town-1", name="Bari", country="IT", population=316_015),
            Organisation(id="town-2", name="Pula", country="HR"),
            Organisation(id="ngo-3", name=HOSTILE, kind="ngo"),
        ],
        links=[Link(id="link-1", a="town-1", b="town-2", since="1998")],
        sources=[Source(name="links", kind="links", file="=links.csv", date="2025", rows=1)],
    )


def written(path: Path, network: Network, *, suggestions: list[Suggestion] | None = None) -> bytes:
    chosen = SUGGESTIONS if suggestions is None else suggestions
    writing.write(chosen, path, network=network, rules=Rules(cap=5), today=TODAY)
    return path.read_bytes()


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


class TestSuggestions:
    @pytest.mark.parametrize("suffix", writing.SUFFIXES)
    def test_the_same_input_gives_the_same_bytes(
        self, tmp_path: Path, network: Network, suffix: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = written(tmp_path / f"one{suffix}", network)
        now = time.time()
        monkeypatch.setattr(time, "time", lambda: now + 1e6)
        assert written(tmp_path / f"two{suffix.upper()}", network) == first
        assert sorted(path.name for path in tmp_path.iterdir()) == [f"one{suffix}", f"two{suffix.upper()}"]

    def test_json_is_one_array(self, tmp_path: Path, network: Network) -> None:
        found = json.loads(written(tmp_path / "a.json", network))
        assert found == [writing.to_json(suggestion) for suggestion in SUGGESTIONS]
        assert found[0]["reasons"][0] == {
            "key": "themes",
            "points": 750,
            "sentence": "both work on youth",
            "detail": "youth",
        }
        assert [Suggestion.model_validate(one) for one in found] == SUGGESTIONS
        assert json.loads(written(tmp_path / "none.json", network, suggestions=[])) == []

    def test_json_lines_are_one_each(self, tmp_path: Path, network: Network) -> None:
        found = written(tmp_path / "a.jsonl", network).decode("utf-8").split("\n")
        assert [json.loads(line)["kind"] for line in found[:-1]] == ["start", "revitalise", "develop"]
        assert found[-1] == ""

    def test_standard_output_takes_json_lines(self, network: Network, capfdbinary: Any) -> None:
        writing.write([START], "-", network=network, rules=Rules(), today=TODAY)
        assert json.loads(capfdbinary.readouterr().out) == writing.to_json(START)

    def test_csv_has_a_column_for_every_reason(self, tmp_path: Path, network: Network) -> None:
        content = written(tmp_path / "a.csv", network)
        first, second, _ = table(content)
        assert list(first)[:11] == [
            *("kind", "organisation_id", "organisation", "organisation_country"),
            *("candidate_id", "candidate", "candidate_country", "score", "probability", "times", "reasons"),
        ]
        assert [name for name in first if name.startswith("points_")] == [
            "points_themes",
            "points_distance",
            "points_size",
        ]
        assert (first["score"], first["points_distance"], first["points_size"]) == ("-250", "-1000", "")
        assert (first["candidate"], first["candidate_country"]) == (f"'{HOSTILE}", "")
        assert first["reasons"] == "both work on youth; far apart"
        assert (first["missing"], first["state"], first["ask_first"]) == ("size, languages", "", "no")
        assert (second["state"], second["ask_first"], second["themes"]) == ("unknown", "yes", "culture, sport")
        assert b"\r" not in content

    def test_an_unknown_ending_names_the_known_ones(self, tmp_path: Path, network: Network) -> None:
        for name in ("a.pdf", "a"):
            with pytest.raises(InputError, match=r"\.csv, \.xlsx, \.json or \.jsonl"):
                written(tmp_path / name, network)
        assert list(tmp_path.iterdir()) == []


class TestTables:
    def test_ranks_keep_numbers_and_defuse_texts(self, tmp_path: Path) -> None:
        row = ["q1", "Bari", "IT", 1, "ngo-3", "@SUM", None, -45.5, 9.0, -12, 1e-06]
        writing.write_rows(writing.RANKS, [row], tmp_path / "ranks.csv")
        assert (tmp_path / "ranks.csv").read_text(encoding="utf-8") == (
            "query_id,query_name,query_country,rank,candidate_id,candidate_name,candidate_country,"
            "candidate_latitude,candidate_longitude,score,probability\n"
            "q1,Bari,IT,1,ngo-3,'@SUM,,-45.5,9.0,-12,1e-06\n"
        )

    @given(
        st.lists(
            st.tuples(st.text(st.characters(exclude_categories=["Cs"])), st.integers() | st.floats(allow_nan=False))
        )
    )
    def test_no_text_is_a_formula_and_all_come_back(self, cells: list[tuple[str, float]]) -> None:
        content = "".join(tables.rows(["text", "number"], cells))
        found = list(csv.reader(io.StringIO(content, newline="")))[1:]
        assert [float(number) for _, number in found] == [float(number) for _, number in cells]
        for (text, _), (wanted, _) in zip(found, cells, strict=True):
            plain = wanted.replace("\r\n", "\n").replace("\r", "\n")
            assert text in (plain, f"'{plain}")
            assert text.lstrip()[:1] not in set("=+-@") or re.fullmatch(r"[+-]([ (]*\d[\d ().,/-]*)?", text)

    def test_a_report_is_sorted(self, tmp_path: Path) -> None:
        faults = [
            Fault("b.csv", 3, "name", "row", "no name"),
            Fault("a.csv", 12, "latitude", "value", "beyond 90"),
            Fault("a.csv", 12, "country", "value", "unknown"),
            Fault("a.csv", 2, None, "note", "read as cp1252"),
        ]
        writing.write_report([("a.csv", "Taken as members of ALDA.")], faults, tmp_path / "report.csv")
        rows = [tuple(row.values()) for row in table((tmp_path / "report.csv").read_bytes())]
        assert rows == [
            ("a.csv", "", "", "note", "Taken as members of ALDA."),
            ("a.csv", "2", "", "note", "read as cp1252"),
            ("a.csv", "12", "country", "value", "unknown"),
            ("a.csv", "12", "latitude", "value", "beyond 90"),
            ("b.csv", "3", "name", "row", "no name"),
        ]


class TestFiles:
    def test_a_failure_leaves_the_old_file(self, tmp_path: Path) -> None:
        path = tmp_path / "a.csv"
        path.write_text("old", encoding="utf-8")

        def fail() -> Iterator[str]:
            yield "new"
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            writing.write_text(fail(), path)
        assert path.read_text(encoding="utf-8") == "old"
        assert list(tmp_path.iterdir()) == [path]

    def test_a_writer_that_is_killed_leaves_the_old_file(self, tmp_path: Path) -> None:
        path = tmp_path / "a.csv"
        path.write_text("old", encoding="utf-8")
        script = (
            "import os, signal, sys\nfrom twinnet.writing import write_text\n"
            "def parts():\n    yield 'new' * 100_000\n"
            "    os.kill(os.getpid(), getattr(signal, 'SIGKILL', signal.SIGTERM))\n    yield ''\n"
            "write_text(parts(), sys.argv[1])"
        )
        ended = subprocess.run([sys.executable, "-c", script, str(path)], check=False, timeout=60)
        assert ended.returncode
        assert path.read_text(encoding="utf-8") == "old"

    def test_what_cannot_be_written_says_why(self, tmp_path: Path) -> None:
        for path in (tmp_path / "nowhere" / "a.csv", tmp_path, "a\0.csv"):
            with pytest.raises(InputError, match="cannot be written"):
                writing.write_rows(["a"], [], path)
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.skipif(os.name != "posix", reason="modes and devices of POSIX systems")
    def test_modes_links_and_devices_are_respected(self, tmp_path: Path) -> None:
        path = tmp_path / "a.txt"
        path.touch()
        path.chmod(0o640)
        (tmp_path / "link.txt").symlink_to(path)
        writing.write_text(["Niš\n"], tmp_path / "link.txt")
        assert path.read_bytes() == "Niš\n".encode()
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        assert (tmp_path / "link.txt").is_symlink()
        writing.write_text(["nothing"], os.devnull)
        assert Path(os.devnull).is_char_device()

    def test_half_a_character_is_written_as_its_escape(self, tmp_path: Path) -> None:
        writing.write_text(['"\ud83c"'], tmp_path / "a.json")
        assert json.loads((tmp_path / "a.json").read_bytes()) == "\ud83c"

    def test_standard_output_may_be_text_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        taken = io.StringIO()
        monkeypatch.setattr(sys, "stdout", taken)
        atomic.write_text(["Niš", "\n"], "-")
        assert taken.getvalue() == "Niš\n"


def statements() -> tuple[list[Source], list[Statement]]:
    sources = [
        Source(name="ALDA", kind="members", file="alda.csv", network="ALDA", date="2024", sha256="ab", rows=9),
        Source(name="links", kind="links", file="links.csv", rows=9),
    ]
    said = []
    for row in range(9):
        for source in ("ALDA", "links"):
            values = {"name": f"Niš\u2028{row} {source}", "themes_offered": ["youth", "culture"], "latitude": 43}
            said.append(Statement(source, row, "organisation", f"town-{row}", values))
        said.append(Statement("ALDA", row, "membership", f"town-{row}|ALDA", {"former": row == 3}))
        a, b = sorted((f"town-{row}", f"town-{(row + 2) % 9}"))
        said.append(Statement("links", row, "link", link_id(a, b), {"a": a, "b": b, "since": "1998"}))
    said.append(Statement("links", 1, "project", "project-1", {"name": "Twinning", "themes": ["youth"]}))
    said.append(Statement("links", 1, "partner", "town-1|project-1", {"role": "lead"}))
    return sources, said


EXPORTED = """
import datetime, random, sys
sys.path.insert(0, sys.argv[1])
from test_writing import exported
sys.stdout.buffer.write(exported(seed=int(sys.argv[2])))
"""


def exported(*, seed: int) -> bytes:
    """Export the network of the statements in an order drawn from the seed."""
    sources, said = statements()
    drawn = random.Random(seed)  # noqa: S311 - the same order each time
    drawn.shuffle(sources)
    drawn.shuffle(said)
    with open_store("memory:") as store:
        for source in sources:
            store.replace([source], [statement for statement in said if statement.source == source.name])
        if seed % 2:
            return "".join(atomic.lines(lines.export(store.read(), on=TODAY, by="Ana"))).encode()
    network = Network.from_statements(sources, said)
    turned = Network(
        list(network.organisations)[::-1],
        memberships=list(network.memberships)[::-1],
        links=list(network.links)[::-1],
        projects=network.projects,
        partners=network.partners,
        sources=sources,
    )
    return "".join(atomic.lines(lines.export(turned, on=TODAY, by="Ana"))).encode()


class TestCanonicalLines:
    def test_are_the_same_bytes_in_any_order(self) -> None:
        assert {exported(seed=seed) for seed in range(8)} == {exported(seed=1)}

    @pytest.mark.parametrize("hash_seed", ["0", "1", "4711"])
    def test_are_the_same_bytes_in_any_process(self, hash_seed: str) -> None:
        folder = str(Path(__file__).parent)
        ended = subprocess.run(
            [sys.executable, "-c", EXPORTED, folder, hash_seed],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            check=True,
            timeout=60,
        )
        assert ended.stdout == exported(seed=2)

    def test_are_sorted_and_complete(self) -> None:
        content = exported(seed=1)
        found = [json.loads(line) for line in content.decode("utf-8").splitlines()]
        assert found[0] == {"type": "header", "format": 1, "on": "2026-05-09", "by": "Ana"}
        keys = [(line["type"], line["id"]) for line in found[1:]]
        assert keys == sorted(set(keys))
        kinds = [kind for kind, _ in keys]
        assert {kind: kinds.count(kind) for kind in kinds} == {
            "link": 9,
            "membership": 9,
            "organisation": 9,
            "partner": 1,
            "project": 1,
            "source": 2,
        }
        town = next(line for line in found if line.get("id") == "town-3")
        assert (town["latitude"], town["themes_offered"]) == (43.0, ["culture", "youth"])
        assert "country" not in town
        assert town["origins"] == [
            {"source": "ALDA", "row": 3, "fields": ["latitude", "name", "themes_offered"]},
            {"source": "links", "row": 3, "fields": []},
        ]
        assert "Niš\\u2028".encode() in content

    def test_hold_judgements_but_no_questions_and_no_contacts(self) -> None:
        apart = Judgement(verdict="different", organisation="town-2", other="town-1", who="Ana", when="2026-05-09")
        refused = Judgement(verdict="refused", organisation="town-3", name="Town 3", why="a mountain")
        sources, said = statements()
        said.append(Statement("ALDA", 3, "question", "town-3", {"name": "Town 3", "why": "several places"}))
        contact = Contact("ALDA", 3, "town-3", "email", "ana@town.example")
        with open_store("memory:") as store:
            store.judge([apart, refused])
            store.replace(sources, said, contacts=[contact])
            found = list(lines.export(store.read()))
        judged = [json.loads(line) for line in found[1:] if '"type": "judgement"' in line]
        assert judged == sorted(judged, key=lambda line: line["id"])
        assert {line["id"]: line for line in judged} == {
            apart.id: {
                "type": "judgement",
                "id": apart.id,
                "verdict": "different",
                "organisation": "town-1",
                "other": "town-2",
                "who": "Ana",
                "when": "2026-05-09",
                "why": "",
            },
            refused.id: {
                "type": "judgement",
                "id": refused.id,
                "verdict": "refused",
                "organisation": "town-3",
                "name": "Town 3",
                "who": "",
                "why": "a mountain",
            },
        }
        rest = [line for line in found if '"type": "judgement"' not in line]
        with open_store("memory:") as store:
            store.replace(*statements())
            assert rest == list(lines.export(store.read()))

    def test_speak_of_nothing_but_the_facts(self) -> None:
        empty = list(lines.export(Network(), on=TODAY))
        assert empty == ['{"by": "", "format": 1, "on": "2026-05-09", "type": "header"}']

    def test_are_written_to_a_file(self, tmp_path: Path, network: Network) -> None:
        lines.write(network, tmp_path / "net.jsonl", on=TODAY, by="Ana")
        content = (tmp_path / "net.jsonl").read_bytes()
        assert content.endswith(b"\n")
        assert content.decode().splitlines() == list(lines.export(network, on=TODAY, by="Ana"))
