"""What others do while the queue is open: their rows change in place, and who is there stands in the head."""

from __future__ import annotations

from textual import on, work
from textual.message import Message

from annotations.errors import ZhupiError
from store.read.queue import QueueRow, rows_of
from tui.queue.reader import Reading
from tui.session.watcher import Seen, minutes_since


class Following(Reading):
    """Rows and people, as the watcher sees them."""

    class RowsRead(Message):
        """Rows that others have changed have been read."""

        def __init__(self, rows: list[QueueRow]) -> None:
            super().__init__()
            self.rows = rows

    def follow(self, seen: Seen) -> None:
        """Show what the watcher has seen, as far as it is on the screen."""
        if any(hasattr(screen, "model") for screen in self.app.screen_stack):
            return  # a notice is open above, and the rows are read when it is left
        self._show_head()
        in_sight = self.notices.in_sight
        touched = in_sight if seen.many else [touch.notice for touch in seen.touches if touch.notice in in_sight]
        # Handing out is no event; whoever is somewhere may have been handed it.
        touched += [each.notice for each in seen.others if each.notice in in_sight]
        if touched:
            self._read_rows(sorted(set(touched)))
        else:
            self.notices.put((), self._there())
        if seen.total != self._total:
            self._count()

    @work(thread=True, exclusive=True, group="queue-follow", exit_on_error=False)
    def _read_rows(self, numbers: list[int]) -> None:
        try:
            with self.zhupi.database.read() as connection:
                rows = rows_of(connection, self.zhupi.reviewer, numbers)
        except ZhupiError:
            return  # the next change tries again
        self.post_message(self.RowsRead(rows))

    @on(RowsRead)
    def _rows_read(self, message: RowsRead) -> None:
        self.notices.put(message.rows, self._there())

    def _there(self) -> dict[int, str]:
        """By the number of a notice: who has it open, and for how long."""
        there: dict[int, str] = {}
        for each in self.zhupi.others:
            if each.notice is not None:
                name = "you" if each.annotator == self.zhupi.reviewer else each.annotator
                minutes = minutes_since(each.since)
                there.setdefault(each.notice, f"{name} {minutes}".rstrip())
        return there
