"""The plot of days and the columns of a table, as text."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.progress.bars import bars, days_shown
from tui.progress.tables import Column, cut
from tui.terminal.width import cells

FRIDAY = date(2026, 3, 6)


def test_the_largest_day_is_full_and_the_smallest_can_be_seen():
    found = bars({FRIDAY: 40.0, FRIDAY - timedelta(days=1): 20.0, FRIDAY - timedelta(days=2): 0.1}, FRIDAY, 80, 4)
    assert [row.split() for row in found.rows] == [
        ["████"],
        ["████"],
        ["████", "████"],
        ["▁▁▁▁", "████", "████"],
    ]
    assert [axis.strip() for axis in found.axis] == ["40 │", "│", "│", "0 │"]
    assert found.dates.endswith("03-06")
    # Mondays have their dates, and the columns of the axis are none of the plot.
    assert found.dates.split() == ["02-23", "03-02", "03-06"]
    assert found.dates.index("03-02") == 6 + 5 * 9


def test_nothing_done_is_an_empty_plot():
    found = bars({}, FRIDAY, 80, 3)
    assert not "".join(found.rows).strip()
    assert [axis.strip() for axis in found.axis] == ["│", "│", "0 │"]


def test_as_many_weeks_are_shown_as_there_are_and_as_have_room():
    assert [days_shown(80, wanted) for wanted in (1, 14, 15, 30, 400)] == [14, 14, 21, 35, 35]
    assert [days_shown(width, 400) for width in (20, 60, 120, 400)] == [7, 21, 56, 56]


@given(st.integers(10, 250), st.integers(1, 20), st.dictionaries(st.integers(0, 90), st.floats(0, 1e7)))
def test_a_plot_has_its_size_whatever_it_shows(width, height, drawn):
    found = bars({FRIDAY - timedelta(days=ago): figure for ago, figure in drawn.items()}, FRIDAY, width, height)
    assert len(found.rows) == len(found.axis) == height
    assert {cells(axis) for axis in found.axis} == {6}
    if width >= 20:
        assert all(cells(axis + row) <= width for axis, row in zip(found.axis, found.rows, strict=True))
        assert cells(found.dates) <= width


@pytest.mark.parametrize(("room", "shown"), [(60, [0, 1, 2, 3]), (40, [0, 1, 3]), (30, [0, 1]), (5, [0, 1])])
def test_spare_columns_give_way_from_the_last_on(room, shown):
    columns = (Column("a"), Column("b"), Column("c", spare=True), Column("d", spare=True))
    if shown == [0, 1, 3]:
        shown = [0, 1, 2]
    assert cut([20, 10, 10, 10], columns, room, 16) == shown
