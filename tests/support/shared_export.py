"""Runs ``zhupi`` with the arguments behind the first two, as on a machine of many processors and with a big database.

The first argument is how many workers an export gets, the second what befalls them: ``nothing``, ``killed`` (each is
killed at its second batch), ``stopped`` (each is stopped there, for good), ``late`` (somebody tags a notice while they
begin), ``busy`` (somebody does so each time), ``stuck`` (this process says ``stuck`` and waits to be killed at the
second batch).  Tells on stderr how many workers had a share in the end.
"""

from __future__ import annotations

import os
import signal
import sys
from itertools import count
from pathlib import Path

from making import annotation_of

from store.edits.annotate import add_annotation
from store.open import open_database
from store.output import native, worker, workers
from store.read.notices import load_notice
from tui.__main__ import main as zhupi

ENDS = {"killed": signal.SIGKILL, "stopped": signal.SIGSTOP}


def main() -> None:
    """Run the command, and leave with its exit status."""
    many, fate, *arguments = sys.argv[1:]
    # Some batches find room in shared memory, and others do not.
    native._AT_ONCE, worker._ROOM = 2, 4_000
    workers._BYTES_EACH = 1
    workers.processors, workers._MOST = lambda: 64, int(many)
    me, made, taken, begun = os.getpid(), count(1), count(1), count(1)
    lines_of, each_lines, state = workers.lines_of, workers.Workers.each_lines, workers.Worker.begun
    lines = workers.Worker.lines

    def lines_or_fate(*given: object) -> object:
        if os.getpid() != me and fate in ENDS and next(made) == 2:
            os.kill(os.getpid(), ENDS[fate])
        return lines_of(*given)

    def lines_or_stuck(self: workers.Worker) -> object:
        if fate == "stuck" and next(taken) == 2:
            sys.stdout.write(f"stuck {' '.join(str(each._process) for each in shared)}\n")
            sys.stdout.flush()
            sys.stdin.read()
        return lines(self)

    shared: list[workers.Worker] = []

    def told(self: workers.Workers, *given: object) -> object:
        shared[:] = self._workers
        sys.stderr.write(f"{len(shared)} workers\n")
        return each_lines(self, *given)

    def begun_meanwhile(self: workers.Worker) -> object:
        found = state(self)
        if fate == "busy" or (fate == "late" and next(begun) == 1):
            with open_database(Path(arguments[arguments.index("--db") + 1])) as database:
                raw = load_notice(database.connection, 1).notice.raw
                add_annotation(database, "lin", 1, annotation_of(raw, 0, 3))
        return found

    if fate == "stopped":
        worker._SILENCE = 200
    workers.lines_of = worker.lines_of = lines_or_fate
    workers.Workers.each_lines, workers.Worker.begun = told, begun_meanwhile
    workers.Worker.lines = lines_or_stuck
    sys.argv[1:] = arguments
    zhupi()


main()
