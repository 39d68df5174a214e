"""strace: whether it can be used here."""

from __future__ import annotations

import os
import shutil
import subprocess


def untraceable() -> str:
    """Why no program can be traced here; nothing where one can."""
    if shutil.which("strace") is None:
        return "needs strace"
    tried = subprocess.run(["strace", "-f", "-o", os.devnull, "true"], capture_output=True)
    return f"needs strace with leave to trace: {tried.stderr.decode().strip()}" if tried.returncode else ""
