"""A week of three reviewers on a simulated clock: one is slow, one is new and draws other spans, all flag something.

The lead is the account of the process.  What they do is the same each time; nothing of it is taken from a real page.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from making import notice_of
from msgspec.structs import replace

from annotations.annotation import Annotation, Review, ReviewStatus, now
from annotations.labels import default_labels
from annotations.origins import decided, tagged
from annotations.spans import raw_span
from annotations.suggest import suggesters
from store.db.database import Database
from store.edits.annotate import add_annotation, add_annotations, delete_annotation
from store.edits.leases import take_next
from store.edits.people import add_reviewer
from store.edits.review import set_review
from store.edits.undo import undo
from store.intake.suggest import suggest_stored
from store.project.reviewers import current_reviewer
from store.read.notices import notice_annotations
from store.write.notices import add_notice

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
FAST, SLOW, NEW = "lin", "wang", "chen"
NOTICES = 18
LEFT = 17
"""The number of the notice that was handed out last, and left."""

_TITLE = "关于开展第{number}次河道排查的通知"
_BODY = (
    "{title}\n会议要求,各乡镇要于{month}月底前完成第{number}项排查,村干部要逐户登记。"
    "副县长林知远出席。镇长周长河汇报。\n"
)
_SPANS = (
    ("REQUIREMENT", "各乡镇要于{month}月底前完成第{number}项排查"),
    ("DATE", "{month}月底前"),
    ("OFFICIAL", "副县长林知远"),
    ("OFFICIAL", "镇长周长河"),
)
_OTHER = {"副县长林知远": "林知远", "镇长周长河": "周长河"}
"""What the new one tags instead."""

Tick = Callable[[datetime], None]
"""Sets the clock of this host."""


def text_of(number: int) -> str:
    """The raw text of a notice."""
    values = {"number": number, "month": 1 + number % 12}
    return _BODY.format(title=_TITLE.format(number=number), **values)


def a_week(database: Database, tick: Tick) -> None:
    """Let the week go by, and leave the clock at Friday evening."""
    me = current_reviewer()
    tick(MONDAY + timedelta(hours=7))
    with database.write() as connection:
        for number in range(1, NOTICES + 1):
            notice = replace(notice_of(text_of(number), f"doc-{number:02}"), title=_TITLE.format(number=number))
            add_notice(connection, me, notice)
    for name in (FAST, SLOW, NEW):
        add_reviewer(database, me, name, "reviewer")
    suggest_stored(database, me, suggesters(["dates"]), range(1, NOTICES + 1), print)
    # The fast one does three notices a day, the slow one two of them, the new one comes on Wednesday.
    for day in range(5):
        morning = MONDAY + timedelta(days=day, hours=9)
        if day == 4:
            _two_windows(database, tick, morning.replace(hour=0) - timedelta(hours=8, minutes=5))
        for place in range(3):
            _review(database, tick, FAST, 3 * day + place + 1, morning + timedelta(minutes=20 * place), 20)
        for place in range(2):
            _review(database, tick, SLOW, 3 * day + place + 1, morning + timedelta(minutes=45 * place, hours=2), 95)
        if day >= 2:
            for place in range(2):
                _review(database, tick, NEW, 3 * day + place + 1, morning + timedelta(minutes=30 * place, hours=5), 50)
    friday = MONDAY + timedelta(days=4)
    tick(friday + timedelta(hours=15))
    set_review(database, NEW, 16, Review(NEW, "flagged", "缺第二页", now()))
    tick(friday + timedelta(hours=15, minutes=1))
    handed = take_next(database, FAST)
    if handed != LEFT:
        raise AssertionError(f"notice {handed} was handed out")
    tick(friday + timedelta(hours=18))


def _two_windows(database: Database, tick: Tick, begun: datetime) -> None:
    """The slow one tags in two notices at once for ten minutes, over midnight in Shanghai."""
    for place in range(15):
        tick(begun + timedelta(seconds=40 * place))
        number = 16 + place % 2
        item = tagged(text_of(number), raw_span(place, place + 1), "DATE", _values("DATE"), SLOW)
        add_annotation(database, SLOW, number, item)


def _review(database: Database, tick: Tick, name: str, number: int, begun: datetime, seconds: int) -> None:
    """One notice by one person, an act every so many seconds, with a pause in it."""
    at = begun

    def later(some: int = seconds) -> None:
        nonlocal at
        at += timedelta(seconds=some)
        tick(at)

    tick(at)
    raw = text_of(number)
    suggested = [item for item in notice_annotations(database.connection, number) if item.annotator is None]
    if suggested:
        decisions = [_decision(item, name) for item in suggested]
        add_annotations(database, name, number, decisions)
    for label, quote in _SPANS[: 3 if name == SLOW and number % 4 == 0 else 4]:
        wanted = quote.format(number=number, month=1 + number % 12)
        wanted = _OTHER.get(wanted, wanted) if name == NEW else wanted
        if label == "DATE" and suggested:
            continue
        later()
        start = raw.index(wanted)
        span = raw_span(start, start + len(wanted))
        add_annotation(database, name, number, tagged(raw, span, label, _values(label), name))
    if number % 3 == 0:
        later(6 * 60)
        undo(database, name)
        later()
        add_annotation(database, name, number, tagged(raw, raw_span(0, 2), "DATE", _values("DATE"), name))
        later()
        (item,) = (
            each for each in notice_annotations(database.connection, number)
            if each.annotator == name and (each.start, each.end) == (0, 2)
        )  # fmt: skip
        delete_annotation(database, name, number, item)
    later()
    status: ReviewStatus = "done"
    set_review(database, name, number, Review(name, status, None, now()))


def _decision(item: Annotation, name: str) -> Annotation:
    return decided(item, name, "rejected" if name == NEW else "accepted")


def _values(label: str) -> dict[str, object]:
    return default_labels()[label].attributes()
