"""Prepares shards on a Dask cluster on loopback, and holds it to what this machine makes alone.

The scheduler and the workers are processes of their own, and are killed.  The bytes must be the same, or what is
missing named.  ``make dask`` runs it; it needs the extra ``dask``.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))

import varied

from store.intake.engines import on_dask, on_this_machine
from store.intake.prepare import Job, Options, Outcome

_SHARDS = 6
_ROWS = 150
_PATIENCE = 120.0


def main() -> None:
    """Run all of it, and say what was seen."""
    with tempfile.TemporaryDirectory(prefix="zhupi-dask-") as name:
        place = Path(name)
        shards = [_shard(place / f"in/{number}/pages.jsonl", number) for number in range(_SHARDS)]
        wanted = _prepared(place / "local", on_this_machine(_jobs(shards, place / "local"), 2))
        _same_bytes(place, shards, wanted)
        _worker_killed(place, shards, wanted)
        _poisoned(place, shards, wanted)
        _scheduler_restarted(place, shards, wanted)
    print("all of it holds")


def _same_bytes(place: Path, shards: list[Path], wanted: dict[str, bytes]) -> None:
    folder = place / "dask"
    with _cluster(place) as (address, _, _):
        found = _prepared(folder, on_dask(_jobs(shards, folder), address))
    assert found == wanted, "other bytes than those of this machine"
    print(f"{len(found)} shards on two workers: the same bytes as local")


def _worker_killed(place: Path, shards: list[Path], wanted: dict[str, bytes]) -> None:
    folder = place / "killed"
    with _cluster(place) as (address, _, workers):
        outcomes = on_dask(_jobs(shards, folder), address)
        first = next(outcomes)
        os.killpg(workers[0].pid, signal.SIGKILL)
        rest = list(outcomes)
    _right_or_named(folder, [first, *rest], wanted)
    print(f"a worker killed in the middle: {_told([first, *rest])}")


def _poisoned(place: Path, shards: list[Path], wanted: dict[str, bytes]) -> None:
    folder, poison = place / "poisoned", place / "in/poison.jsonl.gz"
    poison.write_bytes(b"\x1f\x8b and no gzip behind it")
    with _cluster(place) as (address, _, _):
        outcomes = list(on_dask(_jobs([poison, *shards], folder), address))
    (failed,) = [each for each in outcomes if each.failure is not None]
    assert failed.shard == str(poison), failed
    _right_or_named(folder, outcomes, wanted)
    print(f"a poisoned shard: {failed.failure}; {_told(outcomes)}")


def _scheduler_restarted(place: Path, shards: list[Path], wanted: dict[str, bytes]) -> None:
    folder = place / "restarted"
    with _cluster(place) as (address, scheduler, _):
        outcomes = on_dask(_jobs(shards, folder), address)
        first = next(outcomes)
        os.killpg(scheduler.pid, signal.SIGKILL)
        scheduler.wait()
        with _process(place, "scheduler", "--host", "127.0.0.1", "--port", address.rsplit(":", 1)[1]):
            rest = list(outcomes)
    _right_or_named(folder, [first, *rest], wanted)
    print(f"the scheduler restarted: {_told([first, *rest])}")
    with _cluster(place) as (address, _, _):
        again = list(on_dask(_jobs(shards, folder), address))
    assert not any(each.failure for each in again), again
    assert _bytes(folder) == wanted
    print(f"the command run again: {sum(not each.is_new for each in again)} were there already, all is right")


def _right_or_named(folder: Path, outcomes: list[Outcome], wanted: dict[str, bytes]) -> None:
    """Each shard has one outcome; what has no failure is there and right, and nothing that is there is wrong."""
    there = _bytes(folder)
    assert all(wanted[name] == data for name, data in there.items()), "bytes that are wrong"
    right = sum(each.failure is None for each in outcomes)
    assert right <= len(there), "a shard that is told to be there and is not"
    assert len({each.shard for each in outcomes}) == len(outcomes) >= _SHARDS


def _told(outcomes: list[Outcome]) -> str:
    failed = [each for each in outcomes if each.failure is not None]
    named = f", named: {failed[0].failure}" if failed else ""
    return f"{len(outcomes) - len(failed)} right, {len(failed)} missing{named}"


def _shard(path: Path, number: int) -> Path:
    path.parent.mkdir(parents=True)
    path.write_bytes(b"".join(map(varied.row, varied.sources(_ROWS, first=number * _ROWS))))
    return path


def _jobs(shards: list[Path], folder: Path) -> list[Job]:
    folder.mkdir(exist_ok=True)
    options = Options(str(folder), "check", fields={"raw": "content"})
    return [Job(str(shard), options) for shard in shards]


def _prepared(folder: Path, outcomes: Iterator[Outcome]) -> dict[str, bytes]:
    failed = [each for each in outcomes if each.failure is not None]
    assert not failed, failed
    return _bytes(folder)


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.jsonl.gz*")) if path.suffix != ".json"}


@contextmanager
def _cluster(place: Path) -> Iterator[tuple[str, subprocess.Popen[bytes], list[subprocess.Popen[bytes]]]]:
    """A scheduler and two workers, each in a process group of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    with ExitStack() as stack:
        arguments = ("--host", "127.0.0.1", "--port", str(port))
        scheduler = stack.enter_context(_process(place, "scheduler", *arguments))
        _until_open(port)
        workers = [
            stack.enter_context(_process(place, "worker", address, "--nthreads", "1", "--no-dashboard"))
            for _ in range(2)
        ]
        yield address, scheduler, workers


@contextmanager
def _process(place: Path, kind: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    with (place / f"{kind}.log").open("ab") as log:
        quiet = ("--no-dashboard",) if kind == "scheduler" else ()
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", kind, *arguments, *quiet],
            stdout=log, stderr=log, start_new_session=True, cwd=place,
        )  # fmt: skip
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _until_open(port: int) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert time.monotonic() < deadline, "the scheduler does not start"
        time.sleep(0.1)


if __name__ == "__main__":
    main()
