"""People without a shell: the examples of the guide on a real sshd, two of them at once, and the ways out."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from screen import Screen
from sshd import Sshd, needs_sshd
from waiting import until
from workplace import SAMPLES

pytestmark = pytest.mark.server

DOCS = Path(__file__).resolve().parents[2] / "docs" / "server"
SAMPLE = "02-air-quality-campaign"
SECRET = "nobody behind a forced command reads this"


class Server:
    """The set-up of the guide: a service account, a key for each of two people, one database."""

    def __init__(self, people) -> None:
        self.people = people
        self.account = people.add("annotate")
        self.home = people.place / self.account
        self.database = people.place / "shared" / "coast.db"
        for arguments in (
            ("init", "--db", self.database, "--group", people.group),
            ("--db", self.database, "import", SAMPLES),
            ("--db", self.database, "reviewers", "add", self.account, "--role", "service"),
            ("--db", self.database, "reviewers", "add", "wang"),
            ("--db", self.database, "reviewers", "add", "chen"),
        ):
            done = people.run("root", *arguments)
            assert done.returncode == 0, done.stderr
        zhupi = people.place / "zhupi"
        exports = "".join(f'export {name}="{value}"\n' for name, value in people.env.items() if name != "TERM")
        zhupi.write_text(f'#!/bin/sh\n{exports}exec {people.interpreter} -m tui "$@"\n', encoding="utf-8")
        zhupi.chmod(0o755)
        keys = people.place / "authorized_keys"
        settings = self.example("sshd_config", "/etc/zhupi/authorized_keys", str(keys))
        self.sshd = Sshd(people.place / "sshd", settings, lambda command: people.mounted(*command))
        lines = self.example("authorized_keys", "/usr/local/bin/zhupi", str(zhupi)).split("\n")
        for name in ("wang", "chen"):
            public = self.sshd.key(name).split(" ")[1]
            lines = [line.replace("AAAA…", public) if line.endswith(f" {name}") else line for line in lines]
        keys.write_text("\n".join(lines), encoding="utf-8")

    def example(self, name: str, *changed: str) -> str:
        """An example of the guide with the paths of this test; each path of it must have been there."""
        text = (DOCS / name).read_text(encoding="utf-8")
        assert changed[0] in text
        assert "/srv/zhupi/coast.db" in text
        for before, after in (changed, ("/srv/zhupi/coast.db", str(self.database)), ("annotate", self.account)):
            text = text.replace(before, after)
        return text

    def open(self, who: str, columns: int, rows: int, *remote: str) -> Screen:
        """The app of somebody behind their key."""
        command = self.sshd.command(*remote, key=who, user=self.account)
        screen = Screen(command, columns, rows, {}, self.people.place)
        self.people.screens.append(screen)
        screen.wait("saved ✓")
        return screen

    def ask(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)


@pytest.fixture
def server(people):
    needs_sshd()
    given = Server(people)
    yield given
    given.sshd.close()


def test_two_tag_the_same_notice_at_once_see_each_other_and_one_is_cut_off(server):
    wang, chen = server.open("wang", 120, 40), server.open("chen", 80, 24)
    wang.wait("wang reviewer")
    chen.wait("chen reviewer")
    for screen in (wang, chen):
        screen.press("enter")
        screen.wait(r"normalized \d")
    wang.wait("chen here")
    chen.wait("wang here")
    for screen in (wang, chen):
        screen.press("v", "l", "l")
    wang.press("1")
    chen.press("3")
    for screen in (wang, chen):
        screen.wait("1 yours")
        screen.wait("saved ✓")
    # Cut off in the middle of a tag: the key is on its way, or has been taken.
    chen.press("l", "v", "l")
    chen.child.send("1")
    chen.kill()
    until(lambda: not processes(server, "chen"), "the app outlived its connection")
    # Whoever is gone is no longer there.
    wang.wait(r"^(?!.*chen here)", patience=15)
    until(lambda: "chen here" not in (wang.read(0.1), wang.text)[1], "chen is still there", patience=15)
    found = server.people.export(server.database)[0]["annotations"]
    assert [item["annotator"] for item in found if item["annotator"] == "wang"] == ["wang"]
    assert len([item for item in found if item["annotator"] == "chen"]) in (1, 2)
    wang.press("v", "l", "2")
    wang.wait("2 yours")
    wang.wait("saved ✓")
    done = server.people.run("root", "--db", server.database, "check")
    assert done.returncode == 0, done.stdout
    # And whoever was cut off goes on where they were.
    again = server.open("chen", 80, 24)
    again.wait("chen reviewer")


def processes(server, name):
    found = server.ask("pgrep", "-u", server.account, "-af", "--", f"--as {name}")
    return [line for line in found.stdout.split("\n") if "-m tui" in line]


def test_the_key_runs_nothing_else(server):
    secret = server.home / "secret.txt"
    secret.write_text(SECRET, encoding="utf-8")
    secret.chmod(0o644)
    command = server.sshd.command
    asked = {"key": "wang", "user": server.account}
    for remote in (
        ("cat", str(secret)),
        ("sh",),
        ("zhupi", "--as", "chen", "tag", SAMPLE, "DATE", "0", "2"),
        ("export", "-o", str(server.home / "stolen.jsonl")),
        ("; cat", str(secret)),
        ("$(cat", f"{secret})"),
    ):
        done = server.ask(*command(*remote, **asked, options=()))
        assert done.returncode == 2
        assert done.stdout == ""
        assert re.fullmatch(r"zhupi: the app needs a terminal[^\n]*\n", done.stderr), done.stderr
    # With a terminal it is the app, under the name of the key, whatever was asked for.
    screen = server.open("wang", 80, 24, "zhupi", "--as", "chen")
    screen.wait("wang reviewer")
    stolen = server.people.place / "stolen.txt"
    for program, remote in (
        ("scp", (f"{server.account}@127.0.0.1:{secret}", str(stolen))),
        ("sftp", (f"{server.account}@127.0.0.1:{secret}", str(stolen))),
    ):
        server.ask(*command(*remote, key="wang", user=server.account, options=("-q",), program=program))
        assert not stolen.exists()
    # Forwarding and the environment.
    done = server.ask(*command(**asked, options=("-N", "-o", "ExitOnForwardFailure=yes", "-R", "0:127.0.0.1:22")))
    assert done.returncode
    sent = ("-o", "SendEnv=ZHUPI_DB", "-o", "SetEnv=ZHUPI_DB=/etc/passwd")
    other = server.ask(*command("stats", **asked, options=sent))
    assert "needs a terminal" in other.stderr
    assert not [item for row in server.people.export(server.database) for item in row["annotations"]]


@pytest.mark.parametrize("where", ["queue", "notice"])
def test_the_app_has_no_way_out(server, where):
    screen = server.open("wang", 120, 40)
    if where == "notice":
        screen.press("enter")
        screen.wait(r"normalized \d")
    before = {each for each in server.home.rglob("*") if each.is_file()}
    # Suspend.
    screen.press("\x1a")
    screen.wait("nothing but this app here")
    # Signals of the keyboard.
    screen.press("\x03", "\x1c", "\x1d", "\x04")
    screen.wait("saved ✓")
    # The palette offers no file, no shell, no picture.
    for words in ("import", "screenshot", "shell", "export", "save"):
        screen.press("\x10")
        screen.wait("Search for commands")
        screen.press(*words)
        offered = screen.text.replace(words, "", 1)
        assert not re.search("import files|creenshot|shell", offered)
        screen.press("esc", "esc")
    if where == "notice":
        # A long text is too much for the terminal, and goes into no file.
        screen.press("g", "v", "G", "y")
        screen.wait("copied")
        assert "also to" not in screen.text
    # The guideline is shown in the app; its links lead nowhere.
    screen.press("?")
    screen.wait("Guideline|guideline")
    screen.press("tab", "esc")
    written = {each for each in server.home.rglob("*") if each.is_file()} - before
    assert {each.suffix for each in written} <= {".json"}, "something but the place was written"
    assert len(processes(server, "wang")) == 1
    children = server.ask("pgrep", "-u", server.account, "-l").stdout
    assert not re.search(r"\b(less|more|vi|vim|nano|w3m|lynx|links|xdg-open|www-browser)\b", children)


def test_the_place_of_one_is_not_that_of_the_other(server):
    wang = server.open("wang", 80, 24)
    wang.press("j", "j", "enter")
    wang.wait("○ 3/")
    wang.press("q", "q")
    wang.wait_for_end()
    assert "1/" in server.open("chen", 80, 24).wait(r"\b\d+/12").group()
    assert server.open("wang", 80, 24).wait(r"\b\d+/12").group() == "3/12"


def test_a_name_that_nobody_has_and_one_that_was_removed_get_one_line(server):
    assert server.people.run("root", "--db", server.database, "reviewers", "remove", "wang").returncode == 0
    command = server.sshd.command(key="wang", user=server.account)
    screen = Screen(command, 80, 24, {}, server.people.place)
    server.people.screens.append(screen)
    screen.wait("no longer works here")
    screen.wait_for_end()
    assert screen.text.count("zhupi: ") == 1
