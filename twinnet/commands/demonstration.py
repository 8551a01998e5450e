"""``demo``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from twinnet.commands import options
from twinnet.workspace.demonstration import make_demo


@click.command("demo")
@click.option("--out", default=".", metavar="DIR", type=click.Path(file_okay=False, path_type=Path), help="Where to.")
@click.option("--today", type=options.Day(), metavar="DAY", help="The day of the demo; by default today.")
def demo_command(out: Path, today: dt.date | None) -> None:
    """Import the demo network, suggest, and write demo.twinnet, demo.xlsx and demo.html.

    Its members, themes and links are made up, over real places of Europe; its four projects are real.
    """
    day = today or dt.date.today()  # noqa: DTZ011 - the user's own day
    made = make_demo(out, today=day)
    click.echo(
        f"""The demo network (made-up members and links over real places): {made.told}

  {made.page}      open it in a browser: map, network, table, reasons
  {made.workbook}      the same suggestions as a workbook
  {made.network}   the network they come from

Try next:
  twinnet suggest {made.network} --for "Mostar"
  twinnet suggest {made.network} --for country:BA --corridor old-europe:western-balkans --corridor-only
  twinnet import your_members.csv --into my.twinnet"""
    )
