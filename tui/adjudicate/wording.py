"""How cases and decisions are said: a sign, a word and a look each, the same wherever one is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from annotations.adjudication.comparison import DIFFERENCE_WORDS, said
from annotations.annotation import Annotation
from annotations.labels import AttributeValue, LabelSet
from store.log.adjudications import Adjudication
from store.read.adjudication import Case
from tui.adjudicate.model import GoldModel
from tui.terminal.display import line
from tui.widgets.status_line import Part

AGREED: Final = "="
DECIDED: Final = "✓"
DIFFERS: Final = "≠"
ONLY_ONE: Final = "·"

SEPARATOR: Final = " · "
"""Stands between values; where a line is too long it is broken there."""

_MOST_NAMED: Final = 3
"""Layers that a decision names one by one."""
_ATTRIBUTE_CELLS: Final = 14
"""Cells of the name of an attribute in a column at most."""


def sign_of(case: Case) -> Part:
    """The sign of a case, and its look."""
    if case.decision is not None:
        return DECIDED, "good"
    if case.kind == "agreed":
        return AGREED, "plain"
    return (ONLY_ONE, "warn") if case.kind == "only" else (DIFFERS, "warn")


def kind_of(case: Case, people: int) -> str:
    """How layers differ; where several say the same and others nothing, how many they are.

    Args:
        case: the case.
        people: how many of the layers are those of people.
    """
    saying = sum(bool(members) for members in case.about.members[:people])
    if case.kind != "only" or saying == 1:
        return "agreed" if case.kind == "agreed" else DIFFERENCE_WORDS[case.kind]
    return f"{saying} of {people}" if saying else "suggested"


def told(decision: Adjudication, model: GoldModel) -> str:
    """A decision: ``li.wei's by chen``; where names are hidden, ``A's``."""
    what: str = decision.choice
    if decision.choice == "taken":
        names = [model.name_of(layer) for layer in decision.layers]
        what = f"{names[0]}'s" if len(names) == 1 else "all" if len(names) > _MOST_NAMED else " + ".join(names)
    return what if model.names_hidden else f"{what} by {decision.decided_by}"


def remark_of(model: GoldModel, index: int) -> str:
    """What the list says of a case at the right: who says something, or what was decided by whom."""
    case = model.cases[index]
    if case.decision is not None:
        return told(case.decision, model)
    if case.kind == "attribute":
        return ", ".join(differing_attributes(model, index))
    versions = model.versions(index)
    if len(versions) > _MOST_NAMED and all(versions):
        return f"all {len(versions)}"
    return ", ".join(model.name_of(layer) for layer, version in zip(model.layers, versions, strict=True) if version)


def differing_attributes(model: GoldModel, index: int) -> list[str]:
    """The names of the attributes that have different values in the versions of a case, in their order."""
    items = [version[0] for version in model.versions(index) if version]
    names = dict.fromkeys(name for item in items for name in item.attributes)
    return [name for name in names if len({item.attributes.get(name) for item in items}) > 1]


def values_of(
    version: tuple[Annotation, ...], labels: LabelSet, differing: Sequence[str] = (), *, names_label: bool = False
) -> tuple[tuple[Part, ...], ...]:
    """The lines of values below a version: each value that differs by itself, then all others in one line.

    Args:
        version: the annotations of the version.
        labels: the label set of the project.
        differing: the names of attributes that differ.
        names_label: whether the label is what differs, so that it stands first.
    """
    lines: list[tuple[Part, ...]] = []
    for item in version:
        label = labels.get(item.label)
        sign: Part = (f"{label.sign}  ", f"{label.hue} text") if label is not None else ("?  ", "dim")
        if names_label:
            lines.append((sign, (f"{DIFFERS} ", "warn"), (item.label, "strong")))
            sign = ("   ", "dim")
        apart = [name for name in differing if name in item.attributes and not names_label]
        for name in apart:
            value = item.attributes[name]
            shown = "—" if value is None else _value(name, value)
            lines.append((sign, (f"{DIFFERS} {line(name, _ATTRIBUTE_CELLS)} ", "warn"), (shown, "strong")))
            sign = ("   ", "dim")
        has = said(item.attributes)
        rest = [_value(name, value) for name, value in item.attributes.items() if name in has and name not in apart]
        rest += ["unsure"] * item.unsure + ([f"“{item.comment}”"] if item.comment is not None else [])
        if rest or not (apart or names_label):
            parted = [part for value in rest for part in ((SEPARATOR, "dim"), (value, "dim"))][1:]
            lines.append((sign, *(parted or [(item.label, "plain")])))
    return tuple(lines)


def _value(name: str, value: AttributeValue) -> str:
    if isinstance(value, bool):
        return name if value else f"not {name}"
    return str(value)
