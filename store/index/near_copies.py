"""Near-copies: which notices have nearly the same text, found as they come and kept beside them.

Three tables follow from the normalized texts, beside the keys of ``store.index.bands``:

=========== ================================================================================
sketches    a notice and what is kept of its text (``annotations.near_copies``)
near_copies a notice and an earlier one that its text resembles
copy_groups a notice that has near-copies, and the first notice of its group
=========== ================================================================================

A notice is compared with the few that share the most keys with it, of each key the earliest, so that it costs the same
with any number of notices.  Groups are what near-copies join, one to the next, and each follows its earliest notice:
notices that come later change the group of a notice only where they join two.

``store.write`` brings it up to date in the transaction of the change, ``zhupi check`` compares, ``rebuild`` makes it
anew.
"""

from __future__ import annotations

from bisect import insort
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import groupby, islice
from operator import itemgetter
from typing import Final

from annotations.counts import counted
from annotations.near_copies import LEAST, Sketch, resemblance, sketch_of
from store.db.sqlite import Connection, json_array
from store.index import bands
from store.index.copy_groups import group_of, join, leaders_of, part
from store.index.keys import COPIES
from store.index.numbers import count_notices
from store.index.search import each_text
from store.index.spans import Span, spans_of

SCHEMA: Final = """
CREATE TABLE sketches (
    notice INTEGER PRIMARY KEY REFERENCES notices(number),
    minima BLOB NOT NULL
) STRICT;

CREATE TABLE near_copies (
    notice INTEGER NOT NULL REFERENCES notices(number),
    copy_of INTEGER NOT NULL REFERENCES notices(number) CHECK (copy_of < notice),
    PRIMARY KEY (notice, copy_of)
) STRICT, WITHOUT ROWID;
CREATE INDEX near_copies_of ON near_copies(copy_of);

CREATE TABLE copy_groups (
    notice INTEGER PRIMARY KEY REFERENCES notices(number),
    "first" INTEGER NOT NULL REFERENCES notices(number) CHECK ("first" <= notice)
) STRICT;
CREATE INDEX copy_groups_first ON copy_groups("first");
"""

_EARLIEST: Final = 32
"""Notices that are looked for of those with one key: many have some in common that are no near-copies."""

_AT_ONCE: Final = 16
"""Notices that are made anew at once: each is compared with others."""

_KEYS: Final = 4_096
"""Keys that are forgotten at once."""

_LIKELIEST: Final = 12
"""Notices that are compared: those with the most keys in common."""

_MOST_AGAIN: Final = 32
"""Notices that are compared with all others again when one changes that held them in their group.  Where there are more
of them, the rest is compared with these: what takes long holds the lock.
"""

_MEND: Final = "`zhupi check --repair` makes it anew"


def add(connection: Connection, notice: int, sketch: Sketch | None) -> None:
    """Compare a new notice with the earlier ones by the sketch of its text, inside the caller's transaction."""
    add_together(connection, [(notice, sketch)])


def add_together(connection: Connection, sketches: Iterable[tuple[int, Sketch | None]]) -> None:
    """As ``add``, of several in order: what is found is the same as if they came one by one."""
    arrived = list(sketches)
    some = [(notice, sketch) for notice, sketch in arrived if sketch is not None]
    # Most keys are those of one notice, so that nearly nothing is found before theirs are there.
    known = _with_keys(connection, (key for _, sketch in some for key in sketch.keys))
    _keep(connection, some)
    bands.seal_before(connection, (notice for notice, _ in arrived))
    for notice, sketch in some:
        shared: Counter[int] = Counter()
        for key in sketch.keys:
            there = known.setdefault(key, [])
            if there:
                shared.update(islice((each for each in there if each != notice), _EARLIEST))
            if notice not in there:
                insort(there, notice)
        if shared:
            join(connection, _link(connection, notice, sketch, shared))


@lru_cache(maxsize=2)
def _sketch(normalized: str) -> Sketch | None:
    """As ``sketch_of``; what ``prepare`` has made is not made again."""
    return sketch_of(normalized)


def prepare(*texts: str) -> None:
    """Make the sketches of the two texts that ``follow_text`` is about to compare, without the lock."""
    for text in texts:
        _sketch(text)


def follow_text(connection: Connection, notice: int, before: str, after: str) -> None:
    """Compare a notice anew whose normalized text has changed already, and those that were near-copies of it."""
    old, new = _sketch(before), _sketch(after)
    if old == new:
        return
    if old is not None:
        connection.execute("DELETE FROM sketches WHERE notice = ?", [notice])
        bands.forget(connection, notice, old.keys)
    if new is not None:
        _keep(connection, [(notice, new)])
    again = sorted(set(_part(connection, notice)) - {notice})
    for each in (notice, *again[:_MOST_AGAIN]):
        _link_again(connection, each)
    if rest := again[_MOST_AGAIN:]:
        _link_to(connection, again[:_MOST_AGAIN], rest)


def rebuild(connection: Connection) -> None:
    """Make all of it anew, inside the caller's transaction; ``pieces`` does it in several."""
    for table in ("sketches", "near_copies", "copy_groups"):
        connection.execute(f"DELETE FROM {table}")  # noqa: S608  # constants
    bands.forget_all(connection)
    connection.execute("DELETE FROM sets WHERE facet = ?", [COPIES[0]])
    for number, _, normalized in each_text(connection):
        add(connection, number, sketch_of(normalized))


def pieces(connection: Connection) -> list[Callable[[Connection], None]]:
    """What makes all of it anew when it is done in this order, in any transactions, whatever others add meanwhile.

    Until the last is done, some near-copies are missing.
    """
    last = count_notices(connection)
    return [
        _forget_sets,
        *bands.pieces_to_forget(connection, last, _KEYS),
        *(partial(_forget, span=span, last=last) for span in spans_of(connection, _KEYS)),
        *(partial(_add_again, span=span, last=last) for span in spans_of(connection, _AT_ONCE)),
        # Most of them are by then.
        *bands.pieces_to_seal(connection),
    ]


def _forget_sets(connection: Connection) -> None:
    connection.execute("DELETE FROM sets WHERE facet = ?", [COPIES[0]])


def _forget(connection: Connection, *, span: Span, last: int) -> None:
    """Forget what else is kept of some notices up to ``last``."""
    for table in ("sketches", "near_copies", "copy_groups"):
        connection.execute(
            f"DELETE FROM {table} WHERE notice BETWEEN ? AND ? AND {bands.OLD}",  # noqa: S608  # constants
            [span.first, span.last, last],
        )


def _add_again(connection: Connection, *, span: Span, last: int) -> None:
    """Compare some notices up to ``last``, as if they were new."""
    rows = connection.execute(
        "SELECT notice, normalized FROM texts WHERE notice BETWEEN ? AND ? ORDER BY notice",
        [span.first, min(span.last, last)],
    )
    for number, normalized in rows.fetchall():
        add(connection, number, sketch_of(normalized))


def differences(connection: Connection) -> Iterator[str]:
    """One line for each way in which it is not what the texts yield."""
    wrong = keys = 0
    for number, _, normalized in each_text(connection):
        sketch = sketch_of(normalized)
        row = connection.execute("SELECT minima FROM sketches WHERE notice = ?", [number]).fetchone()
        if sketch is None:
            wrong += row is not None
            continue
        found = connection.execute(
            "SELECT count(*) FROM json_each(?) AS given "
            "CROSS JOIN bands ON segment IN (?, ?) AND bands.key = given.value AND notice = ?",
            [json_array(sketch.keys), bands.segment_of(number), bands.LATE, number],
        ).fetchone()[0]
        keys += len(sketch.keys)
        wrong += row is None or row[0] != sketch.minima or found != len(sketch.keys)
    if wrong:
        yield f"near-copies: {counted(wrong, 'notice')} not kept as the text is; {_MEND}"
    if keys != connection.execute("SELECT count(*) FROM bands").fetchone()[0]:
        yield f"near-copies: there are other keys than the texts yield; {_MEND}"
    yield from bands.differences(connection)
    apart = sum(not _alike(*minima) for _, _, *minima in connection.execute(_PAIRS))
    if apart:
        yield f"near-copies: {counted(apart, 'notice')} kept as a near-copy and none; {_MEND}"
    groups = sum(not whole for whole in _whole(connection))
    if groups:
        yield f"near-copies: {counted(groups, 'group')} not as near-copies make it; {_MEND}"


_PAIRS: Final = (
    "SELECT near_copies.notice, copy_of, one.minima, other.minima FROM near_copies "
    "LEFT JOIN sketches AS one ON one.notice = near_copies.notice "
    "LEFT JOIN sketches AS other ON other.notice = copy_of"
)
"""A notice and an earlier one that it is kept as a near-copy of, with what is kept of the text of each."""

_MEMBERS: Final = """
SELECT coalesce(own."first", near_copies.notice) AS "first", near_copies.notice, copy_of FROM near_copies
LEFT JOIN copy_groups AS own ON own.notice = near_copies.notice
UNION ALL SELECT "first", notice, notice FROM copy_groups ORDER BY 1
"""
"""What joins the notices of each group, and each of them with itself."""


def _whole(connection: Connection) -> Iterator[bool]:
    """Of each group whether its notices are those that are joined to its first one; one group at a time."""
    for first, rows in groupby(connection.execute(_MEMBERS), key=itemgetter(0)):
        links = [(notice, copy_of) for _, notice, copy_of in rows]
        leaders, members = leaders_of(links), {notice for notice, copy_of in links if notice == copy_of}
        told = {notice for link in links for notice in link}
        yield len(members) > 1 and members == told and all(leaders.of(each) == first for each in members)


def _alike(one: bytes | None, other: bytes | None) -> bool:
    return one is not None and other is not None and resemblance(one, other) >= LEAST


def _keep(connection: Connection, sketches: Iterable[tuple[int, Sketch]]) -> None:
    some = list(sketches)
    connection.executemany(
        "INSERT OR IGNORE INTO sketches (notice, minima) VALUES (?, ?)",
        [(notice, sketch.minima) for notice, sketch in some],
    )
    bands.keep(connection, [(notice, sketch.keys) for notice, sketch in some])


def _with_keys(connection: Connection, keys: Iterable[int]) -> dict[int, list[int]]:
    """The earliest notices with each of some keys: one more than are looked for, since one may be the notice itself."""
    return bands.notices_with(connection, keys, _EARLIEST + 1)


def _link(connection: Connection, notice: int, sketch: Sketch, shared: Counter[int]) -> list[tuple[int, int]]:
    """Link a notice to others that it is a near-copy of, to one of each group that is not its own; the links.

    Args:
        connection: in a write transaction.
        notice: the notice.
        sketch: that of its text.
        shared: how many keys it has in common with each of some others.
    """
    # Of equally many keys, the earlier one first.
    likely = sorted(shared, key=lambda each: (-shared[each], each))[:_LIKELIEST]
    own = group_of(connection, notice)
    linked: dict[int, int] = {}
    for other, group, minima in connection.execute(_KEPT, [json_array(sorted(likely))]).fetchall():
        if group not in linked and group != own and _alike(sketch.minima, minima):
            linked[group] = other
    return _keep_links(connection, ((notice, other) for other in linked.values()))


def _keep_links(connection: Connection, pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    links = [(max(pair), min(pair)) for pair in pairs]
    connection.executemany("INSERT OR IGNORE INTO near_copies (notice, copy_of) VALUES (?, ?)", links)
    return links


_KEPT: Final = """
SELECT sketches.notice, coalesce("first", sketches.notice), minima FROM json_each(?) AS given
CROSS JOIN sketches ON sketches.notice = given.value LEFT JOIN copy_groups ON copy_groups.notice = sketches.notice
"""
"""Some notices in their order, each with its group and what is kept of its text."""


def _part(connection: Connection, notice: int) -> list[int]:
    """Part a notice whose text has changed from those that it is no near-copy of any more.

    Returns:
        The notices of its group that are no longer with most of it.
    """
    parted = [
        (later, earlier)
        for later, earlier, *minima in connection.execute(
            f"{_PAIRS} WHERE near_copies.notice = ? OR copy_of = ?", [notice, notice]
        ).fetchall()
        if not _alike(*minima)
    ]
    connection.executemany("DELETE FROM near_copies WHERE notice = ? AND copy_of = ?", parted)
    group = group_of(connection, notice) if parted else None
    return [] if group is None else part(connection, group)


def _link_again(connection: Connection, notice: int) -> None:
    """Compare a notice with all others."""
    row = connection.execute("SELECT normalized FROM texts WHERE notice = ?", [notice]).fetchone()
    sketch = sketch_of(row[0])
    if sketch is not None:
        shared = Counter(
            other
            for others in _with_keys(connection, sketch.keys).values()
            for other in islice((each for each in others if each != notice), _EARLIEST)
        )
        join(connection, _link(connection, notice, sketch, shared) if shared else [])


def _link_to(connection: Connection, compared: Sequence[int], rest: Sequence[int]) -> None:
    """Link notices to the first one of some that each is a near-copy of; who is left alone is compared with all."""
    minima = {
        row[0]: row[1]
        for row in connection.execute(
            "SELECT notice, minima FROM json_each(?) AS given CROSS JOIN sketches ON notice = given.value",
            [json_array(sorted({*compared, *rest}))],
        ).fetchall()
    }
    near = {
        notice: next((other for other in compared if _alike(minima.get(notice), minima.get(other))), None)
        for notice in rest
    }
    links = [(notice, other) for notice, other in near.items() if other is not None]
    join(connection, _keep_links(connection, links))
    for notice, other in near.items():
        if other is None and group_of(connection, notice) is None:
            _link_again(connection, notice)
