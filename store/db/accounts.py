"""The names of Unix accounts."""

from __future__ import annotations

import pwd


def account_name(number: int) -> str:
    """The name of the account with this number; ``uid-1234`` where it has none."""
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"uid-{number}"
