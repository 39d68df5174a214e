"""How the two programs of most bars are started, and how their screens tell that they are painted in full."""

from __future__ import annotations

import sys
from pathlib import Path

from terminal import Terminal

SIZES = ((120, 40), (80, 24))
FLOOR_SHOWN = "ready"
QUEUE_SHOWN = (r"▌ .*第1号", r"q quit$")
"""The first row and the last of the queue's keys."""
NOTICE_SHOWN = (r"normalized 1 of [\d,]+ ", r"saved ✓", r"2,?000 yours", r"\? help")
"""The title of the pane, the state, the count of annotations and the keys."""
ANY_NOTICE_SHOWN = (r"normalized ", r"saved ✓", r"\? help")

ZHUPI = str(Path(sys.executable).with_name("zhupi"))
_FLOOR = str(Path(__file__).with_name("floor_app.py"))


def floor(size: tuple[int, int]) -> Terminal:
    """The trivial app."""
    return Terminal([sys.executable, _FLOOR], size)


def queue(database: Path, size: tuple[int, int]) -> Terminal:
    """The app on its queue."""
    return Terminal([ZHUPI, "--db", str(database)], size)


def notice(database: Path, size: tuple[int, int], doc: str = "page") -> Terminal:
    """The app, opened on a notice: by default on the one of a ``notice_database``."""
    return Terminal([ZHUPI, "review", "--db", str(database), "--notice", doc], size)


def adjudication(database: Path, size: tuple[int, int]) -> Terminal:
    """The app, opened on the first notice that is ready for adjudication."""
    return Terminal([ZHUPI, "adjudicate", "--db", str(database)], size)


def command(database: Path, *arguments: str) -> list[str]:
    """A command of zhupi on a database."""
    return [ZHUPI, *arguments, "--db", str(database)]


def named(what: str, size: tuple[int, int]) -> str:
    """The name of a bar that is measured at several sizes."""
    return f"{what}, {size[0]}x{size[1]}"
