"""Makes a release, and is killed at a moment of its own choice: ``killed_release.py DATABASE TAG FOLDER MOMENT``.

=========== ======================================================================
writing     its files are being written
logged      it is in the log, which is not committed, and not yet in its place
put         it is in its place, and the log is not committed
committed   all is done, but nobody was told
never       it is made
=========== ======================================================================
"""

from __future__ import annotations

import os
import signal
import sys
from functools import partial
from pathlib import Path

from annotations.formats.choice import ExportOptions
from store.edits.release import release
from store.open import open_database
from store.output.export import export_release
from store.output.folder import NewFolder


def _kill(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _put_and_kill(folder: NewFolder, put=NewFolder.put) -> None:
    put(folder)
    _kill()


def main(path: str, tag: str, folder: str, moment: str) -> None:
    """Make it, or be killed."""
    if moment == "writing":
        NewFolder.end = _kill
    elif moment == "logged":
        NewFolder.put = _kill
    elif moment == "put":
        NewFolder.put = _put_and_kill
    with open_database(Path(path)) as database:
        write = partial(export_release, database, options=ExportOptions(), version="1")
        release(database, "lin", tag, Path(folder), write)
        if moment == "committed":
            _kill()


if __name__ == "__main__":
    main(*sys.argv[1:])
