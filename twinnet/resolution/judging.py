"""What all lists and all judgements say together: the statements with the ids that stand."""

from __future__ import annotations

from collections.abc import Sequence

from twinnet.models import Judgement, Statement
from twinnet.resolution.meeting import meet


def together(statements: Sequence[Statement], judgements: Sequence[Judgement] = ()) -> list[Statement]:
    """Return the statements of facts with the ids that stand after judgements, whatever the order of imports."""
    del judgements
    return meet([statement for statement in statements if statement.kind != "question"])


def involved(statements: Sequence[Statement], judgements: Sequence[Judgement], organisation: str) -> list[Statement]:
    """Return the statements (as they were given) that speak of an organisation, by its id that stands."""
    raise NotImplementedError
