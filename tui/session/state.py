"""Where the reviewer left off, kept for the next start: a small file beside no data, one for each database.

It holds numbers, names of panes and themes, and the filter of the queue; never notice text.  It is a convenience:
whatever is wrong with it is no error, the app then starts at the beginning and writes a fresh one.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from store.db.files import replacing
from store.errors import StoreError
from store.index.filters import QueueFilter

_MOST_BYTES = 65_536
"""A file that is longer is none of ours."""
_Number = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
"""What the database takes for a number."""


class State(msgspec.Struct, frozen=True):
    """Where the reviewer was.

    ``notice`` is the number of the notice that was open last, ``at`` the raw offset (code points) of the cursor in it,
    ``pane`` the pane that had the cursor.  ``filter`` is that of the queue; ``theme`` a name that ``--theme`` takes.
    """

    notice: _Number | None = None
    at: _Number | None = None
    pane: Literal["raw", "normalized"] = "normalized"
    filter: QueueFilter = QueueFilter()
    theme: str | None = None


_DECODER = msgspec.json.Decoder(State)


def state_path(database_path: Path, reviewer: str | None = None) -> Path:
    """The state file of a database, which need not exist; of a reviewer where several share the account."""
    from platformdirs import user_state_path  # noqa: PLC0415  # slow to import, and not for `--help`

    where = bytes(database_path.absolute().resolve())
    name = hashlib.sha256(where if reviewer is None else b"%b\0%b" % (where, reviewer.encode())).hexdigest()[:16]
    return user_state_path("zhupi", appauthor=False) / f"{name}.json"


def drafts_path(database_path: Path, reviewer: str | None = None) -> Path | None:
    """The file of what is being typed, beside the state file; None where there is no place for one."""
    try:
        return state_path(database_path, reviewer).with_suffix(".drafts.json")
    except (OSError, RuntimeError, ValueError):
        return None


def load(database_path: Path, reviewer: str | None = None) -> State:
    """What was kept for a database; the defaults where there is nothing, or nothing of use."""
    with suppress(OSError, RuntimeError, ValueError):
        path = state_path(database_path, reviewer)
        # A pipe would never end.
        if path.is_file():
            with path.open("rb") as file:
                return _DECODER.decode(file.read(_MOST_BYTES))
    return State()


def save(database_path: Path, state: State, *, name: str | None = None) -> None:
    """Keep this for the database; does nothing where nothing can be kept."""
    with suppress(OSError, RuntimeError, StoreError, ValueError):
        path = state_path(database_path, name)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with replacing(path) as out:
            os.fchmod(out.fileno(), 0o600)
            out.write(msgspec.json.encode(state))
