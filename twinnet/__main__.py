"""``python -m twinnet`` is the same as ``twinnet``."""

from twinnet.cli import main

if __name__ == "__main__":
    main()
