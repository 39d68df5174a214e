"""Normalize again what an older normalizer made, one transaction a notice; reviewers get their turn between two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from annotations.normalize import NORMALIZER, normalize
from annotations.regions import Region, overlay
from store.db.database import Database
from store.db.sqlite import Connection
from store.log.events import Change
from store.log.rows import load_regions
from store.write.record import record
from store.write.search import indexed_in_turns
from store.write.texts import prepare, renormalize


class Renormalized(msgspec.Struct, frozen=True):
    """A notice that was normalized again; ``changed`` tells whether its text or a field is another one now."""

    number: int
    id: str
    doc: str
    changed: bool


def renormalize_older(database: Database, actor: str) -> Iterator[Renormalized]:
    """Normalize again what another version of the normalizer made, one transaction a notice.

    What reviewers made of regions stays; the rules find the others anew.  Annotations do not move.

    Args:
        database: where the notices are.
        actor: whose event a change of regions is.
    """
    with database.read() as connection:
        older = connection.execute(
            "SELECT number, id, doc FROM notices JOIN texts ON notice = number WHERE normalizer <> ? ORDER BY number",
            [NORMALIZER],
        ).fetchall()
    for row in older:
        number = row["number"]
        # It takes a while, and needs no lock: raw text never changes.
        raw = database.connection.execute("SELECT raw FROM texts WHERE notice = ?", [number]).fetchone()[0]
        found = normalize(raw).regions
        with database.read() as connection:
            text = prepare(connection, number, _overlaid(found, load_regions(connection, number)))
        with indexed_in_turns(database, number, text), database.write() as connection:
            before = load_regions(connection, number)
            shown = _shown(connection, number)
            after = _overlaid(found, before)
            if after == before:
                renormalize(connection, actor, number, before)
            else:
                record(connection, actor, "normalize", Change(number, "regions", str(number), before, after))
            changed = _shown(connection, number) != shown
        yield Renormalized(number, row["id"], row["doc"], changed)


def _overlaid(found: Sequence[Region], before: Sequence[Region]) -> tuple[Region, ...]:
    """What the rules find, with what reviewers made of regions over it."""
    return overlay(found, [region for region in before if region.by is not None])


def _shown(connection: Connection, number: int) -> tuple[object, ...]:
    """The normalized text and the fields of a notice."""
    return tuple(
        connection.execute(
            "SELECT normalized, title, source, published FROM texts JOIN notices ON number = notice WHERE notice = ?",
            [number],
        ).fetchone()
    )
