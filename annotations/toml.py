"""TOML that people write, read within bounds: label sets and the config file."""

from __future__ import annotations

import re
from typing import Any, Final

_MOST_PARTS: Final = 100
"""Parts of a dotted key at most.  tomllib needs memory with the square of them: 250 kB can fill a machine."""

_PART: Final = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+"""
_LONG_KEY: Final = rf"(?<![\w-]){_PART}(?:\.[ \t]*+{_PART}){{{_MOST_PARTS}}}"


def parse_toml(text: str) -> dict[str, Any]:
    """The tables and values of a TOML text.

    Raises:
        tomllib.TOMLDecodeError: it is not TOML, or a key has more than a hundred parts.
        RecursionError: it is nested too deeply.
    """
    import tomllib  # noqa: PLC0415  # slow to import, and the app starts without it

    found = re.search(_LONG_KEY, text)
    if found is not None:
        line = text.count("\n", 0, found.start()) + 1
        raise tomllib.TOMLDecodeError(f"A key of more than {_MOST_PARTS} parts (at line {line}, column 1)")
    return tomllib.loads(text)
