"""WebAnno TSV 3, which INCEpTION exports as well: a token a line, with a column for each feature of each layer.

An annotation of several tokens, or one that is stacked on another, has a number in brackets, by which its cells belong
together; any other cell is one annotation.  Offsets are UTF-16 units.  The text stands in lines ``#Text=``.  What stood
between two sentences is told by offsets alone, and taken for ends of lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import msgspec

from annotations.formats.foreign.document import RELATIONS, ForeignDocument, ForeignSpan, Loss, counted
from annotations.formats.foreign.uima import is_layer, label_and_rest
from annotations.formats.labelled import Refuse
from annotations.formats.utf16 import Utf16

MAGIC: Final = "#FORMAT=WebAnno TSV 3"
"""How a file of this kind begins."""

_TOKEN: Final = re.compile(r"(?P<id>\d+-\d+(?:\.\d+)?)\t(?P<start>\d{1,9})-(?P<end>\d{1,9})\t(?P<rest>.*)", re.ASCII)
_NUMBERED: Final = re.compile(r"(?P<value>.*)\[(?P<number>\d+)\]", re.ASCII)
_STACKED: Final = re.compile(r"(?<!\\)\|")
_ESCAPED: Final = re.compile(r"\\(.)")
_EMPTY, _UNSET = "_", "*"
"""What a cell has where there is no annotation, and where there is one without a value."""
_ROLE, _SLOT = "ROLE_", "a slot"
"""How the header names a slot, and what stands here for the feature of its columns."""
_MOST_GAP: Final = 10_000
"""White space between two sentences, at most."""
_TEXT: Final = "#Text="
_KINDS: Final = ("#T_SP=", "#T_RL=", "#T_CH=")
"""How the header names a layer of spans, one of relations, and one of chains."""


class _Layer(msgspec.Struct, frozen=True):
    """A layer with its columns: its name, whether it has spans that people make, and the names of its features."""

    name: str
    of_spans: bool
    features: tuple[str, ...]


class _Marked(msgspec.Struct):
    """An annotation while its cells are read; offsets are UTF-16 units."""

    layer: _Layer
    start: int
    end: int
    values: dict[str, str] = {}


def documents(text: str, refuse: Refuse) -> Iterator[ForeignDocument]:
    """The document of a file; a line that is no token is refused, and then the whole file: offsets stand in all."""
    layers: list[_Layer] = []
    found: dict[object, _Marked] = {}
    losses: list[Loss] = []
    page, sentence = _Page(), list[str]()
    for number, line in enumerate(text.split("\n"), 1):
        line = line.removesuffix("\r")  # noqa: PLW2901  # of Windows
        kind = next((each for each in _KINDS if line.startswith(each)), None)
        if kind is not None:
            name, *features = line.removeprefix(kind).split("|")
            layers.append(_Layer(name, kind == _KINDS[0] and is_layer(name), tuple(_features(features))))
        elif line.startswith(_TEXT):
            sentence.append(_ESCAPED.sub(_unescaped, line.removeprefix(_TEXT)))
        elif token := _TOKEN.fullmatch(line):
            start, end = int(token["start"]), int(token["end"])
            word, *cells = token["rest"].split("\t")
            if sentence:
                if not page.add("\n".join(sentence), _ESCAPED.sub(_unescaped, word), start):
                    refuse(str(number), "its offset does not fit the text in front of it: the file is not taken")
                    return
                sentence = []
            _read_cells(token["id"], start, end, cells, layers, found, losses)
        elif line and not line.startswith("#"):
            refuse(str(number), "not a token with its offsets: the file is not taken")
            return
    whole = page.text
    yield ForeignDocument(
        text=whole,
        spans=counted(whole, [_span(each) for each in found.values()], "UTF-16 units"),
        losses=tuple(losses),
    )


def _features(names: list[str]) -> Iterator[str]:
    """The features of the columns of a layer; a slot has two, and a layer without features one."""
    for before, name in pairwise(["", *(names or [""])]):
        yield _SLOT if before.startswith(_ROLE) or name.startswith(_ROLE) else name


class _Page:
    """The text while its sentences are read."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._units = 0

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self._parts)

    def add(self, sentence: str, word: str, start: int) -> bool:
        """Add a sentence whose first token is ``word``, at ``start``; whether it can stand there."""
        before = sentence[: max(sentence.find(word), 0)]
        gap = start - Utf16(before).units(len(before)) - self._units
        if not 0 <= gap <= _MOST_GAP:
            return False
        for part in ("\n" * gap, sentence):
            self._parts.append(part)
            self._units += Utf16(part).units(len(part))
        return True


def _read_cells(
    token: str,
    start: int,
    end: int,
    cells: list[str],
    layers: list[_Layer],
    found: dict[object, _Marked],
    losses: list[Loss],
) -> None:
    """Read the cells of a token into the annotations that they belong to."""
    at = 0
    for column, layer in enumerate(layers):
        mine = cells[at : at + len(layer.features)]
        at += len(layer.features)
        for name, cell in zip(layer.features, mine, strict=False):
            if cell == _EMPTY or not cell:
                continue
            if not layer.of_spans:
                if is_layer(layer.name) and name == layer.features[0]:
                    losses.append(Loss(RELATIONS, token))
                continue
            if name == _SLOT:
                losses.append(Loss(RELATIONS, token))
                continue
            for place, each in enumerate(_STACKED.split(cell)):
                numbered = _NUMBERED.fullmatch(each)
                key = (column, numbered["number"]) if numbered else (column, token, place)
                value = numbered["value"] if numbered else each
                marked = found.setdefault(key, _Marked(layer, start, end, {}))
                marked.start, marked.end = min(marked.start, start), max(marked.end, end)
                if value not in (_UNSET, _EMPTY):
                    marked.values[name] = _ESCAPED.sub(_unescaped, value)


def _span(marked: _Marked) -> ForeignSpan:
    label, rest = label_and_rest(marked.layer.name, set(marked.layer.features) - {_SLOT, ""}, marked.values)
    return ForeignSpan(label=label, start=marked.start, end=marked.end, attributes=rest)


def _unescaped(found: re.Match[str]) -> str:
    return {"t": "\t", "n": "\n", "r": "\r"}.get(found[1], found[1])
