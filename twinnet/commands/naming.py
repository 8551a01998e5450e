"""``resolve``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from twinnet.commands import parameters, terminal
from twinnet.commands.options import limit_option

if TYPE_CHECKING:
    from twinnet.workspace.naming import Named, NameOptions


@click.command("resolve")
@click.argument("file", metavar="FILE", type=parameters.ListFileOrNetwork(dash=True))
@click.option("--name-column", metavar="HEADER", help="The column of names; without it the columns are recognised.")
@click.option("--country-column", metavar="HEADER", help="The column of countries.")
@click.option(
    "--column",
    "columns",
    multiple=True,
    type=parameters.Column(),
    metavar="FIELD=HEADER",
    help="A column that helps: region, postcode, latitude, longitude, location (both coordinates); repeat.",
)
@click.option("--country", metavar="COUNTRY", help="The country of rows that name none.")
@click.option("--sheet", metavar="NAME", help="The sheet of a workbook; by default the first that fits.")
@click.option(
    "--out",
    metavar="FILE.csv|xlsx",
    type=parameters.OutFile([".csv", ".xlsx"]),
    help="Where the table goes; by default standard output.",
)
@click.option("--pairs", is_flag=True, help="Judge pairs of names of organisations, in the columns a and b, instead.")
@click.option(
    "--review",
    is_flag=True,
    help="FILE is a network: answer its open questions on the terminal; with --out write them as a table.",
)
@click.option(
    "--answers", type=parameters.ListFile(), metavar="FILE", help="With --review: take the answers of such a table."
)
@click.option("--all", "everything", is_flag=True, help="With --review: also what was answered, or taken unasked.")
@click.option("--undo", multiple=True, metavar="ID", help="With --review: take a question's answer back; repeat.")
@click.option("--who", default="", metavar="NAME", help="With --review: who answers.")
@limit_option
def resolve_command(
    file: Path | str,
    out: str | None,
    *,
    name_column: str | None,
    country_column: str | None,
    columns: tuple[tuple[str, str], ...],
    country: str | None,
    sheet: str | None,
    pairs: bool,
    review: bool,
    answers: Path | None,
    everything: bool,
    undo: tuple[str, ...],
    who: str,
    limits: tuple[tuple[str, int], ...],
) -> None:
    """Find the places that a table of any kind names; or review what a network is not sure of.

    Every column and row of FILE (CSV, XLSX, ODS or JSON; - is standard input) stays; added are band, geoname_id,
    place_name, country, latitude, longitude, stage, score, runner_up and why. In the band auto the place can be
    taken, in review it is proposed and waits for a person, in none nothing was found.
    """
    from twinnet.reading import Limits
    from twinnet.workspace.naming import NameOptions

    asked = answers is not None or everything or bool(undo) or bool(who)
    if asked and not review:
        raise click.UsageError("--answers, --all, --undo and --who belong to --review")
    if review and (pairs or name_column or country_column or columns or country or sheet or limits):
        raise click.UsageError("--review asks about a stored network; it has no columns to name and no --limit")
    if pairs and country:
        raise click.UsageError("--pairs judges names as they are, whatever their country: leave --country out")
    if review:
        from twinnet.commands import reviewing

        reviewing.review(file, reviewing.Review(out, answers, undo, everything, who))
        return
    if isinstance(file, str):
        raise click.UsageError("an address names a network, not a table: --review asks about one")
    out = out or "-"
    named = {"name": name_column, "country": country_column}
    told = {**dict(columns), **{field: header for field, header in named.items() if header}}
    options = NameOptions(columns=told, country=country, sheet=sheet, limits=Limits(**dict(limits)))
    if pairs:
        _judge_pairs(file, out, options)
    else:
        _name_table(file, out, options)


def _name_table(file: Path, out: str, options: NameOptions) -> None:
    from twinnet.workspace.naming import name_table

    with terminal.progress("looking up names") as step:
        done = name_table(file, out, options=options, progress=step)
    _summary(done)


def _judge_pairs(file: Path, out: str, options: NameOptions) -> None:
    from twinnet.workspace.naming import judge_pairs

    with terminal.progress("judging pairs") as step:
        done = judge_pairs(file, out, options=options, progress=step)
    _summary(done)


def _summary(done: Named) -> None:
    """Say on standard error what was made of the table."""
    from twinnet.workspace.describing import many

    counts = ", ".join(f"{count:,} {band}" for band, count in done.bands.items())
    terminal.said(f"{many(done.rows, 'row')}: {counts}")
    if done.stages:
        stages = sorted(done.stages.items(), key=lambda stage: (-stage[1], stage[0]))
        terminal.said(f"found by: {', '.join(f'{stage} {count:,}' for stage, count in stages)}")
    for note in done.notes:
        terminal.said(f"note: {note}")
