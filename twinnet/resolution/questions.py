"""Questions that wait for a person: which place a name means."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from twinnet.models import Statement


@dataclass(frozen=True, slots=True)
class Question:
    """A name whose place is not sure, as a row asks it.

    ``locality`` and ``region`` are what the row says beside the name; ``candidates`` are GeoNames ids of what is
    proposed, the likeliest first (none where no place is known by that name); ``stage`` and ``score`` say how the first
    was found, ``why`` why a person has to look.
    """

    name: str
    country: str | None
    kind: str = "town"
    locality: str | None = None
    region: str | None = None
    candidates: tuple[int, ...] = ()
    stage: str = ""
    score: float = 0.0
    why: str = ""

    def values(self) -> dict[str, Any]:
        """Return what is known as plain JSON values, for a statement."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        given |= {"candidates": list(self.candidates), "score": round(self.score, 3)}
        return {name: value for name, value in given.items() if value not in (None, "", [])}

    @classmethod
    def of(cls, statement: Statement) -> Question:
        """Return the question that a statement holds.

        >>> asked = Question("Neustadt", "DE", candidates=(1, 2), why="several places have that name")
        >>> Question.of(Statement("ALDA", 2, "question", "town-1", asked.values())) == asked
        True
        """
        values = statement.values
        return cls(**{**values, "country": values.get("country"), "candidates": tuple(values.get("candidates", ()))})
