"""Replaces a folder of an export, and is killed at a moment of its own choice: ``killed_folder.py PATH MOMENT``.

=========== ======================================================================
before      the new folder is whole, and not yet in its place
behind      the new folder is in its place, and the old one is still there
between     where a file system cannot exchange two names, neither is in its place
never
=========== ======================================================================
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from pathlib import Path

from store.output import folder


def write(path: Path, text: str) -> None:
    """A folder with one file in it, as an export writes it."""
    with folder.replacing_folder(path) as new:
        with new.file("a.txt") as file:
            file.write(text.encode())
        (new.path / "manifest.json").write_text(json.dumps({"sha256": new.end(), "zhupi": "1"}))


def _kill(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _arrange(path: Path, moment: str) -> None:
    if moment == "before":
        folder._put = _kill
    elif moment == "behind":
        shutil.rmtree = _kill
    elif moment == "between":
        rename = Path.rename
        folder.exchange = lambda *_: False
        Path.rename = lambda self, to: _kill() if to == path else rename(self, to)


if __name__ == "__main__":
    _arrange(Path(sys.argv[1]), sys.argv[2])
    write(Path(sys.argv[1]), "second")
