"""A file, or standard input -> its bytes, and the tables of cells in them."""

from __future__ import annotations

import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from twinnet import countries
from twinnet.errors import InputError
from twinnet.places import Gazetteer
from twinnet.reading import tables, words
from twinnet.reading.guessing import Known
from twinnet.reading.raw import Limits, RawTable
from twinnet.text import fold

STANDARD_INPUT = "-"
"""The file that means standard input."""

_LONGEST_NAME = 80


def contents(path: str | Path, *, limits: Limits) -> tuple[str, bytes]:
    """Return a file's name without its folder, and its bytes; ``-`` is standard input.

    Raises
    ------
    InputError
        The file cannot be read.
    LimitError
        It is over a limit.
    """
    path = Path(path)
    if str(path) == STANDARD_INPUT:
        # One byte more than allowed tells that there is too much.
        return "standard input", sys.stdin.buffer.read(limits.file_bytes + 1)
    file = path.name or str(path)
    try:
        limits.check("file_bytes", path.stat().st_size, file=file, what="the file")
        return file, path.read_bytes()
    except FileNotFoundError as error:
        raise InputError("there is no such file: check its name and its folder", file=file) from error
    except IsADirectoryError as error:
        raise InputError("this is a folder: name the files in it", file=file) from error
    except (OSError, ValueError) as error:
        raise InputError(f"cannot be read: {getattr(error, 'strerror', None) or error}", file=file) from error


def raw_tables(path: str | Path, *, limits: Limits | None = None, whole: bool = False) -> tuple[str, list[RawTable]]:
    """Return a file's name and its tables of text cells, whatever they hold; errors as of :func:`contents`.

    With ``whole`` also what is hidden in a workbook: the rows that a filter leaves out, columns of ids.
    """
    limits = limits or Limits()
    file, data = contents(path, limits=limits)
    with KnownNames() as names:
        return file, tables.parse(data, file=file, limits=limits, is_name=names, whole=whole)


class KnownNames:
    """Tells whether a cell is a header, a country or a place; opens the gazetteer when first asked."""

    def __init__(self) -> None:
        self._gazetteer: Gazetteer | None = None
        self._places: dict[str, Known | None] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._gazetteer is not None:
            self._gazetteer.close()

    def __call__(self, text: str) -> bool:
        """Tell whether a text is a known name."""
        if fold(text) in words.known_words() or countries.code(text) is not None:
            return True
        return self.place(text) is not None

    def place(self, text: str) -> Known | None:
        """Return the place that a text names, or whose id of GeoNames it is; None where there is none."""
        if len(text) > _LONGEST_NAME:
            return None
        if text not in self._places:
            if self._gazetteer is None:
                self._gazetteer = Gazetteer.open()
            self._places[text] = _look_up(text, self._gazetteer)
        return self._places[text]


def _look_up(text: str, gazetteer: Gazetteer) -> Known | None:
    if text.isdecimal():
        place = gazetteer.by_id(int(text)) if len(text) < 10 else None
    else:
        hit = gazetteer.find(text) if any(map(str.isalpha, text)) else None
        place = hit.place if hit is not None and hit.stage in ("exact", "stripped") else None
    return None if place is None else Known(place.country, place.latitude, place.longitude)
