"""What runs ``prepare_shard`` on many shards: processes of this machine, or the workers of a Dask cluster.

Each shard is a piece of work of its own.  Where a process or a worker is killed, or the scheduler goes away, the shards
that it had are named and the rest goes on; whoever runs the command again has only those to do.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any, Final

from store.errors import StoreError
from store.input.extra import needing
from store.intake.pool import each_alone
from store.intake.prepare import Job, Outcome, prepare_shard, prepared_path
from store.intake.sources.receipt import receipt_path

_PATIENCE: Final = 15
"""Seconds in which a scheduler has to answer."""

_UNDER_WAY: Final = 2_000
"""Shards that a scheduler is told of at once: it keeps a little of each."""

_KILLED: Final = "its process was killed, perhaps for want of memory: split it, or try again with fewer --workers"
_ELSEWHERE: Final = "prepared by a worker whose folder is not the one here: DIR must be the same for all machines"
_LOST: Final = "lost with the scheduler or its worker: run the command again for what is left"


def on_this_machine(jobs: Sequence[Job], workers: int) -> Iterator[Outcome]:
    """The outcome of each shard as soon as it is known.

    Args:
        jobs: the shards.
        workers: so many processes, no more than there are processors or shards; one does the work in this process.
    """
    for job, outcome in each_alone(prepare_shard, jobs, min(workers, max(1, len(jobs)))):
        yield outcome or Outcome(job.shard, failure=_KILLED)


def on_dask(jobs: Sequence[Job], scheduler: str) -> Iterator[Outcome]:
    """The outcome of each shard as soon as it is known.

    Args:
        jobs: the shards; the workers see the same files under the same paths, and have the same zhupi installed.
        scheduler: the address of a scheduler, such as ``tcp://head:8786``.

    Raises:
        SourceError: the library is not installed.
        StoreError: no scheduler answers.
    """
    with needing("--engine dask", "dask", "distributed"):
        # Slow to import, and an extra brings it.
        distributed: Any = import_module("distributed")

    # What it would say of a lost connection is in the outcomes.  It has given some of its loggers a level of their own.
    for name in ("distributed", *(each for each in logging.root.manager.loggerDict if each.startswith("distributed."))):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = distributed.Client(scheduler, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        told = " ".join(str(error).split())
        raise StoreError(f"no scheduler answers at {scheduler}: {told}; check its address and its version") from error
    left = iter(jobs)
    with client:
        under_way: dict[str, Job] = {}

        def submitted(job: Job) -> Any:  # noqa: ANN401  # a Future of distributed
            future = client.submit(prepare_shard, job, pure=False)
            under_way[future.key] = job
            return future

        done = distributed.as_completed([submitted(job) for job in islice(left, _UNDER_WAY)], loop=client.loop)
        for future in done:
            yield _outcome(under_way.pop(future.key), future)
            future.release()
            for job in islice(left, 1):
                done.add(submitted(job))


def _outcome(job: Job, future: Any) -> Outcome:  # noqa: ANN401  # a Future of distributed
    if future.status in ("cancelled", "lost"):
        return Outcome(job.shard, failure=_LOST)
    try:
        outcome: Outcome = future.result()
    except Exception as error:  # noqa: BLE001  # whatever befell one shard, the others go on
        told = " ".join(str(error).split())
        return Outcome(job.shard, failure=f"{type(error).__name__}: {told}")
    folder = Path(job.options.folder)
    if outcome.failure is None and not receipt_path(prepared_path(job.shard, folder)).exists():
        return Outcome(job.shard, failure=_ELSEWHERE)
    return outcome
