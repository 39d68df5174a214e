"""Notices and annotations made by hand, for tests that need no page."""

from __future__ import annotations

from msgspec.structs import replace

from annotations.alignment import Alignment
from annotations.annotation import Annotation
from annotations.labels import default_labels
from annotations.normalize import NORMALIZER, normalize
from annotations.notice import Notice, notice_id, raw_sha256
from annotations.origins import tagged
from annotations.regions import Region
from annotations.spans import RawOffset, raw_span
from store.db.database import Database
from store.doctor import findings
from store.write.notices import add_notice

RAW = (
    "临江县召开河长制工作会\n来源:临江县水务局 时间:2023-04-12\n"
    "会议要求,各乡镇要于4月底前完成排查。副县长林知远出席。\n"
)


def notice_of(raw: str, doc: str = "page") -> Notice:
    """A notice whose normalized text is its raw text."""
    digest = raw_sha256(raw)
    return Notice(
        id=notice_id(digest),
        doc=doc,
        sha256=digest,
        title=None,
        source=None,
        published=None,
        url=None,
        raw=raw,
        normalized=raw,
        normalizer="test",
        regions=(Region("body", RawOffset(0), RawOffset(len(raw))),),
        alignment=Alignment.identity(len(raw)),
        meta={},
    )


def normalized_notice(raw: str, doc: str = "page") -> Notice:
    """A notice as an import makes it."""
    found = normalize(raw)
    return replace(
        notice_of(raw, doc), normalized=found.normalized, normalizer=NORMALIZER, regions=found.regions,
        alignment=found.alignment, title=found.title, source=found.source, published=found.published,
    )  # fmt: skip


def stored_notice(database: Database, raw: str = RAW, doc: str = "page") -> int:
    """The number of a notice that has just been added."""
    with database.write() as connection:
        number = add_notice(connection, notice_of(raw, doc))
    assert number is not None
    return number


def annotation_of(raw: str, start: int, end: int, label: str = "DATE", annotator: str = "lin") -> Annotation:
    """A manual annotation with nothing filled in."""
    return tagged(raw, raw_span(start, end), label, default_labels()[label].attributes(), annotator)


def wrong(database: Database) -> list[str]:
    """What ``zhupi check`` finds, but for notices made here, which no normalizer made."""
    return [line for line in findings(database) if "normalized by another version" not in line]
