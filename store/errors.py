"""What the database and the input files refuse; the branch of the tree in ``annotations.errors``.

ZhupiError
└── StoreError
    ├── SourceError             an input file or row that cannot be taken
    │   └── DecodeError         bytes that are text in no encoding zhupi reads
    ├── NotFoundError           no notice or annotation of that name
    │   └── AmbiguousError      a doc that names several notices (exit 2)
    ├── RoleError               somebody's role does not allow it (exit 2)
    ├── NotTrainedError         the queue is not open to somebody who is trained
    ├── ConflictError           what was to be changed has changed meanwhile (store.log.events)
    ├── CancelledError          a read that nobody waits for any more
    └── DatabaseError           the database cannot be used (exit 2)
        ├── NewerSchemaError    a newer zhupi made it
        ├── HeldError           somebody else writes to it all the time
        ├── DamageError         a row holds what zhupi never writes
        ├── UnreadableError     the file is damaged, or holds no database
        ├── ReplacedError       the file is another one by now
        └── DiskFullError       there is no room to write
"""

from __future__ import annotations

from typing import ClassVar

from annotations.errors import ZhupiError


class StoreError(ZhupiError):
    """A refusal of the store."""


class SourceError(StoreError):
    """An input file or row cannot be taken."""


class DecodeError(SourceError):
    """Bytes are text in no encoding that zhupi reads."""


class NotFoundError(StoreError):
    """No notice or annotation has that name."""

    exit_code: ClassVar[int] = 2


class AmbiguousError(NotFoundError):
    """A doc names several notices."""


class RoleError(StoreError):
    """Somebody's role does not allow what they wanted to do."""

    exit_code: ClassVar[int] = 2


class NotTrainedError(StoreError):
    """Somebody has done their training, and not well enough for the queue to be open to them."""


class CancelledError(StoreError):
    """A read was cancelled: nobody waits for it any more."""


class DatabaseError(StoreError):
    """The database cannot be used."""

    exit_code: ClassVar[int] = 2


class NewerSchemaError(DatabaseError):
    """The database was made by a newer zhupi."""


class HeldError(DatabaseError):
    """Somebody else holds the database; nothing of the change was done, and it can be tried again."""


class DamageError(DatabaseError):
    """A row of the database holds what zhupi never writes."""


class UnreadableError(DatabaseError):
    """The file is damaged, or holds no database; a backup of it may be restored."""


class ReplacedError(DatabaseError):
    """The path of an open database names another file now, or none: what is written would be lost."""


class DiskFullError(DatabaseError):
    """There is no room to write."""
