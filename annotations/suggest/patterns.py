"""Suggests what the patterns of a project find: its dictionaries and expressions (``annotations.suggest.pattern``)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, Final

from annotations.errors import LabelError, PatternError
from annotations.labels import Label, LabelSet
from annotations.suggest.base import Suggestion
from annotations.suggest.matching import Hit, Matcher, Text
from annotations.suggest.page import Page
from annotations.suggest.pattern import Pattern
from annotations.values import read_values

NAME: Final = "patterns"
"""The name of the suggester; a rule of it is the name of a pattern, and its version the digest of that pattern."""


class Patterns:
    """The suggester of the patterns of a project.

    Each pattern has a version of its own, so that one that is changed replaces its own suggestions only.

    Args:
        patterns: the patterns.
        labels: the label set of the project; a pattern for a label that it lacks or hides finds nothing.
    """

    name = NAME

    def __init__(self, patterns: Sequence[Pattern], labels: LabelSet) -> None:
        self._patterns = tuple(patterns)
        self._labels = labels
        digests = [f"{each.name} {each.digest(labels)}" for each in patterns]
        self.version = hashlib.sha256("\n".join(digests).encode()).hexdigest()[:8]

    def __getstate__(self) -> dict[str, Any]:
        """Without what is ready to match: another process makes that for itself."""
        return {key: value for key, value in self.__dict__.items() if key != "_ready"}

    def suggest(self, page: Page) -> Iterator[Suggestion]:
        """What the patterns find in the normalized text of a page."""
        text = Text(page.body.text)
        for pattern, digest, matcher, label in self._ready:
            try:
                for hit in matcher.hits(text):
                    yield self._suggestion(page, pattern, digest, label, hit)
            except PatternError as error:
                raise PatternError(f"pattern {pattern.name}: {error}") from error

    @cached_property
    def _ready(self) -> list[tuple[Pattern, str, Matcher, Label]]:
        ready = []
        for pattern in self._patterns:
            try:
                label = self._labels.usable(pattern.label)
            except LabelError:
                continue  # the label was hidden or dropped since; nothing new gets it
            ready.append((pattern, pattern.digest(self._labels), Matcher(pattern), label))
        return ready

    def _suggestion(self, page: Page, pattern: Pattern, digest: str, label: Label, hit: Hit) -> Suggestion:
        span = page.body.raw(hit.start, hit.end)
        values = read_values(label, page.notice, span, page.lexicon)
        values |= pattern.values(label, hit.groups)
        return Suggestion(span, label.name, values, pattern.name, pattern.score, digest)
