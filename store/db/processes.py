"""Which process is at a long work: its name, and whether it may still run; a killed one keeps nobody waiting."""

from __future__ import annotations

import os
import socket


def this_process() -> str:
    """The name of this process: its host and its number, with a space between them."""
    return f"{socket.gethostname()} {os.getpid()}"


def may_run(process: str) -> bool:
    """Whether a process may still run; one of another host may, and one whose name is damaged.

    Args:
        process: as ``this_process`` names it, maybe with more behind another space.
    """
    host, _, rest = process.partition(" ")
    number = rest.partition(" ")[0]
    if host != socket.gethostname() or not number.isdecimal():
        return True
    try:
        os.kill(int(number), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True  # it is somebody else's
    return True
