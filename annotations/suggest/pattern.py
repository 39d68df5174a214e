"""What a project has declared to be looked for: words or an expression, with the label that a hit gets."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from annotations.errors import AttributeValueError
from annotations.labels import AttributeValue, Label, LabelSet

_ENGINE: Final = "1"
"""Raised when the same pattern would find something else."""


class Pattern(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words or an expression that are looked for in normalized text.

    ``label`` is the label of a hit.  Either ``words`` or ``expression`` is given; ``before`` and ``after`` are
    expressions for what must stand directly at the hit, and are no part of it.  Expressions are those of RE2; a group
    ``(?P<iso>…)`` gives the attribute ``iso`` its value.  ``attributes`` are values that every hit has.  ``score`` is
    that of its suggestions, from 0 to 1, and ``reason`` says why there is such a pattern.
    """

    name: str
    label: str
    words: tuple[str, ...] = ()
    expression: str = ""
    before: str = ""
    after: str = ""
    attributes: dict[str, str | bool] = {}
    score: float = 0.7
    reason: str = ""

    def digest(self, labels: LabelSet) -> str:
        """Eight hex digits that change whenever the pattern would find something else; a label may be renamed."""
        parts = [
            _ENGINE, labels.first_name_of(self.label), sorted(self.words), self.expression, self.before, self.after,
            sorted(self.attributes.items()), self.score,
        ]  # fmt: skip
        return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()[:8]

    def values(self, label: Label, groups: Mapping[str, str]) -> dict[str, AttributeValue]:
        """The attributes that the pattern gives a hit, by name.

        Args:
            label: its label.
            groups: what the named groups of the expression have found.

        A value that a group has found and that is not of the attribute's type is left out.
        """
        values: dict[str, AttributeValue] = dict(self.attributes)
        by_name = {attribute.name: attribute for attribute in label.attribute}
        for name, text in groups.items():
            if name in by_name:
                try:
                    values[name] = by_name[name].parse(text)
                except AttributeValueError:
                    continue  # the page says something else there; a reader of the label may know it
        return values


def to_toml(patterns: Iterable[Pattern]) -> str:
    """Patterns as the text of a TOML file, which ``patterns_of`` reads as the same patterns."""
    lines: list[str] = []
    for pattern in patterns:
        lines.append("[[pattern]]")
        for field in msgspec.structs.fields(pattern):
            value = getattr(pattern, field.name)
            if field.name == "attributes":
                inner = ", ".join(f"{name} = {_toml(each)}" for name, each in value.items())
                lines += [f"attributes = {{ {inner} }}"] if inner else []
            elif value != field.default:
                lines.append(f"{field.name} = {_toml(value)}")
        lines.append("")
    return "\n".join(lines)


def _toml(value: str | bool | float | Sequence[str]) -> str:  # noqa: FBT001  # a value of any type
    # A TOML string may be written as JSON writes it, but for a DEL.
    return msgspec.json.encode(value).decode().replace("\x7f", "\\u007f")
