"""Who works here: the Unix account of the process, never a name from the environment."""

from __future__ import annotations

import os
import pwd

from annotations.annotation import RESERVED_ANNOTATORS
from store.errors import StoreError


def current_reviewer() -> str:
    """The name of the account that runs this process; ``uid-1234`` where the account has no name.

    Raises:
        StoreError: the account is called like a layer.
    """
    uid = os.getuid()
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        name = f"uid-{uid}"
    if name in RESERVED_ANNOTATORS:
        raise StoreError(f"account {name}: this is the name of a layer; work under another account")
    return name
