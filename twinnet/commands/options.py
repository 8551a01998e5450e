"""Options that several commands share, and how they print."""

from __future__ import annotations

import datetime as dt
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from twinnet.models import ORGANISATION_KINDS, Rules, Suggestion

F = TypeVar("F", bound=Callable[..., Any])


class Day(click.ParamType[dt.date]):
    """A day in ISO form."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        """Read ``2026-05-31``."""
        if isinstance(value, dt.date):
            return value
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a day; write it as 2026-05-31", param, ctx)


class Bounds(click.ParamType[tuple[Any, Any]]):
    """Two bounds, ``LEAST-MOST``; either may be left out."""

    name = "least-most"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[Any, Any]:
        """Read ``1000-50000``, ``1000-`` or ``-50000``."""
        if isinstance(value, tuple):
            return value
        least, dash, most = value.partition("-")
        try:
            bounds = (int(least) if least else None, int(most) if most else None)
        except ValueError:
            bounds = (None, None)
        if not dash or bounds == (None, None):
            self.fail(f"{value!r} is not a span; write it as 1000-50000, 1000- or -50000", param, ctx)
        return bounds


_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_HELP = {
    "for": "Whose suggestions: a network, country, group of countries, kind, or an organisation; repeat for more. "
    "'all' for everybody. By default the members of all imported networks.",
    "among": "Among whom candidates are looked for, named the same way; by default everybody.",
    "corridor": "Two groups or countries to bring together, such as old-europe:south-east-europe.",
    "weight": "Multiply the points of a reason; 0 leaves it out. Repeat for more.",
    "kind": "Only candidates of this kind; repeat for more.",
    "language": "Only candidates that work in this language (ISO 639-1); repeat for more.",
    "today": "The day that states and anniversaries are told on; by default today.",
}


def rules_options(command: F) -> F:
    """Add the options that make the rules."""
    options = (
        click.option("--for", "whose", multiple=True, metavar="WHO", help=_HELP["for"]),
        click.option("--among", multiple=True, metavar="WHO", help=_HELP["among"]),
        click.option("--corridor", metavar="FROM:TO", help=_HELP["corridor"]),
        click.option("--corridor-only", is_flag=True, default=None, help="Drop pairs outside the corridor."),
        click.option("--weight", "weights", multiple=True, metavar="REASON=N", help=_HELP["weight"]),
        click.option("--cap", type=click.IntRange(min=1), help="How often one candidate may appear."),
        click.option("--never", multiple=True, metavar="A;B", help="Two organisations never to be put together."),
        click.option("--kind", "kinds", multiple=True, type=click.Choice(ORGANISATION_KINDS), help=_HELP["kind"]),
        click.option("--language", "languages", multiple=True, metavar="CODE", help=_HELP["language"]),
        click.option("--size", "population", type=Bounds(), help="Only candidates with so many inhabitants."),
        click.option("--distance", type=Bounds(), help="Only candidates so many kilometres away."),
        click.option("--same-country", is_flag=True, default=None, help="Let organisations of one country meet."),
        click.option("--as-of", type=Day(), metavar="DAY", help="Leave out what began after that day."),
        click.option("--rules", "rules_file", type=_FILE, help="A TOML file of rules; options come on top."),
        click.option("--today", type=Day(), metavar="DAY", help=_HELP["today"]),
    )
    for option in reversed(options):
        command = option(command)
    return command


def make_rules(given: dict[str, Any]) -> Rules:
    """Take the rules out of a command's options; an option that was not given leaves what the file says."""
    file = given.pop("rules_file")
    rules = Rules.from_toml(file) if file else Rules()
    weights = dict(_pair(text, "=", "--weight") for text in given.pop("weights"))
    never = tuple(_pair(text, ";", "--never") for text in given.pop("never"))
    changes: dict[str, Any] = {
        name: given.pop(name)
        for name in (
            *("whose", "among", "corridor", "corridor_only", "cap", "kinds", "languages"),
            *("population", "distance", "same_country", "as_of"),
        )
    }
    changes = {name: value for name, value in changes.items() if value not in (None, ())}
    try:
        changes |= {"weights": {key: float(value) for key, value in weights.items()}} if weights else {}
        changes |= {"never": never} if never else {}
        return Rules.model_validate({**rules.model_dump(), **changes})
    except ValueError as error:
        first = error.errors()[0] if hasattr(error, "errors") else {"loc": ("--weight",), "msg": str(error)}
        raise click.UsageError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error


def _pair(text: str, mark: str, option: str) -> tuple[str, str]:
    first, found, second = text.partition(mark)
    if not found or not first.strip() or not second.strip():
        raise click.UsageError(f"{option} takes two parts with a {mark!r} between them, not {text!r}.")
    return first.strip(), second.strip()


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], object] | None]:
    """Show a bar on a terminal and nothing in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=100, label=label, file=sys.stderr) as bar:
        shown = 0

        def step(done: int, of: int) -> None:
            nonlocal shown
            now = 100 * done // max(of, 1)
            bar.update(now - shown)
            shown = now

        yield step


def said(message: str) -> None:
    """Say something to the person, never into a pipe."""
    click.echo(message, err=True)


def print_table(found: Sequence[Suggestion]) -> None:
    """Print suggestions for a person: the pair, how good, and why."""
    wide = shutil.get_terminal_size((100, 24)).columns
    if not found:
        click.echo("No suggestions: the rules leave no pair. Look at what the network holds with `twinnet show`.")
        return
    last = ""
    for suggestion in found:
        if suggestion.organisation.id != last:
            last = suggestion.organisation.id
            click.secho(f"\n{suggestion.organisation.name} ({suggestion.organisation.country or '?'})", bold=True)
        how = (
            f"{suggestion.times:,.0f} times chance" if suggestion.times is not None else f"{suggestion.score:,} points"
        )
        about = f" [{suggestion.state}{', ask first' if suggestion.ask_first else ''}]" if suggestion.state else ""
        why = "; ".join(reason.sentence for reason in suggestion.reasons if reason.points > 0)
        head = f"  {suggestion.candidate.name} ({suggestion.candidate.country or '?'}){about}  {how}"
        click.echo(head)
        click.echo(click.wrap_text(why or "nothing speaks for it", wide, "      ", "      "))
