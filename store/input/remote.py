"""Files that a URL names, by fsspec where it is installed: object stores, web servers, other hosts."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from annotations.annotation import clip
from store.errors import SourceError
from store.input.extra import needing

_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|[A-Za-z][A-Za-z0-9+.-]*::")
_AT_ONCE: Final = 1 << 20


def is_url(name: str) -> bool:
    """Whether a name is a URL, and no path."""
    return _URL.match(name) is not None


@contextmanager
def laid_aside(url: str, folder: Path) -> Iterator[Path]:
    """A copy of what a URL names, which is gone when the block ends: no connection stays open while it is worked on.

    Args:
        url: as fsspec takes it.
        folder: where the copy lies, hidden.

    Raises:
        SourceError: fsspec is missing, or the file cannot be fetched.
    """
    with needing("A URL", "remote", "fsspec"):
        import fsspec  # noqa: PLC0415  # an extra brings it
    with NamedTemporaryFile(dir=folder, prefix=".", suffix=".fetched") as out:
        try:
            with fsspec.open(url, "rb", compression=None) as remote:
                shutil.copyfileobj(remote, out, _AT_ONCE)
        except Exception as error:  # of any library that fsspec reads by
            told = clip(" ".join(str(error).split()))
            raise SourceError(f"cannot be fetched: {type(error).__name__}: {told}") from error
        out.flush()
        yield Path(out.name)
