"""Asks what is to be accepted all at once: which rule with which label, and from which score on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from annotations.labels import LabelSet
from store.read.waiting import RuleWaiting
from tui.forms.prompt import Doubt, PromptScreen
from tui.text.waiting import waiting_told

if TYPE_CHECKING:
    from annotations.calibration import Calibration

Choice = tuple[str, str | None]
"""The first name of a label, and the name of a rule; None is all rules of the label."""

_SCORES: Final = (0.95, 0.9, 0.8, 0.5, 0.0)
"""Scores that are offered, as far as anything waits from there on."""


def asking_for_rule(
    found: Mapping[Choice, RuleWaiting],
    labels: LabelSet,
    calibration: Calibration | None,
    answered: Callable[[Choice | None], None],
) -> tuple[PromptScreen, Callable[[str | None], None]]:
    """The form that asks for a rule, and what its answer is handed to.

    Args:
        found: what waits; at least one.
        labels: the label set of the project.
        calibration: what scores mean; None where that is not known.
        answered: called with the choice; None where there is none.
    """
    names = {_name(labels.present_name_of(label), rule): (label, rule) for label, rule in found}
    # What most wait of comes first; a label with one rule needs no line for all of its rules.
    rules = {label: sum(each == label and rule is not None for each, rule in found) for label, _ in found}
    shown = [
        name
        for name, (label, rule) in sorted(names.items(), key=lambda item: (-found[item[1]].count(), item[0]))
        if rule is not None or rules[label] > 1
    ]
    offers = {name: waiting_told(found[names[name]], *names[name], 0.0, calibration) for name in shown}

    def doubt(answer: str) -> Doubt | None:
        if " ".join(answer.split()) in names:
            return None
        return Doubt("nothing of that name waits: ↓ shows what does" if answer.strip() else "choose one with ↓")

    form = PromptScreen(
        "Accept many: what",
        hint="a label and a rule; a label alone is all of its rules",
        offers=offers,
        does="choose",
        doubt=doubt,
    )
    return form, lambda answer: answered(None if answer is None else names[" ".join(answer.split())])


def asking_for_score(
    named: str,
    waiting: RuleWaiting,
    choice: Choice,
    calibration: Calibration | None,
    answered: Callable[[float | None], None],
) -> tuple[PromptScreen, Callable[[str | None], None]]:
    """The form that asks for the least score, and what its answer is handed to.

    Args:
        named: what is to be accepted.
        waiting: what waits of it.
        choice: its label and rule.
        calibration: what scores mean; None where that is not known.
        answered: called with the score, from 0 to 1; None where there is none.
    """
    # Where two scores have the same behind them, the higher one tells more.
    by_count = {waiting.count(each): each for each in reversed(_SCORES) if waiting.count(each)}
    offered = sorted(by_count.values(), reverse=True)
    offers = {f"{each:g}": waiting_told(waiting, *choice, each, calibration) for each in offered}

    first = next(iter(offers), "0")

    def doubt(answer: str) -> Doubt | None:
        above = _score(answer or first)
        if above is None:
            return Doubt("a number from 0 to 1, as the rule says it: 0.95")
        if not waiting.count(above):
            return Doubt(f"nothing waits from {above:g} on: the highest score is {waiting.highest:g}")
        return None

    form = PromptScreen(
        f"Accept {named}: from which score on",
        hint=f"the score that the rule gave, {first} where none is named; a sample is shown first",
        offers=offers,
        does="show a sample",
        doubt=doubt,
    )
    return form, lambda answer: answered(None if answer is None else _score(answer or first))


def _name(label: str, rule: str | None) -> str:
    return label if rule is None else f"{label} {rule}"


def _score(text: str) -> float | None:
    try:
        found = float(text.strip().replace("．", "."))
    except ValueError:
        return None
    return found if 0 <= found <= 1 else None
