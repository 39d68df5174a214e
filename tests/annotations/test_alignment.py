"""The map between raw and normalized offsets: look-ups by table, and the laws for every map there is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.alignment import Alignment
from annotations.errors import AlignmentError, SpanError
from annotations.normalize.draft import Draft
from annotations.spans import NormalizedOffset, RawOffset, normalized_span, raw_span

# 關(guān)于 / 甲 with a newline made of three characters, then one from nothing:
#   raw         關 ( g u ā n ) 于 \r \n _ 甲 | 乙 x
#   normalized  关             于 ↵       甲 ↵ 乙
RAW = "關(guān)于\r\n 甲乙x"
NORMALIZED = "关于\n甲\n乙"
RUNS = [(0, 7, 0, 1), (7, 8, 1, 2), (8, 11, 2, 3), (11, 12, 3, 4), (12, 12, 4, 5), (12, 13, 5, 6)]


@pytest.fixture
def alignment() -> Alignment:
    return Alignment(RUNS, len(RAW), len(NORMALIZED))


@pytest.mark.parametrize(
    ("normalized", "raw"),
    [
        ((0, 1), (0, 7)),
        ((0, 2), (0, 8)),
        ((1, 2), (7, 8)),
        ((1, 4), (7, 12)),
        ((0, 6), (0, 13)),
        ((3, 6), (11, 13)),
        ((5, 6), (12, 13)),
        ((3, 3), (11, 11)),
        ((6, 6), (13, 13)),
    ],
)
def test_to_raw_takes_artefacts_along(alignment, normalized, raw):
    assert alignment.to_raw(normalized_span(*normalized)) == raw_span(*raw)


@pytest.mark.parametrize(
    ("raw", "normalized"),
    [
        ((0, 1), (0, 1)),
        ((2, 4), (0, 1)),
        ((6, 8), (0, 2)),
        ((7, 8), (1, 2)),
        ((9, 12), (2, 4)),
        ((11, 13), (3, 6)),
        ((12, 14), (5, 6)),
        ((13, 14), None),
        ((3, 3), None),
        ((0, 14), (0, 6)),
    ],
)
def test_to_normalized_gives_what_survives(alignment, raw, normalized):
    expected = normalized and normalized_span(*normalized)
    assert alignment.to_normalized(raw_span(*raw)) == expected


def test_a_span_of_removed_text_alone_gives_none():
    alignment = Alignment([(2, 4, 0, 2)], 6, 2)
    assert alignment.to_normalized(raw_span(0, 2)) is None
    assert alignment.to_normalized(raw_span(4, 6)) is None
    assert alignment.to_normalized(raw_span(1, 3)) == normalized_span(0, 1)


def test_normalized_offset_goes_to_the_next_that_survives(alignment):
    assert [alignment.normalized_offset(RawOffset(at)) for at in (0, 3, 7, 9, 11, 12, 13, 14)] == [
        0,
        0,
        1,
        2,
        3,
        5,
        6,
        6,
    ]


def test_raw_character_of_each_normalized_one(alignment):
    spans = [alignment.raw_character(NormalizedOffset(at)).of(RAW) for at in range(len(NORMALIZED))]
    assert spans == ["關(guān)", "于", "\r\n ", "甲", "", "乙"]


def test_survives_says_which_raw_characters_have_a_part(alignment):
    assert [at for at in range(len(RAW)) if not alignment.survives(RawOffset(at))] == [13]


def test_snap_widens_to_whole_artefacts_but_divides_white_space(alignment):
    assert alignment.snap(raw_span(3, 8), RAW) == raw_span(0, 8)
    assert alignment.snap(raw_span(7, 9), RAW) == raw_span(7, 9)
    assert alignment.snap(raw_span(2, 2), RAW) == raw_span(2, 2)


def test_neighbours_that_go_on_one_to_one_are_joined():
    alignment = Alignment([(0, 2, 0, 2), (2, 2, 2, 2), (2, 5, 2, 5), (6, 7, 5, 6)], 7, 6)
    assert alignment.runs == ((0, 5, 0, 5), (6, 7, 5, 6))
    assert alignment == Alignment(alignment.runs, 7, 6)
    assert hash(alignment) == hash(Alignment(alignment.runs, 7, 6))


def test_runs_that_yield_nothing_are_left_out_and_part_their_neighbours():
    assert Alignment([(0, 2, 0, 2), (2, 4, 2, 2), (4, 5, 2, 3)], 5, 3).runs == ((0, 2, 0, 2), (4, 5, 2, 3))


@pytest.mark.parametrize(
    ("runs", "raw_length", "normalized_length"),
    [
        ([(0, 2, 0, 2), (1, 3, 2, 4)], 4, 4),
        ([(2, 3, 0, 1), (0, 1, 1, 2)], 4, 2),
        ([(0, 2, 0, 2), (2, 3, 3, 4)], 4, 4),
        ([(0, 2, 0, 2), (2, 3, 1, 2)], 4, 2),
        ([(0, 2, 0, 2)], 4, 3),
        ([(0, 2, 0, 2)], 4, 1),
        ([(0, 5, 0, 5)], 4, 5),
        ([(0, 3, 0, 2)], 4, 2),
        ([(0, 1, 0, 2)], 4, 2),
        ([(2, 1, 0, 1)], 4, 1),
        ([(-1, 1, 0, 2)], 4, 2),
        ([], 4, 1),
    ],
    ids=[
        "raw overlap",
        "raw order",
        "hole",
        "normalized overlap",
        "too little covered",
        "too much covered",
        "past the raw text",
        "atomic run of two",
        "one made two",
        "reversed",
        "negative",
        "nothing covered",
    ],
)
def test_invalid_runs_are_refused(runs, raw_length, normalized_length):
    with pytest.raises(AlignmentError):
        Alignment(runs, raw_length, normalized_length)


def test_spans_outside_their_text_are_refused(alignment):
    with pytest.raises(SpanError, match="past the end"):
        alignment.to_raw(normalized_span(0, 7))
    with pytest.raises(SpanError, match="past the end"):
        alignment.to_normalized(raw_span(0, 15))
    with pytest.raises(SpanError):
        alignment.raw_character(NormalizedOffset(7))
    with pytest.raises(SpanError):
        alignment.normalized_offset(RawOffset(15))


def test_the_two_kinds_of_spans_cannot_be_mixed_up(alignment):
    with pytest.raises(TypeError):
        alignment.to_raw(raw_span(0, 1))
    with pytest.raises(TypeError):
        alignment.to_normalized(normalized_span(0, 1))
    assert raw_span(0, 1) != normalized_span(0, 1)


def test_maps_that_do_not_join_are_refused(alignment):
    with pytest.raises(AlignmentError, match="do not join"):
        alignment.then(Alignment.identity(5))


# --- laws --------------------------------------------------------------------------------------------------------


@st.composite
def drafts(draw: st.DrawFn, text: str | None = None) -> Draft:
    """A draft after one to three rounds of random edits: every lawful kind of edit in every neighbourhood."""
    draft = Draft.of(draw(st.text("ab\n𠮷", max_size=24)) if text is None else text)
    for _ in range(draw(st.integers(1, 3))):
        draft = draft.edit(draw(edits(len(draft.text))))
    return draft


@st.composite
def edits(draw: st.DrawFn, length: int, *, inserting: bool = True) -> list[tuple[int, int, str]]:
    cuts = sorted(draw(st.lists(st.integers(0, length), max_size=8)))
    found = []
    for start, end in zip(cuts[::2], cuts[1::2], strict=False):
        if start == end and (not inserting or (found and end == found[-1][1])):
            continue
        replacements = [st.just("") if end > start else st.just("x"), st.just("x")]
        if end > start:
            replacements.append(st.text("xyz", min_size=end - start, max_size=end - start))
        found.append((start, end, draw(st.one_of(replacements))))
    return found


@st.composite
def spans(draw: st.DrawFn, length: int) -> tuple[int, int]:
    start = draw(st.integers(0, length - 1))
    return start, draw(st.integers(start + 1, length))


@given(drafts(), st.data())
def test_normalized_to_raw_and_back_is_the_identity(draft, data):
    alignment = draft.alignment()
    if not draft.text:
        return
    span = normalized_span(*data.draw(spans(len(draft.text))))
    edges = [alignment.raw_character(NormalizedOffset(at)) for at in (span.start, span.end - 1)]
    if all(len(edge) for edge in edges):  # in a page, only newlines come from nothing
        assert alignment.to_normalized(alignment.to_raw(span)) == span


@given(drafts(), st.data())
def test_raw_to_normalized_and_back_contains_what_survives(draft, data):
    alignment = draft.alignment()
    if not draft.raw_length:
        return
    start, end = data.draw(spans(draft.raw_length))
    kept = [at for at in range(start, end) if alignment.survives(RawOffset(at))]
    normalized = alignment.to_normalized(raw_span(start, end))
    assert (normalized is None) == (not kept)
    if normalized is not None:
        back = alignment.to_raw(normalized)
        assert back.start <= kept[0]
        assert kept[-1] < back.end


@given(drafts())
def test_every_normalized_character_has_its_own_raw_text(draft):
    alignment = draft.alignment()
    ends = [0]
    for at in range(len(draft.text)):
        raw = alignment.raw_character(NormalizedOffset(at))
        assert raw.start >= ends[-1]
        ends.append(raw.end)
        if len(raw):
            assert alignment.to_normalized(raw) == normalized_span(at, at + 1)
            assert alignment.normalized_offset(raw.start) == at


@given(st.text("ab\n", max_size=24), st.data())
def test_editing_a_draft_twice_composes_the_maps(text, data):
    first = Draft.of(text).edit(data.draw(edits(len(text))))
    second_edits = data.draw(edits(len(first.text)))
    alone = Draft.of(first.text).edit(second_edits)
    assert first.edit(second_edits).text == alone.text
    assert first.edit(second_edits).alignment() == first.alignment().then(alone.alignment())


@given(drafts(), st.data())
def test_composition_is_associative_and_the_identity_is_neutral(draft, data):
    first = draft.alignment()
    # What comes from no raw text stands behind the character before it: which one that is depends on what was removed.
    middle = Draft.of(draft.text).edit(data.draw(edits(len(draft.text), inserting=False)))
    last = Draft.of(middle.text).edit(data.draw(edits(len(middle.text), inserting=False)))
    second, third = middle.alignment(), last.alignment()
    assert first.then(second).then(third) == first.then(second.then(third))
    assert Alignment.identity(first.raw_length).then(first) == first
    assert first.then(Alignment.identity(first.normalized_length)) == first


@given(drafts())
def test_runs_survive_being_written_and_read(draft):
    alignment = draft.alignment()
    assert Alignment(alignment.runs, alignment.raw_length, alignment.normalized_length) == alignment


@pytest.mark.parametrize(
    ("start", "end", "left"),
    [
        (0, 12, [(0, 1), (7, 9), (11, 12)]),
        (1, 7, []),
        (2, 4, []),
        (6, 8, [(7, 8)]),
        (7, 9, [(7, 9)]),
        (8, 8, []),
        (9, 10, []),
        (12, 12, []),
    ],
)
def test_what_is_left_out_of_a_span_is_what_no_run_covers(start, end, left):
    # One character left out, one with a reading, a plain one, two left out, two plain ones, one left out.
    alignment = Alignment([(1, 6, 0, 1), (6, 7, 1, 2), (7, 7, 2, 3), (9, 11, 3, 5)], 12, 5)
    assert [(each.start, each.end) for each in alignment.left_out(raw_span(start, end))] == left


def test_what_is_left_out_of_a_span_past_the_text_is_refused():
    with pytest.raises(SpanError):
        list(Alignment.identity(3).left_out(raw_span(0, 4)))
