"""A folder that replaces another: one of the two is there at any moment, whoever is killed."""

from __future__ import annotations

import errno
import signal
import subprocess
import sys
from pathlib import Path
from threading import Event, Thread

import pytest
from killed_folder import write

from store.db import exchange as exchanging
from store.db.exchange import exchange
from store.output import folder
from store.output.folder import changes

SCRIPT = Path(__file__).parents[1] / "support" / "killed_folder.py"


def killed(path, moment):
    done = subprocess.run([sys.executable, SCRIPT, path, moment], capture_output=True, text=True, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr


def text_in(path):
    assert list(changes(path)) == []
    return (path / "a.txt").read_text(encoding="utf-8")


def names(path):
    return [each.name for each in path.iterdir()]


@pytest.fixture
def can_exchange(tmp_path):
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    if not exchange(tmp_path / "one", tmp_path / "other"):
        pytest.skip("this file system cannot exchange two names")
    for name in ("one", "other"):
        (tmp_path / name).rmdir()


@pytest.mark.parametrize(("moment", "text"), [("before", "first"), ("behind", "second")])
@pytest.mark.usefixtures("can_exchange")
def test_kill_9_leaves_the_old_one_or_the_new_one_in_place(tmp_path, moment, text):
    write(tmp_path / "out", "first")
    killed(tmp_path / "out", moment)
    assert text_in(tmp_path / "out") == text
    assert len(names(tmp_path)) == 2
    write(tmp_path / "out", "third")
    assert text_in(tmp_path / "out") == "third"
    assert names(tmp_path) == ["out"]


def test_where_two_names_cannot_be_exchanged_the_next_one_puts_back_what_was_there(tmp_path):
    write(tmp_path / "out", "first")
    killed(tmp_path / "out", "between")
    assert len(names(tmp_path)) == 2
    assert not (tmp_path / "out").exists()
    with pytest.raises(KeyboardInterrupt), folder.replacing_folder(tmp_path / "out"):
        assert text_in(tmp_path / "out") in ("first", "second")
        raise KeyboardInterrupt
    assert text_in(tmp_path / "out") in ("first", "second")
    assert names(tmp_path) == ["out"]


def test_half_of_a_folder_is_never_put_back(tmp_path):
    killed(tmp_path / "out", "before")
    (stray,) = tmp_path.iterdir()
    (stray / "a.txt").write_text("half")
    with pytest.raises(KeyboardInterrupt), folder.replacing_folder(tmp_path / "out"):
        raise KeyboardInterrupt
    assert names(tmp_path) == []


@pytest.mark.usefixtures("can_exchange")
def test_a_folder_is_never_missing_while_it_is_replaced(tmp_path):
    write(tmp_path / "out", "first")
    missing, over = [], Event()

    def look():
        while not over.is_set():
            if not (tmp_path / "out" / "a.txt").exists():
                missing.append(1)

    looking = Thread(target=look)
    looking.start()
    for number in range(30):
        write(tmp_path / "out", str(number))
    over.set()
    looking.join()
    assert missing == []


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOSYS, errno.ENOTSUP])
def test_a_system_that_cannot_exchange_says_so(tmp_path, monkeypatch, number):
    monkeypatch.setattr("ctypes.CDLL", lambda *_, **__: type("Library", (), {"renameat2": lambda *_: -1})())
    monkeypatch.setattr("ctypes.get_errno", lambda: number)
    assert exchanging.exchange(tmp_path, tmp_path) is False
    monkeypatch.setattr(folder, "exchange", exchange)
    for text in ("first", "second"):
        write(tmp_path / "out", text)
        assert text_in(tmp_path / "out") == text
    assert names(tmp_path) == ["out"]


def test_what_may_not_be_done_is_an_error_and_what_is_not_there_too(tmp_path, monkeypatch):
    with pytest.raises(FileNotFoundError):
        exchange(tmp_path / "none", tmp_path)
    monkeypatch.setattr("ctypes.CDLL", lambda *_, **__: object())
    assert exchange(tmp_path, tmp_path) is False
