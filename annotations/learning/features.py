"""What a model sees of each character: its surroundings, their kinds, words of the lists, and what the rules say.

Whatever changes here makes models that were learned before useless: raise ``VERSION``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Final

import msgspec

from annotations.errors import ZhupiError
from annotations.labels import LabelSet, default_labels
from annotations.lexicon.lists import Lexicon, derived
from annotations.normalize.folding import flat
from annotations.notice import Notice
from annotations.suggest import RULES, page_of, suggester_of
from annotations.suggest.matching import Words

VERSION: Final = "1"
"""Part of the digest of every model."""

_LISTS: Final = ("titles", "surnames", "persons", "addressees", "obligations", "modals")
"""The word lists that a character may be in a word of."""

_LONGEST: Final = 2_000
"""Code points of a sequence at most; a longer paragraph is cut."""

_DIGIT: Final = re.compile(r"\d")
_KINDS: Final = (
    ("n", re.compile("[〇零一二两三四五六七八九十百千万亿]")),
    ("d", re.compile(r"\d")),
    ("l", re.compile("[a-z]")),
    ("s", re.compile(r"\s")),
    ("h", re.compile(r"\w")),
)


_CHARACTERS: Final = (("0", 3), ("1", 2), ("2", 4), ("3", 1), ("4", 5), ("5", 0), ("6", 6))
"""Features of one character: a name, and where it stands, where the character itself stands at 3."""

_PAIRS: Final = (("7", 2), ("8", 3), ("9", 1), ("A", 4))
"""The same for a character and the one behind it."""


class Paragraph(msgspec.Struct, frozen=True):
    """A paragraph of a normalized text, or a part of a long one: where it begins, and what its characters show."""

    start: int
    features: list[list[str]]


def sequences(notice: Notice, labels: LabelSet) -> Iterator[Paragraph]:
    """The paragraphs of a notice, in order, with the features of their characters.

    Args:
        notice: the notice.
        labels: the label set of the project, for its words; no label of it counts.
    """
    text = notice.normalized
    folded = _DIGIT.sub("0", flat(text))
    marks: dict[int, list[str]] = {}
    for name, start, end in (*_said(notice, labels), *_listed(labels.lexicon, folded)):
        marks.setdefault(start, []).append(f"{name}B")
        inside = f"{name}I"
        for at in range(start + 1, end):
            marks.setdefault(at, []).append(inside)
    pieces: list[Paragraph] = []
    rows: list[list[str]] = []
    for line in folded.split("\n"):
        for at in range(0, len(line), _LONGEST):
            pieces.append(Paragraph(len(rows), _features(line[at : at + _LONGEST])))
            rows += pieces[-1].features
        rows.append([])
    for at, extra in marks.items():
        rows[at] += extra
    yield from pieces


def _features(text: str) -> list[list[str]]:
    size = len(text)
    padded = f"\x02\x02\x02{text}\x03\x03\x03"
    kinds = "".join(map(_kind, padded))
    pairs = [first + second for first, second in pairwise(padded)]
    # A column for each feature: so nearly all of the work is done by the interpreter's own loops.
    columns = (
        *([name + each for each in padded[at : at + size]] for name, at in _CHARACTERS),
        *([name + each for each in pairs[at : at + size]] for name, at in _PAIRS),
        [f"B{kinds[at : at + 3]}" for at in range(2, size + 2)],
        [f"C{kinds[at : at + 7]}" for at in range(size)],
    )
    return [*map(list, zip(*columns, strict=True))]


@cache
def _kind(character: str) -> str:
    return next((kind for kind, form in _KINDS if form.match(character)), "p")


def _said(notice: Notice, labels: LabelSet) -> Iterator[tuple[str, int, int]]:
    """Where the rules that ship find something, whatever labels the project has: in the normalized text."""
    page = page_of(notice, LabelSet(default_labels().label, labels.words))
    for name in RULES:
        try:
            found = list(suggester_of(name).suggest(page))
        except ZhupiError:
            continue  # what a rule cannot read it says nothing about
        for each in found:
            span = notice.alignment.to_normalized(each.span)
            if span is not None:
                yield f"r{each.label}", span.start, span.end


def _listed(lexicon: Lexicon, text: str) -> Iterator[tuple[str, int, int]]:
    for name, words in _dictionaries(lexicon):
        for start, end in words.spans(text, 0, len(text)):
            yield f"w{name}", start, end


@derived
def _dictionaries(lexicon: Lexicon) -> tuple[tuple[str, Words], ...]:
    return tuple(
        (name, Words(word for _, words, _ in lexicon.rows(f"{name}.tsv") for word in words.split(" ")))
        for name in _LISTS
    )
