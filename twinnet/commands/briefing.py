"""``brief``."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from twinnet import workspace
from twinnet.commands import options, parameters, terminal
from twinnet.commands.viewing import open_page
from twinnet.stores import beside, file_of, open_store
from twinnet.wording import LANGUAGES

if TYPE_CHECKING:
    from twinnet.graph import Network
    from twinnet.models import Organisation

PAGE = (".html", ".htm")


@click.command("brief")
@click.argument("network", metavar="NETWORK")
@click.argument("organisations", metavar="[A] [B]", nargs=-1)
@click.option("--all", "every", is_flag=True, help="A brief for each organisation whose suggestions the rules ask for.")
@click.option(
    "--out",
    metavar="FILE.html|FOLDER",
    help="Where to; by default beside the network, named after the organisations. With --all: a folder.",
)
@click.option(
    "--top", type=click.IntRange(min=1), default=3, show_default=True, help="How many of each kind in a brief."
)
@click.option(
    "--page-language",
    "page_languages",
    multiple=True,
    type=parameters.PageLanguage(),
    metavar="CODE",
    help=f"The language of the letter: {', '.join(LANGUAGES)}; twice for the two pages of a pair. "
    "By default that of each organisation.",
)
@click.option("--from", "sender", default="", metavar="TEXT", help="From whom the letter is; by default left blank.")
@click.option("--contact-a", default="", metavar="TEXT", help="Whom to reach at A; by default left blank.")
@click.option("--contact-b", default="", metavar="TEXT", help="Whom to reach at B; by default left blank.")
@click.option("--kept-contacts", is_flag=True, help="Print the contacts that were kept; never done unless asked for.")
@click.option("--no-open", is_flag=True, help="Do not open the letter; in a pipe and in CI it is never opened.")
@options.rules_options
def brief_command(
    network: str,
    organisations: tuple[str, ...],
    out: str | None,
    *,
    every: bool,
    top: int,
    today: dt.date | None,
    kept_contacts: bool,
    no_open: bool,
    **given: Any,
) -> None:
    """Write a letter that introduces A and B to each other, or a brief for A, or one for each with --all.

    A pair gets two pages to print, each in the language of one side: who, why, what speaks against it, three first
    steps. A brief has all that is known of one organisation, its partners and its best suggestions.
    """
    if every and out is not None and (out == "-" or out.lower().endswith(PAGE)):
        raise click.UsageError("--all writes many files: name a folder with --out, such as letters")
    _check(organisations, every=every, contacts=(given["contact_a"], given["contact_b"]), kept=kept_contacts)
    from twinnet.views.letter import Letter
    from twinnet.workspace import briefing

    path = None if every else _path(network, out)
    contacts = (given.pop("contact_a"), given.pop("contact_b"))
    letter_words = {"sender": given.pop("sender").strip(), "languages": given.pop("page_languages")}
    rules = options.make_rules(given)
    day = today or rules.as_of or dt.date.today()  # noqa: DTZ011 - the user's own day
    facts = workspace.open(network)
    asked = briefing.Asked(rules, day, top)
    if every:
        folder = out or "letters"
        with terminal.progress("writing letters") as step:
            letter = Letter(day, **letter_words)
            written = briefing.write_letters(facts, folder, asked=asked, letter=letter, progress=step)
        index = Path(folder) / briefing.INDEX
        click.echo(index)
        terminal.said(f"{len(written):,} {'letter' if len(written) == 1 else 'letters'}")
        open_page(index, wanted=not no_open)
        return
    found = [facts.find(name) for name in organisations]
    if kept_contacts:
        contacts = _kept(network, found, contacts)
    letter = Letter(day, contacts=contacts, **letter_words)
    if len(found) == 1:
        text = briefing.brief_of(facts, found[0], asked=asked, letter=letter)
    else:
        text = briefing.pair_letter(facts, *found, asked=asked, letter=letter)
        _tell_of(facts, found, rules_never=rules.never)
    place = path or str(_beside(network, briefing.file_name(*found)))
    from twinnet.writing import write_text

    write_text(text, place)
    if place != "-":
        click.echo(place)
        open_page(Path(place), wanted=not no_open)


def _check(organisations: Sequence[str], *, every: bool, contacts: tuple[str, str], kept: bool) -> None:
    """Raise :class:`click.UsageError` where the call asks for no letter, or for several at once."""
    if every and organisations:
        raise click.UsageError("--all writes to everybody whom the rules ask for: name organisations, or --all")
    if not every and not organisations:
        raise click.UsageError("name one organisation, or two to introduce to each other, or say --all")
    if len(organisations) > 2:
        raise click.UsageError("a letter is for one organisation or for two; names with spaces stand in quotes")
    if len(organisations) == 1 and contacts[1]:
        raise click.UsageError("there is no B whom --contact-b could be of: name two organisations")
    if every and (any(contacts) or kept):
        raise click.UsageError("contacts are for one letter: leave them out with --all")


def _path(network: str, out: str | None) -> str | None:
    """Return where one letter goes to, None for beside the network."""
    if out is None:
        if beside(network) is None:
            raise click.UsageError("this network is in no file: say where the letter goes to with --out")
        return None
    path = str(parameters.OutFile(PAGE).convert(out, None, None))
    stored = file_of(network)
    if stored and os.path.realpath(path) == os.path.realpath(stored):
        raise click.UsageError("the letter would take the place of the network: give it another name with --out")
    return path


def _beside(network: str, name: str) -> Path:
    stored = beside(network)
    return stored.with_name(name) if stored else Path(name)


def _kept(network: str, found: Sequence[Organisation], given: tuple[str, str]) -> tuple[str, str]:
    """Return the contacts of each side: what was given, else what was kept."""
    with open_store(network) as store:
        kept = ["\n".join(f"{c.label}: {c.value}" for c in store.contacts(one.id)) for one in found]
    first, second = (*kept, "")[:2]
    return given[0] or first, given[1] or second


def _tell_of(network: Network, pair: Sequence[Organisation], *, rules_never: Sequence[tuple[str, str]]) -> None:
    """Say what was decided of a pair so far; the letter says nothing of it."""
    ids = {one.id for one in pair}
    for matter in network.matters.values():
        stands = matter.stands
        if stands is not None and stands.kind is not None and {matter.organisation, matter.candidate} == ids:
            terminal.said(f"decided on {stands.date}: {stands.verdict}")
    for a, b in rules_never:
        if {network.find(a).id, network.find(b).id} == ids:
            terminal.said(
                "The rules say never to put these two together; the letter was written because you named them."
            )
