"""What plain ``zhupi`` offers on a terminal where there is no database yet: the demo, an import, or to quit."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

import click

from tui.terminal.display import visible

_OFFERS: Final = """
  d  look around, with sample notices in a database of their own
  i  import files or folders, and begin with them
  q  quit
"""
_KEYS: Final[dict[str, Literal["demo", "import", "quit"]]] = {
    "d": "demo",
    "i": "import",
    "q": "quit",
    "\x1b": "quit",
    "\x04": "quit",
}


def how_to_begin(path: Path) -> Literal["demo", "import", "quit"]:
    """Ask how to begin where there is no database.

    Args:
        path: the database that is not there.
    """
    click.echo(f"There is no database yet at {visible(str(path))}\n{_OFFERS}", err=True)
    while True:
        key = click.getchar().lower()
        if key in _KEYS:
            return _KEYS[key]
