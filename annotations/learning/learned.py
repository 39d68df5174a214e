"""Suggests what the models of a project find: ``learned/LABEL@DIGEST``, with the values that the readers read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Final

from annotations.annotation import Annotation
from annotations.errors import LabelError
from annotations.labels import Label, LabelSet
from annotations.learning.features import VERSION, sequences
from annotations.learning.model import Model, prepared
from annotations.suggest import Page, Suggestion
from annotations.values import read_values

NAME: Final = "learned"
"""The name of the suggester; a rule of it is the first name of a label, and its version the digest of the model."""


def digest_of(data: bytes) -> str:
    """The digest by which a model is known: SHA-256 in hex of its bytes."""
    return hashlib.sha256(data).hexdigest()


def is_learned(item: Annotation) -> bool:
    """Whether a model suggests it."""
    return (item.suggested_by or "").startswith(f"{NAME}/")


def version_of(models: Mapping[str, str]) -> str:
    """The version of the suggester with some models: their digests by the first names of their labels."""
    parts = "\n".join(f"{label} {digest}" for label, digest in sorted(models.items()))
    return hashlib.sha256(f"{VERSION}\n{parts}".encode()).hexdigest()[:8]


class Learned:
    """The suggester of the models of a project.

    Args:
        models: the models by the first names of their labels; their digests must have been proved.
        labels: the label set of the project; a model of a label that it lacks or hides finds nothing.
    """

    name = NAME

    def __init__(self, models: Mapping[str, bytes], labels: LabelSet) -> None:
        self._models = dict(models)
        self._digests = {label: digest_of(data) for label, data in models.items()}
        self._labels = labels
        self.version = version_of(self._digests)

    def __getstate__(self) -> dict[str, Any]:
        """Without what is ready to be applied: another process makes that for itself."""
        return {key: value for key, value in self.__dict__.items() if key != "_ready"}

    def suggest(self, page: Page) -> Iterator[Suggestion]:
        """What the models find in the normalized text of a page."""
        if not self._ready:
            return
        for paragraph in sequences(page.notice, self._labels):
            features = prepared(paragraph.features)
            for label, digest, model in self._ready:
                for start, end, sure in model.spans(features):
                    span = page.body.raw(paragraph.start + start, paragraph.start + end)
                    values = read_values(label, page.notice, span, page.lexicon)
                    yield Suggestion(span, label.name, values, label.first_name, sure, digest)

    @cached_property
    def _ready(self) -> list[tuple[Label, str, Model]]:
        ready = []
        for name, data in sorted(self._models.items()):
            try:
                label = self._labels.usable(name)
            except LabelError:
                continue  # the label was hidden or dropped since; nothing new gets it
            ready.append((label, self._digests[name][:8], Model(data)))
        return ready
