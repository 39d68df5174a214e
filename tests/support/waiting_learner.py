"""Learns, and waits at a step until a line comes: ``waiting_learner.py DATABASE ACTOR STEP``."""

from __future__ import annotations

import sys
from pathlib import Path

from store.intake.learn import learn
from store.intake.learning import Steps
from store.open import open_database


def told(step: str) -> None:
    """Wait where the step is the one."""
    if step == sys.argv[3]:
        sys.stdout.write(f"{step}\n")
        sys.stdout.flush()
        sys.stdin.readline()


with open_database(Path(sys.argv[1])) as database:
    learn(database, sys.argv[2], steps=Steps(told))
