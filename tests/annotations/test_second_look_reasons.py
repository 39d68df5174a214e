"""What holds a tag for an error: the same text elsewhere, neighbours, rules; what does not; and how reasons pool."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.labels import default_labels
from annotations.learning.model import Model, Trainer, prepared
from annotations.normalize.folding import flat
from annotations.second_look.elsewhere import Texts, share
from annotations.second_look.finding import Known, found_in
from annotations.second_look.neighbours import Neighbours, lists
from annotations.second_look.page import Page, Tag
from annotations.second_look.rules import Offered, by_rules
from annotations.second_look.unseen import Differing, _compared, _score, part_of
from annotations.suspects import SUSPECT_KINDS, Reason, pooled, sentence

NAME = "吴海云"


def page(text, *tags):
    """A page, and its tags as label and quote, each at the first place that is free."""
    made, free = [], {}
    for at, (label, quote) in enumerate(tags):
        start = text.index(quote, free.get(quote, 0))
        free[quote] = start + len(quote)
        made.append(Tag(f"t{at}", label, start, start + len(quote)))
    return Page(flat(text), tuple(sorted(made, key=lambda tag: tag.span)))


def known(pages):
    texts, neighbours = Texts(), Neighbours()
    for each in pages:
        texts.learn(each)
        neighbours.count(each)
    texts.end_learning()
    for each in pages:
        texts.count(each)
    return Known(texts, neighbours, {})


def found(one, pages, *, is_counted=False):
    """What is found in a page beside others, as label, quote and the kind and form of each reason."""
    every = [*pages, one] if is_counted else [*pages]
    return [
        (each.label, one.quote(each.span), each.tag is None, [(why.kind, why.form) for why in each.reasons])
        for each in found_in(one, one if is_counted else None, known(every), 0, ())
    ]


def official(at):
    return page(f"第{at}次会议。{NAME}出席。", ("OFFICIAL", NAME))


@pytest.mark.parametrize("is_counted", [False, True])
def test_what_is_tagged_alike_elsewhere_is_held_against_what_is_not(is_counted):
    others = [official(at) for at in range(9)]
    text = f"今天{NAME}出席。"
    label = [("DATE", NAME, False, [("elsewhere", "label")])]
    assert found(page(text, ("DATE", NAME)), others, is_counted=is_counted) == label
    missing = [("OFFICIAL", NAME, True, [("elsewhere", "missing")])]
    assert found(page(text), others, is_counted=is_counted) == missing
    assert found(page(text, ("OFFICIAL", NAME)), others, is_counted=is_counted) == []


def test_a_text_that_stands_bare_everywhere_else_should_not_be_tagged():
    others = [page(f"第{at}次公告发布。") for at in range(9)]
    one = page("本公告发布。", ("DATE", "公告"))
    assert found(one, others, is_counted=True) == [("DATE", "公告", False, [("elsewhere", "spurious")])]


def test_traditional_and_simplified_texts_are_the_same():
    others = [official(at) for at in range(9)]
    assert found(page("今天吳海雲出席。", ("DATE", "吳海雲")), others)[0][3] == [("elsewhere", "label")]


@pytest.mark.parametrize("tagged", [4, 5, 6])
def test_what_is_tagged_at_every_second_place_depends_on_what_stands_around_it(tagged):
    others = [official(at) if at < tagged else page(f"第{at}次会议。{NAME}出席。") for at in range(10)]
    assert found(page(f"今天{NAME}出席。"), others) == []
    assert found(page(f"今天{NAME}出席。", ("OFFICIAL", NAME)), others) == []


def test_of_two_other_places_nothing_follows():
    assert found(page(f"今天{NAME}出席。"), [official(1), official(2)]) == []


def test_a_text_within_a_longer_tag_of_its_label_is_tagged():
    others = [official(at) for at in range(9)]
    one = page(f"今天副县长兼主任{NAME}同志出席。", ("OFFICIAL", f"副县长兼主任{NAME}同志"))
    assert found(one, others) == []


def test_the_other_places_of_a_notice_count_as_is_usual_in_the_project():
    text = f"{NAME}出席。会上{NAME}讲话。最后{NAME}总结。"
    one = page(text, ("OFFICIAL", NAME), ("OFFICIAL", NAME))
    usual = [page(f"林知远{at}。林知远去。林知远来。", *[("OFFICIAL", "林知远")] * 3) for at in range(9)]
    assert ("OFFICIAL", NAME, True, [("neighbour", "place")]) in found(one, usual)
    # Where the guideline asks for the first mention alone, the others are no reason.
    seldom = [page(f"林知远{at}。林知远去。林知远来。", ("OFFICIAL", "林知远")) for at in range(9)]
    assert found(page(text, ("OFFICIAL", NAME)), seldom) == []


def test_the_item_of_a_list_that_lacks_what_the_others_have():
    items = ["加强组织领导", "落实主体责任", "严格考核问效", "完成隐患排查"]
    text = "会议要求:" + "".join(f"{'一二三四'[at]}是{item};" for at, item in enumerate(items))
    tagged = [("REQUIREMENT", item) for item in items]
    usual = [page(f"{at}{text}", *tagged) for at in range(5)]
    other = text.replace("加强", "改进").replace("落实", "明确").replace("严格", "做好").replace("完成", "开展")
    tags = [("REQUIREMENT", each) for each in ("改进组织领导", "明确主体责任", "开展隐患排查")]
    assert found(page(other, *tags), usual) == [("REQUIREMENT", "做好考核问效", True, [("neighbour", "list")])]
    assert found(page(other, *tags[:1]), usual) == []
    # Where the others begin with their number, as the guideline of requirements says, it is taken with its own.
    marked = [("REQUIREMENT", f"{'一二四'[at]}是{quote}") for at, (_, quote) in enumerate(tags)]
    assert found(page(other, *marked), usual) == [("REQUIREMENT", "三是做好考核问效", True, [("neighbour", "list")])]


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("一是甲乙;二是丙丁;三是戊己。", [["甲乙", "丙丁", "戊己"]]),
        ("(一)甲乙。\n(二)丙丁。\n(三)戊己。", [["甲乙", "丙丁", "戊己"]]),
        ("1.甲乙\n2.丙丁\n3.戊己\n", [["甲乙", "丙丁", "戊己"]]),
        ("林知远、苏望、何青。", [["林知远", "苏望", "何青"]]),
        ("一是甲乙;二是丙丁。", []), ("1.5亿元", []), ("甲、乙。", []), ("", []),
    ],
)  # fmt: skip
def test_lists(text, items):
    assert [[text[start:end] for start, end in each] for each in lists(text)] == items


@given(st.text(alphabet="一二三是、。;\n(1).甲乙 ", max_size=60))
def test_items_of_any_text_lie_in_it_and_in_order(text):
    for items in lists(text):
        assert len(items) >= 3
        assert all(0 <= start <= end <= len(text) for start, end in items)
        assert items == sorted(items)


def tag(start, end, label="OFFICIAL", key="x"):
    return Tag(key, label, start, end)


@pytest.mark.parametrize(("probability", "forms"), [(0.97, ["undecided"]), (0.89, []), (None, [])])
def test_what_nobody_decided_counts_where_people_nearly_always_accept_it(probability, forms):
    one = page("副县长林知远出席。")
    assert [
        why.form for each in by_rules(one, [Offered(tag(0, 6), "r", probability)], []) for why in each.reasons
    ] == forms


@pytest.mark.parametrize(("probability", "forms"), [(0.97, ["rejected"]), (0.94, []), (None, [])])
def test_what_was_rejected_counts_where_people_hardly_ever_do(probability, forms):
    one = page("副县长林知远出席。")
    rejected = [Offered(tag(0, 6), "r", probability)]
    assert [why.form for each in by_rules(one, [], rejected) for why in each.reasons] == forms
    # Who tagged the same place otherwise has said why it was rejected.
    otherwise = page("副县长林知远出席。", ("DATE", "副县长林知远"))
    assert list(by_rules(otherwise, [], rejected)) == []


def test_a_tag_where_the_same_was_rejected_is_a_twin():
    one = page("副县长林知远出席。", ("OFFICIAL", "副县长林知远"))
    (twin,) = by_rules(one, [], [Offered(tag(0, 6), "r", None)])
    assert (twin.tag, twin.reasons[0].form) == (one.tags[0], "twin")


reasons = st.lists(
    st.builds(Reason, st.sampled_from(SUSPECT_KINDS), st.just("label"), st.floats(0, 1), st.just("DATE")), max_size=6
)


@given(reasons, reasons)
def test_pooled_is_a_probability_that_more_reasons_never_lower(some, more):
    rank = pooled(some)
    assert max([0.0, *(each.strength for each in some)]) - 1e-9 <= rank <= 1
    assert pooled([*some, *more]) >= rank - 1e-9


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_a_share_is_never_sure(right, wrong):
    assert 0 < share(right, right + wrong) < 1 or right + wrong > 400


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        (Reason("elsewhere", "label", 0.9, "OFFICIAL", NAME, 19, 20), f"19 of 20 others tag “{NAME}” as OFFICIAL"),
        (
            Reason("elsewhere", "missing", 0.9, "OFFICIAL", NAME, 19, 20),
            f"19 of 20 other places of “{NAME}” are tagged OFFICIAL",
        ),
        (Reason("elsewhere", "spurious", 0.9, "", NAME, 19, 20), f"19 of 20 other places of “{NAME}” have no tag"),
        (Reason("model", "spurious", 0.9, "", NAME), "a model finds no DATE here (90%)"),
        (Reason("neighbour", "list", 0.9, "OFFICIAL", "", 3, 4), "3 of 4 others of this list have OFFICIAL"),
        (
            Reason("rules", "rejected", 0.94, "DATE", "", 97, 100, "dates/day"),
            "rejected, and people accept 97% of such by dates/day",
        ),
    ],
)  # fmt: skip
def test_a_reason_is_a_plain_sentence(reason, told):
    assert sentence(reason, "DATE", default_labels().present_name_of) == told


def test_every_form_of_every_kind_has_a_sentence():
    forms = {
        "model": ("label", "missing", "spurious", "edges"), "elsewhere": ("label", "missing", "spurious"),
        "neighbour": ("place", "list"), "rules": ("undecided", "rejected", "twin"),
    }  # fmt: skip
    for kind, some in forms.items():
        for form in some:
            told = sentence(Reason(kind, form, 0.5, "DATE", "{甲}", 1, 2, "{r}"), "DATE", str)
            assert told
            assert "{" not in told.replace("{甲}", "").replace("{r}", "")


class _Says:
    """A model that finds some spans in a paragraph, and knows nothing of tags of one character but one."""

    def __init__(self, found):
        self.best = found

    def tags(self, _):
        return self.best

    def margin(self, _, best, other, region):
        assert list(best[: region[0]]) == list(other[: region[0]])
        assert list(best[region[1] :]) == list(other[region[1] :])
        return None if other.count("S") > 1 else 6.9


def test_where_a_model_differs_is_told_stretch_by_stretch():
    model = _Says(list("OSOBEOOO"))
    told = [each for _, each in _compared(model, [(10, 8, None)], [(11, 12), (13, 16), (17, 18)])]
    assert told == [Differing(((11, 12),), ((11, 12),), 6.9), Differing(((13, 16),), ((13, 15),), 6.9)]


def test_a_margin_is_the_same_in_a_long_paragraph_and_of_a_tag_that_was_never_seen_there_is_none():
    pytest.importorskip("pycrfsuite")
    words = [("王", "B"), ("甲", "I"), ("长", "E"), ("去", "O"), ("了", "O")] * 30
    features, known = [[f"w{word}"] for word, _ in words], [tag for _, tag in words]
    trainer = Trainer()
    trainer.add([(prepared(features), known, 0)] * 3)
    model = Model(trainer.model())
    margins = []
    for times in (1, 40):
        long = prepared(features * times)
        best = model.tags(long)
        assert best == known * times
        other = [*best[:5], "O", "O", "O", *best[8:]]
        margins.append(model.margin(long, best, other, (5, 8)))
        assert model.margin(long, best, [*best[:5], "S", "O", "O", *best[8:]], (5, 8)) is None
    assert margins[0] > 0
    assert margins[1] == pytest.approx(margins[0], abs=1e-6)


@given(st.floats(0, 1_000))
def test_a_margin_becomes_a_score_that_grows_with_it(margin):
    assert 0 <= _score(margin) <= _score(margin + 1) <= 1


@given(st.integers(0, 2**32 - 1))
def test_a_part_follows_from_the_place_alone(place):
    assert part_of(f"{place:08x}{'0' * 8}") == part_of(f"{place:08x}{'f' * 8}")
