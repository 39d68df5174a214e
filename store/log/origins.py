"""Where an event was made: what it is known by in every database that it has been merged into."""

from __future__ import annotations

import msgspec

from annotations.digest import DIGEST_BYTES, digest


class Origin(msgspec.Struct, frozen=True):
    """Where an event was made that was merged into this database.

    ``id`` is the digest that the event got there, ``project`` the id of that project, empty where a file told of it.
    ``follows`` are the ids of the events of the same subject that it followed there; none where it began.
    """

    id: bytes
    project: str
    follows: tuple[bytes, ...] = ()

    @property
    def columns(self) -> tuple[bytes, str, bytes]:
        """What the columns of ``store.log.chain.ORIGIN`` hold."""
        return self.id, self.project, b"".join(self.follows)


def ids_of(column: bytes) -> tuple[bytes, ...]:
    """The ids of events from the column ``follows``."""
    return tuple(column[at : at + DIGEST_BYTES] for at in range(0, len(column), DIGEST_BYTES))


def reported(sha256: str, entity: str, key: str, state: str) -> Origin:
    """The origin of a state that no log tells of, as an export has it: its id follows from what it says.

    Args:
        sha256: the digest of the raw text of the notice.
        entity: what it is.
        key: its key; of regions that word.
        state: the entity as the log holds it.
    """
    return Origin(digest(msgspec.json.encode(("reported", sha256, entity, key, state))), "")
