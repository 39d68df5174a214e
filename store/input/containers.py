"""Files that belong together: of a folder, of a ZIP archive, or the ones beside a file that make a whole with it.

Each has names and contents, wherever they lie.  Nothing is unpacked: the names of an archive lead nowhere, and what it
may unfold to is bounded.
"""

from __future__ import annotations

import io
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO, Final, Protocol, cast

from annotations.counts import counted
from store.errors import SourceError
from store.input.opening import LIMIT, compression_of, headed, open_file, read_whole, unfold

MOST_ENTRIES: Final = 100_000
"""Files of an archive at most."""
MOST_UNFOLDED: Final = 16 * LIMIT
"""Bytes that an archive may unfold to, with all archives in it."""

_TOO_LARGE: Final = "take it apart"
_ZIP: Final = b"PK\x03\x04"


class Container(Protocol):
    """Files by name; whatever is asked of a file raises ``OSError`` or ``SourceError`` where it cannot be read."""

    def names(self) -> list[str]:
        """The names of all files, sorted, with ``/`` between a name and the folders that it is in."""

    def opened(self, name: str) -> AbstractContextManager[io.BufferedReader]:
        """A file as bytes, decompressed."""

    def content(self, name: str) -> bytes:
        """What is in a file of ``LIMIT`` bytes at most."""

    def where(self, name: str) -> str:
        """What a file is called in messages."""


class Folder:
    """The files of a folder but hidden ones, with those of the folders in it.

    Args:
        path: the folder.
        only: the names of files to which it keeps, of a file and what lies beside it; None are all.
    """

    def __init__(self, path: Path, only: frozenset[str] | None = None) -> None:
        self._path = path
        self._only = only

    def names(self) -> list[str]:
        """As ``Container``."""
        if self._only is not None:
            return sorted(name for name in self._only if (self._path / name).exists())
        found = []
        for folder, folders, files in os.walk(self._path):
            folders[:] = [each for each in folders if not each.startswith(".")]
            here = Path(folder).relative_to(self._path)
            found += [(here / each).as_posix() for each in files if not each.startswith(".")]
        return sorted(found)

    @contextmanager
    def opened(self, name: str) -> Iterator[io.BufferedReader]:
        """As ``Container``."""
        with open_file(self._path / name) as file:
            yield unfold(file, compression_of(name))

    def content(self, name: str) -> bytes:
        """As ``Container``."""
        with self.opened(name) as file:
            return read_whole(file, _TOO_LARGE)

    def where(self, name: str) -> str:
        """As ``Container``."""
        return str(self._path / name)


class _Budget:
    """How much is left of what an archive may unfold to, with all archives in it."""

    def __init__(self) -> None:
        self.left = MOST_UNFOLDED


class Archive:
    """The files of a ZIP archive.

    Args:
        file: can be read from any place.
        where: what it is called in messages.
        budget: of the archive that it is in.

    Raises:
        SourceError: it is damaged, has more than ``MOST_ENTRIES`` files, or unfolds to more than ``MOST_UNFOLDED``.
    """

    def __init__(self, file: BinaryIO, where: str, budget: _Budget | None = None) -> None:
        self._where = where
        self._budget = budget or _Budget()
        with _explained():
            self._zip = zipfile.ZipFile(file)
            self._entries = {each.filename: each for each in self._zip.infolist() if not each.is_dir()}
        if len(self._entries) > MOST_ENTRIES:
            raise SourceError(
                f"an archive of {counted(len(self._entries), 'file')}; {MOST_ENTRIES:,} at most: {_TOO_LARGE}"
            )
        # No file is read beyond the size that the archive tells.
        self._budget.left -= sum(each.file_size for each in self._entries.values())
        if self._budget.left < 0:
            raise SourceError(f"an archive that unfolds to more than {MOST_UNFOLDED >> 20} MiB: {_TOO_LARGE}")

    def names(self) -> list[str]:
        """As ``Container``."""
        return sorted(self._entries)

    def content(self, name: str) -> bytes:
        """As ``Container``."""
        if name not in self._entries:
            raise FileNotFoundError(name)
        with _explained(), self._zip.open(self._entries[name]) as file:
            return read_whole(cast("BinaryIO", file), _TOO_LARGE)

    @contextmanager
    def opened(self, name: str) -> Iterator[io.BufferedReader]:
        """As ``Container``."""
        yield unfold(headed(self.content(name), io.BytesIO()), compression_of(name))

    def where(self, name: str) -> str:
        """As ``Container``."""
        return f"{self._where}/{name}"

    def archive(self, name: str) -> Archive:
        """The archive that is a file of this one.

        Raises:
            SourceError: as for this one.
        """
        return Archive(io.BytesIO(self.content(name)), self.where(name), self._budget)


def is_archive(head: bytes) -> bool:
    """Whether a file that begins so is a ZIP archive."""
    return head.startswith(_ZIP)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise SourceError("a damaged or cut off ZIP archive: export it again") from error
    except (RuntimeError, NotImplementedError) as error:
        raise SourceError(f"a ZIP archive that cannot be read ({error}): unpack it, and name the folder") from error
