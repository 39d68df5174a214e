"""The places of a queue under a filter, a search, or in another order than that of import.

Apart from ``store.read.queue``, since the first screen of the app seldom needs any of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Protocol

from pyroaring import BitMap

from annotations.work_order import WORK_ORDERS
from store.db.sqlite import Connection
from store.index.dates import FEW, DateOrder, date_range
from store.index.filters import BY_DATE, PageKey, QueueFilter
from store.index.keys import ANY_LAYER
from store.index.numbers import count_notices
from store.index.search import Query
from store.index.sets import walk
from store.index.shown import shown_notices
from store.index.suspects import RankOrder
from store.index.work_orders import OrderWalk, order_in


class _Order(Protocol):
    """Some notices in an order that is not that of their numbers."""

    def walk(self, key: PageKey | None, *, backwards: bool, including: bool) -> Iterator[PageKey]:
        """The places behind a key, as ``Places.walk`` of ``store.read.queue`` gives them."""


class FilteredPlaces:
    """The places of a filter in their order, as ``Places`` of ``store.read.queue``.

    Args:
        connection: for reading.
        annotator: who looks.
        which: what is shown, and in which order.
        free: only what is free for the annotator.
    """

    def __init__(self, connection: Connection, annotator: str, which: QueueFilter, *, free: bool = False) -> None:
        self._connection = connection
        self._annotator = annotator
        self._which = which
        self._query = Query(which.search) if which.search.strip() else None
        self._by_date = which.sort in BY_DATE
        dates = date_range(which)
        self._total = count_notices(connection)
        # The walk by date applies the range itself.
        self._shown = shown_notices(connection, annotator, which, dates=None if self._by_date else dates, free=free)
        self._dates = dates if self._by_date else None

    def walk(self, key: PageKey | None, *, backwards: bool = False, including: bool = False) -> Iterator[PageKey]:
        """The places behind a key; without one, all from the first; backwards those before it, or all from the last."""
        order = self._of_shown
        if order is not None:
            if self._query is not None:
                return self._hits(self._query, order, key, backwards=backwards, including=including)
            return order.walk(key, backwards=backwards, including=including)
        step = -1 if backwards else 1
        start = (self._total if backwards else 1) if key is None else key.number + (0 if including else step)
        return (PageKey(None, number) for number in self._numbers(start, backwards=backwards))

    def holds(self, key: PageKey) -> bool:
        """Whether it shows the notice of a key."""
        # Looked up first: a set cannot be asked for a number that no notice can have.
        if self._shown is not None and key.number not in self._shown:
            return False
        if self._dates is not None and not self._dates.holds(key.published):
            return False
        return self._query is None or self._query.finds(self._connection, key.number)

    def count(self) -> int:
        """How many there are."""
        dates = date_range(self._which)
        shown = shown_notices(self._connection, self._annotator, self._which, dates=dates)
        if self._query is None:
            return self._total if shown is None else len(shown)
        if shown is None:
            return self._query.count(self._connection)
        return shown.intersection_cardinality(BitMap(self._query.numbers(self._connection)))

    @cached_property
    def _of_shown(self) -> _Order | None:
        """The order of the notices that are shown, whatever is searched for; None for the order of import."""
        return self._order_of(self._shown)

    @cached_property
    def _of_found(self) -> _Order | None:
        """The same of those that the search finds, all of which are read for it."""
        if self._query is None:
            return self._of_shown
        if self._shown is not None and len(self._shown) <= FEW:
            return self._order_of(BitMap(self._query.walk(self._connection, 1, self._shown)))
        found = BitMap(self._query.numbers(self._connection))
        return self._order_of(found if self._shown is None else self._shown & found)

    def _order_of(self, among: BitMap | None) -> _Order | None:
        if self._by_date:
            return DateOrder(self._connection, among, self._dates, newest=self._which.sort == "newest")
        if self._which.sort in WORK_ORDERS:
            order = order_in(self._connection, self._which.sort)
            # Where it was never made, the order of import goes on.
            return None if order is None else OrderWalk(self._connection, order, among)
        if self._which.sort == "suspects" and self._which.suspects is not None:
            layer = ANY_LAYER if self._which.suspects == "others" else self._annotator
            return RankOrder(self._connection, layer, among)
        return None

    @cached_property
    def _to_look_up(self) -> int:
        """How many notices to look up, in the order, before all that the search finds are read."""
        if self._query is None or (self._shown is not None and len(self._shown) <= FEW):
            return 0
        return self._query.worth_looking_up(self._connection, self._total)

    def _hits(
        self, query: Query, order: _Order, key: PageKey | None, *, backwards: bool, including: bool
    ) -> Iterator[PageKey]:
        """As ``walk``, of what is searched for in an order that is not that of the index.

        Where most notices hold it, they are looked up as they come in the order; where that finds too few for a page in
        the time that it takes to read all hits, those are read.
        """
        left = 0 if "_of_found" in self.__dict__ else self._to_look_up
        walked = order.walk(key, backwards=backwards, including=including) if left else iter(())
        for place, is_held in query.looked_up(self._connection, walked, left):
            if is_held:
                yield place
            key, including, left = place, False, left - 1
        if left:
            return
        if self._of_found is not None:
            yield from self._of_found.walk(key, backwards=backwards, including=including)

    def _numbers(self, start: int, *, backwards: bool) -> Iterator[int]:
        if self._query is not None:
            return self._query.walk(self._connection, start, self._shown, backwards=backwards)
        if self._shown is not None:
            return walk(self._shown, start, backwards=backwards)
        return iter(range(min(start, self._total), 0, -1) if backwards else range(max(start, 1), self._total + 1))
