"""Pages and native lines finished: normalized or proved, and made into what is stored.

Nothing here knows a database, so that any process can do it; ``store.intake.ingest`` stores what comes out.
"""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from annotations.annotation import Annotation, Review, now
from annotations.errors import ZhupiError
from annotations.normalize import NORMALIZER, normalize
from annotations.notice import GIVEN, FieldName, Notice, notice_id, raw_sha256, unsettled
from annotations.questions import Question
from annotations.regions import Region
from annotations.spans import RawOffset
from annotations.value_checks import is_date
from store.index.pages import EXTRACTOR, HTML_SHA256, html_sha256
from store.input.decoding import is_unsure
from store.intake.records import proved
from store.intake.sources import Item, Record, Refusal, Source, Unread
from store.intake.sources.sketches import sketch_in
from store.log.corrections import Correction
from store.write.notices import FinishedNotice, finish


class Known(msgspec.Struct, frozen=True):
    """A page that is known to be in the database already."""


class Finished(msgspec.Struct, frozen=True):
    """A notice that is proved and ready to be stored, with what is said about it.

    The fields of the notice are those of its page; ``corrections`` are what people set, and ``people`` those who said
    something.  ``page`` is the notice itself where it may replace another one, ``html_sha256`` the digest of the HTML
    that it was extracted from.  ``seen_by`` has name and version of each suggester that has seen it.
    """

    notice: FinishedNotice
    where: str
    page: Notice | None = None
    html_sha256: str | None = None
    annotations: tuple[Annotation, ...] = ()
    reviews: tuple[Review, ...] = ()
    questions: tuple[Question, ...] = ()
    corrections: dict[FieldName, Correction] = {}
    people: frozenset[str] = frozenset()
    seen_by: tuple[tuple[str, str], ...] = ()

    @property
    def says_something(self) -> bool:
        """Whether there is more to store than the notice."""
        return bool(self.annotations or self.reviews or self.questions or self.corrections or self.seen_by)


Piece = Item | Unread | Known


def finish_piece(piece: Piece, *, replaces: bool = False) -> Finished | Known | str:
    """What is stored of a piece of an import, or the line that says why nothing is.

    Args:
        piece: a page, a native record, a refusal; or a page that is known to be there.
        replaces: whether pages may replace others.
    """
    item = piece.read() if isinstance(piece, Unread) else piece
    if isinstance(item, Known):
        return item
    if isinstance(item, Refusal):
        return f"{item.where}: {item.reason}"
    try:
        return _of_page(item, replaces=replaces) if isinstance(item, Source) else _of_record(item)
    except ZhupiError as error:
        return f"{item.where}: {error}"
    except MemoryError:
        return f"{item.where}: there is not enough memory for it: split it"


def size_of_piece(piece: Piece) -> int:
    """How large a piece of an import is, in characters or bytes."""
    match piece:
        case Source():
            return len(piece.raw)
        case Record():
            return len(piece.line)
        case Unread():
            return len(piece.data)
        case _:
            return 0


def size_of_finished(item: Finished | Known | str) -> int:
    """How large a finished piece is, in characters of its text."""
    return item.notice.size if isinstance(item, Finished) else 0


def _of_page(source: Source, *, replaces: bool) -> Finished:
    notice = notice_of(source)
    return Finished(
        finish(notice, source.html),
        source.where,
        page=notice if replaces else None,
        html_sha256=notice.meta.get(HTML_SHA256) if source.html is not None else None,
    )


def _of_record(record: Record) -> Finished:
    told = proved(record)
    people = {
        *(each.annotator for each in told.annotations),
        *(each.annotator for each in told.reviews),
        *(each.set_by for each in told.corrections.values()),
        *(each.by for each in told.notice.regions),
        *(name for each in told.questions for name in each.names),
    }
    return Finished(
        finish(told.notice, sketch=sketch_in(record.sketch, told.notice.id)),
        record.where,
        annotations=_dated(told.annotations) if record.seen_by else told.annotations,
        reviews=told.reviews,
        questions=told.questions,
        corrections=told.corrections,
        people=frozenset(name for name in people if name is not None),
        seen_by=record.seen_by,
    )


def _dated(annotations: tuple[Annotation, ...]) -> tuple[Annotation, ...]:
    """Suggestions of a prepared shard, which has no times in it: they are made as they are imported."""
    at = now()
    return tuple(replace(each, created_at=at, updated_at=at) for each in annotations)


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


def _line(text: str | None) -> str | None:
    """A field of a row as normalized text on one line; None when nothing is left of it."""
    if text is None:
        return None
    whole = [Region("body", RawOffset(0), RawOffset(len(text)))] if text else []
    return normalize(text, regions=whole).normalized.replace("\n", " ") or None
