"""Measure how well partners are found: hide links, rank, and hold it against what a user could pick instead.

:func:`evaluate` does it all; :mod:`~twinnet.evaluation.splits` hides links,
:mod:`~twinnet.evaluation.baselines` ranks without learning, :mod:`~twinnet.evaluation.measures` makes figures of ranks.
:func:`text` and :func:`markdown` report them.
"""

from __future__ import annotations

from twinnet.evaluation.plans import MODEL, Evaluation, LeftOut, Method, Part, Plan
from twinnet.evaluation.report import markdown, text
from twinnet.evaluation.running import evaluate

__all__ = ["MODEL", "Evaluation", "LeftOut", "Method", "Part", "Plan", "evaluate", "markdown", "text"]
