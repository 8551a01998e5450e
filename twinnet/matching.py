"""The front door: partnerships to start, to revitalise and to develop, and the ranking of partners.

``suggest``, ``revive``, ``deepen`` and ``rank`` take a :class:`~twinnet.graph.Network` and
:class:`~twinnet.models.Rules` and give opinions: what they say depends on nothing else but the day and the points.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple, overload

import numpy as np

from twinnet import lifecycle, notebook
from twinnet.applied import applied
from twinnet.best import SMALL, Best, Found, Progress, Search
from twinnet.eligibility import Eligibility, corridor
from twinnet.evidence import Block, Rows
from twinnet.graph import Network
from twinnet.index import MatchIndex
from twinnet.models import Evidence, Link, LinkState, Party, Rules, Suggestion, SuggestionKind
from twinnet.reasons import REASONS, WAKING, WIDENING, LinkFacts, LinkReason, Told, gaps, inferred_gaps
from twinnet.reasons.base import remembered
from twinnet.scoring import BLOCK, PointsTable, score

DATA_DATE = dt.date(2026, 1, 1)
"""The day of the package's dated data: today, where neither the caller nor the network names a day."""

_REASON_KEYS = tuple(reason.key for reason in REASONS)

_TOGETHER = 512
"""So many suggestions at most are made at a time where one is asked for after the other."""

_IN_NOTEBOOK = 10
"""So many suggestions are shown in a notebook."""

_POOL = 40
"""How many candidates are first kept for each organisation where a cap may pass some over."""


class Ranked(NamedTuple):
    """A candidate of a ranking: its id, score (thousandths of natural log-odds) and probability."""

    candidate: str
    score: int
    probability: float


@dataclass(frozen=True)
class Question:
    """What a call of the front door works on: the network as arrays, the points, and who may meet whom."""

    network: Network
    index: MatchIndex
    table: PointsTable
    rules: Rules
    eligible: Eligibility
    today: dt.date
    digest: str

    @classmethod
    def of(cls, network: Network, rules: Rules | None, today: dt.date | None, table: PointsTable | None) -> Question:
        """Read the network for a question; raise :class:`RulesError` where the rules name what does not exist."""
        rules = rules or Rules.by_default()
        today = today or rules.as_of or network.newest_date or DATA_DATE
        ends = corridor(rules.corridor, today) if rules.corridor else None
        index = MatchIndex.of(network, as_of=rules.as_of, corridor=ends, called=rules.country_names, embed=rules.embed)
        eligible = Eligibility.of(network, index, rules, today)
        given = {reason.key: 0.0 for reason in REASONS if reason.policy and rules.corridor_only}
        weighted = (table or applied(network)).weighted({**given, **rules.weights})
        return cls(network, index, weighted, rules, eligible, today, rules.digest())

    @cached_property
    def search(self) -> Search:
        """What the best candidates are found with."""
        return Search(self.index, self.table, self.eligible)

    def party(self, row: int) -> Party:
        """Name a side of a suggestion."""
        known = remembered(self.index, "parties")
        found: Party | None = known.get(row)
        if found is None:
            found = known[row] = Party.trusted(
                id=self.index.ids[row],
                name=self.index.names[row],
                country=self.index.countries[self.index.country[row]] or None,
            )
        return found


def suggest(
    network: Network,
    *,
    top: int = 5,
    rules: Rules | None = None,
    today: dt.date | None = None,
    table: PointsTable | None = None,
    progress: Progress | None = None,
) -> Sequence[Suggestion]:
    """Suggest partnerships to start, ``top`` for each organisation that the rules ask for.

    Recorded partners are never suggested, whatever the state of their link. With ``rules.cap`` the best pairs choose
    first and no candidate appears more often than that. ``today`` is the newest date of the network by default,
    ``table`` the network's own points, or else those that come with the package.

    Returns
    -------
    sequence of Suggestion
        best first; ties by country, name and id. Suggestions are numbers until they are looked at: a suggestion and
        its sentences are made when it is asked for (``list(...)`` makes them all).

    Examples
    --------
    >>> from twinnet.models import Organisation
    >>> towns = [
    ...     Organisation(id="town-1", name="Bihać", country="BA", themes_offered=("youth",)),
    ...     Organisation(id="town-2", name="Bari", country="IT", themes_offered=("youth",)),
    ... ]
    >>> [(s.organisation.name, s.candidate.name) for s in suggest(Network(towns))]
    [('Bihać', 'Bari'), ('Bari', 'Bihać')]
    """
    question = Question.of(network, rules, today, table)
    asked = question.eligible.asked
    if question.rules.cap is None:
        found = question.search.best(asked, top, progress)
    else:
        found = _capped(question, asked, top, progress)
    return Started(question, found)


def rank(
    network: Network,
    queries: Sequence[str],
    *,
    top: int = 100,
    rules: Rules | None = None,
    today: dt.date | None = None,
    table: PointsTable | None = None,
    progress: Progress | None = None,
) -> dict[str, list[Ranked]]:
    """Rank new partners for some organisations (ids), best first; there is no cap and nobody is left out of ``whose``.

    Raise :class:`~twinnet.errors.NotFoundError` for an id that no organisation has.

    >>> rank(Network(), [])
    {}
    """
    question = Question.of(network, (rules or Rules()).model_copy(update={"whose": ()}), today, table)
    rows = question.index.row_at[np.array([network.row_of(q) for q in queries], np.int64)]
    found = question.search.best(rows, top, progress)
    ids, probability = question.index.ids, lru_cache(maxsize=None)(question.table.probability)
    return {
        ids[row]: [
            Ranked(ids[column], score, probability(score))
            for column, score in zip(best.columns.tolist(), best.scores.tolist(), strict=True)
        ]
        for row, best in found.items()
    }


def revive(
    network: Network,
    *,
    top: int | None = 5,
    rules: Rules | None = None,
    today: dt.date | None = None,
    table: PointsTable | None = None,
    progress: Progress | None = None,
) -> list[Suggestion]:
    """Rank recorded links that sleep by what they could be: current fit, idle years, an anniversary ahead.

    Declining, dormant and ended links come first; those of whose activity nothing is known follow apart, marked
    ``ask_first``. Fit is the score of the pair as if its link were not recorded. ``top`` is per organisation, None for
    all.
    """
    question = Question.of(network, rules, today, table)
    wanted: set[LinkState] = {"declining", "dormant", "ended", "unknown"}
    return _of_links(question, "revitalise", wanted=wanted, extra=WAKING, top=top, progress=progress)


def deepen(
    network: Network,
    *,
    top: int | None = 5,
    rules: Rules | None = None,
    today: dt.date | None = None,
    table: PointsTable | None = None,
    progress: Progress | None = None,
) -> list[Suggestion]:
    """Name, for active links, the themes both hold, or one offers and the other seeks, that the link does not have yet.

    Stated themes come first; inferred ones follow, marked in the sentence. Links without a theme to name are left out.
    ``top`` is per organisation (None: all).
    """
    question = Question.of(network, rules, today, table)
    return _of_links(question, "develop", wanted={"active"}, extra=WIDENING, top=top, progress=progress)


class Started(Sequence[Suggestion]):
    """Suggestions to start, kept as rows, columns and scores, best first; made when they are looked at."""

    def __init__(self, question: Question, found: Found) -> None:
        self._question = question
        rows = np.repeat(np.array(list(found), np.int64), [len(best.columns) for best in found.values()])
        nothing = Best(rows[:0], rows[:0])
        columns, scores = (np.concatenate(parts) for parts in zip(nothing, *found.values(), strict=True))
        order = np.lexsort((columns, rows, -scores))
        self._rows, self._columns = rows[order], columns[order]
        self._points = np.zeros((0, len(order)), np.int32)
        self._computed: set[int] = set()

    @cached_property
    def _parts(self) -> tuple[Rows, Rows, list[Rows]]:
        """The rows, each once; where each suggestion's stands among them; where the suggestions of each block stand."""
        rows, lines = np.unique(self._rows, return_inverse=True)
        number = lines // self._question.search.height(len(rows))
        return rows, lines, np.split(np.argsort(number, kind="stable"), np.cumsum(np.bincount(number))[:-1])

    def _points_of(self, at: int) -> dict[str, int]:
        """Return the points of each reason; they are computed for the rows of a block at once, when first asked for."""
        rows, lines, parts = self._parts
        height = self._question.search.height(len(rows))
        block = int(lines[at]) // height
        if block not in self._computed:
            if not self._computed:
                self._points = np.zeros((len(REASONS), len(self)), np.int32)
            every, part = parts[block], rows[block * height : (block + 1) * height]
            scored = score(Block(self._question.index, part), self._question.table)
            found = scored.points(lines[every] - block * height, self._columns[every])
            for reason, line in zip(REASONS, self._points, strict=True):
                if reason.key in found:
                    line[every] = found[reason.key]
            self._computed.add(block)
        return dict(zip(_REASON_KEYS, self._points[:, at].tolist(), strict=True))

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, at: int) -> Suggestion: ...
    @overload
    def __getitem__(self, at: slice) -> list[Suggestion]: ...
    def __getitem__(self, at: int | slice) -> Suggestion | list[Suggestion]:
        """Make a suggestion, or the list of several."""
        if isinstance(at, slice):
            return self._made(range(*at.indices(len(self))))
        return self._made([range(len(self))[at]])[0]

    def __iter__(self) -> Iterator[Suggestion]:
        """Make one after the other: the first by itself, then more and more at a time."""
        start, size = 0, 1
        while start < len(self):
            yield from self._made(range(start, min(start + size, len(self))))
            start, size = start + size, min(2 * size, _TOGETHER)

    def _made(self, places: Sequence[int]) -> list[Suggestion]:
        """Make some suggestions; each reason says all of them in a row, which is twice as fast as one by one."""
        index = self._question.index
        pairs = [(int(self._rows[at]), int(self._columns[at])) for at in places]
        told = [[reason.tell(index, row, column) for row, column in pairs] for reason in REASONS]
        return [
            self._of(pair, self._points_of(at), said)
            for pair, at, said in zip(pairs, places, zip(*told, strict=True), strict=True)
        ]

    def _of(self, pair: tuple[int, int], points: Mapping[str, int], told: Sequence[Told | None]) -> Suggestion:
        """Make the suggestion of a pair of rows of what each reason says."""
        question, (row, column) = self._question, pair
        said, missing = _evidence(question, points, told)
        total = sum(points.values())
        return Suggestion.trusted(
            kind="start",
            organisation=question.party(row),
            candidate=question.party(column),
            score=total,
            probability=question.table.probability(total),
            times=question.table.times(total),
            reasons=tuple(said),
            missing=tuple(missing),
            link=None,
            state=None,
            ask_first=False,
            themes=(),
            rules=question.digest,
        )

    def __eq__(self, other: object) -> bool:
        return list(self) == list(other) if isinstance(other, Sequence) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # a sequence that compares by content

    def __repr__(self) -> str:
        return f"<{len(self)} suggestions to start>" if len(self) else "[]"

    def _repr_html_(self) -> str:
        """Show the best few in a notebook, with what speaks most for each; made are these alone."""
        rows = [
            (
                notebook.named(one.organisation.name, one.organisation.country),
                notebook.named(one.candidate.name, one.candidate.country),
                notebook.signed(one.score),
                one.reasons[0].sentence if one.reasons else "",
            )
            for one in self[:_IN_NOTEBOOK]
        ]
        word = "suggestion" if len(self) == 1 else "suggestions"
        notes = [f"the best {len(rows)}"] if len(rows) < len(self) else []
        heads = ("organisation", "partner suggested", "score", "what speaks most for it")
        return notebook.card(f"{len(self):,} {word} to start", notes=notes, heads=heads, rows=rows)


def _capped(question: Question, asked: Rows, top: int, progress: Progress | None) -> Found:
    """Let the best pairs choose first, and no candidate appear more often than the cap."""
    pool = max(top, _POOL)
    if len(question.index) <= SMALL:
        pool = len(question.index)
    while True:
        found = question.search.best(asked, pool, progress)
        sizes = [len(best.columns) for best in found.values()]
        rows = np.repeat(np.array(list(found), np.int64), sizes)
        columns = np.concatenate([rows[:0], *(best.columns for best in found.values())])
        scores = np.concatenate([rows[:0], *(best.scores for best in found.values())])
        places = np.concatenate([rows[:0], *(np.arange(size) for size in sizes)])
        order = np.lexsort((columns, rows, -scores))
        used: Counter[int] = Counter()
        chosen: dict[int, list[int]] = {row: [] for row in found}
        for row, column, at in zip(*(part[order].tolist() for part in (rows, columns, places)), strict=True):
            if len(chosen[row]) < top and used[column] < (question.rules.cap or 0):
                chosen[row].append(at)
                used[column] += 1
        if not any(len(got) < top and len(found[row].columns) == pool for row, got in chosen.items()):
            break
        pool *= 4
    return {row: Best(found[row].columns[got], found[row].scores[got]) for row, got in sorted(chosen.items()) if got}


def _evidence(
    question: Question, points: Mapping[str, int], told: Sequence[Told | None]
) -> tuple[list[Evidence], list[str]]:
    """Take what the reasons with points say of a pair, strongest first, and name those with nothing to go on."""
    said, missing = [], []
    for reason, one in zip(REASONS, told, strict=True):
        value = points.get(reason.key, 0)
        if one is None:
            if reason.expected:
                missing.append(reason.key)
        elif value or (reason.policy and question.rules.weights.get(reason.key) != 0):
            said.append(Evidence.told(reason.key, value, *one))
    said.sort(key=lambda evidence: -evidence.points)
    return said, missing


@dataclass(frozen=True)
class _Recorded:
    """A recorded pair seen from one side, with its points: by reason of fit (none: not scored), and of its link."""

    row: int
    column: int
    facts: LinkFacts
    fit: Mapping[str, int] | None
    link: tuple[int, ...]

    @property
    def score(self) -> int:
        return sum((self.fit or {}).values()) + sum(self.link)


def _of_links(
    question: Question,
    kind: SuggestionKind,
    *,
    wanted: set[LinkState],
    extra: Sequence[LinkReason],
    top: int | None,
    progress: Progress | None,
) -> list[Suggestion]:
    """Make suggestions of recorded links whose state is wanted, from both sides where both are asked for.

    All are scored, the best ``top`` of each organisation are kept (those to ask about first counted apart), and only
    these are told.
    """
    chosen = _recorded_pairs(question, kind, wanted)
    weights = [question.rules.weights.get(reason.key, 1) for reason in extra]
    found: list[_Recorded] = []
    for start in range(0, len(chosen), BLOCK):
        part = chosen[start : start + BLOCK]
        fits: list[dict[str, int] | None] = [None] * len(part)
        if kind == "revitalise":
            rows, columns = (np.array([item[k] for item in part], np.int64) for k in (0, 1))
            block = Block(question.index, rows, columns, pairs=True)
            points = score(block, question.table).points(np.arange(len(part)), columns)
            fits = [{key: int(values[at]) for key, values in points.items()} for at in range(len(part))]
        for (row, column, facts), fit in zip(part, fits, strict=True):
            link = tuple(round(reason.points(facts) * w) for reason, w in zip(extra, weights, strict=True))
            found.append(_Recorded(row, column, facts, fit, link))
        if progress:
            progress(start + len(part), len(chosen))
    found.sort(key=lambda one: (one.facts.state == "unknown", -one.score, one.row, one.column))
    kept: Counter[tuple[int, bool]] = Counter()
    best = []
    for one in found:
        side = (one.row, one.facts.state == "unknown")
        kept[side] += 1
        if top is None or kept[side] <= top:
            best.append(one)
    return [_of_link(question, one, kind, extra) for one in best]


def _recorded_pairs(
    question: Question, kind: SuggestionKind, wanted: set[LinkState]
) -> list[tuple[int, int, LinkFacts]]:
    """Find the recorded pairs whose liveliest link is in a wanted state, as (row, column, facts), once a side asked."""
    index = question.index
    pairs: dict[tuple[int, int], list[Link]] = defaultdict(list)
    asked = {int(row) for row in question.eligible.asked}
    latest = question.rules.as_of.isoformat() if question.rules.as_of else "9999"
    links = question.network.links
    for at, (one, other, since) in enumerate(zip(*(links.column(c) for c in ("a", "b", "since")), strict=True)):
        a, b = index.position[one], index.position[other]
        if a != b and (a in asked or b in asked) and (since or "") <= latest:
            pairs[min(a, b), max(a, b)].append(links[at])
    rank_of = {state: at for at, state in enumerate(("active", "declining", "dormant", "ended", "unknown"))}
    chosen: list[tuple[int, int, LinkFacts]] = []
    decided = question.eligible.decided(kind)
    for (a, b), parallel in sorted(pairs.items()):
        states = [lifecycle.state(link, question.today) for link in parallel]
        idle = [lifecycle.idle_years(link, question.today) or 0 for link in parallel]
        keys = [(rank_of[s], i, link.kind, link.id) for s, i, link in zip(states, idle, parallel, strict=True)]
        liveliest = keys.index(min(keys))
        if states[liveliest] not in wanted or (a, b) in decided:
            continue
        have = sorted({theme for link in parallel for theme in link.themes})
        facts = LinkFacts(
            parallel[liveliest],
            states[liveliest],
            question.today,
            gaps(index, a, b, have),
            inferred_gaps(index, a, b, have) if kind == "develop" else (),
            index.profiles.taxonomy,
        )
        if kind == "develop" and not facts.gaps and not facts.inferred:
            continue
        chosen += [
            (row, column, facts)
            for row, column in ((a, b), (b, a))
            if row in asked and question.eligible.may_meet(row, column)
        ]
    return chosen


def _of_link(question: Question, one: _Recorded, kind: SuggestionKind, extra: Sequence[LinkReason]) -> Suggestion:
    """Say one recorded link: its own reasons, and for a sleeping one the fit of the pair as if it were not linked."""
    said: list[Evidence] = []
    missing: list[str] = []
    if one.fit is not None:
        told = [reason.tell(question.index, one.row, one.column) for reason in REASONS]
        said, missing = _evidence(question, one.fit, told)
    for reason, value in zip(extra, one.link, strict=True):
        further = reason.tell(one.facts)
        if further is None and reason.expected:
            missing.append(reason.key)
        elif further is not None and value:
            said.append(Evidence.told(reason.key, value, *further))
    said.sort(key=lambda evidence: -evidence.points)
    return Suggestion(
        kind=kind,
        organisation=question.party(one.row),
        candidate=question.party(one.column),
        score=sum(evidence.points for evidence in said),
        reasons=tuple(said),
        missing=tuple(missing),
        link=one.facts.link.id,
        state=one.facts.state,
        ask_first=one.facts.state == "unknown",
        themes=(*one.facts.gaps, *(theme for theme, _ in one.facts.inferred)),
        rules=question.digest,
    )
