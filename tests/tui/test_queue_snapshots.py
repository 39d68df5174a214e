"""How the queue looks: compared to pictures that somebody has looked at."""

from __future__ import annotations

import pytest
from idle import idle
from making import notice_of
from msgspec.structs import replace

from store.edits.assign import assign
from store.edits.review import set_reviews
from store.write.notices import add_notice
from tui.app import ZhupiApp

NOTICES = [
    ("临江县召开2021年上半年生态环境治理与保护工作座谈会", "临江县水务局", "2021-06-11"),
    ("臨江縣人民政府辦公室關於印發大氣污染防治行動方案的通知", "临江县生态环境保护委员会办公室", "2021-01-26T11:56"),
    ("Notice on water quality in Linjiang", None, None),
    ("PM2.5、O3 协同控制工作方案", "县府办", "2020-03-15"),
    (None, "县府办", "2019-11-02"),
]


@pytest.fixture
def app(database):
    with database.write() as connection:
        for number, (title, source, published) in enumerate(NOTICES * 6, 1):
            text = f"会议要求,各乡镇要于4月底前完成第{number}项排查,推进生态文明建设。副县长林知远出席并讲话。\n" * 4
            notice = replace(notice_of(text, f"page-{number}"), title=title, source=source, published=published)
            add_notice(connection, "importer", notice)
    set_reviews(database, "lin", [2, 9], "done")
    set_reviews(database, "lin", [4], "flagged", "看不清")
    assign(database, "lin", [5, 6], "wang")
    assign(database, "lin", [6, 7], "lin")
    return opened(database)


def opened(database):
    app = ZhupiApp(database)
    app.session.reviewer = "lin"
    return app


def typed(*keys):
    """Type keys, and let the text under the cursor come."""

    async def run(pilot):
        await idle(pilot)
        await pilot.press(*keys)
        await idle(pilot)
        pilot.app.screen_stack[0].reader.read_preview()
        await idle(pilot)

    return run


def test_the_filter_over_the_hits_of_a_search(app, snap_compare):
    assert snap_compare(
        app, terminal_size=(120, 40), run_before=typed("slash", *"生态", "enter", "j", "f", "s", "h", "h")
    )


def test_selected_notices_at_80_columns(app, snap_compare):
    assert snap_compare(app, terminal_size=(80, 24), run_before=typed("space", "j", "space", "j"))


def test_an_empty_queue(database, snap_compare):
    assert snap_compare(opened(database), terminal_size=(80, 24), run_before=typed())
