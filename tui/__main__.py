"""The command ``zhupi``."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line and leave with its exit status."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        # A job may be started with a stream closed; the file opened next would then be taken for it.
        if getattr(sys, name) is None:  # because three streams are treated alike
            setattr(sys, name, open(os.devnull, mode))  # noqa: PTH123, SIM115  # for as long as the process lives
    from tui.cli import run  # noqa: PLC0415  # nothing is imported before a person has asked for something

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
