"""Attributes of a whole notice: what a label set declares of them, and which values they take.

An attribute of a label belongs to a span; these belong to the review of one annotator.  A review keeps those that are
set.  Files have all that are declared, null where one is unset.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, Literal

import msgspec

from annotations.errors import AttributeValueError, LabelError
from annotations.value_checks import is_date, is_storable

NoticeAttributeType = Literal["choice", "several", "text", "date", "boolean"]
NoticeValue = str | bool | tuple[str, ...] | None
"""The value of an attribute of a notice; None where it is unset.  Of type several it is the chosen choices in order."""

MOST_CHOICE: Final = 64
"""The longest choice, in code points."""


class NoticeAttribute(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An attribute of a whole notice.

    Of ``choice`` a value is one of the ``choices``, of ``several`` any number of them; ``date`` is an ISO date or
    date-time.
    """

    name: str
    type: NoticeAttributeType
    choices: tuple[str, ...] = ()
    description: str = ""

    def check(self, value: object) -> None:
        """Prove that ``value`` is a value of this attribute; None always is.

        Raises:
            AttributeValueError: it is not; the message says which values are.
        """
        if value is None:
            return
        if self.type == "boolean":
            if not isinstance(value, bool):
                raise self._wrong(value, "it is true or false")
        elif self.type == "several":
            in_order = tuple(choice for choice in self.choices if isinstance(value, tuple) and choice in value)
            if not value or in_order != value:
                raise self._wrong(value, f"it is one or more of {', '.join(self.choices)}, in this order")
        elif not isinstance(value, str) or not value:
            raise self._wrong(value, "it is text, and not empty")
        elif not is_storable(value):
            raise self._wrong(value, "it holds half a character, which no file can hold")
        elif self.type == "choice" and value not in self.choices:
            raise self._wrong(value, f"it is one of {', '.join(self.choices)}")
        elif self.type == "date" and not is_date(value):
            raise self._wrong(value, "it is a date, 2021-09-26 or 2021-09-26T11:56")

    def _wrong(self, value: object, what: str) -> AttributeValueError:
        return AttributeValueError(f"{self.name}={value}: {what}")


def check_declared(declared: Iterable[NoticeAttribute], where: str) -> None:
    """Prove that a label set can declare these attributes of a notice.

    Raises:
        LabelError: one of them cannot be used; the message says which and why.
    """
    names: set[str] = set()
    for attribute in declared:
        at = f"{where}: attribute {attribute.name} of a notice"
        if not re.fullmatch(r"[a-z][a-z0-9_]*", attribute.name):
            raise LabelError(f"{at}: a name is small letters, digits and _")
        if attribute.name in names:
            raise LabelError(f"{at}: declared twice")
        names.add(attribute.name)
        if (attribute.type in ("choice", "several")) != bool(attribute.choices):
            raise LabelError(f"{at}: choices go with the types choice and several, and only with them")
        for choice in attribute.choices:
            if choice != choice.strip() or not 0 < len(choice) <= MOST_CHOICE or not is_storable(choice):
                raise LabelError(
                    f"{at}: a choice is one to {MOST_CHOICE} characters without white space at its ends, not {choice!r}"
                )
        if len(set(attribute.choices)) < len(attribute.choices):
            raise LabelError(f"{at}: a choice stands twice")


def check_values(declared: Iterable[NoticeAttribute], values: Mapping[str, object]) -> None:
    """Prove that a notice can have these attributes.

    Raises:
        AttributeValueError: one is not declared, or its value is not of its type.
    """
    known = {attribute.name: attribute for attribute in declared}
    for name, value in values.items():
        if name not in known:
            raise AttributeValueError(
                f"a notice has no attribute {name} here; it has {', '.join(known) or 'none'}: "
                "a label set declares it with [[notice]]"
            )
        known[name].check(value)


def with_values(values: Mapping[str, NoticeValue]) -> dict[str, NoticeValue]:
    """Those of some attributes that have a value, as a review keeps them."""
    return {name: value for name, value in values.items() if value is not None}


def all_declared(declared: Iterable[NoticeAttribute], values: Mapping[str, NoticeValue]) -> dict[str, NoticeValue]:
    """All attributes that are declared, in their order, as a file has them: None where one is unset.

    No value is lost: one of an attribute that is not declared comes last, for whoever checks it.
    """
    found = {attribute.name: values.get(attribute.name) for attribute in declared}
    return {**found, **values} if values else found


def value_words(value: NoticeValue) -> str:
    """A value in words for a message, a list or a cell; "" where it is unset.  It need not be safe to show."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "、".join(value) if isinstance(value, tuple) else value or ""


class NoticeAttributeChanges(msgspec.Struct, frozen=True):
    """What another label set changes in the attributes of a notice, by their names."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


def attribute_changes(before: Iterable[NoticeAttribute], after: Iterable[NoticeAttribute]) -> NoticeAttributeChanges:
    """What has changed from some declared attributes to others."""
    old, new = ({attribute.name: attribute for attribute in each} for each in (before, after))
    return NoticeAttributeChanges(
        added=tuple(name for name in new if name not in old),
        changed=tuple(name for name in new if name in old and old[name] != new[name]),
        dropped=tuple(name for name in old if name not in new),
    )
