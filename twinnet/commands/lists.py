"""``import`` and ``template``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import click

from twinnet import workspace
from twinnet.commands import Group, parameters, terminal
from twinnet.models import LIST_KINDS
from twinnet.workspace.importing import counted, read_options, summary


@click.command("import")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=parameters.ListFile(dash=True))
@click.option("--into", required=True, metavar="NETWORK", help="The network to import into, made if there is none.")
@click.option("--as", "kind", type=click.Choice(LIST_KINDS), help="What kind of list it is; recognised by default.")
@click.option("--network", metavar="NAME", help="Whose members they are; by default the file's or sheet's name.")
@click.option("--date", metavar="DATE", help="The list's own date: 2024, 2024-05 or 2024-05-31.")
@click.option(
    "--column",
    "columns",
    multiple=True,
    type=parameters.Column(),
    metavar="FIELD=HEADER",
    help="Read a column as a field, such as name=Organizacija; repeat.",
)
@click.option("--country", metavar="COUNTRY", help="The country of rows (of a link: of its first end) that name none.")
@click.option(
    "--limit",
    "limits",
    multiple=True,
    type=parameters.Limit(),
    metavar="NAME=N",
    help="Read a larger file than usual, such as rows=500000; repeat. The message that refuses a file names the limit.",
)
@click.option("--strict", is_flag=True, help="Take nothing if a row or a value would be held back.")
@click.option(
    "--today", type=parameters.Day(), metavar="DAY", help="Dates after it are in the future; by default today."
)
def import_command(files: tuple[Path, ...], into: str, *, strict: bool, **given: Any) -> None:
    """Take lists of members, links, projects or partners into a network: CSV, XLSX or JSON, all of them or none.

    A FILE of - is standard input. The kind of list and its columns are recognised in many languages. What could not
    be taken is counted here and listed in NETWORK.report.csv.
    """
    given["today"] = given["today"] or dt.date.today()  # noqa: DTZ011 - the user's own day
    with terminal.progress("importing") as step:
        done = workspace.import_lists(files, into, options=read_options(**given), strict=strict, progress=step)
    before: tuple[str, ...] = ()
    for table in done.tables:
        head, *columns = summary(table)
        terminal.print_wrapped(head)
        for line in ["columns as before"] if columns and tuple(columns) == before else columns:
            terminal.print_wrapped(line, "  ")
        before = tuple(columns)
    for source in done.replaced:
        terminal.print_wrapped(f"{source.name}: takes the place of what {source.file} said before")
    for line in counted(done.faults):
        terminal.print_wrapped(line)
    if done.faults and done.report:
        terminal.print_wrapped(f"Each stands with its row and reason in {done.report}")
    holds = repr(done.network).removeprefix("<Network: ").removesuffix(">")
    terminal.print_wrapped(f"{into} {'now holds' if done.changed else 'is as it was:'} {holds}")


@click.group("template", cls=Group)
def template_command() -> None:
    """Print a query that brings lists from elsewhere."""


@template_command.command("wikidata")
@click.option("--countries", required=True, metavar="BA,IT", help="Countries whose towns' twinnings are asked for.")
def wikidata_command(countries: str) -> None:
    """Print the query for the twinnings of some countries' towns.

    Paste it into Wikidata's public query service in a browser, download the result as CSV or JSON, and import the
    file: it holds links and the towns they join. twinnet itself calls nobody.
    """
    from twinnet.reading import wikidata

    click.echo(wikidata.query([part.strip() for part in countries.split(",") if part.strip()]), nl=False)
