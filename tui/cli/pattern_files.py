"""Patterns that somebody wrote into a file: read, with the dictionaries that they name, and proved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from annotations.labels import LabelSet
    from annotations.suggest.pattern import Pattern

_MOST_BYTES: Final = 16_000_000
"""Bytes of a file of patterns, and of a dictionary, at most."""


def read_patterns(file: Path, labels: LabelSet) -> tuple[Pattern, ...]:
    """The patterns of a TOML file.

    Raises:
        LabelError: it is not TOML.
        PatternError: it cannot be read, has no patterns, or one of them cannot be used.
    """
    from annotations.errors import PatternError
    from annotations.labels import label_tables
    from annotations.suggest.declared import check_keys

    tables = label_tables(_text(file, str(file)), str(file))
    if "pattern" not in tables:
        raise PatternError(f"{file}: no patterns: begin each with [[pattern]]")
    check_keys(tables, ("pattern", "label", "words"), f"{file}: no table is called")
    return declared_patterns(tables["pattern"], labels, file)


def declared_patterns(tables: Any, labels: LabelSet, file: Path) -> tuple[Pattern, ...]:  # noqa: ANN401  # of a TOML file
    """The patterns of the ``[[pattern]]`` tables of a file, each with the words of the ``file`` that it names.

    Raises:
        PatternError: a dictionary cannot be read, or a pattern cannot be used.
    """
    from annotations.suggest.declared import patterns_of

    if isinstance(tables, list):
        tables = [_with_words(each, file) if isinstance(each, dict) else each for each in tables]
    return patterns_of(tables, labels, str(file))


def _with_words(table: dict[str, Any], file: Path) -> dict[str, Any]:
    """A pattern whose dictionary is a file beside its own: a word a line, blank lines do not count."""
    from annotations.errors import PatternError

    if "file" not in table:
        return table
    named, at = table["file"], f"{file}: pattern {table.get('name')}"
    if not isinstance(named, str):
        raise PatternError(f"{at}: file is the name of a file with a word a line")
    if "words" in table:
        raise PatternError(f"{at}: give words or a file of words, and one of them only")
    words = [each.strip() for each in _text(file.parent / named, f"{at}: {named}").split("\n") if each.strip()]
    if not words:
        raise PatternError(f"{at}: {named}: no words in it; write one a line")
    return {**{key: value for key, value in table.items() if key != "file"}, "words": list(dict.fromkeys(words))}


def _text(file: Path, named: str) -> str:
    from annotations.errors import PatternError
    from store.input.opening import READ_ERRORS, read_text, reason

    try:
        return read_text(file, _MOST_BYTES)
    except READ_ERRORS as error:
        raise PatternError(f"{named}: {reason(error)}") from error
