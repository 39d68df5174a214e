"""Reads the patterns that a TOML file declares, and proves each: a slip is reported with its place, and not ignored.

The file is a label set with ``[[pattern]]`` tables, or one with nothing else.  The caller reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from annotations.annotation import clip
from annotations.errors import AttributeValueError, LabelError, PatternError
from annotations.labels import Label, LabelSet
from annotations.suggest.matching import Matcher
from annotations.suggest.pattern import Pattern

NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
"""What a pattern can be called."""

KEYS: Final = ("name", "label", "words", "file", *Pattern.__struct_fields__[3:])
"""The keys that a pattern has in a file; ``file`` names one with words, and whoever reads the file puts them in."""

LONGEST_WORD: Final = 100
"""Code points of a word of a dictionary at most."""


def patterns_of(tables: object, labels: LabelSet, where: str) -> tuple[Pattern, ...]:
    """The patterns that the ``[[pattern]]`` tables of a TOML file declare, proved one by one.

    Args:
        tables: what the file has under ``pattern``.
        labels: the label set that the labels of the patterns must be in.
        where: the name of the file, for errors.

    Raises:
        PatternError: one of them cannot be used; the message names it, and says where and what to do.
    """
    if not isinstance(tables, list):
        raise PatternError(f"{where}: patterns are tables: begin each with [[pattern]]")
    found = [_pattern(table, f"{where}: pattern {place}") for place, table in enumerate(tables, 1)]
    seen: set[str] = set()
    for each in found:
        if each.name in seen:
            raise PatternError(f"{where}: pattern {each.name}: declared twice; give one of them another name")
        seen.add(each.name)
        check(each, labels, where)
    return tuple(found)


def check(pattern: Pattern, labels: LabelSet, where: str) -> None:
    """Prove that a pattern can be used with a label set.

    Raises:
        PatternError: it cannot; the message names it, and says where and what to do.
    """
    at = f"{where}: pattern {pattern.name}"
    if not NAME.fullmatch(pattern.name):
        raise PatternError(f"{at}: a name is small letters, digits and single hyphens")
    try:
        label = labels.usable(pattern.label)
        label.attributes(pattern.attributes)
    except (LabelError, AttributeValueError) as error:
        raise PatternError(f"{at}: {error}") from error
    if bool(pattern.words) == bool(pattern.expression):
        raise PatternError(f"{at}: give words, a file of words, or an expression, and one of them only")
    if not 0 <= pattern.score <= 1:
        raise PatternError(f"{at}: its score is from 0 to 1, not {pattern.score:g}")
    for word in pattern.words:
        if not word.strip() or "\n" in word or len(word) > LONGEST_WORD:
            raise PatternError(f"{at}: word “{word[:20]}”: a word is text of one line, of {LONGEST_WORD} characters")
    _check_expressions(pattern, label, at)


def _check_expressions(pattern: Pattern, label: Label, at: str) -> None:
    try:
        matcher = Matcher(pattern)
    except PatternError as error:
        raise PatternError(f"{at}: {error}") from error
    unknown = sorted({*matcher.groups} - {*label.attribute_names})
    if unknown:
        has = ", ".join(label.attribute_names) or "none"
        raise PatternError(f"{at}: group {unknown[0]}: {label.name} has no such attribute; it has {has}")


def _pattern(table: object, at: str) -> Pattern:
    name = table.get("name") if isinstance(table, dict) else None
    at = f"{at}{f' ({name})' if isinstance(name, str) else ''}"
    if isinstance(table, dict):
        check_keys(table, KEYS, f"{at}: no key of a pattern is called")
    try:
        return msgspec.convert(table, Pattern)
    except msgspec.ValidationError as error:
        raise PatternError(f"{at}: {error}") from error


def check_keys(table: Iterable[str], known: Sequence[str], told: str) -> None:
    """Prove that a table has no other keys than those that there are.

    Args:
        table: the keys of the table.
        known: the keys that there are.
        told: what is said before a key that there is not.

    Raises:
        PatternError: it has one; the message has the keys that there are.
    """
    unknown = next((key for key in table if key not in known), None)
    if unknown is not None:
        from difflib import get_close_matches  # noqa: PLC0415  # only who has made a slip needs it

        near = get_close_matches(unknown, known, 1)
        meant = f"; did you mean {near[0]}?" if near else ""
        raise PatternError(f"{told} {clip(unknown)}; there are {', '.join(known)}{meant}")
