"""What remains when the app meets an error that nobody expected: one line for the person, the rest in a file."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from annotations.errors import ZhupiError


class CrashError(ZhupiError):
    """The app stopped on an error that it did not expect."""


def report(traceback: str) -> CrashError:
    """Keep a traceback and say in one line where; it may quote a notice, so only its owner can read it.

    Args:
        traceback: as Python formats it, without local variables.
    """
    from platformdirs import user_state_path  # noqa: PLC0415  # slow to import, and hardly ever needed

    kind = traceback.rstrip("\n").rpartition("\n")[2]
    path: Path = user_state_path("zhupi", appauthor=False) / "crashes.txt"
    line = f"the app stopped on an error it did not expect ({kind}); what was shown as saved is kept"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as out:
            out.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}\n{traceback}\n")
    except OSError as error:
        return CrashError(f"{line}; its report could not be written to {path}: {error.strerror}")
    return CrashError(f"{line}; please report it with {path}")
