"""What is measured of a database of varied pages, a step each, so that each can be run alone and again.

A step is measured at several sizes.  A figure is flat where the size must not be felt, counted for each notice where
all of them are gone through, or for information.  Commands are measured from outside, with all their processes; what
the app does for a key or a page is measured in processor time, which other work of the machine disturbs least.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any, Final

import programs
import varied
from queries import recall, seconds_of, slowest
from terminal import Terminal
from tree import Run, measured

from store.db.companions import WAL, companion
from store.db.sqlite import Connection
from store.index.filters import QUEUE_SORTS, QueueFilter
from store.index.search import Query
from store.open import open_database
from store.project.reviewers import current_reviewer
from store.read.notices import load_notice, notice_annotations
from store.read.queue import count_queue

EACH: Final = ", each notice"
"""How a figure ends that is counted for each notice."""
FLAT: Final = 1.5
"""So many times what it was at the first size a figure may be that the size must not be felt in."""
RUNS: Final = 15
ONE: Final = "growth-of-one"
ALL: Final = "growth-of-all"
"""The pictures of what is done once, and of what goes through all notices."""
_LOG: Final = 2 * 4_000 * 4_096 / 1e6
"""Megabytes that a write-ahead log may have: so many pages, after which its rest is copied within the lock, and as many
of the transaction that came before.
"""
_WAIT: Final = 250.0
"""Milliseconds that a reviewer may wait for an import."""
_SEARCH: Final = 50.0
_PAGE: Final = 5.0
"""Milliseconds of a search and of a page of the queue, as ``queries`` wants them."""
_PAGE_DOWN: Final = "\x1b[6~"
_QUEUE_SHOWN: Final = (r"^ *▌ .*\S", r"q quit$")
_NOTICE_SHOWN: Final = (r"normalized 1 of [\d,]+ ", r"saved ✓", r"\? help")
_FIELDS: Final = ("--field", "raw=content")
_SHARED: Final = 10_000
"""Notices from which on each command has all its processes at work."""
_HUGE: Final = 4_321
"""The first page of a megabyte."""

_FILTERS: Final[dict[str, dict[str, Any]]] = {
    "all": {},
    "open": {"status": "open"},
    "done": {"status": "done"},
    "flagged": {"status": "flagged"},
    "nobody's": {"assignee": ""},
    "Traditional": {"flag": "traditional"},
    "title unsure": {"flag": "title-unsure"},
    "two days": {"published_from": "2019-03-05", "published_to": "2019-03-06"},
    "five years": {"published_from": "2018-01-01", "published_to": "2022-12-31"},
    "once": {"near_copies": "once"},
}


@dataclass(frozen=True)
class Figure:
    """What was measured, in ``unit``.

    ``wanted`` is the most it may be.  Of a ``flat`` one the growth is bounded, from ``since`` notices on: fewer may be
    so few that a command does not share them out.  ``picture`` names the one that its curve is drawn in.
    """

    what: str
    value: float
    unit: str
    flat: bool = False
    wanted: float | None = None
    detail: str = ""
    since: int = 0
    picture: str = ""


@dataclass(frozen=True)
class Place:
    """Where the database of one size lies, and what is made of it."""

    folder: Path
    notices: int
    database: Path
    runs: int = RUNS

    def shards(self) -> list[str]:
        """The shards of the corpus that it is made of, which are written where they are not there yet."""
        return [*map(str, varied.write(self.folder / "corpus", self.notices))]

    def begun(self, step: str) -> Path:
        """Where is kept what a step has used that was killed."""
        return self.folder / f"{self.notices}-{step}.begun"


Step = Callable[[Place], Iterator[Figure]]


def _import(place: Place) -> Iterator[Figure]:
    """All pages by one command, and a reviewer beside it who says something each second; a killed one goes on."""
    begun = place.begun("import")
    before = Run(*json.loads(begun.read_text())) if begun.exists() else Run(0.0, 0.0, 0)
    log, longest_log, kept = companion(place.database, WAL), 0, 0.0

    def sampled(run: Run) -> None:
        nonlocal longest_log, kept
        longest_log = max(longest_log, log.stat().st_size if log.exists() else 0)
        if run.seconds - kept >= 1:
            kept = run.seconds
            begun.write_text(json.dumps(_added(before, run)))

    command = [*programs.command(place.database, "import", *place.shards()), *_FIELDS]
    with _reviewer(place) as waits:
        run = _succeeded(command, place, "import", sampled)
    seconds, cpu, memory = _added(before, run)
    begun.unlink(missing_ok=True)
    yield from _costs("import", Run(seconds, cpu, memory), place)
    yield Figure("import: longest write-ahead log", longest_log / 1e6, "MB", wanted=_LOG)
    size = place.database.stat().st_size
    yield Figure(f"database{EACH}", size / place.notices / 1000, "kB", detail=f"{size / 1e9:.2f} GB", picture=ALL)
    if len(waits) > RUNS:
        waits.sort()
        told = f"median {waits[len(waits) // 2]:.0f} ms, p95 {waits[int(0.95 * len(waits))]:.0f} ms of {len(waits)}"
        yield Figure("import: longest wait of a reviewer beside it", waits[-1], "ms", wanted=_WAIT, detail=told)


def _again(place: Place) -> Iterator[Figure]:
    """An import of what is there already."""
    command = [*programs.command(place.database, "import", *place.shards()), *_FIELDS]
    yield from _costs("import of what is there", _succeeded(command, place, "again"), place)


def _prepare(place: Place) -> Iterator[Figure]:
    folder = place.folder / f"prepared-{place.notices}"
    command = [programs.ZHUPI, "prepare", *place.shards(), "-o", str(folder), *_FIELDS]
    yield from _costs("prepare", _succeeded(command, place, "prepare"), place)
    size = sum(each.stat().st_size for each in folder.iterdir())
    yield Figure(f"prepared shards{EACH}", size / place.notices / 1000, "kB", detail=f"{size / 1e9:.2f} GB")


def _prepared(place: Place) -> Iterator[Figure]:
    """An import of the prepared shards, into a database that nobody needs."""
    folder, other = place.folder / f"prepared-{place.notices}", place.folder / f"of-prepared-{place.notices}.db"
    command = programs.command(other, "import", str(folder))
    yield from _costs("import of prepared shards", _succeeded(command, place, "prepared"), place)
    for each in place.folder.glob(f"{other.name}*"):
        each.unlink()


def _start(place: Place) -> Iterator[Figure]:
    """From the start of the process to the first full paint, by turns with an empty app."""
    size = programs.SIZES[0]
    kinds: dict[str, tuple[Callable[[], Terminal], tuple[str, ...]]] = {
        "empty app": (lambda: programs.floor(size), (programs.FLOOR_SHOWN,)),
        "the queue": (lambda: programs.queue(place.database, size), _QUEUE_SHOWN),
        "a notice": (lambda: programs.notice(place.database, size, f"page-{place.notices - 2}"), _NOTICE_SHOWN),
        "a notice of 1 MB": (lambda: programs.notice(place.database, size, f"page-{_HUGE}"), _NOTICE_SHOWN),
    }
    if place.notices <= _HUGE:
        del kinds["a notice of 1 MB"]
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in kinds}
    for _ in range(place.runs):
        for name, (started, shown) in kinds.items():
            with started() as app:
                painted = app.wait(*shown)
                taken[name].append((painted, app.cpu()))
    # The first run of each warms the caches of the system.
    seconds, cpu = (
        {name: statistics.median(run[at] for run in runs[1:]) for name, runs in taken.items()} for at in (0, 1)
    )
    for name in list(kinds)[1:]:
        told = f"{seconds[name] * 1000:,.0f} ms / {seconds['empty app'] * 1000:,.0f} ms"
        yield Figure(
            f"start with {name} / empty app", seconds[name] / seconds["empty app"], "x", flat=True, detail=told
        )
        ratio = cpu[name] / cpu["empty app"]
        yield Figure(f"start with {name}, processor / empty app", ratio, "x", flat=True, picture=ONE)


def _keys(place: Place) -> Iterator[Figure]:
    """Keys of the queue, and what the app holds when it has been at both ends."""
    size = programs.SIZES[0]
    with programs.floor(size) as floor, programs.queue(place.database, size) as queue:
        floor.wait(programs.FLOOR_SHOWN)
        queue.wait(*_QUEUE_SHOWN)
        # It begins where somebody was; a key at the last row would change nothing.
        queue.press("g")
        trivial = statistics.median(floor.press("j").cpu for _ in range(4 * place.runs))
        for name, key in (("key down", "j"), ("page down", _PAGE_DOWN)):
            cost = statistics.median(queue.press(key).cpu for _ in range(2 * place.runs))
            told = f"{cost * 1000:.1f} ms / {trivial * 1000:.1f} ms of a processor"
            what = f"queue: {name} / a key of a trivial app"
            yield Figure(what, cost / trivial, "x", flat=True, detail=told, picture=ONE)
        for key in "GgG":
            queue.press(key)
        told = f"{queue.peak_memory():.1f} MB / {floor.peak_memory():.1f} MB"
        yield Figure(
            "peak memory of the queue / empty app",
            queue.peak_memory() / floor.peak_memory(),
            "x",
            flat=True,
            wanted=1.5,
            detail=told,
            picture=ONE,
        )


def _pages(place: Place) -> Iterator[Figure]:
    """The slowest page under each filter in each order, and counts."""
    me = current_reviewer()
    with open_database(place.database) as database, database.read() as connection:
        found = [
            slowest(connection, me, QueueFilter(**given, sort=sort), name, place.notices)
            for name, given in _FILTERS.items()
            for sort in QUEUE_SORTS
        ]
        seconds, which = max(found)
        middle = statistics.median(each for each, _ in found)
        yield Figure("queue: a page, median of all filters and orders", middle * 1000, "ms", flat=True, picture=ONE)
        yield Figure("queue: a page, slowest filter and order", seconds * 1000, "ms", wanted=_PAGE, detail=which)
        counted = max(
            (seconds_of(lambda given=given: count_queue(connection, me, QueueFilter(**given))), name)  # type: ignore[misc]
            for name, given in _FILTERS.items()
        )
        yield Figure("queue: an exact count, slowest filter", counted[0] * 1000, "ms", detail=counted[1])


def _search(place: Place) -> Iterator[Figure]:
    """First hits of common and rare words, alone and under a filter, and recall."""
    words, me = varied.vocabulary(), current_reviewer()
    two = [word for word in words if len(word) == 2]
    asked = [*two[:100], *Random(5).sample(two, 100), *two[-100:]]
    with open_database(place.database) as database, database.read() as connection:
        Query("生态")  # the tables that fold a query are read once
        taken = sorted(_hits(connection, word) * 1000 for word in asked)
        told = f"median {statistics.median(taken):.2f} ms, most {taken[-1]:.1f} ms of {len(taken)}"
        p95 = taken[int(0.95 * (len(taken) - 1))]
        yield Figure("search: first 50 hits of a word, p95", p95, "ms", wanted=_SEARCH, detail=told)
        across = sorted(_hits(connection, "".join(Random(at).sample(two[:100], 2))) * 1000 for at in range(100))
        yield Figure("search: first 50 hits across two common words, p95", across[94], "ms", wanted=_SEARCH)
        found = [
            slowest(connection, me, QueueFilter(**given, search=word, sort=sort), f"{word} + {name}", place.notices)
            for word in (two[0], two[300], two[-1])
            for name, given in _FILTERS.items()
            for sort in QUEUE_SORTS
        ]
        seconds, which = max(found)
        yield Figure("search: a page of hits under a filter, slowest", seconds * 1000, "ms", wanted=_WAIT, detail=which)
        bar = recall(connection, [*Random(7).sample(two, 12), two[0] + two[1]], min(place.notices, 20_000))
        yield Figure("search: recall and precision against LIKE", bar.measured, "", detail=bar.detail)


def _hits(connection: Connection, word: str) -> float:
    return seconds_of(lambda: list(islice(Query(word).walk(connection, 1), 50)))


def _open(place: Place) -> Iterator[Figure]:
    """What is read to open a notice."""
    numbers = Random(9).sample(range(1, place.notices + 1), 200)
    with open_database(place.database) as database, database.read() as connection:
        taken = [
            seconds_of(lambda number=number: (load_notice(connection, number), notice_annotations(connection, number)))  # type: ignore[misc]
            for number in numbers
        ]
        yield Figure("notice: read to be opened, median", statistics.median(taken) * 1000, "ms", flat=True, picture=ONE)


def _export(place: Place) -> Iterator[Figure]:
    path = _exported(place)
    yield from _costs(
        "export", _succeeded(programs.command(place.database, "export", "-o", str(path)), place, "export"), place
    )
    size = path.stat().st_size
    yield Figure(f"export: its file{EACH}", size / place.notices / 1000, "kB", detail=f"{size / 1e9:.2f} GB")


def _verify(place: Place) -> Iterator[Figure]:
    yield from _costs("verify", _succeeded([programs.ZHUPI, "verify", str(_exported(place))], place, "verify"), place)


def _exported(place: Place) -> Path:
    return place.folder / f"export-{place.notices}.jsonl"


def _backup(place: Place) -> Iterator[Figure]:
    path = place.folder / f"backup-{place.notices}.db"
    yield from _costs(
        "backup", _succeeded(programs.command(place.database, "backup", str(path)), place, "backup"), place
    )
    path.unlink()


def _check(place: Place) -> Iterator[Figure]:
    yield from _costs("check", _succeeded(programs.command(place.database, "check"), place, "check"), place)


def _costs(what: str, run: Run, place: Place) -> Iterator[Figure]:
    """What a command costs that goes through all notices."""
    each = 1000 / place.notices
    yield Figure(f"{what}{EACH}", run.seconds * each, "ms", detail=f"{run.seconds:,.0f} s")
    told = f"{run.cpu:,.0f} s of processors"
    yield Figure(f"{what}, processor{EACH}", run.cpu * each, "ms", detail=told, picture=ALL)
    yield Figure(f"{what}: memory of its processes", run.memory / 1e6, "MB", flat=True, since=_SHARED)


def _added(before: Run, run: Run) -> tuple[float, float, int]:
    """What a command has used with what it had used until it was killed."""
    return before.seconds + run.seconds, before.cpu + run.cpu, max(before.memory, run.memory)


def _succeeded(command: Sequence[str], place: Place, name: str, sampled: Callable[[Run], None] = lambda _: None) -> Run:
    """Run a command that has to succeed."""
    output = place.folder / f"{place.notices}-{name}.log"
    run = measured(command, sampled=sampled, output=output)
    if run.status:
        raise RuntimeError(f"{' '.join(command[:3])} … has failed: {output.read_text(errors='replace')[-500:]}")
    return run


_REVIEWER: Final = """
import json, sys, threading, time
from pathlib import Path
from annotations.annotation import Review, now
from annotations.errors import ZhupiError
from store.edits.review import set_review
from store.index.numbers import count_notices
from store.open import open_database
from store.project.reviewers import current_reviewer
path, me, waits, ended = Path(sys.argv[1]), current_reviewer(), [], threading.Event()
threading.Thread(target=lambda: (sys.stdin.readline(), ended.set()), daemon=True).start()
while not path.exists() and not ended.wait(0.2):
    pass
if not ended.wait(0.5):
    with open_database(path) as database:
        at = 0
        while not ended.wait(1.0):
            if count := count_notices(database.connection):
                at += 1
                begun = time.perf_counter()
                set_review(database, me, 1 + 7 * at % count, Review(me, "flagged", str(at), now()))
                waits.append(1000 * (time.perf_counter() - begun))
print(json.dumps(waits))
"""
"""A reviewer who says something of another notice each second, until a line comes."""


@contextmanager
def _reviewer(place: Place) -> Iterator[list[float]]:
    """A reviewer beside the block; behind it the list has the milliseconds that each write took."""
    waits: list[float] = []
    command = [sys.executable, "-c", _REVIEWER, str(place.database)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).resolve().parents[1]
    ) as process:
        try:
            yield waits
            waits += json.loads(process.communicate("\n", timeout=60)[0])
        finally:
            process.kill()


STEPS: Final[dict[str, Step]] = {
    "import": _import,
    "start": _start,
    "keys": _keys,
    "pages": _pages,
    "search": _search,
    "open": _open,
    "export": _export,
    "verify": _verify,
    "backup": _backup,
    "check": _check,
    "prepare": _prepare,
    "prepared": _prepared,
    "again": _again,
}
"""All steps, by name, those first that tell most."""
