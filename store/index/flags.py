"""The flags of each notice, in the narrow table that the queue reads, so that no page of it touches wide text.

They follow from the ``meta`` of a notice and from what people corrected (``annotations.notice.standing_flags``):
``store.write`` brings them up to date, ``zhupi check`` compares, ``rebuild`` makes them anew.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from annotations.counts import counted
from annotations.notice import FIELDS, standing_flags
from store.db.sqlite import Connection
from store.index.spans import EVERYTHING, Span

_STANDING = (
    "standing_flags((SELECT meta FROM texts WHERE notice = number), "
    "(SELECT group_concat(field) FROM corrections WHERE notice = number))"
)

_decoder = msgspec.json.Decoder(tuple[str, ...])


def flags_text(flags: tuple[str, ...]) -> str | None:
    """Flags as the column has them: None where there are none."""
    return msgspec.json.encode(flags).decode() if flags else None


def flags_of(text: str | None) -> tuple[str, ...]:
    """The flags of a value of the column; none where it is damaged, which ``zhupi check`` tells."""
    try:
        return _decoder.decode(text) if text is not None else ()
    except msgspec.DecodeError:
        return ()


def restate(connection: Connection, notice: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Bring the flags of a notice up to date, inside the caller's transaction; returns those before and those now."""
    _teach(connection)
    before, now = connection.execute(
        f"SELECT flags, {_STANDING} FROM notices WHERE number = ?",  # noqa: S608  # constants
        [notice],
    ).fetchone()
    if before != now:
        connection.execute("UPDATE notices SET flags = ? WHERE number = ?", [now, notice])
    return flags_of(before), flags_of(now)


def rebuild(connection: Connection, span: Span = EVERYTHING) -> None:
    """Make the column anew for some notices, inside the caller's transaction."""
    _teach(connection)
    connection.execute(
        f"UPDATE notices SET flags = {_STANDING} WHERE number BETWEEN :first AND :last AND flags IS NOT {_STANDING}",  # noqa: S608  # constants
        span.bounds,
    )


def differences(connection: Connection) -> Iterator[str]:
    """One line where the column is not what the notices tell."""
    _teach(connection)
    wrong = connection.execute(f"SELECT count(*) FROM notices WHERE flags IS NOT {_STANDING}").fetchone()[0]  # noqa: S608  # constants
    if wrong:
        yield f"queue: {counted(wrong, 'notice')} listed with other flags than it has; `zhupi check --repair` mends it"


def _teach(connection: Connection) -> None:
    connection.create_function("standing_flags", 2, _standing, deterministic=True)


def _standing(meta: str | None, corrected: str | None) -> str | None:
    """The value of the column; a damaged ``meta``, which ``zhupi check`` tells, has no flags."""
    try:
        decoded = msgspec.json.decode(meta or "{}")
    except msgspec.DecodeError:
        return None
    named = set((corrected or "").split(","))
    known = decoded if isinstance(decoded, dict) else {}
    return flags_text(standing_flags(known, tuple(field for field in FIELDS if field in named)))
