"""The clipboard: copies by OSC 52, and into a file, since no terminal tells whether it accepted the sequence.

Only the user can read the file, and it holds nothing but what was copied last.
"""

from __future__ import annotations

import os
from pathlib import Path

from textual.app import App

from annotations.counts import counted

MOST_BY_TERMINAL = 50_000
"""Bytes of UTF-8 above which terminals and tmux silently drop an OSC 52 sequence."""


def copy(app: App[None], text: str, *, confined: bool = False) -> str:
    """Copy a text.

    Args:
        app: the app on the terminal.
        text: the text.
        confined: whether no file may be written.

    Returns:
        The message to show: how much was copied, and where else it is.
    """
    data = text.encode("utf-8", "replace")
    by_terminal = len(data) <= MOST_BY_TERMINAL
    if by_terminal:
        app.copy_to_clipboard(data.decode())
    count = counted(len(text), "character")
    if confined:
        return f"copied {count}" if by_terminal else f"not copied: too long for the terminal ({count})"
    from store.db.files import replacing  # noqa: PLC0415  # the first paint needs none of it
    from store.errors import StoreError  # noqa: PLC0415  # as above

    path = copied_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(data)
    except (OSError, StoreError) as error:
        reason = f"{path}: {error.strerror}" if isinstance(error, OSError) else error
        return f"copied {count}" if by_terminal else f"not copied: {reason}"
    shown = str(path).replace(str(Path.home()), "~", 1)
    return f"copied {count}, also to {shown}" if by_terminal else f"too long for the terminal: {count} in {shown}"


def copied_path() -> Path:
    """The file that holds what was copied last."""
    from platformdirs import user_state_path  # noqa: PLC0415  # slow to import

    return user_state_path("zhupi", appauthor=False) / "copied.txt"
