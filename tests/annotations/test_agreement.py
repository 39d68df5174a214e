"""Agreement of two layers: published figures, other programs, and the formulae computed literally."""

from __future__ import annotations

import agreeing
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nervaluate.entities import Entity
from nervaluate.strategies import EntityTypeEvaluation, StrictEvaluation

from annotations.agreement.comparison import Comparison, Topic, agreement, pooled
from annotations.agreement.figures import Estimate, Ratios, Undefined
from annotations.agreement.layers import Layer, TwoLayers, Unit
from annotations.agreement.resampling import COLUMNS, RESAMPLES, unpacked, weights
from annotations.agreement.spans import overlapping_pairs
from annotations.labels import LabelSet, default_labels

LABELS = ["REQUIREMENT", "OFFICIAL", "DATE"]
MEASURES = ("f1_exact", "f1_overlap", "kappa", "alpha")
LITERAL = {"f1_exact": agreeing.f1, "kappa": agreeing.kappa, "alpha": agreeing.alpha}


def two_layers(length, first, second):
    return TwoLayers(length, *(Layer(Unit(*unit, {}) for unit in layer) for layer in (first, second)))


def compared(notices, labels=None):
    """The comparison of ``(length, layer, layer)``, each a notice of its own."""
    comparison = Comparison(default_labels() if labels is None else labels)
    for at, notice in enumerate(notices):
        comparison.add(two_layers(*notice), weights(f"notice-{at}"))
    return comparison


def all_values(notices):
    """By measure the figure of all labels and of each; None where it is undefined."""
    ratios = compared(notices).ratios()
    figures = {
        measure: [ratios[Topic(measure, label)].figure(interval=False) for label in (None, *LABELS)]
        for measure in MEASURES
    }
    return {
        measure: [figure.value if isinstance(figure, Estimate) else None for figure in each]
        for measure, each in figures.items()
    }


def values(notices, measure):
    return all_values(notices)[measure]


def label_set(*names):
    table = "".join(
        f'[[label]]\nname = "{name}"\nkey = "{name.lower()}"\nsign = "{name}"\nhue = "blue"\ndescription = ""\n'
        for name in names
    )
    return LabelSet.from_toml(table, "test")


# Units of any layer may overlap and nest, also with the same label.
spans = st.tuples(st.sampled_from(LABELS), st.integers(0, 28), st.integers(1, 12)).map(
    lambda each: (each[0], each[1], min(30, each[1] + each[2]))
)
layers = st.lists(spans, max_size=6)
notices = st.lists(st.tuples(st.just(30), layers, layers), min_size=1, max_size=4)


@st.composite
def tiles(draw):
    """A layer in which spans of one label do not overlap, as the guideline wants it."""
    found = []
    for name in LABELS:
        edges = sorted(draw(st.sets(st.integers(0, 30), max_size=8)))
        found += [(name, *pair) for pair in zip(edges[::2], edges[1::2], strict=False)]
    return found


# What was published


def test_krippendorff_2004_page_254():
    # Units as (offset, length) on a continuum from 150 to 450.
    first = {"C": [(225, 70), (370, 30)], "K": [(180, 60), (300, 50)]}
    second = {"C": [(220, 80), (355, 20), (400, 20)], "K": [(180, 60), (300, 50)]}
    layers = [
        [(label, offset - 150, offset - 150 + length) for label in layer for offset, length in layer[label]]
        for layer in (first, second)
    ]
    ratios = compared([(300, *layers)], label_set("C", "K")).ratios()
    assert ratios[Topic("alpha", "C")].figure().value == pytest.approx(0.7286, abs=0.00005)
    assert ratios[Topic("alpha", "K")].figure().value == 1
    assert ratios[Topic("alpha", None)].figure().value == pytest.approx(0.8587, abs=0.00005)


@pytest.mark.parametrize(
    ("first", "second", "kappa"),
    [
        ("001111111100001111110000", "000011110000000110000000", 0.385),
        ("001111110011001111001100", "110011110011110011001100", 0.314),
        ("111111111111111111111111", "111111111111111111111111", None),
    ],
)
def test_krippendorff_1995(first, second, kappa):
    layers = [[("DATE", at, at + 1) for at, tagged in enumerate(each) if tagged == "1"] for each in (first, second)]
    for found in values([(24, *layers)], "kappa")[::3]:
        assert found == (kappa if kappa is None else pytest.approx(kappa, abs=0.0005))


# Other programs


@given(tiles(), tiles())
def test_span_f1_is_that_of_nervaluate(first, second):
    found = all_values([(30, first, second)])
    exact, overlap = found["f1_exact"], found["f1_overlap"]
    strict, loose = 0, 0
    for at, label in enumerate(LABELS, 1):
        # Its ends are inclusive.
        one, other = (
            [Entity(label=each, start=start, end=end - 1) for each, start, end in layer if each == label]
            for layer in (first, second)
        )
        total = len(one) + len(other)
        found, _ = StrictEvaluation().evaluate(one, other, [label])
        strict += found.correct
        assert exact[at] == (2 * found.correct / total if total else None)
        found, _ = EntityTypeEvaluation().evaluate(one, other, [label])
        loose += found.correct
        if total:
            # It pairs spans in turn, and so may miss one that we find; where no span meets two, it cannot.
            assert overlap[at] >= 2 * found.correct / total
            if all(sum(meets(a, b) for b in sides[1]) < 2 for sides in ((one, other), (other, one)) for a in sides[0]):
                assert overlap[at] == 2 * found.correct / total
    total = len(first) + len(second)
    assert exact[0] == (2 * strict / total if total else None)
    assert overlap[0] is None or overlap[0] >= 2 * loose / total


def meets(one, other):
    return one.start <= other.end and other.start <= one.end


# The formulae


@given(notices=notices)
def test_each_figure_is_what_its_formula_says(notices):
    found = all_values(notices)
    for measure, literal in LITERAL.items():
        for value, labels in zip(found[measure], (LABELS, *([label] for label in LABELS)), strict=True):
            wanted = literal(notices, labels)
            assert value == (None if wanted is None else pytest.approx(float(wanted), abs=1e-9))


@given(notices=notices)
def test_it_does_not_matter_whose_layer_comes_first(notices):
    turned = [(length, second, first) for length, first, second in notices]
    one, other = all_values(notices), all_values(turned)
    for measure in MEASURES:
        assert one[measure] == pytest.approx(other[measure])


@given(layer=layers)
def test_a_layer_agrees_with_itself(layer):
    for each in all_values([(31, layer, layer)]).values():
        assert set(each) <= {None, 1}


@given(*2 * [st.lists(spans.map(lambda each: each[1:]), max_size=5, unique=True)])
def test_as_many_spans_are_paired_by_overlap_as_can_be(first, second):
    assert overlapping_pairs(sorted(first), sorted(second)) == most_pairs(first, tuple(second))


def most_pairs(first, second):
    if not first:
        return 0
    (start, end), *rest = first
    partners = [each for each in second if each[0] < end and each[1] > start]
    return max(
        most_pairs(rest, second),
        *(1 + most_pairs(rest, tuple(one for one in second if one != each)) for each in partners),
        0,
    )


def test_a_whole_and_its_halves_are_one_match_of_three():
    split = [(20, [("DATE", 0, 10)], [("DATE", 0, 5), ("DATE", 5, 10)])]
    assert values(split, "f1_overlap")[3] == pytest.approx(2 / 3)
    assert values(split, "f1_exact")[3] == 0
    assert values(split, "kappa")[3] == 1


def test_spans_that_only_touch_do_not_overlap():
    assert values([(20, [("DATE", 0, 5)], [("DATE", 5, 10)])], "f1_overlap")[3] == 0


def test_the_same_span_with_two_labels_is_two():
    both = [("DATE", 0, 5), ("OFFICIAL", 0, 5)]
    assert values([(20, both, both)], "f1_exact") == [1, None, 1, 1]
    assert values([(20, both, both[:1])], "f1_exact") == [pytest.approx(2 / 3), None, 0, 1]


def test_what_somebody_tagged_twice_counts_once():
    assert values([(20, 2 * [("DATE", 0, 5)], [("DATE", 0, 5)])], "f1_exact")[3] == 1


# Undefined


def test_undefined_is_said_with_its_reason():
    nothing, all_of_it = [(20, [], [])], [(20, [("DATE", 0, 20)], [("DATE", 0, 20)])]
    for notices, measure, reason in (
        (nothing, "f1_exact", "nobody tagged any"),
        (nothing, "f1_overlap", "nobody tagged any"),
        (nothing, "alpha", "nobody tagged any"),
        (nothing, "kappa", "both have all text in one category"),
        (all_of_it, "kappa", "both have all text in one category"),
    ):
        assert compared(notices).ratios()[Topic(measure, "DATE")].figure() == Undefined(reason)
    attribute = compared(all_of_it).ratios()[Topic("attribute", "DATE", "iso")]
    assert attribute.figure() == Undefined("no span that both tagged alike has one")


def test_a_label_that_the_project_does_not_have_is_passed_over():
    known = [("DATE", 0, 5)]
    assert all_values([(20, known, [*known, ("NOSUCH", 7, 9)])]) == all_values([(20, known, known)])


def test_a_notice_without_text_is_no_error():
    assert values([(0, [], [])], "kappa") == 4 * [None]
    assert values([(0, [], [])], "alpha") == 4 * [None]


# Attributes


def test_attributes_are_compared_where_spans_are_the_same():
    first = [
        Unit("DATE", 0, 5, {"iso": "2021-09-26", "part": None}),
        Unit("DATE", 10, 15, {"iso": "2021-09-27", "part": "AM"}),
        Unit("DATE", 20, 25, {"iso": "2021-09-28", "part": None}),
    ]
    second = [
        Unit("DATE", 0, 5, {"iso": "2021-09-26", "part": None}),
        Unit("DATE", 10, 15, {"iso": None, "part": "AM"}),
        Unit("DATE", 20, 26, {"iso": "2021-09-28", "part": "PM"}),
    ]
    comparison = Comparison(default_labels())
    comparison.add(TwoLayers(30, Layer(first), Layer(second)), weights("a"))
    found = {(row.label, row.attribute): row for row in agreement(comparison.ratios(), intervals=False).attributes}
    assert (found["DATE", "iso"].spans, found["DATE", "iso"].same) == (2, Estimate(0.5, None, None))
    assert (found["DATE", "part"].spans, found["DATE", "part"].same) == (1, Estimate(1.0, None, None))
    assert isinstance(found["DATE", "mod"].same, Undefined)
    assert [name for label, name in found if label == "DATE"] == list(default_labels()["DATE"].attributes())


# Several pairs


def test_pairs_together_weigh_as_much_as_there_is_of_them():
    short = [(10, [("DATE", 0, 5)], [("DATE", 0, 5)])]
    long = [(30, [("DATE", 0, 5), ("DATE", 20, 25)], [("DATE", 3, 9)])]
    both = pooled(compared(short).ratios(), compared(long).ratios())
    assert both[Topic("f1_exact", "DATE")].figure(interval=False).value == pytest.approx(2 / 5)
    # Observed and expected agreement are averaged, each pair by the characters of its text.
    agreed, chance = (10 * 1 + 30 * 18 / 30) / 40, (10 * 0.5 + 30 * (10 * 6 + 20 * 24) / 900) / 40
    assert both[Topic("kappa", "DATE")].figure(interval=False).value == pytest.approx((agreed - chance) / (1 - chance))
    parts, wholes = [], []
    for notices in (short, long):
        observed, expected = agreeing.disagreement(notices, "DATE")
        parts.append(notices[0][0] * (expected - observed))
        wholes.append(notices[0][0] * expected)
    wanted = float(sum(parts) / sum(wholes))
    assert both[Topic("alpha", "DATE")].figure(interval=False).value == pytest.approx(wanted)


# Intervals

SOME = [
    (30, [("DATE", 0, 5), ("OFFICIAL", 7, 12)], [("DATE", 0, 5)]),
    (30, [("DATE", 3, 9)], [("DATE", 3, 9), ("DATE", 20, 24)]),
    (40, [("OFFICIAL", 3, 9)], [("OFFICIAL", 4, 9)]),
    (20, [("REQUIREMENT", 0, 15), ("DATE", 4, 8)], [("REQUIREMENT", 0, 19), ("DATE", 4, 8)]),
    (25, [], [("DATE", 4, 8)]),
]


@pytest.mark.parametrize("measure", LITERAL)
def test_an_interval_is_that_of_the_resamples_themselves(measure):
    drawn = [unpacked(weights(f"notice-{at}")) for at in range(len(SOME))]
    found = []
    for resample in range(1, COLUMNS):
        notices = [notice for notice, times in zip(SOME, drawn, strict=True) for _ in range(times[resample])]
        if (value := LITERAL[measure](notices, LABELS)) is not None:
            found.append(float(value))
    outside = round(0.025 * (len(found) - 1))
    figure = compared(SOME).ratios()[Topic(measure, None)].figure()
    assert [figure.low, figure.high] == pytest.approx([sorted(found)[outside], sorted(found)[-1 - outside]])
    assert figure.low < figure.value < figure.high


def test_the_same_notices_give_the_same_interval_in_any_order():
    one, other = Comparison(default_labels()), Comparison(default_labels())
    for at in range(len(SOME)):
        one.add(two_layers(*SOME[at]), weights(f"notice-{at}"))
        other.add(two_layers(*SOME[-1 - at]), weights(f"notice-{len(SOME) - 1 - at}"))
    assert agreement(one.ratios()) == agreement(other.ratios())


def test_a_notice_is_drawn_as_often_as_by_drawing_with_replacement():
    drawn = [number for at in range(500) for number in unpacked(weights(str(at)))[1:]]
    mean = sum(drawn) / len(drawn)
    assert len(drawn) == 500 * RESAMPLES
    assert mean == pytest.approx(1, abs=0.02)
    assert sum((number - mean) ** 2 for number in drawn) / len(drawn) == pytest.approx(1, abs=0.03)
    assert {unpacked(weights(str(at)))[0] for at in range(500)} == {1}
    assert len({weights(str(at)) for at in range(500)}) == 500


def test_resamples_without_a_figure_are_passed_over_and_where_most_have_none_there_is_no_interval():
    ratios = Ratios([1, *RESAMPLES * [1]], [2, *(RESAMPLES // 2) * [4], *(RESAMPLES // 2) * [0]], "because")
    assert ratios.figure() == Estimate(0.5, 0.25, 0.25)
    ratios = Ratios([1, *RESAMPLES * [1]], [2, *(RESAMPLES // 2 - 1) * [4], *(RESAMPLES // 2 + 1) * [0]], "because")
    assert ratios.figure() == Estimate(0.5, None, None)


def test_one_notice_has_no_interval():
    assert compared(SOME[:1]).ratios()[Topic("f1_exact", None)].figure(interval=False) == Estimate(
        pytest.approx(2 / 3), None, None
    )


def test_labels_can_be_told_alone():
    found = agreement(compared(SOME).ratios(), "DATE")
    assert [row.label for row in found.labels] == ["DATE"]
    assert {row.label for row in found.attributes} == {"DATE"}
    assert [row.label for row in agreement(compared(SOME).ratios()).labels] == [None, *LABELS]
