"""Write the report of an evaluation as what the ending of a file asks for."""

from __future__ import annotations

import json
from pathlib import Path

from twinnet.evaluation import Evaluation, markdown, text
from twinnet.writing import write_text


def write_report(made: Evaluation, path: str | Path) -> None:
    """Write a report as Markdown (``.md``), JSON (``.json``) or plain text (``.txt``, and standard output, ``-``)."""
    ending = Path(path).suffix.lower()  # that of standard output, "-", is empty
    if ending == ".json":
        report = json.dumps(made.to_dict(), ensure_ascii=False, indent=2) + "\n"
    else:
        report = markdown(made) if ending == ".md" else text(made)
    write_text(report, path)
