"""What the app leaves behind when it stops on an unexpected error: one line for the person, and a report in a file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from annotations.errors import ZhupiError


class CrashError(ZhupiError):
    """The app stopped on an error that it did not expect."""


def report(traceback: str) -> CrashError:
    """Append a traceback to the report file, and return the error that says in one line where it is.

    The file is readable by its owner only, since a traceback may quote a notice.

    Args:
        traceback: as Python formats it, without local variables.
    """
    from platformdirs import user_state_path  # noqa: PLC0415  # slow to import, and seldom needed

    from store.db.files import appending  # noqa: PLC0415  # seldom needed
    from store.errors import StoreError  # noqa: PLC0415  # as above

    kind = traceback.rstrip("\n").rpartition("\n")[2]
    path: Path = user_state_path("zhupi", appauthor=False) / "crashes.txt"
    line = f"the app stopped on an error it did not expect ({kind}); what was shown as saved is kept"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with appending(path) as out:
            out.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}\n{traceback}\n".encode(errors="backslashreplace"))
    except (OSError, StoreError) as error:
        reason = f"{path}: {error.strerror}" if isinstance(error, OSError) else error
        return CrashError(f"{line}; its report could not be written to {reason}")
    return CrashError(f"{line}; please report it with {path}")
