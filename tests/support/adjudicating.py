"""Layers of several people on one notice, finished or not, for tests of adjudication."""

from __future__ import annotations

from making import RAW, annotation_of
from msgspec.structs import replace

from annotations.annotation import Annotation, Review, now
from annotations.origins import adjudicated
from annotations.spans import raw_span
from store.db.database import Database
from store.edits.annotate import add_annotation
from store.edits.people import add_reviewer
from store.edits.review import set_review
from store.project.reviewers import current_reviewer
from store.read.adjudication import NoticeAdjudication, load_adjudication_of
from store.read.notices import notice_annotations

CHEN = "chen"
"""An adjudicator, once ``with_adjudicator`` has made one."""

Said = tuple[int, int] | tuple[int, int, str] | tuple[int, int, str, str]
"""Start and end in ``making.RAW``, label, and the value of ``iso``."""


def with_adjudicator(database: Database, name: str = CHEN) -> str:
    """Let an adjudicator work here."""
    add_reviewer(database, current_reviewer(), name, "adjudicator")
    return name


def said(start: int, end: int, label: str = "DATE", iso: str | None = None, *, owner: str) -> Annotation:
    """A manual annotation of a layer."""
    item = annotation_of(RAW, start, end, label, owner)
    return replace(item, attributes={**item.attributes, "iso": iso}) if iso is not None else item


def say(database: Database, notice: int, owner: str, *items: Said, done: bool = True) -> list[Annotation]:
    """Let somebody annotate a notice, and finish it."""
    made = [said(*item, owner=owner) for item in items]
    for item in made:
        add_annotation(database, owner, notice, item)
    if done:
        finish(database, notice, owner)
    return made


def finish(database: Database, notice: int, *owners: str, status: str = "done") -> None:
    """Let people finish a notice, or begin it again."""
    for owner in owners:
        set_review(database, owner, notice, Review(owner, status, None, now()))  # type: ignore[arg-type]


def gold_of(item: Annotation, raw: str = RAW) -> Annotation:
    """The gold annotation that an adjudicator makes of one in a layer."""
    return adjudicated(raw, raw_span(item.start, item.end), item.label, item.attributes)


def state(database: Database, notice: int, *extra: str) -> NoticeAdjudication:
    """The adjudication of a notice as it is."""
    with database.read() as connection:
        return load_adjudication_of(connection, notice, extra)  # type: ignore[arg-type]


def gold(database: Database, notice: int) -> list[tuple[int, int, str]]:
    """What is gold on a notice."""
    items = notice_annotations(database.connection, notice)
    return [(item.start, item.end, item.label) for item in items if item.annotator == "gold"]
