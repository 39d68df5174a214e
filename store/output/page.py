"""A page that stands alone, as a file that is whole or not there."""

from __future__ import annotations

from pathlib import Path

from store.db.database import Database
from store.db.files import beside, replacing
from store.output.export import refuse_place, system_errors_explained


def write_page(database: Database, path: Path, content: bytes) -> None:
    """Write a page to ``path``, in place of what is there.

    Args:
        database: which was read for it; nothing is written over it or beside it under one of its names.
        path: where to.
        content: the page.

    Raises:
        StoreError: it cannot be written; what was there before stays as it was.
    """
    refuse_place(database, path)
    with system_errors_explained(path), replacing(beside(path, path.name)) as out:
        out.write(content)
