"""Names of files of an export.

Those that are made from the ``doc`` of a notice are safe on any file system, short, and each of one notice.  ``doc``
comes from outside and can be anything: a path that leads out of the folder, a device of Windows, 300 characters, or
what another notice is called as well.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from array import array
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from annotations.annotation import UNSHOWN

MANIFEST: Final = "manifest.json"
"""The manifest in a folder."""
SUMS: Final = "SHA256SUMS"
"""The digests of the files of a folder, a line each."""
MANIFEST_ENDING: Final = f".{MANIFEST}"
"""What the manifest of a file has behind the name of the file."""

WHOLE: Final = "notices"
"""What the file of a folder that has no parts is called, before the ending of its format."""

_GZIP: Final = ".gz"
_MOST_BYTES: Final = 120
"""How long a name is at most, in UTF-8: with an id, an ending and a temporary name around it a file system takes it."""

_UNSAFE: Final = re.compile(r'[/\\:*?"<>|]|\.\.+')
"""What ends a name or means something in a path or a shell, here or on Windows."""
_DEVICE: Final = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?=\.|$)", re.IGNORECASE)
"""Names that are devices on Windows, with whatever ending."""
_WITH_ID: Final = re.compile(r"-[0-9a-f]{16}$")


def manifests_of(name: str) -> tuple[str, ...]:
    """The names that the manifest of a file may have; a compressed one has its own, or that of what was compressed."""
    names = (name, name[: -len(_GZIP)]) if name.lower().endswith(_GZIP) else (name,)
    return tuple(f"{each}{MANIFEST_ENDING}" for each in names)


def safe_name(doc: str) -> str:
    """``doc`` with every character replaced that no file name should have, cut where it is too long; never empty."""
    name = _UNSAFE.sub("_", "".join("_" if unicodedata.category(each) in UNSHOWN else each for each in doc))
    name = re.sub(r"^[.\-~\s]+", "_", name)
    name = _DEVICE.sub(lambda found: f"{found[0]}_", name, count=1) if _DEVICE.match(name) else name
    name = name.encode()[:_MOST_BYTES].decode(errors="ignore")
    return re.sub(r"[.\s]+$", "_", name) or "_"


class FileNames:
    """The names of files for all notices of a database.

    Args:
        docs: the ``doc`` of every notice, in any order.
    """

    def __init__(self, docs: Iterable[str]) -> None:
        # A digest a notice, since a database may have a million: two that are the same by chance cost an id in a name.
        digests = sorted(array("Q", (_digest(safe_name(doc)) for doc in docs)))
        self._clashing = {first for first, second in pairwise(digests) if first == second}

    def of(self, doc: str, notice_id: str) -> str:
        """The name of files for a notice: its safe ``doc``, and ``-ID`` where another notice has the same name.

        Args:
            doc: the ``doc`` of the notice.
            notice_id: its id.
        """
        name = safe_name(doc)
        # A doc that ends as a name with an id does could be called like another notice that has been given its id.
        clashes = _WITH_ID.search(name) is not None or _digest(name) in self._clashing
        return f"{name}-{notice_id}" if clashes else name


def _digest(name: str) -> int:
    """A number for all names that one file system or another takes for the same."""
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
    return int.from_bytes(hashlib.blake2b(folded.encode(), digest_size=8).digest())
