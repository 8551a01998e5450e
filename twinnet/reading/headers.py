"""Columns -> fields: what a list's columns mean and what kind of list it is.

A header proposes meanings (``data/headers.json`` holds the words of Europe's languages), the cells below it judge
them. What no meaning fits stays unmapped and is not imported; columns of persons and contacts are read only where a
user keeps contacts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import get_args

from twinnet.errors import InputError, OptionError
from twinnet.models import ListKind
from twinnet.reading import guessing, values
from twinnet.reading.content import Content
from twinnet.reading.fields import FIELDS, NEEDED, REPEATED
from twinnet.reading.mapping import Columns, settle
from twinnet.reading.words import CONTACTS, PRIVATE, SIDED, WEAK, Meaning, Side, is_short, meanings
from twinnet.text import fold

_TEXTS = ("name", "locality", "partner", "region", "note", "former", "status", "title", "description", "item")
_NAMELIKE = ("name", "locality", "partner")
_BY_PLACE = ("name", "country", "region")
_HEADER_WITHIN = 25
_LONG = 60
"""A column of descriptions whose cells have so many characters in the mean holds more than how to reach somebody."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is read: its kind, where its header stands (index of the row), and the field of each column."""

    kind: ListKind
    header: int
    fields: tuple[str | None, ...]
    country: str | None = None
    """The country of a side that has no column for it, as its regions tell."""
    ends_of_links: bool = False
    """A list of links is read for the members at its first ends."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a user says of a table.

    ``kind`` is what kind of list it is (None: to be told); ``columns`` maps fields to headers and goes before
    everything else; ``unused`` are headers that are not imported where a list has them; ``keep_contacts`` reads the
    columns of contacts too.
    """

    kind: ListKind | None = None
    columns: Columns = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    keep_contacts: bool = False


def recognise(
    rows: Sequence[Sequence[str]],
    *,
    said: Said | None = None,
    headed: bool = False,
    places: guessing.Places | None = None,
    file: str,
) -> Layout:
    """Tell what kind of list a table is and what its columns mean.

    Parameters
    ----------
    rows:
        The table with its header somewhere among the first rows.
    said:
        What the user says of it.
    headed:
        The first row is certainly the header.
    places:
        Tells the place that a text names, for columns whose headers say nothing; None to do without.

    Raises
    ------
    InputError
        There is no header, or no column of names.
    OptionError
        The user's mapping names what does not exist.
    """
    said = said or Said()
    kind = said.kind
    header = 0 if headed else _header_row(rows)
    heads = [values.clean(cell) for cell in rows[header]]
    width = max(len(heads), *(len(row) for row in rows[header + 1 : header + 200]), 1)
    heads += [""] * (width - len(heads))
    below = rows[header + 1 :]
    contents = [Content.of(column, below) for column in range(width)]
    settled = settle(said.columns, said.unused, heads, keep_contacts=said.keep_contacts, file=file)
    fixed = {column: use for column, use in settled.items() if use}
    chosen = [
        [] if column in settled else _judged(meanings(head) if head else (), contents[column])
        for column, head in enumerate(heads)
    ]
    if any(chosen) or fixed or not _is_row(heads, contents):
        _guess(guessing.Table(contents, below, places), chosen, settled)
    if not any(chosen) and not fixed:
        raise InputError(
            "no header was recognised: give the columns names in the first row (name, country ...), or say which "
            "column is which (--column name=HEADER)",
            file=file,
        )
    told = kind or _kind(chosen, fixed, heads)
    fixed = {
        column: {"themes": "themes_offered"}.get(use, use) if told == "members" else use
        for column, use in fixed.items()
    }
    for use in fixed.values():
        if use not in FIELDS[told]:
            raise OptionError(
                f"a list of {told} has no field {use!r}: choose one of {', '.join(FIELDS[told])}", file=file
            )
    if not said.keep_contacts or told not in ("members", "partners"):
        chosen = [[(w, Meaning("ignored") if m.field in PRIVATE else m) for w, m in pairs] for pairs in chosen]
    fields = _assign(told, chosen, fixed, heads)
    _refuse_nameless(told, fields, file=file, asked=kind is not None)
    ends = told == "members" and _kind(chosen, fixed, heads) == "links"
    return Layout(told, header, tuple(fields), _country_of_regions(told, fields, contents), ends)


def _header_row(rows: Sequence[Sequence[str]]) -> int:
    """Return the index of the first row with the most known header words among the first rows, 0 where none has any.

    Below a first row that is as wide, one word is not enough: it is a row of the list, and the header is in a language
    that is not known.
    """
    best, answer = 0.0, 0
    wide = sum(bool(cell.strip()) for cell in rows[0])
    for index, row in enumerate(rows[:_HEADER_WITHIN]):
        score = _like_a_header(row, [*rows[:index], *rows[index + 1 : index + 41]])
        enough = 1.2 if index and wide > 1 and sum(bool(cell.strip()) for cell in row) <= wide else 0.0
        if score > max(best + 0.01, enough):
            best, answer = score, index
    return answer


def _like_a_header(row: Sequence[str], others: Sequence[Sequence[str]]) -> float:
    """Return how many different header words a row holds, less what is a cell in it; ``others`` stand around it.

    What stands in its column again and again ("Municipality", "DE") is a cell, and speaks against its row. So does
    a mark that fills half the row. Words as short as a mark ("x", "y", "no") only add to longer ones.
    """
    words: dict[str, float] = {}
    marks: Counter[str] = Counter()
    against = filled = 0
    for column, cell in enumerate(row):
        if not cell.strip():
            continue
        filled += 1
        if sum(column < len(other) and other[column] == cell for other in others) >= max(1.0, 0.1 * len(others)):
            against += 1
            continue
        head = values.clean(cell)
        strongest = max((meaning.strength for meaning in meanings(head)), default=0.0)
        if strongest < 2 or is_short(head):
            marks[fold(head) or head] += 1
        else:
            words.setdefault(fold(head), 1.0 if strongest >= 2.3 else 0.4)
    repeated = max(marks.values(), default=0)
    if not words or (repeated >= 3 and repeated >= filled / 2):
        return 0.0
    short = sum(count == 1 and is_short(mark) and bool(meanings(mark)) for mark, count in marks.items())
    return sum(words.values()) + min(0.1 * short, 0.5) - against


def _judged(candidates: Sequence[Meaning], content: Content) -> list[tuple[float, Meaning]]:
    """Return the meanings that the cells allow with their weight, the best first."""
    described = candidates and candidates[0].field == "description" and content.mean_length >= _LONG
    if content.is_personal and not described:
        reach = "contact_email" if content.share("email") >= content.share("phone") else "contact_phone"
        return [(9.0, Meaning(reach))]
    judged = []
    for order, meaning in enumerate(candidates):
        fit = content.fit(meaning.field)
        guessed = meaning.strength < WEAK and content.values
        if fit is not None and (fit or not guessed):
            judged.append((meaning.strength + 1.5 * fit - 0.01 * order, meaning))
    return sorted(judged, key=lambda pair: -pair[0])


def _best(chosen: Sequence[Sequence[tuple[float, Meaning]]]) -> list[Meaning | None]:
    return [pairs[0][1] if pairs else None for pairs in chosen]


def _kind(
    chosen: Sequence[Sequence[tuple[float, Meaning]]], fixed: Mapping[int, str], heads: Sequence[str]
) -> ListKind:
    """Tell the kind of list from the meanings of its columns."""
    best = [meaning for meaning in _best(chosen) if meaning]
    has = {meaning.field for meaning in best} | set(fixed.values())
    if any(field.startswith(("from_", "to_")) for field in fixed.values()):
        return "links"
    project = {"acronym", "programme"} & has or ("title" in has and {"partner", "description", "start", "end"} & has)
    named = {"partner", "role", "name"} & has or {"locality", "country"} <= has
    if project:
        whole = {"description", "start", "end", "since"} & has
        return "partners" if named and not ("description" in whole and len(whole) > 1) else "projects"
    if "title" in has and not named and "locality" not in has and {"themes", "measure"} & has:
        return "projects"
    named_columns = [
        (fold(head), meaning)
        for head, meaning in zip(heads, _best(chosen), strict=True)
        if meaning and meaning.field in _NAMELIKE
    ]
    sides = {"to" if meaning.field == "partner" else meaning.side for _, meaning in named_columns}
    repeated = len(named_columns) > len({head for head, _ in named_columns})
    if ("to" in sides and len(named_columns) > 1) or repeated:
        return "links"
    return "members"


def _assign(
    kind: ListKind, chosen: Sequence[Sequence[tuple[float, Meaning]]], fixed: Mapping[int, str], heads: Sequence[str]
) -> list[str | None]:
    """Give each field to the column that means it best."""
    fields: list[str | None] = [fixed.get(column) for column in range(len(heads))]
    taken = set(fixed.values())
    if kind == "links":
        _assign_sides(chosen, fields, taken)
    link_table = kind == "members" and _kind(chosen, fixed, heads) == "links"
    claims = sorted(
        ((weight, column, meaning) for column, pairs in enumerate(chosen) for weight, meaning in pairs),
        key=lambda claim: (-claim[0], claim[1]),
    )
    settled = {column for column, field in enumerate(fields) if field}
    for _, column, meaning in claims:
        if column in settled:
            continue
        if meaning.field in (*PRIVATE, "ignored"):
            fields[column] = meaning.field if meaning.field in CONTACTS else None
            settled.add(column)
            continue
        field = _field(kind, meaning, link_table=link_table)
        if field is None or (field in taken and field not in REPEATED):
            continue
        fields[column] = field
        settled.add(column)
        taken.add(field)
    _promote_name(kind, fields, taken, chosen)
    return fields


def _field(kind: ListKind, meaning: Meaning, *, link_table: bool) -> str | None:
    """Return the field that a meaning has in a kind of list, None where it has none."""
    field = meaning.field
    if link_table and (meaning.side == "to" or field in ("partner", "kind", "since", "until", "status", "note")):
        return None
    if kind == "links" and field in (*SIDED, "locality", "partner"):
        return None
    if kind == "projects":
        field = {"since": "start", "until": "end"}.get(field, field)
    elif kind == "partners":
        field = {"partner": "name"}.get(field, field)
    elif kind == "members":
        field = {"themes": "themes_offered", "note": "former"}.get(field, field)
    return field if field in FIELDS[kind] else None


def _promote_name(
    kind: ListKind, fields: list[str | None], taken: set[str], chosen: Sequence[Sequence[tuple[float, Meaning]]]
) -> None:
    """Give a list without a column of names the next best: the locality, a title, a partner; a project its title."""
    if kind in ("members", "partners") and "name" not in taken:
        for wanted in ("locality", "title", "partner"):
            for column, pairs in enumerate(chosen):
                if (fields[column] == wanted or fields[column] is None) and any(
                    m.field == wanted for _, m in pairs[:1]
                ):
                    fields[column] = "name"
                    taken.add("name")
                    return
    if kind == "partners" and "acronym" not in taken:
        for column, pairs in enumerate(chosen):
            if fields[column] is None and any(m.field == "title" for _, m in pairs):
                fields[column] = "acronym"
                return


def _assign_sides(chosen: Sequence[Sequence[tuple[float, Meaning]]], fields: list[str | None], taken: set[str]) -> None:
    """Tell for each column of a link list which end it describes."""
    claims: dict[str, list[tuple[float, int, Side | None]]] = {}
    for column, pairs in enumerate(chosen):
        if pairs and fields[column] is None:
            weight, meaning = pairs[0]
            base, side = meaning.field, meaning.side
            if base in _NAMELIKE:
                side = "to" if base == "partner" and side is None else side
                weight -= 0.3 if base == "locality" else 0.0
                base = "name"
            if base in SIDED:
                claims.setdefault(base, []).append((weight, column, side))
    names: dict[int, Side] = {column: side for column, field in enumerate(fields) if (side := _side_of(field))}
    for base in ("name", *(base for base in SIDED if base != "name")):
        for side, column in _two_ends(claims.get(base, []), names, by_place=base in _BY_PLACE).items():
            field = f"{side}_{base}"
            if field not in taken:
                fields[column] = field
                taken.add(field)
                if base == "name":
                    names[column] = side


def _side_of(field: str | None) -> Side | None:
    return "from" if field == "from_name" else "to" if field == "to_name" else None


def _two_ends(
    claims: Sequence[tuple[float, int, Side | None]], names: Mapping[int, Side], *, by_place: bool
) -> dict[Side, int]:
    """Choose the columns of both ends: a marked one first, an unmarked one by its place in the table.

    A single unmarked column belongs to the name before it. Behind both names that is certain for countries and
    regions (``by_place``) only; a town at the wrong coordinates is worse than one without.
    """
    ends: dict[Side, int] = {}
    for _, column, side in sorted(claims, key=lambda claim: (-claim[0], claim[1])):
        if side and side not in ends:
            ends[side] = column
    free = sorted(column for _, column, side in claims if side is None)
    if len(free) == 1 and not ends and names:
        before = [column for column in names if column < free[0]]
        if len(before) == len(names) and not by_place:
            return {}
        return {names[max(before)] if before else "from": free[0]}
    for side in get_args(Side):
        if side not in ends and free:
            ends[side] = free.pop(0)
    return ends


def _guess(table: guessing.Table, chosen: list[list[tuple[float, Meaning]]], settled: Mapping[int, str | None]) -> None:
    """Give the columns whose header says nothing, or nothing that fits, the meaning that their cells tell."""
    weak = {column for column, pairs in enumerate(chosen) if pairs and pairs[0][1].strength <= WEAK}
    known = {column: pairs[0][1] for column, pairs in enumerate(chosen) if pairs and column not in weak}
    for column, use in settled.items():
        if use:
            side = next((mark for mark in get_args(Side) if use.startswith(f"{mark}_")), None)
            known[column] = Meaning(use.removeprefix(f"{side}_"), side)
    free = [c for c, pairs in enumerate(chosen) if (not pairs or c in weak) and c not in settled]
    for column, meaning in guessing.guess(table, known, free).items():
        said = chosen[column][0][1] if chosen[column] else None
        if said is None or said.field in _TEXTS or meaning.field not in _NAMELIKE:
            chosen[column] = [(meaning.strength + 1.5, meaning)]


def _is_row(heads: Sequence[str], contents: Sequence[Content]) -> bool:
    """Whether the first row is no header but already a row of the list."""
    filled = [(head, content) for head, content in zip(heads, contents, strict=True) if head]
    return not filled or any(content.filled and content.has_type_of(head) for head, content in filled)


def _refuse_nameless(kind: ListKind, fields: Sequence[str | None], *, file: str, asked: bool) -> None:
    for choices, _ in NEEDED[kind]:
        if not any(choice in fields for choice in choices):
            what = " or ".join(choices)
            wrong = f"this is no list of {kind}, or it" if asked else f"a list of {kind}"
            raise InputError(
                f"{wrong} has no column of names ({what}): say which it is (--column {choices[0]}=HEADER)"
                + ("" if asked else ", or what kind of list this is (--as members|links|projects|partners)"),
                file=file,
            )


def _country_of_regions(kind: ListKind, fields: Sequence[str | None], contents: Sequence[Content]) -> str | None:
    """Return the country whose states fill the region column of a side that has no country column."""
    prefix = "from_" if kind == "links" else ""
    if f"{prefix}country" in fields or f"{prefix}region" not in fields:
        return None
    content = contents[list(fields).index(f"{prefix}region")]
    for country, states in values.vocabulary()["states"].items():
        known = {fold(state) for state in states}
        if content.values and sum(fold(value) in known for value in content.values) >= 0.9 * len(content.values):
            return str(country)
    return None
