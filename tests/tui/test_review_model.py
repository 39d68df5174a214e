"""The review screen without a terminal: wherever a reviewer goes, cursor and selection stay lawful in both texts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import annotation_of
from msgspec.structs import replace

from annotations.annotation import new_id
from annotations.labels import default_labels
from annotations.normalize import NORMALIZER, normalize
from annotations.notice import Notice, notice_id, raw_sha256
from store.notices import StoredNotice
from tui.review_model import ReviewModel

PAGE = (
    "臨江縣(xiàn)召開河長制工作會(huì)議\r\n來源:臨江縣(xiàn)水務局 時間:2023-04-12\r\n\r\n"
    "　　會(huì)議要求,各鄉(xiāng)鎮要于4月底前完成排查。副縣(xiàn)長林知遠出席👨‍👩‍👧會(huì)議。\r\n"
    "掃一掃在手機打開當前頁\r\n"
)


def model_of(raw, items=(), annotator="lin"):
    found = normalize(raw)
    digest = raw_sha256(raw)
    notice = Notice(
        id=notice_id(digest), doc="page", sha256=digest, title=found.title, source=found.source,
        published=found.published, url=None, raw=raw, normalized=found.normalized, normalizer=NORMALIZER,
        regions=found.regions, alignment=found.alignment, meta={},
    )  # fmt: skip
    return ReviewModel(StoredNotice(1, notice), items, annotator)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("move"), st.integers(-12, 12)),
        st.tuples(st.just("go"), st.integers(-5, 200)),
        st.tuples(st.just("sentence"), st.sampled_from([-1, 1])),
        st.tuples(st.just("paragraph"), st.sampled_from([-1, 1])),
        st.tuples(st.just("pane"), st.none()),
        st.tuples(st.just("select"), st.none()),
        st.tuples(st.just("drop"), st.none()),
        st.tuples(st.just("tag"), st.integers(0, 2)),
        st.tuples(st.just("next"), st.sampled_from([-1, 1])),
    ),
    max_size=30,
)


def do(model, step, argument):
    if step == "move":
        model.move(argument)
    elif step == "go":
        model.move_to(argument)
    elif step in ("sentence", "paragraph"):
        model.move_to(getattr(model, step)(argument))
    elif step == "pane":
        model.switch_pane()
    elif step == "select":
        model.anchor = model.offset
    elif step == "drop":
        model.drop_selection()
    elif step == "tag":
        item = model.new_annotation(default_labels().label[argument])
        if item is not None:
            model.drop_selection()
            model.put(None, item)
    else:
        item = model.neighbour(argument)
        if item is not None:
            model.go_to(item)


@settings(deadline=None)
@given(
    steps=STEPS,
    text=st.one_of(st.just(PAGE), st.text(max_size=60), st.text(alphabet="會縣(huìxàn)。\r\n ", max_size=60)),
)
def test_cursor_and_selection_stay_lawful_wherever_a_reviewer_goes(steps, text):
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    model = model_of(text)
    alignment = model.notice.alignment
    for step, argument in steps:
        do(model, step, argument)
        assert 0 <= model.offset <= max(0, len(model.text) - 1)
        assert 0 <= model.cursor_in("raw") <= len(text)
        assert 0 <= model.cursor_in("normalized") <= len(model.notice.normalized)
        span = model.selection
        if span is not None:
            assert span.start < span.end <= len(text)
            # No edge falls inside an artefact.
            assert alignment.snap(span, text) == span
            inside = alignment.to_normalized(span)
            assert model.selection_in("normalized") == ((inside.start, inside.end) if inside else None)
    for item in model.items:
        item.check_quote(text)
    assert [item.order for item in model.items] == sorted(item.order for item in model.items)


def test_a_reading_is_one_step_with_its_host_in_the_raw_pane():
    model = model_of(PAGE)
    model.focus("raw")
    model.move_to(PAGE.index("縣(xiàn)"))
    model.move(1)
    assert PAGE[model.offset] == "召"
    model.move(-1)
    assert PAGE[model.offset] == "縣"


def test_moving_down_onto_a_reading_goes_on_behind_it():
    model = model_of(PAGE)
    model.focus("raw")
    inside = PAGE.index("xiàn)召")
    model.move_to(inside, ahead=True)
    assert PAGE[model.offset] == "召"
    model.move_to(inside)
    assert PAGE[model.offset] == "縣"


def test_a_selection_by_sentence_ends_before_the_mark_and_goes_on_to_the_next():
    model = model_of(PAGE)
    text = model.notice.normalized
    model.move_to(text.index("各乡镇要"))
    model.anchor = model.offset
    model.move_to(model.sentence(1))
    assert model.selection.of(PAGE) == "各鄉(xiāng)鎮要于4月底前完成排查"
    model.move_to(model.sentence(1))
    assert model.selection_in("normalized")[1] == text.index("会议。") + 2


def test_an_emoji_family_is_one_step():
    model = model_of(PAGE)
    model.focus("raw")
    model.move_to(PAGE.index("👨"))
    model.move(1)
    assert PAGE[model.offset] == "會"


def test_a_selection_in_the_normalized_pane_takes_the_readings_of_the_raw_one():
    model = model_of(PAGE)
    at = model.notice.normalized.index("会议要求")
    model.move_to(at)
    model.anchor = at
    model.move(1)
    assert model.selection.of(PAGE) == "會(huì)議"


def test_the_cursor_comes_back_when_the_pane_changes_twice():
    model = model_of(PAGE)
    for offset in range(len(model.notice.normalized)):
        model.move_to(offset)
        there = model.offset
        model.switch_pane()
        model.switch_pane()
        assert model.offset == there


def test_what_the_normalized_text_leaves_out_is_shown_in_the_raw_pane():
    model = model_of(PAGE)
    model.go_to_raw(PAGE.index("2023-04-12"))
    assert model.pane == "raw"
    assert PAGE[model.offset :].startswith("2023-04-12")


def test_the_innermost_annotation_is_current_and_again_the_next_one_out():
    start = PAGE.index("4月底前")
    inner = annotation_of(PAGE, start, start + 4, "DATE")
    outer = annotation_of(PAGE, start - 3, start + 8, "REQUIREMENT")
    model = model_of(PAGE, [inner, outer])
    model.go_to_raw(start)
    assert model.current == inner
    model.choose_next_out()
    assert model.current == inner
    model.choose_next_out()
    assert model.current == outer
    model.choose_next_out()
    assert model.current == inner


@pytest.mark.parametrize("decided", [True, False])
def test_a_suggestion_is_shown_until_it_is_decided(decided):
    start = PAGE.index("4月底前")
    suggestion = replace(
        annotation_of(PAGE, start, start + 4), annotator=None, status="suggested", suggested_by="dates/1", id=new_id()
    )
    items = [suggestion]
    if decided:
        items.append(replace(suggestion, id=f"{suggestion.id}.lin", annotator="lin", status="rejected"))
    assert model_of(PAGE, items).items == ([] if decided else [suggestion])


def test_layers_of_others_are_not_shown():
    assert model_of(PAGE, [annotation_of(PAGE, 0, 2, annotator="wu")]).items == []
