"""Accept many: what waits counted and sampled, thousands accepted, undone and redone, what others wait meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Final

from archive import build
from bars import Bar, Options
from everywhere import beside_another
from synthetic import folder

from annotations.annotation import Review, now
from annotations.origins import decided, suggested
from annotations.spans import raw_span
from store.db.database import Database
from store.edits.accept_many import AcceptMany
from store.edits.annotate import add_annotation
from store.edits.review import set_review
from store.edits.undo import redo, undo
from store.index.filters import QueueFilter
from store.log.events import annotation_change
from store.open import open_database
from store.project.settings import labels_of
from store.read.agreement import AgreementFilter, project_agreement
from store.read.notices import load_notice, notice_annotations
from store.read.waiting import Draw, Survey, Wanted
from store.write.record import record

ME, OTHER = "lin", "chen"
MANY, BOTH = 5_000, 20
WANTED: Final = Wanted("OFFICIAL", "rule/x", 0.9)


def bars(options: Options) -> Iterator[Bar]:
    """What a reader waits for first, then a step about many, with somebody else at work."""
    notices = options.notices // 10 if options.quick else options.notices
    with folder() as place:
        path = place / "archive.db"
        build(path, notices)
        with open_database(path) as database:
            numbers = range(1, min(notices, MANY) + 1)
            _suggest(database, numbers)
            draw = yield from _read(database)
            yield from _many(database, path, draw)


def _suggest(database: Database, numbers: range) -> None:
    """A surely found official in each of these notices, and in every tenth one that is less sure."""
    label, at = labels_of(database)["OFFICIAL"], now()
    for first in range(0, len(numbers), 500):
        with database.write() as connection:
            for number in numbers[first : first + 500]:
                notice = load_notice(connection, number).notice
                for start, score in ((2, 0.95), (6, 0.5)):
                    if score > WANTED.above or not number % 10:
                        span = raw_span(start, start + 2)
                        item = suggested(notice, span, label, label.attributes(), "rule/x@1", score, at)
                        record(connection, "rules", "suggest", annotation_change(number, None, item))


def _read(database: Database) -> Generator[Bar, None, Draw]:
    survey = Survey(ME, QueueFilter())
    pages, seconds = _pages(database, survey.read_on)
    yield Bar("accept many: a page of what waits", max(pages) * 1000, 100, " ms",
              f"the longest of {len(pages)}; {survey.looked:,} notices in {seconds:.1f} s of a processor")  # fmt: skip
    draw = Draw(ME, WANTED, survey.waiting(WANTED).notices)
    pages, seconds = _pages(database, draw.read_on)
    yield Bar("accept many: a page of a sample", max(pages) * 1000, 100, " ms",
              f"the longest of {len(pages)}; {draw.count:,} places in {seconds:.1f} s of a processor")  # fmt: skip
    if len(draw.sample) != BOTH or draw.count != survey.waiting(WANTED).count(WANTED.above):
        raise AssertionError((len(draw.sample), draw.count))
    return draw


def _pages(database: Database, read_on: Callable[..., bool]) -> tuple[list[float], float]:
    """Seconds of a processor that each page of a read takes, and all of them."""
    taken, more = [], True
    while more:
        begun = time.process_time()
        with database.read() as connection:
            more = read_on(connection)
        taken.append(time.process_time() - begun)
    return taken, sum(taken)


def _many(database: Database, path: Path, draw: Draw) -> Iterator[Bar]:
    drawn_at = now()
    for place in draw.sample:
        items = {item.id: item for item in notice_annotations(database.connection, place.notice)}
        for name in (ME, OTHER):
            add_annotation(database, name, place.notice, decided(items[place.suggestion], name, "accepted"))
            set_review(database, name, place.notice, Review(name, "done", None, now()))
    others = [number for number in draw.notices if number not in {place.notice for place in draw.sample}][:BOTH]
    for number in others:
        for name in (ME, OTHER):
            set_review(database, name, number, Review(name, "done", None, now()))
    rest = draw.count - len(draw.sample)
    step = AcceptMany(database, ME, WANTED, draw.notices, rest, drawn_at)
    acts = (("accepted", step.run), ("undone", lambda: undo(database, ME)), ("redone", lambda: redo(database, ME)))
    for what, act in acts:
        seconds, cpu, told, _ = beside_another(path, others, act)
        yield Bar(f"accept many: {rest:,} suggestions {what}", seconds, 5, " s", f"{cpu:.1f} s of a processor")
        yield Bar(f"accept many: longest wait of another, {what}", max(told["waits"]) * 1000, 250, " ms",
                  f"{len(told['waits'])} writes")  # fmt: skip
        wanted = 0 if what == "undone" else len(others)
        if told["right"][-1][1] != wanted:
            raise AssertionError(f"the screen of the other is not right: {told['right'][-3:]}")
        _check(database, in_bulk=wanted)
    if step.report.changed != rest:
        raise AssertionError(step.report)


def _check(database: Database, *, in_bulk: int) -> None:
    """Prove that agreement knows on how many of the notices that both have done something is bulk."""
    with database.read() as connection:
        found = project_agreement(connection, AgreementFilter(among=(ME, OTHER)))
        without = project_agreement(connection, AgreementFilter(among=(ME, OTHER), leave_out=("bulk",)))
    if (found.bulk, found.notices - without.notices) != (in_bulk, in_bulk):
        raise AssertionError((found.notices, found.bulk, without.notices, in_bulk))
