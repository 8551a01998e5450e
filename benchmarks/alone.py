"""twinnet with one reason only: `python -m benchmarks.alone REASON ARGUMENTS...`; its points are learned alone too."""

import sys

from twinnet import cli, matching, reasons
from twinnet.scoring import learning, table


def main() -> None:
    key = sys.argv.pop(1)
    only = tuple(reason for reason in reasons.REASONS if reason.key == key)
    reasons.REASONS = learning.REASONS = table.REASONS = matching.REASONS = only
    cli.main()


if __name__ == "__main__":
    main()
