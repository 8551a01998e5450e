"""What is measured of speed, and the tables of the page about it. Times are seconds unless a name says otherwise."""

import os
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from twinnet.evaluation.report import piped

Rows = list[tuple[str, ...]]

FIGURES = ("machine", "starting", "members", "towns", "shares", "growth", "targets")
"""What the places for figures in the page are called."""


@dataclass(frozen=True)
class Starting:
    """Whole processes: Python with nothing to do, with the package imported, with its help, with the libraries."""

    bare: float
    package: float
    help: float
    libraries: float


@dataclass(frozen=True)
class Members:
    """The demo: its making, ``twinnet suggest`` as a process, and its two parts in this process."""

    organisations: int
    demo: float
    process: float
    computing: float
    sentences: float
    suggestions: int
    peer: float
    floor: float


@dataclass(frozen=True)
class Loops:
    """The best ten of all with compiled loops, from the network in memory, and the highest memory in MB."""

    every: float
    memory: float


@dataclass(frozen=True)
class Towns:
    """A recorded network: its import, its opening, and the best ten of all.

    ``arrays`` is the reading of the network as arrays and ``once`` what all blocks share, both part of ``every``;
    ``peer`` is scaled from ``asked`` towns, ``in_c`` is of one by igraph, ``told`` is of one suggestion and ``memory``
    in MB, at its highest. ``shares`` says of each part of the work how much of the time it takes, in per cent.
    ``in_c`` and ``loops`` are None where igraph and numba are not there.
    """

    organisations: int
    links: int
    imported: float
    opened: float
    every: float
    arrays: float
    once: float
    told: float
    memory: float
    peer: float
    asked: int
    floor: float
    shares: Mapping[str, float]
    loops: Loops | None = None
    in_c: float | None = None


@dataclass(frozen=True)
class Large:
    """A network that is made up: times from a sample of ``rows`` organisations.

    ``row``, ``floor`` and ``peer`` are of one organisation among all, ``alone`` is one that is asked for by itself when
    what is made once is there, ``new`` by a process that has just opened the stored network, which takes ``opened``.
    ``kept`` is the storing of the network by an import, after its rows were read; ``memory`` is in MB, at its highest.
    """

    organisations: int
    links: int
    rows: int
    arrays: float
    once: float
    row: float
    memory: float
    floor: float
    peer: float
    alone: float
    kept: float
    opened: float
    new: float
    loops: Loops | None = None
    in_c: float | None = None

    @property
    def every(self) -> float:
        """The best of all, scaled from the sample."""
        return self.arrays + self.once + self.row * self.organisations


def figures(
    starting: Starting,
    members: Members,
    towns: Towns | None = None,
    growth: Sequence[Large] = (),
    compiling: float | None = None,
) -> dict[str, str]:
    """Return the text of every part of the page that holds figures, by its name; none of what was not measured."""
    made = {
        "machine": machine(),
        "starting": piped(of_starting(starting)),
        "members": piped(of_members(members, starting)),
    }
    if towns:
        made |= {"towns": piped(of_towns(towns, compiling)), "shares": piped(of_shares(towns.shares))}
    if growth:
        made |= {"growth": piped(of_growth(growth))}
    return made | {"targets": piped(of_targets(starting, members, towns, growth))}


def machine() -> str:
    """Say where this is measured."""
    import networkx as nx
    import numpy as np

    return (
        f"{os.cpu_count()} processors ({platform.machine()}), Python {platform.python_version()}, "
        f"numpy {np.__version__}, networkx {nx.__version__}."
    )


def of_starting(made: Starting) -> Rows:
    """How long Python starts with the package, over Python alone."""
    named = {"`import twinnet`": made.package, "`twinnet --help`": made.help}
    rows = [
        (name, said(spent - made.bare), said(spent), said(made.bare), ratio(spent, made.bare))
        for name, spent in named.items()
    ]
    return [("what", "over bare Python", "the whole process", "bare Python", "beside it"), *rows]


HEAD = ("what", "twinnet", "networkx", "beside twinnet", "floor", "twinnet beside it")


def of_members(made: Members, starting: Starting) -> Rows:
    """The demo."""
    return [
        HEAD,
        (
            "`twinnet suggest demo.twinnet --out x.csv`, the whole process",
            said(made.process),
            "-",
            "-",
            f"{said(starting.libraries)} (the imports alone; bare Python {said(starting.bare)})",
            ratio(made.process, starting.libraries),
        ),
        _held(f"the best five of {made.organisations:,}, computed", made.computing, made.peer, made.floor),
        (f"the sentences of these {made.suggestions:,} suggestions", said(made.sentences), "-", "-", "-", "-"),
        ("the demo: import, suggest, revive, deepen, page and workbook", said(made.demo), "-", "-", "-", "-"),
    ]


def of_towns(made: Towns, compiling: float | None = None) -> Rows:
    """The recorded network; ``compiling`` is the first use of compiled loops."""
    plain = {
        "links imported, from 24,896 rows": made.imported,
        "the network opened": made.opened,
        "of these: the network read as arrays": made.arrays,
        "of these: what is made once": made.once,
        "a suggestion made, with its sentences": made.told,
    }
    rows = [(name, said(spent), "-", "-", "-", "-") for name, spent in plain.items()]
    name = f"the best ten of {made.organisations:,} towns with {made.links:,} links"
    memory = ("memory at its highest", f"{made.memory:,.0f} MB", "-", "-", "-", "-")
    every = _held(name, made.every, made.peer, made.floor, f" (from {made.asked} towns)")
    fast: Rows = []
    if made.in_c:
        peer = made.in_c * made.organisations
        name = f"by igraph in C, Adamic-Adar alone (from {made.asked} towns)"
        fast.append((name, "-", said(peer), ratio(peer, made.every), "-", "-"))
    if made.loops:
        fast += [
            _held("the same with `twinnet[fast]`", made.loops.every, made.peer, made.floor),
            ("memory at its highest, with it", f"{made.loops.memory:,.0f} MB", "-", "-", "-", "-"),
        ]
    if compiling:
        fast += [("its first use: 200 towns, and the loops compiled", said(compiling), "-", "-", "-", "-")]
    return [HEAD, every, rows[2], rows[3], memory, *fast, rows[4], rows[0], rows[1]]


def of_shares(shares: Mapping[str, float]) -> Rows:
    """Where the time goes, the most first; what takes less than half a per cent stands together."""
    ordered = sorted(shares.items(), key=lambda one: (-one[1], one[0]))
    rows = [(name, f"{share:.0f} %") for name, share in ordered if share >= 0.5]
    rest = sum(share for _, share in ordered if share < 0.5)
    return [("work", "share of the time"), *rows, *([("all other", f"{rest:.1f} %")] if rest else [])]


def of_growth(growth: Sequence[Large]) -> Rows:
    """Networks that are made up, by size."""
    rows: dict[str, Callable[[Large], str]] = {
        "links": lambda made: f"{made.links:,}",
        "organisations of the sample": lambda made: f"{made.rows:,}",
        "the network read as arrays": lambda made: said(made.arrays),
        "what is made once": lambda made: said(made.once),
        "a row: one among all": lambda made: said(made.row),
        "floor of a row": lambda made: said(made.floor),
        "a row beside its floor": lambda made: ratio(made.row, made.floor),
        "a row by networkx, Adamic-Adar alone": lambda made: said(made.peer),
        "that beside twinnet's": lambda made: ratio(made.peer, made.row),
        "a row by igraph in C, Adamic-Adar alone": lambda made: said(made.in_c) if made.in_c else "-",
        "this beside twinnet's": lambda made: ratio(made.in_c, made.row) if made.in_c else "-",
        "**the best ten for all** (scaled from the sample)": lambda made: said(made.every),
        "memory at its highest": lambda made: f"{made.memory:,.0f} MB",
        "**the best ten for all** with `twinnet[fast]`": lambda made: said(made.loops.every) if made.loops else "-",
        "memory at its highest, with it": lambda made: f"{made.loops.memory:,.0f} MB" if made.loops else "-",
        "one by itself, when what is made once is there": lambda made: said(made.alone),
        "the network stored by an import, its rows read": lambda made: said(made.kept),
        "the stored network opened": lambda made: said(made.opened),
        "one by itself, of the network just opened": lambda made: said(made.new),
    }
    head = ("organisations", *(f"{made.organisations:,}" for made in growth))
    return [head, *((name, *map(told, growth)) for name, told in rows.items())]


def of_targets(starting: Starting, members: Members, towns: Towns | None, growth: Sequence[Large]) -> Rows:
    """What is aimed at, in seconds or MB, and whether it is reached."""
    rows = [
        ("`twinnet --help`, over bare Python", 0.06, starting.help - starting.bare, "s"),
        (f"{members.organisations:,} members: the whole process", 0.6, members.process, "s"),
        (f"{members.organisations:,} members: computing", 0.02, members.computing, "s"),
    ]
    if towns:
        rows += [
            (f"{towns.organisations:,} towns: the best ten of all", 5.0, towns.every, "s"),
            (f"{towns.organisations:,} towns: memory", 1000.0, towns.memory, "MB"),
        ]
        if towns.loops:
            name = f"{towns.organisations:,} towns: the best ten of all, with `twinnet[fast]`"
            rows += [(name, 5.0, towns.loops.every, "s")]
    if growth:
        last = growth[-1]
        name = f"{last.organisations:,} organisations"
        rows.append((f"{name}: the best ten of all", 90.0, last.every, "s"))
        if last.loops:
            rows.append((f"{name}: the same with `twinnet[fast]`", 30.0, last.loops.every, "s"))
        memory = max(last.memory, last.loops.memory if last.loops else 0)
        rows += [
            (f"{name}: memory", 3000.0, memory, "MB"),
            (f"one of {last.organisations:,}, of the network just opened", 0.1, last.new, "s"),
        ]
    return [("what", "target", "measured", "reached"), *(_aimed(*row) for row in rows)]


def _aimed(name: str, most: float, found: float, unit: str) -> tuple[str, ...]:
    shown = (said(most), said(found)) if unit == "s" else (f"{most:,.0f} MB", f"{found:,.0f} MB")
    return (name, *shown, "yes" if found <= most else f"no: {ratio(found, most)}")


def _held(name: str, ours: float, peer: float, floor: float, how: str = "") -> tuple[str, ...]:
    """Hold a time against what it takes otherwise, and against the least that it can take."""
    return (name, said(ours), f"{said(peer)}{how}", ratio(peer, ours), said(floor), ratio(ours, floor))


def said(seconds: float) -> str:
    """Say a time in three digits at most.

    >>> said(124.4), said(1.234), said(0.0214), said(0.00042)
    ('124 s', '1.2 s', '21 ms', '.42 ms')
    """
    if seconds < 0.9995:
        milli = seconds * 1000
        return f"{milli:.0f} ms" if milli >= 9.95 else f"{milli:.1f} ms" if milli >= 1 else f"{milli:.2f} ms"[1:]
    return f"{seconds:.0f} s" if seconds >= 99.5 else f"{seconds:.1f} s"


def ratio(much: float, little: float) -> str:
    """Say how many times as much something is.

    >>> ratio(3.0, 2.0), ratio(250.0, 2.0)
    ('1.5 x', '125 x')
    """
    found = much / little
    return f"{found:.0f} x" if found >= 9.95 else f"{found:.1f} x"
