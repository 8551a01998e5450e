"""The report of an evaluation: what was measured, on what, against whom, and how far to trust it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from twinnet.evaluation.filling import Balance
from twinnet.evaluation.measures import ALIKE, EVEN, LINKLESS, MEASURES, Bin, Calibration, Figure, short
from twinnet.evaluation.plans import MODEL, Evaluation, Method, Plan
from twinnet.evaluation.trials import SLICES

_WIDE, _NARROW = 100, 8
_FEW = 30


@dataclass(frozen=True)
class _Section:
    """A heading, sentences, and a table (its first line is its header; none: no table)."""

    title: str
    said: tuple[str, ...] = ()
    table: tuple[tuple[str, ...], ...] = ()


_MEASURED = (
    "MRR: mean of 1 / rank of the hidden partner. hits@n: share of queries with it among the first n. NDCG: mean of "
    "1 / log2(1 + rank). A second view is the area under the curve (AUC): the share of candidates of the same query "
    "that score below the partner, among all of them, and among those with as many known links as the partner has. "
    "Link-less: the share of towns without a known link among the first ten that are not the partner."
)
_CALIBRATED = (
    "All pairs of the network that are not known to be linked, by the probability that the points give them. A pair is "
    "one of the hidden links with h / (1 - h) x q / (1 - q), where q is its probability and h the share of links "
    "hidden (h q / (1 - (1 - h) q) for points that saw whole lists). Each link counts from both sides; the towns "
    "without a hidden link are a sample, weighted."
)


def notes(made: Evaluation, *, before: Balance) -> tuple[str, ...]:
    """Say how the figures were made and what they do not say; ``before`` is the network as it was given."""
    plan, found = made.plan, []
    found.append(_what_is_hidden(made))
    found.append(
        "Both ends of each hidden link are asked. Candidates are the towns of other countries without the recorded "
        "partners, known or hidden; the one asked for stays. Organisations of one country within 2.5 km are one town, "
        "which counts once. A rank beyond 100 counts 0; ties are broken at random. Every way to rank meets the same "
        "candidates."
    )
    if any(part.queries < 2 * part.hidden for part in made.parts):
        found.append(
            f"At most {plan.queries:,} ends are asked each time, drawn by seed; of the links between old Europe and "
            "South-East Europe, and of those of the Western Balkans, all are, and count in these rows alone."
        )
    found.append(
        "Intervals hold 95 % of 1,000 figures from links drawn anew, each with both its ends and in every split that "
        "hides it; of fewer than 30 queries they say little. They do not say how another network, or what nobody "
        "recorded, would change the figures."
    )
    found.append(
        "Links that exist and nobody recorded count as wrong answers: what is right among the first is a lower bound."
    )
    if _balance(made).betrays:
        found.append(
            f"Mind: only {made.linkless:,} of {made.linked + made.linkless:,} towns have no link in this network. A "
            'list of links names no town that has none, so here "has no known link" betrays the hidden partner and '
            "the figures flatter whatever makes use of it. Add places without a link (--fill)."
        )
    if made.filled:
        found.append(
            f"{made.filled:,} places without a link were added from the gazetteer, by country as the linked towns "
            f"(before: {before.linkless:,} without and {before.linked:,} with a link). Some may have links that no "
            "list here records."
        )
    tables = {part.table for part in made.parts}
    if plan.table != "shipped" and "shipped" in tables:
        where = "Some splits leave" if "learned" in tables else "The network leaves"
        found.append(
            f"{where} too few links known to learn points from them: the points that come with the package were "
            "measured instead."
        )
    if plan.table == "both" or "shipped" in tables:
        found.append(
            "The points that come with the package were learned from recorded links of Europe. Whether the hidden "
            "links were among them cannot be known here; if they were, the figures of these points flatter."
        )
    if "learned" in tables:
        found.append("The points were learned in every split from the links that it leaves known.")
    return tuple(found)


def _what_is_hidden(made: Evaluation) -> str:
    plan = made.plan
    if plan.protocol == "after":
        ignored = f" ({', '.join(map(str, plan.ignore_years))} is a placeholder)" if plan.ignore_years else ""
        undated = "known" if plan.undated_known else "neither known nor asked for"
        ends = "" if plan.newcomers else "; both towns of a link that is asked for had one before"
        return (
            f"Hidden are the links between countries that began in {plan.year} or later; those from before are known"
            f"{ends}. Links without a year{ignored} are {undated}."
        )
    if plan.protocol == "between":
        return f"Hidden are the links of {plan.ends}, one of {len(made.parts)} parts at a time; all others are known."
    return (
        f"Hidden are {plan.share:.0%} of the links between countries, drawn anew for each of {len(made.parts)} seeds."
    )


def markdown(made: Evaluation) -> str:
    """Write the report as Markdown."""
    lines = ["# How well partners are found", ""]
    for section in _sections(made):
        lines += [f"## {section.title}", ""]
        for sentence in section.said:
            lines += [sentence, ""]
        if section.table:
            lines += [piped(section.table), ""]
    return "\n".join(lines).rstrip() + "\n"


def text(made: Evaluation) -> str:
    """Write the report for a terminal."""
    lines: list[str] = []
    for section in _sections(made):
        lines += [section.title, "-" * len(section.title)]
        for sentence in section.said:
            lines += textwrap.wrap(sentence, _WIDE)
        lines += [*_aligned(section.table), ""]
    return "\n".join(lines)


def _aligned(table: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table, the first column to the left; a long head goes on in further lines."""
    if not table:
        return
    head, *body = table
    least = [max((len(row[k]) for row in body), default=0) for k in range(len(head))]
    wrapped = [
        textwrap.wrap(cell, max(width, _NARROW), break_long_words=False)
        for cell, width in zip(head, least, strict=True)
    ]
    deep = max(map(len, wrapped))
    heads = [[""] * (deep - len(cell)) + cell for cell in wrapped]
    for row in (*zip(*heads, strict=True), *body):
        yield "  ".join(
            cell.ljust(width) if k == 0 else cell.rjust(width)
            for k, (cell, width) in enumerate(zip(row, _widths(heads, least), strict=True))
        ).rstrip()


def _widths(heads: Sequence[Sequence[str]], least: Sequence[int]) -> list[int]:
    return [max(width, *map(len, cell)) for cell, width in zip(heads, least, strict=True)]


def piped(table: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown; its first row is the head.

    >>> print(piped([("", "n"), ("a|b", "1")]))
    | | n |
    | --- | --- |
    | a/b | 1 |
    """
    head, *body = table
    rows = ([cell.replace("|", "/") for cell in row] for row in (head, ["---"] * len(head), *body))
    return "\n".join(f"| {' | '.join(row)} |".replace("|  |", "| |") for row in rows)


def _sections(made: Evaluation) -> list[_Section]:
    found = [_measured_on(made), _all_queries(made), _by_slice(made)]
    if others := _baselines(made):
        found = [_in_short(made, _best(others, "all")), *found, _ahead(made)]
    found += [_own(method) for method in made.methods if method.key.startswith(MODEL)]
    if made.calibration:
        found.append(_calibrated(made.calibration, made.plan))
    if made.ablation:
        found.append(_left_out(made))
    found.append(_Section("How it was measured", made.notes))
    return found


def _baselines(made: Evaluation) -> list[Method]:
    return [method for method in made.methods if not method.key.startswith(MODEL)]


def _best(methods: Sequence[Method], name: str) -> Method:
    """Return the method with the highest MRR of a slice."""
    return max(methods, key=lambda method: method.slices[name]["MRR"].value)


def _in_short(made: Evaluation, best: Method) -> _Section:
    own = made.methods[0]
    ours, theirs = (method.slices["all"]["hits@10"].value for method in (own, best))
    ahead = best.behind["all"]
    if ahead.low > 0:
        verdict = f"{own.label} is better, by more than the choice of links explains"
    elif ahead.high < 0:
        verdict = f"{own.label} is worse, by more than the choice of links explains"
    else:
        verdict = "Which of them is better cannot be told from these links"
    found = (
        f"{own.label} has {100 * ours:.0f} of 100 hidden partners among the first ten that it names; {best.label}, the "
        f"best of the other rankings, has {100 * theirs:.0f}. {verdict} (MRR {short(own.mrr.value)} and "
        f"{short(best.mrr.value)}; difference {ahead})."
    )
    said = [found]
    if own.mrr.count < _FEW:
        said.append(f"With {own.mrr.count:,} queries the figures say little.")
    if _balance(made).betrays:
        said.append("Few towns of the network have no link, and that flatters the figures: see the end of the report.")
    return _Section("In short", (" ".join(said),))


def _balance(made: Evaluation) -> Balance:
    return Balance(made.linked, made.linkless)


def _measured_on(made: Evaluation) -> _Section:
    added = f" ({made.filled:,} added)" if made.filled else ""
    counts = f"{made.linked:,} towns with a recorded link, {made.linkless:,} without one{added}"
    head = ("split", "links known", "links asked for", "queries", "points", *(m.label for m in _first(made)))
    rows = [
        (
            part.name,
            f"{part.links:,}",
            f"{part.hidden:,}",
            f"{part.queries:,}",
            part.table,
            *(short(method.splits[at]) for method in _first(made)),
        )
        for at, part in enumerate(made.parts)
    ]
    return _Section(
        "Measured on", (f"{made.organisations:,} organisations; {counts}. Last columns: MRR by split.",), (head, *rows)
    )


def _first(made: Evaluation) -> list[Method]:
    """Return twinnet and the best baseline."""
    own = [method for method in made.methods if method.key.startswith(MODEL)]
    others = _baselines(made)
    return [*own, _best(others, "all")] if others else own


def _all_queries(made: Evaluation) -> _Section:
    head = ("", *MEASURES, EVEN, ALIKE, LINKLESS)
    rows = []
    for method in made.methods:
        figures = method.slices["all"]
        cells = [str(figures["MRR"]), *(short(figures[name].value) for name in list(MEASURES)[1:])]
        rows.append((method.label, *cells, *map(_short, (method.even, method.alike, method.linkless))))
    return _Section("All queries", (_MEASURED,), (head, *rows))


def _by_slice(made: Evaluation) -> _Section:
    shown = [name for name in SLICES if name in made.methods[0].slices]
    said = tuple(f"{name}: {SLICES[name]}." for name in shown if name != "all")
    count = ("queries", *(f"{made.methods[0].slices[name]['MRR'].count:,}" for name in shown))
    rows = [(method.label, *(short(method.slices[name]["MRR"].value) for name in shown)) for method in made.methods]
    return _Section("MRR by kind of query", (" ".join(said),), (("", *shown), count, *rows))


def _ahead(made: Evaluation) -> _Section:
    said = ("The baseline with the highest MRR of each kind of query beside twinnet, on the same queries.",)
    return _Section("Against the best baseline", said, tuple(against_the_best(made)))


def against_the_best(made: Evaluation) -> list[tuple[str, ...]]:
    """Return the table of the baseline that is best at each kind of query, beside twinnet; its head comes first."""
    own, others = made.methods[0], _baselines(made)
    head = ("queries", "best baseline", "its MRR", f"{own.label}'s MRR", "times", "difference")
    rows: list[tuple[str, ...]] = [head]
    for name, figures in own.slices.items():
        best = _best(others, name)
        theirs, mine = best.slices[name]["MRR"].value, figures["MRR"].value
        times = f"{mine / theirs:.2f}" if theirs else "-"
        difference = f"{best.behind[name]}{_mark(figures['MRR'].count)}"
        rows.append((name, best.label, short(theirs), short(mine), times, difference))
    return rows


def _own(method: Method) -> _Section:
    head = ("queries", "how many", *MEASURES)
    rows = [
        (name, f"{figures['MRR'].count:,}", *(str(figures[measure]) for measure in MEASURES))
        for name, figures in method.slices.items()
    ]
    return _Section(f"{method.label}, with intervals", (), (head, *rows))


def _calibrated(found: Calibration, plan: Plan) -> _Section:
    said = [_CALIBRATED, errors(found)]
    if plan.protocol == "after":
        said.append("Links by time are no even draw: of some kinds of pair more began since than the share says.")
    return _Section("Are the probabilities right?", tuple(said), tuple(expected_and_found(found)))


def errors(found: Calibration) -> str:
    """Say how far off probabilities are in all."""
    amiss = "links too many or too few in their rows for each link found"
    return f"Expected calibration error: {found.error:.2g}; {short(found.misplaced)} {amiss}."


def expected_and_found(found: Calibration) -> list[tuple[str, ...]]:
    """Return the table of hidden links expected and found by probability; the first row is its head."""
    head = ("probability", "pairs", "hidden links expected", "found", "found / expected", "links seen")
    return [head, *map(_bin, found.bins)]


def _bin(one: Bin) -> tuple[str, ...]:
    if one.expected:
        low, high = one.low / one.expected, one.high / one.expected
        ratio = f"{one.ratio:.2f} [{low:.2f}, {high:.2f}]{_mark(one.positives)}"
    else:
        ratio = "-"
    span = f"{one.least:g} to {one.most:g}"
    return span, f"{one.pairs:,.0f}", f"{one.expected:,.1f}", f"{one.found:,.1f}", ratio, f"{one.positives:,}"


def _mark(count: int) -> str:
    """Mark what rests on so few queries or links that it says little."""
    return "" if count >= _FEW else " (few)"


def _left_out(made: Evaluation) -> _Section:
    said = ("MRR without the points of a reason, and the difference to the whole.",)
    head: tuple[str, ...] = ("without", "MRR", "difference")
    again = any(one.relearned for one in made.ablation)
    if again:
        head = (*head, "difference, learned again without it")
    rows = [
        (one.label, short(one.mrr.value), str(one.difference), *((str(one.relearned or "-"),) if again else ()))
        for one in made.ablation
    ]
    return _Section("Each learned reason left out", said, (head, *rows))


def _short(figure: Figure | None) -> str:
    return short(figure.value) if figure else "-"
