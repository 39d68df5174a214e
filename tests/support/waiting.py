"""Wait for what another process does; never for a while."""

from __future__ import annotations

import time
from collections.abc import Callable


def until(condition: Callable[[], object], what: str, patience: float = 10.0) -> None:
    """Return as soon as ``condition`` holds; fail with ``what`` when it does not within ``patience`` seconds."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.01)  # because another process can only be polled
