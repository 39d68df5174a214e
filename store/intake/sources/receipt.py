"""The receipt beside a prepared shard: what it was made of, by which versions, and so whether it still holds."""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

import msgspec

from annotations.normalize import NORMALIZER
from store.input.opening import LIMIT, READ_ERRORS, open_file, read_text, reason
from store.intake.sources.sketches import sketches_path

PATTERNS: Final = "patterns"
"""The suggester of the patterns of a project, which is of no installation."""

RECEIPT_ENDING: Final = ".receipt.json"
"""What the receipt of a prepared shard has behind the name of the shard."""

_AT_ONCE: Final = 1 << 20


class Receipt(msgspec.Struct, frozen=True):
    """What a prepared shard is.

    ``shard`` and ``folder`` are those of the command that made it, ``options`` its other words, ``source_sha256`` is
    the digest of the shard as it was read, ``sha256`` that of the prepared one, ``sketches`` that of the sketches
    beside it, empty where there are none.  ``suggesters`` has the version of each that has seen all notices, ``labels``
    the digest of the label set that they knew; both are empty where nothing was suggested.  ``repeated`` counts rows
    with a text that an earlier row of the shard has, ``refused`` those that are no page, and ``refusals`` tells of the
    first of them.
    """

    schema: Literal["zhupi-receipt/1"]
    shard: str
    folder: str
    options: list[str]
    source_sha256: str
    sha256: str
    normalizer: str
    suggesters: dict[str, str]
    labels: str
    notices: int
    suggestions: int
    repeated: int
    refused: int
    refusals: list[str]
    zhupi: str
    sketches: str = ""

    @property
    def redone(self) -> str:
        """The command that prepares the shard anew."""
        return f"`{shlex.join(['zhupi', 'prepare', self.shard, '-o', self.folder, *self.options])}` redoes it"


def receipt_path(prepared: Path) -> Path:
    """Where the receipt of a prepared shard lies."""
    return prepared.with_name(prepared.name + RECEIPT_ENDING)


def load_receipt(prepared: Path) -> Receipt | str:
    """The receipt beside a prepared shard, or why it cannot be read."""
    try:
        return msgspec.json.decode(read_text(receipt_path(prepared), LIMIT), type=Receipt)
    except (msgspec.DecodeError, RecursionError) as error:
        return str(error)
    except READ_ERRORS as error:
        return reason(error)


def fault(receipt: Receipt, prepared: Path) -> str | None:
    """Why a prepared shard cannot be taken as it is; None where it can.

    Raises:
        OSError: it cannot be read.
    """
    if receipt.normalizer != NORMALIZER:
        return f"prepared by {receipt.normalizer}, and this zhupi normalizes by {NORMALIZER}: {receipt.redone}"
    here = _versions_here([*receipt.suggesters])
    for name, version in receipt.suggesters.items():
        # What patterns look for is the same everywhere, and their version is the digest of that.
        if name != PATTERNS and here.get(name) != version:
            there = f"version {here[name]}" if name in here else "none of that name"
            return f"suggested by {name} of version {version}, and here is {there}: {receipt.redone}"
    if file_sha256(prepared) != receipt.sha256:
        return f"changed since it was prepared, as its receipt tells: {receipt.redone}"
    sketches = sketches_path(prepared)
    if receipt.sketches and sketches.exists() and file_sha256(sketches) != receipt.sketches:
        return f"its sketches, {sketches.name}, changed since it was prepared, as its receipt tells: {receipt.redone}"
    return None


def file_sha256(path: Path) -> str:
    """The SHA-256 of the bytes of a file, in hex.

    Raises:
        OSError: it cannot be read.
        SourceError: it is no regular file.
    """
    digest = hashlib.sha256()
    with open_file(path) as file:
        while data := file.read(_AT_ONCE):
            digest.update(data)
    return digest.hexdigest()


def _versions_here(names: Sequence[str]) -> dict[str, str]:
    """The versions of the suggesters with these names; those that there are none of are left out."""
    if not names:
        return {}
    from annotations.suggest import suggesters  # noqa: PLC0415  # slow to import, and few receipts need it

    return {each.name: each.version for each in suggesters() if each.name in names}
