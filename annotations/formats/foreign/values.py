"""Values of JSON that another tool wrote, each taken for what it should be or refused by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from annotations.errors import RecordError


def text_in(row: Mapping[str, Any], *names: str) -> str | None:
    """The first of some fields that is a text and not empty."""
    return next((value for name in names if isinstance(value := row.get(name), str) and value), None)


def name_in(row: Mapping[str, Any], *names: str) -> str | None:
    """The first of some fields that names something: a text, or the number by which a tool knows it."""
    for name in names:
        value = row.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if isinstance(value, str) and value:
            return value
    return None


def object_in(row: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A field that is an object; an empty one where it is none."""
    value = row.get(name)
    return value if isinstance(value, dict) else {}


def objects_in(row: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The objects of a field that is a list; none where it is missing or null.

    Raises:
        RecordError: it is something else.
    """
    value = row.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise RecordError(f"{name}: it is a list of objects")
    return value


def offset_in(row: Mapping[str, Any], name: str) -> int | None:
    """A field that is an offset; None where it is missing or null.

    Raises:
        RecordError: it is something else.
    """
    value = row.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool):
        raise RecordError(f"{name}: it is a number of characters")
    return value


def number_in(row: Mapping[str, Any], *names: str) -> float | None:
    """The first of some fields that is a number, and not true or false."""
    found = (row.get(name) for name in names)
    return next((float(each) for each in found if isinstance(each, int | float) and not isinstance(each, bool)), None)


def label_in(row: Mapping[str, Any], name: str = "label") -> str:
    """The label of a span; the number of one where a tool has nothing else.

    Raises:
        RecordError: there is none.
    """
    label = name_in(row, name)
    if label is None:
        raise RecordError("a span without a label")
    return label
