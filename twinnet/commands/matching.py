"""``suggest``, ``revive`` and ``deepen``."""

from __future__ import annotations

import datetime as dt
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import click

from twinnet import applied, workspace
from twinnet.commands import options, parameters, terminal
from twinnet.graph import Network
from twinnet.models import SUGGESTION_KINDS, Rules, Suggestion, SuggestionKind
from twinnet.profile import Profiles
from twinnet.workspace import deciding
from twinnet.workspace.suggesting import ENDINGS, holds_all


@dataclass(frozen=True)
class Question:
    """What a command asks of a network: the facts, the rules, the day, and how many suggestions per organisation."""

    network: Network
    rules: Rules
    today: dt.date
    top: int

    @classmethod
    def put(cls, address: str, *, top: int, today: dt.date | None, given: dict[str, Any]) -> Self:
        """Make the question of what a command was given; tell the person if hardly anything is known to answer it."""
        rules = options.make_rules(given)
        day = today or rules.as_of or dt.date.today()  # noqa: DTZ011 - the user's own day
        network = workspace.open(address)
        if not len(network.links):
            terminal.said(
                "No links are known, so little speaks for a pair: `twinnet template wikidata` helps to get some."
            )
        return cls(network, rules, day, top)

    def answered(self, kinds: Sequence[SuggestionKind]) -> list[Suggestion]:
        """Make the suggestions of some kinds; what takes long is told on a terminal."""
        if self.rules.embed:
            # Slow, so it is told; the readings are kept for the matching.
            with terminal.progress("reading texts") as step:
                Profiles.of(self.network, as_of=self.rules.as_of, embed=True).inferred(step)
        with terminal.progress("matching") as step:
            return workspace.suggestions(
                self.network, kinds, top=self.top, rules=self.rules, today=self.today, progress=step
            )

    def tell_left_out(self, kinds: Sequence[SuggestionKind]) -> None:
        """Tell the person how many pairs are left out because something was decided of them."""
        if said := deciding.left_out(self.network, kinds, today=self.today):
            terminal.said(said)


def counted(found: Sequence[Suggestion], kinds: Sequence[SuggestionKind]) -> str:
    """Say how many suggestions of each kind there are."""
    counts = Counter(suggestion.kind for suggestion in found)
    return ", ".join(f"{counts[kind]:,} to {kind}" for kind in kinds)


top_option = click.option(
    "--top", type=click.IntRange(min=1), default=5, show_default=True, help="How many per organisation."
)
"""Add the option that bounds the suggestions of each organisation."""


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
    @top_option
    @options.rules_options
    def command(network: str, out: str | None, top: int, today: dt.date | None, **given: Any) -> None:
        _run(kind, network, out=out, top=top, today=today, given=given)

    return command


def _run(
    kind: SuggestionKind, address: str, *, out: str | None, top: int, today: dt.date | None, given: dict[str, Any]
) -> None:
    question = Question.put(address, top=top, today=today, given=given)
    network, rules, day = question.network, question.rules, question.today
    kinds = SUGGESTION_KINDS if out and holds_all(out) else (kind,)
    found = question.answered(kinds)
    if out is None and sys.stdout.isatty():
        terminal.print_table(found, kind)
    else:
        unresolved = None
        if out is not None and out.lower().endswith(".xlsx"):
            from twinnet.workspace import reviewing

            unresolved = reviewing.unresolved(address)
        workspace.write(found, out or "-", network=network, rules=rules, today=day, unresolved=unresolved)
    if out and out != "-":
        terminal.said(f"{out}: {counted(found, kinds)}")
    question.tell_left_out(kinds)
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
