"""Points: how much each bin of each feature counts, learned from recorded links or set by rule.

:mod:`~twinnet.scoring.table` has the tables and scores with them; :mod:`~twinnet.scoring.learning` learns them.
"""

from twinnet.scoring.learning import FEWEST_LINKS, LearnOptions, learn
from twinnet.scoring.table import BLOCK, PointsTable, ScoredBlock, blocks, score, shipped, totals

__all__ = [
    "BLOCK",
    "FEWEST_LINKS",
    "LearnOptions",
    "PointsTable",
    "ScoredBlock",
    "blocks",
    "learn",
    "score",
    "shipped",
    "totals",
]
