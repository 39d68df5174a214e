"""The one edit that keeps the map: what it takes, what it refuses, what the map says afterwards."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.errors import AlignmentError
from annotations.normalize.draft import Draft
from annotations.normalize.spaces import paragraphs


def runs(draft: Draft) -> list[tuple[int, int, int, int]]:
    return [tuple(run) for run in draft.alignment().runs]


def test_no_edit_gives_the_same_draft():
    draft = Draft.of("甲乙")
    assert draft.edit([]) is draft


def test_an_empty_text_has_no_runs():
    assert runs(Draft.of("")) == []


@pytest.mark.parametrize(
    ("edits", "text", "expected"),
    [
        ([(0, 2, "")], "cdef", [(2, 6, 0, 4)]),
        ([(4, 6, "")], "abcd", [(0, 4, 0, 4)]),
        ([(2, 3, "")], "abdef", [(0, 2, 0, 2), (3, 6, 2, 5)]),
        ([(1, 4, "x")], "axef", [(0, 1, 0, 1), (1, 4, 1, 2), (4, 6, 2, 4)]),
        ([(1, 3, "xy")], "axydef", [(0, 6, 0, 6)]),
        ([(2, 2, "x")], "abxcdef", [(0, 2, 0, 2), (2, 2, 2, 3), (2, 6, 3, 7)]),
        ([(0, 0, "x")], "xabcdef", [(0, 0, 0, 1), (0, 6, 1, 7)]),
        ([(6, 6, "x")], "abcdefx", [(0, 6, 0, 6), (6, 6, 6, 7)]),
        ([(0, 3, "x"), (3, 6, "y")], "xy", [(0, 3, 0, 1), (3, 6, 1, 2)]),
        ([(0, 6, "")], "", []),
    ],
    ids=[
        "removed at the start",
        "removed at the end",
        "removed inside",
        "many to one",
        "one to one",
        "inserted",
        "inserted at the start",
        "inserted at the end",
        "side by side",
        "everything removed",
    ],
)
def test_one_edit(edits, text, expected):
    draft = Draft.of("abcdef").edit(edits)
    assert draft.text == text
    assert runs(draft) == expected


def test_what_a_second_edit_joins_covers_all_that_made_it():
    draft = Draft.of("abcdef").edit([(1, 3, "x")])  # a x d e f
    assert runs(draft.edit([(1, 3, "y")])) == [(0, 1, 0, 1), (1, 4, 1, 2), (4, 6, 2, 4)]


def test_a_second_insertion_stands_behind_what_came_before_it():
    draft = Draft.of("abcd").edit([(1, 2, "")])  # a c d
    assert runs(draft.edit([(1, 1, "x")])) == [(0, 1, 0, 1), (1, 1, 1, 2), (2, 4, 2, 4)]


@pytest.mark.parametrize(
    "edits",
    [
        [(2, 4, "x"), (3, 5, "y")],
        [(4, 5, ""), (0, 1, "")],
        [(3, 2, "")],
        [(5, 7, "")],
        [(-1, 1, "")],
        [(0, 3, "xy")],
        [(0, 1, "xy")],
        [(2, 2, "xy")],
    ],
    ids=["overlap", "order", "reversed", "past the end", "before the start", "three to two", "one to two", "two made"],
)
def test_invalid_edits_are_refused(edits):
    with pytest.raises(AlignmentError):
        Draft.of("abcdef").edit(edits)


def test_a_text_of_another_length_does_not_map_one_to_one():
    assert Draft.of("關于").mapped("关于").text == "关于"
    with pytest.raises(AlignmentError, match="1:1"):
        Draft.of("關于").mapped("关")


def test_a_character_that_took_the_place_of_an_inserted_one_and_its_neighbour_is_joined_to_what_follows():
    draft = Draft.of("aab").edit([(0, 0, "x")])
    draft = draft.edit([(0, 2, "x"), (3, 4, "")])
    assert draft.alignment().runs == ((0, 2, 0, 2),)


@given(st.data())
def test_contracted_is_the_edit_that_leaves_first_characters(data):
    raw = data.draw(st.text("会议\n ", min_size=1, max_size=40))
    draft = Draft.lines(raw, paragraphs(raw, [(0, len(raw))]))
    if data.draw(st.booleans()):
        draft = draft.edit((at, at + 1, "") for at, character in enumerate(draft.text) if character == " ")
    edges = sorted(data.draw(st.sets(st.integers(0, len(draft.text)))))
    edits = [(low, high, draft.text[low]) for low, high in zip(edges[::2], edges[1::2], strict=False) if high > low + 1]
    done, contracted = draft.edit(edits), draft.contracted(edits)
    assert (contracted.text, contracted.runs, contracted.raw_length) == (done.text, done.runs, done.raw_length)


def test_contracted_refuses_what_edit_refuses():
    with pytest.raises(AlignmentError):
        Draft.of("會(huì)議").contracted([(0, 6, "會"), (3, 7, "ì")])
