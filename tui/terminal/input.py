"""What a terminal sends, cut into whole tokens before textual's parser sees it.

textual takes a sequence that it does not know, or that a slow line cut in two, for the keys that it is spelled with; a
digit among them tags, and one escape in a pasted text makes keys of all that follows.  Bytes that are no UTF-8 end its
input thread.  Here each token is whole: a sequence, a text, a paste.  What is none of these is left out.

A pasted text may hold the end of a paste, and behind it keys; not every terminal takes that out.  What comes at once
behind such an end waits until it is known that no second end follows.

Sources: ECMA-48 5.4 (control sequences) and 5.6 (control strings), xterm's ``ctlseqs`` (mouse, bracketed paste),
kitty's keyboard protocol (composed text).
"""

from __future__ import annotations

import os
import re
import sys
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator
from selectors import EVENT_READ, DefaultSelector
from threading import Event
from time import monotonic
from typing import Final

from textual.constants import ESCAPE_DELAY
from textual.events import Key, Paste

Token = str | Key | Paste
"""A whole sequence or a text for textual's parser, or an event that needs no parsing."""

MOST_PASTED: Final = 4_000_000
"""Bytes of one paste that are kept; fields take far less, and more is nobody's intention."""
PASTE_PATIENCE: Final = 5.0
"""Seconds without a byte after which a paste has ended, though its end was never seen."""
_FOLLOWS: Final = 0.1
"""Seconds that keys wait which come at once behind the end of a paste: it may have been an end inside of one."""
_FOLLOWS_MORE: Final = 0.5
"""The same behind more than anybody types at once: a slow line brings a paste in parts."""
_TYPED_AT_ONCE: Final = 64
"""Bytes of one read that may come from somebody's fingers."""
_TICK: Final = 0.1
"""Seconds that a read waits."""
_MOST_READ: Final = 65_536
"""Bytes that are read at once."""
_LATE: Final = 1.0
"""Seconds for which the rest of a sequence that was cut in two is still known as such."""
_LONGEST: Final = 32
"""Bytes of the longest sequence that textual knows."""
_MOST_HELD: Final = 65_536
"""Bytes that are held back at most for the end of a sequence or of an answer to a query."""

_START, _END = b"\x1b[200~", b"\x1b[201~"
_STRING: Final = rb"\x1b(?:\]\d{1,4};|P(?:\d[$+]r|>\||!\|)|_G)[^\x07\x1b]*"
"""An answer to a query, without its end: of a colour, of a setting or the terminal's name, of graphics."""
_TOKEN: Final = re.compile(
    rb"""
    (?P<mouse> \x1b\[M [\x20-\xff]{3} )                      # the three bytes may be no UTF-8
    | (?P<unfinished> (?: \x1b\[M[\x20-\xff]{0,2} | \x1b\[\[? | \x1b\[[0-?]*[ -/]* | \x1b[O_]?
                          | \x1b\]\d{0,4} | \x1bP(?:\d[$+]?|[>!])? | %(string)b \x1b? ) \Z )
    | (?P<sequence> \x1b\[\[[A-E] | \x1b\[[0-?]*[ -/]*[$@-~] | \x1bO[\x20-\x7e] )
    | (?P<string> %(string)b (?:\x07|\x1b\\) )
    | (?P<broken> \x1b\[[0-?]*[ -/]* )
    | (?P<alt> \x1b[\t\x20-\x7f] )
    | (?P<escape> \x1b )
    | (?P<text> [^\x1b]+ )
    """
    % {b"string": _STRING},
    re.VERBOSE,
)
_LATE_REST: Final = rb"\x1b\[[0-?]*[ -/]*[@-~]|" + _STRING
_ALT_BRACKET: Final = b"\x1b["
_OLD_MOUSE: Final = rb"\x1b\[(\d+);(\d+);(\d+)M"
"""A mouse report of urxvt, in decimal numbers."""
_COMPOSED: Final = rb"\x1b\[0?;[\d:]*;(\d+(?::\d+)+)u"
"""Several characters at once from an input method, by their numbers."""
_CONTINUES: Final = re.compile(rb"[\x80-\xbf]")
"""A byte of UTF-8 that is not the first of a character."""
_FOREIGN: Final = re.compile("[\udc80-\udcff]")
_KEYS_WITH_ALT: Final = (b"\x1b[", b"\x1b]", b"\x1bO", b"\x1bP", b"\x1b_")
"""What begins a sequence, and is a key with alt if nothing follows it."""


class TerminalInput:
    """Cuts the bytes of one terminal into tokens.

    Attributes:
        foreign: whether there were bytes that are no UTF-8.
    """

    def __init__(self) -> None:
        self.foreign = False
        self._held = b""
        """The beginning of a sequence, or of the end of a paste, whose rest has not come."""
        self._given_up = b""
        """The beginning of a sequence whose rest did not come in time."""
        self._fed = monotonic()
        self._waited = 0.0
        """Seconds between the last two reads."""
        self._decoder = getincrementaldecoder("utf-8")("surrogateescape")
        self._pasted: list[bytes] | None = None
        """The parts of the paste that is coming in."""
        self._size = 0
        self._behind: bytes | None = None
        """What has come since the end of a paste, while that may be an end inside of it."""
        self._behind_until = 0.0

    def feed(self, data: bytes) -> Iterator[Token]:
        """The tokens of what the terminal has sent next."""
        if self._behind is not None and monotonic() >= self._behind_until:
            yield from self._end_of_paste()
        read = len(data)
        data = self._joined(data)
        while data:
            if self._pasted is not None:
                data, paste = self._paste(data)
                if paste is not None:
                    yield paste
                    self._behind, self._behind_until = b"", self._fed + _FOLLOWS
            elif self._behind is not None:
                yield from self._wait_behind(data, at_once=read)
                data = b""
            else:
                # A paste may hold anything, so nothing behind its start is looked at here.
                keys, start, data = data.partition(_START)
                yield from self._keys(keys, cut=bool(start))
                if start:
                    self._pasted, self._size = [], 0

    def tick(self) -> Iterator[Token]:
        """What was held back too long; to be called while no bytes come, several times a second."""
        waited = monotonic() - self._fed
        if self._pasted is not None:
            if waited >= PASTE_PATIENCE:
                held, self._held = self._held, b""
                yield self._ended(held)
        elif self._behind is not None:
            if monotonic() >= self._behind_until:
                yield from self._end_of_paste()
        elif self._held and waited >= ESCAPE_DELAY:
            held, self._held, self._given_up = self._held, b"", self._held
            if held == b"\x1b":
                yield Key("escape", "\x1b")
            elif held in _KEYS_WITH_ALT:
                yield held.decode()

    def _joined(self, data: bytes) -> bytes:
        """What was held back and what has come; what was given up is whole if its rest comes only a little late."""
        late, self._given_up = self._given_up, b""
        now = monotonic()
        # The key alt+[ and a letter behind it are two keys, not one sequence.
        is_key = late == _ALT_BRACKET and not data[:1].isdigit()
        self._waited = now - self._fed
        if late and not is_key and self._waited < _LATE and re.match(_LATE_REST, late + data):
            self._held = late
        self._fed = now
        held, self._held = self._held, b""
        return held + data

    def _keys(self, data: bytes, *, cut: bool) -> Iterator[Token]:
        """The tokens of bytes that hold no paste.

        Args:
            data: the bytes.
            cut: whether more has come, so that nothing is held back.
        """
        tokens = [(match.lastgroup, match[0]) for match in _TOKEN.finditer(data)]
        texts = [self._decoded(token, is_text=kind == "text") for kind, token in tokens]
        # In a text of another encoding bytes of ASCII may be halves of characters, and no keys.
        foreign = any(map(_FOREIGN.search, texts))
        self.foreign = self.foreign or foreign
        following = [*(token for _, token in tokens[1:]), b""]
        for (kind, token), text, behind in zip(tokens, texts, following, strict=False):
            if kind == "text":
                if text and not foreign:
                    yield text
            elif kind == "unfinished" and not cut:
                self._held = token[:_MOST_HELD]
            elif kind == "escape" or token == b"\x1b":
                yield Key("escape", "\x1b")
            elif token == _ALT_BRACKET and behind[:1] == b"\x1b":
                yield token.decode()
            elif kind == "mouse":
                yield _mouse(*(byte - 32 for byte in token[3:]))
            elif kind == "sequence" or (kind == "alt" and not foreign):
                yield from _known(token)

    def _decoded(self, token: bytes, *, is_text: bool) -> str:
        """A text decoded, "" for any other token; a part of a character at its end waits for the rest.

        Where the rest does not come, the part is left out.  What comes at once and is no rest belongs to a character of
        another encoding, and makes the text foreign.
        """
        is_late = self._waited >= ESCAPE_DELAY and not _CONTINUES.match(token)
        if self._decoder.getstate()[0] and (is_late or not is_text):
            self._decoder.reset()
            self.foreign = True
        return self._decoder.decode(token) if is_text else ""

    def _paste(self, data: bytes) -> tuple[bytes, Paste | None]:
        """What stands behind the paste, and the paste, when its end has come."""
        text, end, behind = data.partition(_END)
        if end:
            return behind, self._ended(text)
        # The end may have come in part.
        part = next((size for size in range(len(_END) - 1, 0, -1) if text.endswith(_END[:size])), 0)
        self._take(text[: len(text) - part])
        self._held = text[len(text) - part :]
        return b"", None

    def _wait_behind(self, data: bytes, *, at_once: int) -> Iterator[Token]:
        """Keep what stands behind a paste until it is known to be keys.

        Where an end of a paste is in it, it was pasted up to there.

        Args:
            data: what has come.
            at_once: the bytes of the read that has brought it.
        """
        text, end, behind = ((self._behind or b"") + data).rpartition(_END)
        if end:
            yield Paste((_END + text).decode("utf-8", "replace").replace("\x00", ""))
        if at_once > _TYPED_AT_ONCE:
            self._behind_until = self._fed + _FOLLOWS_MORE
        if len(behind) <= _MOST_HELD:
            self._behind = behind
        else:
            # Nobody types so much: the paste goes on.
            self._behind, self._pasted, self._size = None, [], 0
            self._take(_END + behind)

    def _end_of_paste(self) -> Iterator[Token]:
        """The keys that stand behind a paste, which has ended."""
        behind, self._behind = self._behind or b"", None
        yield from self.feed(behind)

    def _take(self, text: bytes) -> None:
        if self._pasted is not None:
            self._pasted.append(text[: max(0, MOST_PASTED - self._size)])
            self._size += len(text)

    def _ended(self, text: bytes) -> Paste:
        self._take(text)
        whole = b"".join(self._pasted or ()).decode("utf-8", "replace")
        self._pasted = None
        self.foreign = self.foreign or "\ufffd" in whole
        return Paste(whole.replace("\x00", ""))


def tokens_of(terminal: int, stop: Event, foreign: Callable[[], None]) -> Iterator[Token]:
    """The tokens that a terminal sends, until it is gone or ``stop`` is set.

    Args:
        terminal: its file descriptor.
        stop: ends the reading within a tenth of a second.
        foreign: called once, when there were bytes that are no UTF-8.
    """
    source = TerminalInput()
    told = False
    with DefaultSelector() as selector:
        selector.register(terminal, EVENT_READ)
        while not stop.is_set():
            if selector.select(_TICK):
                try:
                    data = os.read(terminal, _MOST_READ)
                except OSError:
                    return
                if not data:
                    return
                yield from source.feed(data)
            else:
                yield from source.tick()
            if source.foreign and not told:
                told = True
                foreign()


def _known(sequence: bytes) -> Iterator[str]:
    """A sequence in the form that textual knows; nothing for one that is longer than any of these."""
    if composed := re.fullmatch(_COMPOSED, sequence):
        yield from filter(None, [_characters(composed[1])])
    elif old := re.fullmatch(_OLD_MOUSE, sequence):
        yield _mouse(int(old[1]) - 32, int(old[2]), int(old[3]))
    elif len(sequence) <= _LONGEST:
        yield sequence.decode()


def _characters(numbers: bytes) -> str:
    """The text of the characters of these numbers; what is no printable character is left out."""
    codes = (int(number) for number in numbers.split(b":") if len(number) <= len(str(sys.maxunicode)))
    return "".join(filter(str.isprintable, (chr(code) for code in codes if code <= sys.maxunicode)))


def _mouse(button: int, column: int, row: int) -> str:
    """A mouse report as textual knows it; where a button is let go, an old report does not say which."""
    released = button & 3 == 3 and not button & 96
    return f"\x1b[<{button & ~3 if released else button};{column};{row}{'m' if released else 'M'}"
