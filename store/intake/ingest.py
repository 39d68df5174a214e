"""From pages and native records into the database: normalized, proved, added once.

Pages are stored in short transactions, so that reviewers get their turn and an interrupted import has whatever it had
committed: doing it again adds only the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final

import msgspec
from msgspec.structs import replace

from annotations.annotation import Annotation, clip
from annotations.errors import AttributeValueError, LabelError
from annotations.labels import LabelSet
from annotations.notice import notice_id, raw_sha256
from annotations.notice_attributes import check_values
from annotations.questions import Question
from store.db.database import Database
from store.db.sqlite import Connection
from store.db.turns import in_turns
from store.errors import AmbiguousError
from store.index.pages import html_sha256, notice_of_html
from store.intake.finished import Finished, Known, Piece, finish_piece, size_of_finished, size_of_piece
from store.intake.pool import batches, spread
from store.intake.records import labelled
from store.intake.rescraped import Replacing, carry_over
from store.intake.sources import Item, Source, Unread
from store.log.corrections import Correction
from store.log.events import Change as LoggedChange
from store.log.events import ConflictError, Subject, annotation_change
from store.log.rows import load
from store.project.reviewers import strangers
from store.project.settings import labels_in
from store.read.notices import StoredNotice, notice_number
from store.write.notices import Arrivals, finish
from store.write.record import record
from store.write.search import index_long_texts
from store.write.suggested import note_seen

_ALONE: Final = 512
"""Pages that are finished here before processes are started, which takes as long as some hundred pages."""

_BATCH: Final = 128
"""Notices that are finished before they are stored, at most: of ordinary ones a turn has room for as many, and whoever
sends them one after the other may be interrupted.
"""

_ENOUGH: Final = 1024 * 1024
"""Of notices that are together as large no more are finished before they are stored, in characters."""


class IngestReport(msgspec.Struct):
    """What an import did: notices added or there already, annotations and reviews added, inputs refused.

    ``replaced`` counts the added notices that replace an earlier one, ``carried`` the annotations that were carried
    over to them, ``unsure`` those of them that a human should look at, ``questions`` what was carried over with them;
    ``lost`` has a line for each annotation that was not found, or question about one, and stays where it was.
    ``strangers`` are people who said some of it and never worked here, in order.
    """

    added: int = 0
    existing: int = 0
    annotations: int = 0
    reviews: int = 0
    refused: int = 0
    replaced: int = 0
    carried: int = 0
    questions: int = 0
    unsure: int = 0
    lost: list[str] = msgspec.field(default_factory=list)
    strangers: list[str] = msgspec.field(default_factory=list)

    @property
    def on_strangers(self) -> str | None:
        """A line about the strangers; None where there are none."""
        told = "said by people who never worked here: {}; `zhupi reviewers add` makes them known"
        return told.format(", ".join(self.strangers)) if self.strangers else None


def ingest(
    database: Database,
    items: Iterable[Item | Unread],
    actor: str,
    refuse: Callable[[str], None],
    *,
    replaces: bool = False,
    workers: int = 1,
    progress: Callable[[int], None] = lambda _: None,
) -> IngestReport:
    """Store what ``items`` yields, in its order, however many processes share the work.

    Args:
        database: where to.
        items: pages, native records and refusals, as ``store.intake.sources`` reads them.
        actor: whose events added annotations are.
        refuse: told one line for each refused input.
        replaces: whether a new page replaces the earlier notice of its url or doc and takes over its annotations.
        workers: so many processes finish pages, beside this one, which stores them; 1 does all of it here, and so does
            any number as long as there are few pages.
        progress: told how many pages and records are done.

    Raises:
        StoreError: one of the processes was killed; what was stored until then stays.
    """
    report, said_by, done = IngestReport(), set[str](), 0
    replacing = Replacing() if replaces else None
    pieces = items if replaces else _without_known(database, items)
    finished = spread(partial(finish_piece, replaces=replaces), pieces, workers, alone=_ALONE, size_of=size_of_piece)
    for batch in batches(finished, _BATCH, size_of_finished, _ENOUGH):
        for outcome, refusals in in_turns(database, batch, partial(_store_turn, actor=actor, replacing=replacing)):
            for line in refusals:
                refuse(line)
            # Only what has been committed counts.
            report.added += outcome.added
            report.existing += outcome.existing
            report.annotations += outcome.annotations
            report.reviews += outcome.reviews
            report.refused += len(refusals)
            report.replaced += outcome.replaced
            report.carried += outcome.carried
            report.questions += outcome.questions
            report.unsure += outcome.unsure
            report.lost += outcome.lost
        index_long_texts(database)
        done += len(batch)
        progress(done)
        said_by.update(*(each.people for each in batch if isinstance(each, Finished)))
    with database.read() as connection:
        report.strangers = strangers(connection, said_by)
    return report


def _without_known(database: Database, items: Iterable[Item | Unread]) -> Iterator[Piece]:
    """The items, without pages that are there already: an import that is done again has only the rest to do."""
    for item in items:
        yield Known() if _is_known(database.connection, item) else item


def _is_known(connection: Connection, item: Item | Unread) -> bool:
    """Whether a page is certainly there; one that takes long to read is not looked for."""
    raw = item.raw if isinstance(item, Source) else item.plain_text if isinstance(item, Unread) else None
    if raw is None:
        return False
    if isinstance(item, Unread) and item.format == "html":
        return notice_of_html(connection, html_sha256(raw)) is not None
    return notice_number(connection, notice_id(raw_sha256(raw))) is not None


def _store_turn(
    connection: Connection, batch: Iterator[Finished | Known | str], *, actor: str, replacing: Replacing | None
) -> tuple[IngestReport, list[str]]:
    """Store what is finished; returns what was done, and a line for each refused input."""
    outcome, refusals = IngestReport(), []
    labels = labels_in(connection)
    arrivals = Arrivals(connection, actor)
    for each in batch:
        if isinstance(each, str):
            refusals.append(each)
        elif isinstance(each, Known):
            outcome.existing += 1
        else:
            refusals.extend(_store(connection, each, labels, actor, outcome, replacing, arrivals))
    arrivals.place()
    return outcome, refusals


def _store(
    connection: Connection,
    item: Finished,
    labels: LabelSet,
    actor: str,
    outcome: IngestReport,
    replacing: Replacing | None,
    arrivals: Arrivals,
) -> list[str]:
    """Store one notice and what is said about it; returns a line for each part that was refused."""
    try:
        if item.annotations:
            item = replace(item, annotations=tuple(labelled(each, labels) for each in item.annotations))
        for review in item.reviews:
            check_values(labels.notice, review.attributes)
        earlier = None
        if replacing is not None and item.page is not None:
            # One that came before in this turn is found with its text.
            arrivals.settle()
            earlier = replacing.predecessor(connection, item.page)
    except (AmbiguousError, ConflictError, LabelError, AttributeValueError) as error:
        return [f"{item.where}: {error}"]
    number = _store_notice(connection, item, earlier, actor, outcome, arrivals)
    if number is None:  # never: it is either new or there
        return []
    if replacing is not None:
        replacing.brought(number)
    if not item.says_something:
        return []
    arrivals.place()
    return list(_store_said(connection, number, item, labels, actor, outcome))


def _store_said(
    connection: Connection, number: int, item: Finished, labels: LabelSet, actor: str, outcome: IngestReport
) -> Iterator[str]:
    """Store what a record says about the notice with this number; yields a line for each part that was refused."""
    for annotation in item.annotations:
        try:
            outcome.annotations += _add_annotation(connection, number, annotation, labels, actor)
        except ConflictError as error:
            yield f"{item.where}: {error}"
    note_seen(connection, number, ((*each, None) for each in item.seen_by))
    for review in item.reviews:
        current = load(connection, "review", review.annotator, number)
        if current is not None and current != review:
            yield f"{item.where}: the review of {review.annotator} is another one here; it was kept"
            continue
        change = LoggedChange(number, "review", review.annotator, None, review)
        if record(connection, actor, "import", change) is not None:
            outcome.reviews += 1
    yield from _store_questions(connection, number, item, actor)
    for field, correction in item.corrections.items():
        current = load(connection, "field", field, number)
        if isinstance(current, Correction) and current != correction:
            yield f"{item.where}: {current.set_by} set another {field} here; it was kept"
            continue
        record(connection, actor, "import", LoggedChange(number, "field", field, None, correction))


def _store_questions(connection: Connection, number: int, item: Finished, actor: str) -> Iterator[str]:
    """Store what a record says was asked about a notice, as ``_store_said``."""
    for question in item.questions:
        current = load(connection, "question", question.id, number)
        if not isinstance(current, Question):
            record(connection, actor, "import", LoggedChange(number, "question", question.id, None, question))
        elif not current.is_told_by(question):
            yield f"{item.where}: question {question.id} of {question.annotator} is another one here; it was kept"


def _store_notice(
    connection: Connection,
    item: Finished,
    earlier: StoredNotice | None,
    actor: str,
    outcome: IngestReport,
    arrivals: Arrivals,
) -> int | None:
    """Store one notice, with the annotations of the earlier one that it replaces; returns its number.

    HTML that is there already stays what was extracted from it, unless this is to replace that.
    """
    if item.html_sha256 is not None and earlier is None:
        there = notice_of_html(connection, item.html_sha256)
        if there is not None:
            outcome.existing += 1
            return there
    notice, page = item.notice, item.page
    if earlier is not None and page is not None:
        page = replace(page, meta={**page.meta, "replaces": earlier.notice.id})
        notice = finish(page, notice.columns["html"])
    number = arrivals.add(notice)
    if number is None:
        outcome.existing += 1
        return notice_number(connection, notice.id)
    outcome.added += 1
    if earlier is not None and page is not None:
        arrivals.place()
        carried = carry_over(connection, earlier, StoredNotice(number, page), actor)
        outcome.replaced += 1
        outcome.carried += carried.annotations
        outcome.questions += carried.questions
        outcome.unsure += carried.unsure
        outcome.lost += carried.lost
    return number


def _add_annotation(connection: Connection, number: int, annotation: Annotation, labels: LabelSet, actor: str) -> bool:
    row = connection.execute("SELECT notice FROM annotations WHERE id = ?", [annotation.id]).fetchone()
    current = load(connection, "annotation", annotation.id, number)
    if current is not None and row["notice"] == number and _is_same_suggestion(current, annotation):
        return False
    if isinstance(current, Annotation) and replace(current, bulk=annotation.bulk) == annotation:
        # An older zhupi did not write the mark: without it, a file tells the same of an annotation that has it here.
        annotation = current
    if current is not None and (current != annotation or row["notice"] != number):
        raise ConflictError(
            f"annotation {annotation.id} {clip(annotation.text)} is another one here; the one here was kept"
        )
    return record(connection, actor, "import", annotation_change(number, None, annotation), labels=labels) is not None


def _is_same_suggestion(one: Subject, other: Annotation) -> bool:
    """Whether both are one suggestion: whoever runs the same version of a rule makes the same, at any time."""
    return (
        isinstance(one, Annotation)
        and other.status == "suggested"
        and replace(one, created_at=other.created_at, updated_at=other.updated_at) == other
    )
