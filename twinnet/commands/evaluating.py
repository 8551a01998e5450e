"""``evaluate``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from twinnet import workspace
from twinnet.commands import parameters, terminal

if TYPE_CHECKING:
    from twinnet.evaluation import Plan


@click.command("evaluate")
@click.argument("network", metavar="NETWORK")
@click.option(
    "--seeds", type=click.IntRange(min=1, max=100), default=3, show_default=True, help="How many times links are drawn."
)
@click.option(
    "--queries",
    type=click.IntRange(min=2),
    default=5000,
    show_default=True,
    help="How many ends of hidden links are asked at most, each time.",
)
@click.option(
    "--after", "year", type=click.IntRange(1000, 2999), metavar="YEAR", help="Hide the links since that year."
)
@click.option(
    "--ignore-year",
    "ignore_years",
    multiple=True,
    type=click.IntRange(1000, 2999),
    metavar="YEAR",
    help="With --after: a year that stands for an unknown one in the lists, such as 2000; repeat for more.",
)
@click.option("--undated-known", is_flag=True, help="With --after: take links without a year for known ones.")
@click.option("--newcomers", is_flag=True, help="With --after: ask for towns that had no link before, too.")
@click.option(
    "--between",
    "ends",
    type=parameters.Corridor(),
    metavar="A:B",
    help="Hide the links of two countries or groups, a part at a time, such as old-europe:south-east-europe.",
)
@click.option(
    "--folds", type=click.IntRange(min=2), default=5, show_default=True, help="With --between: in how many parts."
)
@click.option(
    "--table",
    type=click.Choice(["learned", "shipped", "both"]),
    default="learned",
    show_default=True,
    help="The points: learned from the links that stay known, those of the package, or both beside each other.",
)
@click.option("--ablation", is_flag=True, help="Also leave each learned reason out in turn.")
@click.option("--relearn", is_flag=True, help="With --ablation: also learn the points again without the reason (slow).")
@click.option(
    "--fill", is_flag=True, help="Add places without a link from the gazetteer, where the lists name too few."
)
@click.option(
    "--out",
    metavar="FILE.md|json|txt",
    type=parameters.OutFile([".md", ".json", ".txt"]),
    default="-",
    help="Where the report goes; by default standard output, as text.",
)
def evaluate_command(network: str, out: str, *, year: int | None, ends: str | None, **given: Any) -> None:
    """Hide links of a network, rank partners, and measure where the hidden ones stand, beside ten other rankings.

    At random a tenth of the links between countries is hidden, three times over; --after hides the newer ones instead,
    --between those of two countries or groups. What ranks sees nothing of what is hidden.
    """
    plan = _plan(year, ends, given)
    from twinnet.evaluation import evaluate
    from twinnet.workspace.evaluating import write_report

    opened = workspace.open(network)
    with terminal.progress("measuring") as step:
        made = evaluate(opened, plan, progress=step)
    write_report(made, out)
    if out != "-":
        queries = sum(part.queries for part in made.parts)
        terminal.said(f"{out}: MRR {made.methods[0].mrr} on {queries:,} queries")


_BELONG = (
    ("--ignore-year", "ignore_years", "--after YEAR"),
    ("--undated-known", "undated_known", "--after YEAR"),
    ("--newcomers", "newcomers", "--after YEAR"),
    ("--folds", "folds", "--between A:B"),
    ("--relearn", "relearn", "--ablation"),
)
"""Options that say nothing without another one."""


def _plan(year: int | None, ends: str | None, given: dict[str, Any]) -> Plan:
    """Make the plan of the options; what does not go together is said."""
    if year is not None and ends is not None:
        raise click.UsageError("--after and --between are two ways to hide links: give one of them")
    context = click.get_current_context()
    there = {"--after YEAR": year is not None, "--between A:B": ends is not None, "--ablation": given["ablation"]}
    for option, name, other in _BELONG:
        if context.get_parameter_source(name) is not ParameterSource.DEFAULT and not there[other]:
            raise click.UsageError(f"{option} belongs to {other}")
    if given["relearn"] and given["table"] == "shipped":
        raise click.UsageError("--relearn learns points: it does not go with --table shipped")
    if (year or ends) and context.get_parameter_source("seeds") is not ParameterSource.DEFAULT:
        raise click.UsageError("--seeds draws links at random: it goes neither with --after nor with --between")
    from twinnet.evaluation import Plan

    protocol: Any = "after" if year is not None else "between" if ends is not None else "random"
    return Plan(protocol=protocol, year=year, ends=ends, **{**given, "seeds": tuple(range(given["seeds"]))})
