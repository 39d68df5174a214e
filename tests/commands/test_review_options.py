"""The options of the app reach it, the command line before what is remembered, and 256 colours are chosen in time."""

from __future__ import annotations

import os
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from store.open import open_database
from tui.cli import cli, opening, review_command
from tui.keys.config import THEME_NAMES
from tui.session import state
from tui.session.state import State
from tui.terminal import width


@pytest.fixture
def opened(tmp_path, monkeypatch):
    """What ``open_app`` hands to the app, instead of running it."""
    seen = {}

    class App:
        crashed = None
        return_code = 0
        session = SimpleNamespace(lost=0)

        def __init__(self, database, **given):
            seen.update(given, path=database.path)

        def run(self, *, mouse):
            seen["mouse"] = mouse

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("ZHUPI_DB", str(tmp_path / "zhupi.db"))
    monkeypatch.setattr("tui.app.ZhupiApp", App)
    monkeypatch.setattr(review_command, "require_terminal", lambda: None)
    monkeypatch.setattr("tui.cli.demo_command.require_terminal", lambda: None)
    open_database(tmp_path / "zhupi.db", create=True).close()
    return seen


def run(*arguments):
    return CliRunner().invoke(cli, arguments)


@pytest.mark.parametrize("command", [("review",), (), ("demo",)], ids=["review", "plain", "demo"])
def test_theme_and_mouse_reach_the_app(opened, command):
    assert run(*command, "--theme", "light", "--no-mouse").exit_code == 0
    assert (opened["theme"], opened["mouse"]) == ("light", False)


@pytest.mark.parametrize("command", [("review",), (), ("demo",)], ids=["review", "plain", "demo"])
def test_without_options_what_is_remembered_counts_and_the_mouse_is_on(opened, command):
    assert run(*command).exit_code == 0
    assert (opened["theme"], opened["mouse"]) == (None, True)


def test_the_app_starts_from_what_is_kept_and_keeps_there(opened, tmp_path):
    path = tmp_path / "zhupi.db"
    state.save(path, State(notice=3, theme="light"))
    run("review")
    assert opened["state"] == State(notice=3, theme="light")
    opened["save_state"](State(notice=4))
    assert state.load(path) == State(notice=4)


@pytest.fixture
def configured(opened, tmp_path, monkeypatch):
    file = tmp_path / "config.toml"
    file.write_text('theme = "light"\nmouse = false\nambiguous_width = "wide"\n', encoding="utf-8")
    monkeypatch.setenv("ZHUPI_CONFIG", str(file))
    yield opened
    width.set_ambiguous("narrow")


def test_the_config_comes_before_what_is_remembered(configured, tmp_path):
    state.save(tmp_path / "zhupi.db", State(theme="high-contrast"))
    assert run("review").exit_code == 0
    assert (configured["theme"], configured["mouse"]) == ("light", False)
    assert width.cells("“①”") == 6


def test_the_command_line_comes_before_the_config(configured):
    assert run("review", "--theme", "terminal").exit_code == 0
    assert configured["theme"] == "terminal"


def test_the_help_names_every_theme():
    told = " ".join(run("review", "--help").output.split())
    assert all(name in told for name in THEME_NAMES)


def test_an_unknown_theme_is_wrong_usage(opened):
    done = run("review", "--theme", "solarized")
    assert done.exit_code == 2
    assert "high-contrast" in done.output
    assert not opened


@pytest.mark.parametrize("option", [("--theme", "light"), ("--no-mouse",)])
def test_before_another_command_they_are_wrong_usage(opened, option):
    done = run(*option, "labels")
    assert done.exit_code == 2
    assert "--theme and --no-mouse" in done.output
    assert not opened


@pytest.mark.parametrize(
    ("colorterm", "asked", "then"),
    [
        ("truecolor", None, "256"),
        ("24bit", None, "256"),
        ("TrueColor ", None, "256"),
        ("truecolor", "truecolor", "truecolor"),
        (None, None, None),
        ("1", None, None),
    ],
)
def test_256_colours_where_the_terminal_can_do_more(monkeypatch, colorterm, asked, then):
    for name, value in (("COLORTERM", colorterm), ("TEXTUAL_COLOR_SYSTEM", asked)):
        # Set first, so that it is put back whatever the function does.
        monkeypatch.setenv(name, value or "")
        if value is None:
            monkeypatch.delenv(name)
    opening._draw_in_256_colours()
    assert os.environ.get("TEXTUAL_COLOR_SYSTEM") == then
