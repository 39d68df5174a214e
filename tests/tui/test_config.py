"""The config file: every mistake is one line with file and line."""

from __future__ import annotations

import pytest

from tui.keys.config import THEME_NAMES, Config, ConfigError, load, parse
from tui.terminal.theme import THEMES


def test_the_names_of_themes_are_those_there_are():
    assert tuple(THEMES) == THEME_NAMES


def test_everything_that_can_be_said():
    config = parse(
        'theme = "light"\nmouse = false\nambiguous_width = "wide"\n[keys]\n"review.next" = "m"\n'
        '"review.done" = ["n", "ctrl+n"]\n',
        "config.toml",
    )
    assert config == Config(
        "light",
        mouse=False,
        ambiguous_width="wide",
        keys={"review.next": ["m"], "review.done": ["n", "ctrl+n"]},
        where={"review.next": "config.toml:5", "review.done": "config.toml:6"},
    )
    assert parse("", "config.toml") == Config()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("theme =\n", "config.toml:1: not TOML: "),
        ('\ntheme = "pink"\n', "config.toml:2: theme is one of dark, light, high-contrast, terminal, not 'pink'"),
        ('mouse = "no"\n', "config.toml:1: mouse is true or false, not 'no'"),
        ("mouse = 1\n", "config.toml:1: mouse is true or false, not 1"),
        ('# c\nmouse = 1\ntheme = "pink"\n', "config.toml:2: mouse is true or false, not 1"),
        ("# c\ncolour = 1\n", "config.toml:2: zhupi has no setting colour; it has theme, mouse, "),
        ("keys = 3\n", "config.toml:1: keys is a table"),
        ('[keys]\nreview.next = "n"\n', "config.toml:2: the id of a key stands in quotes"),
        ('[keys]\n"review.next" = []\n', "config.toml:2: review.next takes a key or a list of keys"),
        ('[keys]\n"review.next" = 3\n', "config.toml:2: review.next takes a key or a list of keys"),
        ('[keys]\n"review.next" = ""\n', "config.toml:2: review.next takes a key or a list of keys"),
        ('[keys]\n"review.done" = "n"\n"review.next" = ["m", 3]\n', "config.toml:3: review.next takes a key or a list"),
        ('[keys]\n"review.next" = 2021-09-28\n', "config.toml:2: review.next takes a key or a list of keys"),
        ("ambiguous_width = 2\n", "config.toml:1: ambiguous_width is one of narrow, wide, not 2"),
        ("a = " + "[" * 3000, "config.toml"),
    ],
)
def test_a_mistake_is_one_line_with_its_place(text, line):
    with pytest.raises(ConfigError) as refused:
        parse(text, "config.toml")
    assert str(refused.value).startswith(line)
    assert "\n" not in str(refused.value)


def test_no_file_is_no_mistake_unless_somebody_named_it(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("ZHUPI_CONFIG", raising=False)
    assert load() == Config()
    monkeypatch.setenv("ZHUPI_CONFIG", str(tmp_path / "nosuch.toml"))
    with pytest.raises(ConfigError, match="no such file"):
        load()
    (tmp_path / "latin.toml").write_bytes(b"\xff")
    monkeypatch.setenv("ZHUPI_CONFIG", str(tmp_path / "latin.toml"))
    with pytest.raises(ConfigError, match="not UTF-8: save it as UTF-8"):
        load()
