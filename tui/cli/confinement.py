"""What a process under ``--as`` has of its caller: how their terminal is, and nothing else.

People without a shell reach a service account by the forced command of an SSH key.  An sshd can be set to hand on every
variable that the other side sends, and some run programs: Python, textual and the libraries below them read dozens.  So
``--as`` works in a Python that heeds none of them (``python -I``), and keeps none but those named here.  A Python that
was started otherwise starts itself anew; what it heeded before that only a wrapper in front of it can drop.
"""

from __future__ import annotations

import os
import pwd
import re
import sys
from typing import Final

_KEPT: Final = re.compile(r"TERM|COLORTERM|NO_COLOR|LANG|LC_[A-Z]+")
"""The variables that tell how the terminal is."""
_PLAIN: Final = re.compile(r"[A-Za-z0-9_.@+-]{0,64}")
"""What the value of such a variable looks like: the name of a terminal or of a locale, and no path."""
_DATABASE: Final = "ZHUPI_DB"
"""Names the database where the command does not."""


def confine() -> None:
    """Make the environment of this process that of its account, but for how the caller's terminal is.

    A process whose Python heeds the environment is replaced by one that does not, with the same arguments.
    """
    kept = {name: value for name, value in os.environ.items() if _KEPT.fullmatch(name) and _PLAIN.fullmatch(value)}
    kept |= {_DATABASE: os.environ[_DATABASE]} if _DATABASE in os.environ else {}
    environment = kept | {"HOME": _home(), "PATH": os.defpath}
    if not sys.flags.isolated:
        # It runs what runs now.
        os.execve(  # noqa: S606
            sys.executable, [sys.executable, "-I", "-m", "tui", *sys.argv[1:]], environment
        )
    os.environ.clear()
    os.environ.update(environment)


def _home() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:
        # An account without a name has no home.
        return "/"
