"""``doctor``."""

from __future__ import annotations

import click

from twinnet.workspace import doctoring


@click.command("doctor")
@click.argument("network", metavar="[NETWORK]", required=False)
@click.option("--mend", is_flag=True, help="Merge facts anew that do not follow from what is said; end a broken write.")
@click.pass_context
def doctor_command(ctx: click.Context, network: str | None, *, mend: bool) -> None:
    """Tell what is installed and what is missing, or whether a NETWORK is whole: a file or the address of a database.

    What lists, answers and decisions say is held against its check sums, and the facts against what follows from it.
    Each fault is told with what to do about it. The exit code is 1 where there is one.
    """
    if network is None:
        if mend:
            raise click.UsageError("--mend mends a network: name it")
        report = doctoring.installed()
        for line, indent in report.lines():
            click.echo(f"{indent}{line}")  # What wraps lines for a person needs packages that may be missing.
        ctx.exit(0 if report.is_healthy else 1)

    from twinnet.commands import terminal

    report = doctoring.examine(network)
    if mend and report.is_mendable:
        for finding in report.findings:
            terminal.print_wrapped(f"fault: {finding.what}")
        with terminal.progress("mending") as step:
            doctoring.mend(network, progress=step)
        terminal.print_wrapped("Mended. Looked at again:")
        report, mend = doctoring.examine(network), False
    for line, indent in report.lines():
        terminal.print_wrapped(line, indent)
    if mend:
        left = "There is nothing to mend." if report.is_healthy else "Nothing was mended: see to what is said first."
        terminal.print_wrapped(left)
    ctx.exit(0 if report.is_healthy else 1)
