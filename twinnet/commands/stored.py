"""``export`` and ``show``."""

from __future__ import annotations

import datetime as dt

import click

from twinnet import workspace
from twinnet.commands import parameters, terminal
from twinnet.workspace.describing import describe
from twinnet.writing import lines


@click.command("export")
@click.argument("network", metavar="NETWORK")
@click.option(
    "--out",
    default="-",
    metavar="FILE.jsonl",
    type=parameters.OutFile([".jsonl", ".ndjson"]),
    help="Where to; - is standard output, and the default.",
)
@click.option("--on", type=parameters.Day(), metavar="DAY", help="A date for the export to bear; none by default.")
@click.option("--by", default="", metavar="NAME", help="The name that the export bears.")
def export_command(network: str, out: str, on: dt.date | None, by: str) -> None:
    """Write everything a network holds as sorted JSON lines: the same facts give the same bytes."""
    lines.write(workspace.open(network), out, on=on, by=by)
    if out != "-":
        terminal.said(f"{out}: everything {network} holds")


@click.command("show")
@click.argument("network", metavar="NETWORK")
@click.argument("organisation", required=False)
@click.option(
    "--today", type=parameters.Day(), metavar="DAY", help="The day that states are told on; by default today."
)
def show_command(network: str, organisation: str | None, today: dt.date | None) -> None:
    """Tell what a network holds, or, with an id or a name, all that is known of one ORGANISATION."""
    day = today or dt.date.today()  # noqa: DTZ011 - the user's own day
    for line in describe(workspace.open(network), organisation, today=day):
        terminal.print_wrapped(line)
