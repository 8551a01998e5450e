"""``tag``."""

from __future__ import annotations

from pathlib import Path

import click

from twinnet.commands import parameters, terminal
from twinnet.commands.options import EMBED, limit_option


@click.command("tag")
@click.argument("file", metavar="FILE", type=parameters.ListFile(dash=True))
@click.option(
    "--text-column",
    "columns",
    multiple=True,
    required=True,
    metavar="HEADER",
    help="The column of texts; repeat for columns that are read together.",
)
@click.option("--sheet", metavar="NAME", help="The sheet of a workbook; by default the first that fits.")
@click.option(
    "--taxonomy", type=parameters.ListFile(), metavar="FILE.toml", help="A taxonomy of your own, on top of twinnet's."
)
@click.option("--embed", is_flag=True, help=EMBED)
@click.option(
    "--out",
    metavar="FILE.csv|xlsx",
    type=parameters.OutFile([".csv", ".xlsx"]),
    default="-",
    help="Where the table goes; by default standard output.",
)
@limit_option
def tag_command(
    file: Path,
    out: str,
    *,
    columns: tuple[str, ...],
    sheet: str | None,
    taxonomy: Path | None,
    embed: bool,
    limits: tuple[tuple[str, int], ...],
) -> None:
    """Tell the themes of texts in any table, whatever their language, and the words that caused them.

    Every column and row of FILE (CSV, XLSX, ODS or JSON; - is standard input) stays; added are theme_1 to theme_3 with
    a score from 0 to 1 and the words of the text that speak for it, and the tagger that was used. A text that names no
    theme gets none.
    """
    from twinnet.reading import Limits
    from twinnet.taxonomy import Taxonomy
    from twinnet.workspace.describing import many
    from twinnet.workspace.tagging import TagOptions, tag_table

    options = TagOptions(
        columns,
        taxonomy=Taxonomy.from_toml(taxonomy) if taxonomy else None,
        embed=embed,
        sheet=sheet,
        limits=Limits(**dict(limits)),
    )
    with terminal.progress("reading texts") as step:
        done = tag_table(file, out, options=options, progress=step)
    tagged = sum(done.themes.values())
    empty = f", {done.empty:,} without a text" if done.empty else ""
    terminal.said(f"{many(done.rows, 'row')}: {tagged:,} with a theme{empty} (tagger: {done.tagger})")
    if done.themes:
        shown = list(done.themes.items())[:_SHOWN]
        more = f" and {len(done.themes) - _SHOWN} more" if len(done.themes) > _SHOWN else ""
        terminal.said(f"first themes: {', '.join(f'{theme} {count:,}' for theme, count in shown)}{more}")
    for note in done.notes:
        terminal.said(f"note: {note}")


_SHOWN = 8
