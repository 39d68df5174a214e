"""A thread that writes behind: everything in order, errors come back, and nobody waits for ever."""

from __future__ import annotations

from threading import Event, current_thread

import pytest

from store.output import write_behind
from store.output.write_behind import WriteBehind


class Kept:
    """A sink that keeps what it gets."""

    def __init__(self, failing_at=None):
        self.data = b""
        self.threads = set()
        self._failing_at = failing_at

    def write(self, data):
        self.threads.add(current_thread())
        if self._failing_at is not None and len(self.data) >= self._failing_at:
            raise OSError(28, "No space left on device")
        self.data += data


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(write_behind, "_CHUNK", 8)


@pytest.mark.parametrize("count", [0, 1, 3, 500])
def test_all_is_written_in_order_by_another_thread(count):
    out, lines = Kept(), [b"%d\n" % number for number in range(count)]
    with WriteBehind(out) as behind:
        for line in lines:
            assert behind.write(line) == len(line)
    assert out.data == b"".join(lines)
    assert current_thread() not in out.threads


def test_what_fails_there_is_raised_here():
    out = Kept(failing_at=16)
    with pytest.raises(OSError, match="No space"), WriteBehind(out) as behind:
        for number in range(1_000):
            behind.write(b"%d\n" % number)
    assert b"".join(b"%d\n" % number for number in range(1_000)).startswith(out.data)


def test_what_fails_at_the_very_end_is_raised_too():
    with pytest.raises(OSError, match="No space"), WriteBehind(Kept(failing_at=0)) as behind:
        behind.write(b"x")


def test_an_error_of_the_caller_ends_the_thread_and_stays():
    behind = WriteBehind(Kept())
    with pytest.raises(KeyError, match="mine"), behind:
        behind.write(b"x" * 20)
        raise KeyError("mine")
    assert not behind._thread.is_alive()


def test_no_more_than_a_few_chunks_wait():
    go, filled = Event(), Event()

    class Slow(Kept):
        def write(self, data):
            filled.set()
            go.wait(30)
            super().write(data)

    out = Slow()
    with WriteBehind(out) as behind:
        for _ in range(write_behind._WAITING):
            behind.write(b"x" * 8)
        filled.wait(30)
        assert behind._chunks.qsize() <= write_behind._WAITING
        go.set()
        for _ in range(50):
            behind.write(b"x" * 8)
    assert len(out.data) == 8 * (50 + write_behind._WAITING)
