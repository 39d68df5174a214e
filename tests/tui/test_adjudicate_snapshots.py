"""How the adjudicate screen looks: compared to pictures that somebody has looked at."""

from __future__ import annotations

import pytest
from adjudicating import CHEN, finish, with_adjudicator
from idle import idle

from annotations.origins import tagged
from annotations.spans import normalized_span
from store.edits.annotate import add_annotation
from store.intake.ingest import ingest
from store.intake.sources import Source
from store.project.settings import labels_of
from store.read.notices import load_notice
from tui.app import ZhupiApp

PAGE = (
    "臨江縣(xiàn)召開河長制工作會(huì)議\n來源:臨江縣(xiàn)水務局 時間:2023-04-12\n"
    "會(huì)議要求,各鄉(xiāng)鎮要于4月底前完成排查,確(què)保整改到位。副縣(xiàn)長林知遠出席會(huì)議并講話。\n"
    "各部門要把河長制工作抓實抓細,做好臺賬登記和日常巡查,不得弄虛作假。\n"
)
WORK = "各部门要把河长制工作抓实抓细"
LAYERS = {
    "li.wei": (
        ("REQUIREMENT", "各乡镇要于4月底前完成排查,确保整改到位"),
        ("DATE", "4月底前"),
        ("OFFICIAL", "副县长林知远"),
        ("REQUIREMENT", f"{WORK},做好台账登记和日常巡查"),
    ),
    "wang": (
        ("REQUIREMENT", "各乡镇要于4月底前完成排查"),
        ("DATE", "4月底前"),
        ("OFFICIAL", "副县长林知远"),
        ("REQUIREMENT", WORK),
        ("REQUIREMENT", "做好台账登记和日常巡查"),
        ("REQUIREMENT", "不得弄虚作假"),
    ),
    "zhao": (("DATE", "4月底"), ("OFFICIAL", "林知远")),
}


@pytest.fixture
def app(database, request):
    from annotations.values import read_values

    ingest(database, [Source("page", PAGE, "utf-8", "page", None, None, None, None, {}, None)], "lin", pytest.fail)
    notice, labels = load_notice(database.connection, 1).notice, labels_of(database)
    for name in request.param:
        for label, quote in LAYERS[name]:
            at = notice.normalized.index(quote)
            span = notice.alignment.to_raw(normalized_span(at, at + len(quote)))
            values = read_values(labels[label], notice, span, labels.lexicon)
            if label == "OFFICIAL" and name == "wang":
                values["mention"] = "list"
            add_annotation(database, name, 1, tagged(notice.raw, span, label, values, name))
        finish(database, 1, name)
    with_adjudicator(database)
    return ZhupiApp(database, notice=1, adjudicate=True, reviewer=CHEN)


def typed(*keys):
    async def run(pilot):
        await idle(pilot)
        for key in keys:
            await pilot.press(key)
            await idle(pilot)

    return run


TWO, THREE = ("li.wei", "wang"), ("li.wei", "wang", "zhao")


@pytest.mark.parametrize("app", [TWO], indirect=True, ids=[""])
def test_two_layers_and_gold_below_the_text(app, snap_compare):
    assert snap_compare(app, terminal_size=(120, 40), run_before=typed("1", "j"))


@pytest.mark.parametrize("app", [THREE], indirect=True, ids=[""])
def test_three_layers_below_each_other_at_80_columns(app, snap_compare):
    assert snap_compare(app, terminal_size=(80, 24), run_before=typed("2", "greater_than_sign"))


@pytest.mark.parametrize("app", [TWO], indirect=True, ids=[""])
def test_hidden_names_and_the_raw_text_at_80_columns(app, snap_compare):
    assert snap_compare(app, terminal_size=(80, 24), run_before=typed("2", "H", "tab"))
