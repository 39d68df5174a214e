"""How much waits of a rule from a score on, in words: what the rule says of it, and what people accept of such."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from annotations.calibration import Calibration
    from store.read.waiting import RuleWaiting


def waiting_told(
    waiting: RuleWaiting, label: str, rule: str | None, above: float, calibration: Calibration | None
) -> str:
    """``4,980 wait, says 0.97, people accept 91%``.

    Args:
        waiting: what waits of the rule, whatever its score.
        label: the first name of its label.
        rule: its name; None is all rules of the label, of which nobody knows what people accept.
        above: the least score.
        calibration: what scores mean; None where that is not known.
    """
    mean = waiting.mean(above)
    told = f"{waiting.count(above):,} wait, says {mean:.2f}"
    if calibration is None or rule is None or not calibration.is_told(label, [rule]):
        return told
    return f"{told}, people accept {calibration.probability(label, [(rule, mean)]):.0%}"
