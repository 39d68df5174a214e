"""The head of a notice at all widths: the date first and whole, then a title and a source that are cut to fit."""

from __future__ import annotations

import pytest
from idle import idle
from making import RAW, notice_of, stored_notice
from msgspec.structs import replace
from reviewing import app_on, head

from tui.notice.head import NoticeHead
from tui.terminal.width import cells

TITLE = "关于推进河湖长制工作的若干意见的通知全文"
SOURCE = "临江县人民政府办公室水资源管理科"


def shown(width, title=TITLE, source=SOURCE, published="2023-04-12T09:30", flags=(), here=()):
    notice = replace(
        notice_of(RAW), title=title, source=source, published=published, meta={"flags": ["traditional", *flags]}
    )
    head = NoticeHead()
    head.show_notice(notice, "○ 2/12,408", "saved ✓", here, width)
    left, right = ("".join(text for text, _ in parts) for parts in head.fitting(width))
    assert cells(left) + cells(right) <= width
    assert right.endswith("saved ✓ ")
    return left


@pytest.mark.parametrize("width", range(40, 201, 5))
def test_the_date_is_first_and_whole_at_every_width(width):
    flags = ["title-unsure", "date-unsure"] if width >= 80 else []
    for title in ("通知", TITLE, TITLE * 5):
        for source in (None, "科", SOURCE * 5):
            left = shown(width, title, source, flags=flags)
            assert left.startswith(" 2023-04-12?  ? 关" if flags and title != "通知" else " 2023-04-12")
            assert "date-unsure" in left or not flags


def test_all_of_it_where_there_is_room():
    assert shown(120) == f" 2023-04-12  {TITLE}   {SOURCE}"
    assert shown(120, published=None) == f" —  {TITLE}   {SOURCE}"


def test_a_long_title_is_cut_to_half_of_the_room_before_the_source_is():
    left = shown(120, title=TITLE * 3)
    assert left.endswith(f"…   {SOURCE}")
    left = shown(120, title=TITLE * 3, source=SOURCE * 3)
    title, source = left.removeprefix(" 2023-04-12  ").split("   ")
    assert (title[-1], source[-1]) == ("…", "…")
    assert abs(cells(title) - cells(source)) <= 6


def test_on_a_narrow_screen_the_source_takes_what_the_title_leaves():
    assert shown(80) == f" 2023-04-12  {TITLE}"
    assert shown(80, title="通知") == f" 2023-04-12  通知   {SOURCE}"
    assert shown(80, title="关于推进河湖长制").endswith("河湖长制   临江县人民政府办公室水资…")


async def test_the_title_is_cut_anew_when_the_window_changes(database):
    app = app_on(database, stored_notice(database, RAW, TITLE * 2))
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        assert "…" in head(app)
        await pilot.resize_terminal(120, 40)
        await idle(pilot)
        assert TITLE * 2 in head(app)
        await pilot.resize_terminal(60, 20)
        await idle(pilot)
        assert "…" in head(app)
        assert cells(head(app)) <= 60
