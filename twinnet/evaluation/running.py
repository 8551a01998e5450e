"""Measure a network: split, rank, and bring the figures together."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from twinnet import scoring
from twinnet.best import Progress
from twinnet.errors import RulesError
from twinnet.evaluation import splits, trials
from twinnet.evaluation.baselines import BASELINES, Baseline
from twinnet.evaluation.filling import Balance, fill
from twinnet.evaluation.measures import (
    ALIKE,
    EVEN,
    LINKLESS,
    MEASURES,
    Calibration,
    Resampling,
    Seen,
    calibration,
    reciprocal_rank,
)
from twinnet.evaluation.plans import MODEL, Evaluation, LeftOut, Method, Part, Plan
from twinnet.evaluation.report import notes
from twinnet.evaluation.splits import Bools, Split
from twinnet.evaluation.trials import SLICES, Placed, Queries
from twinnet.graph import Network
from twinnet.index import MatchIndex
from twinnet.matching import DATA_DATE
from twinnet.reasons import Reason, learned_features
from twinnet.scoring import LearnOptions, PointsTable

Learner = Callable[[MatchIndex], PointsTable]

_SHIPPED = "twinnet, shipped points"
_STEPS = 100


@dataclass
class _Measured:
    """What one split gave."""

    split: Split
    queries: Queries
    placed: dict[str, Placed]
    slices: dict[str, Bools]
    table: str
    seen: Seen | None = None
    saw_all: bool = False
    relearned: dict[str, Placed] = field(default_factory=dict)


def evaluate(
    network: Network,
    plan: Plan | None = None,
    *,
    learner: Learner | None = None,
    progress: Progress | None = None,
) -> Evaluation:
    """Hide links of a network, rank partners for their ends, and measure where the hidden ones stand.

    Nothing that ranks sees a hidden link: it is taken out of the network before points are learned and evidence is
    counted. The network itself is left as it is. The same network and plan give the same figures.

    Parameters
    ----------
    network:
        The network; at least 20 links between two countries have to be recorded.
    plan:
        What is hidden, who is asked and what is measured beside; None: that of :class:`Plan` without any choice.
    learner:
        Learns the points of a split from its index; None: :func:`twinnet.scoring.learn`, and the points of the package
        where it refuses.
    progress:
        Called with how much of how much is done.

    Raises
    ------
    RulesError
        The plan asks for what the network does not hold: too few links, no year, an unknown group.
    """
    plan = plan or Plan()
    baselines = _baselines(plan)
    index = MatchIndex.of(network)
    before = Balance.of(index)
    whole = fill(network, index) if plan.fill else network
    filled = len(whole.organisations) - len(network.organisations)
    if filled:
        index = MatchIndex.of(whole)
    cut = _splits(index, whole, plan)
    done = progress or (lambda *_: None)
    measured = []
    for at, split in enumerate(cut):
        step = _step(done, at, len(cut))
        measured.append(_measure(split, plan, baselines, learner or scoring.learn, step))
    hidden = np.concatenate([trials.link_numbers(m.split, *m.split.hidden.T) for m in measured])
    links = np.concatenate([m.queries.link for m in measured])
    resampling = Resampling(hidden, links, seed=min(plan.seeds, default=0))
    every = {name: np.concatenate([m.slices[name] for m in measured]) for name in SLICES}
    keys = [key for key in measured[0].placed if not key.startswith(f"{MODEL}: ")]
    labels = {**{b.key: b.label for b in BASELINES}, MODEL: MODEL, _SHIPPED: _SHIPPED}
    methods = tuple(_method(key, labels[key], measured, every, resampling) for key in keys)
    balance = Balance.of(index)
    made = Evaluation(
        plan=plan,
        organisations=len(index),
        linked=balance.linked,
        linkless=balance.linkless,
        filled=filled,
        parts=tuple(_part(m) for m in measured),
        methods=methods,
        calibration=_calibrated(measured, resampling),
        ablation=_ablation(measured, every["all"], resampling) if plan.ablation else (),
        notes=(),
    )
    return dataclasses.replace(made, notes=notes(made, before=before))


def _step(done: Progress, at: int, parts: int) -> Callable[[float], object]:
    return lambda share: done(round(_STEPS * (at + share)), _STEPS * parts)


def _baselines(plan: Plan) -> list[Baseline]:
    known = {baseline.key: baseline for baseline in BASELINES}
    wanted = tuple(known) if plan.baselines is None else plan.baselines
    if unknown := sorted(set(wanted) - set(known)):
        raise RulesError(f"there is no baseline {unknown[0]!r}; known are {', '.join(known)}")
    return [known[key] for key in wanted]


def _splits(index: MatchIndex, network: Network, plan: Plan) -> list[Split]:
    if plan.protocol == "after":
        if plan.year is None:
            raise RulesError("a plan by time needs a year: the links that began in it or later are hidden")
        one = splits.after(
            index,
            network,
            plan.year,
            ignore_years=plan.ignore_years,
            undated_known=plan.undated_known,
            newcomers=plan.newcomers,
        )
        return [one]
    if plan.protocol == "between":
        if plan.ends is None:
            raise RulesError("a plan between two ends needs them, such as old-europe:south-east-europe")
        return splits.between(index, plan.ends, folds=plan.folds, seed=min(plan.seeds, default=0), today=DATA_DATE)
    if not plan.seeds:
        raise RulesError("a plan at random needs a seed at least")
    return [splits.at_random(index, seed, plan.share) for seed in plan.seeds]


def _measure(
    split: Split, plan: Plan, baselines: Sequence[Baseline], learner: Learner, step: Callable[[float], object]
) -> _Measured:
    queries = Queries.of(split, plan.queries)
    table, said = _table(split, plan, learner)
    step(0.4)
    without = [reason.key for reason in _learned_reasons()] if plan.ablation else []
    scorers = [trials.model(table, MODEL, without=without)]
    if plan.table == "both":
        scorers.append(trials.model(scoring.shipped(), _SHIPPED))
    scorers += [trials.baseline(baseline.scores, baseline.key) for baseline in baselines]
    placed = trials.place(split, queries, scorers, progress=lambda n, of: step(0.4 + 0.5 * n / of))
    measured = _Measured(split, queries, placed, trials.slices(split, queries), said)
    if plan.protocol == "random" or (plan.protocol == "after" and plan.newcomers):
        measured.seen, measured.saw_all = trials.look_at_all(split, table, most=plan.queries), said == "shipped"
    if plan.relearn and said == "learned":
        for key in without:
            again = scoring.learn(split.index, LearnOptions(without=frozenset({key})))
            found = trials.place(split, queries, [trials.model(again, MODEL)])
            measured.relearned[key] = found[MODEL]
    step(1)
    return measured


def _table(split: Split, plan: Plan, learner: Learner) -> tuple[PointsTable, str]:
    if plan.table == "shipped":
        return scoring.shipped(), "shipped"
    try:
        return learner(split.index), "learned"
    except RulesError:
        return scoring.shipped(), "shipped"


def _learned_reasons() -> list[Reason]:
    return list(dict.fromkeys(reason for reason, _ in learned_features()))


def _part(measured: _Measured) -> Part:
    split = measured.split
    return Part(
        name=split.name,
        links=int(split.known.nnz) // 2,
        hidden=len(split.hidden),
        queries=int(measured.queries.main.sum()),
        table=measured.table,
    )


def _method(
    key: str, label: str, measured: Sequence[_Measured], every: dict[str, Bools], resampling: Resampling
) -> Method:
    placed = [m.placed[key] for m in measured]
    rank = np.concatenate([p.rank for p in placed])
    of_query = {measure: of(rank) for measure, of in MEASURES.items()} | {
        EVEN: np.concatenate([p.even for p in placed]),
        ALIKE: np.concatenate([p.alike for p in placed]),
        LINKLESS: np.concatenate([p.linkless for p in placed]),
    }
    ahead = np.concatenate([reciprocal_rank(m.placed[MODEL].rank) for m in measured]) - reciprocal_rank(rank)
    behind = {name: resampling.mean(ahead, chosen) for name, chosen in every.items() if key != MODEL}
    figures = {
        name: {measure: figure for measure, values in of_query.items() if (figure := resampling.mean(values, chosen))}
        for name, chosen in every.items()
        if chosen.any()
    }
    return Method(
        key=key,
        label=label,
        slices=figures,
        splits=tuple(float(reciprocal_rank(m.placed[key].rank)[m.queries.main].mean()) for m in measured),
        behind={name: figure for name, figure in behind.items() if figure},
    )


def _calibrated(measured: Sequence[_Measured], resampling: Resampling) -> Calibration | None:
    parts = [(m.seen, m.split.share, m.saw_all) for m in measured if m.seen is not None]
    return calibration(parts, resampling) if parts else None


def _ablation(measured: Sequence[_Measured], main: Bools, resampling: Resampling) -> tuple[LeftOut, ...]:
    whole = np.concatenate([reciprocal_rank(m.placed[MODEL].rank) for m in measured])
    found = []
    for reason in _learned_reasons():
        left = np.concatenate([reciprocal_rank(m.placed[f"{MODEL}: {reason.key}"].rank) for m in measured])
        mrr, difference = resampling.mean(left, main), resampling.mean(left - whole, main)
        again = None
        if all(reason.key in m.relearned for m in measured):
            other = np.concatenate([reciprocal_rank(m.relearned[reason.key].rank) for m in measured])
            again = resampling.mean(other - whole, main)
        if mrr and difference:
            found.append(LeftOut(reason.key, reason.label, mrr, difference, again))
    return tuple(found)
