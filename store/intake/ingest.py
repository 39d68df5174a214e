"""From pages and native records into the database: normalized, proved, added once.

Pages are stored in short transactions, so that reviewers get their turn and an interrupted import has whatever it had
committed: doing it again adds only the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice

import msgspec
from msgspec.structs import replace

from annotations.annotation import Annotation, Review, clip
from annotations.errors import AttributeValueError, LabelError, ZhupiError
from annotations.labels import LabelSet, is_date
from annotations.near_copies import Sketch, sketch_of
from annotations.normalize import NORMALIZER, normalize
from annotations.notice import GIVEN, FieldName, Notice, notice_id, raw_sha256, unsettled
from annotations.regions import Region
from annotations.spans import RawOffset
from store.db.database import Database
from store.db.sqlite import Connection
from store.db.turns import in_turns
from store.errors import AmbiguousError
from store.index.pages import EXTRACTOR, HTML_SHA256, html_sha256, notice_of_html
from store.input.decoding import is_unsure
from store.intake.records import labelled, proved
from store.intake.rescraped import Replacing, carry_over
from store.intake.sources import Item, Record, Refusal, Source
from store.log.corrections import Correction
from store.log.events import Change as LoggedChange
from store.log.events import ConflictError, annotation_change
from store.log.rows import load
from store.project.reviewers import strangers
from store.project.settings import labels_in
from store.read.notices import StoredNotice, notice_number
from store.write.notices import add_notice
from store.write.record import record
from store.write.search import index_long_texts

_BATCH = 64
"""Notices that are prepared before they are stored."""


class IngestReport(msgspec.Struct):
    """What an import did: notices added or there already, annotations and reviews added, inputs refused.

    ``replaced`` counts the added notices that replace an earlier one, ``carried`` the annotations that were carried
    over to them, ``unsure`` those of them that a human should look at; ``lost`` has a line for each that was not found
    and stays where it was.  ``strangers`` are people who said some of it and never worked here, in order.
    """

    added: int = 0
    existing: int = 0
    annotations: int = 0
    reviews: int = 0
    refused: int = 0
    replaced: int = 0
    carried: int = 0
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
    items: Iterable[Item],
    actor: str,
    refuse: Callable[[str], None],
    *,
    replaces: bool = False,
) -> IngestReport:
    """Store what ``items`` yields.

    Args:
        database: where to.
        items: pages, native records and refusals, as ``store.intake.sources`` reads them.
        actor: whose events added annotations are.
        refuse: told one line for each refused input.
        replaces: whether a new page replaces the earlier notice of its url or doc and takes over its annotations.
    """
    report, said_by = IngestReport(), set[str]()
    replacing = Replacing() if replaces else None
    prepared = _prepared(items)
    while batch := list(islice(prepared, _BATCH)):
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
            report.unsure += outcome.unsure
            report.lost += outcome.lost
        index_long_texts(database)
        said_by.update(*(each.speakers for each in batch if not isinstance(each, str)))
    with database.read() as connection:
        report.strangers = strangers(connection, said_by)
    return report


def _store_turn(
    connection: Connection, batch: Iterator[_Prepared | str], *, actor: str, replacing: Replacing | None
) -> tuple[IngestReport, list[str]]:
    """Store what is prepared; returns what was done, and a line for each refused input."""
    outcome, refusals = IngestReport(), []
    labels = labels_in(connection)
    for each in batch:
        if isinstance(each, str):
            refusals.append(each)
        else:
            refusals.extend(_store(connection, each, labels, actor, outcome, replacing))
    return outcome, refusals


def notice_of(source: Source) -> Notice:
    """The notice of a page: normalized here, with the fields that its row gave winning over those found in the text.

    Raises:
        ZhupiError: the page cannot be a notice.
    """
    found = normalize(source.raw)
    digest = raw_sha256(source.raw)
    fields = dict(source.fields)
    published = found.published
    if source.published is not None:
        if is_date(source.published):
            published = source.published
        else:
            fields["published"] = source.published
    unsure = ["encoding-unsure"] if is_unsure(source.raw, source.encoding) else []
    given: dict[FieldName, str | None] = {"title": _line(source.title), "source": _line(source.source)}
    if published is not None and published == source.published:
        given["published"] = published
    known = [field for field, value in given.items() if value is not None]
    return Notice(
        id=notice_id(digest),
        doc=source.doc,
        sha256=digest,
        title=given["title"] or found.title,
        source=given["source"] or found.source,
        published=published,
        url=source.url,
        raw=source.raw,
        normalized=found.normalized,
        normalizer=NORMALIZER,
        regions=found.regions,
        alignment=found.alignment,
        meta={
            "encoding": source.encoding,
            "flags": [*unsettled(found.flags, known), *unsure],
            "fields": fields,
            GIVEN: known,
        }
        | _origin(source),
    )


def _origin(source: Source) -> dict[str, str]:
    """What ``meta`` has of a page that was extracted from HTML."""
    if source.html is None:
        return {}
    return {HTML_SHA256: html_sha256(source.html), EXTRACTOR: source.extractor or ""}


class _Prepared(msgspec.Struct, frozen=True):
    """A notice that is proved and ready to be stored, with what is said about it; a ``page`` may replace another.

    The fields of the notice are those of its page; ``corrections`` are what people set.  ``sketch`` is that of its
    text, which takes long for a long one.
    """

    notice: Notice
    where: str
    page: bool = False
    html: str | None = None
    annotations: tuple[Annotation, ...] = ()
    reviews: tuple[Review, ...] = ()
    corrections: dict[FieldName, Correction] = {}
    sketch: Sketch | None = None

    @property
    def speakers(self) -> set[str]:
        """Who said something in it."""
        named = (
            *(each.annotator for each in self.annotations),
            *(each.annotator for each in self.reviews),
            *(each.set_by for each in self.corrections.values()),
            *(each.by for each in self.notice.regions),
        )
        return {name for name in named if name is not None}


def _prepared(items: Iterable[Item]) -> Iterator[_Prepared | str]:
    for item in items:
        if isinstance(item, Refusal):
            yield f"{item.where}: {item.reason}"
            continue
        try:
            yield _prepare(item)
        except ZhupiError as error:
            yield f"{item.where}: {error}"
        except MemoryError:
            yield f"{item.where}: there is not enough memory for it: split it"


def _prepare(item: Source | Record) -> _Prepared:
    if isinstance(item, Source):
        page = notice_of(item)
        return _Prepared(page, item.where, page=True, html=item.html, sketch=sketch_of(page.normalized))
    told = proved(item)
    return _Prepared(
        told.notice,
        item.where,
        annotations=told.annotations,
        reviews=told.reviews,
        corrections=told.corrections,
        sketch=sketch_of(told.notice.normalized),
    )


def _store(
    connection: Connection,
    item: _Prepared,
    labels: LabelSet,
    actor: str,
    outcome: IngestReport,
    replacing: Replacing | None,
) -> list[str]:
    """Store one notice and what is said about it; returns a line for each part that was refused."""
    try:
        item = replace(item, annotations=tuple(labelled(each, labels) for each in item.annotations))
        earlier = replacing.predecessor(connection, item.notice) if replacing is not None and item.page else None
    except (AmbiguousError, ConflictError, LabelError, AttributeValueError) as error:
        return [f"{item.where}: {error}"]
    number = _store_notice(connection, item, earlier, actor, outcome)
    if number is None:  # never: it is either new or there
        return []
    if replacing is not None:
        replacing.brought(number)
    return list(_store_said(connection, number, item, labels, actor, outcome))


def _store_said(
    connection: Connection, number: int, item: _Prepared, labels: LabelSet, actor: str, outcome: IngestReport
) -> Iterator[str]:
    """Store what a record says about the notice with this number; yields a line for each part that was refused."""
    for annotation in item.annotations:
        try:
            outcome.annotations += _add_annotation(connection, number, annotation, labels, actor)
        except ConflictError as error:
            yield f"{item.where}: {error}"
    for review in item.reviews:
        current = load(connection, "review", review.annotator, number)
        if current is not None and current != review:
            yield f"{item.where}: the review of {review.annotator} is another one here; it was kept"
            continue
        change = LoggedChange(number, "review", review.annotator, None, review)
        if record(connection, actor, "import", change) is not None:
            outcome.reviews += 1
    for field, correction in item.corrections.items():
        current = load(connection, "field", field, number)
        if isinstance(current, Correction) and current != correction:
            yield f"{item.where}: {current.set_by} set another {field} here; it was kept"
            continue
        record(connection, actor, "import", LoggedChange(number, "field", field, None, correction))


def _store_notice(
    connection: Connection, item: _Prepared, earlier: StoredNotice | None, actor: str, outcome: IngestReport
) -> int | None:
    """Store one notice, with the annotations of the earlier one that it replaces; returns its number.

    HTML that is there already stays what was extracted from it, unless this is to replace that.
    """
    notice = item.notice
    if item.html is not None and earlier is None:
        there = notice_of_html(connection, notice.meta[HTML_SHA256])
        if there is not None:
            outcome.existing += 1
            return there
    if earlier is not None:
        notice = replace(notice, meta={**notice.meta, "replaces": earlier.notice.id})
    number = add_notice(connection, actor, notice, item.html, item.sketch)
    if number is None:
        outcome.existing += 1
        return notice_number(connection, notice.id)
    outcome.added += 1
    if earlier is not None:
        carried = carry_over(connection, earlier, StoredNotice(number, notice), actor)
        outcome.replaced += 1
        outcome.carried += carried.annotations
        outcome.unsure += carried.unsure
        outcome.lost += carried.lost
    return number


def _add_annotation(connection: Connection, number: int, annotation: Annotation, labels: LabelSet, actor: str) -> bool:
    row = connection.execute("SELECT notice FROM annotations WHERE id = ?", [annotation.id]).fetchone()
    current = load(connection, "annotation", annotation.id, number)
    if current is not None and (current != annotation or row["notice"] != number):
        raise ConflictError(
            f"annotation {annotation.id} {clip(annotation.text)} is another one here; the one here was kept"
        )
    return record(connection, actor, "import", annotation_change(number, None, annotation), labels=labels) is not None


def _line(text: str | None) -> str | None:
    """A field of a row as normalized text on one line; None when nothing is left of it."""
    if text is None:
        return None
    whole = [Region("body", RawOffset(0), RawOffset(len(text)))] if text else []
    return normalize(text, regions=whole).normalized.replace("\n", " ") or None
