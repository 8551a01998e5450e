"""What networks, programmes and their measures stand for, since when."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from twinnet.text import fold

StandingKind = Literal["network", "programme", "measure"]
_PARTIAL = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")


@dataclass(frozen=True, slots=True)
class Standing:
    """The themes that a network, a programme or a measure of a programme stands for.

    ``names`` are its name and aliases; one that begins with ``=`` is met by the whole name only, because it is a word
    of other names too. ``programme`` is that of a measure, else empty. ``as_of`` is the first day that it stands for
    these themes, None for always. No themes: it is known, and too broad for any to follow from it.
    """

    kind: StandingKind
    names: tuple[str, ...]
    themes: tuple[str, ...]
    programme: str = ""
    as_of: dt.date | None = None

    @property
    def identity(self) -> tuple[str, str, str]:
        """What tells it from others: a second row of the same is what it stands for since another day."""
        return self.kind, fold(self.programme), fold(self.names[0])


def first_day(partial: str) -> dt.date | None:
    """Return the first day of a year, month or day in ISO form; None of nothing.

    >>> first_day("1990"), first_day("")
    (datetime.date(1990, 1, 1), None)

    Raises ``ValueError`` for what is none of these, such as ``2026-1``.
    """
    if partial and not _PARTIAL.fullmatch(partial):
        raise ValueError(partial)
    return dt.date.fromisoformat(partial + "-01-01"[len(partial) - 4 :]) if partial else None


def read_standings(rows: Iterable[Mapping[str, str]]) -> Iterator[Standing]:
    """Read the rows of ``networks.csv``."""
    for row in rows:
        kind = row["kind"]
        yield Standing(
            kind="network" if kind == "network" else "programme" if kind == "programme" else "measure",
            names=(row["name"], *filter(None, row["aliases"].split(";"))),
            themes=tuple(filter(None, row["themes"].split(";"))),
            programme=row["programme"],
            as_of=first_day(row["as_of"]),
        )


def network_themes(standings: Sequence[Standing], name: str, *, on: dt.date | None) -> tuple[str, ...]:
    """Return the themes that a network of that name stands for, on a day (None: as last known)."""
    return _themes(_met((one for one in standings if one.kind == "network"), [name], on))


def programme_themes(standings: Sequence[Standing], programme: str, measure: str | None) -> tuple[str, ...]:
    """Return the themes of a programme and its measure, the measure's first."""
    programmes = _met((one for one in standings if one.kind == "programme"), [programme], None)
    known = {one.identity[2] for one in programmes}
    measures = [one for one in standings if one.kind == "measure" and fold(_plain(one.programme)) in known]
    return _themes([*_met(measures, [measure or "", programme], None), *programmes])


def _themes(standings: Iterable[Standing]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(theme for one in standings for theme in one.themes))


def _met(standings: Iterable[Standing], texts: Sequence[str], on: dt.date | None) -> list[Standing]:
    """Return the standings whose name stands in a text; of several of one name, the newest that holds on the day."""
    newest: dict[tuple[str, str, str], Standing] = {}
    for one in standings:
        if one.as_of and on and one.as_of > on:
            continue
        if not any(_stands_in(name, text) for name in one.names for text in texts if text):
            continue
        before = newest.get(one.identity)
        if before is None or (one.as_of or dt.date.min) >= (before.as_of or dt.date.min):
            newest[one.identity] = one
    return list(newest.values())


def _plain(name: str) -> str:
    return name.removeprefix("=")


def _stands_in(name: str, text: str) -> bool:
    words, sought = fold(text.replace("_", " ")), fold(_plain(name))
    if not name.startswith("="):
        return f" {sought} " in f" {words} "
    return sought in (words, " ".join(word for word in words.split() if not word.isdecimal()))
