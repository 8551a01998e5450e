"""What an option or argument may be: days, spans, corridors, files ...; what is none is told with an example."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click


class Day(click.ParamType[dt.date]):
    """A day in ISO form."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        """Read ``2026-05-31``."""
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a day; write it as 2026-05-31", param, ctx)


class Bounds(click.ParamType[tuple[Any, Any]]):
    """Two bounds, ``LEAST-MOST``; either may be left out."""

    name = "least-most"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[Any, Any]:
        """Read ``1000-50000``, ``1000-`` or ``-50000``."""
        least, dash, most = (part.strip() for part in value.partition("-"))
        try:
            bounds = (int(least) if least else None, int(most) if most else None)
        except ValueError:
            bounds = (None, None)
        if not dash or bounds == (None, None):
            self.fail(f"{value!r} is not a span; write it as 1000-50000, 1000- or -50000", param, ctx)
        if None not in bounds and bounds[0] > bounds[1]:  # type: ignore[operator]
            self.fail(f"{value!r} is empty: the lower bound comes first", param, ctx)
        return bounds


class Corridor(click.ParamType[str]):
    """Two ends, each a group or countries."""

    name = "from:to"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """See that ``old-europe:western-balkans`` has two ends."""
        text = str(value)
        if text.count(":") != 1 or not all(end.strip() for end in text.split(":")):
            self.fail(f"{text!r} is not a corridor; write it as old-europe:western-balkans or IT:BA,RS", param, ctx)
        return text


class Language(click.ParamType[str]):
    """A language by its ISO 639-1 code or its name; with ``script``, also a code with a script (``sr-Latn``)."""

    name = "language"

    def __init__(self, *, script: bool = False) -> None:
        self.script = script

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Read ``de`` or ``German``."""
        from twinnet.reading import values

        code, dash, script = str(value).partition("-")
        if self.script and dash and script.casefold() in _SCRIPTS and len(code) == 2:
            return f"{code.lower()}-{script.capitalize()}"
        try:
            found = values.languages(value)
        except values.NotTaken:
            found = ()
        if len(found) != 1:
            self.fail(f"{value!r} is not a language; write its code, such as de", param, ctx)
        return found[0]


_SCRIPTS = ("latn", "cyrl")


class PageLanguage(click.ParamType[str]):
    """A language that the page speaks, by its code; Croatian, Serbian and Montenegrin are served by ``bs``."""

    name = "language"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Read ``de``."""
        from twinnet.wording import LANGUAGES

        code = str(value).strip().lower()
        code = "bs" if code in _SERVED_BY_BS else code
        if code not in LANGUAGES:
            self.fail(f"the page does not speak {value!r}; choose one of {', '.join(LANGUAGES)}", param, ctx)
        return code


_SERVED_BY_BS = ("hr", "sr", "sh", "cnr")


class Weight(click.ParamType[tuple[str, float]]):
    """A reason and what its points are multiplied by."""

    name = "reason=n"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, float]:
        """Read ``themes=2.5``."""
        reason, _, number = value.partition("=")
        try:
            weight = float(number)
        except ValueError:
            weight = -1.0
        if not reason.strip() or not 0 <= weight <= 100:
            self.fail(f"{value!r} is not a weight; write it as themes=2, a number from 0 to 100", param, ctx)
        return reason.strip(), weight


class Never(click.ParamType[tuple[str, str]]):
    """Two organisations."""

    name = "a;b"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """Read ``Mostar, BA;Bari, IT``."""
        first, _, second = (part.strip() for part in value.partition(";"))
        if not first or not second:
            self.fail(f'{value!r} is not two organisations; write them as "Mostar;Bari", in quotes', param, ctx)
        return first, second


class Correction(click.ParamType[tuple[str, tuple[str, ...]]]):
    """A field and the values that it has from now on."""

    name = "field=values"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, tuple[str, ...]]:
        """Read ``languages=bs,en``; no values take away all."""
        from twinnet.decisions import CORRECTABLE

        field, equals, words = (part.strip() for part in str(value).partition("="))
        if field not in CORRECTABLE or not equals:
            self.fail(
                f"{value!r} does not say FIELD=VALUES, such as languages=bs,en; fields are {', '.join(CORRECTABLE)}",
                param,
                ctx,
            )
        return field, tuple(word.strip() for word in words.split(",") if word.strip())


class Column(click.ParamType[tuple[str, str]]):
    """A field and the header of the column that holds it."""

    name = "field=header"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """Read ``name=Organizacija``."""
        field, _, header = (part.strip() for part in value.partition("="))
        if not field or not header:
            self.fail(f"{value!r} does not say FIELD=HEADER, such as name=Organizacija", param, ctx)
        return field, header


class Limit(click.ParamType[tuple[str, int]]):
    """A limit of reading and the number that it is set to."""

    name = "name=n"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, int]:
        """Read ``rows=500000``."""
        from dataclasses import fields

        from twinnet.reading import Limits

        limit, equals, number = (part.strip() for part in value.partition("="))
        names = [field.name for field in fields(Limits)]
        if limit not in names:
            self.fail(f"there is no limit {limit!r}: choose one of {', '.join(names)}", param, ctx)
        if not equals or not number.isdecimal() or not 0 < int(number[:20]) <= 10**12:
            self.fail(f"{value!r} does not set a limit; write it as {limit}=500000, a whole number", param, ctx)
        return limit, int(number)


class ListFile(click.ParamType[Path]):
    """A file to read; with ``dash``, ``-`` is standard input."""

    name = "file"

    def __init__(self, *, dash: bool = False) -> None:
        self.dash = dash

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """See that the file is there; name a similar one where it is not."""
        path = Path(value)
        if self.dash and str(value) == "-":
            return path
        if path.is_dir():
            self.fail(f"{value!r} is a folder: name the files in it", param, ctx)
        if not path.exists():
            from difflib import get_close_matches

            beside = sorted(other.name for other in path.parent.iterdir()) if path.parent.is_dir() else []
            near = get_close_matches(path.name, beside, 1)
            hint = f"did you mean {str(path.with_name(near[0]))!r}?" if near else "check its name and its folder"
            self.fail(f"there is no file {value!r}; {hint}", param, ctx)
        return path


class ListFileOrNetwork(ListFile):
    """A file to read, or the address of a network that is in no file, which stays text."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """See that a file is there; an address is looked at when it is opened."""
        from twinnet.stores import is_address

        return str(value) if is_address(value) else super().convert(value, param, ctx)


class OutFile(click.ParamType[str]):
    """A file to write, of one of some endings; ``-`` is standard output."""

    name = "file"

    def __init__(self, endings: Sequence[str]) -> None:
        self.endings = tuple(endings)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """See that the ending is known and the folder is there, before work is done."""
        text = str(value)
        if text == "-":
            return text
        path = Path(text)
        if not text.lower().endswith(self.endings):
            self.fail(f"{path.name!r} should end in {' or '.join(self.endings)}", param, ctx)
        if path.is_dir():
            self.fail(f"{text!r} is a folder: name a file in it", param, ctx)
        if not path.parent.is_dir():
            self.fail(f"there is no folder {str(path.parent)!r}: make it first", param, ctx)
        return text
