"""Completes the last of some paths as a shell does, for a field in which several are typed."""

from __future__ import annotations

import os
import shlex
from itertools import takewhile
from pathlib import Path
from typing import Final

import msgspec

_HIDDEN: Final = "."


class Completion(msgspec.Struct, frozen=True):
    """What a text becomes, and the names that it may go on with: none where it is whole or nothing fits."""

    text: str
    choices: tuple[str, ...]


def complete(text: str) -> Completion:
    """Complete the path at the end of a text by what is in its folder, as far as all names there agree.

    Args:
        text: paths as a shell reads them, ``~`` for home; the last one may lack its closing quote.
    """
    start, quote = _last_word(text)
    try:
        words = shlex.split(text[start:] + quote)
    except ValueError:
        # A backslash is the last character.
        return Completion(text, ())
    typed = words[0] if words else ""
    folder, slash, beginning = typed.rpartition("/")
    try:
        with os.scandir(Path(folder + slash or ".").expanduser()) as entries:
            found = sorted(
                f"{entry.name}/" if entry.is_dir() else entry.name
                for entry in entries
                if entry.name.startswith(beginning) and (beginning or not entry.name.startswith(_HIDDEN))
            )
    except (OSError, ValueError, RuntimeError):
        # No such folder, a name that none can have, no such user: nothing fits.
        return Completion(text, ())
    if not found:
        return Completion(text, ())
    # What the first and the last in order have in common, all between them have.
    same = takewhile(lambda pair: pair[0] == pair[1], zip(found[0], found[-1], strict=False))
    whole = folder + slash + "".join(character for character, _ in same)
    if len(found) == 1:
        return Completion(text[:start] + _quoted(whole) + ("" if whole.endswith("/") else " "), ())
    return Completion(text[:start] + _quoted(whole), tuple(found))


def _last_word(text: str) -> tuple[int, str]:
    """Where the last word begins, and the quote that it lacks, empty where it lacks none."""
    start, quote, escaped, blank = 0, "", False, True
    for at, character in enumerate(text):
        if escaped:
            escaped = False
        elif character == "\\" and quote != "'":
            escaped = True
        elif quote:
            quote = "" if character == quote else quote
            continue
        elif character in "'\"":
            quote = character
        elif character.isspace():
            blank, start = True, at + 1
            continue
        if blank:
            blank, start = False, at
    return start, quote


def _quoted(path: str) -> str:
    """The path as a shell reads it; a ``~`` at its start stays bare."""
    if path.startswith("~"):
        user, slash, rest = path.partition("/")
        return user + slash + (shlex.quote(rest) if rest else "")
    return shlex.quote(path)
