"""``demo``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from twinnet.commands import parameters, terminal
from twinnet.workspace.demonstration import make_demo


@click.command("demo")
@click.option("--out", default=".", metavar="DIR", type=click.Path(file_okay=False, path_type=Path), help="Where to.")
@click.option("--today", type=parameters.Day(), metavar="DAY", help="The day of the demo; by default today.")
def demo_command(out: Path, today: dt.date | None) -> None:
    """Import the demo network, suggest, and write demo.twinnet, demo.xlsx and demo.html.

    Its members, themes and links are made up, over real places of Europe; its four projects are real.
    """
    day = today or dt.date.today()  # noqa: DTZ011 - the user's own day
    made = make_demo(out, today=day)
    page, workbook, network = (_quoted(path) for path in (made.page, made.workbook, made.network))
    click.echo(f"The demo network (members and links are made up, over real places): {made.told}")
    width = max(map(len, (page, workbook, network)))
    for path, about in (
        (page, "open it in a browser: map, network, table, reasons"),
        (workbook, "the same suggestions as a workbook"),
        (network, "the network they come from"),
    ):
        terminal.print_wrapped(f"{path.ljust(width)}  {about}", "  ")
    click.echo(f"""
Try next:
  twinnet suggest {network} --for "{made.example}"
  twinnet suggest {network} --for country:BA --corridor old-europe:western-balkans
  twinnet import your_members.csv --into my.twinnet""")


def _quoted(path: Path) -> str:
    """Write a path so that it can be pasted into a shell."""
    return f'"{path}"' if " " in str(path) else str(path)
