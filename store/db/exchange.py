"""Two names of files or folders take each other's place at once, so that neither is ever missing.

Python has no call for that: Linux has ``renameat2``, macOS ``renamex_np``, each on file systems that can do it.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Final

_HERE: Final = -100
"""``AT_FDCWD`` of Linux: relative to the current folder."""
_EXCHANGE: Final = 2
"""``RENAME_EXCHANGE`` of Linux, ``RENAME_SWAP`` of macOS."""
_CANNOT: Final = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP)


def exchange(one: Path, other: Path) -> bool:
    """Let two names take each other's place; whether the system and the file system can.

    Raises:
        FileNotFoundError: there is nothing of one of the names.
        OSError: it may not be done.
    """
    from ctypes import CDLL, get_errno  # noqa: PLC0415  # slow to import, and only folders need it

    library = CDLL(None, use_errno=True)
    names = os.fsencode(one), os.fsencode(other)
    try:
        if hasattr(library, "renameat2"):
            failed = library.renameat2(_HERE, names[0], _HERE, names[1], _EXCHANGE)
        else:
            failed = library.renamex_np(*names, _EXCHANGE)
    except AttributeError:
        return False
    if not failed:
        return True
    number = get_errno()
    if number in _CANNOT:
        return False
    raise OSError(number, os.strerror(number), str(other))
