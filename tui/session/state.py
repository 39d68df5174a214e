"""Where the reviewer left off, saved for the next start: one small file for each database.

It holds numbers, the names of pane and theme, and the filter of the queue; never text of a notice.  The state is a
convenience: a file that cannot be read is no error, the app then starts at the beginning and writes a new one.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from annotations.digest import hex_digest
from store.db.files import replacing
from store.errors import StoreError
from store.index.filters import QueueFilter

_MOST_BYTES = 65_536
"""Bytes of the file that are read; zhupi writes no longer one."""
_Number = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
"""A number that SQLite can store."""


class State(msgspec.Struct, frozen=True):
    """Where the reviewer was.

    ``notice`` is the number of the notice that was open last, ``at`` the raw offset (code points) of the cursor in it,
    ``pane`` the pane that had the cursor.  ``filter`` is that of the queue; ``theme`` a name that ``--theme`` takes.
    ``names_hidden`` is whether the adjudicate screen hides whose version is whose.
    ``hinted`` are the acts that a hint was given behind, in the demo.
    ``told`` are the ids of the bindings of which it was said that their key gave way to one of the reviewer's own.
    """

    notice: _Number | None = None
    at: _Number | None = None
    pane: Literal["raw", "normalized"] = "normalized"
    filter: QueueFilter = QueueFilter()
    theme: str | None = None
    told: tuple[str, ...] = ()
    names_hidden: bool = False
    hinted: tuple[str, ...] = ()


_DECODER = msgspec.json.Decoder(State)


def state_path(database_path: Path, reviewer: str | None = None) -> Path:
    """The state file of a database, which need not exist.

    Args:
        database_path: the path of the database.
        reviewer: the name of the reviewer, where several people share the account; else None.
    """
    from platformdirs import user_state_path  # noqa: PLC0415  # slow to import, and not for `--help`

    where = bytes(database_path.absolute().resolve())
    name = hex_digest(where if reviewer is None else b"%b\0%b" % (where, reviewer.encode()))[:16]
    return user_state_path("zhupi", appauthor=False) / f"{name}.json"


def drafts_path(database_path: Path, reviewer: str | None = None) -> Path | None:
    """The file of the drafts, beside the state file; None where the platform has no place for one."""
    try:
        return state_path(database_path, reviewer).with_suffix(".drafts.json")
    except (OSError, RuntimeError, ValueError):
        return None


def load(database_path: Path, reviewer: str | None = None) -> State:
    """The state that was saved for a database; the default state where there is none, or none that can be read."""
    with suppress(OSError, RuntimeError, ValueError):
        path = state_path(database_path, reviewer)
        # Reading a pipe would never end.
        if path.is_file():
            with path.open("rb") as file:
                return _DECODER.decode(file.read(_MOST_BYTES))
    return State()


def save(database_path: Path, state: State, *, name: str | None = None) -> None:
    """Save the state for a database; errors are ignored."""
    with suppress(OSError, RuntimeError, StoreError, ValueError):
        path = state_path(database_path, name)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with replacing(path) as out:
            os.fchmod(out.fileno(), 0o600)
            out.write(msgspec.json.encode(state))
