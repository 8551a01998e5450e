"""``suggest``, ``revive`` and ``deepen``."""

from __future__ import annotations

import datetime as dt
import sys
from typing import Any

import click

from twinnet import applied, workspace
from twinnet.commands import options, parameters, terminal
from twinnet.models import SuggestionKind
from twinnet.profile import Profiles
from twinnet.workspace.suggesting import ENDINGS, holds_all

_ALL: tuple[SuggestionKind, ...] = ("start", "revitalise", "develop")


def _command(name: str, kind: SuggestionKind, about: str) -> click.Command:
    @click.command(name, help=about)
    @click.argument("network", metavar="NETWORK")
    @click.option(
        "--out",
        metavar="FILE",
        type=parameters.OutFile(ENDINGS),
        help=f"Write to a file ({', '.join(ENDINGS)}); a page and a workbook hold all three kinds. "
        "Without it: a table on a terminal, JSON lines in a pipe.",
    )
    @click.option("--top", type=click.IntRange(min=1), default=5, show_default=True, help="How many per organisation.")
    @options.rules_options
    def command(network: str, out: str | None, top: int, today: dt.date | None, **given: Any) -> None:
        _run(kind, network, out=out, top=top, today=today, given=given)

    return command


def _run(
    kind: SuggestionKind, address: str, *, out: str | None, top: int, today: dt.date | None, given: dict[str, Any]
) -> None:
    rules = options.make_rules(given)
    day = today or rules.as_of or dt.date.today()  # noqa: DTZ011 - the user's own day
    network = workspace.open(address)
    if not len(network.links):
        terminal.said("No links are known, so little speaks for a pair: `twinnet template wikidata` helps to get some.")
    kinds = _ALL if out and holds_all(out) else (kind,)
    if rules.embed:
        # Slow, so it is told; the readings are kept for the matching.
        with terminal.progress("reading texts") as step:
            Profiles.of(network, as_of=rules.as_of, embed=True).inferred(step)
    with terminal.progress("matching") as step:
        found = workspace.suggestions(network, kinds, top=top, rules=rules, today=day, progress=step)
    if out is None and sys.stdout.isatty():
        terminal.print_table(found, kind)
    else:
        workspace.write(found, out or "-", network=network, rules=rules, today=day)
    if out and out != "-":
        counts = {k: sum(s.kind == k for s in found) for k in kinds}
        told = ", ".join(f"{count:,} to {k}" for k, count in counts.items())
        terminal.said(f"{out}: {told}")
    # Themes to take up have their points by rule; a pipe hears only of what is not usual.
    if kinds != ("develop",) and (network.points or (out or "-") != "-" or sys.stdout.isatty()):
        terminal.said(f"points: {applied.told(network)}")


suggest_command = _command(
    "suggest",
    "start",
    "Suggest partnerships to start: for each organisation that the rules ask for, the best it is not linked with yet.",
)
revive_command = _command(
    "revive",
    "revitalise",
    "Rank recorded links that sleep by what they could be; those of whose activity nothing is known come apart.",
)
deepen_command = _command(
    "deepen",
    "develop",
    "Name, for active links, themes that both hold, or one offers and the other seeks, and that the link lacks.",
)
