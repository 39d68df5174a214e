"""Thirty apps at once on one database, two keys a second each: how soon a key is answered, and what all of them hold.

Each app opens a notice of its own, moves, tags, takes it back, goes to the queue and on to the next notice; the first
round of keys is not counted.  A key is answered by the first whole frame behind it, which may have been on its way.
The floor is as many empty apps in the same run.  Then the same beside an import.  How many processors there are
counts: the figures of the issue are for two.
"""

from __future__ import annotations

import heapq
import select
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from itertools import cycle
from pathlib import Path
from random import Random

import programs
from bars import Bar, Options
from side_by_side import ids, importing, page_shard, workplace
from terminal import FRAME_END, NotShownError, Terminal

_APPS = 30
_PAUSE = 0.5
"""Seconds between two keys of one app, on average."""
_PATIENCE = 3.0
"""Seconds after which a key has no answer: nothing was to be drawn."""
_FELT = 100.0
"""Milliseconds up to which an answer seems to come at once."""
_KEYS = ("l", "j", "j", "w", "s", "1", "u", "l", "j", "l", "q", "j", "\r")
"""What each presses again and again: moves, a tag, undo, back to the queue, the next notice."""
_SIZE = programs.SIZES[0]


def bars(options: Options) -> Iterator[Bar]:
    """Empty apps, the apps, and the apps beside an import."""
    seconds = 8.0 if options.quick else 30.0
    with workplace(options) as (place, database):
        notices, total = ids(database, _APPS)
        floor, floor_held, _ = _crowd([programs.floor(_SIZE) for _ in notices], (programs.FLOOR_SHOWN,), seconds)
        apps = _opened(database, notices)
        alone, held, silent = _crowd(apps, programs.ANY_NOTICE_SHOWN, seconds)
        yield _waits(f"{_APPS} apps: a key is answered, p95", alone, floor, total)
        yield Bar(
            f"{_APPS} apps: memory, PSS of all", held, None, "MB",
            f"{held / _APPS:.1f} MB each; as many empty apps {floor_held:.0f} MB", notices=total,
        )  # fmt: skip
        yield Bar(f"{_APPS} apps: keys without an answer", 100 * silent, 5, "%", notices=total)
        meanwhile = importing(database, page_shard(place, 12_000 if options.quick else 60_000))
        apps = _opened(database, notices)
        beside, held, silent = _crowd(apps, programs.ANY_NOTICE_SHOWN, seconds, meanwhile)
        yield _waits(f"{_APPS} apps beside an import: a key is answered, p95", beside, floor, total)
        yield Bar(
            f"{_APPS} apps beside an import: memory, PSS of all", held, None, "MB", "without that of the import",
            notices=total,
        )  # fmt: skip
        yield Bar(f"{_APPS} apps beside an import: keys without an answer", 100 * silent, 5, "%", notices=total)


def _opened(database: Path, notices: Sequence[str]) -> list[Terminal]:
    return [programs.notice(database, _SIZE, notice) for notice in notices]


def _waits(what: str, waited: Sequence[float], floor: Sequence[float], notices: int) -> Bar:
    detail = (
        f"median {_share(waited, 0.5):.1f} ms, p99 {_share(waited, 0.99):.0f} ms, most {waited[-1] * 1000:.0f} ms of "
        f"{len(waited)}; empty apps: median {_share(floor, 0.5):.1f} ms, p95 {_share(floor, 0.95):.1f} ms"
    )
    return Bar(what, _share(waited, 0.95), _FELT, "ms", detail, notices=notices)


def _share(waited: Sequence[float], share: float) -> float:
    """The wait in milliseconds that such a share of all does not exceed."""
    return waited[min(len(waited) - 1, int(len(waited) * share))] * 1000


def _crowd(
    apps: list[Terminal],
    shown: tuple[str, ...],
    seconds: float,
    meanwhile: AbstractContextManager[object] | None = None,
) -> tuple[list[float], float, float]:
    """Press keys in all apps once all have painted; ``meanwhile`` is what runs beside them while that is measured.

    Returns:
        How long each key waited for its answer in seconds, sorted; what all apps hold at the end in megabytes; the
        share of keys that had no answer.
    """
    with ExitStack() as stack:
        for app in apps:
            stack.enter_context(app)
        for app in apps:
            app.wait(*shown)
        # What an app loads at the first use of a key, such as the words of Chinese, is no wait of every key.
        keys = [cycle(_KEYS) for _ in apps]
        _pressed(apps, keys, len(_KEYS) * _PAUSE * 1.5)
        with meanwhile or nullcontext():
            waited, silent = _pressed(apps, keys, seconds)
        held = sum(app.proportional_memory() for app in apps)
    return sorted(waited), held, silent / max(1, silent + len(waited))


def _pressed(apps: Sequence[Terminal], keys: Sequence[Iterator[str]], seconds: float) -> tuple[list[float], int]:
    """Press keys for so long; returns how long each waited for its answer, and how many had none."""
    chance = Random(1)
    begun = time.perf_counter()
    due = [(begun + chance.random() * _PAUSE, at) for at in range(len(apps))]
    heapq.heapify(due)
    sent: dict[int, float] = {}
    waited: list[float] = []
    silent = 0
    while (now := time.perf_counter()) < begun + seconds:
        while due and due[0][0] <= now:
            _, at = heapq.heappop(due)
            before = sent.get(at)
            if before is not None and now - before < _PATIENCE:
                # Nobody is asked for the next one before they have seen the answer.
                heapq.heappush(due, (now + _PAUSE / 10, at))
                continue
            silent += before is not None
            sent[at] = apps[at].send(next(keys[at]))
            heapq.heappush(due, (now + chance.uniform(0.5, 1.5) * _PAUSE, at))
        ready, _, _ = select.select(apps, [], [], max(0.0, due[0][0] - time.perf_counter()))
        for app in ready:
            when, data = app.receive()
            if not data:
                raise NotShownError(f"an app has ended:\n{app.text}")
            at = apps.index(app)
            if at in sent and FRAME_END in data:
                waited.append(when - sent.pop(at))
    return waited, silent
