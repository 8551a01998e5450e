"""``sync``."""

from __future__ import annotations

import click

from twinnet.commands import terminal
from twinnet.workspace import syncing
from twinnet.workspace.describing import many


@click.command("sync")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option("--replace", is_flag=True, help="Let TO lose what only TO holds.")
@click.option("--dry-run", is_flag=True, help="Only tell what differs.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def sync_command(source: str, target: str, *, replace: bool, dry_run: bool, yes: bool) -> None:
    """Make the network TO equal to the network FROM: a file, or the address of a Neo4j database.

    What differs is told first, and written after a yes. TO is made if there is none. What only TO holds is told and
    kept, and nothing is written, unless --replace is said. Contacts of persons stay where they are.
    """
    with syncing.comparing(source, target) as sync:
        _sync(sync, replace=replace, dry_run=dry_run, yes=yes)


def _sync(sync: syncing.Sync, *, replace: bool, dry_run: bool, yes: bool) -> None:
    source, target = sync.source, sync.target
    for line, indent in sync.lines(replacing=replace):
        terminal.print_wrapped(line, indent)
    if dry_run:
        return
    if not sync.is_same and not (sync.lost and not replace) and not yes and not _agreed(sync):
        terminal.said("Nothing was written.")
        return
    with terminal.progress("writing") as step:
        changed = syncing.write(sync, replacing=replace, progress=step)
    if not sync.is_same:
        lost = f", and has lost {many(len(sync.lost), 'thing')} that only it held" if sync.lost else ""
        terminal.print_wrapped(f"{target} now holds what {source} holds{lost}.")
    elif changed:
        terminal.print_wrapped(f"Facts in {target} that did not follow from that, or were still to be written, do now.")


def _agreed(sync: syncing.Sync) -> bool:
    """Ask whether to write what was told."""
    loses = f", and lose what only {sync.target} holds" if sync.lost else ""
    try:
        return click.confirm(f"Write this to {sync.target}{loses}?", err=True)
    except click.Abort as error:
        if isinstance(error.__context__, KeyboardInterrupt):
            raise
        click.echo(err=True)
        raise _UnansweredError("nobody answered, and nothing was written: say --yes") from None


class _UnansweredError(click.ClickException):
    """Nobody said yes or no."""

    exit_code = 2
