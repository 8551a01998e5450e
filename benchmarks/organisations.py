"""How well two names of organisations are judged, beside comparing their letters."""

import csv
import time
from pathlib import Path

from rapidfuzz import fuzz

from benchmarks.shared import DATA, has, show
from twinnet import countries
from twinnet.places import Gazetteer
from twinnet.resolution.alike import Organisation, judge, proposals
from twinnet.text import fold

_OWN = Path(__file__).resolve().parent.parent / "tests" / "labels" / "organisation_pairs.csv"
_PARTNERS = "projects/interreg_partners.csv"


def run() -> None:
    """Print the share of pairs judged right and how many were falsely called the same."""
    with Gazetteer.open() as gazetteer:
        own = _rows(_OWN)
        for part in sorted({row["part"] for row in own}):
            _judged(f"pairs of our own, part {part}", [row for row in own if row["part"] == part], gazetteer)
        if has("organisations/pairs.csv"):
            _judged("pairs.csv", _rows(DATA / "organisations/pairs.csv"), gazetteer)
        if has(_PARTNERS):
            names = {(row["Project Partner"], row["Country"]) for row in _rows(DATA / _PARTNERS)}
            partners = [
                Organisation(f"{at:05}", name, None, countries.code(country))
                for at, (name, country) in enumerate(sorted(names))
            ]
            start = time.perf_counter()
            found = proposals(partners, gazetteer=gazetteer)
            spent = time.perf_counter() - start
            show(f"{len(partners):,} partners' names: pairs proposed", len(found), "", f"in {spent:.1f} s")


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _judged(what: str, rows: list[dict[str, str]], gazetteer: Gazetteer) -> None:
    """Print the share right; the baseline has the threshold that is best on these very pairs."""
    same = [row["same"] == "1" for row in rows]
    decisions = [judge(row["a"], row["b"], gazetteer=gazetteer).decision for row in rows]
    right = sum(decision == ("same" if yes else "different") for decision, yes in zip(decisions, same, strict=True))
    false = sum(decision == "same" and not yes for decision, yes in zip(decisions, same, strict=True))
    scores = [fuzz.token_set_ratio(fold(row["a"]), fold(row["b"])) for row in rows]
    best = max(
        sum((score >= threshold) == yes for score, yes in zip(scores, same, strict=True)) for threshold in range(101)
    )
    ratio = f"{right / best:.2f} x letters alone ({best / len(rows):.3f})"
    beside = f"{ratio}; {false} falsely the same, {decisions.count('review')} in review"
    show(f"{what} ({len(rows)}): share right", right / len(rows), "", beside)
