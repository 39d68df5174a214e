"""What reviewers made of regions lies over what rules find."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.errors import RegionError
from annotations.regions import REGION_KINDS, Region, check_tiling, overlay, region_at
from annotations.spans import raw_span

LENGTH = 40


def tiling(cuts, kinds):
    edges = [0, *sorted(set(cuts)), LENGTH]
    pairs = pairwise(edges)
    return tuple(Region(kinds[at % len(kinds)], start, end) for at, (start, end) in enumerate(pairs))


TILINGS = st.builds(
    tiling, st.lists(st.integers(1, LENGTH - 1), max_size=6), st.lists(st.sampled_from(REGION_KINDS), min_size=1)
)


@given(regions=TILINGS, other=TILINGS, chosen=st.sets(st.integers(0, 6)))
def test_overrides_win_and_the_rest_stays(regions, other, chosen):
    overrides = [Region(r.kind, r.start, r.end, by="lin") for at, r in enumerate(other) if at in chosen]
    result = overlay(regions, overrides)
    check_tiling(result, LENGTH)
    assert [region for region in result if region.by] == overrides
    for at in range(LENGTH):
        expected = region_at([o for o in overrides if o.start <= at < o.end] or regions, at)
        assert region_at(result, at).kind == expected.kind


def test_without_overrides_nothing_changes():
    regions = tiling([10, 20], ["title", "body"])
    assert overlay(regions, []) == regions


def test_a_cut_copy_keeps_what_it_copies():
    regions = (Region("body", 0, 10), Region("duplicate", 10, 30, raw_span(0, 10)), Region("body", 30, LENGTH))
    result = overlay(regions, [Region("body", 15, 20, by="lin")])
    assert [(r.kind, r.start, r.end, r.of) for r in result[1:4]] == [
        ("duplicate", 10, 15, raw_span(0, 10)),
        ("body", 15, 20, None),
        ("duplicate", 20, 30, raw_span(0, 10)),
    ]


@pytest.mark.parametrize(
    "regions",
    [(), (Region("body", 0, 5),), (Region("body", 1, LENGTH),), (Region("body", 0, 9), Region("body", 8, LENGTH))],
)
def test_what_does_not_tile_is_refused(regions):
    with pytest.raises(RegionError):
        check_tiling(regions, LENGTH)
