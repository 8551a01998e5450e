"""The sheets of a workbook, as columns: suggestions, their reasons, open questions, and what was decided so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from twinnet.decisions import FUNNEL, Decision, Matter, live, matter_id
from twinnet.models import Evidence, Party, Suggestion, SuggestionKind
from twinnet.wording import english
from twinnet.writing.workbook import verdicts
from twinnet.writing.workbook.cells import Cell, Column

if TYPE_CHECKING:
    from twinnet.graph import Network

TITLES: dict[SuggestionKind, str] = {"start": "Start", "revitalise": "Revitalise", "develop": "Develop"}
"""The sheets of suggestions."""
MOST_REASONS = 50_000
"""How many reasons have a row of their own at most; where there are more, all stand beside their suggestions."""
BESIDE = 5
"""So many reasons stand beside their suggestion, the strongest ones, where all have a row of their own."""

_STEPS: tuple[str, ...] = (*reversed(FUNNEL), "later", "declined", "misplaced")
"""What has come furthest first."""

R = TypeVar("R")
_DAY_HINT = (
    "A day as 2027-05-31, or a month or year: when it happened, empty for today. For later: from when to suggest it "
    "again, empty for in half a year."
)
_WORD_HINT = "Choose what was decided. A row without a decision stays as it is."
_BECAUSE_HINT = "Why, in a few words. This may be told to others."
_NOTE_HINT = "For yourselves: no page or letter shows it."


@dataclass(frozen=True, slots=True)
class Asked:
    """An open question as a row: its ``cells`` by the titles of columns, and the ``answers`` that a list offers."""

    cells: Mapping[str, str]
    answers: tuple[str, ...]


class Deed(NamedTuple):
    """A matter of the funnel, and its two sides as they are called now."""

    matter: Matter
    kind: SuggestionKind
    organisation: Party
    candidate: Party

    @property
    def stands(self) -> Decision | None:
        """The row that stands."""
        return self.matter.stands


def suggestions(kind: SuggestionKind, network: Network, *, beside: int | None = BESIDE) -> list[Column[Suggestion]]:
    """Return the columns of a sheet of suggestions: who, why, what to decide, more facts, keys.

    ``beside`` is how many reasons stand beside a suggestion (None: all).
    """
    table = network.organisations
    inhabitants = dict(zip(table.column("id"), table.column("population"), strict=True))
    matters = network.matters

    def matter(one: Suggestion) -> Matter | None:
        return matters.get(matter_id(one.organisation.id, one.candidate.id, kind))

    def so_far(one: Suggestion) -> str:
        found = matter(one)
        return history(found) if found is not None else ""

    def choices(one: Suggestion) -> list[str]:
        found = matter(one)
        return verdicts.words(kind, decided=found is not None and found.stands is not None)

    def head(one: Suggestion) -> str:
        found = matter(one)
        return found.head if found is not None else ""

    columns: list[Column[Suggestion]] = [
        *_sides(kind, lambda s: s.organisation, lambda s: s.candidate),
        Column("Reasons (points)", 64, lambda s: why(s, beside)),
    ]
    if kind != "start":
        columns += [
            Column("Themes to take up", 24, lambda s: ", ".join(map(network.taxonomy.label, s.themes))),
            Column("State", 11, lambda s: s.state),
            Column("Ask first", 9, lambda s: "yes" if s.ask_first else "no"),
        ]
    columns += [
        *_to_fill(choices),
        Column("So far", 28, so_far),
        Column("Score", 9, lambda s: s.score, "number"),
    ]
    if kind == "start":
        columns += [
            Column("Times as likely as a chance pair", 12, lambda s: s.times, "times"),
            Column("Probability", 12, lambda s: s.probability, "probability"),
        ]
    return [
        *columns,
        Column("Inhabitants", 12, lambda s: inhabitants.get(s.organisation.id), "number"),
        Column("Its inhabitants", 12, lambda s: inhabitants.get(s.candidate.id), "number"),
        Column("Nothing known of", 28, lambda s: ", ".join(s.missing)),
        Column("Link id", 20, lambda s: s.link, hidden=True),
        *_keys(kind, lambda s: s.organisation, lambda s: s.candidate, of=lambda _: kind, head=head),
    ]


def why(suggestion: Suggestion, most: int | None = None) -> str:
    r"""Say the reasons of a suggestion, a line each with its points; of more than ``most`` the strongest, and the rest.

    >>> bari, pula = Party(id="town-1", name="Bari"), Party(id="town-2", name="Pula")
    >>> points = (("size", 9), ("ended", -5), ("idle", 1))
    >>> told = [Evidence(key=key, points=n, sentence=key) for key, n in points]
    >>> one = Suggestion(kind="revitalise", organisation=bari, candidate=pula, score=5, reasons=tuple(told))
    >>> why(one, 1)
    'size (+9)\n2 more (-4): see the sheet Reasons'
    """
    all_of_them = suggestion.reasons
    if most is None or len(all_of_them) <= most + 1:
        return "\n".join(f"{reason.sentence} ({reason.points:+})" for reason in all_of_them)
    kept = sorted(range(len(all_of_them)), key=lambda at: -abs(all_of_them[at].points))[:most]
    rest = suggestion.score - sum(all_of_them[at].points for at in kept)
    lines = [f"{all_of_them[at].sentence} ({all_of_them[at].points:+})" for at in sorted(kept)]
    return "\n".join([*lines, f"{len(all_of_them) - most} more ({rest:+}): see the sheet Reasons"])


def reasons() -> list[Column[tuple[Suggestion, Evidence]]]:
    """Return the columns of the sheet with a row for each reason of a suggestion."""
    return [
        Column("Suggestion", 12, lambda pair: TITLES[pair[0].kind]),
        Column("Organisation", 28, lambda pair: _called(pair[0].organisation)),
        Column("Candidate or partner", 28, lambda pair: _called(pair[0].candidate)),
        Column("Reason", 24, lambda pair: english().text(f"reason.{pair[1].key}")),
        Column("Points", 9, lambda pair: pair[1].points, "number"),
        Column("What it says", 80, lambda pair: pair[1].sentence),
    ]


def _called(party: Party) -> str:
    return f"{party.name}, {party.country}" if party.country else party.name


def deeds(network: Network) -> list[Deed]:
    """Return what was decided of suggestions: what has come furthest first, what was taken back last."""

    def party(identifier: str) -> Party:
        one = network.organisation(identifier)
        return Party(id=one.id, name=one.name, country=one.country)

    found = [
        Deed(matter, matter.rows[0].kind, party(matter.organisation), party(matter.candidate))
        for matter in network.matters.values()
        if matter.rows[0].kind is not None and matter.candidate is not None
    ]
    return sorted(found, key=_of_funnel)


def _of_funnel(deed: Deed) -> tuple[Any, ...]:
    row = deed.stands
    step = len(_STEPS) if row is None else _STEPS.index(row.verdict)
    names = (deed.organisation.name, deed.candidate.name, deed.organisation.id, deed.candidate.id)
    return step, *names, [*TITLES].index(deed.kind)


def decisions() -> list[Column[Deed]]:
    """Return the columns of the sheet of what was decided so far, where it can be decided on."""

    def stands(deed: Deed) -> str:
        row = deed.stands
        if row is None:
            return "taken back"
        return row.verdict if row.verdict != "misplaced" else "another place"

    def choices(deed: Deed) -> list[str]:
        return verdicts.words(deed.kind, decided=deed.stands is not None)

    sides: Iterable[Column[Deed]] = _sides(
        "start", lambda d: d.organisation, lambda d: d.candidate, other="Candidate or partner"
    )
    return [
        *sides,
        Column("Suggestion", 12, lambda d: TITLES[d.kind]),
        Column("Stands", 14, stands, "bold"),
        Column("So far", 60, lambda d: history(d.matter)),
        *_to_fill(choices),
        *_keys(
            "start", lambda d: d.organisation, lambda d: d.candidate, of=lambda d: d.kind, head=lambda d: d.matter.head
        ),
    ]


def history(matter: Matter) -> str:
    """Say the rows of a matter, a line each, the oldest first; one that was taken back says so."""
    kept = {row.id for row in live(matter.rows)}
    lines = []
    for row in matter.rows:
        undone = row.verdict != "withdrawn" and row.id not in kept
        lines.append(verdicts.told(row) + (" - taken back later" if undone else ""))
    return "\n".join(lines)


def questions(titles: Sequence[str]) -> list[Column[Asked]]:
    """Return the columns of the sheet of open questions; the first is the question's id, the last ones are to fill."""
    widths = {"Asks": 22, "Name": 26, "Country": 9, "Beside": 26, "Where": 24, "Why": 40, "Answer": 12}
    hints = {
        "Answer": "The number of a choice, a GeoNames id, or none. Of two organisations: same or different.",
        "Note": "How you know. It is kept with the answer.",
    }

    def cell(title: str) -> Callable[[Asked], Cell]:
        return lambda row: row.cells.get(title, "")

    return [
        Column(
            title,
            widths.get(title, 34 if title.startswith("Choice") else 20),
            cell(title),
            "fill" if title in ("Answer", "Note", "Who") else "text",
            (lambda row: row.answers) if title == "Answer" else (),
            strict=False,
            hint=hints.get(title, ""),
            hidden=title == "Question",
        )
        for title in titles
    ]


def _sides(
    kind: str, one: Callable[[R], Party], two: Callable[[R], Party], *, other: str | None = None
) -> Iterable[Column[R]]:
    """Return the columns that name both sides."""
    return (
        Column("Organisation", 22, lambda row: one(row).name),
        Column("Country", 9, lambda row: one(row).country),
        Column(other or verdicts.other(kind).capitalize(), 22, lambda row: two(row).name),
        Column("Its country", 9, lambda row: two(row).country),
    )


def _to_fill(choices: Callable[[R], Sequence[str]]) -> Iterable[Column[R]]:
    """Return the columns in which a person decides."""
    return (
        Column(verdicts.WORD, 16, _empty, "fill", choices, hint=_WORD_HINT),
        Column(verdicts.BECAUSE, 28, _empty, "fill", hint=_BECAUSE_HINT),
        Column(verdicts.DAY, 12, _empty, "fill", hint=_DAY_HINT),
        Column(verdicts.NOTE, 28, _empty, "fill", hint=_NOTE_HINT),
        Column(verdicts.WHO, 12, _empty, "fill", hint="Who decided it; empty: who takes this workbook in."),
    )


def _empty(_: object) -> str:
    return ""


def _keys(
    kind: str,
    one: Callable[[R], Party],
    two: Callable[[R], Party],
    *,
    of: Callable[[R], str],
    head: Callable[[R], str],
) -> Iterable[Column[R]]:
    """Return the hidden columns that lead a row back to its matter."""

    def checked(row: R) -> str:
        a, b = one(row), two(row)
        return verdicts.check(a.id, b.id, of(row), head(row), a.name, b.name)

    return (
        Column(verdicts.ORGANISATION_ID, 22, lambda row: one(row).id, hidden=True),
        Column(verdicts.other_id(kind), 22, lambda row: two(row).id, hidden=True),
        Column(verdicts.KIND, 12, of, hidden=True),
        Column(verdicts.AFTER, 22, head, hidden=True),
        Column(verdicts.CHECK, 12, checked, hidden=True),
    )
