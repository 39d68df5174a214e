"""Tells an extra that is not installed from one that is and cannot be loaded: what helps against them differs."""

from __future__ import annotations

import re
from typing import Final

_OF_EXTRA: Final = re.compile(r"""extra\s*==\s*['"]([^'"]+)['"]""")
_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")


def is_missing(error: ImportError, package: str, extra: str) -> bool:
    """Whether an import failed because an extra of a package is not installed.

    Where it is installed something else is wrong: another package that one of its packages needs, or a library of the
    system.

    Args:
        error: what the import ended with.
        package: the name of the distribution that has the extra, as in ``zhupi[lac]``.
        extra: the name of the extra.
    """
    from importlib.metadata import PackageNotFoundError, distribution  # noqa: PLC0415  # slow to import, rarely needed

    try:
        for requirement in distribution(package).requires or ():
            name = _NAME.match(requirement)
            if name is None or extra not in _OF_EXTRA.findall(requirement):
                continue
            if isinstance(error, ModuleNotFoundError) and _plain(name[0]) == _plain(error.name or ""):
                return True
            distribution(name[0])  # raises where it is not installed
    except PackageNotFoundError:
        return True
    return False


def _plain(name: str) -> str:
    """The name of a distribution or module, as both are compared: in most cases one is called like the other."""
    return re.sub(r"[-_.]+", "_", name).lower()
