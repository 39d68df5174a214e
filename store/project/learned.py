"""The models of a project: which of them suggest is a setting, their bytes lie in the database beside it.

The reader of a model trusts its bytes, so nobody gets them before their digest is proved, and the digests are in the
log.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Final

import msgspec

from annotations.errors import LearningError
from annotations.learning.learned import digest_of
from annotations.learning.trial import Trial
from store.db.sqlite import Connection
from store.errors import DamageError
from store.project.settings import load_setting

SETTING: Final = "learned"
"""The name of the setting."""

_LARGEST: Final = 1 << 30
"""Bytes of a model at most."""


class Lesson(msgspec.Struct, frozen=True):
    """What a label has shown when it was learned last, and what its model is known by.

    ``digest`` is that of the model; None where none suggests.  ``source`` is the digest of all that was learned from.
    """

    trial: Trial
    source: str
    digest: str | None = None


class Lessons(msgspec.Struct, frozen=True):
    """What was learned last: of each label, by its first name; ``version`` is that of the suggester."""

    version: str = ""
    lessons: tuple[Lesson, ...] = ()

    @property
    def digests(self) -> dict[str, str]:
        """The digests of the models that suggest, by the first names of their labels."""
        return {each.trial.label: each.digest for each in self.lessons if each.digest is not None}


def lessons_in(connection: Connection) -> Lessons:
    """What the project has learned; nothing where it never has.

    Raises:
        DamageError: the setting is damaged.
    """
    kept = load_setting(connection, SETTING)
    if kept is None:
        return Lessons()
    try:
        return msgspec.json.decode(kept.value, type=Lessons)
    except msgspec.DecodeError as error:
        raise DamageError(f"what was learned is damaged ({error}); run `zhupi learn` again") from error


def packed(model: bytes) -> tuple[str, bytes]:
    """A model as it lies in the database: its digest, and its bytes packed."""
    return digest_of(model), zlib.compress(model, 6)


def load_models(connection: Connection) -> dict[str, bytes]:
    """The models that suggest, by the first names of their labels, each proved by its digest.

    Raises:
        LearningError: one is missing or is not what was learned; the message names its label.
    """
    return {label: load_model(connection, label, digest) for label, digest in lessons_in(connection).digests.items()}


def load_model(connection: Connection, label: str, digest: str) -> bytes:
    """A model by its digest, which is proved.

    Raises:
        LearningError: it is missing or is not what was learned.
    """
    row = connection.execute("SELECT data FROM models WHERE digest = ?", [digest]).fetchone()
    if row is None:
        raise LearningError(f"the model of {label} is missing; run `zhupi learn` again")
    try:
        # Bytes that somebody has put there may unpack to any length.
        model = zlib.decompressobj().decompress(row["data"], _LARGEST)
    except zlib.error:
        model = b""
    if digest_of(model) != digest:
        raise LearningError(f"the model of {label} is not what was learned: it was changed; run `zhupi learn` again")
    return model


def differences(connection: Connection) -> Iterator[str]:
    """One line for each model that is missing or is not what was learned."""
    for label, digest in lessons_in(connection).digests.items():
        try:
            load_model(connection, label, digest)
        except LearningError as error:
            yield f"learned: {error}"
