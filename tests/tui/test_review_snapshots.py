"""How the review screen looks: compared to pictures that somebody has looked at."""

from __future__ import annotations

import pytest
from idle import idle
from msgspec.structs import replace
from reviewing import app_on

from annotations.annotation import new_id, now
from annotations.spans import normalized_span
from store.edits.annotate import add_annotation
from store.intake.ingest import ingest
from store.intake.sources import Source
from store.log.events import annotation_change
from store.project.settings import labels_of
from store.read.notices import load_notice
from store.write.record import record
from tui.notice.model import NoticeModel
from tui.session.session import Said

BODY = (
    "會(huì)議要求,各鄉(xiāng)鎮要于4月底前完成排查,確(què)保整改到位。副縣(xiàn)長林知遠出席會(huì)議并講話。\n"
    "各部門要把河長制工作抓實抓細,做好臺賬登記和日常巡查,不得弄虛作假。\n"
)
HEAD = "臨江縣(xiàn)召開河長制工作會(huì)議\n來源:臨江縣(xiàn)水務局 時間:2023-04-12\n"
PAGE = f"{BODY}掃一掃在手機打開當前頁\n{HEAD}{BODY}"
TAGGED = (
    ("REQUIREMENT", "各乡镇要于4月底前完成排查,确保整改到位"),
    ("DATE", "4月底前"),
    ("OFFICIAL", "副县长林知远"),
    ("REQUIREMENT", "各部门要把河长制工作抓实抓细"),
    ("REQUIREMENT", ",做好台账登记和日常巡查"),
)
SUGGESTED = (("REQUIREMENT", "不得弄虚作假"), ("DATE", "4月"))


@pytest.fixture
def app(database):
    from annotations.values import read_values

    ingest(database, [Source("page", PAGE, "utf-8", "page", None, None, None, None, {}, None)], "lin", pytest.fail)
    stored = load_notice(database.connection, 1)
    model, notice, labels = NoticeModel(stored, Said([]), "lin"), stored.notice, labels_of(database)
    for label, quote in (*TAGGED, *SUGGESTED):
        at = notice.normalized.index(quote)
        span = notice.alignment.to_raw(normalized_span(at, at + len(quote)))
        item = model.new_annotation(labels[label], span, read_values(labels[label], notice, span, labels.lexicon))
        if (label, quote) in TAGGED:
            add_annotation(database, "lin", 1, replace(item, unsure=quote == "副县长林知远"))
            continue
        made = replace(item, id=new_id(), annotator=None, status="suggested", suggested_by="rule 1", created_at=now())
        with database.write() as connection:
            record(connection, "rule", "import", annotation_change(1, None, made))
    return app_on(database, 1)


def typed(*keys):
    async def run(pilot):
        await idle(pilot)
        for key in keys:
            await pilot.press(key)
            await idle(pilot)

    return run


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=["120x40", "80x24"])
def test_spans_nested_touching_suggested_and_a_selection(app, snap_compare, size):
    assert snap_compare(app, terminal_size=size, run_before=typed("g", "}", "}", "l", "v", "w", "w"))


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=["120x40", "80x24"])
def test_the_hits_of_a_search_and_a_suggestion(app, snap_compare, size):
    assert snap_compare(app, terminal_size=size, run_before=typed("g", "slash", *"会议", "enter", "n"))


def test_one_pane_alone_unfolded_at_80_columns(app, snap_compare):
    assert snap_compare(app, terminal_size=(80, 24), run_before=typed("tab", "g", "enter", "z"))
