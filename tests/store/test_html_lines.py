"""The lines of HTML: those that a browser shows, a row of a table in one line, and nothing lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("lxml")

from store.intake.sources.webpage.markup import parse, read

LONG = "各乡镇人民政府要在每年汛期到来之前组织力量对辖区内的山塘水库逐一排查并于五月底前将排查结果报送县水务局"


def lines(html, **options):
    return [line.text for line in read(parse(f"<html><body>{html}</body></html>"), **options).lines]


def test_blocks_and_breaks_end_a_line_and_inline_elements_do_not():
    assert lines("<div>甲<b>乙</b><span>丙</span><br>丁<p>戊</p>己</div>") == ["甲乙丙", "丁", "戊", "己"]
    assert lines("<span style='display: block'>甲</span><span>乙</span>") == ["甲", "乙"]


def test_white_space_is_that_of_a_browser():
    assert lines("<p>\n  关于做好\n  防汛工作  的通知\t</p>") == ["关于做好防汛工作 的通知"]
    assert lines("<p>Notice\n  No 5</p>") == ["Notice No 5"]
    assert lines("<p><span>来源：水务局</span>\n<span>日期：2023-05-08</span></p>") == ["来源：水务局 日期：2023-05-08"]
    assert lines("<p>\u3000\u3000甲\u3000乙&nbsp;&nbsp;</p><p>&nbsp;\u2003</p>") == ["甲\u3000乙"]


@pytest.mark.parametrize(
    "html",
    [
        "<script>甲</script>", "<style>甲</style>", "<!-- 甲 -->", "<noscript>甲</noscript>",
        "<p style='DISPLAY:none'>甲</p>",
        "<div hidden><p>甲</p></div>", "<select><option>甲</option></select>", "<template><p>甲</p></template>",
        "<button>甲</button>", "<svg><text>甲</text></svg>",
    ],
)  # fmt: skip
def test_what_a_browser_does_not_show_is_left_out(html):
    assert lines(f"<p>乙</p>{html}<p>丙</p>") == ["乙", "丙"]


def test_hidden_text_is_counted_and_can_be_asked_for():
    html = "<html><body style='display:none'><p>乙</p><div style='display:none'>甲 甲</div></body></html>"
    assert read(parse(html)).hidden == 2
    assert lines("<div style='display:none'>甲</div>", hidden=True) == ["甲"]
    assert [line.text for line in read(parse(html)).lines] == ["乙"]


def test_readings_above_characters_are_no_text():
    assert lines("<p><ruby>毫<rp>(</rp><rt>háo</rt><rp>)</rp></ruby>州</p>") == ["毫州"]


def test_a_row_is_one_line_with_its_cells_parted():
    rows = "<tr><th>序号</th><th>事项</th><th>期限</th></tr><tr><td>1</td><td>排查</td><td></td></tr>"
    assert lines(f"<table>{rows}</table>") == ["| 序号 | 事项 | 期限 |", "| 1 | 排查 |  |"]


def test_a_list_in_a_cell_keeps_its_lines():
    cell = "<p>一是排查；</p><ul><li>山塘</li><li>水库</li></ul>"
    row = f"<tr><td>1</td><td>任务</td><td>{cell}</td><td>五月</td><td>水务局</td></tr>"
    assert lines(f"<table>{row}</table>") == ["| 1 | 任务 |", "一是排查；", "山塘", "水库", "| 五月 | 水务局 |"]


def test_a_long_text_in_a_cell_has_a_line_of_its_own():
    assert lines(f"<table><tr><td>1</td><td>任务</td><td>{LONG}</td></tr></table>") == ["| 1 | 任务 |", LONG]


def test_a_table_for_layout_is_no_table():
    assert lines("<table><tr><td></td><td>关于做好防汛工作的通知</td><td></td></tr></table>") == [
        "关于做好防汛工作的通知"
    ]
    assert lines("<table><tr><td><p>甲</p><p>乙</p></td></tr></table>") == ["甲", "乙"]
    nested = "<table><tr><td><p>甲</p><table><tr><td>乙</td><td>丙</td></tr></table></td><td>丁</td></tr></table>"
    assert lines(nested) == ["甲", "| 乙 | 丙 |", "丁"]
    assert lines(nested.replace("<tr><td>乙</td><td>丙</td></tr>", "<td>乙</td><td>丙</td>")) == [
        "甲",
        "乙",
        "丙",
        "丁",
    ]


def test_a_label_without_a_value_shows_that_it_has_none():
    rows = "<tr><td>文号：</td><td></td></tr><tr><td>发布机构：</td><td>水务局</td></tr>"
    assert lines(f"<table>{rows}</table>") == ["| 文号： |  |", "| 发布机构： | 水务局 |"]


def test_links_are_counted_and_anchors_of_word_processors_are_none():
    page = read(parse("<p><a href='/'>首页</a></p><p>见<a name='_x'>附件</a>二</p><p>·<a onclick='f()'>打印</a></p>"))
    assert [(line.visible, line.linked, line.is_link) for line in page.lines] == [
        (2, 2, True),
        (4, 0, False),
        (3, 2, True),
    ]


def test_links_to_files_are_known():
    addresses = ("/a/1.DOCX?x=1", "/down/download.jsp?id=1", "/a")
    page = read(parse("".join(f"<p><a href='{address}'>表</a></p>" for address in addresses)))
    assert [line.file for line in page.lines] == [True, True, False]


ELEMENTS = st.recursive(
    st.text("甲乙丙丁 \n", max_size=6),
    lambda inner: st.tuples(
        st.sampled_from(["p", "div", "b", "td", "tr", "table", "ul", "li", "a href='/'", "span", "h2"]),
        st.lists(inner, max_size=4),
    ).map(lambda made: f"<{made[0]}>{''.join(made[1])}</{made[0].split()[0]}>"),
    max_leaves=30,
)


@given(ELEMENTS)
def test_every_visible_character_is_in_one_line_in_order(html):
    root = parse(f"<html><body>{html}</body></html>")
    shown = "".join("".join(line.text for line in read(root).lines).replace("|", "").split())
    assert shown == "".join("".join(root.itertext()).split())


@given(ELEMENTS)
def test_a_block_holds_the_lines_of_the_blocks_in_it(html):
    page = read(parse(f"<html><body>{html}</body></html>"))

    def around(block):
        while block >= 0:
            yield block
            block = page.blocks[block].parent

    for number, block in enumerate(page.blocks):
        held = [index for index, line in enumerate(page.lines) if number in around(line.block)]
        # The line of a row belongs to the row; its cells hold it without being around it.
        assert not held or held == list(range(block.first, block.last))
