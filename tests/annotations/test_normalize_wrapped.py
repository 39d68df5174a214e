"""Hard-wrapped pages: paragraphs come back whole with the exact map, and lists of short lines stay as they are."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.formats import native_proof, native_record
from annotations.labels import default_labels
from annotations.normalize import NORMALIZER, normalize
from annotations.normalize.wrapped import find_wrapping
from annotations.notice import Notice, notice_id, raw_sha256
from annotations.regions import Region, check_tiling
from annotations.spans import NormalizedOffset, RawOffset, normalized_span, raw_span
from annotations.suggest.page import page_of
from annotations.suggest.registry import suggesters

TITLE = "青禾县人民政府办公室关于做好防汛值守工作的通知"
PARAGRAPHS = """
为切实做好汛期安全工作，保障人民群众生命财产安全，经县政府研究，现就有关事项通知如下：
一、各乡镇要严格落实领导带班和二十四小时值班制度，加强对水库、堤防、低洼地带等重点部位的巡查，发现问题及时处置，\
并于2023年6月30日前将落实情况报县应急管理局局长林知远。巡查记录要完整，不得补填、漏填。
二、县水务局要会同有关部门开展隐患排查，对排查出的问题建立台账，逐项明确责任人和完成时限。6月15日前完成第一轮排查，\
整改不到位的不得投入运行；确需延期的，应当书面说明理由。
三、各单位要加强应急物资储备，做好抢险队伍的训练和演练，确保一旦发生险情能够拉得出、用得上。县政府办公室将适时开展抽查，\
对责任不落实、措施不到位的单位予以通报。
""".strip().split("\n")
SIGNATURE = ["青禾县人民政府办公室", "2023年5月8日"]


def cells(text: str) -> int:
    return sum(1 if character < "\u2000" else 2 for character in text)


def wrapped(paragraph: str, width: int, indent: int = 0, *, anywhere: bool = False) -> list[str]:
    """A paragraph on lines of a width in cells; numbers and Latin words stay whole, unless it may break anywhere."""
    lines, line = [], " " * indent
    for piece in re.findall(r"." if anywhere else r"[!-~]+ ?|.[，。、；：]?", paragraph):
        if cells(line + piece.rstrip()) > width and line.strip():
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [*lines, line]


def as_pdf(paragraphs, width=56, *, page=9, anywhere=False, number="- {} -"):
    """A page as it comes out of a PDF: first lines indented, a page number below so many lines."""
    lines = [
        f"{TITLE}",
        *(line for each in paragraphs for line in wrapped(each, width, 4, anywhere=anywhere)),
        *SIGNATURE,
    ]
    out = []
    for count, line in enumerate(lines, 1):
        out.append(line)
        if count % page == 0:
            out.append(number.format(count // page))
    return "\n".join(out) + "\n"


WHOLE = "\n".join([TITLE, *PARAGRAPHS, *SIGNATURE])


@pytest.mark.parametrize("anywhere", [False, True])
@pytest.mark.parametrize("width", [44, 56, 60, 68, 76])
def test_a_pdf_comes_back_paragraph_by_paragraph(width, anywhere):
    notice = normalize(as_pdf(PARAGRAPHS, width, anywhere=anywhere))
    assert "hard-wrapped" in notice.flags
    assert notice.normalized == WHOLE
    assert notice.title == TITLE


@pytest.mark.parametrize("end", ["\r\n", "\r", " \n", "\u3000\n\u200b"])
def test_line_ends_of_every_kind(end):
    assert normalize(as_pdf(PARAGRAPHS).replace("\n", end)).normalized == WHOLE


def test_indents_of_wide_spaces_and_blank_lines_around_page_numbers():
    raw = as_pdf(PARAGRAPHS, number="\n\x0c— {} —\n").replace("    ", "\u3000\u3000")
    assert normalize(raw).normalized == WHOLE


def test_an_e_mail_with_blank_lines_between_paragraphs():
    raw = "\n\n".join("\n".join(wrapped(each, 70)) for each in [TITLE, *PARAGRAPHS, *SIGNATURE]) + "\n"
    assert normalize(raw).normalized == WHOLE


def test_ragged_lines_below_indented_first_ones_are_joined_where_a_full_stop_follows():
    raw = (
        f"{TITLE}\n各乡镇人民政府，县直各部门：\n    为切实做好汛期安全工作，保障人民群众生命财产安全，经县\n"
        "政府研究，现就有关事项通知如下：\n    一、各乡镇要严格落实领导带班制度，加强对重点部位的\n"
        "巡查，发现问题及时处置，并于2023年6\n月30日前将情况报县应急管理局局长林\n知远。\n- 1 -\n"
        "    二、各部门不得擅自离岗，确保信息报送及\n时、准确。\n— 2 —\n"
        "青禾县人民政府办公室\n2023年5月8日\n第 2 页 共 2 页\n"
    )
    notice = normalize(raw)
    assert notice.normalized.split("\n")[3:] == [
        "一、各乡镇要严格落实领导带班制度，加强对重点部位的巡查，发现问题及时处置，并于2023年6月30日前将情况报县应急管理局局长林知远。",
        "二、各部门不得擅自离岗，确保信息报送及时、准确。",
        *SIGNATURE,
    ]
    # The first line of a paragraph keeps its indent, so that it is one row on the screen.
    boilerplate = [raw[each.start : each.end] for each in notice.regions if each.kind == "boilerplate"]
    assert boilerplate == ["- 1 -\n", "— 2 —\n", "第 2 页 共 2 页\n"]


@pytest.mark.parametrize(
    "number",
    ["- {} -", "— {} —", "－{}－", "·{}·", "第 {} 页", "第{}页 共9页", "第{}页，共9页", "{}/9", "Page {} of 9", "{}"],
)
def test_page_numbers_are_boilerplate_and_divide_no_paragraph(number):
    raw = as_pdf(PARAGRAPHS, 56, page=6, number=number)
    notice = normalize(raw)
    assert notice.normalized == WHOLE
    left_out = [raw[each.start : each.end].strip() for each in notice.regions if not each.kept]
    assert left_out == [number.format(count) for count in range(1, len(left_out) + 1)]
    assert len(left_out) >= 2


def test_bare_numbers_that_do_not_count_up_stay():
    raw = as_pdf(PARAGRAPHS, page=6, number="{}").replace("\n2\n", "\n7\n")
    assert {"1", "7"} <= set(normalize(raw).normalized.split("\n"))


def test_one_space_stands_between_latin_words_and_nothing_beside_chinese():
    paragraph = (
        "县水务局引进Real Time Flood Warning System平台，覆盖PM2.5和COD等指标。The system was built in 2023 by a "
        "local team, and every station reports twice an hour。平台由县水务局负责运行，"
        "数据每小时更新两次，各乡镇要按时核对，"
        "不得瞒报、漏报，确保数据真实、准确、完整。"
    )
    for width in range(40, 78):
        raw = as_pdf([*PARAGRAPHS, paragraph], width)
        assert normalize(raw).normalized.split("\n")[-3] == paragraph, width


def test_the_map_leaves_out_a_line_end_and_a_space_comes_from_it():
    raw = as_pdf(
        [
            *PARAGRAPHS,
            "平台由县水务局负责运行，采用 Real Time Flood Warning System 系统，数据每小时更新两次，各乡镇要按时核对。",
        ]
    )
    notice = normalize(raw)
    first = notice.normalized.index("经县政府研究")
    there = notice.alignment.to_raw(normalized_span(first, first + 6))
    assert "\n" in there.of(raw)
    assert there.of(raw).replace("\n", "") == "经县政府研究"
    at = raw.index("\n", there.start)
    assert not notice.alignment.survives(RawOffset(at))
    spaces = [
        run
        for run in notice.alignment.runs
        if "\n" in raw[run.raw_start : run.raw_end] and notice.normalized[run.norm_start] == " "
    ]
    assert all(run.norm_end - run.norm_start == 1 for run in spaces if not run.one_to_one)


def test_requirements_dates_and_officials_across_line_ends_are_found_whole():
    crossing = set()
    for width in range(44, 78, 2):
        notice = notice_made_of(as_pdf(PARAGRAPHS, width, anywhere=True, page=7))
        page = page_of(notice, default_labels())
        spans = [each.span for one in suggesters(["dates", "officials", "requirements"]) for each in one.suggest(page)]
        found = [notice.alignment.to_normalized(span).of(notice.normalized) for span in spans]
        assert "2023年6月30日前" in found
        assert any(each.endswith("县应急管理局局长林知远") for each in found)
        assert any(each.startswith("二、县水务局要会同") for each in found)
        crossing |= {text for text, span in zip(found, spans, strict=True) if "\n" in span.of(notice.raw)}
    assert "2023年6月30日前" in crossing


def notice_made_of(raw: str) -> Notice:
    made = normalize(raw)
    digest = raw_sha256(raw)
    return Notice(
        notice_id(digest), "page", digest, made.title, made.source, made.published, None, raw, made.normalized,
        NORMALIZER, made.regions, made.alignment, {"flags": list(made.flags)},
    )  # fmt: skip


def test_an_export_of_it_is_proved():
    notice = notice_made_of(as_pdf(PARAGRAPHS, page=5))
    native_proof.prove(native_record.decode(native_record.encode(native_record.record(notice, [], []))))


def test_a_region_that_a_reviewer_changes_keeps_its_paragraphs():
    raw = as_pdf(PARAGRAPHS, page=6)
    notice = normalize(raw)
    assert normalize(raw, regions=notice.regions) == notice
    shown = [Region("body", each.start, each.end) for each in notice.regions]
    text = normalize(raw, regions=shown).normalized
    assert "- 1 -" in text
    assert text.count("\n") == WHOLE.count("\n") + 2 * raw.count(" -\n") - ends_of_pages(raw)


def ends_of_pages(raw: str) -> int:
    """How many page numbers stand between two paragraphs, so that each of them is one line more and not two."""
    return sum(
        f"{each}\n" in raw and not re.search(rf"[^。：\n]\n{each}\n", raw) for each in re.findall(r"- \d -", raw)
    )


# --- what is not hard-wrapped ------------------------------------------------------------------------------------

TOWNS = ["青禾镇", "临江镇", "望山镇", "清水镇", "东平镇", "南安镇", "西宁乡", "北辰乡", "长乐镇", "永安镇"]
NAMES = ["林知远", "钱示例", "赵样本", "孙青禾", "周临江", "吴望舒", "郑清和", "王若水", "冯远山", "陈思齐"]
PAIRS = list(zip(TOWNS, NAMES, strict=True))


@pytest.mark.parametrize(
    "lines",
    [
        ["出席人员名单", *(f"{town}人民政府 {name}" for town, name in PAIRS)],
        [
            "联系方式如下：",
            *(f"{town}人民政府办公室，联系人{name}，联系电话 000-0000000{at}" for at, (town, name) in enumerate(PAIRS)),
            "请按时报送。",
        ],
        [
            "名单如下。",
            *(f"{name}，{town}党委副书记、镇长，负责全镇防汛抗旱的日常工作" for town, name in PAIRS),
            "请遵照执行。",
        ],
        ["远山如黛水如烟，", "一路春风到眼前。", "行到青禾最深处，", "白云生处有人家。"] * 4,
        ["大江东去浪涛声声入耳来，万里征程从此起，", "两岸青山相对出没云雾间，孤帆一片日边来。"] * 5,
        [
            "索引号：000000000/2023-00012",
            "主题分类：水利、防汛",
            "发文机关：青禾县人民政府",
            "成文日期：2023年5月8日",
            "有效性：有效",
        ]
        * 3,
        [f"{town}召开防汛工作会议，{name}部署汛期安全检查和值班值守" for town, name in PAIRS] + ["来源：青禾日报。"],
        [f"{town}人民政府关于印发{town}防汛应急预案的通知" for town in TOWNS] + ["更多。"],
        [
            "会议要求：",
            *(f"{at}.{town}要加强巡查，落实值班制度，做好应急准备" for at, town in enumerate(TOWNS, 1)),
            "各单位要落实。",
        ],
        [
            "会议要求：",
            *(f"加强{town}重点部位巡查，落实领导带班制度，做好应急准备" for town in TOWNS),
            "各单位要落实。",
        ],
        [f"{town}要加强重点部位巡查，落实领导带班制度，做好应急准备。" for town in TOWNS],
        [line for town, name in PAIRS for line in (f"5月8日，{town}召开防汛会。", f"{name}出席会议，并讲话。")],
        [
            "单位  负责人  电话",
            *(f"{town}人民政府  {name}  000-0000000{at}，000-1111111{at}" for at, (town, name) in enumerate(PAIRS)),
        ],
        [*(f"图为{name}在{town}检查防汛工作，慰问值班人员" for town, name in PAIRS), "（摄影：林知远）"],
        [TITLE, *PARAGRAPHS, *SIGNATURE],
        ["第一条　为加强管理，制定本办法", "第二条　各乡镇要落实责任，加强巡查", "第三条　县水务局负责解释，并组织检查"]
        * 6,
    ],
    ids=lambda lines: lines[0][:8],
)
def test_lists_tables_poems_and_ordinary_pages_stay_as_they_are(lines):
    raw = "\n".join(lines) + "\n"
    assert find_wrapping(raw) is None
    assert find_wrapping(raw.replace("\n", "\n\n")) is None
    assert find_wrapping("\n".join(f"    {line}" for line in lines)) is None


def test_a_list_inside_a_hard_wrapped_page_stays_a_list():
    names = [f"{town}  {name}  镇长" for town, name in PAIRS[:4]]
    raw = as_pdf(PARAGRAPHS).replace("\n" + SIGNATURE[0], "\n".join(["", "附件：", *names, SIGNATURE[0]]))
    lines = normalize(raw).normalized.split("\n")
    assert lines[-6:-2] == names
    assert lines[1:5] == PARAGRAPHS


def test_an_ordinary_page_is_not_looked_at_twice(monkeypatch):
    monkeypatch.setattr("annotations.normalize.wrapped.paragraphs", pytest.fail)
    assert find_wrapping("\n".join([TITLE, *PARAGRAPHS * 3])) is None


def test_a_space_between_latin_words_comes_from_the_line_end_behind_invisible_characters():
    raw = as_pdf([SENTENCES[4] * 3, *PARAGRAPHS]).replace("\n", "\u200b\n")
    notice = normalize(raw)
    assert "hard-wrapped" in notice.flags
    assert all(
        run.raw_start < run.raw_end for run in notice.alignment.runs if notice.normalized[run.norm_start] != "\n"
    )


# --- laws --------------------------------------------------------------------------------------------------------

SENTENCES = [
    "会议要求，各乡镇要在5月底前完成排查整治，确保水质按期达标。",
    "會議要求，各鄉鎮要壓實責任，切實做到守河有責、守河擔責、守河盡責。",
    "關(guān)於加強(qiáng)監(jiān)管的通知已經印發，各單位要認真落實。",
    "县水务局局长林知远通报了上半年水环境质量状况，并对下一阶段重点工作作了安排；",
    "the new system went live on 5 May 2023, and all stations report to it every hour.",
    "各部（室）、各镇（园）主要负责人参加会议，会议由钱示例主持。",
]
PAGES = st.builds(
    as_pdf,
    st.lists(st.lists(st.sampled_from(SENTENCES), min_size=2, max_size=6).map("".join), min_size=2, max_size=6),
    st.integers(36, 80),
    page=st.integers(3, 20),
    anywhere=st.booleans(),
    number=st.sampled_from(["- {} -", "\n第 {} 页\n", "{}/9"]),
).flatmap(
    lambda raw: st.sampled_from(["\n", "\r\n", "\r", "\u200b\n", " \n\u3000"]).map(lambda end: raw.replace("\n", end))
)


@settings(max_examples=200, deadline=None)
@given(PAGES, st.data())
def test_the_laws_of_the_map_hold(raw, data):
    notice = normalize(raw)
    text, alignment = notice.normalized, notice.alignment
    check_tiling(notice.regions, len(raw))
    assert all(
        first.raw_end <= second.raw_start and first.norm_end == second.norm_start
        for first, second in pairwise(alignment.runs)
    )
    assert all(line == line.strip() != "" for line in text.split("\n"))
    assert normalize(raw, regions=notice.regions) == notice
    native_proof.prove(native_record.decode(native_record.encode(native_record.record(notice_made_of(raw), [], []))))
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    if "\n" not in (text[start], text[end - 1]):
        span = normalized_span(start, end)
        assert alignment.to_normalized(alignment.to_raw(span)) == span
    low = data.draw(st.integers(0, len(raw) - 1))
    high = data.draw(st.integers(low + 1, len(raw)))
    kept = [at for at in range(low, high) if alignment.survives(RawOffset(at))]
    found = alignment.to_normalized(raw_span(low, high))
    assert (found is None) == (not kept)
    if found is not None:
        back = alignment.to_raw(found)
        assert back.start <= kept[0] <= kept[-1] < back.end
        assert alignment.raw_character(NormalizedOffset(found.start)).start == back.start


@settings(deadline=None)
@given(st.text(alphabet="一1.a，。：\n\r \u3000\u200b-第页", max_size=400), st.text(max_size=200))
def test_any_text_is_judged(text, other):
    for raw in (text, other, as_pdf(PARAGRAPHS) + text, as_pdf([*PARAGRAPHS, text.replace("\n", "") or "无。"])):
        notice = normalize(raw)
        check_tiling(notice.regions, len(raw))
        assert normalize(raw, regions=notice.regions) == notice if notice.regions else not raw
