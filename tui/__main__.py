"""The command ``zhupi``."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and leave with its exit status."""
    from tui.cli import run  # noqa: PLC0415  # nothing is imported before a person has asked for something

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
