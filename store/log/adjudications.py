"""What adjudicators have decided, as the log makes it: one decision for each thing that layers say, and for a notice.

A decision is known by the fingerprint of what the layers say (``annotations.adjudication``), so it holds until one of
them says something else.  That a notice is done is a decision as well, known by the digest of all that its layers say.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from store.db.sqlite import Connection, Row
from store.errors import DamageError

Choice = Literal["agreed", "majority", "taken", "none", "edited", "complete"]
"""How it was decided.

``agreed`` and ``majority`` are rules.  ``taken`` is what some layers say, ``none`` that nothing of it is gold,
``edited`` what no layer says.  ``complete`` is about the notice: its gold is done.
"""

BY_RULE: tuple[Choice, ...] = ("agreed", "majority")
"""What nobody looked at."""

_names = msgspec.json.Decoder(tuple[str, ...])


class Adjudication(msgspec.Struct, frozen=True):
    """A decision: who made it, and when (UTC).

    ``layers`` are the names of those whose version was taken; of a notice those that were compared.  ``gold`` has the
    ids of the gold annotations that it left.
    """

    fingerprint: str
    choice: Choice
    layers: tuple[str, ...]
    gold: tuple[str, ...]
    decided_by: str
    decided_at: str


def load_adjudication(connection: Connection, notice: int, fingerprint: str) -> Adjudication | None:
    """The decision about what has this fingerprint on a notice; None where there is none."""
    row = connection.execute(
        "SELECT * FROM adjudications WHERE notice = ? AND fingerprint = ?", [notice, fingerprint]
    ).fetchone()
    return None if row is None else _adjudication_of(row)


def load_adjudications(connection: Connection, notice: int) -> dict[str, Adjudication]:
    """All decisions on a notice by their fingerprints, those about what layers said once and say no longer too.

    Raises:
        DamageError: one of them is no decision.
    """
    rows = connection.execute("SELECT * FROM adjudications WHERE notice = ? ORDER BY fingerprint", [notice]).fetchall()
    return {row["fingerprint"]: _adjudication_of(row) for row in rows}


def _adjudication_of(row: Row) -> Adjudication:
    try:
        layers, gold = _names.decode(row["layers"]), _names.decode(row["gold"])
    except msgspec.DecodeError as error:
        raise DamageError(
            f"decision {row['fingerprint']} on notice {row['notice']} is damaged ({error}); restore a backup"
        ) from error
    return Adjudication(row["fingerprint"], row["choice"], layers, gold, row["decided_by"], row["decided_at"])
