"""Options that several commands have: those that make the rules, and the limits of reading."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from twinnet.commands import parameters
from twinnet.models import ORGANISATION_KINDS, Rules

F = TypeVar("F", bound=Callable[..., Any])

_HELP = {
    "for": "Whose suggestions: a network, country, group of countries, kind, or an organisation; repeat for more. "
    "'all' for everybody. By default the members of all imported networks.",
    "among": "Among whom candidates are looked for, named the same way; by default everybody.",
    "corridor": "Two groups or countries to bring together, such as old-europe:south-east-europe.",
    "corridor_only": "Suggest only pairs inside the corridor (the default), or put them first and let others follow.",
    "weight": "Multiply the points of a reason; 0 leaves it out. Repeat for more.",
    "kind": "Only candidates of this kind; repeat for more.",
    "language": "Only candidates that work in this language; repeat for more.",
    "rules": "A TOML file of rules; options come on top, weights and never-pairs beside its own.",
    "today": "The day that states and anniversaries are told on; by default today.",
}


EMBED = "Read texts with the extra twinnet[embed]; better, and never used unless asked for."
"""What is said of the option ``--embed``."""

limit_option = click.option(
    "--limit",
    "limits",
    multiple=True,
    type=parameters.Limit(),
    metavar="NAME=N",
    help="Read a larger file than usual, such as rows=500000; repeat. The message that refuses a file names the limit.",
)
"""Add the option that raises limits of reading."""


def rules_options(command: F) -> F:
    """Add the options that make the rules."""
    options = (
        click.option("--for", "whose", multiple=True, metavar="WHO", help=_HELP["for"]),
        click.option("--among", multiple=True, metavar="WHO", help=_HELP["among"]),
        click.option("--corridor", type=parameters.Corridor(), metavar="FROM:TO", help=_HELP["corridor"]),
        click.option("--corridor-only/--corridor-first", default=None, help=_HELP["corridor_only"]),
        click.option(
            "--weight", "weights", multiple=True, type=parameters.Weight(), metavar="REASON=N", help=_HELP["weight"]
        ),
        click.option("--cap", type=click.IntRange(min=1), help="How often one candidate may appear."),
        click.option(
            "--never",
            multiple=True,
            type=parameters.Never(),
            metavar="A;B",
            help="Two organisations never to be put together.",
        ),
        click.option("--kind", "kinds", multiple=True, type=click.Choice(ORGANISATION_KINDS), help=_HELP["kind"]),
        click.option(
            "--language", "languages", multiple=True, type=parameters.Language(), metavar="CODE", help=_HELP["language"]
        ),
        click.option(
            "--size", "population", type=parameters.Bounds(), help="Only candidates with so many inhabitants."
        ),
        click.option("--distance", type=parameters.Bounds(), help="Only candidates so many kilometres away."),
        click.option("--same-country", is_flag=True, default=None, help="Let organisations of one country meet."),
        click.option("--as-of", type=parameters.Day(), metavar="DAY", help="Leave out what began after that day."),
        click.option("--embed", is_flag=True, default=None, help=EMBED),
        click.option("--rules", "rules_file", type=parameters.ListFile(), metavar="FILE", help=_HELP["rules"]),
        click.option("--today", type=parameters.Day(), metavar="DAY", help=_HELP["today"]),
    )
    for option in reversed(options):
        command = option(command)
    return command


def make_rules(given: dict[str, Any]) -> Rules:
    """Take the rules out of a command's options, on top of what the file says; weights and never-pairs are added."""
    file = given.pop("rules_file")
    rules = Rules.from_toml(file) if file else Rules.by_default()
    changes = {name: value for name in _RULES if (value := given.pop(name)) not in (None, ())}
    if not changes:
        return rules
    changes["weights"] = {**rules.weights, **dict(changes.get("weights", ()))}
    changes["never"] = (*rules.never, *changes.get("never", ()))
    return Rules.model_validate({**rules.model_dump(), **changes})


_RULES = (
    *("whose", "among", "corridor", "corridor_only", "weights", "cap", "never", "kinds", "languages"),
    *("population", "distance", "same_country", "as_of", "embed"),
)
