"""Days as people type them."""

from __future__ import annotations

import pytest

from tui.forms.days import DayError, first_day, last_day


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("", None, None),
        ("  ", None, None),
        ("2021", "2021-01-01", "2021-12-31"),
        ("2021-9", "2021-09-01", "2021-09-30"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2021-09-26", "2021-09-26", "2021-09-26"),
        (" 2021.9.6 ", "2021-09-06", "2021-09-06"),
        ("2021年9月26日", "2021-09-26", "2021-09-26"),
        ("2021年9月", "2021-09-01", "2021-09-30"),
        ("2021/09/26", "2021-09-26", "2021-09-26"),
    ],
)
def test_a_year_a_month_and_a_day_have_a_first_and_a_last_day(typed, first, last):
    assert (first_day(typed), last_day(typed)) == (first, last)


@pytest.mark.parametrize(
    "typed", ["2021-13", "2021-02-30", "0000", "soon", "2021-", "21-09-26", "2021-09-26T10", "9月"]
)
def test_what_is_no_day_is_refused_in_one_line(typed):
    for read in (first_day, last_day):
        with pytest.raises(DayError, match=r"^[^\n]+$") as error:
            read(typed)
        assert typed in str(error.value)
