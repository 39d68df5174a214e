"""``--as``: nothing reads a file, and no variable says anything; each refusal is one line."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import click
import pytest
from running import page

from store.project.reviewers import current_reviewer
from tui.cli import _UNDER_A_NAME, cli
from tui.cli.options import ReadFile

ME = current_reviewer()
SECRET = "nobody under a name reads this"


@pytest.fixture
def place(workplace):
    """A database whose service account is that of the tests; wang reviews there."""
    workplace.run("import", page(workplace))
    (workplace.folder / "secret.txt").write_text(SECRET, encoding="utf-8")
    workplace.run("reviewers", "add", "wang")
    workplace.run("reviewers", "add", "boss", "--role", "admin")
    workplace.run("reviewers", "role", ME, "service")
    return workplace


def under(place, *arguments, data="", isolated=True, env=None):
    """A finished command as a forced command would start it: the database is named first."""
    python = [sys.executable, *(["-I"] if isolated else []), "-m", "tui", "--db", place.env["ZHUPI_DB"]]
    done = subprocess.run(
        [*python, *arguments], cwd=place.folder, env={"PATH": os.defpath, "LANG": "C.UTF-8", **(env or {})},
        input=data, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert SECRET not in done.stdout + done.stderr
    return done


def refused(place, *arguments, **options):
    done = under(place, *arguments, **options)
    assert (done.returncode, done.stdout) == (2, ""), done
    assert re.fullmatch(r"zhupi: [^\n]+\n", done.stderr), done.stderr
    return done.stderr


def test_what_goes_under_a_name(place):
    assert under(place, "--as", "wang", "tag", "page", "DATE", "0", "2").returncode == 0
    assert under(place, "assign", "page", "--to", "wang", "--as", "wang").stderr == "1 of 1 notice assigned to wang\n"
    assert under(place, "--as", "wang", "assign", "--to", "wang", "--off", "--list", "-", data="page\n").returncode == 0


@pytest.mark.parametrize("order", [("--as", "wang", "assign"), ("assign", "--as", "wang")], ids=["before", "behind"])
@pytest.mark.parametrize("file", ["secret.txt", "/etc/passwd", "/nosuch", "/dev/stdin"])
def test_no_list_is_read(place, order, file):
    told = refused(place, *order, "--to", "wang", "--list", file)
    assert "--list: no file is read under --as" in told
    assert told == refused(place, "assign", "--list", file, "--to", "wang", "--as", "wang")


COMMANDS = [
    ("export",),
    ("export", "-o", "out.jsonl"),
    ("import", "secret.txt"),
    ("verify", "secret.txt"),
    ("backup", "copy.db"),
    ("restore", "secret.txt"),
    ("labels", "--set", "secret.txt"),
    ("labels",),
    ("guideline", "--set", "secret.txt"),
    ("normalize", "secret.txt"),
    ("suggest", "--predictions", "secret.txt"),
    ("config",),
    ("stats",),
    ("suspects",),
    ("check",),
    ("init", "--db", "other.db"),
    ("demo",),
    ("reviewers", "list"),
    ("diff", "secret.txt", "now"),
    ("find", "secret"),
    ("accept", "--label", "DATE", "--above", "0.9"),
    ("learn",),
    ("merge", "secret.txt"),
    ("order", "unsure"),
    ("patterns", "--set", "secret.txt"),
    ("prepare", "secret.txt", "-o", "prepared"),
    ("release", "v1", "-o", "v1"),
    ("training", "list"),
]


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_other_commands_are_refused(place, arguments):
    before = sorted(place.folder.iterdir())
    assert f"--as goes with review, tag, assign and adjudicate, not with {arguments[0]}" in refused(
        place, "--as", "wang", *arguments
    )
    assert sorted(place.folder.iterdir()) == before


def test_every_command_is_tried_above():
    known = {name for name in cli.list_commands(None) if name not in _UNDER_A_NAME}
    assert known == {arguments[0] for arguments in COMMANDS}


def test_no_parameter_under_a_name_takes_a_file():
    for name in _UNDER_A_NAME:
        command = cli if name is None else cli.get_command(None, name)
        for parameter in command.params:
            takes_a_file = isinstance(parameter.type, click.Path | click.File)
            assert not takes_a_file or parameter.name == "db" or isinstance(parameter.type, ReadFile), parameter.name


def test_the_database_is_that_of_the_forced_command(place):
    for arguments in (("--as", "wang", "tag", "--db", "secret.txt"), ("tag", "--as", "wang", "--db", "secret.txt")):
        assert "--db: the database has been named" in refused(place, *arguments, "page", "DATE", "0", "2")


def test_a_variable_names_the_database_only_where_the_command_does_not(place):
    variable = {"ZHUPI_DB": place.env["ZHUPI_DB"]}
    python = [sys.executable, "-I", "-m", "tui"]
    tag = ["--as", "wang", "tag", "page", "DATE", "0", "2"]
    assert subprocess.run([*python, *tag], env=variable, capture_output=True, check=True).stderr == b""
    assert under(place, *tag, env={"ZHUPI_DB": "secret.txt"}).returncode == 0


def test_the_name_is_that_of_the_forced_command(place):
    for arguments in (
        ("--as", "wang", "tag", "--as", "boss"),
        ("--as", "wang", "assign", "--as", "chen", "--to", "chen"),
    ):
        assert "--as: the name has been given" in refused(place, *arguments, "page", "DATE", "0", "2")


@pytest.mark.parametrize("variables", [{}, {"PYTHONINSPECT": "1"}, {"PYTHONPATH": "/nosuch"}])
def test_a_python_that_heeds_the_environment_starts_anew(place, variables):
    done = under(
        place, "--as", "wang", "tag", "page", "DATE", "0", "2", isolated=False, env=variables, data="print('a prompt')"
    )
    assert done.returncode == 0
    assert "a prompt" not in done.stdout + done.stderr
    assert done.stderr == ""


@pytest.mark.parametrize("arguments", [("stats",), ("nosuch",), ("--version",)])
def test_no_command_ends_in_a_prompt_of_python(place, arguments):
    done = under(place, *arguments, isolated=False, env={"PYTHONINSPECT": "1"}, data="print('a prompt')")
    assert "a prompt" not in done.stdout
    assert ">>>" not in done.stderr
    assert "Traceback" not in done.stderr


def test_how_the_terminal_is_stays_and_nothing_else():
    code = "import json, os; from tui.cli.confinement import confine; confine(); print(json.dumps({**os.environ}))"
    kept = {
        "ZHUPI_DB": "/srv/coast.db", "TERM": "screen.xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1",
        "LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8", "LC_TERMINAL": "iTerm2",
    }  # fmt: skip
    dropped = {
        "ZHUPI_CONFIG": "a", "PYTHONPATH": "a", "TEXTUAL_LOG": "a", "XDG_STATE_HOME": "a",
        "BROWSER": "a",
        "HOME": "/a", "PATH": "/a", "TMPDIR": "/a", "COLUMNS": "7", "LC_CTYPE": "../a", "LC_a": "a", "TERMINFO": "a",
        "TERMCAP": "a", "SQLITE_TMPDIR": "/a", "LD_PRELOAD": "", "LESSOPEN": "a", "EDITOR": "a", "PAGER": "a",
        "SHELL": "a",
    }  # fmt: skip
    done = subprocess.run([sys.executable, "-I", "-c", code], env={**kept, **dropped}, capture_output=True, text=True)
    found = json.loads(done.stdout)
    assert {name: found[name] for name in kept} == kept
    assert set(found) - set(kept) <= {"HOME", "PATH"}
    assert found["HOME"] != "/a"
    assert found["PATH"] == os.defpath
