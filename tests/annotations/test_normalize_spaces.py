"""Spaces, line ends, zero-width characters, full-width letters; and full-width punctuation on request."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.normalize import normalize
from annotations.normalize.punctuation import full_width
from annotations.normalize.spaces import INVISIBLE, SPACE, paragraphs
from annotations.regions import Region
from annotations.spans import RawOffset


def body(raw: str):
    """The page taken as body from end to end, so that only spaces are at stake."""
    return normalize(raw, regions=[Region("body", RawOffset(0), RawOffset(len(raw)))])


@pytest.mark.parametrize(
    ("raw", "normalized"),
    [
        ("\ufeff甲。", "甲。"),
        ("甲\u200b乙\u2060丙\xad丁", "甲乙丙丁"),
        ("\u3000\u3000甲。\n\xa0\xa0乙。\t\n", "甲。\n乙。"),
        ("甲。\r\n\r\n\u3000\r\n乙。", "甲。\n乙。"),
        ("甲。\r乙。", "甲。\n乙。"),
        ("甲\xa0乙\u3000丙\u2009丁\t戊", "甲 乙 丙 丁 戊"),
        ("甲  乙", "甲  乙"),
        ("甲\x0b乙\x0c丙\x85丁\u2028戊\u2029己", "甲 乙 丙 丁 戊 己"),
        ("Ａ级１２．６％ｐｈ，（甲）", "A级12．6％ph，（甲）"),
        ("①Ⅲ㎡…﹏", "①Ⅲ㎡…﹏"),
        ("👨\u200d👩\u200d👧与葛\U000e0100、☑\ufe0f", "👨\u200d👩\u200d👧与葛\U000e0100、☑\ufe0f"),
        ("甲\u200d乙", "甲乙"),
        ("甲\x1b[2J\x00乙", "甲\x1b[2J\x00乙"),
    ],
)
def test_what_a_reader_sees(raw, normalized):
    assert body(raw).normalized == normalized


def test_the_newline_comes_from_the_white_space_directly_behind_the_first_paragraph():
    assert body("甲\r\n\u3000乙").alignment.runs == ((0, 1, 0, 1), (1, 4, 1, 2), (4, 5, 2, 3))
    assert body("甲\n乙").alignment.runs == ((0, 3, 0, 3),)
    assert body("甲 \u200b\n乙").alignment.runs == ((0, 2, 0, 2), (4, 5, 2, 3))
    assert body("甲\u200b\n乙").alignment.runs == ((0, 1, 0, 1), (1, 1, 1, 2), (3, 4, 2, 3))


def test_spaces_and_letters_map_one_to_one():
    assert body("甲\u3000Ｂ５").alignment.runs == ((0, 4, 0, 4),)


def test_the_list_of_spaces_is_that_of_python():
    assert set(SPACE) == {character for character in map(chr, range(sys.maxunicode + 1)) if character.isspace()}
    fillers = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2065\u3164\uffa0"
    assert all(unicodedata.category(character) == "Cf" for character in INVISIBLE if character not in fillers)


@given(
    st.lists(st.sampled_from([*SPACE, *INVISIBLE, "甲", "關(guān)", "(guān)", "👨", "\ufe0f", "a", "\n"]), max_size=30)
)
def test_no_line_begins_or_ends_with_what_nobody_sees(pieces):
    for line in body("".join(pieces) or " ").normalized.split("\n"):
        assert line == line.strip(SPACE + INVISIBLE)


@pytest.mark.parametrize(
    "blank", ["\u3164", "\xad", "\ufeff", "\u200d \u200d", "\u2065\u206a", "\u115f\u1160", "\u061c"]
)
def test_a_line_of_what_nobody_sees_is_blank_and_edges_are_clean(blank):
    assert body(f"甲。\n{blank}\n{blank}乙{blank}丙。{blank}\n").normalized.replace(" ", "") == "甲。\n乙丙。"


def test_paragraphs_of_several_stretches():
    raw = " 甲 \n\n乙丙\n"
    assert paragraphs(raw, [(0, 6), (6, len(raw))]) == [(1, 2), (5, 6), (6, 7)]


# --- punctuation -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        ("会议要求,各市(含定州)要落实;即:完成.", "会议要求，各市（含定州）要落实；即：完成。"),
        ("“冬奥会”,好吗?好!", "“冬奥会”，好吗？好！"),
        ("9月26日10:30,共1,000人", "9月26日10:30,共1,000人".replace(",共", "，共")),
        ("占比约70%,其中", "占比约70%，其中"),
        ("f(x), ok? no; a:b", "f(x), ok? no; a:b"),
        ("PM2.5降至3.5.", "PM2.5降至3.5."),
        ("(试行)((一)甲(乙)", "（试行）(（一）甲（乙）"),
        ("(a)甲(b)", "(a)甲（b）"),
        ("(甲\n乙)", "(甲\n乙)"),
        ("图.jpg", "图.jpg"),
    ],
)
def test_ascii_marks_become_wide_only_beside_chinese(narrow, wide):
    assert full_width(narrow) == wide


@given(st.text("甲a1 ,.;:?!()\n“", max_size=30))
def test_widening_is_one_to_one_and_done_once(text):
    wide = full_width(text)
    assert len(wide) == len(text)
    assert unicodedata.normalize("NFKC", wide.replace("。", ".")) == text
    assert full_width(wide) == wide or "." in wide or ")" in wide


def test_punctuation_is_kept_unless_asked_for():
    raw = "会议要求,落实.\n"
    assert normalize(raw).normalized == "会议要求,落实."
    assert normalize(raw, punctuation="full").normalized == "会议要求，落实。"
    assert normalize(raw).alignment == normalize(raw, punctuation="full").alignment
