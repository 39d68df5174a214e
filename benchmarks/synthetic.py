"""Databases of invented notices, as large as a bar asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from annotations.alignment import Alignment
from annotations.annotation import Annotation, Review, now
from annotations.labels import default_labels
from annotations.notice import Notice, notice_id, raw_sha256
from annotations.origins import tagged
from annotations.regions import Region
from annotations.spans import RawOffset, raw_span
from store.db.sqlite import Connection
from store.intake.finished import notice_of
from store.intake.sources import Source
from store.log.events import Change, annotation_change, dump
from store.open import open_database
from store.project.reviewers import current_reviewer
from store.write.notices import add_notice
from store.write.record import record

SENTENCE = "会议要求，各乡镇要在四月底前完成河道排查，副县长林知远出席并讲话。"
TITLES = (
    "关于召开第{number}次河长制工作会议的通知",
    "临江县人民政府办公室关于印发第{number}号大气污染防治行动方案的通知",
    "副县长林知远主持召开全县生态环境保护暨第{number}轮督察整改工作推进会议",
    "我县开展第{number}次联合执法",
)
"""As long as real ones: 15 to 35 characters."""
SOURCES = ("临江县水务局", "临江县生态环境保护委员会办公室", "县府办")
PARAGRAPH = f"    第{{number}}项。{SENTENCE * 8}\n"
ONE_MEGABYTE = 1_000_000
"""Bytes of UTF-8."""
SPANS = 2_000
_BATCH = 10_000


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that goes when the block ends."""
    with TemporaryDirectory(prefix="zhupi-bench-") as name:
        yield Path(name)


def queue_database(path: Path, notices: int) -> None:
    """A database of so many small notices, every tenth done and every hundredth tagged by this user."""
    me = current_reviewer()
    with open_database(path, create=True) as database:
        for first in range(1, notices + 1, _BATCH):
            with database.write() as connection:
                for number in range(first, min(first + _BATCH, notices + 1)):
                    notice = _small_notice(number)
                    add_notice(connection, me, notice)
                    if number % 10 == 0:
                        review = Review(me, "done", None, now())
                        record(connection, me, "review", Change(number, "review", me, None, review))
                    if number % 100 == 0:
                        item = _annotation(notice.raw, 0, 4, me)
                        record(connection, me, "tag", annotation_change(number, None, item))


def notice_database(path: Path, raw: str, spans: int = SPANS) -> None:
    """A database of one page, ingested like any other, with so many spans spread over it."""
    me = current_reviewer()
    page = notice_of(Source(where="benchmark", doc="page", raw=raw, encoding="utf-8"))
    with open_database(path, create=True) as database, database.write() as connection:
        number = add_notice(connection, me, page)
        if number is None:
            raise RuntimeError("the page is there already")
        step = len(raw) // spans
        for start in range(len(raw) % step, step * spans, step):
            item = _annotation(raw, start, start + step // 4, me)
            record(connection, me, "tag", annotation_change(number, None, item))


def pages(count: int) -> Iterator[Source]:
    """Pages of about a thousand characters, as long as most real ones."""
    for number in range(count):
        head = f"{TITLES[number % len(TITLES)].format(number=number)}\n来源：临江县水务局  2023-04-12\n"
        yield Source(
            where="benchmark",
            doc=f"page-{number}",
            raw=head + PARAGRAPH.format(number=number) * 4,
            encoding="utf-8",
        )


def tagged_database(path: Path, notices: int, spans: int) -> None:
    """A database of ordinary pages with so many spans each."""
    me = current_reviewer()
    with open_database(path, create=True) as database, database.write() as connection:
        for number, page in enumerate(pages(notices), 1):
            add_notice(connection, me, notice_of(page))
            for start in range(100, 100 + 10 * spans, 10):
                item = _annotation(page.raw, start, start + 5, me)
                record(connection, me, "tag", annotation_change(number, None, item))


def layered_database(path: Path, notices: int, people: Sequence[str], spans: int, random: Random) -> None:
    """A database of ordinary pages, each finished by some people who tagged about the same ``spans`` spans in it."""
    labels = [label.name for label in default_labels()]
    with open_database(path, create=True) as database, database.write() as connection:
        for number, page in enumerate(pages(notices), 1):
            add_notice(connection, current_reviewer(), notice_of(page))
            room = len(page.raw) // spans
            drawn = [
                (random.choice(labels), room * at + random.randrange(room // 2), random.randrange(3, room // 2))
                for at in range(spans)
            ]
            for name in people:
                for label, start, length in drawn:
                    # Of ten spans two have another end, and one another place.
                    moved = random.choice((0, 0, 0, 0, 0, 0, 0, 1, 2, room // 3))
                    values = default_labels()[label].attributes()
                    span = raw_span(start + (moved if moved > 2 else 0), min(len(page.raw), start + length + moved))
                    item = tagged(page.raw, span, label, values, name)
                    record(connection, name, "tag", annotation_change(number, None, item))
                record(
                    connection, name, "review", Change(number, "review", name, None, Review(name, "done", None, now()))
                )


def log_of_tags(connection: Connection, events: int, people: int, at: Callable[[int], str]) -> None:
    """Append so many events of people who tag by turns, sixty in each notice, past the state and the chain.

    Args:
        connection: of a database of which nothing but the log is read.
        events: how many.
        people: how many.
        at: gives the time of the next event of a person, by number.
    """
    first = 1 + int(connection.execute("SELECT max(number) FROM events").fetchone()[0])
    said = [dump(_annotation(SENTENCE, 0, 5, f"person-{person}")) for person in range(people)]
    # The notices are not there.
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("BEGIN")

    def rows() -> Iterator[tuple[object, ...]]:
        for number in range(first, first + events):
            person = number % people
            about = (number // 60 + 1, "annotation", f"{number:032x}", said[person])
            yield number, at(person), f"person-{person}", "tag", *about

    connection.executemany(
        "INSERT INTO events (number, at, actor, action, notice, entity, key, after) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        rows(),
    )
    connection.execute("COMMIT")


def long_page() -> str:
    """A page of one megabyte in some thousand paragraphs."""
    lines, size = ["临江县河长制工作会议纪要\n"], 0
    while size < ONE_MEGABYTE:
        lines.append(PARAGRAPH.format(number=len(lines)))
        size += len(lines[-1].encode())
    return "".join(lines)


def one_line_page() -> str:
    """A page of one megabyte without a single newline."""
    return SENTENCE * (ONE_MEGABYTE // len(SENTENCE.encode()))


def _small_notice(number: int) -> Notice:
    raw = f"第{number}号通知：{SENTENCE}\n"
    digest = raw_sha256(raw)
    return Notice(
        id=notice_id(digest),
        doc=f"notice-{number}",
        sha256=digest,
        title=TITLES[number % len(TITLES)].format(number=number),
        source=SOURCES[number % len(SOURCES)],
        published="2023-04-12",
        url=None,
        raw=raw,
        normalized=raw,
        normalizer="benchmark",
        regions=(Region("body", RawOffset(0), RawOffset(len(raw))),),
        alignment=Alignment.identity(len(raw)),
        meta={},
    )


def _annotation(raw: str, start: int, end: int, annotator: str) -> Annotation:
    return tagged(raw, raw_span(start, end), "DATE", default_labels()["DATE"].attributes(), annotator)
