"""Outputs that are closed, full, or whose reader has gone: what is saved is told as saved, what is lost as lost."""

from __future__ import annotations

import json
import os
import subprocess

import pytest
from making import made_by_an_older_normalizer
from running import PAGE, annotations, page
from workplace import ZHUPI

from store.open import open_database

FULL = b"zhupi: standard output: No space left on device\n"
CLOSED = b"zhupi: standard output: it is closed\n"


@pytest.fixture
def place(workplace):
    workplace.run("import", page(workplace))
    workplace.run("tag", "page", "DATE", "33", "43")
    (workplace.folder / "broken.jsonl").write_text("{\n")
    return workplace


def shell(place, script):
    return subprocess.run(
        ["bash", "-c", f"set -o pipefail; {script}"], env={**os.environ, **place.env, "Z": str(ZHUPI)},
        cwd=place.folder, capture_output=True, timeout=60,
    )  # fmt: skip


def test_a_reader_that_goes_away_is_no_error_to_speak_of(place):
    done = shell(place, 'exec 9> >(exec <&-); wait $!; "$Z" export >&9')
    assert (done.returncode, done.stdout, done.stderr) == (1, b"", b"")


def test_a_stdout_without_room_is_one_clear_line(place):
    (place.folder / "a.jsonl").write_text("{\n")
    for command in ("export", "labels", "verify a.jsonl"):
        done = shell(place, f'"$Z" {command} > /dev/full')
        assert (done.returncode, done.stderr) == (1, b"zhupi: standard output: No space left on device\n")


@pytest.mark.parametrize("closed", [">&-", ">&- 2>&- <&-"])
def test_a_closed_stream_breaks_nothing(place, closed):
    for command in ("check", "export -o a.jsonl", "import page.txt"):
        done = shell(place, f'"$Z" {command} {closed}')
        assert (done.returncode, b"Traceback" in done.stderr) == (0, False)
    place.run("check")
    place.run("verify", "a.jsonl")


READ = (
    "export", "export --format spans", "labels", "labels --toml", "labels --json", "stats", "stats --json", "guideline",
    "stats --report -", "config", "reviewers", "reviewers list --json", "normalize page.txt",
    "normalize --json page.txt", "verify broken.jsonl", "--version", "--help", "tag --help",
)  # fmt: skip
"""Commands of which the data is all there is: where it cannot be printed, nothing was done."""

SAVE = (
    "tag page DATE 52 56", "import page.txt", "import --json page.txt", "suggest", "suggest --json",
    "assign page --to wang --new", "assign page --to wang --off", "guideline --set page.txt", "reviewers add li",
    "reviewers role li adjudicator", "reviewers remove li", "reviewers joining closed", "export -o a.jsonl",
    "verify a.jsonl", "backup b.db", "check", "init --db other.db", "normalize --stored", "stats --report r.html",
)  # fmt: skip
"""Commands that have done what they were asked for, whoever hears of it."""


@pytest.mark.parametrize(("where", "line"), [("> /dev/full", FULL), (">&-", CLOSED)])
def test_data_that_cannot_be_printed_is_one_line_and_exit_1(place, where, line):
    for command in READ:
        done = shell(place, f'"$Z" {command} {where}')
        assert (command, done.returncode) == (command, 1)
        assert done.stderr.endswith(line), (command, done.stderr)
        assert done.stderr.count(b"zhupi: ") == 1, (command, done.stderr)


@pytest.mark.parametrize("where", [">&-", ">&- 2>&- <&-", "> /dev/full 2>&1"])
def test_what_is_saved_is_exit_0_whoever_hears_of_it(place, where):
    for command in SAVE:
        done = shell(place, f'"$Z" {command} {where}')
        assert (command, done.returncode) == (command, 0), done.stderr
        assert b"Traceback" not in done.stdout + done.stderr
    place.run("check")


def test_a_refusal_that_nobody_hears_keeps_its_status(place):
    for where in ("2>&-", "2> /dev/full"):
        assert shell(place, f'"$Z" tag nosuch DATE 0 1 {where}').returncode == 2
        assert shell(place, f'"$Z" import broken.jsonl nosuch.txt {where}').returncode == 1
        assert shell(place, f'"$Z" nosuch {where}').returncode == 2


def test_refusals_that_cannot_be_told_do_not_end_the_rest(place):
    (place.folder / "rows.jsonl").write_text("{\n" * 50 + json.dumps({"raw": "又一份通知。"}) + "\n", encoding="utf-8")
    assert shell(place, '"$Z" import rows.jsonl 2> /dev/full').returncode == 1
    assert "又一份通知。" in [row["raw"] for row in place.export()]


@pytest.mark.parametrize("where", ["> /dev/full", ">&-", ">&9"])
def test_a_tag_that_cannot_be_printed_says_that_it_is_saved(place, where):
    before, at = len(annotations(place)), PAGE.index("排查")
    done = shell(place, f'exec 9> >(exec <&-); wait $!; "$Z" tag page DATE {at} {at + 2} {where}')
    assert done.returncode == 0
    assert done.stderr.startswith(b"saved, but its result could not be printed: standard output: ")
    assert len(annotations(place)) == before + 1


def test_notices_that_are_normalized_again_are_so_though_the_list_cannot_be_printed(place):
    place.run("import", page(place, "other.txt", PAGE + "又及。\n"))
    make_older(place)
    done = shell(place, '"$Z" normalize --stored > /dev/full')
    assert done.returncode == 0
    assert done.stderr.count(b"saved, but its result could not be printed") == 1
    assert b"2 notices normalized again, 2 changed" in done.stderr
    place.run("check")


def make_older(place):
    """Notices as an older normalizer would have left them: other text, other version."""
    with open_database(place.folder / "zhupi.db") as database:
        made_by_an_older_normalizer(database, "UPDATE notices SET source = '临江县'", "UPDATE texts SET meta = '{}'")


def test_a_reader_that_wants_one_line_gets_it(place):
    for command in ("export", "labels", "stats", "guideline", "config", "normalize page.txt"):
        done = shell(place, f'"$Z" {command} | head -1')
        assert done.stdout.count(b"\n") == 1
        assert b"Traceback" not in done.stderr
