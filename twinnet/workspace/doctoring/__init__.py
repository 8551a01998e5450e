"""Telling whether what is installed is whole, and a stored network: what was found, and what to do about it."""

from twinnet.workspace.doctoring.findings import Finding, Report
from twinnet.workspace.doctoring.packages import installed
from twinnet.workspace.doctoring.stored import examine, mend

__all__ = ["Finding", "Report", "examine", "installed", "mend"]
