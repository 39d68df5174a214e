"""The queue and the search at a million notices: a page under every filter, first hits, recall, and what they cost."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import combinations, islice
from pathlib import Path
from typing import Any
from unittest.mock import patch

from archive import FRONT, OTHERS, TEN, build, vocabulary
from bars import Bar, Options
from synthetic import folder

from store.db.sqlite import Connection
from store.edits.work_orders import renew_order
from store.index.filters import BY_DATE, PageKey, QueueFilter, QueueSort
from store.index.search import Query
from store.open import open_database
from store.read.queue import PAGE_ROWS, count_queue, queue_page

NOTICES = 1_000_000
"""Unless fewer are asked for (``--quick``: a tenth)."""

ALONE: dict[str, dict[str, Any]] = {
    "status open": {"status": "open"},
    "status done": {"status": "done"},
    "label, many": {"label": "DATE"},
    "label, ten": {"label": "OFFICIAL"},
    "assignee, many": {"assignee": FRONT},
    "assignee, ten": {"assignee": TEN},
    "assignee, nobody": {"assignee": ""},
    "undecided": {"open_point": "undecided"},
    "unsure, ten": {"open_point": "unsure"},
    "gap, many": {"open_point": "gap"},
    "flag, many": {"flag": "traditional"},
    "flag, ten": {"flag": "title-unsure"},
    "dates, two days": {"published_from": "2019-03-05", "published_to": "2019-03-06"},
    "dates, five years": {"published_from": "2018-01-01", "published_to": "2023-06-01"},
    "dates, the last year": {"published_from": "2024-01-01"},
}
SORTS: tuple[QueueSort, ...] = ("imported", "newest", "oldest", "unsure")
PAGE, OTHER = 5.0, 250.0
"""Milliseconds for a page under one filter or a pair that the app offers, and under any other."""
SEARCH = 50.0


def bars(options: Options) -> Iterator[Bar]:
    """Queue pages, counts, search, recall, and the cost of the index."""
    with folder() as place:
        path = place / "archive.db"
        build(path, NOTICES // 10 if options.quick else NOTICES)
        yield from of(path, options)


def of(path: Path, options: Options) -> Iterator[Bar]:
    """The figures of one archive."""
    yield from _order(path)
    with open_database(path) as database, database.read() as connection:
        Query("生态")  # the tables that fold a query are read once
        yield from _pages(connection, options)
        yield from _searches(connection, options)


def _order(path: Path) -> Iterator[Bar]:
    """What it takes to make an order of work, and how long others wait for it."""
    with open_database(path) as database:
        held: list[float] = []
        write = database.write

        @contextmanager
        def timed() -> Iterator[Connection]:
            with write() as connection:
                begun = time.perf_counter()
                yield connection
                held.append(time.perf_counter() - begun)

        with patch.object(database, "write", timed):
            for what in ("texts measured first", "again"):
                begun = time.process_time()
                renew_order(database, "unsure")
                spent = time.process_time() - begun
                yield Bar(f"queue: the order unsure made, {what}, seconds of a processor", spent, None, " s")
    detail = f"of {len(held)}, without its commit"
    yield Bar("queue: an order of work made, longest transaction", 1000 * max(held), 150, "ms", detail)


def _pages(connection: Connection, options: Options) -> Iterator[Bar]:
    whole = [
        _best(lambda key=key: queue_page(connection, FRONT, after=key, limit=PAGE_ROWS))
        for key in (None, *(PageKey(None, number) for number in (PAGE_ROWS, NOTICES // 2)))
    ]
    yield _worst(f"queue: a page of all, {PAGE_ROWS} rows", whole, PAGE)
    for sort in SORTS:
        singles = [
            slowest(connection, who, QueueFilter(**given, sort=sort), name)
            for name, given in [("no filter", {}), *ALONE.items()]
            for who in (FRONT, TEN, OTHERS)
        ]
        yield _worst(f"queue: a page, one filter, {sort}", singles, PAGE)
    pairs = [
        slowest(connection, who, QueueFilter(**first[1], **second[1], sort=sort), f"{first[0]} + {second[0]}")
        for first, second in combinations(ALONE.items(), 2)
        if not first[1].keys() & second[1].keys()
        for who in ((FRONT,) if options.quick else (FRONT, TEN, OTHERS))
        for sort in SORTS
    ]
    yield _worst("queue: a page, two filters, any order", pairs, PAGE)
    words = [word for word in vocabulary() if len(word) > 1]
    searched = [
        slowest(connection, who, QueueFilter(**given, search=word, sort=sort), f"{word} + {name}, {sort}")
        for word in (words[0], words[100], words[-1])
        for name, given in ALONE.items()
        for who in ((FRONT,) if options.quick else (FRONT, TEN))
        for sort in SORTS
    ]
    yield _worst("queue: a page, search and a filter, any order", searched, OTHER)
    counts = [
        (seconds_of(lambda given=given: count_queue(connection, FRONT, QueueFilter(**given))), name)
        for name, given in [*ALONE.items(), ("the commonest word", {"search": words[0]})]
    ]
    yield _worst("queue: an exact count, in a worker", counts, None)


def _searches(connection: Connection, options: Options) -> Iterator[Bar]:
    words = vocabulary()
    two = [word for word in words if len(word) == 2]
    chance = random.Random(5)
    kinds = {
        "of two characters": two[:100] + chance.sample(two, 100) + two[-100:],
        "of one character": [word for word in words if len(word) == 1][:100],
        "of three and more": [word for word in words if len(word) > 2][:200],
        "across two common words": ["".join(chance.sample(words[:100], 2)) for _ in range(100)],
        "of two or three words": [" ".join(chance.sample(words[:1000], chance.choice((2, 3)))) for _ in range(100)],
    }
    for name, asked in kinds.items():
        seconds = sorted(
            seconds_of(lambda word=word: list(islice(Query(word).walk(connection, 1), 50))) * 1000
            for word in asked[:: 3 if options.quick else 1]
        )
        p95 = seconds[int(0.95 * (len(seconds) - 1))]
        detail = f"p50 {statistics.median(seconds):.1f} ms, most {seconds[-1]:.1f} ms, {len(seconds)} queries"
        yield Bar(f"search: first 50 hits {name}, p95", p95, SEARCH, "ms", detail)
    yield recall(connection, [*chance.sample(two, 8 if options.quick else 24), two[0] + two[1], words[0] + words[3]])


def recall(connection: Connection, asked: Sequence[str], among: int = 50_000) -> Bar:
    """The share of what LIKE finds in the first so many notices that is found, less what is found besides."""
    right = wanted = more = 0
    for word in asked:
        rows = connection.execute(
            "SELECT number FROM notices JOIN texts ON notice = number "
            "WHERE (normalized LIKE ? OR title LIKE ?) AND number <= ?",
            [f"%{word}%", f"%{word}%", among],
        )
        like = {row[0] for row in rows}
        found = {number for number in Query(word).numbers(connection) if number <= among}
        right, wanted, more = right + len(like & found), wanted + len(like), more + len(found - like)
    detail = f"{wanted:,} hits of {len(asked)} queries, {more} found besides"
    return Bar("search: recall and precision against LIKE", right / max(1, wanted + more), 1, "", detail, at_least=True)


def slowest(
    connection: Connection, who: str, which: QueueFilter, name: str, notices: int = NOTICES
) -> tuple[float, str]:
    """The slowest of the pages that a reviewer may ask for: first, second, last, and one in the middle."""
    first = queue_page(connection, who, which)
    middle = PageKey("2019-06-01" if which.sort in BY_DATE else None, notices // 2)
    asked: list[Callable[[], object]] = [
        lambda: queue_page(connection, who, which),
        lambda: queue_page(connection, who, which, first.next),
        lambda: queue_page(connection, who, which, middle),
        lambda: queue_page(connection, who, which, last=True),
    ]
    return max(_best(each)[0] for each in asked), f"{name}, {who}, {which.sort}, {len(first.rows)} rows"


def _best(work: Callable[[], object]) -> tuple[float, str]:
    """Seconds at the second of two times or the third, whichever is less: once read, pages are in memory."""
    work()
    return min(seconds_of(work) for _ in range(2)), ""


def seconds_of(work: Callable[[], object]) -> float:
    """Of the processor: what is asked for has been read before, and other programs disturb these least."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _worst(what: str, measured: Sequence[tuple[float, str]], wanted: float | None) -> Bar:
    seconds, name = max(measured)
    middle = statistics.median(each for each, _ in measured) * 1000
    detail = f"of {len(measured)}, median {middle:.1f} ms" + (f"; worst: {name}" if name else "")
    return Bar(f"{what}, worst", seconds * 1000, wanted, "ms", detail)
