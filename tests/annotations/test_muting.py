"""Which rules are muted: by a bar that chance alone does not reach, by name, and back again."""

from __future__ import annotations

import hashlib
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.muting import (
    LEAST,
    Muting,
    in_words,
    is_below,
    is_muted,
    is_shown_all_the_same,
    most_acceptance,
    rule_of,
)

BAD, FAIR, FEW = ("requirements/modal", "REQUIREMENT"), ("dates/day", "DATE"), ("dates/week", "DATE")
FIGURES = {BAD: (20, 100), FAIR: (70, 100), FEW: (0, LEAST - 1)}


def test_a_bar_mutes_what_chance_does_not_explain():
    found = Muting().renewed(FIGURES, 0.4)
    assert found.pairs == {BAD}
    assert [(each.accepted, each.decisions, each.by_name) for each in found.muted] == [(20, 100, False)]
    # Of fewer decisions nothing is told, and what lies just below the bar may lie above it.
    assert not is_below(0, LEAST - 1, 0.9)
    assert not is_below(38, 100, 0.4)
    assert is_below(0, LEAST, 0.4)
    assert Muting().renewed(FIGURES, 0.0) == Muting()


def test_a_rule_comes_back_once_people_accept_it_and_with_another_bar():
    muted = Muting().renewed(FIGURES, 0.4)
    assert muted.renewed(FIGURES) == muted
    assert muted.renewed({**FIGURES, BAD: (60, 150)}).pairs == set()
    assert muted.renewed(FIGURES, 0.2).pairs == set()
    assert muted.renewed({}, None).pairs == set()


def test_a_name_counts_whatever_the_bar_until_the_bar_says_the_same():
    bar = Muting().renewed(FIGURES, 0.4)
    kept = bar.named(BAD, FIGURES, muted=False)
    assert (kept.pairs, kept.kept) == (frozenset(), (BAD,))
    assert kept.renewed(FIGURES, 0.9).pairs == {FAIR}
    # Muted again it is muted by the bar, as before.
    assert kept.named(BAD, FIGURES, muted=True) == bar
    both = bar.named(FAIR, FIGURES, muted=True)
    assert {each.pair: each.by_name for each in both.muted} == {BAD: False, FAIR: True}
    assert both.renewed(FIGURES, 0.1).pairs == {FAIR}
    assert both.named(FAIR, FIGURES, muted=False) == bar
    assert Muting().named(FEW, {}, muted=True).muted[0].acceptance is None
    assert both.renewed(FIGURES, 0.0) == kept.renewed(FIGURES, 0.0) == Muting()


@given(st.integers(0, 500), st.integers(0, 500))
def test_the_upper_end_lies_above_the_share_and_comes_down_to_it(accepted, rejected):
    decisions = accepted + rejected
    most = most_acceptance(accepted, decisions)
    assert 0 <= most <= 1
    if decisions:
        assert most >= accepted / decisions - 1e-12
        assert most_acceptance(accepted * 100, decisions * 100) <= most + 1e-12


@pytest.mark.parametrize(("share", "wanted"), [(0.45, 0.02), (0.4, 0.12)])
def test_chance_hardly_ever_mutes_a_rule_that_lies_at_the_bar_however_often_it_is_looked_at(share, wanted):
    muted = 0
    for seed in range(200):
        rng, accepted, ever = Random(seed), 0, False
        for decisions in range(1, 1001):
            accepted += rng.random() < share
            ever = ever or (decisions % 25 == 0 and is_below(accepted, decisions, 0.4))
        muted += ever
    assert muted / 200 <= wanted


def test_one_suggestion_in_twenty_of_a_muted_rule_is_shown():
    ids = [hashlib.sha256(str(number).encode()).hexdigest()[:32] for number in range(20_000)]
    assert 0.045 < sum(map(is_shown_all_the_same, ids)) / len(ids) < 0.057
    pairs = {BAD}
    hidden = [each for each in ids if is_muted(each, "requirements/modal@3", "REQUIREMENT", pairs)]
    assert {*ids} - {*hidden} == {each for each in ids if is_shown_all_the_same(each)}
    assert not is_muted(hidden[0], "requirements/modal@3", "DATE", pairs)
    assert not is_muted(hidden[0], "requirements/modal", "REQUIREMENT", set())
    assert not is_muted(hidden[0], None, "REQUIREMENT", pairs)


def test_versions_of_a_rule_count_together():
    assert rule_of("officials/list@2") == rule_of("officials/list@3") == "officials/list"
    assert rule_of("find@1f3870be") == "find"
    assert rule_of(None) == ""


def test_what_is_muted_is_told_with_its_figures():
    muted = Muting().renewed(FIGURES, 0.4).named(FEW, {BAD: (20, 100)}, muted=True).muted
    assert in_words(muted, 2) == "dates/week, requirements/modal 20%"
    assert in_words((*muted, *muted), 1) == "dates/week and 1 more"
