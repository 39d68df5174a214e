"""The command line itself: help, version, what it does not know."""

from __future__ import annotations

import pytest
from running import PAGE, page, refusal, run

from tui.cli import COMMANDS
from tui.cli.version import zhupi_version


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(workplace, command):
    done = run(workplace, command, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"Usage: zhupi {command} " in done.stdout
    assert f"Example:\n    zhupi {command}" in done.stdout
    assert list(workplace.folder.iterdir()) == []


def test_help_names_every_command(workplace):
    done = run(workplace, "--help")
    assert all(f"  {command} " in done.stdout for command in COMMANDS)
    assert "Example:" in done.stdout
    assert run(workplace, "-h").stdout == done.stdout


def test_the_version_is_that_of_the_distribution(workplace):
    done = run(workplace, "--version")
    assert (done.returncode, done.stdout) == (0, f"zhupi {zhupi_version()}\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("no-such-command",), "No such command"),
        (("no\x1b[2J\u202esuch",), "No such command 'no"),
        ((b"\x80",), "No such command"),
        (("--nosuch",), "No such option"),
        (("export", "--nosuch"), "No such option"),
        (("--db",), "requires an argument"),
        (("export", "--db"), "requires an argument"),
        (("review", "--notice", b"\x80"), "not UTF-8"),
        (("review", "surplus"), "unexpected extra argument"),
        (("check", "surplus"), "unexpected extra argument"),
        (("normalize", "a", "b"), "unexpected extra argument"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2(workplace, arguments, told):
    assert told in refusal(workplace, *arguments)
    assert list(workplace.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("exprot",), "No such command 'exprot'. Did you mean export?"),
        (("--db", "a.db", "lables", "--toml"), "No such command 'lables'. Did you mean labels?"),
        (("assing", "--all"), "No such command 'assing'. Did you mean assign?"),
        (("reviewers", "ad", "wang"), "Did you mean"),
        (("export", "--labl", "DATE"), "Did you mean"),
    ],
)
def test_a_mistyped_word_is_answered_with_what_comes_closest(workplace, arguments, told):
    line = refusal(workplace, *arguments)
    assert told in line
    assert "try `" not in line


@pytest.mark.parametrize("command", [(), ("review",), ("demo",)])
def test_the_app_without_a_terminal_is_refused(workplace, command):
    done = run(workplace, *command, process=True)
    assert done.returncode == 2
    assert "needs a terminal" in done.stderr.split("\n")[-2]


def test_the_installed_command_goes_the_whole_way_in_processes_of_its_own(workplace):
    """Most tests run commands in their own process; here is each as it is installed."""
    path, copy = workplace.folder / "all.jsonl", workplace.folder / "copy.db"
    for *command, told in (
        ("import", page(workplace), "1 added"),
        ("suggest", "suggestion"),
        ("tag", "page", "DATE", "36", "41", ""),
        ("assign", "--all", "--to", "wang", "--new", "1"),
        ("stats", "DATE"),
        ("export", "-o", path, ""),
        ("verify", path, "1"),
        ("check", ""),
        ("backup", copy, ""),
        ("reviewers", ""),
        ("labels", "OFFICIAL"),
        ("guideline", ""),
        ("config", ""),
        ("normalize", page(workplace), "临江县"),
    ):
        done = run(workplace, *command, process=True)
        assert done.returncode == 0, (command, done.stderr)
        assert told in done.stdout + done.stderr, (command, done.stdout, done.stderr)
    done = run(workplace, "normalize", "-", data=PAGE.encode(), process=True)
    assert "临江县召开河长制工作会" in done.stdout
