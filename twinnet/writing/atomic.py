"""Writing files so that a reader sees the old one or the new one, never half of one."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from twinnet.errors import InputError

STANDARD_OUTPUT = "-"
"""The path that means standard output."""
_A_DAY = 24 * 60 * 60
"""So many seconds after it was touched last nobody works on a file any more."""


def write_bytes(chunks: Iterable[bytes], path: str | Path) -> None:
    """Write a file, or standard output where ``path`` is ``-``.

    What fails midway, in making the chunks or in writing them, leaves the old file as it was. A link is followed, and
    what is no regular file (a device, a pipe) is written to as it is.

    Raises
    ------
    InputError
        The path cannot be written.
    """
    if str(path) == STANDARD_OUTPUT:
        _to_standard_output(chunks)
        return
    try:
        target = Path(os.path.realpath(path))
        if target.exists() and not target.is_file() and not target.is_dir():
            with target.open("wb") as file:
                file.writelines(chunks)
            return
        _replace(chunks, target)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"cannot be written: {reason}", file=str(path)) from error


def write_text(parts: str | Iterable[str], path: str | Path) -> None:
    """Write text as UTF-8 with the line ends it has; half a surrogate pair is written as its escape."""
    parts = (parts,) if isinstance(parts, str) else parts
    write_bytes((part.encode("utf-8", "backslashreplace") for part in parts), path)


def _replace(chunks: Iterable[bytes], target: Path) -> None:
    beside = target.parent / f".twinnet-{secrets.token_hex(8)}.tmp"
    try:
        with beside.open("xb") as file:
            _clear(beside)
            file.writelines(chunks)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, beside)
        beside.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise


def _clear(beside: Path) -> None:
    """Take away what writers of files in the same folder left that died long before this one was begun."""
    long_ago = beside.stat().st_mtime - _A_DAY
    for leftover in beside.parent.glob(".twinnet-*.tmp"):
        with contextlib.suppress(OSError):
            if leftover.stat().st_mtime < long_ago:
                leftover.unlink()


def _to_standard_output(chunks: Iterable[bytes]) -> None:
    binary = getattr(sys.stdout, "buffer", None)
    if binary is None:
        for chunk in chunks:
            sys.stdout.write(chunk.decode("utf-8"))
    else:
        sys.stdout.flush()
        binary.writelines(chunks)
        binary.flush()


def lines(texts: Iterable[str]) -> Iterator[str]:
    r"""End each text with a line end.

    >>> list(lines(["a", "b"]))
    ['a\n', 'b\n']
    """
    return (f"{text}\n" for text in texts)
