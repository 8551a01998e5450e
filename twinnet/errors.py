"""The errors a caller may meet.

::

    TwinnetError
    ├── InputError          a file or a row cannot be taken (file, row, column, what to do)
    │   ├── LimitError      a file is over a limit
    │   └── OptionError     what the caller says of a list does not fit it (a field, header, country, date)
    ├── AmbiguousError      a name fits several organisations (the candidates)
    ├── NotFoundError       nothing has that id or name (the nearest ones)
    ├── RulesError          a rule asks for something that does not exist
    └── StoreError          a stored network cannot be opened or written
        └── NoStoreError    there is no network at an address

Every message says what is wrong and what to do about it, in one or two sentences.
"""

from __future__ import annotations

from collections.abc import Sequence


class TwinnetError(Exception):
    """Base of every error that twinnet raises on purpose."""


class InputError(TwinnetError):
    """A file or one of its rows cannot be taken.

    Parameters
    ----------
    reason:
        What is wrong and what to do.
    file, row, column:
        Where; ``row`` counts from 1 as a spreadsheet shows it. None where it does not apply.
    """

    def __init__(
        self, reason: str, *, file: str | None = None, row: int | None = None, column: str | None = None
    ) -> None:
        self.reason, self.file, self.row, self.column = reason, file, row, column
        where = ", ".join(
            part for part in (file, f"row {row}" if row else None, f"column {column!r}" if column else None) if part
        )
        super().__init__(f"{where}: {reason}" if where else reason)


class LimitError(InputError):
    """A file is larger than a limit allows; the message names the limit and how to raise it."""


class OptionError(InputError):
    """What the caller says of a list does not fit it: a field, header, country or date that does not exist."""


class AmbiguousError(TwinnetError):
    """A name fits several organisations.

    ``candidates`` holds one line an organisation (id, name, country), best first.
    """

    def __init__(self, message: str, candidates: Sequence[str]) -> None:
        self.candidates = tuple(candidates)
        super().__init__(message)


class NotFoundError(TwinnetError):
    """Nothing has that id or name; ``nearest`` holds the names most like it, best first."""

    def __init__(self, message: str, nearest: Sequence[str] = ()) -> None:
        self.nearest = tuple(nearest)
        hint = f"; did you mean {' or '.join(self.nearest)}?" if self.nearest else ""
        super().__init__(f"{message}{hint}")


class RulesError(TwinnetError):
    """A rule names a group, reason, network or organisation that does not exist."""


class StoreError(TwinnetError):
    """A stored network cannot be opened, read or written."""


class NoStoreError(StoreError):
    """There is no stored network at an address."""
