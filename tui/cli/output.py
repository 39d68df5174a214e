"""What commands print: data to stdout, messages and progress to stderr.

Everything passes the display door.  Text that may come from a notice is made visible.  JSON keeps its meaning, because
characters that a terminal would obey are written as JSON escapes.
"""

from __future__ import annotations

import errno
import os
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Final, Protocol, TextIO

from tui.terminal.display import visible

_A_WHILE: Final = 2.0
"""Seconds of silence after which somebody at a terminal wants to know what is going on."""


def say(text: str) -> None:
    """Print a message as one line on stderr; where nobody can be told, the work goes on all the same."""
    with suppress(OSError):
        # Not to its buffer: while a progress bar runs, rich replaces stderr and prints above the bar.
        sys.stderr.write(visible(text) + "\n")
        sys.stderr.flush()
        return
    drop(sys.stderr)


def fail(text: str) -> None:
    """Print an error as one line on stderr, with the name of the program."""
    say(f"zhupi: {text}")


def drop(stream: TextIO) -> None:
    """Let go nowhere what is still to be written to a stream: the flush at exit would fail once more."""
    with suppress(OSError):  # a stream of a test has no number
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def no_stream(error: OSError) -> str:
    """Why standard output cannot be written."""
    return "standard output: it is closed" if error.errno == errno.EBADF else f"standard output: {error.strerror}"


@contextmanager
def after_saving() -> Iterator[None]:
    """Print in this block what a change that is saved has to tell: where that fails, a line says so, and work goes on.

    A command that left with an error here would be run again, and do twice what it has done.
    """
    try:
        yield
    except OSError as error:
        drop(sys.stdout)
        say(f"saved, but its result could not be printed: {no_stream(error)}")


def put(text: str) -> None:
    """Print a line for people on stdout."""
    _write(sys.stdout.buffer, visible(text) + "\n")


def put_text(text: str) -> None:
    """Print text as data on stdout, and a newline: verbatim into a file or a pipe, made visible on a terminal."""
    _write(sys.stdout.buffer, (visible(text, keep_newlines=True) if sys.stdout.isatty() else text) + "\n")


def put_json(line: bytes) -> None:
    """Print a JSON value as one line on stdout, with whatever a terminal would obey escaped."""
    sys.stdout.buffer.write(escaped_json(line) + b"\n")
    sys.stdout.buffer.flush()


def escaped_json(line: bytes) -> bytes:
    """The same JSON value, with characters that a terminal would obey or not show escaped."""
    return re.sub(_UNSAFE, _escape, line.decode()).encode()


_EVERY = 0.1
"""Seconds between two states of a progress bar at least: it is told of each notice."""


@contextmanager
def said_if_slow(text: str) -> Iterator[None]:
    """Print a message on stderr once the block has taken a while, if stderr is a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    timer = threading.Timer(_A_WHILE, say, [text])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


class Show(Protocol):
    """Shows how far a work is."""

    def __call__(self, done: int, count: int | None = None, /) -> None:
        """So much is done, which is so many; None where the former is a count itself."""


@contextmanager
def progress_bar(description: str, total: int | None, counted: str = "") -> Iterator[Show]:
    """Show a progress bar on stderr while the block runs, if stderr is a terminal: how much, and the time left.

    Args:
        description: what is done.
        total: how much there is to do; None where nobody knows.
        counted: what is counted; then the bar tells how many of them are done in a second.

    Yields:
        A function that takes how much of ``total`` is done, and how many that are where these are two things.
    """
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console  # slow to import, and not needed without a terminal
    from rich.progress import Progress, TextColumn

    console = Console(stderr=True)
    rate = [TextColumn("{task.fields[rate]}")] if counted else []
    begun = shown = monotonic()

    def show(done: int, count: int | None = None) -> None:
        nonlocal shown
        now = monotonic()
        if now - shown >= _EVERY:
            shown = now
            bar.update(
                task, completed=done, rate=f"{(done if count is None else count) / (now - begun):,.0f} {counted}/s"
            )

    try:
        with Progress(*Progress.get_default_columns(), *rate, console=console, transient=True) as bar:
            task = bar.add_task(description, total=total, rate="")
            yield show
    finally:
        # The bar itself leaves it hidden where it is interrupted as it begins.
        console.show_cursor()


# JSON itself escapes the C0 controls.
_UNSAFE = "[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"


def _escape(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def _write(stream: object, text: str) -> None:
    # Text from the display door has no lone surrogates, but verbatim data may have some.
    stream.write(text.encode("utf-8", "replace"))  # type: ignore[attr-defined]
    stream.flush()  # type: ignore[attr-defined]
