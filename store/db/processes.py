"""Which process is at a long work: its name, and whether it may still run; a killed one keeps nobody waiting."""

from __future__ import annotations

import os
import socket


def this_process() -> str:
    """The name of this process: its host and its number, with a space between them."""
    return f"{socket.gethostname()} {os.getpid()}"


def may_run(process: str) -> bool:
    """Whether a process may still run; one of another host may.

    Args:
        process: as ``this_process`` names it, maybe with more behind another space.
    """
    host, number, *_ = process.split(" ")
    if host != socket.gethostname():
        return True
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # it is somebody else's
    return True
