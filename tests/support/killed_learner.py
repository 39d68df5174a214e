"""Learns, and is killed at a step: ``killed_learner.py DATABASE ACTOR STEP``."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from store.intake.learn import learn
from store.intake.learning import Steps
from store.open import open_database


def told(step: str) -> None:
    """Be killed where the step is the one."""
    if step == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)


with open_database(Path(sys.argv[1])) as database:
    learn(database, sys.argv[2], steps=Steps(told))
