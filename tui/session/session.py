"""The session: who works with which database.  It is made once and handed to every screen and controller.

It needs no terminal and knows no screen.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from annotations.annotation import Annotation, ReviewStatus
from annotations.errors import ZhupiError
from annotations.notice_attributes import NoticeValue
from store.db.companions import LOCK, companion
from store.db.database import Database
from store.index.filters import with_present_label
from store.project.presence import Present
from store.project.reviewers import Role, Task, current_reviewer, find, may
from store.project.settings import labels_of
from tui.session.drafts import Drafts
from tui.session.state import State
from tui.session.watcher import Seen, Watcher
from tui.session.writer import Writer

if TYPE_CHECKING:
    from annotations.calibration import Calibration
    from annotations.muting import Mute

_PATIENCE = 2.0
"""Seconds that a change waits for other writers before the screen says so; it goes on waiting then."""
_WRITES_TIMEOUT = 10.0
"""Seconds that the end of a session waits for queued writes."""
_FAREWELL_TIMEOUT = 2.0
"""Seconds that the end of a session waits until its end is announced to the others."""


class Said(msgspec.Struct, frozen=True):
    """What is said about a notice, as a screen shows it; a screen that shows more has a subclass."""

    items: list[Annotation]
    """All annotations of the notice, of every layer."""

    contested: frozenset[tuple[str, str]] = frozenset()
    """Entity and key of what merged databases say differently of the notice, and nobody has settled."""

    muted: dict[str, Mute] = {}
    """The suggestions that are muted, by their ids, and why each is."""


class Unsaved(msgspec.Struct, frozen=True):
    """What a screen showed of a notice that was left with changes under way."""

    said: Said
    review: ReviewStatus
    comment: str | None
    attributes: dict[str, NoticeValue]


class Session:
    """One reviewer at work with one database.

    Args:
        database: the open database.
        reviewer: the reviewer; None is the account of the process.
        confined: whether the reviewer reached this account by a forced command, and may use nothing but the app: no
            files of the account, no shell.
        state: where the reviewer left off.
        save_state: called off the event loop with each state to start from next time.
        drafts_path: the file of the drafts; None keeps drafts in memory only.
        hints: whether the first acts have a hint each, as in the demo.
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
        hints: bool = False,
    ) -> None:
        self.database = database
        self.reviewer = reviewer if reviewer is not None else current_reviewer()
        self.confined = confined
        self.hints = hints
        known = find(database.connection, self.reviewer)
        self.role: Role = known.role if known is not None else "reviewer"
        """The reviewer's role, as it was at the start."""
        self.labels = labels_of(database)
        """The label set of the project, as this session has seen it last."""
        self.writer = Writer()
        database.patience = _PATIENCE
        self.unsaved: dict[tuple[str, int], Unsaved] = {}
        """What screens showed of notices that were left with changes under way, by layer and number of the notice."""
        self.lost = 0
        """How many changes were given up at the end, because somebody else held the database."""
        state = state if state is not None else State()
        self.state = replace(state, filter=with_present_label(state.filter, self.labels))
        """Where the reviewer is, as remembered last."""
        self.searched = self.state.filter.search
        """The search of the queue under which a notice was open last."""
        self._save_state = save_state
        self._state_executor = ThreadPoolExecutor(1, thread_name_prefix="zhupi-state")
        self.drafts = Drafts(drafts_path, self._state_executor.submit)
        """What is being typed into forms."""
        self.calibration: Calibration | None = None
        """What the scores of suggestions mean, as it was read last; None before that."""
        self.calibrated_until = 0.0
        """Until when that is not read again, in seconds of the monotonic clock."""
        self.muted_shown = False
        """Whether muted suggestions are shown in notices for now."""
        self.others: tuple[Present, ...] = ()
        """The other sessions that are open."""
        self.watcher = Watcher(database, self.reviewer)

    def start(self, on_seen: Callable[[Seen], None]) -> None:
        """Start the watcher; ``on_seen`` is called in its thread with what others did."""
        self.watcher.start(on_seen)

    def may(self, task: Task) -> bool:
        """Whether the reviewer's current role allows a task."""
        return may(self.database.connection, self.reviewer, task)

    def message(self, error: ZhupiError) -> str:
        """The message of an error, without the path of the database, which the head of the queue shows."""
        path = self.database.path
        return str(error).removeprefix(f"{path}: ").removeprefix(f"{companion(path, LOCK)}: ")

    def short_message(self, error: ZhupiError) -> str:
        """As ``message``, without the advice what to do: for the few cells at the top right."""
        return self.message(error).partition(";")[0]

    def offset_in(self, notice: int) -> int | None:
        """The raw offset at which the reviewer left a notice; None if another notice was open last."""
        return self.state.at if notice == self.state.notice else None

    def remember(self, state: State) -> None:
        """Remember where the reviewer is, and save it for the next start, off the event loop."""
        if state != self.state:
            self.state = state
            if self._save_state is not None:
                self._state_executor.submit(self._save_state, state)

    def hang_up(self) -> None:
        """Finish the queued writes within a few seconds: the terminal is gone."""
        self.writer.finish(_WRITES_TIMEOUT)
        self.watcher.end(_FAREWELL_TIMEOUT)

    def give_up(self) -> None:
        """Drop what is held up: the reviewer wants to quit all the same."""
        self.lost += self.writer.close(0.0)

    def close(self) -> None:
        """Finish the queued writes, and announce the end of the session."""
        self.lost += self.writer.close(_WRITES_TIMEOUT)
        self.watcher.end(_FAREWELL_TIMEOUT)
        self.flush()

    def flush(self) -> None:
        """Wait until the remembered state is on disk."""
        self._state_executor.shutdown(wait=True)
