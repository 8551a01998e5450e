"""``sync``."""

from __future__ import annotations

import click

from twinnet.commands import terminal
from twinnet.workspace import syncing


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
    for line, indent in sync.lines():
        terminal.print_wrapped(line, indent)
    if dry_run:
        return
    if not sync.is_same and not (sync.lost and not replace) and not yes:
        try:
            wanted = click.confirm(f"Write this to {target}?", err=True)
        except click.Abort:
            raise click.UsageError("nobody answered, and nothing was written: say --yes") from None
        if not wanted:
            terminal.said("Nothing was written.")
            return
    with terminal.progress("writing") as step:
        changed = syncing.write(sync, replacing=replace, progress=step)
    if not sync.is_same:
        terminal.print_wrapped(f"{target} now holds what {source} holds.")
    elif changed:
        terminal.print_wrapped(f"Some facts in {target} were not as they follow from that, and are now.")
