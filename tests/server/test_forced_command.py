"""People without a shell: the examples of the guide on a real sshd, two of them at once, and the ways out."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from screen import Screen
from sshd import USUAL_ENVIRONMENT, WORST_ENVIRONMENT, Sshd, needs_sshd
from waiting import until
from workplace import SAMPLES

pytestmark = pytest.mark.server

DOCS = Path(__file__).resolve().parents[2] / "docs" / "server"
SAMPLE = "02-air-quality-campaign"
SECRET = "nobody behind a forced command reads this"


class Server:
    """The set-up of the guide: a service account, a key for each of two people, one database.

    Args:
        people: the users.
        environment: what the server says about the variables of sessions, for everybody.
    """

    def __init__(self, people, environment=WORST_ENVIRONMENT) -> None:
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
        wrapper = people.place / "zhupi-as"
        wrapper.write_text(self.example("zhupi-as", "/opt/zhupi/bin/python", str(people.interpreter)), encoding="utf-8")
        wrapper.chmod(0o755)
        keys = people.place / "authorized_keys"
        settings = self.example("sshd_config", "/etc/zhupi/authorized_keys", str(keys))
        self.sshd = Sshd(
            people.place / "sshd", settings, lambda command: people.mounted(*command), environment=environment
        )
        lines = self.example("authorized_keys", "/usr/local/bin/zhupi-as", str(wrapper)).split("\n")
        for name in ("wang", "chen"):
            public = self.sshd.key(name).split(" ")[1]
            lines = [line.replace("AAAA…", public) if line.endswith(f" {name}") else line for line in lines]
        keys.write_text("\n".join(lines), encoding="utf-8")

    def example(self, name: str, *changed: str) -> str:
        """An example of the guide with the paths of this test; each path of it must have been there."""
        text = (DOCS / name).read_text(encoding="utf-8")
        assert changed[0] in text
        for before, after in (changed, ("/srv/zhupi/coast.db", str(self.database)), ("annotate", self.account)):
            text = text.replace(before, after)
        return text

    def open(self, who: str, columns: int, rows: int, *remote: str, options=("-tt",)) -> Screen:
        """The app of somebody behind their key."""
        command = self.sshd.command(*remote, key=who, user=self.account, options=options)
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
    wang.press("l", "v", "l", "2")
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
    # Forwarding.
    done = server.ask(*command(**asked, options=("-N", "-o", "ExitOnForwardFailure=yes", "-R", "0:127.0.0.1:22")))
    assert done.returncode
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
        screen.wait("an action, a theme, or the title")
        screen.press(*words)
        offered = screen.text.replace(words, "", 1)
        assert not re.search("import files|creenshot|shell|zhupi (export|stats)", offered)
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


def sent(**variables):
    """The option by which ssh sends variables; it takes only the first of several."""
    return ("-o", "SetEnv " + " ".join(f'"{name}={value}"' for name, value in variables.items()))


def environment_of(pid):
    """The variables that a process was started with."""
    text = Path("/proc", pid, "environ").read_text(encoding="utf-8")
    return dict(pair.split("=", 1) for pair in text.split("\0") if pair)


RUNS = """
import pathlib
pathlib.Path({trace!r}).write_text("here", encoding="utf-8")
"""
"""Python that leaves a trace."""


@pytest.fixture
def trap(server):
    """A folder that the other side could only dream of: modules that run, and where they leave their traces."""
    folder = server.people.place / "trap"
    folder.mkdir()
    folder.chmod(0o777)
    trace = folder / "traces"
    trace.mkdir()
    trace.chmod(0o777)
    code = RUNS.format(trace=str(trace / "python"))
    for name in ("sitecustomize", "usercustomize", "trapped", "encodings", "tui"):
        (folder / f"{name}.py").write_text(code, encoding="utf-8")
    (folder / "shell").write_text(f"echo here >{trace}/shell\n", encoding="utf-8")
    (folder / "browser").write_text(f"#!/bin/sh\necho here >{trace}/browser\n", encoding="utf-8")
    (folder / "browser").chmod(0o755)
    return folder


def hostile(folder, database):
    """Variables by which one or another program between the key and the app runs, reads or writes something."""
    return [
        {"PYTHONINSPECT": "1"},
        {"PYTHONSTARTUP": f"{folder}/trapped.py", "PYTHONINSPECT": "1"},
        {"PYTHONPATH": folder},
        {"PYTHONHOME": folder},
        {"PYTHONUSERBASE": folder},
        {"PYTHONWARNINGS": "all:0:antigravity.x:0:0", "BROWSER": f"{folder}/browser %s"},
        {"PYTHONBREAKPOINT": "trapped.run", "PYTHONPATH": folder},
        {"PYTHONPLATLIBDIR": folder, "PYTHONPYCACHEPREFIX": f"{folder}/traces", "PYTHONVERBOSE": "1"},
        {"LD_DEBUG": "files", "LD_DEBUG_OUTPUT": f"{folder}/traces/loader"},
        {"LD_PROFILE": "libc.so.6", "LD_PROFILE_OUTPUT": f"{folder}/traces"},
        {"SHELLOPTS": "xtrace", "PS4": f"$(touch {folder}/traces/ps4)"},
        {"ENV": f"{folder}/shell", "BASH_ENV": f"{folder}/shell"},
        {"BASH_FUNC_exec%%": f"() {{ touch {folder}/traces/function; }}"},
        {"TEXTUAL_DRIVER": "trapped:Driver", "PYTHONPATH": folder},
        {"TEXTUAL_LOG": f"{folder}/traces/textual", "TEXTUAL": "devtools,debug"},
        {"TEXTUAL_SCREENSHOT": "1", "TEXTUAL_SCREENSHOT_LOCATION": f"{folder}/traces"},
        {"TEXTUAL_PRESS": "enter", "TEXTUAL_ALLOW_SIGNALS": "1", "TEXTUAL_THEME": "nord"},
        {"ZHUPI_DB": "/etc/passwd", "ZHUPI_CONFIG": "/etc/passwd"},
        {"XDG_CONFIG_HOME": folder, "XDG_STATE_HOME": f"{folder}/traces", "XDG_DATA_HOME": f"{folder}/traces"},
        {"HOME": f"{folder}/traces", "TMPDIR": f"{folder}/traces", "SQLITE_TMPDIR": f"{folder}/traces"},
        {"SQLITE_HISTORY": f"{folder}/traces/history", "OPENSSL_CONF": f"{folder}/shell", "SSLKEYLOGFILE": database},
        {"EDITOR": f"{folder}/browser", "PAGER": f"{folder}/browser", "LESSOPEN": f"|{folder}/browser %s"},
        {"PATH": folder, "SHELL": f"{folder}/browser", "_ZHUPI_COMPLETE": "bash_source"},
        {"COLUMNS": "7", "LINES": "3", "ESCDELAY": "100000", "LANG": "../../etc/passwd", "LC_ALL": "../../etc/passwd"},
    ]


def test_no_variable_of_the_other_side_runs_reads_or_writes_anything(server, trap):
    # The account has some of its own, as `PermitUserEnvironment yes` would let it.
    (server.home / ".ssh").mkdir()
    (server.home / ".ssh" / "environment").write_text(
        f"PYTHONINSPECT=1\nPYTHONPATH={trap}\nBASH_ENV={trap}/shell\nZHUPI_CONFIG=/etc/passwd\n"
        f"LD_DEBUG=files\nLD_DEBUG_OUTPUT={trap}/traces/loader\n",
        encoding="utf-8",
    )
    (trap / "zhupi").mkdir()
    (trap / "zhupi" / "config.toml").write_text("nonsense = true\n", encoding="utf-8")
    command = server.sshd.command
    for variables in hostile(trap, server.database):
        options = sent(**variables)
        done = subprocess.run(
            command(key="wang", user=server.account, options=options),
            input="import os; print('a prompt')\n", capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (2, ""), (variables, done)
        assert re.fullmatch(r"zhupi: the app needs a terminal[^\n]*\n", done.stderr), (variables, done.stderr)
        assert not [*(trap / "traces").iterdir()], variables
    # With a terminal and all of them at once.
    everything = {name: value for each in hostile(trap, server.database) for name, value in each.items()}
    screen = server.open("wang", 80, 24, options=("-tt", *sent(**everything)))
    screen.wait("wang reviewer")
    # What is below the head may be painted later.
    screen.wait("1/12")
    assert "1/12" in screen.text, "a key was pressed by a variable"
    assert len(screen.text.split("\n")[0]) > 70
    (pid,) = (line.split(" ")[0] for line in processes(server, "wang"))
    found = environment_of(pid)
    assert set(found) <= {"TERM", "LANG", "LC_ALL"}, found
    screen.press("ctrl+q")
    screen.wait_for_end()
    assert ">>>" not in screen.text
    assert not [*(trap / "traces").iterdir()]
    assert [each.name for each in (server.home / ".local" / "state" / "zhupi").iterdir()]


@pytest.mark.parametrize("environment", [USUAL_ENVIRONMENT, WORST_ENVIRONMENT], ids=["usual", "worst"])
def test_how_the_terminal_is_comes_through(people, environment):
    needs_sshd()
    server = Server(people, environment)
    try:
        known = {"COLORTERM": "truecolor", "NO_COLOR": "1", "LC_ALL": "C.UTF-8", "LC_CTYPE": "C.UTF-8"}
        screen = server.open("wang", 80, 24, options=("-tt", *sent(**known)))
        (pid,) = (line.split(" ")[0] for line in processes(server, "wang"))
        assert environment_of(pid) == {**known, "TERM": "xterm-256color", "LANG": "C.UTF-8"}
        assert not re.search(rb"\x1b\[[0-9;]*[34]8;", screen.output), "colours, though NO_COLOR is set"
    finally:
        server.sshd.close()
