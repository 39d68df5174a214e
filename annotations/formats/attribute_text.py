"""Values of attributes as text and back, for formats that have nothing but text."""

from __future__ import annotations

from typing import Final

from annotations.labels import Attribute, AttributeValue

_TRUTHS: Final = {"true": True, "false": False}


def choices_of(attribute: Attribute) -> tuple[str, ...]:
    """The texts among which a value is chosen; none where it is free."""
    return tuple(_TRUTHS) if attribute.type == "boolean" else attribute.choices


def text_of(value: str | bool) -> str:  # noqa: FBT001  # a value of an attribute
    """A value as text."""
    return value if isinstance(value, str) else str(value).lower()


def value_of(text: str) -> AttributeValue:
    """The value that a text stands for."""
    return _TRUTHS.get(text, text)
