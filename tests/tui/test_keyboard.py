"""Keys as they were meant: alt with punctuation, and an escape that arrives together with the next key."""

from __future__ import annotations

import pytest
from textual import events

from tui.terminal.keyboard import KeyParser, split_unbound_alt


def keys_of(data):
    return [token for token in KeyParser().messages(data) if isinstance(token, events.Key)]


@pytest.mark.parametrize(
    ("data", "keys"),
    [
        ("\x1b<", ["alt+less_than_sign"]),
        ("\x1b>", ["alt+greater_than_sign"]),
        ("\x1b[", ["alt+left_square_bracket"]),
        ("\x1b]", ["alt+right_square_bracket"]),
        ("\x1bw", ["alt+w"]),
        ("\x1b1", ["alt+1"]),
        ("\x1b9", ["alt+9"]),
        ("\x1b=", ["alt+equals_sign"]),
        ("\x1b[A", ["up"]),
        ("<", ["less_than_sign"]),
        ("生", ["生"]),
    ],
)
def test_alt_is_kept_on_every_key(data, keys):
    assert [event.key for event in keys_of(data)] == keys


@pytest.mark.parametrize(("data", "key"), [("\x1bj", "j"), ("\x1bJ", "J"), ("\x1b)", "right_parenthesis")])
def test_an_alt_that_nothing_is_bound_to_was_an_escape_and_a_key(data, key):
    (event,) = keys_of(data)
    assert [each.key for each in split_unbound_alt(event, {"escape", "j"})] == ["escape", key]
    assert split_unbound_alt(event, {event.key}) == [event]


@pytest.mark.parametrize(
    ("data", "keys"),
    [
        ("\x1b[97u", ["a"]),
        ("\x1b[97:65;2;65u", ["A"]),
        ("\x1b[97:65;2u", ["A"]),
        ("\x1b[97:65;6u", ["ctrl+shift+a"]),
        ("\x1b[97;2;65u", ["A"]),
        ("\x1b[0;;29983u", ["生"]),
        ("\x1b[97;5u", ["ctrl+a"]),
        ("\x1b[97;5:1u", ["ctrl+a"]),
        ("\x1b[97;5:3u", []),
        ("\x1b[97::97;;229u", ["å"]),
        ("\x1b[1114112u", []),
        ("\x1b[99999999999999999999u", []),
        ("\x1b[999z", []),
        ("\x1b[?1;2c", []),
        ("\x1bOz", []),
        ("\x1b[1;1;1;1;1;1;1;1;1m", []),
    ],
)
def test_sequences_that_textual_cannot_read_are_no_keys(data, keys):
    parser = KeyParser()
    assert [event.key for event in parser.messages(data) if isinstance(event, events.Key)] == keys
    assert [event.key for event in parser.messages("j")] == ["j"]


@pytest.mark.parametrize("report", ["\x1b[48;24;80;0;0t", "\x1b[48;0;0;480;800t", "\x1b[8;24;80t", "\x1b[?2048;2$y"])
def test_a_report_of_the_size_leaves_the_mouse_in_cells(report):
    parser = KeyParser()
    assert parser.messages(report) == []
    (press,) = parser.messages("\x1b[<0;10;5M")
    assert (press.x, press.y) == (9, 4)
