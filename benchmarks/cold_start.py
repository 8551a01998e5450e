"""The pure cold start: no link is known, and the first ten suggestions should still be sensible.

Who has no links is known by its themes, its size, its place and its language. Of the first ten suggestions of each
member it is counted how many share a theme with it (or offer what it seeks, or seek what it offers), how many are of
its size (at most three times as large or as small; where both sizes are known), and how many have a working language in
common. Beside them stand the same shares among all that could be suggested (chance) and among the ten nearest of these.
Each figure has the interval in which it lies in 95 of 100 resamplings of the members.

Links and projects are taken out first, so nothing here was seen by the points as a link of the network; what the
shipped points know of real twinnings in general they know.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.shared import DATA, has
from twinnet import matching, workspace
from twinnet.eligibility import Eligibility
from twinnet.graph import Facts, Network
from twinnet.index import EARTH_RADIUS, MatchIndex
from twinnet.models import Organisation, Rules
from twinnet.scoring import PointsTable
from twinnet.taxonomy import Taxonomy

TODAY = dt.date(2026, 1, 1)
FIRST = 10
FACTOR = 3
_RESAMPLED = 2000

LISTS = ("alda", "cittaslow", "eccar", "efus", "ehtta", "energy_cities", "eurocities", "gmf", "recevin", "ubc")

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

WHAT = ("theme", "size", "language")
WHO = ("suggested", "nearest", "chance")


@dataclass(frozen=True)
class Found:
    """Shares by what is shared and among whom: of each member asked, NaN where nothing can be said.

    ``explained`` is the share of suggestions with a reason that speaks for them, ``by_theme`` of those of which a
    reason speaks of themes.
    """

    shares: dict[tuple[str, str], Floats]
    explained: float
    by_theme: float

    def figure(self, what: str, who: str, less: str | None = None) -> tuple[float, float, float]:
        """Return a mean share, or how much larger it is than another's, and its interval."""
        values = self.shares[what, who] - (self.shares[what, less] if less else 0)
        values = values[np.isfinite(values)]
        drawn = np.random.default_rng(0).integers(len(values), size=(_RESAMPLED, len(values)))
        low, high = np.percentile(values[drawn].mean(axis=1), [2.5, 97.5])
        return float(values.mean()), float(low), float(high)


def measure(network: Network, asked: Sequence[str], *, table: PointsTable | None = None) -> Found:
    """Measure the first ten suggestions of some members of a network without links."""
    index = MatchIndex.of(network)
    rules = Rules(whose=tuple(asked))
    eligible = Eligibility.of(network, index, rules, TODAY)
    found = matching.suggest(network, top=FIRST, rules=rules, today=TODAY, table=table)
    chosen: dict[int, list[int]] = {}
    for one in found:
        chosen.setdefault(index.position[one.organisation.id], []).append(index.position[one.candidate.id])
    parts: dict[tuple[str, str], list[float]] = {(what, who): [] for what in WHAT for who in WHO}
    alike = _Alike(index)
    for row in map(int, eligible.asked):
        able = eligible.candidates(row)
        columns = {"suggested": np.array(chosen.get(row, []), np.int64), "chance": able}
        columns["nearest"] = able[np.argsort(alike.apart(row, able), kind="stable")[:FIRST]]
        for what, shared in alike.of(row):
            for who, some in columns.items():
                values = shared[some]
                known = values[np.isfinite(values)]
                parts[what, who].append(float(known.mean()) if len(known) else float("nan"))
    speaking = [{reason.key for reason in one.reasons if reason.points > 0} for one in found]
    return Found(
        {key: np.array(values) for key, values in parts.items()},
        float(np.mean([bool(keys) for keys in speaking])),
        float(np.mean([not keys.isdisjoint({"themes", "offer_and_need"}) for keys in speaking])),
    )


class _Alike:
    """What a member has in common with all others."""

    def __init__(self, index: MatchIndex) -> None:
        self._index = index
        self._offered, self._sought, self._works_on = (
            part.toarray() > 0 for part in (index.offered, index.sought, index.works_on)
        )
        self._held = self._offered | self._sought | self._works_on
        self._languages = index.languages.toarray() > 0

    def of(self, row: int) -> Iterator[tuple[str, Floats]]:
        """Give for each thing 1 where it is shared, 0 where it is not, NaN where it is not known."""
        shared = (self._held & self._held[row]).any(axis=1)
        yield "theme", np.where(self._held[row].any(), shared, np.nan)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.abs(np.log(self._index.population / self._index.population[row]))
        yield "size", np.where(np.isfinite(ratio), ratio <= np.log(FACTOR), np.nan)
        yield "language", (self._languages & self._languages[row]).any(axis=1).astype(float)

    def apart(self, row: int, columns: npt.NDArray[np.int64]) -> Floats:
        """Return the kilometres to some others; who has no place is far away."""
        chord = np.linalg.norm(self._index.unit[columns] - self._index.unit[row], axis=1)
        return np.nan_to_num(2 * EARTH_RADIUS * np.arcsin(np.minimum(chord / 2, 1)), nan=1e9)


def cold(network: Network) -> Network:
    """Return the members of a network without their links and projects."""
    return Network(
        network.organisations, memberships=network.memberships, sources=network.sources, taxonomy=network.taxonomy
    )


def demo() -> tuple[Network, list[str]]:
    """Return the demo's members (made up, over real places), and those of them that state two themes or more."""
    network = cold(workspace.read(Path(str(files("twinnet"))) / "data" / "demo" / "members.csv", network="Demo"))
    members = network.members(on=TODAY)
    asked = [
        one.id
        for one in network.organisations
        if one.id in members and len({*one.themes_offered, *one.themes_sought}) >= 2
    ]
    return network, asked


def newcomers(*, share: float = 0.2, seed: int = 0) -> tuple[Network, list[str]]:
    """Return the demo with the links of its members but for a fifth of them, drawn by seed: those have none and ask."""
    lists = [Path(str(files("twinnet"))) / "data" / "demo" / f"{name}.csv" for name in ("members", "links")]
    network = workspace.read(*lists)
    _, asked = demo()
    drawn = set(np.random.default_rng(seed).choice(sorted(asked), round(share * len(asked)), replace=False).tolist())
    links = [link for link in network.links if link.a not in drawn and link.b not in drawn]
    return Network(network.organisations, memberships=network.memberships, links=links), sorted(drawn)


def two_themes(network: Network, *, seed: int = 0) -> Network:
    """Give every organisation two themes by chance, some themes far more often than others, wherever it lies.

    It offers the one and seeks the other. What its list says of themes is gone, and so is what networks tell of them.
    """
    rng = np.random.default_rng(seed)
    keys = sorted(theme.key for theme in Taxonomy.builtin().themes())
    often = 1 / np.arange(1, len(keys) + 1)
    order = rng.permutation(len(keys))
    made = []
    for one in network.organisations:
        first, second = rng.choice(order, 2, replace=False, p=often / often.sum())
        gone = {"themes_sought": (keys[second],), "tags": (), "description": None}
        made.append(one.model_copy(update={"themes_offered": (keys[first],), **gone}))
    return Network(Facts.of(Organisation, made))


def lists(shared: Path = DATA) -> tuple[Network, list[str]]:
    """Return the members of ten European networks, and those of ALDA among them; no list says themes."""
    paths = [shared / "members" / f"{name}.csv" for name in LISTS]
    network = cold(workspace.read(*paths))
    return network, sorted(network.members("alda", on=TODAY))


def run() -> None:
    """Print the shares of all networks."""
    print("made up: the demo's members, with the themes they state; no links, no projects")
    _show(measure(*demo()))
    print("made up: a fifth of the demo's members without links among all others with theirs")
    _show(measure(*newcomers()))
    if not has(*(f"members/{name}.csv" for name in LISTS)):
        return
    network, asked = lists()
    print("real: ALDA's members among those of ten networks; what networks tell of themes; no links, no projects")
    _show(measure(network, asked))
    print("the same places, each with two themes by chance")
    _show(measure(two_themes(network), asked))


def _show(found: Found) -> None:
    print(f"  {len(found.shares['theme', 'chance'])} members asked")
    for what in WHAT:
        said = [f"{who} {_said(*found.figure(what, who))}" for who in WHO]
        more = [f"over {who} {_said(*found.figure(what, 'suggested', who))}" for who in WHO[1:]]
        print(f"  {what:<9} {'   '.join([*said, *more])}")
    print(f"  a reason speaks for {found.explained:.0%}; themes for {found.by_theme:.0%}", flush=True)


def _said(mean: float, low: float, high: float) -> str:
    return f"{mean:.2f} ({low:.2f} to {high:.2f})"
