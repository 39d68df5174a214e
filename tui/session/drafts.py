"""Drafts: what is being typed into a form is kept until the form is answered, so that no text is lost in a crash.

Each database and reviewer has one small private file for this, beside the state file.  Drafts are a convenience: a file
that cannot be read or written is no error.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from store.db.files import replacing
from store.errors import StoreError

_MOST_BYTES = 1_000_000
"""Bytes of the file that are read; zhupi writes no longer one."""
_MOST_DRAFTS = 50
"""Drafts that are kept; the oldest are dropped."""

Typed = dict[str, str]
"""The text of each field of a form, by the position of the field."""

_DECODER = msgspec.json.Decoder(dict[str, Typed])


class Drafts:
    """The drafts of one reviewer in one database.

    Args:
        path: the file; None keeps drafts in memory only.
        run_later: runs functions off the event loop, one after the other.
    """

    def __init__(
        self, path: Path | None = None, run_later: Callable[[Callable[[], None]], object] | None = None
    ) -> None:
        self._path = path
        self._run_later = run_later
        self._drafts: dict[str, Typed] = {}
        if path is not None:
            with suppress(OSError, ValueError):
                # Reading a pipe would never end.
                if path.is_file():
                    with path.open("rb") as file:
                        self._drafts = _DECODER.decode(file.read(_MOST_BYTES))

    def find(self, key: str) -> Typed | None:
        """The draft with this key; None where there is none."""
        return self._drafts.get(key)

    def keys_with_prefix(self, start: str) -> list[str]:
        """The keys of the drafts that begin with ``start``."""
        return [key for key in self._drafts if key.startswith(start)]

    def notices(self) -> list[str]:
        """What the keys of the drafts begin with: the numbers of the notices that they are about."""
        return list(dict.fromkeys(number for key in self._drafts if (number := key.partition(" ")[0]).isdecimal()))

    def keep(self, key: str, typed: Typed) -> None:
        """Keep a draft in memory; ``save`` writes it to the disk."""
        self._drafts.pop(key, None)
        self._drafts[key] = typed
        while len(self._drafts) > _MOST_DRAFTS:
            del self._drafts[next(iter(self._drafts))]

    def drop(self, key: str) -> None:
        """Drop a draft: its form was answered or cancelled."""
        if self._drafts.pop(key, None) is not None:
            self.save_later()

    def save_later(self) -> None:
        """Write all drafts to the disk, off the event loop."""
        if self._run_later is not None:
            drafts = dict(self._drafts)
            self._run_later(lambda: self._write(drafts))

    def save(self) -> None:
        """Write all drafts to the disk; errors are ignored."""
        self._write(dict(self._drafts))

    def _write(self, drafts: dict[str, Typed]) -> None:
        if self._path is None:
            return
        with suppress(OSError, StoreError, ValueError):
            if not drafts:
                self._path.unlink(missing_ok=True)
                return
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with replacing(self._path) as out:
                os.fchmod(out.fileno(), 0o600)
                out.write(msgspec.json.encode(drafts))
