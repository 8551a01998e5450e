"""The suggestions that the page holds: which ones, in which order, and as columns of numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any, get_args

from twinnet.models import SUGGESTION_KINDS, LinkState
from twinnet.views.packing import End, Sayings, Texts

if TYPE_CHECKING:
    from twinnet.models import Evidence, Suggestion
    from twinnet.wording import Speaker, Value

STATES: tuple[LinkState, ...] = get_args(LinkState)


def foremost(suggestions: Iterable[Suggestion], most: int) -> list[Suggestion]:
    """Return the best ``most`` suggestions: as many of each kind as there are, best score first.

    They come sorted by kind (start, revitalise, develop), score, names and ids.
    """
    kinds: dict[str, list[Suggestion]] = {kind: [] for kind in SUGGESTION_KINDS}
    for suggestion in suggestions:
        kinds[suggestion.kind].append(suggestion)
    for of_kind in kinds.values():
        of_kind.sort(key=_best_first)
    taken = sorted((rank, kind) for kind in SUGGESTION_KINDS for rank in range(len(kinds[kind])))[:most]
    count = {kind: sum(1 for _, taken_kind in taken if taken_kind == kind) for kind in SUGGESTION_KINDS}
    return [suggestion for kind in SUGGESTION_KINDS for suggestion in kinds[kind][: count[kind]]]


def fairest(suggestions: Sequence[Suggestion], most: int) -> list[Suggestion]:
    """Return ``most`` suggestions so that everybody has some: the first of each organisation, then the second ones.

    Each kind counts by itself; of equal rank the better scores are taken. They come in the order given.
    """
    if len(suggestions) <= most:
        return list(suggestions)
    rank: Counter[tuple[str, str]] = Counter()
    order: list[tuple[int, int, int]] = []
    for at in sorted(range(len(suggestions)), key=lambda at: _best_first(suggestions[at])):
        suggestion = suggestions[at]
        side = (suggestion.kind, suggestion.organisation.id)
        order.append((rank[side], len(order), at))
        rank[side] += 1
    return [suggestions[at] for at in sorted(at for _, _, at in sorted(order)[:most])]


def _best_first(suggestion: Suggestion) -> tuple[Any, ...]:
    one, other = suggestion.organisation, suggestion.candidate
    return suggestion.ask_first, -suggestion.score, one.name, other.name, one.id, other.id


def sentences(suggestion: Suggestion, speaker: Speaker, most: int = 3) -> str:
    """Return why in a few sentences: those of the strongest reasons that speak for the pair."""
    strong = sorted((r for r in suggestion.reasons if r.points > 0), key=lambda r: -r.points)[:most]
    said = [speaker.say(_said(reason)) for reason in strong]
    return " ".join(_sentence(words) for words in said if words)


def _sentence(words: str) -> str:
    """End a sentence with a full stop, begin it with a capital.

    >>> _sentence("both work on youth")
    'Both work on youth.'
    """
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "!", "?", "…")) else ".")


def columns(
    best: Iterable[Suggestion],
    sayings: Sayings,
    texts: Texts,
    *,
    at: Mapping[str, int],
    links: Mapping[str, int],
    population: Mapping[str, int | None],
    details: bool,
) -> dict[str, Any]:
    """Return suggestions column by column, in the order of their organisations.

    ``kind`` and ``state`` are places in :data:`SUGGESTION_KINDS` and :data:`STATES` (-1: none), ``a`` and ``b``
    those of the two organisations (``at``), ``link`` that of a link (``links``; -1: none). ``pattern`` is the place
    among ``patterns`` of the reasons that speak and of those that have nothing to go on, both as places in
    ``reasons``; ``points`` holds, for each reason, its points where it speaks. What the reasons say comes one after
    the other in ``sayings``, beginning with ``first``: of each reason its sentence and, with ``details``, the facts
    behind it. ``themes`` (places in ``texts``) are those that a link could take up, by the places of the
    suggestions that have any.
    """
    keys, patterns = Texts(), Texts()
    found: dict[str, list[Any]] = {
        name: [] for name in ("kind", "a", "b", "score", "times", "state", "link", "ask", "pattern")
    }
    points: list[list[int]] = []
    themes: dict[int, list[int]] = {}
    first = None
    for n, suggestion in enumerate(sorted(best, key=lambda s: (at[s.organisation.id], *_order(s)))):
        said = sorted(suggestion.reasons, key=attrgetter("key"))
        places = [keys(reason.key) for reason in said]
        points.extend([] for _ in range(len(keys.all) - len(points)))
        pair = [End(party.id, population.get(party.id)) for party in (suggestion.organisation, suggestion.candidate)]
        for place, reason in zip(places, said, strict=True):
            points[place].append(reason.points)
            begins = sayings.add(_said(reason), pair)
            first = begins if first is None else first
            if details:
                sayings.add(reason.detail if reason.behind is None else reason.behind, pair)
        pattern = patterns(f"{' '.join(map(str, places))}|{' '.join(str(keys(key)) for key in suggestion.missing)}")
        if suggestion.themes:
            themes[n] = [texts(theme) for theme in suggestion.themes]
        row = {
            "kind": SUGGESTION_KINDS.index(suggestion.kind),
            "a": at[suggestion.organisation.id],
            "b": at[suggestion.candidate.id],
            "score": suggestion.score,
            "times": 0 if suggestion.times is None else _three_digits(suggestion.times),
            "state": -1 if suggestion.state is None else STATES.index(suggestion.state),
            "link": links.get(suggestion.link, -1) if suggestion.link else -1,
            "ask": int(suggestion.ask_first),
            "pattern": pattern,
        }
        for name, value in row.items():
            found[name].append(value)
    points.extend([] for _ in range(len(keys.all) - len(points)))
    return {
        **found,
        "themes": themes,
        "reasons": keys.all,
        "patterns": [[[int(n) for n in part.split()] for part in text.split("|")] for text in patterns.all],
        "points": points,
        "first": first or 0,
        "details": details,
    }


def _order(suggestion: Suggestion) -> tuple[Any, ...]:
    return SUGGESTION_KINDS.index(suggestion.kind), *_best_first(suggestion), suggestion.link or ""


def _said(reason: Evidence) -> Value:
    said: Value | None = reason.said
    return reason.sentence if said is None else said


def _three_digits(value: float) -> float:
    rounded = float(f"{value:.3g}")
    return int(rounded) if rounded.is_integer() else rounded
