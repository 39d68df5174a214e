"""Both panes have the same rows, what belongs together stands side by side, and every offset has a row."""

from __future__ import annotations

import re
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.alignment import Alignment
from annotations.normalize import normalize
from annotations.regions import Region
from annotations.spans import NormalizedOffset, RawOffset, normalized_span, raw_span
from tui.terminal.display import visible
from tui.text.layout import Layout, RemovedText, lay_out
from tui.text.rows import Rows

READING = re.compile(r"(?<=\w)\([a-zāáǎàēéěèīíǐìōóǒòūúǔù]+\)")
SENTENCE = "會(huì)議(yì)要(yào)求(qiú),各縣(xiàn)區(qū)要落實(shí)責(zé)任,確(què)保完成任務(wù)。"


class Page:
    """A notice built from its parts: each line of a kept part is a paragraph, readings in brackets are removed."""

    def __init__(self, *parts: tuple[str, str]) -> None:
        self.raw = self.normalized = ""
        self.regions: list[Region] = []
        self.runs: list[tuple[int, int, int, int]] = []
        for kind, text in parts:
            start = len(self.raw)
            for piece in re.findall(r"[^\r\n]+|[\r\n]+", text):
                if kind in ("title", "body") and piece.strip():
                    self._paragraph(piece)
                self.raw += piece
            of = raw_span(0, 1) if kind == "duplicate" else None
            self.regions.append(Region(kind, RawOffset(start), RawOffset(len(self.raw)), of))
        self.alignment = Alignment(self.runs, len(self.raw), len(self.normalized))

    def _paragraph(self, text: str) -> None:
        if self.normalized:
            at = self.runs[-1][1]
            self._run(at, at, "\n")
        base, at = len(self.raw), 0
        for reading in READING.finditer(text):
            host = reading.start() - 1
            self._run(base + at, base + host, text[at:host])
            self._run(base + host, base + reading.end(), text[host])
            at = reading.end()
        self._run(base + at, base + len(text), text[at:])

    def _run(self, start: int, end: int, text: str) -> None:
        at = len(self.normalized)
        self.runs.append((start, end, at, at + len(text)))
        self.normalized += text

    def lay_out(self, columns: int = 40, *, aligned: bool = True, **options) -> Layout:
        return lay_out(
            self.raw, self.normalized, self.regions, self.alignment, columns, columns, aligned=aligned, **options
        )


def drawn(text: str, rows) -> list[str]:
    return [{"blank": "·", "fold": row.label}.get(row.kind, text[row.start : row.end]) for row in rows]


def test_paragraphs_start_side_by_side():
    page = Page(
        ("title", "召開(kāi)推進(jìn)會(huì)\n"), ("metadata", "来源：云溪日报\n"), ("body", "第一段。\n\n\n第二段。")
    )
    layout = page.lay_out()
    assert drawn(page.raw, layout.raw) == ["召開(kāi)推進(jìn)會(huì)", "来源：云溪日报", "第一段。", "", "第二段。"]
    assert drawn(page.normalized, layout.normalized) == ["召開推進會", "·", "第一段。", "·", "第二段。"]


def test_stacked_panes_have_no_padding():
    page = Page(("title", "标题\n"), ("metadata", "来源\n"), ("body", "一。\n\n二。"))
    layout = page.lay_out(aligned=False)
    assert drawn(page.raw, layout.raw) == ["标题", "来源", "一。", "", "二。"]
    assert drawn(page.normalized, layout.normalized) == ["标题", "一。", "二。"]


def test_repeated_text_and_boilerplate_fold_to_one_row_and_unfold():
    page = Page(("duplicate", "正文" * 60 + "\n"), ("body", "正文" * 60 + "\n"), ("boilerplate", "版权声明。" * 40))
    layout = page.lay_out()
    assert drawn(page.raw, layout.raw)[0] == "… 121 characters repeated …"
    assert drawn(page.raw, layout.raw)[-1] == "… 200 characters of site furniture …"
    unfolded = page.lay_out(unfolded=frozenset({0, 2}))
    assert all(row.kind == "text" for row in unfolded.raw)
    assert len(unfolded.raw) > len(layout.raw) + 8


def test_short_boilerplate_and_all_metadata_are_shown():
    page = Page(
        ("boilerplate", "打开APP\n登录\n"), ("metadata", "来源：云溪日报\n编辑：某某\n时间：9月\n"), ("body", "正文。")
    )
    assert drawn(page.raw, page.lay_out().raw) == [
        "打开APP",
        "登录",
        "来源：云溪日报",
        "编辑：某某",
        "时间：9月",
        "正文。",
    ]


def test_a_region_that_begins_inside_a_line_begins_a_row():
    page = Page(("metadata", "云溪日报 "), ("title", "标题"), ("body", "正文。"))
    layout = page.lay_out()
    assert drawn(page.raw, layout.raw) == ["云溪日报 ", "标题", "正文。"]
    assert drawn(page.normalized, layout.normalized) == ["·", "标题", "正文。"]


def test_a_long_paragraph_with_readings_is_aligned_sentence_by_sentence():
    page = Page(("body", SENTENCE * 30))
    layout = page.lay_out()
    raw, normalized = Rows(page.raw, layout.raw), Rows(page.normalized, layout.normalized)
    for start in (match.start() for match in re.finditer("會", page.normalized)):
        beside = page.alignment.raw_character(normalized_span(start, start).start).start
        assert abs(raw.number_of(beside) - normalized.number_of(start)) <= 4


def test_a_long_paragraph_without_a_sentence_end_stays_aligned_too():
    page = Page(("body", "縣(xiàn)" * 3000))
    layout = page.lay_out()
    raw, normalized = Rows(page.raw, layout.raw), Rows(page.normalized, layout.normalized)
    for start in range(0, 3000, 50):
        beside = page.alignment.raw_character(normalized_span(start, start).start).start
        assert abs(raw.number_of(beside) - normalized.number_of(start)) <= 8


def test_equal_text_has_equal_rows_in_panes_of_nearly_equal_width():
    page = Page(("body", "各部门要密切配合，形成合力。" * 20))
    layout = lay_out(page.raw, page.normalized, page.regions, page.alignment, 41, 40, aligned=True)
    assert drawn(page.raw, layout.raw) == drawn(page.normalized, layout.normalized)


def test_only_a_first_screen_is_laid_out_where_asked():
    page = Page(*[("body", SENTENCE * 3 + "\n")] * 50)
    whole, first = page.lay_out(), page.lay_out(until=1000)
    assert first.raw[:20] == whole.raw[:20]
    assert first.normalized[:20] == whole.normalized[:20]
    assert len(first.raw) == len(first.normalized) < len(whole.raw) / 4
    assert Rows(page.raw, first.raw).number_of(len(page.raw)) == len(first.raw) - 1
    # No more is made visible than there are rows of.
    assert first.raw_shown == visible(page.raw)[: len(first.raw_shown)]
    assert max(row.end for row in first.raw) <= len(first.raw_shown) <= 1000
    assert first.normalized_shown == visible(page.normalized)[: len(first.normalized_shown)]
    assert max(row.end for row in first.normalized) <= len(first.normalized_shown) < 1000


def test_one_long_line_is_laid_out_in_part_too():
    page = Page(("body", SENTENCE * 500))
    first = page.lay_out(until=1000)
    assert len(first.raw) == len(first.normalized) < 100


def test_empty_texts_have_a_row_for_the_cursor():
    layout = lay_out("", "", [], Alignment([], 0, 0), 40, 40, aligned=True)
    assert [len(side) for side in layout] == [1, 1, 0, 0]


def test_raw_text_without_normalized_text():
    page = Page(("boilerplate", "打开APP\n"))
    layout = page.lay_out()
    assert drawn(page.raw, layout.raw) == ["打开APP"]
    assert len(layout.normalized) == 1
    assert Rows(page.normalized, layout.normalized).number_of(0) == 0


PARTS = st.lists(
    st.tuples(
        st.sampled_from(["title", "body", "metadata", "boilerplate", "duplicate"]),
        st.text(st.sampled_from("中文。，ab 　\n\r\x1b\u0301"), min_size=1, max_size=60)
        | st.sampled_from([SENTENCE * 4, "正文" * 50, SENTENCE * 9 + "\n"]),
    ),
    max_size=8,
)


@given(PARTS, st.integers(1, 30), st.booleans())
def test_rows_are_lawful(parts, columns, aligned):
    page = Page(*parts)
    layout = page.lay_out(columns, aligned=aligned)
    assert not aligned or len(layout.raw) == len(layout.normalized)
    for text, rows in ((page.raw, layout.raw), (page.normalized, layout.normalized)):
        starts = [row.start for row in rows if row.kind != "blank"]
        assert starts == sorted(set(starts))
        covered = "".join(text[row.start : row.end] for row in rows)
        assert "".join(covered.split()) == "".join(text.split())
        finder = Rows(text, rows)
        for offset in range(len(text) + 1):
            row = rows[finder.number_of(offset)]
            assert row.kind != "blank"
            if row.kind == "text" and row.start <= offset < row.end:
                assert 0 <= finder.cell_of(offset) <= columns


def test_a_long_hard_wrapped_paragraph_is_aligned_sentence_by_sentence():
    lines = textwrap.wrap(
        "".join(f"第{number}项工作要求各乡镇加强巡查，落实责任，不得漏报。" for number in range(40)), 28
    )
    raw = "青禾县关于巡查工作的通知\n    " + "\n".join(lines) + "\n    以上要求，请遵照执行。\n"
    notice = normalize(raw)
    assert notice.flags[-1] == "hard-wrapped"
    for columns in (38, 60, 90):
        layout = lay_out(raw, notice.normalized, notice.regions, notice.alignment, columns, columns, aligned=True)
        assert len(layout.raw) == len(layout.normalized)
        left, right = Rows(raw, layout.raw), Rows(notice.normalized, layout.normalized)
        covered = "".join(raw[row.start : row.end] for row in layout.raw)
        assert "".join(covered.split()) == "".join(raw.split())
        for offset in range(len(notice.normalized)):
            beside = notice.alignment.raw_character(NormalizedOffset(offset)).start
            assert abs(left.number_of(beside) - right.number_of(offset)) <= 8


@given(PARTS)
def test_paragraphs_are_aligned(parts):
    page = Page(*parts)
    layout = page.lay_out(30)
    raw, normalized = Rows(page.raw, layout.raw), Rows(page.normalized, layout.normalized)
    for match in re.finditer(r"[^\n]+", page.normalized):
        beside = page.alignment.raw_character(normalized_span(match.start(), match.start()).start).start
        if page.normalized[match.start()].strip():
            assert raw.number_of(beside) == normalized.number_of(match.start())


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, 9, [(1, 7)]),
        (2, 4, [(2, 4)]),
        (7, 9, []),
        (0, 14, [(1, 7), (9, 14)]),
        (10, 12, [(10, 12)]),
    ],
)
def test_removed_text_is_told_for_any_stretch(start, end, expected):
    page = Page(("body", "縣(xiàn)要區"), ("boilerplate", "打开APP"))
    assert RemovedText(page.raw, page.alignment)(start, end) == expected
