"""The benchmark of growth: what it keeps of a run, what it holds against what, and what a command is told to use."""

from __future__ import annotations

import json
import sys

import growth
from bars import Bar
from steps import STEPS, Figure, Place
from tree import measured


def kept(folder, size, step, *figures):
    told = {"others": 0.5, "runs": 15, "figures": [growth.asdict(each) for each in figures]}
    (folder / f"{size}-{step}.json").write_text(json.dumps(told), encoding="utf-8")


def test_a_figure_is_held_against_what_it_was_at_the_first_size_that_counts(tmp_path):
    sizes = (1_000, 10_000, 100_000)
    for size, memory, page in zip(sizes, (10.0, 100.0, 160.0), (2.0, 2.5, 3.5), strict=True):
        kept(tmp_path, size, "check", Figure("memory", memory, "MB", flat=True, since=10_000))
        kept(tmp_path, size, "pages", Figure("a page", page, "ms", flat=True, wanted=2.8, detail="of all"))
    found = list(growth.found(tmp_path, sizes))
    page, memory = found[:3], found[3:]
    assert [(each.notices, each.wanted, each.holds) for each in page] == [
        (1_000, 2.8, True), (10_000, 2.8, True), (100_000, 2.8, False),
    ]  # fmt: skip
    assert page[2].detail == "1.75 x what it is at 1,000; of all"
    assert [(each.wanted, each.holds) for each in memory] == [(None, True), (None, True), (150.0, False)]


def test_steps_that_were_not_measured_are_left_out(tmp_path):
    kept(tmp_path, 1_000, "open", Figure("read", 1.0, "ms"))
    assert list(growth.found(tmp_path, (1_000, 10_000))) == [Bar("read", 1.0, None, "ms", notices=1_000)]


def test_a_command_is_measured_with_all_that_it_starts(tmp_path):
    held = 80_000_000
    program = f"""
import subprocess, sys
child = "import time; held = bytearray({held}); end = time.process_time() + 0.4\\nwhile time.process_time() < end: pass"
subprocess.run([sys.executable, "-c", child], check=True)
print("done")
sys.exit(3)
"""
    samples = []
    run = measured([sys.executable, "-c", program], sampled=samples.append, output=tmp_path / "said")
    assert (run.status, (tmp_path / "said").read_text()) == (3, "done\n")
    assert run.memory > held
    assert run.cpu > 0.2
    assert samples[0].cpu <= samples[-1].cpu <= run.cpu
    assert run.seconds >= samples[-1].seconds


def test_an_import_that_was_killed_goes_on_with_what_it_had_used(tmp_path):
    place = Place(tmp_path, 40, tmp_path / "a.db")
    place.begun("import").write_text(json.dumps([1000.0, 500.0, 9_000_000_000]))
    figures = {each.what: each for each in STEPS["import"](place)}
    assert 1000 / 40 < figures["import, each notice"].value / 1000 < 1100 / 40
    assert 500 / 40 < figures["import, processor, each notice"].value / 1000 < 600 / 40
    assert figures["import: memory of its processes"].value == 9_000
    assert figures["database, each notice"].value > 0
    assert not place.begun("import").exists()
