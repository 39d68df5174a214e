"""Groups of near-copies: what links join, one to the next; each follows its earliest notice.

They are kept beside the links (``store.index.near_copies``), with two sets: which notices are in a group, and which of
them follow an earlier one.  A change of thousands of notices is a few statements, since it holds the lock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from pyroaring import BitMap

from store.db.sqlite import Connection, json_array
from store.index.keys import COPIES, LATER_COPIES
from store.index.sets import change_set


class Leaders:
    """Which notices are joined, each with its leader: the earliest of them."""

    def __init__(self) -> None:
        self._above: dict[int, int] = {}

    def of(self, notice: int) -> int:
        """The earliest of the notices that one is joined with, or itself."""
        leader = notice
        while (above := self._above.get(leader, leader)) != leader:
            leader = above
        # Whoever asks next has a short way.
        while (above := self._above.get(notice, notice)) != leader:
            self._above[notice], notice = leader, above
        return leader

    def join(self, one: int, other: int) -> None:
        """Join two notices, and with them all that each is joined with."""
        first, second = sorted((self.of(one), self.of(other)))
        if first != second:
            self._above[second] = first


def group_of(connection: Connection, notice: int) -> int | None:
    """The first notice of the group of a notice; None where it has no near-copies."""
    row = connection.execute('SELECT "first" FROM copy_groups WHERE notice = ?', [notice]).fetchone()
    return None if row is None else int(row[0])


def join(connection: Connection, links: Sequence[tuple[int, int]]) -> None:
    """Bring the groups up to date with new links, inside the caller's transaction."""
    if not links:
        return
    notices = sorted({notice for link in links for notice in link})
    rows = connection.execute(
        'SELECT notice, "first" FROM json_each(?) AS given CROSS JOIN copy_groups ON notice = given.value',
        [json_array(notices)],
    ).fetchall()
    groups = {row[0]: row[1] for row in rows}
    leaders = Leaders()
    for one, other in links:
        leaders.join(groups.get(one, one), groups.get(other, other))
    joined = [group for group in sorted(set(groups.values())) if leaders.of(group) != group]
    alone = [(notice, leaders.of(notice)) for notice in notices if notice not in groups]
    connection.executemany(
        'UPDATE copy_groups SET "first" = ? WHERE "first" = ?', [(leaders.of(group), group) for group in joined]
    )
    connection.executemany('INSERT INTO copy_groups (notice, "first") VALUES (?, ?)', alone)
    change_set(connection, COPIES, added=BitMap([notice for notice, _ in alone]))
    later = [*joined, *(notice for notice, first in alone if first != notice)]
    change_set(connection, LATER_COPIES, added=BitMap(later))


def part(connection: Connection, group: int) -> list[int]:
    """Make a group anew of the links that are left of it, inside the caller's transaction.

    Returns:
        The notices that are no longer with most of it: they were not linked to what the group had in it already.
    """
    leaders = leaders_of(
        (row[0], row[1])
        for row in connection.execute(
            "SELECT near_copies.notice, copy_of FROM copy_groups "
            'JOIN near_copies ON near_copies.notice = copy_groups.notice WHERE "first" = ?',
            [group],
        ).fetchall()
    )
    rows = connection.execute('SELECT notice FROM copy_groups WHERE "first" = ?', [group]).fetchall()
    firsts = {row[0]: leaders.of(row[0]) for row in rows}
    sizes = Counter(firsts.values())
    alone = [member for member, first in firsts.items() if sizes[first] == 1]
    moved = [(first, member) for member, first in firsts.items() if sizes[first] > 1 and first != group]
    connection.executemany("DELETE FROM copy_groups WHERE notice = ?", [(member,) for member in alone])
    connection.executemany('UPDATE copy_groups SET "first" = ? WHERE notice = ?', moved)
    change_set(connection, COPIES, removed=BitMap(alone))
    change_set(connection, LATER_COPIES, removed=BitMap([*alone, *(first for first, _ in moved)]))
    most = max(sizes, key=lambda first: (sizes[first], -first), default=group)
    return [member for member, first in firsts.items() if first != most]


def leaders_of(links: Iterable[tuple[int, int]]) -> Leaders:
    """What some links join."""
    leaders = Leaders()
    for one, other in links:
        leaders.join(one, other)
    return leaders
