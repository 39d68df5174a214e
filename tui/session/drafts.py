"""What is being typed into a form, kept until the form is answered: a hang-up or a crash costs no sentence.

One small private file for each database and reviewer, beside the state file.  Like that it is a convenience: whatever
is wrong with it is no error.
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
"""A file that is longer is none of ours."""
_MOST_DRAFTS = 50

Typed = dict[str, str]
"""The text of each field of a form, by its place."""

_DECODER = msgspec.json.Decoder(dict[str, Typed])


class Drafts:
    """The drafts of one reviewer in one database.

    Args:
        path: the file; None keeps nothing beyond this process.
        later: runs a function off the event loop, in order.
    """

    def __init__(
        self, path: Path | None = None, run_later: Callable[[Callable[[], None]], object] | None = None
    ) -> None:
        self._path = path
        self._run_later = run_later
        self._drafts: dict[str, Typed] = {}
        if path is not None:
            with suppress(OSError, ValueError):
                # A pipe would never end.
                if path.is_file():
                    with path.open("rb") as file:
                        self._drafts = _DECODER.decode(file.read(_MOST_BYTES))

    def find(self, key: str) -> Typed | None:
        """What was being typed into the form with this key."""
        return self._drafts.get(key)

    def keys_with_prefix(self, start: str) -> list[str]:
        """The keys that begin so."""
        return [key for key in self._drafts if key.startswith(start)]

    def keep(self, key: str, typed: Typed) -> None:
        """Keep what is being typed; it is on disk when ``save`` has run."""
        self._drafts.pop(key, None)
        self._drafts[key] = typed
        while len(self._drafts) > _MOST_DRAFTS:
            del self._drafts[next(iter(self._drafts))]

    def drop(self, key: str) -> None:
        """The form was answered or left."""
        if self._drafts.pop(key, None) is not None:
            self.save_later()

    def save_later(self) -> None:
        """Write what there is, off the event loop."""
        if self._run_later is not None:
            drafts = dict(self._drafts)
            self._run_later(lambda: self._write(drafts))

    def save(self) -> None:
        """Write what there is, now; does nothing where nothing can be kept."""
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
