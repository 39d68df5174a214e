"""Real Unix users on one database: whatever their umask, each works or is refused in one clear line."""

from __future__ import annotations

import os
import re
import signal

import pytest
from waiting import until
from workplace import SAMPLES

pytestmark = pytest.mark.server

SAMPLE = "02-air-quality-campaign"


@pytest.fixture
def database(people):
    path = people.place / "shared" / "coast.db"
    done = people.run("root", "init", "--db", path, "--group", people.group, umask=0o077)
    assert done.returncode == 0, done.stderr
    assert people.run("root", "--db", path, "import", SAMPLES / f"{SAMPLE}.txt").returncode == 0
    return path


def works(people, user, database, umask):
    """Whether a user can tag and look, with this umask; what is found of the files is nothing."""
    tagged = people.run(user, "--db", database, "tag", SAMPLE, "DATE", "0", "2", umask=umask)
    assert tagged.returncode == 0, tagged.stderr
    checked = people.run(user, "--db", database, "check", umask=umask)
    assert checked.returncode == 0, checked.stdout


def one_line(done):
    assert done.returncode == 2
    assert done.stdout == ""
    assert re.fullmatch(r"zhupi: [^\n]+\n", done.stderr), done.stderr
    return done.stderr


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 2, 0)], ids=["root first", "root last"])
def test_everybody_in_the_group_works_whatever_their_umask(people, database, order):
    users = [("root", 0o077), (people.add("wang"), 0o077), (people.add("chen"), 0o002)]
    for turn in (*order, *order):
        works(people, users[turn][0], database, users[turn][1])
    layers = [item["annotator"] for item in people.export(database)[0]["annotations"]]
    assert sorted(layers) == sorted(user for user, _ in users for _ in range(2))


@pytest.mark.parametrize("first", ["root", "wang"])
def test_what_a_killed_session_leaves_shuts_nobody_out(people, database, first):
    users = {"root": "root", "wang": people.add("wang"), "chen": people.add("chen")}
    screen = people.open(users[first], 80, 24, "--db", database, umask=0o077)
    screen.wait("saved ✓")
    until((database.parent / "coast.db-shm").exists, "no write-ahead log is in use")
    screen.kill()
    # Nobody has tidied up.
    assert (database.parent / "coast.db-shm").exists()
    for name in ("chen", "wang", "root"):
        works(people, users[name], database, 0o077)


def test_two_apps_of_two_users_at_once(people, database):
    wang, chen = people.add("wang"), people.add("chen")
    one = people.open(wang, 120, 40, "--db", database, umask=0o077)
    one.wait("saved ✓")
    other = people.open(chen, 80, 24, "--db", database, umask=0o002)
    other.wait("saved ✓")
    for screen in (one, other):
        screen.press("enter")
        screen.wait(r"normalized \d")
    one.wait(f"{chen[:12]}.* here")
    other.wait(f"{wang[:12]}.* here")
    one.press("v", "l", "1")
    one.wait("1 yours")
    other.press("v", "l", "l", "3")
    other.wait("1 yours")
    for screen in (one, other):
        screen.wait("saved ✓")
        # Blind: nobody sees what the other tags.
        assert "1 yours" in screen.text
        screen.press("L")
        screen.wait("layers are blind")
    assert sorted(item["annotator"] for item in people.export(database)[0]["annotations"]) == sorted([wang, chen])


def test_a_visitor_is_refused_in_one_line_and_leaves_nothing(people, database):
    visitor = people.add("visitor", member=False)
    before = sorted(database.parent.iterdir())
    for arguments in (("stats",), ("check",), ("tag", SAMPLE, "DATE", "0", "2"), ("export",), ("review",)):
        refused = one_line(people.run(visitor, "--db", database, *arguments))
        assert "cannot be reached" in refused or "needs a terminal" in refused
    # A folder that lets everybody in does not let them write.
    database.parent.chmod(0o2775)
    database.chmod(0o664)
    for arguments in (("tag", SAMPLE, "DATE", "0", "2"), ("import", SAMPLES), ("check", "--repair")):
        assert "cannot be written" in one_line(people.run(visitor, "--db", database, *arguments))
    assert sorted(database.parent.iterdir()) == before
    works(people, people.add("wang"), database, 0o077)


def reads(people, visitor, database):
    """Run each command that only reads as a visitor; what is exported, and nothing is left beside the database."""
    before = {each.name: (each.stat().st_uid, each.stat().st_mode) for each in database.parent.iterdir()}
    copies = people.place / visitor
    for arguments in (
        ("stats",), ("check",), ("labels",), ("guideline",), ("reviewers", "list"), ("backup", copies / "copy.db"),
        ("export", "-o", copies / "a.jsonl"), ("verify", copies / "a.jsonl"),
        ("--db", copies / "copy.db", "check"),
    ):  # fmt: skip
        done = people.run(visitor, "--db", database, *arguments)
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)
    assert {each.name: (each.stat().st_uid, each.stat().st_mode) for each in database.parent.iterdir()} == before
    return (copies / "a.jsonl").read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", [0o2775, 0o2777], ids=["closed folder", "open folder"])
def test_a_visitor_who_may_read_can_export_and_shuts_nobody_out(people, database, folder):
    visitor, wang, chen = people.add("visitor", member=False), people.add("wang"), people.add("chen")
    database.parent.chmod(folder)
    database.chmod(0o664)
    assert wang not in reads(people, visitor, database)
    # Nobody is there, and nothing lies beside the file; then somebody works in the app.
    screen = people.open(wang, 120, 40, "--db", database, "review", "--notice", SAMPLE, umask=0o077)
    screen.wait("saved ✓")
    screen.press("v", "l", "1")
    screen.wait("1 yours")
    screen.wait("saved ✓")
    assert wang in reads(people, visitor, database)
    screen.press("esc", "v", "l", "l", "3")
    screen.wait("2 yours")
    screen.wait("saved ✓")
    screen.kill()
    assert reads(people, visitor, database).count(f'"annotator":"{wang}"') >= 2
    for user in (chen, wang, "root"):
        works(people, user, database, 0o077)
    assert reads(people, visitor, database)


def test_a_session_goes_on_once_the_database_can_be_written_again(people, database):
    wang = people.add("wang")
    screen = people.open(wang, 120, 40, "--db", database, "review", "--notice", SAMPLE)
    screen.wait("saved ✓")
    files = [each for each in database.parent.iterdir() if each.is_file()]
    rights = {each: each.stat().st_mode & 0o777 for each in files}
    for each in files:
        each.chmod(0o440)
    screen.press("v", "l", "1")
    screen.wait("cannot be written; ask its owner")
    for each, mode in rights.items():
        each.chmod(mode)
    screen.press("esc", "G", "v", "h", "1")
    screen.wait("1 yours")
    screen.wait("saved ✓")
    screen.press("ctrl+q", "ctrl+q")
    screen.wait_for_end()
    assert [item["annotator"] for item in people.export(database)[0]["annotations"]] == [wang]


def test_roles_hold_and_each_refusal_is_one_line(people, database):
    wang, chen = people.add("wang"), people.add("chen")
    for arguments in (
        ("import", SAMPLES),
        ("suggest",),
        ("normalize", "--stored"),
        ("check", "--repair"),
        ("reviewers", "add", "li"),
        ("reviewers", "role", wang, "admin"),
        ("reviewers", "remove", "root"),
        ("reviewers", "joining", "closed"),
        ("guideline", "--set", SAMPLES / f"{SAMPLE}.txt"),
        ("assign", SAMPLE, "--to", chen),
        ("tag", SAMPLE, "DATE", "0", "2", "--as", chen),
        ("--as", "root", "review"),
    ):
        done = people.run(wang, "--db", database, *arguments)
        assert re.search("only an|no service account|needs a terminal", one_line(done)), (arguments, done.stderr)
    assert people.run(wang, "--db", database, "assign", SAMPLE, "--to", wang).returncode == 0
    assert people.run("root", "--db", database, "reviewers", "role", wang, "adjudicator").returncode == 0
    assert people.run("root", "--db", database, "reviewers", "add", chen).returncode == 0
    assert people.run(wang, "--db", database, "assign", SAMPLE, "--to", chen).returncode == 0
    assert people.run("root", "--db", database, "reviewers", "remove", wang).returncode == 0
    assert "no longer works here" in one_line(people.run(wang, "--db", database, "tag", SAMPLE, "DATE", "0", "2"))
    assert people.run("root", "--db", database, "reviewers", "joining", "closed").returncode == 0
    assert "not on the list" in one_line(
        people.run(people.add("li"), "--db", database, "tag", SAMPLE, "DATE", "0", "2")
    )


def test_who_is_removed_while_the_app_is_open_is_told_and_writes_nothing_more(people, database):
    wang = people.add("wang")
    screen = people.open(wang, 120, 40, "--db", database, "review", "--notice", SAMPLE)
    screen.wait("saved ✓")
    screen.press("v", "l", "1")
    screen.wait("1 yours")
    screen.wait("saved ✓")
    assert people.run("root", "--db", database, "reviewers", "remove", wang).returncode == 0
    screen.press("v", "l", "l", "2")
    screen.wait("not saved: .* no longer works here")
    assert len(people.export(database)[0]["annotations"]) == 1


def test_a_member_cannot_lock_out_the_others_with_a_lock_file_of_their_own(people, database):
    wang = people.add("wang")
    (database.parent / "coast.db.lock").unlink()
    works(people, wang, database, 0o077)
    works(people, "root", database, 0o077)
    works(people, people.add("chen"), database, 0o002)


def test_the_process_of_a_killed_terminal_ends(people, database):
    wang = people.add("wang")
    screen = people.open(wang, 80, 24, "--db", database)
    screen.wait("saved ✓")
    os.killpg(screen.child.pid, signal.SIGHUP)
    until(lambda: not screen.child.isalive(), "the app outlived its terminal")
