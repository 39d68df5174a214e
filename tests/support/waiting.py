"""Wait for what another process or thread does; never for a while."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable


def until(condition: Callable[[], object], what: str, patience: float = 10.0) -> None:
    """Return as soon as ``condition`` holds; fail with ``what`` when it does not within ``patience`` seconds."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.01)  # because another process can only be polled


async def until_shown(condition: Callable[[], object], what: str, patience: float = 20.0) -> None:
    """As ``until``, for a condition that the event loop brings about."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, what
        await asyncio.sleep(0.01)  # because a thread can only be polled
