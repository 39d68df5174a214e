"""Tables of the report, and figures in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from xml.etree.ElementTree import Element

from tui.report.elements import element

NONE: Final = "—"
"""What stands for a figure that there is not."""


def table_of(head: Sequence[str], rows: Sequence[Sequence[str | float | None]], empty: str) -> Element:
    """A table; where it has no rows, what is said instead."""
    if not rows:
        return element("p", empty)
    return element(
        "div",
        element(
            "table",
            element("thead", element("tr", *(element("th", name, scope="col") for name in head))),
            element("tbody", *(element("tr", *(_cell(each) for each in row)) for row in rows)),
        ),
        class_="scroll",
    )


def _cell(value: str | float | None) -> Element:
    if isinstance(value, str):
        return element("td", value, **({"class_": "long"} if len(value) > 24 else {}))
    return element("td", NONE if value is None else f"{value:,}" if isinstance(value, int) else one_digit(value))


def one_digit(number: float | None) -> str:
    """A figure with one digit behind the point."""
    return NONE if number is None else f"{number:,.1f}"


def two_digits(number: float | None) -> str:
    """A share or a measure with two digits behind the point."""
    return NONE if number is None else f"{number:z.2f}"
