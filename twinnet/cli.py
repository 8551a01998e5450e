"""The command line: names, one-line helps and where each command lives.

Only click is imported here; a command's module is loaded when the command is called.
"""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

import click

from twinnet.commands import Group

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec

_COMMANDS = {
    "import": ("lists", "Take lists of members, links, projects or partners into a network."),
    "resolve": ("naming", "Find the places that a table names, or judge pairs of organisations."),
    "tag": ("tagging", "Tell the themes of the texts in any table."),
    "themes": ("theming", "List the taxonomy, or the themes of a network's organisations and their sources."),
    "suggest": ("matching", "Suggest partnerships to start, with reasons."),
    "view": ("viewing", "Make the page of all suggestions and open it in the browser."),
    "revive": ("matching", "Rank recorded links that sleep and could be woken."),
    "deepen": ("matching", "Name the themes that active links could take up."),
    "review": ("desk", "Judge suggestions in the browser, one after the other."),
    "decide": ("deciding", "Say what became of one suggestion: accepted, later, declined, met, signed ..."),
    "decisions": ("deciding", "List what was decided, or take in a file of decisions."),
    "brief": ("briefing", "Write a letter for two mayors, or a brief of one organisation or of each."),
    "rank": ("ranking", "Rank new partners for the organisations named in a table."),
    "learn": ("learning", "Learn points from a network's own links and decisions."),
    "evaluate": ("evaluating", "Measure how well partners are found, beside other ways to rank."),
    "export": ("stored", "Write everything a network holds, without loss, for other programs."),
    "show": ("stored", "Tell what a network holds, or what is known of one organisation."),
    "sync": ("syncing", "Make one network equal to another: a file, or a database that a team shares."),
    "forget": ("stored", "Undo one import, or erase one organisation and its contacts."),
    "doctor": ("doctoring", "Tell what is installed and missing, or whether a network is whole, and mend it."),
    "template": ("lists", "Print a query that brings lists of links from elsewhere."),
    "demo": ("demonstration", "Make the demo network and its page, workbook and suggestions."),
}


_LATER = frozenset(
    (
        *("numpy.f2py", "numpy.testing", "numpy.ma", "numpy.polynomial", "numpy.ctypeslib", "numpy.rec", "numpy.char"),
        *("numpy.strings", "numpy.core", "pydoc", "subprocess"),
    )
)
"""Modules that scipy and others only name when they are imported, and that no command needs."""


class _Later:
    """Finds modules so that each is run when something of it is first used: half of the time to start is theirs."""

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:  # noqa: ARG004 - Python's
        """Find one of these modules; None for any other."""
        if name not in _LATER:
            return None
        from importlib.machinery import PathFinder
        from importlib.util import LazyLoader

        spec = PathFinder.find_spec(name, path)
        if spec is not None and spec.loader is not None:
            spec.loader = LazyLoader(spec.loader)
        return spec


_FEW_COLLECTIONS = 2_000_000
"""So many new objects call the garbage collector: most of what a command makes lives until its end."""


class _Formatter(click.HelpFormatter):
    """Formats a help as wide as the terminal, without the module by which click asks for its width.

    That module (``shutil``) loads all kinds of compression: a quarter of what a help may take over bare Python.
    """

    def __init__(self, indent_increment: int = 2, width: int | None = None, max_width: int | None = None) -> None:
        if width is None and click.formatting.FORCED_WIDTH is None:
            width = max(min(_columns(), max_width or 80) - 2, 50)
        super().__init__(indent_increment, width, max_width)


def _columns() -> int:
    """Return how wide the terminal is: as the variable COLUMNS says, else as it is itself, else 80."""
    said = os.environ.get("COLUMNS", "")
    if said.isdecimal() and int(said) > 0:
        return int(said)
    try:
        return (os.get_terminal_size(sys.__stdout__.fileno()).columns if sys.__stdout__ else 0) or 80
    except (ValueError, OSError):
        return 80


class _Context(click.Context):
    formatter_class = _Formatter


class _Lazy(Group):
    """A group whose commands are named here and loaded when called."""

    context_class = _Context

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module, _ = _COMMANDS[cmd_name]
        found: click.Command = getattr(import_module(f"twinnet.commands.{module}"), f"{cmd_name}_command")
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in _COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a reader that has seen enough (``| head``) ends it in peace."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)


@click.group(
    cls=_Lazy,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help="""Town twinning: member lists in, explained partnerships out.

    Begin with `twinnet demo`, or with your own lists:

    \b
      twinnet import members.csv twinnings.csv --into my.twinnet
      twinnet view my.twinnet
    """,
)
@click.version_option(package_name="twinnet")
def twinnet() -> None:
    """Town twinning: member lists in, explained partnerships out."""


def main() -> NoReturn:
    """Run the command line: 0 is success, 1 a failure that the message explains, 2 a call that was put wrongly."""
    _start_lightly()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(_run())


def _start_lightly() -> None:
    """Spare a short process what costs it most: collections of garbage that is none, and modules nobody uses."""
    gc.freeze()
    gc.set_threshold(_FEW_COLLECTIONS)
    # Else every installed package is searched for plug-ins of pydantic, of which a command uses none.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # Threads of numpy's matrix library wait in a loop; where much is done, rows are worked on in threads instead.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if _Later not in sys.meta_path:
        sys.meta_path.insert(0, _Later)


def _run() -> int:
    try:
        code = twinnet.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt) as stopped:
        click.echo(f"Stopped; {_left(stopped)}", err=True)
        return 130
    except Exception as error:  # noqa: BLE001 - the last door: no traceback reaches a user
        return _explain(error)
    return code if isinstance(code, int) else 0


def _left(error: BaseException) -> str:
    """Say how things stand: as a store notes it that is written in steps, else that nothing is half done."""
    notes = getattr(error.__cause__, "__notes__", None) or getattr(error, "__notes__", None)
    return "; ".join(notes) if notes else "nothing was left half done."


def _explain(error: Exception) -> int:
    """Turn an error into advice and an exit code."""
    from twinnet.errors import AmbiguousError, NoStoreError, NotFoundError, OptionError, RulesError, TwinnetError

    if os.environ.get("TWINNET_DEBUG"):
        raise error
    if not isinstance(error, TwinnetError):
        click.echo(
            f"twinnet met a fault of its own ({type(error).__name__}: {error}); {_left(error)} "
            "Set TWINNET_DEBUG=1 to see where, and please report it.",
            err=True,
        )
        return 1
    click.echo("; ".join([f"Error: {error}", *getattr(error, "__notes__", ())]), err=True)
    for line in getattr(error, "candidates", ()):
        click.echo(f"  {line}", err=True)
    called_wrongly = AmbiguousError | NoStoreError | NotFoundError | OptionError | RulesError
    return 2 if isinstance(error, called_wrongly) else 1
