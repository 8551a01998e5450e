"""``themes``."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from twinnet.commands import parameters, terminal
from twinnet.commands.options import EMBED

if TYPE_CHECKING:
    from twinnet.taxonomy import Taxonomy
    from twinnet.workspace.theming import Line


@click.command("themes")
@click.argument("network", metavar="[NETWORK]", required=False)
@click.option(
    "--for",
    "whose",
    multiple=True,
    metavar="WHO",
    help="Whose themes: a network, country, group of countries, kind, or an organisation; repeat for more. 'all' for "
    "everybody. By default the members of all imported networks.",
)
@click.option("--embed", is_flag=True, help=EMBED)
@click.option("--as-of", type=parameters.Day(), metavar="DAY", help="Leave out what began after that day.")
@click.option(
    "--taxonomy",
    type=parameters.ListFile(),
    metavar="FILE.toml",
    help="Without NETWORK: list the taxonomy with your own on top, which checks the file.",
)
@click.option(
    "--language",
    type=parameters.Language(script=True),
    default="en",
    show_default=True,
    metavar="CODE",
    help="The language of labels.",
)
@click.option(
    "--out",
    metavar="FILE.csv|xlsx",
    type=parameters.OutFile([".csv", ".xlsx"]),
    help="Write a table. Without it: lines on a terminal, and of a NETWORK CSV in a pipe.",
)
def themes_command(
    network: str | None,
    out: str | None,
    *,
    whose: tuple[str, ...],
    embed: bool,
    as_of: dt.date | None,
    taxonomy: Path | None,
    language: str,
) -> None:
    """List the taxonomy of themes; or, of a NETWORK, the themes of its organisations and where each is from.

    A theme is stated where a list has it, or inferred: from texts of lists, from projects and their texts, and from
    networks. An inferred theme has a strength below 1 and names its source; it is nobody's own words. An organisation
    without any theme is listed too.
    """
    if network is None:
        if whose or embed or as_of:
            raise click.UsageError("--for, --embed and --as-of ask for the themes of a network: name it")
        _list_taxonomy(taxonomy, language, out)
        return
    if taxonomy is not None:
        raise click.UsageError(
            "--taxonomy lists a taxonomy: leave NETWORK out. A network's own is given with twinnet import --taxonomy"
        )
    from twinnet import workspace
    from twinnet.workspace import theming
    from twinnet.writing import sheets

    opened = workspace.open(network)
    theming.check(opened.taxonomy, language)
    day = as_of or dt.date.today()  # noqa: DTZ011 - the user's own day
    with terminal.progress("reading") as step:
        found = theming.themes_of(opened, whose=whose, today=day, as_of=as_of, embed=embed, progress=step)
    if out is None and sys.stdout.isatty():
        _print(found.lines(language))
    else:
        sheets.write_table(theming.HELD, found.rows(language), out or "-")
    terminal.said(found.told)


def _list_taxonomy(file: Path | None, language: str, out: str | None) -> None:
    from twinnet.taxonomy import Taxonomy
    from twinnet.workspace import theming
    from twinnet.writing import sheets

    taxonomy: Taxonomy = Taxonomy.from_toml(file) if file else Taxonomy.builtin()
    if out is None:
        _print(theming.taxonomy_lines(taxonomy, language))
    else:
        sheets.write_table(theming.THEMES, theming.taxonomy_rows(taxonomy, language), out)


def _print(lines: Iterable[Line]) -> None:
    """Print lines, with an empty one between what is indented and what is not."""
    deep = False
    for line in lines:
        if deep and not line.indent:
            click.echo()
        deep = bool(line.indent)
        terminal.print_wrapped(line.text, line.indent)
