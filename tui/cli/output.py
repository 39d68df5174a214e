"""What commands print: data to stdout, messages and progress to stderr.

Everything passes the display door.  Text that may hold a notice is made visible; JSON keeps its meaning, because what a
terminal would obey is written as a JSON escape.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tui.terminal.display import visible


def say(text: str) -> None:
    """A message, one line on stderr."""
    # Not its buffer: while a progress bar runs, rich stands in for stderr and prints above the bar.
    sys.stderr.write(visible(text) + "\n")
    sys.stderr.flush()


def fail(text: str) -> None:
    """An error, one line on stderr that names the program."""
    say(f"zhupi: {text}")


def put(text: str) -> None:
    """A line for people on stdout."""
    _write(sys.stdout.buffer, visible(text) + "\n")


def put_text(text: str) -> None:
    """Text as data on stdout: verbatim into a file or a pipe, visible on a terminal; then a newline."""
    _write(sys.stdout.buffer, (visible(text, keep_newlines=True) if sys.stdout.isatty() else text) + "\n")


def put_json(line: bytes) -> None:
    """A JSON value as one line on stdout, with whatever a terminal would obey escaped."""
    sys.stdout.buffer.write(escaped_json(line) + b"\n")
    sys.stdout.buffer.flush()


def escaped_json(line: bytes) -> bytes:
    """The same JSON value without characters that a terminal would obey or not show."""
    return _UNSAFE.sub(_escape, line.decode()).encode()


@contextmanager
def progress_bar(description: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """A progress bar on stderr while the block runs, if stderr is a terminal.

    Yields:
        A function that takes how much is done, of ``total``.
    """
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console  # only for a bar that somebody sees
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(description, total=total)
        yield lambda done: bar.update(task, completed=done)


# JSON itself escapes the C0 controls.
_UNSAFE = re.compile(
    "[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def _escape(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def _write(stream: object, text: str) -> None:
    # The display door leaves no lone surrogate, but verbatim data may come from anywhere.
    stream.write(text.encode("utf-8", "replace"))  # type: ignore[attr-defined]
    stream.flush()  # type: ignore[attr-defined]
