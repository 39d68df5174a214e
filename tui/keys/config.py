"""The user's config file: theme, mouse, the width of ambiguous characters, keys.

TOML in the platform's config folder, or where ``$ZHUPI_CONFIG`` says.  Whatever is wrong in it is told in one line with
file and line, before the app opens: a key that silently does not do what its owner wanted is worse than no app.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, Literal

import msgspec

from annotations.errors import ZhupiError

THEME_NAMES = ("dark", "light", "high-contrast", "terminal")
"""The names of ``tui.terminal.theme.THEMES``, which needs textual; a test holds them together."""

_KEYS = ("theme", "mouse", "ambiguous_width", "keys")


class ConfigError(ZhupiError):
    """The config file cannot be used; the line says where and what to do."""

    exit_code = 2


class Config(msgspec.Struct, frozen=True):
    """What the file says; ``keys`` has the keys of each binding that is remapped, by its id."""

    theme: str | None = None
    mouse: bool = True
    ambiguous_width: Literal["narrow", "wide"] = "narrow"
    keys: dict[str, list[str]] = {}
    where: dict[str, str] = {}
    """For each id in ``keys``, the file and line that gave them."""


def config_path() -> Path:
    """Where the config file is, whether or not there is one."""
    given = os.environ.get("ZHUPI_CONFIG")
    if given:
        return Path(given)
    from platformdirs import user_config_path  # noqa: PLC0415  # slow to import, and not for `--help`

    return user_config_path("zhupi", appauthor=False) / "config.toml"


def load() -> Config:
    """What the config file says; the defaults where there is none.

    Raises:
        ConfigError: it cannot be read, is no TOML, or says what zhupi does not know.
    """
    path = config_path()
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        if os.environ.get("ZHUPI_CONFIG"):
            raise ConfigError(f"{path}: no such file; $ZHUPI_CONFIG names it") from None
        return Config()
    except (OSError, UnicodeDecodeError) as error:
        told = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise ConfigError(f"{path}: cannot be read: {told}") from error
    return parse(text, path.name)


def parse(text: str, name: str) -> Config:
    """The config that a TOML text gives.

    Args:
        text: the content of the file.
        name: of the file, for errors.

    Raises:
        ConfigError: as ``load``.
    """
    import tomllib  # noqa: PLC0415  # slow to import, and most people have no such file

    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        line = at[1] if at else str(text.count("\n") + 1)
        told = re.sub(r" \(at .*\)", "", str(error))
        raise ConfigError(f"{name}:{line}: not TOML: {told}") from error
    except RecursionError as error:
        raise ConfigError(f"{name}: nested too deeply") from error
    place = _Places(text, name)
    for key in values:
        if key not in _KEYS:
            raise ConfigError(f"{place(key)}: zhupi has no setting {key}; it has {', '.join(_KEYS)}")
    theme = _choice(values, "theme", THEME_NAMES, place)
    width = _choice(values, "ambiguous_width", ("narrow", "wide"), place)
    mouse = values.get("mouse", True)
    if not isinstance(mouse, bool):
        raise ConfigError(f"{place('mouse')}: mouse is true or false")
    keys = _keys(values.get("keys", {}), place)
    return Config(
        theme=theme,
        mouse=mouse,
        ambiguous_width="wide" if width == "wide" else "narrow",
        keys=keys,
        where={each: place(each) for each in keys},
    )


class _Places:
    """Where the settings of a file stand: TOML readers do not tell."""

    def __init__(self, text: str, name: str) -> None:
        self._lines = text.split("\n")
        self._name = name

    def __call__(self, key: str) -> str:
        """The file and line of a setting."""
        stands = re.compile(rf"""\s*\[?\s*(?:keys\.)?["']?{re.escape(key)}["']?\s*[\].=]""")
        for number, line in enumerate(self._lines, 1):
            if stands.match(line):
                return f"{self._name}:{number}"
        return self._name


def _choice(values: dict[str, Any], key: str, choices: tuple[str, ...], place: _Places) -> str | None:
    value = values.get(key)
    if value is not None and value not in choices:
        raise ConfigError(f"{place(key)}: {key} is one of {', '.join(choices)}, not {value!r}")
    return value


def _keys(table: object, place: _Places) -> dict[str, list[str]]:
    if not isinstance(table, dict):
        raise ConfigError(f'{place("keys")}: keys is a table: [keys], and below it "review.next" = "n"')
    keys: dict[str, list[str]] = {}
    for each, wanted in table.items():
        listed = [wanted] if isinstance(wanted, str) else wanted
        if isinstance(wanted, dict):
            raise ConfigError(f'{place(each)}: the id of a key stands in quotes: "{each}.…" = "n"')
        if not isinstance(listed, list) or not listed or not all(isinstance(key, str) and key for key in listed):
            raise ConfigError(f'{place(each)}: {each} takes a key or a list of keys, "n" or ["n", "ctrl+n"]')
        keys[each] = listed
    return keys
