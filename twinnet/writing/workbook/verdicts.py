"""What is decided in a workbook or table: the words of its drop-down, and the keys that lead a row back.

A row of a workbook holds, in hidden columns, whom it is about and what was known of the matter when it was written. Its
``check`` tells whether all of these still stand beside the names that a person reads: who sorts only some columns of a
sheet mixes rows, and then decides for others than they see.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from twinnet.decisions import VERDICTS, Decision
from twinnet.models import content_id
from twinnet.text import fold
from twinnet.writing.workbook.cells import cell_text

TAKE_BACK = "take back"
"""The word for a decision that is taken back."""
_MISPLACED = "{} is another place"
_OTHERWISE = {"accept": "accepted", "decline": "declined", "contact": "contacted", "withdrawn": TAKE_BACK}

WORD, BECAUSE, DAY, NOTE, WHO = "Decision", "Because", "Day", "Note", "Who"
"""The titles of the columns that a person fills in."""
ORGANISATION_ID, KIND, AFTER, CHECK = "Organisation id", "Kind", "After", "Check"
"""The titles of the columns of keys; that of the other side's id is :func:`other_id`."""


class Said(NamedTuple):
    """What a word says: a verdict; of one that is ``misplaced``, which ``side`` (None: the word does not say)."""

    verdict: str
    side: str | None = None


def other(kind: str) -> str:
    """Return what the other side of a suggestion is called: nobody who is linked already is a candidate.

    >>> other("start"), other("develop")
    ('candidate', 'partner')
    """
    return "candidate" if kind == "start" else "partner"


def other_id(kind: str) -> str:
    """Return the title of the column of the other side's id."""
    return f"{other(kind).capitalize()} id"


def words(kind: str = "start", *, decided: bool = False) -> list[str]:
    """Return the words that can be chosen of a suggestion of a kind; ``decided``: something stands that can go.

    >>> words()[-2:], words("develop", decided=True)[-2:]
    (['organisation is another place', 'candidate is another place'], ['partner is another place', 'take back'])
    """
    plain = [verdict for verdict in VERDICTS if verdict != "misplaced"]
    return [*plain, *_misplaced(other(kind)), *([TAKE_BACK] if decided else [])]


def _misplaced(the_other: str) -> Iterator[str]:
    yield from (_MISPLACED.format(side) for side in ("organisation", the_other))


@cache
def _read() -> dict[str, Said]:
    found = {fold(verdict): Said(verdict) for verdict in VERDICTS}
    found |= {
        fold(word): Said("withdrawn" if verdict == TAKE_BACK else verdict) for word, verdict in _OTHERWISE.items()
    }
    found[fold(TAKE_BACK)] = Said("withdrawn")
    for side, means in (("organisation", "organisation"), ("candidate", "candidate"), ("partner", "candidate")):
        for word in (_MISPLACED.format(side), f"misplaced {side}", f"{side} misplaced"):
            found[fold(word)] = Said("misplaced", means)
    return found


def said(word: str) -> Said | None:
    """Return what a word says, None where it is none of those that can be said.

    >>> said("Partner is another place"), said("Accept").verdict, said("perhaps")
    (Said(verdict='misplaced', side='candidate'), 'accepted', None)
    """
    return _read().get(fold(word))


def check(*parts: str) -> str:
    """Return what tells that keys and names belong together; the parts are read as cells hold them.

    >>> check("town-1", "Bari ") == check("town-1", "Bari"), check("town-1", "Bari") == check("town-1", "Pula")
    (True, False)
    """
    return content_id("row", *(" ".join(cell_text(part).split()) for part in parts))[-8:]


def told(row: Decision) -> str:
    """Say a row in a line: what, since when, who, why; its note is nobody else's.

    >>> told(Decision(organisation="town-1", candidate="town-2", kind="start", verdict="later", day="2027", who="Ana",
    ...               because="budget", when="2026-11-26T14:03:22Z"))
    'later, not before 2027 (Ana, 2026-11-26): budget'
    """
    word = {"misplaced": "another place", "withdrawn": "taken back"}.get(row.verdict, row.verdict)
    if row.day is not None:
        word += f", not before {row.day}" if row.verdict == "later" else f" on {row.day}"
    signed = ", ".join(part for part in (row.who, row.when[:10]) if part)
    return f"{word} ({signed})" + (f": {row.because}" if row.because else "")
