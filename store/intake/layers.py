"""What people marked with other tools, into the layer of somebody here: one step, which undo takes back as one.

The events are those of whoever imports; the annotations are in the layer that was named.  A document is matched with
its notice by its text, or becomes a new notice; new notices stay when the step is undone.  Whatever is not taken is
refused by name or counted: nothing is lost in silence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import islice
from typing import Final

import msgspec
from msgspec.structs import replace

from annotations.annotation import Annotation, Review, clip, now, reviewed
from annotations.counts import counted
from annotations.errors import AttributeValueError, LabelError, ZhupiError
from annotations.formats.foreign.document import ForeignDocument, ForeignSpan, Loss, moved
from annotations.formats.losses import Occurrences, Tally
from annotations.formats.taking import Taking, in_text_of, losses
from annotations.labels import LabelSet
from annotations.locate.spacing import without_space
from annotations.notice import Notice
from annotations.value_checks import is_storable
from store.db.database import Database
from store.db.sqlite import Connection
from store.db.turns import in_turns
from store.errors import AmbiguousError, SourceError
from store.index.copy_groups import group_of
from store.input.decoding import is_blank
from store.intake.finished import notice_of
from store.intake.matching import Matching
from store.intake.sources import Refusal, Source, oversize
from store.intake.sources.items import require_storable
from store.log.events import Change, ConflictError, annotation_change
from store.log.rows import load
from store.project.settings import labels_in, labels_of
from store.read.notices import annotations_at, find_notice, load_notice, notice_number
from store.write.notices import add_notice
from store.write.record import Batch, record, surroundings_of
from store.write.search import index_long_texts

ACTION: Final = "import layer"
"""What the log calls it."""

_BATCH: Final = 64
"""Documents that are matched before they are stored."""
_PIECE: Final = 25
"""Annotations of one document that are stored in one piece: so many take less than a turn."""
_MOST_NAMED: Final = 8
"""How many ids of notices with the same text are listed."""

_NOT_TAKEN: Final[Mapping[str, tuple[str, str]]] = {
    "suggested": ("suggestions", "suggestions"),
    "rejected": ("rejected_texts", "rejected_spans"),
    "skipped": ("skipped_texts", "skipped_texts"),
    "drafts": ("drafts", "drafts"),
}
"""What is not said is counted as: of a document, and of a span."""


class LayerImport(msgspec.Struct, frozen=True, kw_only=True):
    """What is imported for whom.

    ``annotator`` is whose layer it goes into.  ``labels`` are labels of the files that are called otherwise here, each
    with its name here.  ``said_by`` takes only what one person said, by the name that the files have for them.
    """

    annotator: str
    labels: Mapping[str, str] = {}
    said_by: str | None = None
    dry_run: bool = False


class LayerReport(msgspec.Struct):
    """What an import into a layer did, or would do.

    ``documents`` were looked at, of which ``matched`` are notices that were there and ``added`` new ones.
    ``annotations`` were added, ``existing`` were there already or were deleted here since; ``reviews`` counts notices
    that are done now, or have a comment now.  ``unknown_labels`` counts the spans of each label that the project does
    not have.  ``near_copies`` are new notices whose texts are nearly those of notices that were there: a tool may have
    changed a text.  ``unused_names`` are labels that were to be called otherwise, and that no file has.
    """

    documents: int = 0
    matched: int = 0
    added: int = 0
    annotations: int = 0
    existing: int = 0
    reviews: int = 0
    refused: int = 0
    unknown_labels: dict[str, int] = msgspec.field(default_factory=dict)
    not_taken: Tally = msgspec.field(default_factory=Tally)
    near_copies: Occurrences = msgspec.field(default_factory=Occurrences)
    unused_names: list[str] = msgspec.field(default_factory=list)


class _Place(msgspec.Struct, frozen=True):
    """Where something stands that is not taken."""

    id: str


class _Prepared(msgspec.Struct, frozen=True):
    """A document that was matched: ``number`` is that of its notice, None where the notice is new."""

    where: str
    number: int | None
    notice: Notice
    annotations: tuple[Annotation, ...]
    review: Review | None


class _Piece(msgspec.Struct, frozen=True):
    """What is stored of a document in one transaction: some of its annotations, with the last of them its review."""

    of: _Prepared
    annotations: tuple[Annotation, ...]
    first: bool
    review: Review | None


class _Outcome(msgspec.Struct):
    matched: int = 0
    added: int = 0
    annotations: int = 0
    existing: int = 0
    reviews: int = 0
    near_copies: list[str] = msgspec.field(default_factory=list)
    refusals: list[str] = msgspec.field(default_factory=list)


def import_layer(
    database: Database,
    documents: Iterable[ForeignDocument | Refusal],
    actor: str,
    wanted: LayerImport,
    refuse: Callable[[str], None],
    progress: Callable[[int], None] = lambda _: None,
) -> LayerReport:
    """Store what documents have.

    Args:
        database: where to.
        documents: documents and refusals, as ``store.intake.foreign`` reads them.
        actor: whose events these are: an admin.
        wanted: whose layer it is, and what is taken.
        refuse: told one line for each document or span that was refused; the rest goes on.
        progress: told how many documents have been looked at.

    Raises:
        RoleError: the actor may not import.
    """
    work = _Work(database, wanted, refuse)
    batch = Batch()
    waiting = iter(documents)
    try:
        while some := list(islice(waiting, _BATCH)):
            prepared = [work.prepared(part) for each in some for part in work.parts(each)]
            pieces = [piece for found in prepared if found is not None for piece in _pieces(found)]
            store = partial(_store, actor=actor, annotator=wanted.annotator, batch=batch, dry_run=wanted.dry_run)
            if wanted.dry_run:
                with database.read() as connection:
                    work.count(store(connection, iter(pieces)))
            else:
                for outcome in in_turns(database, pieces, store):
                    work.count(outcome)
                index_long_texts(database)
            progress(work.report.documents)
    finally:
        work.close()
    return work.finished()


class _Work:
    """One import on its way: what is matched with what, and what was counted until now."""

    def __init__(self, database: Database, wanted: LayerImport, refuse: Callable[[str], None]) -> None:
        self.report = LayerReport()
        self._connection = database.connection
        self._wanted = wanted
        self._refuse = refuse
        self._matching = Matching(database.connection)
        self._taking = Taking(labels_of(database), wanted.labels, wanted.annotator, now())
        self._unknown: Counter[str] = Counter()
        self._met: set[str] = set()
        # Who said something about which notice, by its id, as the files call them.
        self._said_by: dict[str, str] = {}

    def close(self) -> None:
        """End it."""
        self._matching.close()

    def finished(self) -> LayerReport:
        """The report, once all is done."""
        self.report.unknown_labels = dict(self._unknown.most_common())
        self.report.unused_names = sorted(self._wanted.labels.keys() - self._met)
        return self.report

    def count(self, outcome: _Outcome) -> None:
        """Count what was stored: only what is committed counts."""
        report = self.report
        report.matched += outcome.matched
        report.added += outcome.added
        report.annotations += outcome.annotations
        report.existing += outcome.existing
        report.reviews += outcome.reviews
        for where in outcome.near_copies:
            report.near_copies.add(where)
        for line in outcome.refusals:
            self._refused(line)

    def parts(self, item: ForeignDocument | Refusal) -> Iterator[ForeignDocument | Refusal]:
        """The documents of a file that does not tell where one ends: those that are notices here, and the rest."""
        text = item.text if isinstance(item, ForeignDocument) and item.joined else None
        if text is None or isinstance(item, Refusal):
            yield item
            return
        if self._matching.same_text(text) or self._matching.same_but_for_space(text):
            yield item
            return
        for number, part in enumerate(self._matching.parts(text), 1):
            spans = [each for each in item.spans if part.start <= (each.start or 0) < part.end]
            yield replace(
                item,
                text=text[part.start : part.end],
                spans=tuple(moved(each, -part.start) for each in spans),
                doc=f"{item.doc}-{number}",
                joined=False,
                where=f"{item.where} part {number}",
            )

    def prepared(self, item: ForeignDocument | Refusal) -> _Prepared | None:
        """A document with the annotations that it makes; None where nothing of it is taken."""
        if isinstance(item, Refusal):
            self._refused(f"{item.where}: {item.reason}")
            return None
        self.report.documents += 1
        if self._wanted.said_by not in (None, item.annotator):
            self._not_taken("of_other_annotators", f"{item.where} {item.annotator or ''}")
            return None
        if item.standing != "said":
            self._not_taken(_NOT_TAKEN[item.standing][0], item.where)
            return None
        try:
            number, notice = self._notice(item)
            self._require_one_annotator(notice, item)
        except ZhupiError as error:
            self._refused(f"{item.where}: {error}")
            return None
        except MemoryError:
            self._refused(f"{item.where}: there is not enough memory for it: split it")
            return None
        for loss in item.losses:
            self._lost(loss, item)
        there = in_text_of(notice, item)
        refused = self.report.refused + self._unknown.total()
        annotations = [found for each in there.spans if (found := self._annotation(notice, each, there)) is not None]
        done = item.done and refused == self.report.refused + self._unknown.total()
        items = tuple({each.id: each for each in annotations}.values())
        return _Prepared(item.where, number, notice, items, self._review(item, done=done))

    def _review(self, document: ForeignDocument, *, done: bool) -> Review | None:
        """What a document says of the whole notice; None where it says nothing."""
        comment = document.comment
        if comment is not None and not is_storable(comment):
            self._refused(f"{document.where}: its comment holds half a character, which no file can hold")
            comment = None
        if not done and comment is None:
            return None
        return Review(self._wanted.annotator, "done" if done else "open", comment, now())

    def _annotation(self, notice: Notice, span: ForeignSpan, document: ForeignDocument) -> Annotation | None:
        named = f"{document.where}{f' {span.name}' if span.name else ''}"
        if span.standing != "said":
            self._not_taken(_NOT_TAKEN[span.standing][1], named)
            return None
        if span.fault is not None:
            self._refused(f"{named}: {f'{span.label}: ' if span.label else ''}{span.fault}")
            return None
        self._met.add(span.label)
        label = self._taking.label(span.label)
        if label is None:
            self._unknown[span.label] += 1
            return None
        try:
            made = self._taking.annotation(notice, label, span, document.text)
        except ZhupiError as error:
            self._refused(f"{named}: {label.name}: {error}")
            return None
        for loss in losses(label, span):
            self._lost(loss, document)
        return made

    def _notice(self, document: ForeignDocument) -> tuple[int | None, Notice]:
        """The notice of a document, with its number where it is there already.

        Raises:
            ZhupiError: it can be no notice, or nobody can tell which one it is.
        """
        number = self._number(document)
        if number is not None:
            return number, load_notice(self._connection, number).notice
        text = document.text or ""
        require_storable(text, "the text")
        if is_blank(text):
            raise SourceError("empty: there is no text in it")
        told = oversize(text)
        if told is not None:
            raise SourceError(told)
        return None, notice_of(Source(document.doc or document.where, text, "utf-8", document.where))

    def _number(self, document: ForeignDocument) -> int | None:
        """The number of the notice that a document is: by its id and its text, by its text, by its doc.

        Raises:
            NotFoundError: it has no text, and there is no notice of that name.
            AmbiguousError: several notices have that text, and none of them that id or doc.
        """
        known = None if document.id is None else notice_number(self._connection, document.id)
        text = document.text
        if text is None:
            name = document.id or document.doc
            if name is None:
                raise SourceError("it has neither a text nor the id or doc of a notice")
            return known if known is not None else find_notice(self._connection, name)
        if known is not None:
            notice = load_notice(self._connection, known).notice
            texts = (notice.raw, notice.normalized)
            if text in texts or without_space(text) in map(without_space, texts):
                return known
        numbers = self._matching.same_text(text) or self._matching.same_but_for_space(text)
        if len(numbers) > 1:
            return self._decided(numbers, document)
        # Its notice is named and has another text by now: its spans are looked for by their quotes.
        return numbers[0] if numbers else known

    def _decided(self, numbers: list[int], document: ForeignDocument) -> int:
        """The one of several notices with one text that has the doc of a document."""
        rows = [
            self._connection.execute("SELECT id, doc FROM notices WHERE number = ?", [number]).fetchone()
            for number in numbers
        ]
        named = [number for number, row in zip(numbers, rows, strict=True) if row["doc"] == document.doc]
        if len(named) == 1:
            return named[0]
        ids = [row["id"] for row in rows[:_MOST_NAMED]] + (["…"] if len(rows) > _MOST_NAMED else [])
        raise AmbiguousError(
            f"{counted(len(rows), 'notice')} with this text: {', '.join(ids)}; name one of them by its id or doc"
        )

    def _require_one_annotator(self, notice: Notice, document: ForeignDocument) -> None:
        """Refuse what a second person said about one notice: two layers do not become one by chance."""
        if document.annotator is None:
            return
        first = self._said_by.setdefault(notice.id, document.annotator)
        if first != document.annotator:
            raise SourceError(
                f"{document.annotator} said this, and what {first} said of the same text was taken; "
                "--annotator chooses one, and each goes into a layer of their own"
            )

    def _lost(self, loss: Loss, document: ForeignDocument) -> None:
        self._not_taken(loss.kind, f"{document.where} {loss.name}".rstrip())

    def _not_taken(self, kind: str, where: str) -> None:
        self.report.not_taken.add(kind, _Place(where.rstrip()))

    def _refused(self, line: str) -> None:
        self.report.refused += 1
        self._refuse(line)


def _pieces(found: _Prepared) -> Iterator[_Piece]:
    """A document as it is stored; one without annotations is one piece."""
    items = found.annotations
    for at in range(0, max(len(items), 1), _PIECE):
        yield _Piece(found, items[at : at + _PIECE], at == 0, found.review if at + _PIECE >= len(items) else None)


def _store(
    connection: Connection, pieces: Iterator[_Piece], *, actor: str, annotator: str, batch: Batch, dry_run: bool
) -> _Outcome:
    """Store pieces, or only look what would be stored."""
    outcome, labels = _Outcome(), labels_in(connection)
    at = around = None
    for piece in pieces:
        number = _number_of(connection, piece, actor, outcome, dry_run=dry_run)
        others = _others(connection, number, piece, annotator, labels)
        if number is not None and number != at:
            # Pieces of one document come one behind the other.
            at, around = number, surroundings_of(connection, number)
        for item in piece.annotations:
            try:
                fresh = _is_fresh(connection, item, others.get((item.label, item.start, item.end)))
                if fresh and number is not None and not dry_run:
                    change = annotation_change(number, None, item)
                    record(connection, actor, ACTION, change, batch=batch, labels=labels, around=around)
            except (ConflictError, LabelError, AttributeValueError) as error:
                outcome.refusals.append(f"{piece.of.where}: {error}")
            else:
                outcome.annotations += fresh
                outcome.existing += not fresh
        if piece.review is not None:
            _store_review(connection, number, piece, actor, outcome, batch, dry_run=dry_run)
    return outcome


def _others(
    connection: Connection, number: int | None, piece: _Piece, annotator: str, labels: LabelSet
) -> dict[tuple[str, int, int], Annotation]:
    """What else the layer has where annotations of a piece begin, by label and span."""
    if number is None:
        return {}
    known = {each.id for each in piece.of.annotations}
    there = annotations_at(connection, number, annotator, {each.start for each in piece.annotations}, labels)
    return {(each.label, each.start, each.end): each for each in there if each.id not in known}


def _store_review(
    connection: Connection,
    number: int | None,
    piece: _Piece,
    actor: str,
    outcome: _Outcome,
    batch: Batch,
    *,
    dry_run: bool,
) -> None:
    """Store what a document says of the whole notice; what its annotator said here of that stays."""
    review = piece.review
    if review is None:
        return
    there = None if number is None else load(connection, "review", review.annotator, number)
    if isinstance(there, Review):
        status = review.status if there.status == "open" else there.status
        review = reviewed(there, review.annotator, status, there.comment or review.comment, review.updated_at)
        if (review.status, review.comment) == (there.status, there.comment):
            return
    outcome.reviews += 1
    if number is not None and not dry_run:
        change = Change(number, "review", review.annotator, there, review)
        record(connection, actor, ACTION, change, batch=batch)


def _number_of(connection: Connection, piece: _Piece, actor: str, outcome: _Outcome, *, dry_run: bool) -> int | None:
    """The number of the notice of a piece, which is added where it is not there; None where that is not done."""
    notice, number = piece.of.notice, piece.of.number
    number = notice_number(connection, notice.id) if number is None else number
    added = number is None
    if number is None and not dry_run:
        number = add_notice(connection, actor, notice)
        if number is not None and group_of(connection, number) is not None:
            outcome.near_copies.append(piece.of.where)
    if piece.first:
        outcome.added += added
        outcome.matched += not added
    return number


def _is_fresh(connection: Connection, item: Annotation, other: Annotation | None) -> bool:
    """Whether an annotation is to be stored: not where it is there, or was deleted since it was imported.

    Args:
        connection: where to look.
        item: the annotation.
        other: what else the layer has on the same span under the same label.

    Raises:
        ConflictError: the layer says something else of that span and label.
    """
    last = connection.execute(
        "SELECT action, after FROM events WHERE entity = 'annotation' AND key = ? ORDER BY number DESC LIMIT 1",
        [item.id],
    ).fetchone()
    if last is not None:
        # An undo of the import took it away, so that it may come again; what somebody deleted stays deleted.
        return last["after"] is None and last["action"] == "undo"
    if other is None:
        return True
    told = f"{other.label} {clip(other.text)}"
    if other.status == "rejected":
        raise ConflictError(f"{other.annotator} has rejected {told} here; nothing was changed")
    values = {name: value for name, value in item.attributes.items() if value is not None}
    if values.items() <= other.attributes.items():
        return False
    raise ConflictError(f"{other.annotator} has {told} here with other attributes; the one here was kept")
