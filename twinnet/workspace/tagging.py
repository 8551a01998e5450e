"""Tell the themes of the texts in any table; nothing is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from twinnet.reading import Limits
from twinnet.tagging import Tag, Tagger
from twinnet.taxonomy import Taxonomy
from twinnet.workspace.tables import read_user_table, refuse_same_file, with_added
from twinnet.writing import sheets

Progress = Callable[[int, int], object]
"""Called with how many of how many texts are done."""

MOST = 3
"""How many themes a text is given."""

ADDED = tuple(f"{what}_{at}" for at in range(1, MOST + 1) for what in ("theme", "score", "words"))
"""The columns that :func:`tag_table` adds, before ``tagger``."""

_STEP = 250


@dataclass(frozen=True, slots=True)
class TagOptions:
    """What a user says of a table of texts.

    ``columns`` are the headers of the columns of texts, which are read together. ``taxonomy`` is whose themes are told
    (None: the built-in one), ``embed`` reads with the extra ``twinnet[embed]``, ``sheet`` is the sheet of a workbook
    (None: the first that fits), ``limits`` how much is parsed.
    """

    columns: Sequence[str]
    taxonomy: Taxonomy | None = None
    embed: bool = False
    sheet: str | None = None
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Tagged:
    """What was made of a table.

    ``rows`` were read, ``empty`` of them without a text; ``themes`` counts the first themes, ``tagger`` is what read
    the texts, ``notes`` are what the user should know of reading.
    """

    rows: int
    empty: int
    themes: Mapping[str, int]
    tagger: str
    notes: tuple[str, ...]


def tag_table(path: str | Path, out: str | Path, *, options: TagOptions, progress: Progress | None = None) -> Tagged:
    """Tell the themes of every row's text and write the table with the columns :data:`ADDED` and ``tagger``.

    Every column and row stays, in order; a column that has the name of an added one becomes ``input_…``. A text that
    names no theme has none. ``words_1`` are the words of the text that caused ``theme_1``. ``out`` ends in ``.csv`` or
    ``.xlsx``, or is ``-`` for standard output (CSV).

    Raises
    ------
    OptionError
        There is no such column or sheet, ``out`` is the file itself, or the extra ``twinnet[embed]`` is not installed.
    InputError
        The file cannot be read as a table, or ``out`` not be written.
    """
    refuse_same_file(path, out)
    tagger = Tagger.open(taxonomy=options.taxonomy, embed=options.embed)
    wanted = {str(at): header for at, header in enumerate(options.columns)}
    table = read_user_table(
        path, columns=wanted, needed=tuple(wanted), fields=(), sheet=options.sheet, limits=options.limits
    )
    places = [table.columns[name] for name in wanted]
    texts = ["\n".join(text for at in places if (text := row[at].strip())) for row in table.rows]
    found = list(_tags(tagger, texts, progress))
    cells = ([*row, *_cells(tags), tagger.name] for row, tags in zip(table.rows, found, strict=True))
    sheets.write_table(with_added(table.header, (*ADDED, "tagger")), cells, out)
    themes = Counter(tags[0].theme for tags in found if tags)
    return Tagged(len(texts), texts.count(""), dict(themes.most_common()), tagger.name, table.notes)


def _tags(tagger: Tagger, texts: Sequence[str], progress: Progress | None) -> Iterator[tuple[Tag, ...]]:
    for start in range(0, len(texts), _STEP):
        if progress is not None:
            progress(start, len(texts))
        yield from tagger.tag_all(texts[start : start + _STEP], top=MOST)
    if progress is not None:
        progress(len(texts), len(texts))


def _cells(tags: Sequence[Tag]) -> list[str | float | None]:
    cells: list[str | float | None] = []
    for tag in tags:
        cells += [tag.theme, tag.score, ", ".join(tag.words)]
    return [*cells, *[None] * (len(ADDED) - len(cells))]
