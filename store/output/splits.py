"""Which notices an export writes into which part, near-copies together, and whom a later notice has moved."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter

import msgspec
from pyroaring import BitMap

from annotations.splits import Split
from store.db.sqlite import Connection
from store.read.near_copies import each_leader, each_link


class Moved(msgspec.Struct, frozen=True):
    """A notice that a later one has moved from one part to another: the two have a near-copy in common.

    ``notice`` and ``by`` are ids, ``before`` and ``part`` are the parts where it was until then and where it is now.
    """

    notice: str
    before: str
    part: str
    by: str


def parts_of(connection: Connection, split: Split) -> dict[str, BitMap]:
    """The numbers of the notices of each part: a notice falls where the earliest of its near-copies does."""
    parts = {name: BitMap() for name in split.names}
    for number, leader in each_leader(connection):
        parts[split.part_of(leader)].add(number)
    return parts


def moved(connection: Connection, split: Split) -> list[Moved]:
    """The notices that are in another part than when they came, in the order of import.

    A notice that is a near-copy of notices of two groups joins the two, and the later group follows the earlier one.
    Only notices that have near-copies are held in memory.
    """
    ids: dict[int, str] = {}
    groups: dict[int, list[int]] = {}
    leader_of: dict[int, int] = {}
    came: dict[int, str] = {}
    by: dict[int, int] = {}

    def leader(number: int, notice_id: str) -> int:
        if number not in leader_of:
            ids[number], groups[number], leader_of[number] = notice_id, [number], number
            came[number] = split.part_of(notice_id)
        return leader_of[number]

    for number, links in groupby(each_link(connection), key=itemgetter(0)):
        is_new = number not in leader_of
        for _, notice_id, copy_of, earlier_id in links:
            first, second = sorted((leader(number, notice_id), leader(copy_of, earlier_id)))
            if first != second:
                for member in groups[second]:
                    leader_of[member], by[member] = first, number
                groups[first] += groups.pop(second)
        if is_new:
            came[number] = split.part_of(ids[leader_of[number]])
    return [
        Moved(ids[number], came[number], now, ids[by[number]])
        for number in sorted(leader_of)
        if (now := split.part_of(ids[leader_of[number]])) != came[number]
    ]
