"""How another thread ends a read that nobody waits for any more."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from store.db.sqlite import Connection
from store.errors import CancelledError, DatabaseError

_STEPS: Final = 1_000
"""Steps of SQLite's machine, some 50 microseconds, between two looks whether a read was cancelled."""
_NOBODY_WAITS: Final = "cancelled: nobody waits for it any more"


class Cancel:
    """A handle with which another thread ends a read: it is given to ``Database.read`` and cancelled from anywhere."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reading: Connection | None = None
        self.cancelled = False

    def cancel(self) -> None:
        """End the read with a ``CancelledError``, soon; one that has not begun yet will not begin."""
        with self._lock:
            self.cancelled = True
            if self._reading is not None:
                self._reading.interrupt()

    @contextmanager
    def ending(self, connection: Connection) -> Iterator[None]:
        """While the block runs, ``cancel`` ends what the connection is doing.

        Raises:
            CancelledError: it was cancelled.
        """
        with self._lock:
            self._reading = connection
        # An interrupt between two statements is lost on the next one; this ends that.
        connection.set_progress_handler(lambda: int(self.cancelled), _STEPS)
        try:
            if self.cancelled:
                raise CancelledError(_NOBODY_WAITS)
            yield
        except DatabaseError as error:
            if self.cancelled:
                raise CancelledError(_NOBODY_WAITS) from error
            raise
        finally:
            connection.set_progress_handler(None, 0)
            with self._lock:
                self._reading = None
