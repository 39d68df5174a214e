"""Where notices of an export stand: the first place of each, whatever its id and its place look like."""

from __future__ import annotations

import random

import pytest

from store.output.places import Places


@pytest.mark.parametrize(
    "place", [str, "{}.ann".format, "²{}".format, "9{:030}".format], ids=["line", "file", "²", "long"]
)
def test_the_first_place_of_each_notice_is_kept(place):
    places, wanted = Places(), {}
    some = [f"{number:016x}" for number in (random.getrandbits(64) for _ in range(300))]
    near = [f"{(7 << 48) + number:016x}" for number in range(50)]
    odd = ["", "short", "A" * 16, "0" * 17, "é" * 16, "page-1"]
    asked = [*some, *near, *odd] * 3
    random.shuffle(asked)
    for line, notice in enumerate(asked, 1):
        assert places.first(notice, place(line)) == wanted.setdefault(notice, place(line))
    assert len(wanted) == 356
