"""What a benchmark says: a figure, what was wanted of it, and whether that holds.

A bar that is missed is a finding, not an error: it is printed like the others.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Options:
    """How much to measure."""

    quick: bool = False
    """Fewer runs, for a first look."""
    notices: int = 100_000
    """How many notices the large queue has."""
    database: Path | None = None
    """A database to work in instead of one that is made here, where people work beside each other; it is changed."""

    def runs(self, usual: int) -> int:
        """How often to measure what is usually measured ``usual`` times."""
        return max(3, usual // 3) if self.quick else usual


@dataclass(frozen=True)
class Bar:
    """One figure.

    ``wanted`` is the most it may be (with ``at_least`` the least); None is for information.  ``detail`` says what was
    divided by what.  ``notices`` is at how many it was measured: figures of one name at several sizes are a curve, and
    ``picture`` names the one that it is drawn in.
    """

    what: str
    measured: float
    wanted: float | None
    unit: str = "x"
    detail: str = ""
    at_least: bool = False
    notices: int | None = None
    picture: str = ""

    @property
    def holds(self) -> bool:
        """Whether the figure is what was wanted."""
        if self.wanted is None:
            return True
        return self.measured >= self.wanted if self.at_least else self.measured <= self.wanted

    @property
    def cells(self) -> tuple[str, ...]:
        """The columns of the table: what, measured, wanted, verdict, detail."""
        what = self.what if self.notices is None else f"{self.what}, {self.notices:,} notices"
        if self.wanted is None:
            return what, _figure(self.measured, self.unit), "", "for information", self.detail
        sign = "≥" if self.at_least else "≤"
        verdict = "holds" if self.holds else "FALLS SHORT"
        return (
            what,
            _figure(self.measured, self.unit),
            f"{sign} {_figure(self.wanted, self.unit)}",
            verdict,
            self.detail,
        )


HEADINGS = ("what", "measured", "wanted", "", "detail")


def table(bars: Sequence[Bar]) -> str:
    """The bars as an aligned table."""
    rows = [HEADINGS, *(bar.cells for bar in bars)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def ratio(what: str, measured: Sequence[float], floor: Sequence[float], wanted: float | None) -> Bar:
    """The median of ``measured`` over the median of ``floor``, both seconds."""
    over, under = statistics.median(measured), statistics.median(floor)
    return Bar(what, over / under, wanted, detail=f"{_seconds(over)} / {_seconds(under)}")


def median_bytes(what: str, measured: Sequence[int], wanted: float | None) -> Bar:
    """The median of ``measured``, in bytes."""
    return Bar(what, statistics.median(measured), wanted, "bytes", f"most {max(measured):,}")


def _figure(value: float, unit: str) -> str:
    if unit == "x":
        return f"{value:.2f} x"
    digits = 2 if isinstance(value, float) and value != int(value) else 0
    return f"{value:,.{digits}f} {unit}"


def _seconds(value: float) -> str:
    return f"{value * 1000:.1f} ms" if value < 0.1 else f"{value * 1000:,.0f} ms"
