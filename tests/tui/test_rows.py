"""Every cell has an offset and every offset a cell."""

from __future__ import annotations

import pytest

from tui.text.layout import PaneRow
from tui.text.rows import Rows

TEXT = "会议要求ab，\r\n折叠的文字\n☎\ufe0f电话"
ROWS = Rows(
    TEXT,
    [
        PaneRow(0, 4),
        PaneRow(4, 7),
        PaneRow(9, 9, "blank"),
        PaneRow(9, 14, "fold", "… 5 characters repeated …"),
        PaneRow(15, 19),
    ],
)


@pytest.mark.parametrize(
    ("offset", "number", "cell"),
    [
        (0, 0, 0),
        (3, 0, 6),
        (4, 1, 0),
        (5, 1, 1),
        (7, 1, 4),  # a line end stands behind its row
        (8, 1, 4),
        (9, 3, 0),
        (12, 3, 0),
        (14, 3, 0),
        (16, 4, 0),
        (17, 4, 2),
        (19, 4, 6),
    ],
)
def test_an_offset_has_a_row_and_a_cell(offset, number, cell):
    assert (ROWS.number_of(offset), ROWS.cell_of(offset)) == (number, cell)


@pytest.mark.parametrize(
    ("number", "cell", "offset"),
    [
        (0, 0, 0),
        (0, 2, 1),
        (0, 3, 1),  # the right half of a wide character is that character
        (0, 7, 3),
        (0, 50, 3),
        (0, -3, 0),
        (1, 1, 5),
        (1, 9, 6),
        (2, 5, 6),  # padding: the row above
        (3, 7, 9),
        (4, 1, 15),  # the stand-in of a selector belongs to its base
        (4, 2, 17),
        (99, 3, 17),
    ],
)
def test_a_cell_has_an_offset(number, cell, offset):
    assert ROWS.offset_at(number, cell) == offset


def test_rows_without_text_are_passed_over():
    assert ROWS.moved(5, 1, 1) == 9
    assert ROWS.moved(9, 1, 4) == 18
    assert ROWS.moved(18, -1, 4) == 9
    assert ROWS.moved(9, -1, 4) == 6


def test_a_move_past_the_ends_stays_in_the_text():
    assert ROWS.moved(0, 50, 0) == 15
    assert ROWS.moved(17, -50, 2) == 1
    assert ROWS.moved(1, -1, 6) == 1
    assert ROWS.moved(18, 3, 0) == 18


def test_first_and_last_of_a_row():
    assert (ROWS.first_of(5), ROWS.last_of(5)) == (4, 6)
    assert (ROWS.first_of(11), ROWS.last_of(11)) == (9, 9)


def test_an_empty_text_has_one_row():
    rows = Rows()
    assert (rows.number_of(0), rows.cell_of(0), rows.offset_at(5, 5), rows.last_of(0), rows.moved(0, 1, 0)) == (0,) * 5
