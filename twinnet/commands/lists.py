"""``import`` and ``template``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from twinnet import workspace
from twinnet.commands import Group, parameters, terminal
from twinnet.commands.options import limit_option
from twinnet.models import LIST_KINDS, ListKind
from twinnet.reading import Limits, ReadOptions, grouped, load_columns, save_columns
from twinnet.taxonomy import Taxonomy
from twinnet.workspace.importing import ImportOptions, told


@click.command("import")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=parameters.ListFile(dash=True))
@click.option("--into", required=True, metavar="NETWORK", help="The network to import into, made if there is none.")
@click.option("--as", "kind", type=click.Choice(LIST_KINDS), help="What kind of list it is; recognised by default.")
@click.option("--network", metavar="NAME", help="Whose members they are; by default the file's or sheet's name.")
@click.option("--source", metavar="NAME", help="What the list is called; by default its network and kind.")
@click.option("--date", metavar="DATE", help="The list's own date: 2024, 2024-05 or 2024-05-31.")
@click.option(
    "--column",
    "columns",
    multiple=True,
    type=parameters.Column(),
    metavar="FIELD=HEADER",
    help="Read a column as a field, such as name=Organizacija, or not at all: none=Fax; repeat.",
)
@click.option(
    "--columns",
    "saved",
    type=parameters.ListFile(),
    metavar="FILE",
    help="Read columns as a file of --save-columns says; --column goes before it.",
)
@click.option(
    "--save-columns",
    "save",
    type=parameters.OutFile((".toml",)),
    metavar="FILE",
    help="Save how the columns were read, for the next list of this form.",
)
@click.option("--country", metavar="COUNTRY", help="The country of rows (of a link: of its first end) that name none.")
@click.option(
    "--taxonomy",
    type=parameters.ListFile(),
    metavar="FILE",
    help="Read themes by this network's own taxonomy (TOML), now and from now on.",
)
@limit_option
@click.option("--strict", is_flag=True, help="Take nothing if a row or a value would be held back.")
@click.option("--replace", is_flag=True, help="Let a list take the place of one that it shares less than half with.")
@click.option("--dry-run", is_flag=True, help="Only tell what would be taken and what would change.")
@click.option("--keep-contacts", is_flag=True, help="Keep persons, e-mails and telephones, apart from all else.")
@click.option("--quote", is_flag=True, help="Name what is new, gone or changed; by default only rows are told.")
@click.option(
    "--today", type=parameters.Day(), metavar="DAY", help="Dates after it are in the future; by default today."
)
def import_command(files: tuple[Path, ...], into: str, *, save: str | None, quote: bool, **given: Any) -> None:
    """Take lists of members, links, projects or partners into a network, all of them or none.

    A FILE is CSV, XLSX, ODS, JSON, GeoJSON or GraphML; - is standard input. The kind of list and its columns are
    recognised in many languages. A list that was imported before is replaced, and what changes is told. What could not
    be taken is counted here and listed in NETWORK.report.csv.
    """
    when = given["today"] and dt.datetime.combine(given["today"], dt.time(), dt.UTC)
    given["today"] = given["today"] or dt.date.today()  # noqa: DTZ011 - the user's own day
    how = ImportOptions(**{name: given.pop(name) for name in ("source", "replace", "dry_run", "strict")}, when=when)
    country = given["country"]
    options = _read_options(**given)
    with terminal.progress("importing") as step:
        done = workspace.import_lists(files, into, options=options, how=how, progress=step)
    if save is not None:
        save_columns(save, done.tables[0], country=country)
    for line in told(done, quote=quote):
        terminal.print_wrapped(line.text, line.indent)
    holds = repr(done.network).removeprefix("<Network: ").removesuffix(">")
    if how.dry_run:
        terminal.print_wrapped(f"Nothing was written: {into} holds {holds}")
    else:
        terminal.print_wrapped(f"{into} {'now holds' if done.changed else 'is as it was:'} {holds}")
    waiting = sum(counts.waiting for counts in done.counts)
    if waiting and not how.dry_run:
        terminal.print_wrapped(f"To answer what waits: twinnet resolve --review {into}")


def _read_options(
    *,
    columns: Sequence[tuple[str, str]],
    saved: Path | None,
    country: str | None,
    limits: Sequence[tuple[str, int]],
    taxonomy: Path | None,
    **given: Any,
) -> ReadOptions:
    options = ReadOptions(
        columns=grouped(columns),
        default_country=country,
        limits=Limits(**dict(limits)),
        taxonomy=Taxonomy.from_toml(taxonomy) if taxonomy is not None else None,
        **given,
    )
    return options.with_columns(load_columns(saved)) if saved is not None else options


@click.group("template", cls=Group)
def template_command() -> None:
    """Make a blank list to fill in, or a query that brings one from elsewhere."""


def _blank(kind: ListKind, about: str) -> click.Command:
    """Return the command that writes the blank workbook of a kind of list."""

    def write(out: str) -> None:
        from twinnet.writing import write_bytes
        from twinnet.writing.template import template

        write_bytes([template(kind)], out)
        if out != "-":
            terminal.print_wrapped(f"{out}: a blank list of {kind}; fill it in and import it")

    write.__doc__ = f"""Write a blank list of {kind} as a workbook: {about}.

    It has the columns with a note each, an example, and drop-downs of countries, kinds and themes. Columns that you
    don't need may go; the example is left out by an import.
    """
    out = click.option("--out", required=True, type=parameters.OutFile([".xlsx"]), metavar="FILE.xlsx", help=_OUT)
    return click.command(kind)(out(write))


_OUT = "The workbook to write; - is standard output."
_ABOUT: dict[ListKind, str] = {
    "members": "who belongs to a network",
    "links": "which towns are twinned",
    "projects": "what was done in programmes",
    "partners": "who took part in projects",
}
for _kind, _about in _ABOUT.items():
    template_command.add_command(_blank(_kind, _about))


@template_command.command("wikidata")
@click.option("--countries", required=True, metavar="BA,IT", help="Countries whose towns' twinnings are asked for.")
def wikidata_command(countries: str) -> None:
    """Print the query for the twinnings of some countries' towns.

    Paste it into Wikidata's public query service in a browser, download the result as CSV or JSON, and import the
    file: it holds links and the towns they join. twinnet itself calls nobody.
    """
    from twinnet.reading import wikidata

    click.echo(wikidata.query([part.strip() for part in countries.split(",") if part.strip()]), nl=False)
