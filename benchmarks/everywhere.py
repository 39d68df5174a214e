"""Every place of a text: the first of them, thousands accepted and undone, what others wait, and when they see it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

from archive import build, vocabulary
from bars import Bar, Options
from synthetic import folder

from annotations.spans import RawSpan
from store.db.database import Database
from store.edits.places import PlacesEdit
from store.edits.undo import undo
from store.index.filters import QueueFilter
from store.intake.found import suggest_found
from store.open import open_database
from store.project.settings import labels_of
from store.read.places import find_text, text_page

ME: Final = "lin"
FIRST, MANY = 50, 5_000
FILTERS: Final = {
    "all": QueueFilter(),
    "open": QueueFilter(status="open"),
    "undecided": QueueFilter(open_point="undecided"),
    "a year": QueueFilter(published_from="2024-01-01"),
}
OTHER = """
import json, sys, threading, time
from pathlib import Path
from annotations.annotation import Review, now
from store.edits.review import set_review
from store.open import open_database
from store.read.queue import rows_of
from tui.session.watcher import Watcher
path, shown = Path(sys.argv[1]), json.loads(sys.argv[2])
waits, right, ended = [], [], threading.Event()
with open_database(path) as database, open_database(path) as watched, open_database(path) as queue:
    def seen(_):
        # What a queue with these notices on it does: it reads the rows that are on the screen.
        with queue.read() as connection:
            rows = rows_of(connection, "lin", shown)
        right.append((time.time(), sum("OFFICIAL" in row.counts for row in rows)))
    watcher = Watcher(watched, "wang")
    watcher.start(seen)
    threading.Thread(target=lambda: (sys.stdin.readline(), ended.set()), daemon=True).start()
    print("ready", flush=True)
    at = 0
    while not ended.wait(0.02):
        at += 1
        begun = time.perf_counter()
        set_review(database, "wang", shown[at % len(shown)], Review("wang", "flagged", str(at), now()))
        waits.append(time.perf_counter() - begun)
    watcher.end(5)
print(json.dumps({"waits": waits, "right": right}))
"""
"""Another reviewer, who writes all the time and has the first of the notices on the screen."""


def bars(options: Options) -> Iterator[Bar]:
    """The first places under each filter, then a step about many, with somebody else at work."""
    notices = options.notices // 10 if options.quick else options.notices
    with folder() as place:
        path = place / "archive.db"
        build(path, notices)
        with open_database(path) as database:
            yield from _first(database, notices)
            yield from _many(database, path)


def _first(database: Database, notices: int) -> Iterator[Bar]:
    words = vocabulary()
    texts = [words[at] for at in (0, 3, 30, 300, 3000)]
    for name, which in FILTERS.items():
        taken = []
        for text in texts:
            text_page(database.connection, ME, text, which)  # the tables that fold a text are read once
            begun = time.process_time()
            with database.read() as connection:
                text_page(connection, ME, text, which)
            taken.append((time.process_time() - begun) * 1000)
        yield Bar(f"everywhere: first {FIRST} of {notices:,} notices, {name}", max(taken), 100, " ms", "the worst of 5")


def _many(database: Database, path: Path) -> Iterator[Bar]:
    text, label = vocabulary()[3], labels_of(database)["OFFICIAL"]
    found = find_text(database, "admin", text, QueueFilter())
    list(suggest_found(database, "admin", label, text, islice(found, MANY)))
    targets: list[tuple[int, RawSpan]] = []
    for each in find_text(database, ME, text, QueueFilter()):
        targets += [(each.stored.number, place.span) for place in each.places]
        if len(targets) >= MANY:
            break
    targets = targets[:MANY]
    edit = PlacesEdit(database, ME, targets, "accept")
    shown = list(dict.fromkeys(number for number, _ in targets))[:40]
    for what, act in (("accepted", edit.run), ("undone", lambda: undo(database, ME))):
        seconds, cpu, told, end = beside_another(path, shown, act)
        yield Bar(f"everywhere: {len(targets):,} places {what}", seconds, 5, " s", f"{cpu:.1f} s of a processor")
        yield Bar(f"everywhere: longest wait of another, {what}", max(told["waits"]) * 1000, 250, " ms",
                  f"{len(told['waits'])} writes")  # fmt: skip
        wanted = len(shown) if what == "accepted" else 0
        # Right before the last commit counts as at once.
        seen = [max(0.0, at - end) for at, decided in told["right"] if decided == wanted and at >= end - 1]
        if not seen or told["right"][-1][1] != wanted:
            raise AssertionError(f"the screen of the other is not right: {told['right'][-3:]}")
        yield Bar(f"everywhere: another's screen right, {what}", min(seen), 1, " s")
    if edit.report.changed < len(targets):
        raise AssertionError(edit.report)


def beside_another(
    path: Path, shown: Sequence[int], act: Callable[[], object]
) -> tuple[float, float, dict[str, Any], float]:
    """Seconds and seconds of a processor that something takes, what the other has measured meanwhile, and its end."""
    other = subprocess.Popen(
        [sys.executable, "-c", OTHER, path, json.dumps(shown)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).resolve().parents[1],
    )  # fmt: skip
    assert other.stdout is not None
    other.stdout.readline()
    begun, cpu = time.perf_counter(), time.process_time()
    act()
    seconds, cpu, end = time.perf_counter() - begun, time.process_time() - cpu, time.time()
    time.sleep(1.5)
    told, _ = other.communicate("\n")
    return seconds, cpu, json.loads(told), end
