"""Workbooks are read in a process of their own, whose memory and time are limited, so that no file can hurt this one.

That process is started on Linux, where its address space can be limited (``memory_bytes`` and ``seconds`` of
:class:`~twinnet.reading.raw.Limits`). Elsewhere, and inside of a frozen application, workbooks are read in this
process: there the limits of sizes, rows, columns and cells bound what is kept, and nothing else does.

The process imports the modules that read workbooks and nothing else of the package. It is handed the file and answers
with lines of JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any

from twinnet.errors import InputError, LimitError
from twinnet.reading.raw import Limits, RawFault, RawTable

_START = """\
import sys, json, types
asked = json.loads(sys.argv[1])
sys.path[:] = asked["path"]
for name, folders in asked["packages"]:
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__path__ = folders
from twinnet.reading.sandbox import serve
serve(asked["file"], asked["limits"], whole=asked["whole"])
"""
"""The packages stand empty: their own modules would import what reading a workbook does not need."""


def parse(data: bytes, *, file: str, limits: Limits, whole: bool = False) -> list[RawTable]:
    """Read the sheets of a workbook; as :func:`twinnet.reading.workbooks.parse`.

    Raises
    ------
    InputError
        As there; a :class:`LimitError` that names ``memory_bytes`` or ``seconds`` where that is not enough.
    """
    command = _command(file, limits, whole=whole)
    if command is None:
        return _parse(data, file=file, limits=limits, whole=whole)
    try:
        process = subprocess.Popen(  # noqa: S603 - the interpreter that runs this
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
    except OSError:
        return _parse(data, file=file, limits=limits, whole=whole)
    with process:
        try:
            answer, _ = process.communicate(data, timeout=limits.seconds)
        except subprocess.TimeoutExpired:
            limits.check("seconds", limits.seconds + 1, file=file, what="the time that reading the workbook takes")
            raise
        finally:
            process.kill()
    return _tables(answer, file=file, limits=limits)


def _parse(data: bytes, *, file: str, limits: Limits, whole: bool) -> list[RawTable]:
    from twinnet.reading import workbooks

    return workbooks.parse(data, file=file, limits=limits, whole=whole)


def _command(file: str, limits: Limits, *, whole: bool = False) -> list[str] | None:
    """Return how to start the process, None where there is none."""
    if sys.platform != "linux" or getattr(sys, "frozen", False) or not sys.executable:
        return None
    packages = [(name, list(sys.modules[name].__path__)) for name in ("twinnet", "twinnet.reading")]
    asked = {"path": sys.path, "packages": packages, "file": file, "limits": asdict(limits), "whole": whole}
    return [sys.executable, "-I", "-S", "-c", _START, json.dumps(asked)]


def _tables(answer: bytes, *, file: str, limits: Limits) -> list[RawTable]:
    """Return the tables that the process wrote, or raise what it raised."""
    tables: list[RawTable] = []
    for line in answer.splitlines():
        try:
            said, *rest = json.loads(line)
        except ValueError:
            break
        if said == "row":
            tables[-1].numbers.append(rest[0])
            tables[-1].rows.append(rest[1])
        elif said == "table":
            tables.append(RawTable(sheet=rest[0]))
        elif said == "fault":
            tables[-1].faults.append(RawFault(*rest))
        elif said == "refused":
            raise (LimitError if rest[0] == "LimitError" else InputError)(rest[1], file=file)
        elif said == "end":
            return tables
    limits.check("memory_bytes", limits.memory_bytes + 1, file=file, what="the memory that reading the workbook takes")
    raise AssertionError("a limit is under one more than itself")  # pragma: no cover


def serve(file: str, limits: dict[str, int], *, whole: bool) -> None:
    """Read the workbook on standard input under the limits, and write what it holds: the work of the process."""
    import resource

    bounds = Limits(**limits)
    _limit(resource, resource.RLIMIT_AS, bounds.memory_bytes)
    _limit(resource, resource.RLIMIT_CORE, 0)
    answer(sys.stdin.buffer.read(), file=file, limits=bounds, write=sys.stdout.write, whole=whole)
    sys.stdout.flush()


def _limit(resource: Any, kind: int, value: int) -> None:
    """Lower a limit of this process; one that is lower already stays."""
    hard = resource.getrlimit(kind)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (value, value))


def answer(data: bytes, *, file: str, limits: Limits, write: Callable[[str], object], whole: bool = False) -> None:
    """Write the tables of a workbook, or why it was refused, as lines of JSON; ``end`` stands last."""
    try:
        tables = _parse(data, file=file, limits=limits, whole=whole)
    except InputError as error:
        write(_line("refused", type(error).__name__, error.reason))
        return
    for line in _lines(tables):
        write(line)
    write(_line("end"))


def _lines(tables: Iterable[RawTable]) -> Iterable[str]:
    for table in tables:
        yield _line("table", table.sheet)
        for number, cells in zip(table.numbers, table.rows, strict=True):
            yield _line("row", number, cells)
        for fault in table.faults:
            yield _line("fault", fault.row, fault.column, fault.held, fault.reason)


def _line(*parts: object) -> str:
    return json.dumps(parts) + "\n"
