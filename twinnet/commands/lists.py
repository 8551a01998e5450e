"""``import`` and ``template``."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Any

import click

from twinnet import workspace
from twinnet.commands import options
from twinnet.models import LIST_KINDS
from twinnet.workspace.importing import read_options, summary


@click.command("import")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--into", required=True, metavar="NETWORK", help="The network to import into, made if there is none.")
@click.option("--as", "kind", type=click.Choice(LIST_KINDS), help="What kind of list it is; recognised by default.")
@click.option("--network", metavar="NAME", help="Whose members they are; by default the file's or sheet's name.")
@click.option("--date", metavar="DATE", help="The list's own date: 2024, 2024-05 or 2024-05-31.")
@click.option("--column", "columns", multiple=True, metavar="FIELD=HEADER", help="Read a column as a field; repeat.")
@click.option("--country", metavar="COUNTRY", help="The country of rows (of a link: of its first end) that name none.")
@click.option("--strict", is_flag=True, help="Take nothing if a row or a value would be held back.")
@click.option("--today", type=options.Day(), metavar="DAY", help="Dates after it are in the future; by default today.")
def import_command(files: tuple[Path, ...], into: str, *, strict: bool, **given: Any) -> None:
    """Take lists of members, links, projects or partners into a network: CSV, XLSX or JSON, all of them or none.

    The kind of list and its columns are recognised in many languages. What could not be taken is counted here and
    listed in NETWORK.report.csv.
    """
    for text in given["columns"]:
        if "=" not in text:
            raise click.UsageError(f"--column takes FIELD=HEADER, such as name=Organizacija, not {text!r}.")
    given["today"] = given["today"] or dt.date.today()  # noqa: DTZ011 - the user's own day
    step = options.said if sys.stderr.isatty() else None
    done = workspace.import_lists(files, into, options=read_options(**given), strict=strict, step=step)
    for table in done.tables:
        click.echo(f"{table.file}: {summary(table)}")
    held = done.held
    if held["row"] or held["value"]:
        click.echo(f"held back: {held['row']:,} rows and {held['value']:,} values")
    if done.faults:
        click.echo(f"{len(done.faults):,} remarks, each with row and reason, are in {done.report}")
    holds = repr(done.network).removeprefix("<Network: ").removesuffix(">")
    click.echo(f"{into} {'now holds' if done.changed else 'is as it was:'} {holds}")


@click.group("template")
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
