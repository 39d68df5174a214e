"""The user's config file: theme, mouse, the width of ambiguous characters, keys.

The file is TOML, in the platform's config folder or where ``$ZHUPI_CONFIG`` says.  Any mistake in it is one line with
file and line number, before the app opens: a key that silently does not do what its owner wanted is worse than no app.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeAlias, get_args

import msgspec

from annotations.errors import ZhupiError
from annotations.toml import parse_toml

Theme = Literal["dark", "light", "high-contrast", "terminal"]
THEME_NAMES: Final[tuple[Theme, ...]] = get_args(Theme)
"""The names of ``tui.terminal.theme.THEMES``, which needs textual; a test compares the two."""

Width = Literal["narrow", "wide"]

_Key: TypeAlias = Annotated[str, msgspec.Meta(min_length=1)]
_Keys: TypeAlias = _Key | Annotated[list[_Key], msgspec.Meta(min_length=1)]
"""The keys of one binding: one key, or a list of at least one."""


_MOST_BYTES: Final = 65_536
"""Bytes of a config file at most."""


class ConfigError(ZhupiError):
    """The config file cannot be used; the message names the line and says what to do."""

    exit_code = 2


class _Settings(msgspec.Struct, frozen=True):
    """The settings that need no more than decoding."""

    theme: Theme | None = None
    mouse: bool = True
    ambiguous_width: Width = "narrow"


class Config(_Settings, frozen=True):
    """What the config file sets."""

    keys: dict[str, list[str]] = {}
    """The keys of each binding that is remapped, by the id of the binding."""

    where: dict[str, str] = {}
    """For each id in ``keys``, the file and line that gave them."""

    def error(self, binding: str, message: str) -> ConfigError:
        """The error that the keys of a binding, by its id, cannot be used; with the file and line that gave them."""
        return ConfigError(f"{self.where.get(binding, config_path())}: {message}")


class _File(_Settings, frozen=True, forbid_unknown_fields=True):
    """The config file as it may be written."""

    keys: dict[str, _Keys] = {}


_TAKES: Final = {
    "theme": f"one of {', '.join(THEME_NAMES)}",
    "mouse": "true or false",
    "ambiguous_width": f"one of {', '.join(get_args(Width))}",
}
"""What a setting takes, in the words of a message."""


def config_path() -> Path:
    """Where the config file is, whether or not there is one."""
    given = os.environ.get("ZHUPI_CONFIG")
    if given:
        return Path(given)
    from platformdirs import user_config_path  # noqa: PLC0415  # slow to import, and not for `--help`

    return user_config_path("zhupi", appauthor=False) / "config.toml"


def load() -> Config:
    """The settings of the config file; the defaults where there is no file.

    Raises:
        ConfigError: the file cannot be read, is not TOML, or holds a setting or value that zhupi does not know.
    """
    path = config_path()
    try:
        path.stat()
    except FileNotFoundError:
        if os.environ.get("ZHUPI_CONFIG"):
            raise ConfigError(f"{path}: no such file; $ZHUPI_CONFIG names it") from None
        return Config()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    from store.input.opening import READ_ERRORS, read_text, reason  # noqa: PLC0415  # most people have no such file

    try:
        text = read_text(path, _MOST_BYTES)
    except READ_ERRORS as error:
        raise ConfigError(f"{path}: {reason(error)}") from error
    return parse(text, path.name)


def parse(text: str, name: str) -> Config:
    """The settings that a TOML text holds.

    Args:
        text: the content of the file.
        name: the name of the file, for errors.

    Raises:
        ConfigError: as ``load``.
    """
    values = _toml(text, name)
    lines = _Lines(text, name)
    try:
        file = msgspec.convert(values, _File)
    except msgspec.ValidationError as error:
        raise ConfigError(next(_mistakes(values, lines), f"{name}: {error}")) from error
    return Config(
        theme=file.theme,
        mouse=file.mouse,
        ambiguous_width=file.ambiguous_width,
        keys={binding: [keys] if isinstance(keys, str) else keys for binding, keys in file.keys.items()},
        where={binding: lines.of(binding) for binding in file.keys},
    )


def _toml(text: str, name: str) -> dict[str, Any]:
    """The tables and values of a TOML text."""
    import tomllib  # noqa: PLC0415  # slow to import, and most people have no such file

    try:
        return parse_toml(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        line = at[1] if at else str(text.count("\n") + 1)
        reason = re.sub(r" \(at .*\)", "", str(error))
        raise ConfigError(f"{name}:{line}: not TOML: {reason}") from error
    except RecursionError as error:
        raise ConfigError(f"{name}: nested too deeply") from error


class _Lines:
    """Finds the line of a setting in the text of the file, which tomllib does not keep.

    Args:
        text: the content of the file.
        name: the name of the file.
    """

    def __init__(self, text: str, name: str) -> None:
        self._lines = text.split("\n")
        self._name = name

    def of(self, setting: str) -> str:
        """The file and line that set something, ``config.toml:3``; the file alone where no line is found."""
        sets = re.compile(rf"""\s*\[?\s*(?:keys\.)?["']?{re.escape(setting)}["']?\s*[\].=]""")
        for number, line in enumerate(self._lines, 1):
            if sets.match(line):
                return f"{self._name}:{number}"
        return self._name


def _mistakes(values: dict[str, Any], lines: _Lines) -> Iterator[str]:
    """A message for each mistake in a file, in the order of the file.

    msgspec finds that there is a mistake, but reports neither its line nor, in ``keys``, the binding.  So each setting
    and each binding is decoded once more by itself.
    """
    for setting, value in values.items():
        if setting not in _File.__struct_fields__:
            yield f"{lines.of(setting)}: zhupi has no setting {setting}; it has {', '.join(_File.__struct_fields__)}"
        elif setting != "keys":
            if not _is_valid({setting: value}):
                yield f"{lines.of(setting)}: {setting} is {_TAKES[setting]}, not {value!r}"
        elif isinstance(value, dict):
            yield from _mistakes_in_keys(value, lines)
        else:
            yield f'{lines.of("keys")}: keys is a table: [keys], and below it "review.next" = "n"'


def _mistakes_in_keys(table: dict[str, Any], lines: _Lines) -> Iterator[str]:
    for binding, keys in table.items():
        if isinstance(keys, dict):
            yield f'{lines.of(binding)}: the id of a key stands in quotes: "{binding}.…" = "n"'
        elif not _is_valid({"keys": {binding: keys}}):
            takes = 'a key or a list of keys, "n" or ["n", "ctrl+n"]'
            yield f"{lines.of(binding)}: {binding} takes {takes}, not {keys!r}"


def _is_valid(values: dict[str, Any]) -> bool:
    """Whether a file with these values alone could be used."""
    try:
        msgspec.convert(values, _File)
    except msgspec.ValidationError:
        return False
    return True
