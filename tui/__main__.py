"""The command ``zhupi``."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

try:
    from tui.ending import Ended, defer_interrupts, obey_signals, raise_on_signals
    from tui.garbage import collect_later
except KeyboardInterrupt:
    # Only now Python's own start is over, and what follows can handle it.
    sys.exit(130)


def main() -> None:
    """Run the command line and leave with its exit status."""
    defer_interrupts()
    collect_later()
    # A job may be started with a stream closed; the file opened next would then be taken for it.  Data that goes to a
    # closed stdout must not be taken for written: its stand-in cannot be written to.
    for name, mode, flags in (("stdin", "r", os.O_RDONLY), ("stdout", "w", os.O_RDONLY), ("stderr", "w", os.O_WRONLY)):
        if getattr(sys, name) is None:  # because three streams are treated alike
            setattr(sys, name, open(os.open(os.devnull, flags), mode))  # noqa: PTH123, SIM115  # for as long as the process lives
    from store.db.stops import STOPS  # noqa: PLC0415  # nothing is imported before a person has asked for something
    from tui.cli import run  # noqa: PLC0415  # as above

    STOPS.defer()
    try:
        raise_on_signals()
        status = run(sys.argv[1:])
        obey_signals()
    except Ended as ended:
        # It came as the command began or had ended, or while its error was told.
        status = ended.exit_code
    if sys.flags.inspect:
        # $PYTHONINSPECT would open a prompt of Python behind any command, for whoever can set a variable.
        with suppress(OSError, ValueError):
            sys.stdout.flush()
        os._exit(status)
    sys.exit(status)


if __name__ == "__main__":
    main()
