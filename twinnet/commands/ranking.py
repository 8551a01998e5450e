"""``rank``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import click

from twinnet import workspace
from twinnet.applied import told
from twinnet.commands import options, parameters, terminal
from twinnet.workspace.ranking import rank_table


@click.command("rank")
@click.argument("network", metavar="NETWORK")
@click.option(
    "--queries",
    required=True,
    metavar="FILE",
    type=parameters.ListFile(),
    help="A table with query_id and id, or query_id, name, country, latitude, longitude.",
)
@click.option(
    "--out",
    required=True,
    metavar="FILE.csv",
    type=parameters.OutFile([".csv"]),
    help="Where the ranking goes; - is standard output.",
)
@click.option("--top", type=click.IntRange(min=1), default=100, show_default=True, help="How many per query.")
@click.option("--learn", is_flag=True, help="Learn the points from the network's own links first.")
@options.rules_options
def rank_command(network: str, queries: Path, out: str, *, top: int, learn: bool, **given: Any) -> None:
    """Rank new partners for the organisations named in a table; one not in the network yet is a newcomer."""
    today: dt.date | None = given.pop("today")
    rules = options.make_rules(given)
    day = today or rules.as_of or dt.date.today()  # noqa: DTZ011 - the user's own day
    opened = workspace.open(network)
    with terminal.progress("learning and ranking" if learn else "ranking") as step:
        left = rank_table(opened, queries, out, top=top, rules=rules, today=day, learn=learn, progress=step)
    if learn or opened.points:
        terminal.said(f"points: {'learned from this network, for this ranking only' if learn else told(opened)}")
    for query in left:
        terminal.said(f"query {query.query} ({query.name}) is left out: {query.reason}")
