"""Scores of suggestions are told as what people made of them."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.calibration import Calibration, Curve, Decided, Judged, calibration_error

SCORES = st.one_of(st.none(), st.floats(0, 1))
JUDGED = st.lists(st.builds(Judged, SCORES, st.integers(0, 400), st.integers(0, 400)), max_size=40)

# What a rule says, and how often it is right where it says that.
TRUTHS = {
    "too sure": (lambda rng: round(rng.uniform(0.3, 1), 3), lambda said: said**2),
    "too modest": (lambda rng: round(rng.uniform(0.1, 1), 3), lambda said: said**0.5),
    "one score": (lambda _: 0.95, lambda _: 0.8),
    "three scores": (lambda rng: rng.choice([0.5, 0.7, 0.9]), {0.5: 0.2, 0.7: 0.9, 0.9: 0.95}.__getitem__),
    "the wrong way round": (lambda rng: round(rng.uniform(0.3, 1), 3), lambda said: 1 - said),
    "a step": (lambda rng: round(rng.uniform(0.3, 1), 2), lambda said: 0.15 if said < 0.7 else 0.9),
    "sure, and half of it wrong": (lambda rng: round(rng.betavariate(8, 2), 4), lambda said: said / 2),
}


def decided(say, truth, number, rng):
    for _ in range(number):
        said = say(rng)
        is_right = rng.random() < truth(said)
        yield Judged(said, int(is_right), int(not is_right))


@pytest.mark.parametrize("name", TRUTHS)
def test_three_hundred_decisions_make_a_score_right_to_five_hundredths(name):
    say, truth = TRUTHS[name]
    wrong = []
    for seed in range(10):
        rng = Random(seed)
        curve = Curve.fitted(decided(say, truth, 300, rng))
        shown = [say(rng) for _ in range(500)]
        wrong.append(sum(abs(curve(said) - truth(said)) for said in shown) / len(shown))
    assert sum(wrong) / len(wrong) <= 0.05


@given(SCORES)
def test_a_rule_that_nobody_has_decided_on_is_taken_at_its_word(score):
    assert Curve.fitted([])(score) == pytest.approx(0.5 if score is None else score, abs=0.002)
    assert Calibration({}, {}).probability("DATE", [("dates/full", score)]) == Curve()(score)


@given(JUDGED, SCORES)
def test_a_calibrated_score_is_a_probability_whatever_was_decided(judged, score):
    curve = Curve.fitted(judged)
    assert 0 <= curve(score) <= 1
    assert curve == Curve.fitted(reversed(judged))


def test_ten_decisions_move_a_score_and_three_hundred_settle_it():
    assert 0.7 < Curve.fitted([Judged(0.9, 0, 1)])(0.9) < 0.85
    assert 0.35 < Curve.fitted([Judged(0.9, 2, 8)])(0.9) < 0.6
    assert Curve.fitted([Judged(0.9, 60, 240)])(0.9) == pytest.approx(0.2, abs=0.03)
    assert Curve.fitted([Judged(0.9, 300, 0)])(0.9) > 0.98


def test_scores_that_nobody_has_decided_on_lie_between_those_that_were():
    curve = Curve.fitted([Judged(0.5, 30, 270), Judged(0.9, 290, 10)])
    assert curve(0.5) < curve(0.6) < curve(0.7) < curve(0.8) < curve(0.9)


def test_a_step_is_a_step_and_not_smeared():
    curve = Curve.fitted([Judged(at / 100, 1, 19) if at < 70 else Judged(at / 100, 19, 1) for at in range(50, 90)])
    assert curve(0.69) < 0.2
    assert curve(0.7) > 0.8
    assert curve(0.5) < 0.1
    assert curve(0.89) > 0.9


def test_what_several_found_is_as_sure_as_the_surest_until_people_decide_on_it():
    on_one = [Decided("DATE", (("dates/full", 0.9),), 150, 150)]
    alone = Calibration.fitted(on_one)
    both = (("dates/full", 0.9), ("learned/DATE", 0.8))
    assert alone.probability("DATE", [("dates/full", 0.9)]) == pytest.approx(0.5, abs=0.05)
    assert alone.probability("DATE", both) == pytest.approx(0.8, abs=0.01)
    seen = Calibration.fitted([*on_one, Decided("DATE", both, 99, 1)])
    assert seen.probability("DATE", both) > 0.95
    # Neither of them alone is as sure for that.
    assert seen.probability("DATE", [("dates/full", 0.9)]) < 0.75
    # Another label is another matter.
    assert seen.probability("OFFICIAL", both) == pytest.approx(0.9, abs=0.01)


def test_the_error_of_a_curve_is_told_by_decisions_that_it_has_not_seen():
    assert calibration_error(Curve(), []) is None
    assert calibration_error(Curve(), [Judged(0.9, 0, 0)]) is None
    assert calibration_error(Curve(), [Judged(0.9, 50, 50)]) == pytest.approx(0.4, abs=0.01)
    assert calibration_error(Curve.fitted([Judged(0.9, 150, 150)]), [Judged(0.9, 50, 50)]) < 0.05
    # What chance makes of few decisions is hardly told as an error.
    told = []
    for seed in range(200):
        rng = Random(seed)
        judged = decided(lambda rng: round(rng.uniform(0.1, 0.9), 2), lambda said: said, 100, rng)
        told.append(calibration_error(Curve(), judged))
    assert sum(told) / len(told) < 0.05
