"""Where the shared data are, and how a figure is printed."""

import os
from pathlib import Path

DATA = Path(os.environ.get("TWINNET_DATA", Path(__file__).resolve().parent.parent.parent / "shared" / "data"))


def has(*names: str) -> bool:
    """Tell whether the shared data are there, and say so where they are not."""
    missing = [name for name in names if not (DATA / name).exists()]
    if missing:
        print(f"not measured: {', '.join(missing)} is missing from {DATA} (set TWINNET_DATA)")
    return not missing


def show(what: str, ours: float, unit: str, beside: str = "") -> None:
    print(f"{what:64s} {ours:9.3f} {unit:4s} {beside}", flush=True)
