"""The front door: partnerships to start, to revitalise and to develop, and the ranking of partners.

``suggest``, ``revive``, ``deepen`` and ``rank`` take a :class:`~twinnet.graph.Network` and
:class:`~twinnet.models.Rules` and give opinions: what they say depends on nothing else but the day and the points.
"""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np

from twinnet import lifecycle
from twinnet.eligibility import Eligibility
from twinnet.evidence import Block, Rows
from twinnet.graph import Network
from twinnet.index import MatchIndex
from twinnet.models import Evidence, Link, LinkState, Party, Rules, Suggestion, SuggestionKind
from twinnet.reasons import REASONS, WAKING, WIDENING, LinkFacts, LinkReason, gaps
from twinnet.scoring import PointsTable, ScoredBlock, blocks, score, shipped

Progress = Callable[[int, int], object]
"""Called with how many of how many rows are done."""

DATA_DATE = dt.date(2026, 1, 1)
"""The day of the package's dated data: today, where neither the caller nor the network names a day."""

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
        rules = rules or Rules()
        today = today or rules.as_of or network.newest_date or DATA_DATE
        eligible = Eligibility.of(network, rules, today)
        index = MatchIndex.of(network, as_of=rules.as_of, corridor=eligible.corridor)
        weighted = (table or shipped()).weighted(rules.weights)
        return cls(network, index, weighted, rules, eligible.over(index), today, rules.digest())

    def party(self, row: int) -> Party:
        """Name a side of a suggestion."""
        return Party(
            id=self.index.ids[row],
            name=self.index.names[row],
            country=self.index.countries[self.index.country[row]] or None,
        )


def suggest(
    network: Network,
    *,
    top: int = 5,
    rules: Rules | None = None,
    today: dt.date | None = None,
    table: PointsTable | None = None,
    progress: Progress | None = None,
) -> list[Suggestion]:
    """Suggest partnerships to start, ``top`` for each organisation that the rules ask for.

    Recorded partners are never suggested, whatever the state of their link. With ``rules.cap`` the best pairs choose
    first and no candidate appears more often than that. ``today`` is the newest date of the network by default,
    ``table`` the points that come with the package.

    Returns
    -------
    list of Suggestion
        best first; ties by country, name and id.

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
    pool = top if question.rules.cap is None else max(top, _POOL)
    found = _best(question, asked, pool, progress)
    if question.rules.cap is not None:
        found = _capped(question, found, top, progress)
    chosen = [
        (scored, row, at, int(column)) for scored, row, at, columns in _again(question, found) for column in columns
    ]
    made = [_start(question, scored, row, at, column) for scored, row, at, column in chosen]
    return _sorted(question, made)


def rank(
    network: Network,
    queries: Sequence[str],
    *,
    top: int = 100,
    rules: Rules | None = None,
    today: dt.date | None = None,
    table: PointsTable | None = None,
) -> dict[str, list[Ranked]]:
    """Rank new partners for some organisations (ids), best first; there is no cap and nobody is left out of ``whose``.

    >>> rank(Network(), [])
    {}
    """
    question = Question.of(network, (rules or Rules()).model_copy(update={"whose": ()}), today, table)
    rows = np.array([question.index.position[q] for q in queries], np.int64)
    found = _best(question, rows, top, None)
    return {
        question.index.ids[row]: [
            Ranked(question.index.ids[c], int(s), question.table.probability(int(s)))
            for c, s in zip(columns, scores, strict=True)
        ]
        for row, (columns, scores) in found.items()
    }


def revive(
    network: Network,
    *,
    top: int | None = 5,
    rules: Rules | None = None,
    today: dt.date | None = None,
    table: PointsTable | None = None,
) -> list[Suggestion]:
    """Rank recorded links that sleep by what they could be: current fit, idle years, an anniversary ahead.

    Declining, dormant and ended links come first; those of whose activity nothing is known follow apart, marked
    ``ask_first``. Fit is the score of the pair as if its link were not recorded. ``top`` is per organisation, None for
    all.
    """
    question = Question.of(network, rules, today, table)
    return _of_links(question, top, "revitalise", {"declining", "dormant", "ended", "unknown"}, WAKING)


def deepen(
    network: Network,
    *,
    top: int | None = 5,
    rules: Rules | None = None,
    today: dt.date | None = None,
    table: PointsTable | None = None,
) -> list[Suggestion]:
    """Name, for active links, the themes both hold, or one offers and the other seeks, that the link does not have yet.

    Links without such a theme are left out. ``top`` is per organisation (None: all).
    """
    question = Question.of(network, rules, today, table)
    return _of_links(question, top, "develop", {"active"}, WIDENING)


Found = dict[int, tuple[Rows, Rows]]
"""Row -> its best columns and their scores, best first."""


def _best(question: Question, asked: Rows, pool: int, progress: Progress | None) -> Found:
    """Find the best eligible candidates of some rows."""
    found: Found = {}
    with ThreadPoolExecutor(max_workers=min(os.cpu_count() or 1, 4)) as pool_of_threads:
        # numpy lets go of the interpreter while it computes; the order of results is that of the rows all the same.
        for part in pool_of_threads.map(partial(_best_of_block, question, pool=pool), blocks(asked)):
            found |= part
            if progress:
                progress(len(found), len(asked))
    return found


def _best_of_block(question: Question, rows: Rows, *, pool: int) -> Found:
    found: Found = {}
    total = score(Block(question.index, rows), question.table).total
    for at, row in enumerate(rows):
        able = question.eligible.candidates(int(row))
        scores = total[at, able].astype(np.int64)
        # One whole number orders by score, then by the index' order: the same everywhere, ties and all.
        key = able - scores * len(question.index)
        best = np.argpartition(key, pool)[:pool] if len(able) > pool else np.arange(len(able))
        best = best[np.argsort(key[best])]
        found[int(row)] = (able[best], scores[best])
    return found


def _capped(question: Question, found: Found, top: int, progress: Progress | None) -> Found:
    """Let the best pairs choose first, and no candidate appear more often than the cap."""
    pool = _POOL
    while True:
        pairs = sorted(
            (-int(s), row, int(c))
            for row, (columns, scores) in found.items()
            for c, s in zip(columns, scores, strict=True)
        )
        used: Counter[int] = Counter()
        chosen: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for minus, row, column in pairs:
            if len(chosen[row]) < top and used[column] < (question.rules.cap or 0):
                chosen[row].append((column, -minus))
                used[column] += 1
        short = [row for row, got in chosen.items() if len(got) < top and len(found[row][0]) == pool]
        if not short:
            break
        pool *= 4
        found = _best(question, np.array(sorted(found), np.int64), pool, progress)
    return {
        row: (np.array([c for c, _ in got], np.int64), np.array([s for _, s in got], np.int64))
        for row, got in sorted(chosen.items())
        if got
    }


def _again(question: Question, found: Found) -> Iterator[tuple[ScoredBlock, int, int, Rows]]:
    """Score the rows again, to say what their best are made of."""
    for part in blocks(np.array(sorted(found), np.int64)):
        scored = score(Block(question.index, part), question.table)
        for at, row in enumerate(part):
            yield scored, int(row), at, found[int(row)][0]


def _evidence(
    question: Question, scored: ScoredBlock, row: int, at: int, column: int
) -> tuple[list[Evidence], list[str]]:
    """Say each reason of a pair that has points, strongest first, and name those with nothing to go on."""
    points = scored.points(at, np.array([column]))
    said, missing = [], []
    for reason in REASONS:
        told = reason.tell(question.index, row, column)
        value = int(points[reason.key][0]) if reason.key in points else 0
        if told is None:
            missing.append(reason.key)
        elif value:
            said.append(Evidence(key=reason.key, points=value, sentence=told.sentence, detail=told.detail))
    said.sort(key=lambda evidence: -evidence.points)
    return said, missing


def _start(question: Question, scored: ScoredBlock, row: int, at: int, column: int) -> Suggestion:
    said, missing = _evidence(question, scored, row, at, column)
    total = int(scored.total[at, column])
    return Suggestion(
        kind="start",
        organisation=question.party(row),
        candidate=question.party(column),
        score=total,
        probability=question.table.probability(total),
        times=question.table.times(total),
        reasons=tuple(said),
        missing=tuple(missing),
        rules=question.digest,
    )


def _of_links(
    question: Question, top: int | None, kind: SuggestionKind, wanted: set[LinkState], extra: Sequence[LinkReason]
) -> list[Suggestion]:
    """Make suggestions of recorded links whose state is wanted, from both sides where both are asked for."""
    index = question.index
    pairs: dict[tuple[int, int], list[Link]] = defaultdict(list)
    asked = {int(row) for row in question.eligible.asked}
    for link in question.network.links:
        a, b = index.position[link.a], index.position[link.b]
        if a in asked or b in asked:
            pairs[min(a, b), max(a, b)].append(link)
    rank_of = {state: at for at, state in enumerate(("active", "declining", "dormant", "ended", "unknown"))}
    chosen: list[tuple[int, int, LinkFacts]] = []
    for (a, b), links in sorted(pairs.items()):
        states = [lifecycle.state(link, question.today) for link in links]
        liveliest = min(range(len(links)), key=lambda i: (rank_of[states[i]], links[i].id))
        if states[liveliest] not in wanted or not question.eligible.may_meet(a, b):
            continue
        have = sorted({theme for link in links for theme in link.themes})
        facts = LinkFacts(links[liveliest], states[liveliest], question.today, gaps(index, a, b, have))
        if kind == "develop" and not facts.gaps:
            continue
        chosen += [(row, column, facts) for row, column in ((a, b), (b, a)) if row in asked]
    made = []
    for start in range(0, len(chosen), 64):
        part = chosen[start : start + 64]
        rows, columns = (np.array([item[k] for item in part], np.int64) for k in (0, 1))
        scored = score(Block(index, rows, columns), question.table) if kind == "revitalise" else None
        made += [_of_link(question, scored, at, chosen=item, kind=kind, extra=extra) for at, item in enumerate(part)]
    return _sorted(question, _first(made, top))


def _of_link(
    question: Question,
    scored: ScoredBlock | None,
    at: int,
    *,
    chosen: tuple[int, int, LinkFacts],
    kind: SuggestionKind,
    extra: Sequence[LinkReason],
) -> Suggestion:
    """Say one recorded link: its own reasons, and for a sleeping one the fit of the pair as if it were not linked."""
    row, column, facts = chosen
    said, missing = _evidence(question, scored, row, at, column) if scored else ([], [])
    for reason in extra:
        told = reason.tell(facts)
        points = round(reason.points(facts) * question.rules.weights.get(reason.key, 1))
        if told is None:
            missing.append(reason.key)
        elif points:
            said.append(Evidence(key=reason.key, points=points, sentence=told.sentence, detail=told.detail))
    said.sort(key=lambda evidence: -evidence.points)
    return Suggestion(
        kind=kind,
        organisation=question.party(row),
        candidate=question.party(column),
        score=sum(evidence.points for evidence in said),
        reasons=tuple(said),
        missing=tuple(missing),
        link=facts.link.id,
        state=facts.state,
        ask_first=facts.state == "unknown",
        themes=facts.gaps,
        rules=question.digest,
    )


def _first(made: Iterable[Suggestion], top: int | None) -> list[Suggestion]:
    """Keep the best ``top`` of each organisation, those to ask about first counted apart."""
    kept: Counter[tuple[str, bool]] = Counter()
    found = []
    for suggestion in sorted(
        made, key=lambda s: (-s.score, s.candidate.country or "", s.candidate.name, s.candidate.id)
    ):
        key = (suggestion.organisation.id, suggestion.ask_first)
        if top is None or kept[key] < top:
            kept[key] += 1
            found.append(suggestion)
    return found


def _sorted(question: Question, made: Iterable[Suggestion]) -> list[Suggestion]:
    """Best first, what is to be asked first last; ties in the index' order."""
    at = question.index.position
    return sorted(made, key=lambda s: (s.ask_first, -s.score, at[s.organisation.id], at[s.candidate.id]))
