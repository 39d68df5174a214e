"""Who works with which database: made once, and handed to every screen and controller that needs something of it.

It needs no terminal and knows no screen.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from annotations.errors import ZhupiError
from store.db.companions import LOCK, companion
from store.db.database import Database
from store.project.presence import Present
from store.project.reviewers import Role, Task, current_reviewer, find, may
from store.project.settings import labels_of
from tui.session.drafts import Drafts
from tui.session.state import State
from tui.session.watcher import Seen, Watcher
from tui.session.writer import Writer

_WRITES_TIMEOUT = 10.0
"""Seconds that a hang-up waits for the writes under way."""
_FAREWELL_TIMEOUT = 2.0
"""Seconds that the end waits until the others know of it."""


class Session:
    """One person at work with one database.

    Args:
        database: the open database.
        reviewer: who works here; None is the account of the process.
        confined: whether whoever sits there reached this account by a forced command, and nothing but this app is for
            them: no files of the account, no shell.
        state: where the reviewer left off.
        keep: is called off the event loop with what to start from next time.
        drafts_path: the file for what is being typed; None keeps it only while the app runs.
    """

    def __init__(
        self,
        database: Database,
        *,
        reviewer: str | None = None,
        confined: bool = False,
        state: State | None = None,
        save_state: Callable[[State], None] | None = None,
        drafts_path: Path | None = None,
    ) -> None:
        self.database = database
        self.reviewer = reviewer if reviewer is not None else current_reviewer()
        self.confined = confined
        known = find(database.connection, self.reviewer)
        self.role: Role = known.role if known is not None else "reviewer"
        """What the reviewer is here, as it was at the start."""
        self.labels = labels_of(database)
        """The label set of the project, as it was at the start."""
        self.writer = Writer()
        self.state = state if state is not None else State()
        """Where the reviewer is, as it was remembered last."""
        self._save_state = save_state
        self._state_executor = ThreadPoolExecutor(1, thread_name_prefix="zhupi-state")
        self.drafts = Drafts(drafts_path, self._state_executor.submit)
        """What is being typed into forms."""
        self.others: tuple[Present, ...] = ()
        """The other sessions that are there."""
        self.watcher = Watcher(database, self.reviewer)

    def start(self, on_seen: Callable[[Seen], None]) -> None:
        """Begin to look what others do; ``on_seen`` is called in a thread with what was seen."""
        self.watcher.start(on_seen)

    def may(self, task: Task) -> bool:
        """Whether the reviewer's role allows a task, as it is now."""
        return may(self.database.connection, self.reviewer, task)

    def message(self, error: ZhupiError) -> str:
        """An error in one line without the path of the database: which one it is stands in the queue's head."""
        path = self.database.path
        return str(error).removeprefix(f"{path}: ").removeprefix(f"{companion(path, LOCK)}: ")

    def short_message(self, error: ZhupiError) -> str:
        """As ``message``, less what to do about it: for the few cells at the top right."""
        return self.message(error).partition(";")[0]

    def offset_in(self, notice: int) -> int | None:
        """The raw offset at which the reviewer left this notice, if it was the last one that was open."""
        return self.state.at if notice == self.state.notice else None

    def remember(self, state: State) -> None:
        """Keep where the reviewer is for the next start, off the event loop."""
        if state != self.state:
            self.state = state
            if self._save_state is not None:
                self._state_executor.submit(self._save_state, state)

    def hang_up(self) -> None:
        """The terminal is gone: finish the writes, and soon."""
        self.writer.finish(_WRITES_TIMEOUT)
        self.watcher.end(_FAREWELL_TIMEOUT)

    def close(self) -> None:
        """Finish what was queued, and say that the session has ended."""
        self.writer.close()
        self.watcher.end(_FAREWELL_TIMEOUT)
        self.flush()

    def flush(self) -> None:
        """Wait until what is remembered is on disk."""
        self._state_executor.shutdown(wait=True)
