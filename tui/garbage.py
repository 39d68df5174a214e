"""When garbage is collected: not while a program starts, which makes much and drops little."""

from __future__ import annotations

import gc


def collect_later() -> None:
    """Collect nothing until ``collect``."""
    gc.disable()


def collect() -> None:
    """Collect from now on, but not what has been made by now, if ``collect_later`` has put it off."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
