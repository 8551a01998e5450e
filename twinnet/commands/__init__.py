"""The commands: parse what was typed, call a verb of the workspace, print what it says. No logic."""

from __future__ import annotations

import click


class Group(click.Group):
    """A group of commands that says what there is where a name is none of them."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; a name that is none of them is told with the nearest, or with all."""
        names = self.list_commands(ctx)
        if args and args[0] not in names and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], names, 1)
            hint = f" Did you mean {near[0]!r}?" if near else f" The commands are {', '.join(names)}."
            raise click.UsageError(f"There is no command {args[0]!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)
