"""How commands speak to a person: tables, wrapped lines, and bars that never get into a pipe."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import click

from twinnet import notebook
from twinnet.models import Suggestion, SuggestionKind


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], object] | None]:
    """Show a bar on a terminal and nothing in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=100, label=label, file=sys.stderr, show_eta=False) as bar:
        shown = 0

        def step(done: int, of: int) -> None:
            nonlocal shown
            now = 100 * done // max(of, 1)
            bar.update(max(now - shown, 0))
            shown = max(now, shown)

        yield step
        step(1, 1)


def said(message: str) -> None:
    """Say something to the person, never into a pipe."""
    click.echo(message, err=True)


_NONE: dict[SuggestionKind, str] = {
    "start": "No suggestions: the rules leave no pair.",
    "revitalise": "No link sleeps among those that the rules let through.",
    "develop": "No active link lacks a theme that both hold, or one offers and the other seeks.",
}


def print_table(found: Sequence[Suggestion], kind: SuggestionKind) -> None:
    """Print suggestions for a person: by organisation, the one with the best first; the pair, how good, and why."""
    if not found:
        print_wrapped(f"{_NONE[kind]} `twinnet show` tells what the network holds.")
        return
    wide = shutil.get_terminal_size((100, 24)).columns
    grouped: dict[str, list[Suggestion]] = {}
    for suggestion in found:
        grouped.setdefault(suggestion.organisation.id, []).append(suggestion)
    for at, group in enumerate(grouped.values()):
        organisation = group[0].organisation
        if at:
            click.echo()
        click.secho(f"{organisation.name} ({organisation.country or '?'})", bold=True)
        for suggestion in group:
            _print_suggestion(suggestion, wide)


def _print_suggestion(suggestion: Suggestion, wide: int) -> None:
    name = f"{suggestion.candidate.name} ({suggestion.candidate.country or '?'})"
    how = f"{suggestion.score:+,} points" if suggestion.times is None else notebook.likely(suggestion.times)
    state = "" if suggestion.state is None else f", {suggestion.state}"
    state = ", nothing is known of its activity: ask first" if suggestion.ask_first else state
    click.echo(click.wrap_text(f"{name}: {how}{state}", wide, "  ", "    "))
    for reason in suggestion.reasons:
        if reason.points > 0:
            click.echo(click.wrap_text(reason.sentence, wide, "    - ", "      "))
    if not any(reason.points > 0 for reason in suggestion.reasons):
        click.echo("    - nothing speaks for it")


def print_wrapped(text: str, indent: str = "") -> None:
    """Print a line for a person; on a narrow terminal it goes on under its own indent."""
    wide = shutil.get_terminal_size((100, 24)).columns if sys.stdout.isatty() else 10_000
    click.echo(click.wrap_text(text, wide, indent, indent + "  "))
