"""The desk: the open notice, its view, and the way that changes take to the database.

All controllers of a screen with a notice share one desk, which lives as long as the screen.  A key changes the model at
once, the view shows the model, and the same change is queued for the writer.  When a write fails, the annotations are
read again, so that the screen never shows what the database does not hold.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec
from msgspec.structs import replace

from annotations.annotation import Annotation, Review, ReviewStatus, clip
from annotations.errors import ZhupiError
from annotations.labels import LabelSet
from annotations.notice import FIELDS, Notice, NoticeFields, doubtful, is_unsure
from annotations.notice_attributes import NoticeValue, all_declared, value_words
from annotations.questions import Question
from annotations.regions import Region
from annotations.relabelling import followed
from annotations.spans import RawSpan
from store.db.sqlite import Connection
from store.errors import ReplacedError
from store.index.filters import QueueFilter
from store.index.numbers import count_notices
from store.log.events import ConflictError
from store.log.questions import notice_questions
from store.log.rows import load_regions
from store.read.notices import StoredNotice, load_notice, notice_fields, notice_reviews
from store.read.queue import ALL, DEFAULT_STATUS
from tui.notice.contents import Contents
from tui.notice.model import NoticeModel
from tui.notice.view import NoticeView
from tui.screen import Host
from tui.session.reads import Reads, Start
from tui.session.saving import Saving
from tui.session.session import Said, Session, Unsaved
from tui.terminal.display import line
from tui.terminal.width import cells
from tui.text.linked_cursor import PaneName
from tui.widgets.status_line import Part
from tui.widgets.text_pane import TextPane

if TYPE_CHECKING:
    from tui.forms.form import StandingScreen

R = TypeVar("R")

_OTHER_LABELS: Final = "an admin has changed the labels"
_NAME_CELLS: Final = 16
"""Cells of a name in a message at most."""
_READ_AGAIN: Final = "read again"
_RETRY_INTERVAL: Final = 1.0
"""Seconds until a read that failed is tried again."""


class _Opened(msgspec.Struct, frozen=True):
    """A notice as it was read, with the review of the annotator and the number of all notices."""

    stored: StoredNotice
    said: Said
    review: Review | None
    total: int
    hits: list[RawSpan]
    """The hits of the queue's search, or what the notice was opened for."""
    searched: str
    """The queue's search; "" where the hits are not of it."""
    waiting: Question | None
    """A question that waits for whoever looks."""


class _Reread(msgspec.Struct, frozen=True):
    """What others may have changed of the open notice, as it was read again."""

    said: Said
    review: Review | None
    regions: tuple[Region, ...]
    fields: NoticeFields


class Desk:
    """The open notice of one reviewer; one notice after the other is opened on the same desk.

    Args:
        session: the session of the reviewer.
        host: shows forms and remembers the place.
        view: shows the notice.
        ready: set while keys are meant for the notice that is shown.
        start: runs a coroutine on the event loop.
        queue: the filter that the next and previous notices come from.
        contents: what is read and shown; None edits the layer of the reviewer.
    """

    def __init__(
        self,
        session: Session,
        host: Host,
        view: NoticeView,
        ready: asyncio.Event,
        start: Start,
        queue: QueueFilter = ALL,
        contents: Contents | None = None,
    ) -> None:
        self.session: Final = session
        self.contents: Final = Contents(session.reviewer) if contents is None else contents
        self.host: Final = host
        self.view: Final = view
        self.ready: Final = ready
        self.queue: Final = queue
        self.reads: Final = Reads(session.database, start)
        self.saving: Final = Saving(session, start, self.show_status, ready)
        self.number = 0
        """The number of the open notice, or of the one to be opened first."""
        self.review: ReviewStatus = DEFAULT_STATUS
        """The status of the review that goes with the layer."""
        self.comment: str | None = None
        """The comment of that review."""
        self.attributes: dict[str, NoticeValue] = {}
        """The attributes of the whole notice that have a value in that review."""
        self.goal: int | None = None
        """The goal column: the cell that the cursor keeps to while it moves by rows; None is the cell where it is."""
        self.on_conflict: Callable[[ConflictError], None] | None = None
        """Called with the conflict of each change that was refused because somebody else had changed the same thing."""
        self.on_replaced: Callable[[ReplacedError], None] | None = None
        """Called with the error of each change that was refused because the database is another file by now."""
        self.on_shown: list[Callable[[], None]] = []
        """Called whenever the model is shown: what is said about the notice may have changed."""
        self.about_notice: Callable[[int], Part | None] = lambda _: None
        """Gives a message about the notice of a number when it is opened, and not read again."""
        self._model: NoticeModel | None = None
        self._total = 0
        self._stale_reason: str | None = None
        self._saved = Said([])
        self._retry_timer: asyncio.TimerHandle | None = None

    def close(self) -> None:
        """Drop all reads: the screen is gone."""
        self._keep_unsaved()
        self.reads.stop()
        self._cancel_retry()

    # What is open

    @property
    def is_open(self) -> bool:
        """Whether a notice is open."""
        return self._model is not None

    @property
    def annotator(self) -> str:
        """Whose layer is edited."""
        return self.contents.annotator

    @property
    def model(self) -> NoticeModel:
        """The model of the open notice.

        Raises:
            LookupError: no notice is open; screens let no action through then.
        """
        if self._model is None:
            raise LookupError("no notice is open")
        return self._model

    @property
    def title(self) -> str:
        """The title of the open notice as a message has it, or else its doc."""
        notice = self.model.notice
        return clip(notice.title or notice.doc)

    @property
    def pane(self) -> TextPane:
        """The pane with the cursor."""
        return self.view.panes[self.model.pane]

    def say(self, text: str, look: str = "plain") -> None:
        """Show a message beside the count of annotations, until the next motion."""
        self.view.say(text, look)

    def say_with_keys(self, text: str, keys: str, look: str = "plain") -> None:
        """As ``say``; where room is short ``text`` is cut, and not what is said of keys behind it."""
        if keys:
            text = line(text, max(1, self.view.message_room - cells(keys))) + keys
        self.say(text, look)

    def ask(self, form: StandingScreen[R], then: Callable[[R | None], None]) -> Awaitable[None]:
        """Show a form below the texts, where the list stands; ``then`` gets the answer, or None where it was left.

        Awaiting the result waits until the form is shown.
        """
        form.stand_below(self.view)
        return self.host.ask(form, then)

    def key(self, binding_id: str) -> str:
        """The first key of a binding, as a message names it."""
        return self.view.keys.shown(binding_id)

    def take_review(self, review: Review | None) -> None:
        """Show another review as the one that goes with the layer; None is none."""
        self.review = review.status if review is not None else DEFAULT_STATUS
        self.comment = review.comment if review is not None else None
        self.attributes = review.attributes if review is not None else {}

    @property
    def told_of_notice(self) -> str:
        """What is said about the whole notice, in words: ``topic 水 · urgent yes``; "nothing" where nothing is."""
        named = all_declared(self.session.labels.notice, self.attributes).items()
        return " · ".join(f"{name} {value_words(value)}" for name, value in named if value is not None) or "nothing"

    def show_status(self) -> None:
        """Show in the head which notice is open, who else has it open, and whether everything is saved."""
        self.view.show_notice_values(len(self.attributes), len(self.session.labels.notice))
        here = sorted({each.annotator for each in self.session.others if each.notice == self.number})
        self.view.show_head(self.number, self._total, self.review, self.saving.status, here)

    def moved(self, pointed: PaneName | None = None) -> None:
        """Show the model after a change or a motion.

        Args:
            pointed: the pane under the mouse, which does not scroll away from it.
        """
        self.view.moved(self.view.panes[pointed] if pointed is not None else None)
        self._is_shown()

    def _is_shown(self) -> None:
        self.show_status()
        for follow in self.on_shown:
            follow()

    def jumped(self, pointed: PaneName | None = None) -> None:
        """As ``moved``, for a motion that is not by rows: it forgets the goal column."""
        self.goal = None
        self.moved(pointed)

    def go_to(self, item: Annotation) -> None:
        """Choose an annotation and put the cursor on its first character."""
        self.model.drop_selection()
        self.model.choose(item)
        self.jumped()

    # Opening

    def load(
        self,
        number: int,
        *,
        at: int | None = None,
        message: Part | None = None,
        refused: bool = False,
        hits: Sequence[RawSpan] = (),
        at_once: bool = False,
    ) -> None:
        """Open another notice, or the same one again; keys wait until it is shown.

        Args:
            number: the number of the notice.
            at: the raw offset (code points) of the cursor; None is where the contents begin (``Contents.model``).
            message: what to say once it is open.
            hits: what is marked in it as hits of a search.
            refused: whether a change of what is shown was refused, so that it is not what will be stored.
            at_once: whether it is read before this returns, for the first paint of the app.
        """
        self.ready.clear()
        if refused:
            self.session.unsaved.pop((self.annotator, self.number), None)
        else:
            self._keep_unsaved()
        owner, search = self.annotator, self.queue.search
        # The same notice keeps its own search and the layers that are shown, and the hits that were cleared stay so.
        kept = self._model if self._model is not None and number == self.number else None
        unsaved = self.session.unsaved.get((owner, number))

        def read(connection: Connection) -> _Opened:
            stored = load_notice(connection, number)
            return _Opened(
                stored=stored,
                said=self.contents.read(connection, number),
                review=_review_of(connection, number, owner),
                total=count_notices(connection),
                hits=[*hits] if hits or not search or kept is not None else _hits_of(search, stored.notice),
                searched="" if hits else search,
                waiting=next((each for each in notice_questions(connection, number) if each.waits_for(owner)), None),
            )

        def then(opened: _Opened) -> None:
            self._opened(opened, unsaved, at, message, kept)

        def failed(error: ZhupiError) -> None:
            self._not_opened(number, error)

        if at_once:
            self.reads.read_at_once(read, then, failed)
        else:
            self.reads.read("load", read, then, failed)

    def reload(self, message: Part) -> None:
        """Read the notice again; the cursor stays where it is."""
        self._reload(message)

    def _reload(self, message: Part, *, refused: bool = False) -> None:
        at = self.model.raw_cursor.start if self.is_open else None
        self.load(self.number, at=at, message=message, refused=refused)

    def _keep_unsaved(self) -> None:
        """Keep what is shown for whoever opens the notice before its changes are saved."""
        if not self.saving.under_way:
            self.session.unsaved.clear()
        elif self.is_open:
            unsaved = Unsaved(self.model.said, self.review, self.comment, self.attributes)
            self.session.unsaved[self.annotator, self.number] = unsaved

    def _opened(
        self, opened: _Opened, unsaved: Unsaved | None, at: int | None, message: Part | None, kept: NoticeModel | None
    ) -> None:
        if opened.stored.number != self.number:
            self._stale_reason = None
        self.number, self._total = opened.stored.number, opened.total
        self.take_review(opened.review)
        said = opened.said
        if unsaved is not None:
            # The database does not have all changes of one's own yet.
            said, self.review, self.comment = unsaved.said, unsaved.review, unsaved.comment
            self.attributes = unsaved.attributes
        if unsaved is not None or self.saving.under_way:
            self._stale_reason = _READ_AGAIN
        first = not self.is_open
        model = self._model = self.contents.model(opened.stored, said)
        self.saving.unread, self._saved = None, opened.said
        self.goal = None
        if at is not None:
            if first:
                model.focus(self.session.state.pane)
            # The offset may be from another database that stood at the same path before.
            model.go_to_raw(max(0, min(at, len(opened.stored.notice.raw) - 1)))
        about = self.about_notice(self.number) if kept is None else None
        if about is not None:
            message = (f"{message[0]} · {about[0]}", about[1]) if message is not None else about
        if kept is not None:
            model.searched, model.hits = kept.searched, kept.hits
            if kept.others_shown and self.session.may("see the layers of others"):
                model.show_others(kept.others_shown)
        elif opened.hits:
            message = self._mark_hits(model, opened, at, message)
        self.session.searched = self.queue.search
        self.view.open(model, message or self._about_question(opened.waiting) or self._about_doubts(model))
        self._is_shown()
        self.ready.set()
        self.host.place_changed()
        # Others may have changed the notice while it was read.
        self.catch_up()

    def _mark_hits(self, model: NoticeModel, opened: _Opened, at: int | None, message: Part | None) -> Part | None:
        """Mark the hits, and go to the first one of a search; returns the message, about that where there is none."""
        model.searched, model.hits = opened.searched, opened.hits
        if not opened.searched:
            return message
        if at is None or self.session.searched != opened.searched:
            # Else it is opened again under the search under which it was left.
            model.go_to_raw(model.hits_in_pane[0].start)
        number = model.next_hit(1, include_cursor=True)
        return message or (self.about_hit(number or 0), "dim")

    def about_hit(self, number: int) -> str:
        """A message about the hit of this number, of those that the pane with the cursor shows."""
        model = self.model
        shown = model.hits_in_pane
        others = len(model.hits) - len(shown)
        left_out = f", {others:,} more in what is left out" if others else ""
        return f"{number + 1:,} of {len(shown):,}: {model.searched}{left_out}"

    def _about_question(self, question: Question | None) -> Part | None:
        """A message that a question waits for the reviewer; None where none does."""
        if question is None:
            return None
        asks = f"{line(question.annotator, _NAME_CELLS)} asks {clip(question.text)}"
        return f"{asks}: {self.key('review.question') or 'the palette'} answers", "warn"

    def _about_doubts(self, model: NoticeModel) -> Part | None:
        """A message about what the page does not tell for certain; None where there is nothing."""
        flags = model.notice.flags
        doubts = [flag for field in FIELDS if is_unsure(flags, field) for flag in doubtful(flags, field)]
        if not doubts:
            return None
        return f"{', '.join(doubts)}: {self.key('review.fields') or 'the palette'} sets it right", "warn"

    def _not_opened(self, number: int, error: ZhupiError) -> None:
        if not self.is_open:
            self.saving.unread = self.session.short_message(error)
        elif number == self.number:
            # A change could not be written, and the annotations could not be read again.  What was read last is shown
            # until that succeeds.
            self.model.update(self._saved)
            self.moved()
            self._retry_later(_READ_AGAIN)
        else:
            self.say(self.session.message(error), "bad")
        self.show_status()
        self.ready.set()

    # Writing

    def write(
        self, function: Callable[[], R], done: Callable[[R], None] | None = None, *, keys_wait: bool = False
    ) -> None:
        """Queue a change for the writer; the status in the head shows how it goes.

        Where it fails, the reason is shown and the notice is read again; where the database was replaced, what could
        not be saved stays on the screen.

        Args:
            function: makes the change, in the thread of the writer.
            done: called with the result of ``function``.
            keys_wait: whether keys wait until it is done, as far as that can be waited for.
        """

        def is_done(result: R) -> None:
            if done is not None:
                done(result)
            self._remember_saved()
            self.catch_up()

        def has_failed(error: ZhupiError) -> None:
            message = self.session.message(error)
            self.say(message, "bad")
            if isinstance(error, ReplacedError) and self.on_replaced is not None:
                # What was read anew would lack it, and nowhere else is it kept.
                self.on_replaced(error)
                return
            self._reload((message, "bad"), refused=True)
            if isinstance(error, ConflictError) and self.on_conflict is not None:
                self.on_conflict(error)

        self.saving.write(function, is_done, has_failed, keys_wait=keys_wait)

    def saving_turned(self) -> None:
        """Show that changes are held up; once they are saved, that what is shown is what the database holds."""
        self.saving.turned()
        self.catch_up()

    def _remember_saved(self) -> None:
        """Remember what the database holds, once no change is under way."""
        if self.is_open and not self.saving.under_way:
            self._saved = self.model.said

    # Catching up with others

    def mark_stale(self, reason: str) -> None:
        """Note that others changed what is shown; ``reason`` is the message for when it has been read again."""
        self._stale_reason = reason

    def use_labels(self, labels: LabelSet) -> None:
        """Show what the notice has under another label set, which was stored meanwhile."""
        self._saved = replace(self._saved, items=[followed(item, labels) for item in self._saved.items])
        if self.is_open:
            self.model.use_labels(labels)
            self.moved()
            self.say(_OTHER_LABELS, "warn")
            self.mark_stale(_OTHER_LABELS)
            self.catch_up()

    def read_again(self) -> None:
        """Show what the notice has by now: it may have been changed on a screen that was on top."""
        self.mark_stale(_READ_AGAIN)
        self.catch_up()

    def catch_up(self) -> None:
        """Read the annotations again where others changed them, once no change of one's own is under way."""
        if self._stale_reason is None or not self.is_open or self.saving.under_way or not self.ready.is_set():
            return
        reason, self._stale_reason = self._stale_reason, None
        model, shown, owner = self.model, self.model.items, self.annotator

        def read(connection: Connection) -> _Reread:
            number = model.number
            return _Reread(
                said=self.contents.read(connection, number),
                review=_review_of(connection, number, owner),
                regions=load_regions(connection, number),
                fields=notice_fields(connection, number),
            )

        self.reads.read(
            "reread",
            read,
            lambda found: self._caught_up(model, shown, found, reason),
            lambda _: self._retry_later(reason),
        )

    def _caught_up(
        self,
        model: NoticeModel,
        shown: list[Annotation],
        found: _Reread,
        reason: str,
    ) -> None:
        if model is not self._model:
            return
        if shown is not model.items or self.saving.under_way or not self.ready.is_set():
            # A change of one's own was made while this was read, and the result may lack it.
            self._stale_reason = reason
            self.catch_up()
            return
        if found.regions != model.notice.regions or found.fields != model.notice.fields:
            # Other regions are kept, so the normalized text has changed too; or the head shows other fields.
            self.reload((reason, "warn"))
            return
        self._saved = found.said
        is_as_shown = self.has_review(found.review)
        self.take_review(found.review)
        if model.update(found.said) or not is_as_shown:
            self.moved()
            self.say(reason, "warn")

    def has_review(self, review: Review | None) -> bool:
        """Whether this is what is shown of the review that goes with the layer; None is none."""
        shown = (self.review, self.comment, self.attributes)
        return shown == (
            (DEFAULT_STATUS, None, {}) if review is None else (review.status, review.comment, review.attributes)
        )

    def _retry_later(self, reason: str) -> None:
        """Try to read the annotations again later; the writer reports what is wrong with the disk."""
        self._stale_reason = reason
        self._cancel_retry()
        self._retry_timer = asyncio.get_running_loop().call_later(_RETRY_INTERVAL, self.catch_up)

    def _cancel_retry(self) -> None:
        if self._retry_timer is not None:
            self._retry_timer.cancel()
            self._retry_timer = None


def _review_of(connection: Connection, number: int, annotator: str) -> Review | None:
    return next((each for each in notice_reviews(connection, number) if each.annotator == annotator), None)


def _hits_of(search: str, notice: Notice) -> list[RawSpan]:
    """The hits of a search of the queue in a notice: all places of all of its terms."""
    from annotations.locate.finding import Finder  # noqa: PLC0415  # it imports the normalizer, which is slow

    finder = Finder(notice)
    return sorted({hit for term in search.split() for hit in finder.find(term)})
