"""What a terminal sends, cut into whole tokens: sequences, texts, pastes; what is none of these is left out."""

from __future__ import annotations

from itertools import pairwise
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.events import Key, Paste

from tui.terminal import input as terminal_input
from tui.terminal.input import MOST_PASTED, PASTE_PATIENCE, TerminalInput
from tui.terminal.keyboard import KeyParser

BEHIND_PASTE = 0.6
"""Seconds without a byte after which what stands behind a paste is keys."""


@pytest.fixture
def clock(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(terminal_input, "monotonic", lambda: now[0])
    return now


def told(tokens):
    """Tokens in a form that compares: texts as they are, keys by name, pastes by their text."""
    return [
        ("paste", token.text) if isinstance(token, Paste) else ("key", token.key) if isinstance(token, Key) else token
        for token in tokens
    ]


def tokens_of(*reads):
    """What comes of reads at one moment, and of the silence behind them."""
    source, now = TerminalInput(), [0.0]
    with patch.object(terminal_input, "monotonic", lambda: now[0]):
        tokens = [token for read in reads for token in source.feed(read)]
        now[0] = BEHIND_PASTE
        return told([*tokens, *source.tick()])


@pytest.mark.parametrize(
    ("data", "tokens"),
    [
        (b"jk", ["jk"]),
        ("生".encode(), ["生"]),
        (b"\x1b[A\x1b[1;5Cj", ["\x1b[A", "\x1b[1;5C", "j"]),
        (b"\x1bOP\x1b[[A", ["\x1bOP", "\x1b[[A"]),
        (b"\x1b\x1b[A", [("key", "escape"), "\x1b[A"]),
        (b"\x1b\r", [("key", "escape"), "\r"]),
        (b"\x1bw", ["\x1bw"]),
        (b"\x1b[\x1b[\x1b]\x1b]j", ["\x1b[", "\x1b[", "\x1b]", "\x1b]", "j"]),
        (b"\x1b[<0;10;5M\x1b[<0;10;5m", ["\x1b[<0;10;5M", "\x1b[<0;10;5m"]),
        # Answers to queries are no keys.
        (b"\x1b]11;rgb:0000/1111/2222\x07j", ["j"]),
        (b"\x1bP>|some terminal 1.2\x1b\\\x1b]4;1;red\x1b\\k", ["k"]),
        (b"\x1b[" + b"1;" * 40 + b"mj", ["j"]),
        (b"\x1bP1$r0m\x1b\\\x1b_Gi=1;OK\x1b\\j", ["j"]),
        (b"\x1b[0;;27:10:55296:1114112:99999999999999uj", ["j"]),
    ],
)
def test_tokens_are_whole(data, tokens):
    assert tokens_of(data) == tokens
    assert tokens_of(*(data[at : at + 1] for at in range(len(data)))) == [
        each for token in tokens for each in (token if isinstance(token, str) and token[0] != "\x1b" else [token])
    ]


def test_a_text_that_an_input_method_composed_is_whole_however_long():
    composed = "生态环境局要求"
    numbers = ":".join(str(ord(each)) for each in composed)
    assert tokens_of(f"\x1b[0;;{numbers}uj".encode()) == [composed, "j"]


def test_old_mouse_reports_are_told_in_the_new_form():
    # A press and a release beyond column 95, where a coordinate is no ASCII any more.
    assert tokens_of(bytes([27, 91, 77, 32, 32 + 150, 32 + 7]) + b"j") == ["\x1b[<0;150;7M", "j"]
    assert tokens_of(bytes([27, 91, 77, 35, 32 + 150, 32 + 200])) == ["\x1b[<0;150;200m"]
    assert tokens_of(bytes([27, 91, 77, 32 + 65, 0xE1, 0x2A])) == ["\x1b[<65;193;10M"]
    assert tokens_of(b"\x1b[32;150;7M", b"\x1b[35;150;7M") == ["\x1b[<0;150;7M", "\x1b[<0;150;7m"]


@pytest.mark.parametrize("data", ["审阅".encode("gbk"), "a審".encode("big5"), b"\xe1", b"1\xff2", b"\xc0\x80"])
def test_another_encoding_gives_no_keys(data, clock):
    source = TerminalInput()
    assert told(source.feed(data)) == []
    clock[0] += 0.5
    assert told(source.feed(b"j\x1b[A")) == ["j", "\x1b[A"]
    assert source.foreign


def test_a_character_of_another_encoding_that_two_reads_share_gives_no_key(clock):
    source = TerminalInput()
    # The second byte would be the key 9 or A.
    for second in (b"\x39", b"\x41"):
        assert told([*source.feed(b"\xe1"), *source.feed(second)]) == []
        clock[0] += 0.5
    assert source.foreign


def test_a_character_that_two_reads_share_is_whole():
    assert "".join(tokens_of("审".encode()[:1], "审".encode()[1:] + "阅".encode()[:2], "阅".encode()[2:])) == "审阅"
    assert tokens_of("审".encode()[:2], b"\x1b[A", b"j") == ["\x1b[A", "j"]


PASTE = b"\x1b[200~"
END = b"\x1b[201~"


@given(st.binary(max_size=60).filter(lambda text: END not in text + END[:-1]), st.lists(st.integers(0, 90), max_size=6))
def test_a_paste_is_one_whatever_it_holds_and_however_it_comes(text, cuts):
    data = b"k" + PASTE + text + END + b"j"
    edges = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    reads = [data[start:end] for start, end in pairwise(edges)]
    wanted = text.decode("utf-8", "replace").replace("\0", "")
    assert tokens_of(*reads) == ["k", ("paste", wanted), "j"]


def test_a_paste_without_end_is_over_when_nothing_comes(clock):
    source = TerminalInput()
    assert told(source.feed(PASTE + b"some text\x1b[20")) == []
    clock[0] += PASTE_PATIENCE / 2
    assert told(source.tick()) == []
    clock[0] += PASTE_PATIENCE / 2
    assert told(source.tick()) == [("paste", "some text\x1b[20")]
    assert told(source.feed(b"j")) == ["j"]


@pytest.mark.parametrize("cut", [None, *range(1, 40)])
@pytest.mark.parametrize("keys", [b"1A\x1b[Aq\r", b"q" * 200, PASTE + b"mq", b"m" + PASTE + b"q"])
def test_an_end_inside_of_a_paste_makes_no_keys_of_what_follows(keys, cut):
    data = PASTE + b"text" + END + keys + END
    tokens = tokens_of(data) if cut is None else tokens_of(data[:-cut], data[-cut:], b"j")
    wanted = ("paste", (END + keys).decode())
    assert tokens == [("paste", "text"), wanted, *([] if cut is None else ["j"])]


def test_a_slow_line_may_bring_a_paste_with_an_end_inside_in_parts(clock):
    source = TerminalInput()
    assert told(source.feed(PASTE + END + b"q" * 100)) == [("paste", "")]
    clock[0] += 0.4
    assert told([*source.tick(), *source.feed(b"A" * 100)]) == []
    clock[0] += 0.4
    assert told([*source.tick(), *source.feed(b"1" + END)]) == [("paste", END.decode() + "q" * 100 + "A" * 100 + "1")]


def test_so_much_behind_a_paste_that_nobody_types_it_is_pasted(clock):
    source = TerminalInput()
    for _ in range(9):
        assert told(source.feed(PASTE + END if not _ else b"q" * 10_000)) == [("paste", "")][_:]
    clock[0] += PASTE_PATIENCE
    assert told(source.tick()) == [("paste", END.decode() + "q" * 80_000)]


def test_keys_behind_a_paste_wait_for_a_moment_only(clock):
    source = TerminalInput()
    assert told(source.feed(PASTE + b"text" + END)) == [("paste", "text")]
    clock[0] += 0.05
    assert told([*source.tick(), *source.feed(b"j")]) == []
    clock[0] += 0.05
    # A key that is held down is not waited for.
    assert told([*source.tick(), *source.feed(b"k")]) == ["j", "k"]
    assert told(source.feed(b"l")) == ["l"]


def test_a_paste_is_kept_up_to_a_limit():
    (paste,) = TerminalInput().feed(PASTE + b"a" * (MOST_PASTED + 10) + END)
    assert len(paste.text) == MOST_PASTED


def test_the_escape_key_is_told_when_nothing_follows(clock):
    source = TerminalInput()
    assert told(source.feed(b"\x1b")) == told(source.tick()) == []
    clock[0] += 0.2
    assert told(source.tick()) == [("key", "escape")]
    assert told(source.tick()) == []
    assert told(source.feed(b"j")) == ["j"]


@pytest.mark.parametrize(("begin", "rest"), [(b"\x1b", b"[A"), (b"\x1b[", b"1;5C"), (b"\x1b[1;", b"5C")])
def test_a_sequence_that_a_slow_line_cut_in_two_gives_no_keys(clock, begin, rest):
    source = TerminalInput()
    assert told(source.feed(begin)) == []
    clock[0] += 0.5
    first = told(source.tick())
    assert "1" not in "".join(token for token in first if isinstance(token, str))
    assert told(source.feed(rest)) == [(begin + rest).decode()]


@pytest.mark.parametrize(
    ("begin", "rest"),
    [
        (b"\x1b]11;rgb:11", b"11/2222/3333\x07"),
        (b"\x1b]1", b"1;rgb:1111/2222/3333\x1b\\"),
        (b"\x1bP>", b"|some terminal 1.2\x1b\\"),
        (b"\x1bP1$r1;2", b"m\x1b\\"),
    ],
)
def test_an_answer_that_a_slow_line_cut_in_two_gives_no_keys(clock, begin, rest):
    source = TerminalInput()
    assert told(source.feed(begin)) == []
    clock[0] += 0.5
    assert told(source.tick()) == []
    assert told(source.feed(rest + b"j")) == ["j"]


def test_a_key_behind_alt_and_a_bracket_stays_a_key(clock):
    source = TerminalInput()
    assert told(source.feed(b"\x1b[")) == []
    clock[0] += 0.2
    assert told(source.tick()) == ["\x1b["]
    assert told(source.feed(b"l")) == ["l"]


def test_what_was_cut_off_is_forgotten(clock):
    source = TerminalInput()
    assert told(source.feed(b"\x1b[1;5")) == []
    clock[0] += 0.5
    assert told(source.tick()) == []
    clock[0] += 5
    assert told(source.feed(b"jk")) == ["jk"]


@given(
    st.lists(st.binary(max_size=12) | st.sampled_from([PASTE, END, b"\x1b[M", b"\x1b[", b"\x1b]", b"1", b"\x1b[48;"]))
)
def test_nothing_that_a_terminal_sends_is_an_error(reads):
    source, parser = TerminalInput(), KeyParser()
    for read in reads:
        for token in [*source.feed(read), *source.tick()]:
            if isinstance(token, str):
                parser.messages(token)
    assert [event.key for event in KeyParser().messages("j")] == ["j"]
