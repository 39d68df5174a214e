"""The laws of the map over pages that nobody wrote, and pages that were damaged on purpose and come back."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opencc_oracle import opencc

from annotations.lexicon.tables import readings
from annotations.normalize import normalize
from annotations.normalize.script import convert, t2s
from annotations.regions import REGION_KINDS, Region, check_tiling
from annotations.spans import NormalizedOffset, RawOffset, normalized_span, raw_span

PIECES = [
    "会议要求",
    "會議要求",
    "各鎮(zhèn)(園)",
    "關(guān)",
    "關（ɡuān）",
    "亳(bó)州",
    "长(cháng)",
    "江(jiāng)",
    "水(shuǐ)",
    "乾",
    "著",
    "乾縣",
    "著名",
    "有著落",
    "瞭解",
    "覆盆子",
    "(((",
    ")))",
    "((一))",
    "(試(shì)行)",
    "(guān)",
    "\U00020bb7",
    "\U0002a6a5(é)",
    "\U0001f468\u200d\U0001f469",
    "葛\U000e0100",
    "Ａ５",
    "％．",
    "12.5",
    "abc",
    "。",
    ",",
    ";",
    ":",
    " ",
    "  ",
    "\u3000\u3000",
    "\xa0",
    "\t",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "\u2028",
    "\x85",
    "\ufeff",
    "\u200b",
    "\u2060",
    "\x1b[2J",
    "\x00",
    "来源:青禾网 时间:2022-03-05\n",
    "轉(zhuǎn)自:甲\n",
    "扫一扫\n",
    "猜你喜欢\n",
    "图.jpg\n",
    "\n3月4日上午,青禾市召开水污染防治工作推进会,市政府副市长甘棠出席会议并讲话。\n",
    "\n青禾市召开推进会\n",
]
PAGES = st.lists(st.sampled_from(PIECES), max_size=24).map("".join)
KINDS = st.sampled_from(REGION_KINDS)


@st.composite
def tilings(draw: st.DrawFn, length: int) -> list[Region]:
    cuts = sorted({0, length, *draw(st.lists(st.integers(0, length), max_size=6))})
    return [Region(draw(KINDS), RawOffset(start), RawOffset(end)) for start, end in pairwise(cuts)]


def check_laws(raw: str, notice) -> None:
    text, alignment = notice.normalized, notice.alignment
    check_tiling(notice.regions, len(raw))
    assert (alignment.raw_length, alignment.normalized_length) == (len(raw), len(text))
    lines = text.split("\n")
    assert text == "" or all(line and line == line.strip() for line in lines)
    kept = {at for region in notice.regions if region.kept for at in range(region.start, region.end)}
    for a, b, c, d in alignment.runs:
        source, made = raw[a:b], text[c:d]
        if b - a == d - c:
            assert all(_same(before, after) for before, after in zip(source, made, strict=True))
        elif made in "\n ":
            assert source == re.compile(r"\s*").match(raw, a).group()
            assert a == 0 or not raw[a - 1].isspace()
        else:
            assert re.fullmatch(r"\w\W*[(（] ?\w+ ?[)）]", source)
            assert _same(source[0], made)
        assert all(at in kept or raw[at].isspace() for at in range(a, b))


def _same(before: str, after: str) -> bool:
    """Whether a step may make the one character of the other."""
    if before.isspace():
        return after in " \n"
    return (
        after in (before, convert(before), t2s(before), "着" if before == "著" else before)
        or ("\uff10" <= before <= "\uff5a" and ord(after) == ord(before) - 0xFEE0)
        or before in "乾覆瞭"
    )


@settings(max_examples=300)
@given(PAGES)
def test_the_laws_hold_on_any_page(raw):
    check_laws(raw, normalize(raw))


@given(PAGES, st.data())
def test_the_laws_hold_under_any_override(raw, data):
    check_laws(raw, normalize(raw, regions=data.draw(tilings(len(raw)))))


@given(st.text(max_size=60))
def test_the_laws_hold_on_any_text(raw):
    notice = normalize(raw)
    check_tiling(notice.regions, len(raw))
    assert notice.alignment.normalized_length == len(notice.normalized)


@given(PAGES, st.data())
def test_spans_go_to_raw_text_and_back(raw, data):
    notice = normalize(raw)
    text, alignment = notice.normalized, notice.alignment
    if not text:
        return
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    if "\n" not in (text[start], text[end - 1]):
        span = normalized_span(start, end)
        assert alignment.to_normalized(alignment.to_raw(span)) == span


@given(PAGES, st.data())
def test_raw_spans_come_back_less_what_was_removed_at_their_edges(raw, data):
    alignment = normalize(raw).alignment
    if not raw:
        return
    start = data.draw(st.integers(0, len(raw) - 1))
    end = data.draw(st.integers(start + 1, len(raw)))
    kept = [at for at in range(start, end) if alignment.survives(RawOffset(at))]
    span = alignment.to_normalized(raw_span(start, end))
    assert (span is None) == (not kept)
    if span is not None:
        back = alignment.to_raw(span)
        assert back.start <= kept[0] <= kept[-1] < back.end


@given(PAGES)
def test_the_found_regions_give_the_same_notice_again(raw):
    notice = normalize(raw)
    assert normalize(raw, regions=notice.regions) == notice


# --- what was damaged on purpose ---------------------------------------------------------------------------------

SIMPLIFIED = [
    "会议要求,各县区要在5月底前完成排查整治,确保水质按期达标。",
    "会上,市水务局局长危立言通报了上半年水环境质量状况,并对下一阶段重点工作作了安排。",
    "一要压实责任,各级河长要切实做到守河有责、守河担责、守河尽责。",
    "二要加强监管,对新发现的违法行为实行“零容忍”,严肃追责问责(含责任单位)。",
    "市政府副市长甘棠强调,要深入贯彻落实《青禾市河湖保护规划(2018—2035年)》,扎实推进各项任务。",
    "各部(室)、各镇(园)主要负责人参加会议。",
    "工业园区雨污分流改造投资１.2亿元,总磷(TP)浓度下降百分之九点四。".replace("１", "1"),
    "去年以来,全县退出围网养殖一万两千亩,恢复芦苇带四十三公里,修复成效显著。",
    "希望广大群众积极参与监督,共同守护绿水青山,让污水件件有着落。",
]
TITLES = ["青禾市召开水污染防治工作推进会", "市长甘棠调研河湖长制工作", "我市部署汛期饮用水水源地风险排查"]
SPACES = ["", "\u3000\u3000", "  ", "\xa0\xa0\u3000", "\t", "\ufeff", "\u200b "]
BREAKS = ["\n", "\r\n", "\n\n", "\r\n\r\n", "\n \u3000\n", "\r"]
NOISE = ["\u200b", "\u2060", "\ufeff", "\xad"]
traditional_of = opencc("s2t")


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, str, list[str]]:
    """A raw page, the text that must come back, and for each of its characters the raw text it must come from."""
    title = draw(st.sampled_from(TITLES))
    body = draw(st.lists(st.sampled_from(SIMPLIFIED), min_size=2, max_size=6, unique=True))
    traditional = draw(st.booleans())
    sources = {line: traditional_of(line) if traditional else line for line in (title, *body)}
    for line, source in sources.items():
        assert not traditional or convert(source) == line
    hosts: dict[str, str] = {}
    if traditional and draw(st.booleans()):
        characters = sorted({character for source in sources.values() for character in source} & set(READINGS))
        chosen = draw(st.lists(st.sampled_from(characters), min_size=6, max_size=30, unique=True))
        hosts = {host: draw(st.sampled_from(READINGS[host])) for host in chosen}

    def units(line: str) -> list[str]:
        return [character + (f"({hosts[character]})" if character in hosts else "") for character in sources[line]]

    def written(line: str) -> str:
        noise = draw(st.integers(0, len(line) - 1)) if draw(st.booleans()) else -1
        pieces = units(line)
        if noise > 0:
            pieces[noise] = draw(st.sampled_from(NOISE)) + pieces[noise]
        return draw(st.sampled_from(SPACES)) + "".join(pieces)

    def paragraphs() -> str:
        return draw(st.sampled_from(BREAKS)).join(written(line) for line in body)

    head = [
        written(title),
        draw(st.sampled_from(["来源:青禾网 时间:2022-03-05", "青禾网  2022-03-05", "發布時間:2022-03-05"])),
    ]
    boilerplate = draw(st.sampled_from(["扫一扫在手机打开当前页", "分享到:", "打开APP,阅读全文 查看更多"]))
    layout = draw(
        st.sampled_from(["head body", "body boilerplate head body", "head body boilerplate body", "body body head"])
    )
    parts = []
    for part in layout.split():
        parts += {"head": head, "body": [paragraphs()], "boilerplate": [boilerplate]}[part]
    if layout != "body body head":
        parts += draw(
            st.lists(st.sampled_from(["版权所有:青禾网 青ICP备00000000号", "猜你喜欢\n某地召开会议"]), max_size=2)
        )
    raw = draw(st.sampled_from(["", "打开APP\n", "\ufeff"])) + draw(st.sampled_from(BREAKS)).join(parts)
    lines = [*body, title] if layout == "body body head" else [title, *body]
    origins = [unit for index, line in enumerate(lines) for unit in ([""] if index else []) + units(line)]
    return raw, "\n".join(lines), origins


WRITTEN = set(traditional_of("".join(SIMPLIFIED + TITLES)))
READINGS = {
    host: known
    for host in sorted(WRITTEN)
    if (known := [reading for reading, hosts in readings().items() if host in hosts])
}


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(damaged())
def test_what_was_damaged_comes_back_span_for_span(page):
    raw, text, origins = page
    notice = normalize(raw)
    assert notice.normalized == text
    for at, origin in enumerate(origins):
        if origin:
            source = notice.alignment.raw_character(NormalizedOffset(at)).of(raw)
            assert re.sub("[\u200b\u2060\ufeff\xad]", "", source) == origin
    assert notice.title in TITLES
    assert notice.published == "2022-03-05"
    check_laws(raw, notice)
