"""``learn``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import click

from twinnet.commands import parameters, terminal
from twinnet.workspace import learning


@click.command("learn")
@click.argument("network", metavar="NETWORK")
@click.option(
    "--show",
    is_flag=True,
    help="Only tell which points apply, what they were learned from, and what decisions changed.",
)
@click.option("--forget", is_flag=True, help="Take the network's own points away, so that the shipped ones apply.")
@click.option("--anyway", is_flag=True, help="Keep what links taught even if it is not better than the shipped points.")
@click.option(
    "--decisions",
    is_flag=True,
    help="Learn from decisions alone, which takes seconds: they move the shipped points, and links are not looked at.",
)
@click.option("--today", type=parameters.Day(), metavar="DAY", help="The day that the points bear; by default today.")
def learn_command(
    network: str, today: dt.date | None, *, show: bool, forget: bool, anyway: bool, decisions: bool
) -> None:
    """Learn points from a network's own links and decisions, and show what changed.

    Those from links are kept where they are better than the shipped ones, which is measured first: links are hidden,
    and their partners ranked among all towns of other countries, by points learned from the other links and by the
    shipped ones. With few links, or where what was learned is no better, the shipped ones apply.

    Then accepted and declined suggestions move the learned points of what applies, by the amount of evidence; points
    set by rule stay. The network's own points apply to suggest, revive and rank.
    """
    if show + forget + anyway + decisions > 1:
        raise click.UsageError("--show, --forget, --anyway and --decisions exclude each other: give one of them")
    if show:
        _print(learning.show(network))
    elif forget:
        had = learning.forget(network)
        click.echo("The network's own points are taken away." if had else "The network has no points of its own.")
        _print(learning.show(network))
    else:
        day = today or dt.date.today()  # noqa: DTZ011 - the user's own day
        with terminal.progress("learning") as step:
            found = learning.learn(network, today=day, anyway=anyway, from_links=not decisions, progress=step)
        _print(found.lines())


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        terminal.print_wrapped(line.lstrip(), " " * (len(line) - len(line.lstrip())))
