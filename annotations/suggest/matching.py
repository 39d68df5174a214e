"""Finds the hits of a pattern in a text, in a time that the length of the text bounds, whatever pattern and text are.

Expressions are those of RE2, which follows all ways to match at once and never goes back.  A paragraph is looked at in
windows of a fixed length, so that a hit costs no more in a long one.  Words are looked up by their first two
characters: a dictionary costs the same however many words it has.

Text and pattern are compared in Simplified, character by character, so that either script finds the other; words also
without regard to capitals and to the width of letters and punctuation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import msgspec

from annotations.errors import PatternError
from annotations.normalize.folding import flat
from annotations.normalize.script import convert_characters
from annotations.suggest.pattern import Pattern

REACH: Final = 500
"""Code points of a hit and what must stand around it, at most."""

MOST_HITS: Final = 10_000
"""Hits of a pattern in one text at most; whoever asks for more has asked for too little."""

_LARGEST: Final = 1_000
"""Instructions of an expression at most, as RE2 counts them; a Chinese character takes three."""

_HIT: Final = "zhupi_hit"
"""The group that is the hit; what stands before and behind it is context."""


class Hit(msgspec.Struct, frozen=True):
    """Where a pattern has hit: ``[start, end)`` in code points, and what the groups of its expression have found."""

    start: int
    end: int
    groups: dict[str, str] = {}


class Text:
    """A text that patterns are looked for in; what several of them need of it is made once.

    Args:
        text: the text; each line is a paragraph, and no hit reaches over its end.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.simplified = convert_characters(text)
        self.folded = flat(text)


class Matcher:
    """A pattern, ready to be looked for.

    Args:
        pattern: the pattern.

    Raises:
        PatternError: an expression of it cannot be used; the message says which, and why.
    """

    def __init__(self, pattern: Pattern) -> None:
        self._words = Words(pattern.words) if pattern.words else None
        parts = {
            "before": f"(?:{pattern.before})" if pattern.before else "",
            "expression": f"(?P<{_HIT}>{pattern.expression})",
            "after": f"(?:{pattern.after})" if pattern.after else "",
        }
        for field, own in (("before", pattern.before), ("expression", pattern.expression), ("after", pattern.after)):
            if own:
                _compiled(own, field)  # by itself first: a parenthesis must not close in another part
        self._form = _compiled("".join(parts.values()), "expression") if pattern.expression else None
        self._before = _compiled(f"{parts['before']}$", "before") if pattern.words and pattern.before else None
        self._after = _compiled(parts["after"], "after") if pattern.words and pattern.after else None
        self.groups: Final[Sequence[str]] = (
            () if self._form is None else [each for each in self._form.groupindex if each != _HIT]
        )
        """The names of the groups of the expression."""
        if self._form is not None and self._form.search("") is not None:
            raise PatternError("expression: it finds what is empty; ask for one character at least")

    def hits(self, text: Text) -> Iterator[Hit]:
        """The hits in a text, in order; they do not overlap.

        Raises:
            PatternError: there are more than ``MOST_HITS``.
        """
        start = count = 0
        for line in text.text.split("\n"):
            end = start + len(line)
            for hit in self._in_line(text, start, end) if line else ():
                count += 1
                if count > MOST_HITS:
                    raise PatternError(
                        f"it finds more than {MOST_HITS:,} places in one notice; ask for more of a place"
                    )
                yield hit
            start = end + 1

    def _in_line(self, text: Text, start: int, end: int) -> Iterator[Hit]:
        if self._words is None:
            yield from self._matches(text, start, end)
            return
        for at, to in self._words.spans(text.folded, start, end):
            # A `^` is the beginning of the paragraph and not of what is looked at.
            before = text.simplified[max(start, at - REACH) : at]
            after = text.simplified[to : min(end, to + REACH)]
            fits = self._before is None or self._before.search(before) is not None
            if fits and (self._after is None or self._after.match(after) is not None):
                yield Hit(at, to)

    def _matches(self, text: Text, start: int, end: int) -> Iterator[Hit]:
        """The hits of the expression in a paragraph, each with what must stand around it within ``REACH``."""
        form, at = self._form, start
        numbers = {} if form is None else dict(form.groupindex)
        while form is not None and at < end:
            # One character more in front, so that `^` and `\b` know that something stands there.
            first, last = max(start, at - 1), min(end, at + 2 * REACH)
            window = text.simplified[first:last]
            found = form.search(window, at - first)
            cut = last < end
            if found is None or (cut and found.start() + first >= at + REACH):
                if not cut:
                    return
                at += REACH
                continue
            begin, behind = (first + each for each in found.span(numbers[_HIT]))
            if begin == behind or found.end() - found.start() > REACH:
                at = max(behind, at + 1)
                continue
            names = {name: found.span(numbers[name]) for name in self.groups}
            yield Hit(
                begin,
                behind,
                {name: text.text[first + a : first + b] for name, (a, b) in names.items() if a >= 0},
            )
            at = behind


class Words:
    """A dictionary: the longest word at each place, by the lengths of the words that begin with the same characters."""

    def __init__(self, words: Iterable[str]) -> None:
        # Folding is character by character and leaves line ends, so that all of them are folded at once.
        self._words = frozenset(flat("\n".join(words)).split("\n"))
        lengths: dict[str, set[int]] = {}
        for word in self._words:
            lengths.setdefault(word[:2], set()).add(len(word))
        # A word of one character is looked for where no longer one is.
        self._lengths = {
            key: sorted(each | ({1} if key[0] in self._words else set()), reverse=True) for key, each in lengths.items()
        }
        self._has_single = any(len(key) == 1 for key in lengths)
        # Most characters begin no word: the expression passes them over faster than a loop does.
        firsts = "".join(re.escape(each) for each in sorted({key[:1] for key in lengths}))
        self._first = re.compile(f"[{firsts}]" if firsts else "(?!)")

    def spans(self, text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Where words stand in ``text[start:end]``, from the left; they do not overlap."""
        at, words, lengths, first = start, self._words, self._lengths.get, self._first.search
        while (begin := first(text, at, end)) is not None:
            at = begin.start()
            found = lengths(text[at : at + 2])
            if found is None and self._has_single:
                found = lengths(text[at])
            for length in found or ():
                if at + length <= end and text[at : at + length] in words:
                    yield at, at + length
                    at += length
                    break
            else:
                at += 1


def _compiled(expression: str, field: str) -> Any:  # noqa: ANN401  # re2 ships no types
    import re2  # noqa: PLC0415  # slow to import, and few projects have expressions

    options = re2.Options()
    options.log_errors = False
    try:
        form = re2.compile(convert_characters(expression), options)
    except re2.error as error:
        told = error.args[0] if error.args else "it is no expression"
        told = told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)
        advice = "; RE2 knows no look-around and no back-reference: use before and after" if "(?" in told else ""
        raise PatternError(f"{field}: {told}{advice}") from error
    if form.programsize > _LARGEST:
        raise PatternError(f"{field}: it is too large; give a list as words, and repeat less")
    return form
