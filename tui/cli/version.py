"""The version of the installed zhupi."""

from __future__ import annotations

from importlib.metadata import version


def zhupi_version() -> str:
    """The version of the installed distribution, such as ``0.1.0``."""
    return version("zhupi")
