"""``decide`` and ``decisions``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import click

from twinnet import workspace
from twinnet.commands import parameters, terminal
from twinnet.decisions import CORRECTABLE, VERDICTS, Outcome, Verdict, standing
from twinnet.errors import InputError
from twinnet.models import SUGGESTION_KINDS
from twinnet.workspace import deciding
from twinnet.workspace.describing import many

who_option = click.option("--who", default="", metavar="NAME", help="Who decides; it stands beside the decision.")
"""Add the option that names who decides."""


@click.command("decide")
@click.argument("network", metavar="NETWORK")
@click.argument("organisation")
@click.argument("candidate", required=False)
@click.option("--verdict", type=click.Choice(VERDICTS), help="What was decided, or what became of it.")
@click.option("--because", default="", metavar="TEXT", help="Why, in any words; it may be told to others.")
@click.option("--note", default="", metavar="TEXT", help="A note for yourself.")
@click.option(
    "--day",
    metavar="DAY",
    help="When it happened, as 2026, 2026-05 or 2026-05-31; of later, from when on to suggest it again.",
)
@click.option("--about", metavar="NAME", help="Which of the two is misplaced.")
@click.option(
    "--kind",
    type=click.Choice(SUGGESTION_KINDS),
    help="The kind of suggestion; by default the one under way, or what suits their link.",
)
@click.option(
    "--set",
    "correction",
    type=parameters.Correction(),
    metavar="FIELD=VALUES",
    help=f"Correct a fact instead: {', '.join(CORRECTABLE)}; several values with commas.",
)
@click.option("--undo", is_flag=True, help="Take the last decision back.")
@who_option
def decide_command(
    network: str,
    organisation: str,
    candidate: str | None,
    *,
    verdict: Verdict | None,
    correction: tuple[str, tuple[str, ...]] | None,
    undo: bool,
    who: str,
    kind: str | None,
    **given: Any,
) -> None:
    """Say what became of the suggestion of two organisations: it is kept, with its history.

    What was declined is not suggested again, what was put off not before its day, and what is like accepted ones comes
    sooner. A signed one becomes a link. Organisations are ids or names, as "Mostar, BA".
    """
    if (verdict is not None) + (correction is not None) + undo != 1:
        raise click.UsageError("say one thing: --verdict, --set or --undo")
    by = deciding.Signed(who, dt.datetime.now(dt.UTC))
    if undo:
        back = deciding.undo(network, organisation, candidate, by=by, what=kind)
        click.echo(f"Taken back: {deciding.WORDS[back.verdict]}.")
        return
    if correction is not None:
        field, value = correction
        _told(deciding.correct(network, organisation, candidate, field=field, value=value, by=by), network)
        return
    if candidate is None or verdict is None:
        raise click.UsageError("a suggestion is of two organisations: name both")
    if verdict == "misplaced" and not given["about"]:
        raise click.UsageError("say which of the two is misplaced with --about")
    given["day"] = given["day"] or None
    _told(deciding.decide(network, organisation, candidate, verdict=verdict, by=by, kind=kind, **given), network)


def _told(outcome: Outcome, address: str) -> None:
    """Say what became of a row; raise :class:`InputError` where it was not stored."""
    if outcome.how == "conflict":
        raise InputError(deciding.CROSSED)
    network, today = workspace.open(address), dt.date.today()  # noqa: DTZ011 - the user's own day
    row = outcome.row
    [matter] = deciding.of(network, *_ends(outcome, network), row.kind or row.field)
    said = deciding.line(network, matter, row, today=today)
    terminal.print_wrapped(f"{said[:1].upper()}{said[1:]}" + (" (known already)" if outcome.how == "known" else ""))
    before = standing(outcome.rows[:-1]) if outcome.how == "new" else None
    if before is not None and before.who != row.who:
        terminal.print_wrapped(f"It takes the place of: {deciding.line(network, matter, before, today=today)}", "  ")


def _ends(outcome: Outcome, network: Any) -> tuple[str, str | None]:
    row = outcome.row
    other = network.organisation(row.candidate).id if row.candidate else None
    return network.organisation(row.organisation).id, other


@click.command("decisions")
@click.argument("network", metavar="NETWORK")
@click.argument("file", required=False, type=parameters.ListFileOrNetwork())
@click.option("--overrule", is_flag=True, help="Let what the FILE says in conflict take the place of what stands.")
@click.option("--dry-run", is_flag=True, help="Only tell what would come of the FILE.")
@click.option("--for", "one", metavar="NAME", help="List only what is about this organisation.")
@click.option("--history", is_flag=True, help="List every row ever stored, the oldest first.")
@click.option(
    "--out",
    type=parameters.OutFile([".csv", ".xlsx"]),
    metavar="FILE",
    help="Write what stands as a table (.csv, .xlsx) that can be read back as FILE.",
)
@who_option
def decisions_command(
    network: str,
    file: Path | str | None,
    *,
    overrule: bool,
    dry_run: bool,
    one: str | None,
    history: bool,
    out: str | None,
    who: str,
) -> None:
    """List what was decided, or take in a FILE of decisions: of the page, the workbook, a table, or another network.

    Of each decision of a FILE it says whether it was new, known, or in conflict with one that its author had not seen;
    one in conflict is not stored, unless --overrule is given. A FILE made for another network is refused.
    """
    today = dt.date.today()  # noqa: DTZ011 - the user's own day
    if file is not None:
        _take(network, file, who=who, overrule=overrule, dry_run=dry_run)
        return
    read = workspace.open(network)
    chosen = None if one is None else read.find(one).id
    if out is not None:
        from twinnet.writing import sheets

        rows = list(deciding.table(read, one=chosen))
        sheets.write_table(deciding.COLUMNS, rows, out)
        if out != "-":
            terminal.said(f"{out}: {many(len(rows), 'decision')}")
        return
    tell = deciding.history if history else deciding.decided
    for said in tell(read, today=today, one=chosen):
        terminal.print_wrapped(said)


def _take(network: str, file: Path | str, *, who: str, overrule: bool, dry_run: bool) -> None:
    from twinnet.workspace.taking import take

    taken = take(network, file, who=who, now=dt.datetime.now(dt.UTC), overrule=overrule, dry_run=dry_run)
    for said in taken.lines():
        terminal.print_wrapped(said.lstrip(), " " * (len(said) - len(said.lstrip())))
