"""What an extra brings, imported where it is needed, and one line about it where it is missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from store.errors import SourceError


@contextmanager
def needing(what: str, extra: str, module: str) -> Iterator[None]:
    """Import in this block what an extra brings.

    Args:
        what: what needs it, as the beginning of a sentence.
        extra: the name of the extra, as in ``zhupi[html]``.
        module: the module that it brings.

    Raises:
        SourceError: the extra is not installed, or cannot be loaded.
    """
    try:
        yield
    except ImportError as error:
        from annotations.extras import is_missing  # noqa: PLC0415  # only where an import has failed

        name = (error.name or module).partition(".")[0]
        if is_missing(error, "zhupi", extra):
            told = f"{what} needs the module {name}, which is missing: pip install 'zhupi[{extra}]'"
            raise SourceError(told) from None
        raise SourceError(
            f"{what} needs {name}, which is installed and cannot be loaded: {error}; install it anew"
        ) from error
