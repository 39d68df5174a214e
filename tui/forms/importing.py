"""The form that imports pages within the app: a path, a progress bar, and what was refused.

The import runs in a thread and commits in batches, so that reviewing goes on meanwhile.  A cancelled import keeps what
is committed; importing again adds only the rest.
"""

from __future__ import annotations

import asyncio
import shlex
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static
from textual.worker import Worker, WorkerState

from annotations.counts import counted
from annotations.errors import ZhupiError
from store.intake.sources import Item
from tui.forms.form import FormScreen
from tui.forms.path_completion import complete
from tui.session.session import Session
from tui.terminal.display import ELLIPSIS, line
from tui.widgets.field import TextField

if TYPE_CHECKING:
    from store.intake.ingest import IngestReport

_MOST_REFUSALS = 4
"""Refusals that are shown; further ones are counted."""
_BAR = 24
_HINT = "enter imports   tab completes   esc leaves"
_WIDTH = 72
_REFUSAL = 66
"""Cells of a row of a refusal."""


class ImportScreen(FormScreen[bool]):
    """Imports files and folders; dismissed with whether any notice was added.

    Args:
        session: the session of the reviewer.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "start", "import", id="import.start", priority=True),
        Binding("tab", "complete", "complete the path", id="import.complete", priority=True),
        Binding("escape,ctrl+q", "leave", "cancel, close", id="import.leave", priority=True),
    ]
    """
    | Key | Does |
    | --- | --- |
    | `enter` | import; close when all is imported |
    | `tab` | complete the path |
    | `esc` | cancel; close |
    """

    DEFAULT_CSS = """
    ImportScreen {
        & Static { margin-top: 1; }
    }
    """

    class Progressed(Message):
        """So many percent of the bytes have been read."""

        def __init__(self, percent: int) -> None:
            super().__init__()
            self.percent = percent

        def can_replace(self, message: Message) -> bool:
            """Of a burst of these messages only the last one counts."""
            return isinstance(message, ImportScreen.Progressed)

    class Ended(Message):
        """The import has ended or was cancelled; ``error`` says what went wrong, None where nothing did."""

        def __init__(self, report: IngestReport | None, refused: list[str], error: str | None) -> None:
            super().__init__()
            self.report = report
            self.refused = refused
            self.error = error

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._cancelled = threading.Event()
        self._importing = False
        self._added = 0
        """How many notices were added."""
        self._imported = ""
        """What was named when the last import began."""
        self._complete = False
        """Whether all that was named is imported."""

    @property
    def first(self) -> TextField:
        """The field for the path."""
        return self.query_one(TextField)

    def heading(self, room: int) -> Content:
        """What it is."""
        del room
        return Content(" Import ")

    def compose(self) -> ComposeResult:
        """A field for the path, and a line for the outcome."""
        with Vertical():
            yield TextField(placeholder='files or folders, ~ for home; " " around a name with spaces')
            yield Static(self._hint(_HINT))

    def hang_up(self) -> None:
        """Let a running import end: the process waits for its thread."""
        super().hang_up()
        self._cancelled.set()

    def action_start(self) -> None:
        """Import; close the form once that is done.

        Where something was refused, the names can be mended: what is named otherwise then is imported.
        """
        if self._importing:
            return
        if self._complete or (self._added and self.first.value == self._imported):
            self.dismiss(self._added > 0)
            return
        try:
            names = shlex.split(self.first.value)
        except ValueError as error:
            self._show_message(f"cannot be read as names: {error}", "$error")
            return
        if not names:
            self._show_message("name a file or a folder", "$warning")
            return
        self._importing, self._imported = True, self.first.value
        self.first.disabled = True
        self._show_message("importing…")
        self._import(names)

    def action_leave(self) -> None:
        """Cancel the running import; otherwise close the form."""
        if self._importing:
            self._cancelled.set()
            self._show_message("cancelling: what is committed stays")
        else:
            self.dismiss(self._added > 0)

    async def action_complete(self) -> None:
        """Complete the path at the end of the field; where several fit, show them."""
        field = self.first
        if self._importing or self._complete or field.cursor_position < len(field.value):
            return
        # The folder may be on a slow disk, or hold very many names.
        text = field.value
        completion = await asyncio.to_thread(complete, text)
        if field.value != text:
            return
        if completion.text != text:
            field.value = completion.text
            field.cursor_position = len(completion.text)
        choices = "  ".join(completion.choices)
        if choices:
            self._show_message(choices, "$secondary")
        elif completion.text == text:
            self._show_message("no path begins so", "$warning")
        else:
            self._show_hint()

    @work(thread=True, group="import", exit_on_error=False)
    def _import(self, names: list[str]) -> None:
        from store.intake.ingest import ingest  # noqa: PLC0415  # it imports the normalizer, which is slow
        from store.intake.sources import read_sources  # noqa: PLC0415  # as above

        def progress(done: int, total: int) -> None:
            self.post_message(self.Progressed(100 * done // total if total else 0))

        refused: list[str] = []
        report = error = None
        try:
            items = read_sources([str(Path(name).expanduser()) for name in names], progress=progress)
            report = ingest(
                self._session.database, self._until_cancelled(items), self._session.reviewer, refused.append
            )
        except (ZhupiError, OSError) as failure:
            error = str(failure)
        self.post_message(self.Ended(report, refused, error))

    def _until_cancelled(self, items: Iterator[Item]) -> Iterator[Item]:
        for item in items:
            if self._cancelled.is_set():
                return
            yield item

    @on(Progressed)
    def _progressed(self, message: Progressed) -> None:
        if self._importing and not self._cancelled.is_set():
            filled = _BAR * message.percent // 100
            self._show_message(f"{'▰' * filled}{'▱' * (_BAR - filled)} {message.percent} %   esc cancels")

    @on(Ended)
    def _ended(self, message: Ended) -> None:
        self._importing = False
        report = message.report
        cancelled = self._cancelled.is_set()
        self._complete = report is not None and not report.refused and not cancelled
        self._added += report.added if report is not None else 0
        if not self._complete:
            # What was wrong with the names or the files can be mended.
            self._cancelled.clear()
            self.first.disabled = False
            self.first.focus()
        if report is None:
            self._show_message(f"not imported: {message.error}", "$error")
            return
        summary = f"{report.added:,} added, {report.existing:,} already there, {report.refused:,} refused"
        if report.annotations or report.reviews:
            summary += f"; {counted(report.annotations, 'annotation')} and {counted(report.reviews, 'review')}"
        if cancelled:
            summary = f"cancelled: {summary}"
        shown = message.refused[:_MOST_REFUSALS]
        if len(message.refused) > _MOST_REFUSALS:
            shown.append(f"and {len(message.refused) - _MOST_REFUSALS:,} more; `zhupi import` names them all")
        if report.on_strangers is not None:
            shown.append(report.on_strangers)
        self._show_message(summary, "$success" if not message.refused else "$warning", shown)

    @on(Worker.StateChanged)
    def _worker_failed(self, event: Worker.StateChanged) -> None:
        """Show an unexpected error like any other."""
        if event.state == WorkerState.ERROR:
            error = event.worker.error
            self.post_message(self.Ended(None, [], f"{type(error).__name__}: {error}"))

    def _show_message(self, text: str, style: str = "", more: list[str] | None = None) -> None:
        lines = [Content.styled(line(text, _WIDTH), style)]
        lines += [Content.styled(f"  {_in_two_rows(each)}", "$secondary") for each in more or []]
        if self._complete:
            lines.append(self._hint("enter closes"))
        elif self._added and not self._importing:
            lines.append(self._hint("enter closes; other names are imported"))
        self.query_one(Static).update(Content("\n").join(lines))

    def _show_hint(self) -> None:
        self.query_one(Static).update(self._hint(_HINT))

    @staticmethod
    def _hint(text: str) -> Content:
        return Content.styled(text, "$secondary")


def _in_two_rows(text: str) -> str:
    """A refusal; of one too long for two rows the beginning and the end, which has the reason."""
    shown = line(text, 2 * _REFUSAL)
    return shown if not shown.endswith(ELLIPSIS) else line(text, _REFUSAL) + line(text[-_REFUSAL // 2 :], _REFUSAL)
