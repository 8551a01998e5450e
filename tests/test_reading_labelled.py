"""The share of the columns of real lists that are recognised, with their own headers, with none, and with others."""

import importlib
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def columns():
    sys.path.insert(0, str(ROOT))
    yield importlib.import_module("benchmarks.columns")
    sys.path.remove(str(ROOT))


@pytest.mark.parametrize(
    ("way", "least"),
    [("own", 0.97), ("numbered", 0.9), ("hu", 0.97), ("ka", 0.9)],
)
def test_columns_of_real_lists_are_recognised(columns, shared_data: Path, way: str, least: float) -> None:
    header = getattr(columns, way, None) or columns.in_language(columns.translated()[way])
    lists = [one for one in columns.labelled(shared_data) if not one.called.startswith("members/ten_networks")]
    counts = [columns.recognised(one, header) for one in lists]
    right, total = (sum(count[at] for count in counts) for at in (0, 1))
    assert total >= 120
    assert right >= least * total, [line for count in counts for line in count[2]]


def test_labels_hold_no_cell_and_know_only_fields(columns) -> None:
    from twinnet.reading.fields import FIELDS

    lines = (columns.LABELS / "columns.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "file,sheet,column,header,role"
    known = {field for fields in FIELDS.values() for field in fields} | {"none"}
    assert {line.rsplit(",", 1)[1] for line in lines[1:]} <= known
    assert all(words.keys() >= {"name", "country", "none"} for words in columns.translated().values())
