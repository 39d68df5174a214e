"""``zhupi learn`` where two people learn at once, and where a disk is full: the old suggestions stand, and one line."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from finished import finished_database, learned
from making import wrong
from running import refusal, run
from workplace import Workplace

from annotations.learning import model
from store.open import open_database
from store.project.reviewers import current_reviewer

pytest.importorskip("pycrfsuite")
ME = current_reviewer()
WAITING = Path(__file__).resolve().parents[1] / "support" / "waiting_learner.py"


@pytest.fixture(scope="module")
def learned_once(tmp_path_factory):
    """A database that has learned, and has more finished notices since."""
    place = Workplace(tmp_path_factory.mktemp("learned"))
    place.run("init")
    with open_database(place.folder / "zhupi.db") as database:
        finished_database(database, ME)
    place.run("learn")
    with open_database(place.folder / "zhupi.db") as database:
        finished_database(database, ME, finished=1, others=0, seed=3)
    return place.folder / "zhupi.db"


@pytest.fixture
def place(workplace, learned_once):
    shutil.copy(learned_once, workplace.folder)
    return workplace


def suggestions(path):
    with open_database(path) as database:
        return sorted((item.suggested_by, item.text, item.start) for item in learned(database))


def fill(path):
    with path.open("wb", buffering=0) as out, pytest.raises(OSError, match="No space"):
        while True:
            out.write(b"x" * 4096)


def test_of_two_people_who_learn_at_once_the_second_is_told_and_the_first_goes_on(place, monkeypatch):
    path = place.folder / "zhupi.db"
    before = suggestions(path)
    with subprocess.Popen(
        [sys.executable, WAITING, path, ME, "looking at all notices"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as first:  # fmt: skip
        try:
            assert first.stdout.readline() == "looking at all notices\n"
            told = refusal(place, "learn", process=True)
            assert told.startswith(f"{ME} is learning already (")
            assert told.endswith(f" {first.pid}); wait until that has ended")
            assert suggestions(path) == before
            first.communicate("\n")
            assert first.returncode == 0
        finally:
            first.kill()
    after = suggestions(path)
    assert {by for by, *_ in after}.isdisjoint({by for by, *_ in before})
    # What the first has learned is all that there is to learn.
    monkeypatch.setattr("os.nice", lambda _: None)
    assert "0 suggestions added" in run(place, "learn").stderr
    assert suggestions(path) == after
    with open_database(path) as database:
        assert wrong(database) == []


def test_a_full_disk_is_one_line_and_the_old_suggestions_stand(place, learned_once, tmp_path, monkeypatch):
    monkeypatch.setattr(model, "_THOROUGH", {**model._THOROUGH, "max_iterations": 15})
    monkeypatch.setattr("os.nice", lambda _: None)
    mount = tmp_path / "small"
    mount.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", mount], capture_output=True)
    if done.returncode:
        pytest.skip(f"no tmpfs can be mounted here: {done.stderr.decode().strip()}")
    try:
        before, filler = suggestions(place.folder / "zhupi.db"), mount / "filler"
        # No temporary file is needed while a model is trained.
        fill(filler)
        os.truncate(filler, filler.stat().st_size - 4096)
        monkeypatch.setenv("TMPDIR", str(mount))
        monkeypatch.setattr(tempfile, "tempdir", None)
        assert "suggestions added" in run(place, "learn").stderr
        # There is no room for the database.
        filler.unlink()
        small = Path(shutil.copy(learned_once, mount))
        fill(filler)
        told = refusal(place, "learn", "--db", small, process=True)
        assert "no room on disk" in told
        filler.unlink()
        assert suggestions(small) == before
        assert "suggestions added" in run(place, "learn", "--db", small).stderr
        assert {by for by, *_ in suggestions(small)}.isdisjoint({by for by, *_ in before})
        with open_database(small) as database:
            assert [each for each in wrong(database) if "make room" not in each] == []
    finally:
        subprocess.run(["umount", "-l", mount], check=True)
