"""Which lines of a web page are the notice: heading, byline, text and attachments, and no navigation."""

from __future__ import annotations

import pytest

pytest.importorskip("lxml")

from store.intake.sources.webpage.markup import parse, read
from store.intake.sources.webpage.region import find_region

TITLE = "青禾县人民政府办公室关于做好防汛工作的通知"
BODY = (
    "<p>各乡镇人民政府：</p><p>为做好今年的防汛工作，保障群众生命财产安全，现将有关事项通知如下。</p>"
    "<p>一、各乡镇要在五月底前完成山塘水库的排查，逐一建立台账，并报送县水务局。</p>"
    "<p>二、值班人员不得擅自离岗。</p><p>青禾县人民政府办公室</p><p>2023年5月8日</p>"
)
MENU = "<ul>" + "".join(f"<li><a href='/{name}'>{name}</a></li>" for name in ("首页", "要闻", "公开", "服务")) + "</ul>"
FOOT = "<div class='foot'><a href='/map'>网站地图</a><p>版权所有：青禾县人民政府</p></div>"


def lines(html, *titles):
    region = find_region(read(parse(f"<html><body>{html}</body></html>")), titles)
    return [line.text for line in (*region.above, *region.head, *region.text)] if region else None


TEXT = lines(f"<div>{BODY}</div>")


def test_the_text_is_kept_whole():
    assert TEXT[0] == "各乡镇人民政府："
    assert TEXT[-2:] == ["青禾县人民政府办公室", "2023年5月8日"]
    assert len(TEXT) == 6


@pytest.mark.parametrize("titles", [[TITLE], []], ids=["known", "unknown"])
def test_heading_and_byline_stay_and_what_is_around_them_goes(titles):
    byline = "来源：县水务局 时间：2023-05-08"
    html = (
        f"{MENU}<div class='path'>当前位置：<a href='/'>首页</a> &gt; <a href='/zw'>公开</a></div>"
        f"<div><h1>{TITLE}</h1><div>{byline}</div><div>{BODY}</div></div>{MENU}{FOOT}"
    )
    assert lines(html, *titles) == [TITLE, byline, *TEXT]


def test_buttons_between_heading_and_text_part_them_not():
    buttons = "".join(f"<p><a href='#'>{name}</a></p>" for name in ("打印", "收藏", "微信", "微博"))
    html = f"{MENU * 2}<p>{TITLE}</p><p>来源：县水务局</p>{buttons}<div>{BODY}</div>"
    assert lines(html) == [TITLE, "来源：县水务局", *TEXT]


def test_an_index_table_above_the_heading_stays():
    table = "<table><tr><td>索引号</td><td>000/2023-1</td></tr><tr><td>发布机构</td><td>县政府办</td></tr></table>"
    found = lines(f"{MENU}<p>欢迎访问本站</p>{MENU}{table}<p>{TITLE}</p><div>{BODY}</div>", TITLE)
    assert found == ["| 索引号 | 000/2023-1 |", "| 发布机构 | 县政府办 |", TITLE, *TEXT]


def test_a_label_and_its_value_in_another_element_are_one_line():
    pairs = "".join(
        f"<li><div>{label}：</div><div>{value}</div></li>"
        for label, value in (("索引号", "1/2023"), ("文号", ""), ("发布机构", "<a href='/j'>县水务局</a>"))
    )
    found = lines(f"<ul>{pairs}</ul><p>{TITLE}</p><div>{BODY}</div>", TITLE)
    assert found[:3] == ["索引号： 1/2023", "文号：", "发布机构： 县水务局"]


def test_a_heading_may_be_wrapped_and_a_date_may_follow_it():
    byline = "<p>2023-05-08</p>"
    wrapped = TITLE.replace("关于", "<br>关于")
    assert lines(f"{MENU}<p>{wrapped}</p>{byline}<div>{BODY}</div>", TITLE)[:2] == TITLE.replace(
        "关于", "\n关于"
    ).split("\n")
    dated = f"{TITLE} ( 2023年5月8日 )"
    assert lines(f"{MENU}<p>{dated}</p><div>{BODY}</div>", TITLE)[0] == dated


def test_the_heading_nearest_to_the_text_is_taken():
    html = f"<p>{TITLE}</p>{MENU}{MENU}<p>{TITLE}</p><p>时间：2023-05-08</p><div>{BODY}</div>"
    assert lines(html, TITLE) == [TITLE, "时间：2023-05-08", *TEXT]


def test_a_short_text_is_not_beaten_by_what_pops_up_behind_many_links():
    pop = "<div><p>尊敬的用户，首次登录时须注册账号方可使用，完成账号注册和实名认证后即可登录。</p></div>"
    html = f"<h1>{TITLE}</h1><div><p>现将排查名单予以公布，请各乡镇认真核对。</p></div>{MENU * 10}{pop}"
    assert lines(html, TITLE) == [TITLE, "现将排查名单予以公布，请各乡镇认真核对。"]


def test_a_second_text_beside_the_first_is_no_furniture():
    second = "<div><p>问：哪些水库要排查？</p><p>答：全县在册的水库都要在汛期之前逐一排查，不留死角。</p></div>"
    found = lines(f"{MENU}<div><div><div>{BODY}</div></div>{second}</div>{FOOT}")
    assert found == [*TEXT, "问：哪些水库要排查？", "答：全县在册的水库都要在汛期之前逐一排查，不留死角。"]


def test_links_in_the_text_stay_and_related_news_behind_it_go():
    linked = BODY.replace("<p>二、", "<p><a href='/b'>《青禾县防汛预案》</a></p><p>二、")
    html = f"<div>{linked}<p><a href='/n'>一图读懂防汛工作</a></p></div>{MENU}"
    assert lines(html) == [*TEXT[:3], "《青禾县防汛预案》", *TEXT[3:]]


def test_a_menu_within_the_text_goes():
    found = lines(f"<div>{BODY.replace('<p>二、', MENU * 2 + '<p>二、')}</div>")
    assert found == TEXT


def test_attachments_stay_inside_and_behind_the_text():
    inside = "<p>附件：<a href='/a/1.doc'>排查表.doc</a></p>"
    behind = "<div>附件下载</div><ul><li><a href='/a/2.xls'>水库名单</a></li><li><a href='/x'>其他通知</a></li></ul>"
    found = lines(f"<div><div>{BODY}{inside}</div></div><div>{behind}</div>{MENU}{FOOT}")
    assert found == [*TEXT, "附件：排查表.doc", "附件下载", "水库名单"]


def test_a_label_of_links_that_are_gone_goes_too():
    behind = "<p>相关稿件：</p><p><a href='/n'>一图读懂防汛工作</a></p><p>附件：</p>"
    assert lines(f"<div>{BODY}{behind}</div>{MENU}") == TEXT
    assert lines(f"<div>{BODY}{behind}<p>排查表</p></div>{MENU}") == [*TEXT, "相关稿件：", "附件：", "排查表"]


def test_icons_between_heading_and_text_go():
    icons = "<p>\ue602| \ue60d</p><p>( )</p>"
    assert lines(f"{MENU}<h1>{TITLE}</h1>{icons}<div>{BODY}<p>* * *</p></div>", TITLE) == [TITLE, *TEXT, "* * *"]


def test_a_list_of_names_keeps_every_line():
    names = ["钱示例", "孙样本", "李范文", "周测试", "吴假设"]
    rows = "".join(f"<tr><td>{number}</td><td>{name}</td></tr>" for number, name in enumerate(names, 1))
    found = lines(f"{MENU}<h1>录用人员名单</h1><table>{rows}</table>{FOOT}", "录用人员名单")
    assert found[:6] == ["录用人员名单", *(f"| {number} | {name} |" for number, name in enumerate(names, 1))]


def test_rows_with_links_in_some_cells_stay():
    rows = "".join(
        f"<tr><td>{number}</td><td><a href='/{number}'>{name}县防汛预案</a></td><td>5月{number}日</td></tr>"
        for number, name in enumerate("甲乙丙", 1)
    )
    found = lines(f"{MENU}<h1>预案目录汇总</h1><table>{rows}</table>{MENU}", "预案目录汇总")
    assert found[1:] == [f"| {number} | {name}县防汛预案 | 5月{number}日 |" for number, name in enumerate("甲乙丙", 1)]


def test_a_page_of_links_has_no_text():
    assert lines(MENU) is None
    assert lines("") is None


def test_a_row_with_a_link_and_a_word_is_no_menu():
    row = "<tr><td><a href='/z'>张三</a></td><td>局长</td></tr>"
    news = "<tr><td>·</td><td><a href='/n'>县里开会</a></td></tr>"
    html = f"<div><h1>{TITLE}</h1>{BODY}<table>{row}{news}</table></div>"
    assert lines(html, TITLE) == [TITLE, *TEXT, "| 张三 | 局长 |"]


@pytest.mark.parametrize("begun", ["位置", "首页", "&gt;", "索引号"])
def test_white_space_in_a_line_costs_no_more_than_its_length(begun):
    html = f"<p>{begun}{chr(0x3000) * 100_000}甲</p><p>{TITLE}</p><div>{BODY}</div>"
    assert lines(html, TITLE)[-len(TEXT) :] == TEXT
