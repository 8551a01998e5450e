"""What was found wrong, what to do about it, and how a person is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """Something that is not as it should be: what it is, what to do about it, and lines that say more.

    ``mendable`` is what :func:`mend` puts right.
    """

    what: str
    then: str = ""
    more: tuple[str, ...] = ()
    mendable: bool = False

    def lines(self) -> Iterator[tuple[str, str]]:
        """Tell it to a person, each line with its indent."""
        yield f"fault: {self.what}", ""
        yield from ((line, "  ") for line in self.more)
        if self.then:
            yield f"what to do: {self.then}", "  "


@dataclass(frozen=True)
class Report:
    """What was looked at, in lines, and what was found."""

    about: tuple[str, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def is_healthy(self) -> bool:
        """Whether all is as it should be."""
        return not self.findings

    @property
    def is_mendable(self) -> bool:
        """Whether there is something to mend, and nothing that cannot be mended."""
        return bool(self.findings) and all(finding.mendable for finding in self.findings)

    def lines(self) -> Iterator[tuple[str, str]]:
        """Tell it to a person, each line with its indent."""
        yield from ((line, "") for line in self.about)
        for finding in self.findings:
            yield from finding.lines()
        if self.is_healthy:
            yield "No fault was found.", ""
