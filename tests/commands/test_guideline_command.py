"""``zhupi guideline``: printed, replaced, refused by name; and ``check --repair``."""

from __future__ import annotations

import os
import subprocess

import pytest
from foreign import by_another_program
from workplace import SAMPLES, ZHUPI

from annotations.guideline import default_guideline
from annotations.labels import default_labels


def test_the_guideline_that_ships_tells_of_every_label_and_attribute():
    text = default_guideline()
    for label in default_labels():
        assert f"## {label.name}" in text
        assert all(f"`{attribute.name}`" in text for attribute in label.attribute)


def test_a_project_has_its_own(workplace):
    workplace.run("init")
    assert workplace.run("guideline").startswith("# Guideline")
    (workplace.folder / "own.md").write_text("# Ours\n\n只标日期。\n", encoding="utf-8")
    workplace.run("guideline", "--set", "own.md")
    assert workplace.run("guideline") == "# Ours\n\n只标日期。\n"
    head, first, second = workplace.run("guideline", "--versions").strip().splitlines()
    assert head.split() == ["version", "since", "by", "SHA-256", "annotations"]
    assert (first.split()[:3], second.split()[0], first.split()[-1]) == (["1", "the", "beginning"], "2", "0")


@pytest.mark.parametrize(
    ("data", "line"),
    [(b"\xff", "not UTF-8"), (b" \n", "empty"), (b"x" * 1_000_001, "longer than"), (None, "no such file")],
    ids=["latin", "blank", "long", "missing"],
)
def test_what_is_no_guideline_is_refused_by_name(workplace, data, line):
    workplace.run("init")
    if data is not None:
        (workplace.folder / "own.md").write_bytes(data)
    done = subprocess.run(
        [ZHUPI, "guideline", "--set", "own.md"], env={**os.environ, **workplace.env}, cwd=workplace.folder,
        capture_output=True,
    )  # fmt: skip
    assert done.returncode == 2
    assert f"own.md: {line}" in done.stderr.decode()


def test_check_finds_a_search_index_that_is_out_of_step_and_repairs_it(workplace):
    workplace.run("import", SAMPLES)
    by_another_program(workplace.env["ZHUPI_DB"], "DELETE FROM search_docsize WHERE id = 3")
    assert "1 notice not in the index" in workplace.run("check", status=1)
    workplace.run("check", "--repair")
    workplace.run("check")
