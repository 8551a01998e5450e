"""``view``."""

from __future__ import annotations

import datetime as dt
import os
import sys
from pathlib import Path
from typing import Any

import click

from twinnet import applied, workspace
from twinnet.commands import matching, options, parameters, terminal
from twinnet.models import SUGGESTION_KINDS, Organisation, Suggestion
from twinnet.stores import beside
from twinnet.wording import LANGUAGES
from twinnet.workspace.suggesting import PAGE


@click.command("view")
@click.argument("network", metavar="NETWORK")
@click.option(
    "--out",
    metavar="FILE.html",
    type=parameters.OutFile(PAGE),
    help="Where to; by default beside the network: my.html for my.twinnet.",
)
@matching.top_option
@click.option("--title", metavar="TEXT", help="The heading; by default it names whose suggestions they are.")
@click.option("--town", metavar="NAME", help="Open the page at this organisation: an id or a name, as 'Mostar, BA'.")
@click.option(
    "--page-language",
    type=parameters.PageLanguage(),
    metavar="CODE",
    help=f"The language that the page opens in: {', '.join(LANGUAGES)}. By default the reader's browser chooses.",
)
@click.option("--no-open", is_flag=True, help="Do not open the page; in a pipe and in CI it is never opened.")
@options.rules_options
def view_command(
    network: str,
    out: str | None,
    title: str | None,
    town: str | None,
    page_language: str | None,
    *,
    top: int,
    today: dt.date | None,
    no_open: bool,
    **given: Any,
) -> None:
    """Make the page of all suggestions (to start, to revive, to deepen) and open it in the browser.

    The page is one file that asks the internet for nothing: send it as it is. Its path is printed.
    """
    path = _path(network, out)
    question = matching.Question.put(network, top=top, today=today, given=given)
    start = None if town is None else question.network.find(town)
    found = question.answered(SUGGESTION_KINDS)
    from twinnet.views.explorer import Opens

    workspace.write(
        found,
        path,
        network=question.network,
        rules=question.rules,
        today=question.today,
        title=(title or "").strip(),
        opens=Opens(page_language, start.id if start else None),
    )
    click.echo(path)
    terminal.said(matching.counted(found, SUGGESTION_KINDS))
    if not found:
        terminal.said(_nothing(question))
    question.tell_left_out(SUGGESTION_KINDS)
    if question.network.points or sys.stdout.isatty():
        terminal.said(f"points: {applied.told(question.network)}")
    if start is not None:
        _tell_of(start, found)
    open_page(Path(path), wanted=not no_open)


def _path(network: str, out: str | None) -> str:
    """Return where the page goes to; raise :class:`click.UsageError` where that is unknown or is the network itself."""
    if out == "-":
        raise click.UsageError("a page is opened from a file: name one with --out, such as my.html")
    stored = beside(network)
    if out is None and stored is None:
        raise click.UsageError("this network is in no file: say where the page goes to with --out")
    path = out or str(stored.with_suffix(PAGE[0]) if stored else "")
    if stored and os.path.realpath(path) == os.path.realpath(stored):
        raise click.UsageError("the page would take the place of the network: give it another name with --out")
    return path


def _nothing(question: matching.Question) -> str:
    """Say why the page holds no suggestion."""
    if not len(question.network.organisations):
        return "The network is empty, and so is the page: `twinnet import` takes lists into it."
    return "No suggestions: the rules leave no pair. The page shows the network alone."


def _tell_of(town: Organisation, found: list[Suggestion]) -> None:
    """Say if the page holds nothing for the organisation that it opens at."""
    if not any(town.id in (one.organisation.id, one.candidate.id) for one in found):
        terminal.said(f"No suggestion names {town.name}: the rules do not ask for it. --for {town.id} does.")


def open_page(path: Path, *, wanted: bool) -> None:
    """Open the page if a person called from a terminal."""
    if wanted and sys.stdout.isatty() and os.environ.get("CI", "").lower() in ("", "0", "false"):
        import webbrowser

        if not webbrowser.open(path.absolute().as_uri()):
            terminal.said("No browser was found here: open the file in one.")
