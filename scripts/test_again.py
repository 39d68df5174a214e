"""Run the tests that failed once more, alone, where they are few: what `.ci/run` does before it calls a run failed.

Tests drive programs, terminals and disks, a dozen at once.  One that loses a race on a busy machine, and passes by
itself, says more about the machine than about the change; its name stands at the end of the output, since it is to be
mended all the same.  More than `FEW` failures are no race, and a test that fails twice has failed.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

FAILED = Path(".pytest_cache/v/cache/lastfailed")
FEW = 3


def main() -> int:
    """Return the exit status: 0 where all that failed passes alone."""
    failed = sorted(json.loads(FAILED.read_text("utf-8"))) if FAILED.exists() else []
    if not 0 < len(failed) <= FEW:
        print(f"{len(failed)} failed tests: not run again", file=sys.stderr)
        return 1
    status = subprocess.call([sys.executable, "-m", "pytest", *failed])
    if status == 0:
        print("Failed beside others, passed alone; to be mended:", *failed, sep="\n  ")
    return status


if __name__ == "__main__":
    sys.exit(main())
