"""``review``."""

from __future__ import annotations

import datetime as dt
import os
import sys
from typing import Any

import click

from twinnet.commands import matching, options, terminal


@click.command("review")
@click.argument("network", metavar="NETWORK")
@click.option(
    "--who", metavar="NAME", default="", help="Who decides; it is kept with each decision. By default nobody."
)
@click.option(
    "--port", type=click.IntRange(1, 65_535), metavar="N", help="Port to listen at; by default the network's own."
)
@click.option("--no-open", is_flag=True, help="Do not open the browser; in a pipe and in CI it is never opened.")
@matching.top_option
@options.rules_options
def review_command(
    network: str,
    who: str,
    port: int | None,
    *,
    no_open: bool,
    top: int,
    today: dt.date | None,
    **given: Any,
) -> None:
    """Judge suggestions in the browser, one after the other; each decision is in the network at once.

    The review runs on this computer alone and asks the internet for nothing. Its address is printed; it holds a secret,
    so keep it to yourself. Ctrl-C ends the review, and nothing is lost.
    """
    from twinnet.web import Review
    from twinnet.workspace.sitting import Sitting

    rules = options.make_rules(given)
    day = today or rules.as_of or dt.date.today()  # noqa: DTZ011 - the user's own day
    sitting = Sitting(network, rules=rules, today=day, top=top, who=" ".join(who.split()))
    review = Review(sitting, port=port)
    with terminal.progress("finding suggestions"):
        sitting.page(base=review.base)
    click.echo(review.address)
    sys.stdout.flush()
    terminal.said("Each decision is in the network at once. Ctrl-C ends the review; nothing is lost.")
    _open(review.address, wanted=not no_open)
    review.run()
    counted = "1 decision was" if sitting.taken == 1 else f"{sitting.taken:,} decisions were"
    terminal.said(f"The review has ended; {counted} stored.")


def _open(address: str, *, wanted: bool) -> None:
    """Open the page if a person called from a terminal."""
    if wanted and sys.stdout.isatty() and os.environ.get("CI", "").lower() in ("", "0", "false"):
        import webbrowser

        if not webbrowser.open(address):
            terminal.said("No browser was found here: open the address in one.")
