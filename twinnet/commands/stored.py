"""``export``, ``show`` and ``forget``."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import click

from twinnet import workspace
from twinnet.commands import parameters, terminal
from twinnet.errors import InputError
from twinnet.stores import file_of
from twinnet.workspace.describing import show
from twinnet.workspace.forgetting import What, forget, imported
from twinnet.writing import exports


@click.command("export")
@click.argument("network", metavar="NETWORK")
@click.option(
    "--out",
    default="-",
    metavar="FILE",
    help="Where to: FILE.jsonl, .json, .graphml or .geojson; NAME.csv or a folder for CSV files; - is standard "
    "output, and the default.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(exports.FORMS),
    help="The form, where the name does not tell it; lines by default.",
)
@click.option("--on", type=parameters.Day(), metavar="DAY", help="A date for the lines to bear; none by default.")
@click.option("--by", default="", metavar="NAME", help="The name that the lines bear.")
def export_command(network: str, out: str, form: exports.Form | None, on: dt.date | None, by: str) -> None:
    """Write what a network holds for other programs: the same facts give the same bytes.

    Lines (JSON) and JSON hold everything, also sources and what people judged and decided, with their names and notes;
    GraphML (Gephi), GeoJSON (maps) and CSV hold the facts. Contacts are in none of them.
    """
    form = _form(network, out, form)
    if form not in ("lines", None) and (on or by):
        raise click.UsageError("only lines bear a date and a name: leave out --on and --by")
    for path in exports.write(workspace.open(network), out, form=form, on=on, by=by):
        if form in ("lines", "json"):
            terminal.said(f"{path}: everything {network} holds")
        else:
            terminal.said(f"{path}: facts of {network}")


def _form(network: str, out: str, form: exports.Form | None) -> exports.Form:
    """Return the form to write; refuse a path that names none, and the network's own, before work is done."""
    try:
        named = exports.form_of(out)
    except InputError as error:
        if form is None:
            raise click.BadParameter(f"{Path(out).name!r} {error.reason}", param_hint="--out") from error
        named = form
    form = form or named
    own = file_of(network)
    if own is not None and out != "-" and Path(out).exists() and Path(out).samefile(own):
        raise click.BadParameter(f"{out!r} is the network itself: name another file", param_hint="--out")
    if form == "csv" and out == "-":
        raise click.BadParameter("CSV files are several: name a folder, or NAME.csv", param_hint="--out")
    if form != "csv" and Path(out).is_dir():
        raise click.BadParameter(f"{out!r} is a folder: name a file in it", param_hint="--out")
    if not Path(out).parent.is_dir():
        raise click.BadParameter(f"there is no folder {str(Path(out).parent)!r}: make it first", param_hint="--out")
    return form


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
