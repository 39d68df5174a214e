"""The review screen without a terminal: wherever a reviewer goes, cursor and selection stay lawful in both texts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import RAW, annotation_of
from msgspec.structs import replace

from annotations.annotation import new_id
from annotations.labels import default_labels
from annotations.normalize import NORMALIZER, normalize
from annotations.notice import Notice, notice_id, raw_sha256
from store.read.notices import StoredNotice
from tui.notice.model import NoticeModel
from tui.session.session import Said

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
    return NoticeModel(StoredNotice(1, notice), Said([*items]), annotator)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("move"), st.integers(-12, 12)),
        st.tuples(st.just("go"), st.integers(-5, 200)),
        st.tuples(st.sampled_from(["word", "sentence", "paragraph"]), st.sampled_from([-1, 1])),
        st.tuples(st.sampled_from(["grow", "shrink", "accept", "reject"]), st.none()),
        st.tuples(
            st.sampled_from(["start", "end"]), st.sampled_from([(-1, None), (1, None), (-1, "word"), (1, "word")])
        ),
        st.tuples(st.just("pane"), st.none()),
        st.tuples(st.just("select"), st.none()),
        st.tuples(st.just("drop"), st.none()),
        st.tuples(st.just("tag"), st.integers(0, 2)),
        st.tuples(st.just("next"), st.sampled_from([-1, 1])),
    ),
    max_size=30,
)


def decide(model, status):
    suggestion = model.suggestion_at_cursor()
    if suggestion is not None:
        model.put(None, model.decided(suggestion, status))


def tag(model, label):
    span = model.selection
    if span is not None:
        model.drop_selection()
        model.put(None, model.new_annotation(default_labels().label[label], span))


def go_to_neighbour(model, direction):
    item = model.neighbour(direction)
    if item is not None:
        model.choose(item)


def begin_selection(model, _):
    model.anchor = model.offset


DO = {
    "move": lambda model, atoms: model.move(atoms),
    "go": lambda model, offset: model.move_to(offset),
    "word": lambda model, direction: model.move_unit("word", direction),
    "sentence": lambda model, direction: model.move_unit("sentence", direction),
    "paragraph": lambda model, direction: model.move_unit("paragraph", direction),
    "grow": lambda model, _: model.grow(),
    "shrink": lambda model, _: model.shrink(),
    "start": lambda model, step: move_edge(model, "start", *step),
    "end": lambda model, step: move_edge(model, "end", *step),
    "accept": lambda model, _: decide(model, "accepted"),
    "reject": lambda model, _: decide(model, "rejected"),
    "pane": lambda model, _: model.switch_pane(),
    "select": begin_selection,
    "drop": lambda model, _: model.drop_selection(),
    "tag": tag,
    "next": go_to_neighbour,
}


def move_edge(model, edge, direction, unit):
    if model.anchor is not None:
        model.move_selection_edge(edge, direction, unit)
    elif model.current is not None:
        item = model.current
        span = model.with_edge_moved(item.span, edge, direction, unit)
        raw = model.notice.raw
        assert span.start < span.end
        assert (span.end if edge == "start" else span.start) == (item.end if edge == "start" else item.start)
        # An edge that cannot go further stays where somebody put it.
        snapped = model.notice.alignment.snap(span, raw) if span != item.span else span
        assert (snapped.start if edge == "start" else snapped.end) == (span.start if edge == "start" else span.end)
        model.put(item, replace(item, start=span.start, end=span.end, text=span.of(raw)))


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
    suggestions = [
        replace(annotation_of(text, at, at + 2), annotator=None, status="suggested", suggested_by="rule 1")
        for at in range(0, len(text) - 2, 9)
    ]
    model = model_of(text, suggestions)
    alignment = model.notice.alignment
    for step, argument in steps:
        DO[step](model, argument)
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
    model.move_unit("sentence", 1)
    assert model.selection.of(PAGE) == "各鄉(xiāng)鎮要于4月底前完成排查"
    model.move_unit("sentence", 1)
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
    model.choose_enclosing()
    assert model.current == inner
    model.choose_enclosing()
    assert model.current == outer
    model.choose_enclosing()
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


def test_a_selection_grows_from_word_to_paragraph_and_shrinks_back():
    model = model_of(PAGE)
    model.move_to(model.notice.normalized.index("乡镇要"))
    grown = []
    while (unit := model.grow()) is not None:
        grown.append((unit, model.selection.of(PAGE)))
    assert grown == [
        ("word", "各鄉(xiāng)鎮"),
        ("clause", "各鄉(xiāng)鎮要于4月底前完成排查"),
        ("sentence", "會(huì)議要求,各鄉(xiāng)鎮要于4月底前完成排查"),
        ("paragraph", "會(huì)議要求,各鄉(xiāng)鎮要于4月底前完成排查。副縣(xiàn)長林知遠出席👨‍👩‍👧會(huì)議。"),
    ]
    for _, quote in reversed(grown[:-1]):
        assert model.shrink()
        assert model.selection.of(PAGE) == quote
    assert model.shrink()
    assert model.selection is None
    assert not model.shrink()


@pytest.mark.parametrize("pane", ["raw", "normalized"])
def test_an_edge_moves_by_characters_and_words_and_never_into_a_reading(pane):
    start = PAGE.index("各鄉")
    end = PAGE.index("于4月")
    item = annotation_of(PAGE, start, end, "REQUIREMENT")
    model = model_of(PAGE, [item])
    model.focus(pane)

    def quote(edge, direction, unit=None):
        return model.with_edge_moved(item.span, edge, direction, unit).of(PAGE)

    assert quote("end", -1) == "各鄉(xiāng)鎮"
    assert quote("end", 1) == "各鄉(xiāng)鎮要于"
    assert quote("start", 1) == "鄉(xiāng)鎮要"
    assert quote("start", -1) == ",各鄉(xiāng)鎮要"
    assert quote("start", 1, "word") == "要"
    assert quote("end", 1, "word") == "各鄉(xiāng)鎮要于"
    assert quote("end", -1, "word") == "各鄉(xiāng)鎮"
    item = annotation_of(PAGE, PAGE.index("副縣"), PAGE.index("長林知遠"), "OFFICIAL")
    model.put(None, item)
    assert quote("end", -1) == "副"
    assert quote("start", 1) == "縣(xiàn)"


def test_an_edge_stays_where_the_span_would_be_empty_or_the_text_ends():
    item = annotation_of(PAGE, 0, 1)
    model = model_of(PAGE, [item])
    assert model.with_edge_moved(item.span, "end", -1, None) == item.span
    assert model.with_edge_moved(item.span, "start", 1, None) == item.span
    assert model.with_edge_moved(item.span, "start", -1, None) == item.span


def test_a_decided_suggestion_is_replaced_by_what_the_reviewer_made_of_it():
    suggestions = [
        replace(annotation_of(PAGE, at, at + 3), annotator=None, status="suggested", suggested_by="rule 1")
        for at in (0, 40, 60)
    ]
    model = model_of(PAGE, suggestions)
    first, second, third = suggestions
    assert model.next_to_decide(third) == first
    model.put(None, model.decided(second, "rejected"))
    assert model.items == [first, third]
    model.put(None, model.decided(first, "accepted"))
    assert [item.id for item in model.own] == [f"{first.id}.lin"]
    assert model.suggestions == [third]
    model.put(model.find(f"{first.id}.lin"), None)
    assert model.suggestions == [first, third]
    assert model.next_to_decide(third) == first


def suggestion(at, by="rule 1"):
    return replace(annotation_of(PAGE, at, at + 3), annotator=None, status="suggested", suggested_by=by)


def test_the_way_leads_from_a_tag_over_its_offers_and_then_on_to_the_next_suggestion():
    tag, before, behind = annotation_of(PAGE, 40, 43), suggestion(4), suggestion(44)
    offers = [suggestion(at, "same words") for at in (0, 60, 90)]
    model = model_of(PAGE, [tag, before, behind])
    model.offer([(tag, offers)])
    assert (model.suggestions, model.offers) == ([before, behind], offers)
    model.choose(tag)
    way = [offers[1], offers[2], offers[0], behind, offers[1]]
    for item in way:
        found = model.neighbour(1)
        assert found == item
        model.choose(found)
    for item in (tag, before, offers[0]):
        found = model.neighbour(-1)
        assert found == item
        model.choose(found)
    model.put(None, model.decided(offers[0], "accepted"))
    model.put(None, model.decided(before, "rejected"))
    model.put(None, model.decided(behind, "rejected"))
    model.choose(offers[2])
    assert model.neighbour(1) == offers[1]
    assert model.next_to_decide(offers[2]) == offers[1]


def test_the_way_leads_from_a_tag_to_what_is_to_be_decided_inside_it():
    tag, before, first, inside, behind = annotation_of(PAGE, 40, 60), *map(suggestion, (4, 40, 50, 70))
    model = model_of(PAGE, [tag, before, first, inside, behind])
    model.choose(tag, at_end=True)
    for item in (first, inside, behind, before, first):
        found = model.neighbour(1)
        assert found == item
        model.choose(found)
    model.choose(tag, at_end=True)
    assert model.neighbour(-1) == before
    # Without a choice it is the cursor that counts.
    model.go_to_raw(59)
    model.chosen = None
    assert (model.neighbour(1), model.neighbour(-1)) == (behind, inside)
    offer = suggestion(65, "same words")
    model.offer([(tag, [offer])])
    model.choose(tag, at_end=True)
    assert model.neighbour(1) == offer
    model.choose(offer)
    assert model.neighbour(1) == first


def test_offers_stand_as_long_as_their_tag_does_and_are_never_suggestions():
    tag = annotation_of(PAGE, 40, 43)
    offer = suggestion(60, "same words")
    model = model_of(PAGE, [tag])
    model.offer([(tag, [offer])])
    assert (model.offers, model.suggestions, model.offers_beside(offer)) == ([offer], [], [offer])
    model.put(tag, None)
    assert (model.offers, model.items) == ([], [])
    model.put(None, tag)
    assert model.offers_beside(tag) == [offer]
    model.put(tag, replace(tag, attributes={**tag.attributes, "iso": "2021-01-01"}))
    assert model.offers == []


@pytest.mark.parametrize("name", ["lin", "lin.wei"])
def test_a_suggestion_accepted_with_a_moved_edge_is_not_offered_again(name):
    """Accounts may have a dot in their name."""
    suggestion = replace(annotation_of(RAW, 0, 3), annotator=None, status="suggested", score=0.5)
    model = model_of(RAW, [suggestion], name)
    made = replace(model.decided(suggestion, "accepted"), end=5, text=RAW[0:5])
    model.put(None, made)
    assert (model.suggestions, model.own) == ([], [made])
