"""``zhupi learn``: what it says, and what it asks for."""

from __future__ import annotations

import json
import sys

import pytest
from finished import finished_database
from running import refusal, run

from annotations.learning import model
from store.open import open_database
from store.project.reviewers import current_reviewer

pytest.importorskip("pycrfsuite")


@pytest.fixture
def place(workplace, monkeypatch):
    monkeypatch.setattr(model, "_THOROUGH", {**model._THOROUGH, "max_iterations": 15})
    # As a large project is learned from.
    monkeypatch.setattr(model, "_SMALL", 0)
    monkeypatch.setattr("os.nice", lambda _: None)
    workplace.run("init")
    with open_database(workplace.folder / "zhupi.db") as database:
        finished_database(database, current_reviewer())
    return workplace


def test_it_says_how_good_each_label_is_and_why_one_is_off(place):
    assert "nothing was learned yet" in run(place, "learn", "--show").stderr
    done = run(place, "learn")
    tool, figures, rare = done.stdout.splitlines()
    assert tool.startswith("TOOL  on, learned/TOOL@")
    assert tool.endswith("; 64 spans in 16 notices")
    assert figures.startswith("    precision ")
    assert "by notices learned from: " in figures
    assert rare == "RARE  off: 1 span, needs 50; 1 span in 16 notices"
    assert "suggestions added, 0 there already, 0 withdrawn" in done.stderr
    assert run(place, "learn", "--show").stdout == done.stdout
    assert json.loads(place.run("learn", "--show", "--json"))[0]["trial"]["spans"] == 64
    # Notices that come later are looked at by `suggest`.
    (place.folder / "new.txt").write_text("队员使用电磁仪检查河道。\n", encoding="utf-8")
    place.run("import", "new.txt")
    assert json.loads(place.run("suggest", "--json", "--only", "learned"))["added"] == 1


def test_what_it_needs_is_one_line(place, monkeypatch):
    assert "--thorough" in refusal(place, "learn", "--show", "--thorough")
    monkeypatch.setitem(sys.modules, "pycrfsuite", None)
    assert refusal(place, "learn") == "learning needs python-crfsuite: install zhupi[learn]"
