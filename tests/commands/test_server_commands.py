"""``zhupi reviewers``, ``zhupi backup`` and ``zhupi init --group``: each outcome is one clear line."""

from __future__ import annotations

import grp
import json
import os
import re

import pytest
from running import page, refusal, run

from store.open import open_database
from store.project.reviewers import current_reviewer

ME = current_reviewer()


@pytest.fixture
def place(workplace):
    workplace.run("import", page(workplace))
    return workplace


def test_people_are_added_changed_listed_and_removed(place):
    assert run(place, "reviewers", "add", "wang").stderr == "wang is here as reviewer\n"
    assert run(place, "reviewers", "add", "wang").stderr == "wang is here as reviewer already\n"
    assert run(place, "reviewers", "role", "wang", "adjudicator").stderr == "wang is adjudicator now\n"
    assert run(place, "reviewers", "add", "annotate", "--role", "service").returncode == 0
    listed = run(place, "reviewers", "list").stdout.split("\n")
    assert [line.split()[:2] for line in listed if line] == sorted(
        [["annotate", "service"], [ME, "admin"], ["wang", "adjudicator"]]
    )
    assert run(place, "reviewers").stdout == run(place, "reviewers", "list").stdout
    assert run(place, "reviewers", "remove", "wang").stderr == "wang works here no longer; their annotations stay\n"
    found = json.loads(run(place, "reviewers", "list", "--json").stdout)
    assert found["joining"] == "open"
    assert [each["name"] for each in found["reviewers"] if each["removed_at"]] == ["wang"]
    assert run(place, "reviewers", "joining", "closed").returncode == 0
    assert json.loads(run(place, "reviewers", "list", "--json").stdout)["joining"] == "closed"


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("reviewers", "remove", ME), 1, "the only admin"),
        (("reviewers", "remove", "nobody"), 1, "nobody here is called nobody"),
        (("reviewers", "role", ME, "emperor"), 2, "emperor"),
        (("reviewers", "add", "gold"), 1, "nobody can be called “gold”: it is the name of a layer"),
    ],
)
def test_refusals_are_one_line(place, arguments, status, told):
    assert told in refusal(place, *arguments, status=status)


def test_a_hostile_name_is_shown_and_never_obeyed(place):
    assert "“a␛[31m”" in refusal(place, "reviewers", "add", "a\x1b[31m", status=1)
    # As an earlier zhupi let it in.
    with open_database(place.folder / "zhupi.db") as database, database.write() as connection:
        connection.execute("UPDATE reviewers SET added_by = ?, name = ?", ["a\x1b[31m", "b\x1b[31m"])
    assert "a␛[31m" in run(place, "reviewers", "list").stdout


def test_a_backup_is_a_database_and_is_refused_over_other_files(place):
    done = run(place, "backup", "copy.db")
    assert done.returncode == 0
    assert done.stderr.startswith("copy.db: ")
    checked = run(place, "--db", "copy.db", "check")
    assert checked.returncode == 0
    told = re.fullmatch(
        r"SQLite [\d.]+, journal \w+, on .+ with [\d,]+ MB free\n"
        r"log: \d+ events, head (\d+:[0-9a-f]{64})\ncopy.db: all well\n",
        checked.stderr,
    )
    assert f"head of its log {told[1]}" in done.stderr
    assert "the database itself" in refusal(place, "backup", "zhupi.db", status=1)
    (place.folder / "letter.txt").write_text("dear", encoding="utf-8")
    assert "no backup of zhupi" in refusal(place, "backup", "letter.txt", status=1)
    assert "there is no folder nowhere" in run(place, "backup", "nowhere/copy.db").stderr


def test_a_shared_database_is_made_in_a_folder_of_its_own(place):
    group = grp.getgrgid(os.getgid()).gr_name
    done = run(place, "init", "--db", "shared/coast.db", "--group", group)
    assert done.stderr == f"made shared/coast.db, shared with the group {group}; next: zhupi import PATH\n"
    assert (place.folder / "shared").stat().st_mode & 0o7777 == 0o2770
    assert (place.folder / "shared" / "coast.db").stat().st_mode & 0o777 == 0o660
    assert "with other files" in refusal(place, "init", "--db", "other.db", "--group", group, status=1)
    assert "no such group" in refusal(place, "init", "--db", "x/other.db", "--group", "nosuchgroup", status=1)
    assert not (place.folder / "x").exists()
