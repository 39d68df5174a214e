"""Where a pattern may match next in a text, whatever the order of the stretches that are asked for."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from annotations.lexicon.patterns import Upcoming

_TEXTS = st.text("要求强调。", max_size=40)
_FORM = re.compile("要求|强调|求强")


@given(_TEXTS, st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=12))
def test_it_tells_of_each_stretch_whether_a_match_begins_in_it(text: str, stretches: list[tuple[int, int]]):
    upcoming = Upcoming(_FORM, text)
    for start, end in stretches:
        begins = any(_FORM.match(text, at) for at in range(start, min(end, len(text))))
        assert upcoming.begins_in(start, min(end, len(text))) is begins
