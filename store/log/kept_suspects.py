"""What somebody has looked at and kept: that a suspect of a second look is right as it is."""

from __future__ import annotations

import msgspec

from annotations.suspects import Suspect, SuspectKind
from store.db.sqlite import Connection, Row
from store.errors import DamageError

_kinds = msgspec.json.Decoder(tuple[SuspectKind, ...])


class KeptSuspect(msgspec.Struct, frozen=True):
    """That ``kept_by`` keeps what a second look held for an error, at ``kept_at`` (UTC).

    ``layer`` is whose layer it is in, ``annotation`` the id of the annotation, None where a tag was held to be missing.
    ``label`` is its first name, ``start`` and ``end`` are raw code points, ``kinds`` why it was held for an error.
    """

    id: str
    layer: str
    annotation: str | None
    label: str
    start: int
    end: int
    kinds: tuple[SuspectKind, ...]
    kept_by: str
    kept_at: str


def kept(suspect: Suspect, by: str, at: str) -> KeptSuspect:
    """What it is to keep a suspect."""
    return KeptSuspect(
        suspect.id,
        suspect.layer,
        suspect.annotation,
        suspect.label,
        suspect.start,
        suspect.end,
        suspect.kinds,
        by,
        at,
    )


def load_kept_suspect(connection: Connection, key: str, notice: int) -> KeptSuspect | None:
    """What was kept under an id, about a notice; None where nothing was."""
    row = connection.execute("SELECT * FROM kept_suspects WHERE id = ? AND notice = ?", [key, notice]).fetchone()
    return kept_of(row) if row else None


def kept_of(row: Row) -> KeptSuspect:
    """What was kept, of a row of its table.

    Raises:
        DamageError: its kinds are no JSON.
    """
    try:
        kinds = _kinds.decode(row["kinds"])
    except msgspec.DecodeError as error:
        raise DamageError(f"kept suspect {row['id']} is damaged ({error}); restore a backup") from error
    return KeptSuspect(
        row["id"],
        row["layer"],
        row["annotation"],
        row["label"],
        row["start"],
        row["end"],
        kinds,
        row["kept_by"],
        row["kept_at"],
    )
