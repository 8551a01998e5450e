"""Measure a network, and write the report as what the ending of a file asks for."""

from __future__ import annotations

import json
from pathlib import Path

from twinnet.evaluation import Evaluation
from twinnet.writing import write_text
from twinnet.writing.atomic import STANDARD_OUTPUT

REPORTS = (".md", ".json", ".txt")
"""Endings of a report."""


def write_report(made: Evaluation, path: str | Path) -> None:
    """Write a report as Markdown (``.md``), JSON (``.json``) or plain text (``.txt``, and standard output, ``-``)."""
    ending = Path(path).suffix.lower()
    if str(path) != STANDARD_OUTPUT and ending == ".json":
        write_text(json.dumps(made.to_dict(), ensure_ascii=False, indent=2) + "\n", path)
    elif str(path) != STANDARD_OUTPUT and ending == ".md":
        write_text(made.to_markdown(), path)
    else:
        write_text(made.to_text(), path)
