"""A model of one label: trained on the paragraphs of notices, kept as bytes, and applied to others.

The reader of these bytes is C and trusts them.  Only bytes whose digest somebody has proved may get here.
"""

from __future__ import annotations

import math
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from annotations.errors import LearningError
from annotations.learning.tags import spans_of

_SMALL: Final = 20_000
"""Up to so many characters training is thorough in any case: it takes a few seconds, and little data gains by it."""

_ROUNDS: Final = 10
"""How often the passive-aggressive algorithm goes through its examples."""

_THOROUGH: Final = {"c1": 0.05, "c2": 0.01, "max_iterations": 100, "feature.possible_transitions": True}
_ROOM: Final = 200_000_000
"""Bytes that must be free for a temporary file with a model: several times what a large one takes."""

_WHOLE: Final = 300
"""Up to so many characters a paragraph has a probability that a number can hold."""

_HEADER: Final = 8
"""Bytes at the beginning of a model: its name, and how many bytes it has."""


def prepared(features: list[list[str]]) -> Any:  # noqa: ANN401  # pycrfsuite ships no types
    """The features of a paragraph as training and tagging take them; made once, and used for every label."""
    import pycrfsuite  # noqa: PLC0415  # an extra, and slow to import

    return pycrfsuite.ItemSequence(features)


class Trainer:
    """Learns from examples that are handed over once: to hand them over takes longer than to learn from them.

    Args:
        thorough: by L-BFGS, some ten times as long as by the passive-aggressive algorithm, and a little better.
    """

    def __init__(self, *, thorough: bool = False) -> None:
        import pycrfsuite  # noqa: PLC0415  # as above

        self._trainer = pycrfsuite.Trainer(verbose=False)
        self._thorough = thorough
        self._characters = 0

    def add(self, examples: Iterable[tuple[Any, list[str], int]]) -> None:
        """Hand over examples, behind those that it has: paragraphs as ``prepared``, each with its tags and its part."""
        for features, tags, part in examples:
            self._trainer.append(features, tags, part)
            self._characters += len(tags)

    def model(self, without: int = -1) -> bytes:
        """A model of all examples so far, or of all but those of one part.

        Raises:
            LearningError: the model could not be written, for want of room.
        """
        if self._thorough or self._characters <= _SMALL:
            self._trainer.select("lbfgs")
            self._trainer.set_params(_THOROUGH)
        else:
            self._trainer.select("pa")
            self._trainer.set_params({"max_iterations": _ROUNDS, "feature.possible_transitions": True})
        try:
            with _room() as path:
                self._trainer.train(str(path), without)
                model = path.read_bytes()
        except OSError as error:
            raise LearningError(f"no room to train: {error.strerror}; make room and run it again") from error
        # The trainer does not say that a disk was full; what it has written begins with its length.
        if len(model) < _HEADER or int.from_bytes(model[4:_HEADER], "little") != len(model):
            raise LearningError("no room to train: the model is not whole; make room and run it again")
        return model


@contextmanager
def _room() -> Iterator[Path]:
    """A file to train into: one in memory where the system has such, else a temporary one.

    The trainer crashes where it cannot write, so that it must not come to that.

    Raises:
        LearningError: there is too little room for a temporary file.
    """
    if sys.platform == "linux":
        number = os.memfd_create("zhupi-model")
        try:
            path = Path(f"/proc/self/fd/{number}")
            if path.exists():
                yield path
                return
        finally:
            os.close(number)
    with tempfile.TemporaryDirectory(prefix="zhupi-") as folder:
        free = shutil.disk_usage(folder).free
        if free < _ROOM:
            parent, has, needs = Path(folder).parent, free // 1_000_000, _ROOM // 1_000_000
            raise LearningError(
                f"no room to train in {parent}: {has:,} MB are free, it needs {needs:,}; make room there"
            )
        yield Path(folder) / "model"


class Model:
    """A model, ready to be applied.

    Args:
        data: what ``train`` has made.
    """

    def __init__(self, data: bytes) -> None:
        import pycrfsuite  # noqa: PLC0415  # as above

        self._data = data  # the tagger reads from it as long as it lives
        self._tagger = pycrfsuite.Tagger()
        self._tagger.open_inmemory(data)

    def found(self, features: Any) -> set[tuple[int, int]]:  # noqa: ANN401  # as above
        """The spans in a paragraph, ``[start, end)`` from its beginning."""
        return set(spans_of(self._tagger.tag(features)))

    def tags(self, features: Any) -> list[str]:  # noqa: ANN401  # as above
        """The likeliest tags of a paragraph."""
        return [*self._tagger.tag(features)]

    def margin(self, features: Any, best: Sequence[str], other: Sequence[str], region: tuple[int, int]) -> float | None:  # noqa: ANN401  # as above
        """The log of how much likelier some tags of a paragraph are than others that differ in one region alone.

        Args:
            features: the paragraph.
            best: the likelier tags.
            other: the others.
            region: ``[start, end)`` in the paragraph.

        Returns:
            None where the model has never seen one of the tags, or the region is too long to be told.
        """
        import pycrfsuite  # noqa: PLC0415  # as above

        if not {*best, *other} <= {*self._tagger.labels()}:
            return None
        if len(best) > _WHOLE:
            # A long paragraph is too unlikely for a number.  What is the same in both makes no difference.
            start, end = max(0, region[0] - 1), region[1] + 1
            features = pycrfsuite.ItemSequence(features.items()[start:end])
            best, other = best[start:end], other[start:end]
        self._tagger.set(features)
        likely, less = self._tagger.probability(best), self._tagger.probability(other)
        return max(0.0, math.log(likely) - math.log(less)) if likely and less else None

    def spans(self, features: Any) -> Iterator[tuple[int, int, float]]:  # noqa: ANN401  # as above
        """The spans in a paragraph, ``[start, end)`` from its beginning, each with how sure the model is, 0 to 1."""
        found = self._tagger.tag(features)
        for start, end in spans_of(found):
            # No surer than of its least sure character.
            yield start, end, min(self._tagger.marginal(found[at], at) for at in range(start, end))
