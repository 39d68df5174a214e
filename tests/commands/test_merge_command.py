"""``zhupi merge``: what it tells, its exit status, and that it makes nothing of what it refuses."""

from __future__ import annotations

import json

import pytest
from msgspec.structs import replace
from running import page

from annotations.annotation import now
from store.edits.annotate import change_annotation
from store.open import open_database
from store.read.notices import notice_annotations


@pytest.fixture
def apart(workplace):
    """A database, and a copy of it in which the same annotation was changed otherwise."""
    workplace.run("import", page(workplace))
    workplace.run("tag", "page", "DATE", "33", "43")
    workplace.run("backup", "copy.db")
    for name, comment in (("zhupi.db", "甲"), ("copy.db", "乙\x1b[2J")):
        with open_database(workplace.folder / name) as database:
            (item,) = notice_annotations(database.connection, 1)
            changed = replace(item, comment=comment, updated_at=now())
            change_annotation(database, item.annotator, 1, item, changed)
    return workplace


def test_a_conflict_is_listed_and_named_until_a_side_is_taken(apart):
    before = apart.export()
    rehearsed = apart.call("merge", "copy.db", "--dry-run")
    assert apart.export() == before
    done = apart.call("merge", "copy.db")
    assert rehearsed.stdout == done.stdout
    assert (rehearsed.returncode, done.returncode) == (1, 1)
    assert "would be so: 0 notices added, 1 event added" in rehearsed.stderr
    assert "names that both have" in done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    assert "conflict: notice" in apart.run("check", status=1)
    assert json.loads(apart.run("stats", "--json"))["conflicts"] == 1
    assert "1 conflict of merged databases" in apart.call("release", "v1", "-o", "v1").stderr
    about, first, second = done.stdout.splitlines()
    assert "DATE" in about
    assert first.endswith("(shown)")
    assert apart.run("merge", "--conflicts", status=1) == done.stdout
    apart.run("merge", "--take", second.split()[0])
    assert apart.run("check") == apart.run("merge", "--conflicts") == ""
    assert apart.call("merge", "--conflicts").stderr.startswith("nothing is said differently: ")
    apart.run("--db", "copy.db", "merge", "zhupi.db")
    assert apart.run("--db", "copy.db", "check") == ""
    assert apart.run("--db", "copy.db", "export") == apart.run("export")


def test_what_cannot_be_merged_is_named_and_the_rest_goes_on(apart):
    (apart.folder / "letter.txt").write_text("你好\n", encoding="utf-8")
    (apart.folder / "folder").mkdir()
    left = apart.call("merge", "letter.txt", "gone.db", "folder", "zhupi.db", "copy.db", "--map-annotator", "root=li")
    assert left.returncode == 1
    for name in ("letter.txt", "gone.db", "folder", "zhupi.db"):
        assert [line for line in left.stderr.splitlines() if line.startswith("refused ") and name in line], name
    # Each refusal says what to do instead.
    assert "its notices.jsonl" in left.stderr
    assert "1 event added" in left.stderr
    assert "--map-annotator" not in left.stderr
    left = apart.call("merge", "copy.db", "--map-annotator", "nobody=li")
    assert "--map-annotator: nobody is called nobody in what was merged" in left.stderr


@pytest.mark.parametrize(
    "arguments",
    [[], ["copy.db", "--conflicts"], ["--take", "1", "--dry-run"], ["copy.db", "--map-annotator", "li"],
     ["copy.db", "--map-annotator", "li=gold"]],
)  # fmt: skip
def test_wrong_usage_is_refused(apart, arguments):
    left = apart.call("merge", *arguments)
    assert left.returncode == 2
    assert left.stderr.startswith("zhupi: ")


def test_only_an_admin_merges(apart):
    with open_database(apart.folder / "zhupi.db") as database, database.write() as connection:
        connection.execute("UPDATE reviewers SET role = 'reviewer'")
    assert "only an admin may change the project" in apart.call("merge", "copy.db").stderr
