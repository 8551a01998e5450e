"""``export``, ``show`` and ``forget``."""

from __future__ import annotations

import datetime as dt
import sys

import click

from twinnet import workspace
from twinnet.commands import parameters, terminal
from twinnet.workspace.describing import show
from twinnet.workspace.forgetting import What, forget, imported
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
@click.option("--contacts", is_flag=True, help="Show the contacts that are kept of the ORGANISATION as well.")
def show_command(network: str, organisation: str | None, today: dt.date | None, *, contacts: bool) -> None:
    """Tell what a network holds, or, with an id or a name, all that is known of one ORGANISATION."""
    if contacts and organisation is None:
        raise click.UsageError("--contacts shows those of one organisation: name it")
    day = today or dt.date.today()  # noqa: DTZ011 - the user's own day
    for line in show(network, organisation, today=day, contacts=contacts):
        terminal.print_wrapped(line)


@click.command("forget")
@click.argument("network", metavar="NETWORK")
@click.argument("name", metavar="[SOURCE|ORGANISATION]", required=False)
@click.option("--source", "what", flag_value="source", help="NAME is a source: undo that import.")
@click.option("--organisation", "what", flag_value="organisation", help="NAME is an organisation: erase it.")
@click.option("--dry-run", is_flag=True, help="Only tell what would go.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget_command(network: str, name: str | None, what: What | None, *, dry_run: bool, yes: bool) -> None:
    """Undo the import of one SOURCE, or erase one ORGANISATION and its contacts; without a name, list the sources.

    What other sources assert stays. An organisation is named by its id or as "Mostar, BA"; all that speaks of it
    goes, from every list, with the judgements about it. On a terminal it asks first; elsewhere it does so at once.
    """
    if name is None:
        for line in imported(network) or ["no list was imported"]:
            terminal.print_wrapped(line)
        return
    if dry_run or (sys.stdin.isatty() and not yes):
        for line in forget(network, name, what=what, dry_run=True).lines():
            terminal.print_wrapped(line)
        if dry_run:
            return
        if not click.confirm("Forget it?", err=True):
            terminal.said("Nothing was taken away.")
            return
    for line in forget(network, name, what=what).lines():
        terminal.print_wrapped(line)
