"""The review screen: raw and normalized text side by side, one cursor, one selection, the annotations below.

Keys change the model, the model is shown at once, and the same change goes to the writer.  ``saved`` stands at the top
right only while nothing is under way; when a write fails the layer is read again, so that the screen never keeps what
the database does not hold.

``base``      the model, the view, how a change is written and told
``moving``    cursor and selection
``searching`` search in the notice
``following`` what others change meanwhile, their layers
``deciding``  suggestions
``tagging``   annotations
``progress``  reviews, regions, undo and redo
"""

from __future__ import annotations

from typing import ClassVar

import msgspec
from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message

from annotations.annotation import Annotation, Review
from annotations.errors import ZhupiError
from store.index.sets import count_notices
from store.read.notices import StoredNotice, load_notice, notice_annotations, notice_reviews
from store.read.queue import DEFAULT_STATUS
from tui.notice.model import ReviewModel
from tui.notice.moving import Moving
from tui.notice.searching import Searching
from tui.notice.view import NoticeView
from tui.review.controllers.reviewing import Progress
from tui.review.keys import REVIEW_BINDINGS, REVIEW_KEYS
from tui.widgets.status_line import Part


class ReadNotice(msgspec.Struct, frozen=True):
    """A notice as it was read for one annotator, and where to put the cursor."""

    stored: StoredNotice
    items: list[Annotation]
    review: Review | None
    total: int
    at: int | None
    said: Part | None


class ReviewScreen(Moving, Searching, Progress):
    """One notice; dismissed with the number of the notice that was open last.

    Args:
        number: the notice to open.
    """

    BINDINGS: ClassVar[list[BindingType]] = REVIEW_BINDINGS
    """See ``tui.review.keys``, where the table stands."""

    class Loaded(Message):
        """A notice has been read."""

        def __init__(self, read: ReadNotice) -> None:
            super().__init__()
            self.read = read

    class Refused(Message):
        """A notice could not be read."""

        def __init__(self, number: int, error: ZhupiError) -> None:
            super().__init__()
            self.number = number
            self.error = error

    def compose(self) -> ComposeResult:
        """All is shown by the view."""
        yield NoticeView(self.zhupi.labels, self.zhupi.reviewer)

    def on_mount(self) -> None:
        """Read the notice, and go where the reviewer left it."""
        self.load(self.number, at=self.zhupi.place_in(self.number))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # textual's
        """Where the terminal is too small to show the notice, no key changes what nobody sees."""
        return not self.is_mounted or not self.view.has_class("-tiny") or action in ("help", "leave")

    def action_help(self) -> None:
        """Show the keys."""
        from store.project.settings import guideline_of  # noqa: PLC0415  # only when asked for
        from tui.forms.help import HelpScreen  # noqa: PLC0415  # as above

        zhupi = self.zhupi
        help_screen = HelpScreen("Review", zhupi.keys.help(REVIEW_KEYS), zhupi.labels, guideline_of(zhupi.database))
        self.app.push_screen(help_screen)

    # Reading a notice

    def load(self, number: int, *, at: int | None = None, said: Part | None = None) -> None:
        """Open another notice.

        Args:
            number: its number.
            at: a raw offset to put the cursor on; None is the start of the normalized text.
            said: what to say when it is open.
        """
        self.ready.clear()
        self._read(number, at, said)

    @work(thread=True, exclusive=True, group="load", exit_on_error=False)
    def _read(self, number: int, at: int | None, said: Part | None) -> None:
        me = self.zhupi.reviewer
        try:
            with self.zhupi.database.read() as connection:
                read = ReadNotice(
                    stored=load_notice(connection, number),
                    items=notice_annotations(connection, number),
                    review=next((each for each in notice_reviews(connection, number) if each.annotator == me), None),
                    total=count_notices(connection),
                    at=at,
                    said=said,
                )
        except ZhupiError as error:
            self.post_message(self.Refused(number, error))
        else:
            self.post_message(self.Loaded(read))

    @on(Loaded)
    def _loaded(self, message: Loaded) -> None:
        read = message.read
        if read.stored.number != self.number:
            self._stale = None
        self.number, self._total = read.stored.number, read.total
        self._review = read.review.status if read.review is not None else DEFAULT_STATUS
        self._comment = read.review.comment if read.review is not None else None
        first = self.model is None
        self.model = ReviewModel(read.stored, read.items, self.zhupi.reviewer)
        self._unread, self._saved = None, read.items
        self._goal = None
        if read.at is not None:
            if first:
                self.model.focus(self.zhupi.last_pane)
            # What was kept may be from another database that stood in this place.
            self.model.go_to_raw(max(0, min(read.at, len(read.stored.notice.raw) - 1)))
        self.view.open(self.model, read.said or self._about_drafts(first=first))
        self._show_status()
        self.ready.set()
        # Something may have been seen while this was read.
        self.catch_up()

    def _about_drafts(self, *, first: bool) -> Part | None:
        """That a form was being filled in here when the app last ended."""
        kinds = [key.split(" ")[1] for key in self.zhupi.drafts.of(f"{self.number} ")] if first else []
        ids = {"comment": "review.comment", "attributes": "review.attributes", "flag": "review.flag"}
        if not kinds or kinds[0] not in ids:
            return None
        return f"what you were typing is kept: {self.zhupi.keys.shown(ids[kinds[0]])} goes on with it", "good"

    @on(Refused)
    def _refused(self, message: Refused) -> None:
        if self.model is None:
            self._unread = self.zhupi.brief(message.error)
        elif message.number == self.number:
            # A change could not be written, and what is there cannot be read: what was there last, until it can.
            self.model.take_again(self._saved)
            self._moved()
            self._read_later("read again")
        else:
            self.say(self.zhupi.told(message.error), "bad")
        self._show_status()
        self.ready.set()
