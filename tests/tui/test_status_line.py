"""A line of parts: what is cut ends in one ellipsis."""

from __future__ import annotations

import pytest

from tui.terminal.width import cells
from tui.widgets.status_line import StatusLine


@pytest.mark.parametrize("width", range(20, 40))
def test_what_is_cut_ends_in_one_ellipsis_and_nothing_follows(width):
    shown = StatusLine()
    shown.show([(" 关于整改的通知" * 9, "strong"), ("   临江县水务局", "dim")], [("  saved ✓ ", "good")])
    left, _ = shown.fitting(width)
    assert "".join(text for text, _ in left).count("…") == 1
    assert len(left) == 1


def test_parts_that_fit_exactly_are_not_cut():
    shown = StatusLine()
    shown.show([("关于", "strong"), ("", "dim"), ("整改", "dim")])
    assert [text for text, _ in shown.fitting(8)[0]] == ["关于", "", "整改"]


@pytest.mark.parametrize(("width", "wanted"), [(22, " 3 yours · 37 to accept"), (21, " 3 yours +37?")])
def test_fewer_words_stand_where_all_of_them_leave_no_room(width, wanted):
    shown = StatusLine()
    shown.show([(" 3 yours · 37 to accept", "plain")], [("tag", "dim")], short=[(" 3 yours +37?", "plain")])
    assert [text for text, _ in shown.fitting(width + 5)[0]] == [wanted]


@pytest.mark.parametrize(("width", "counts"), [(60, " 3 yours +37?"), (40, " 3 yours +37?"), (20, " 3 yours…")])
def test_a_long_message_is_cut_before_counts_in_fewer_words_are(width, counts):
    shown = StatusLine()
    message = [("this was changed meanwhile; look at it and try again ", "bad")] * 2
    shown.show([(" 3 yours · 37 to accept", "plain")], message, short=[(" 3 yours +37?", "plain")])
    (left, _), *rest = shown.fitting(width)[0]
    right = "".join(text for text, _ in shown.fitting(width)[1])
    assert (left, rest) == (counts, [])
    assert right.endswith("…")
    assert cells(right) <= shown.room_beside(width) == max(width // 2, width - len(" 3 yours +37?") - 1)
