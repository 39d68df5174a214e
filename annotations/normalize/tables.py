"""Where the tables of normalization are read: the package's own data, and OpenCC's.

Each is read once, when first needed.  A filter that normalizes one page pays for all of this, so nothing here imports
opencc, ``importlib.resources`` or ``pathlib``: any of them costs more than the tables.
"""

from __future__ import annotations

import os.path
import tomllib
from functools import cache
from importlib.util import find_spec
from typing import Any, Final

_DATA: Final = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "data")  # noqa: PTH100, PTH118, PTH120  # see above


def data(name: str) -> str:
    """The text of a file of ``annotations/data``."""
    return _text(_DATA, name)


@cache
def rules(name: str) -> dict[str, Any]:
    """A file of ``annotations/data`` in TOML."""
    return tomllib.loads(data(name))


@cache
def dictionary(name: str) -> dict[str, str]:
    """One dictionary of opencc-python-reimplemented: for each entry its choices, the best first, spaces between."""
    spec = find_spec("opencc")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("opencc-python-reimplemented is not installed", name="opencc")
    lines = _text(os.path.dirname(spec.origin), "dictionary", name).split("\n")  # noqa: PTH120  # see above
    return dict(line.split("\t", 1) for line in lines if line)


def _text(*path: str) -> str:
    with open(os.path.join(*path), encoding="utf-8") as file:  # noqa: PTH118, PTH123  # see above
        return file.read()
