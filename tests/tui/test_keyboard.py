"""Keys as they were meant: alt with punctuation, and an escape that arrives together with the next key."""

from __future__ import annotations

import pytest
from textual import events

from tui.terminal.keyboard import AltParser, split_unbound_alt


def keys_of(data):
    parser = AltParser()
    found = [token for token in parser.feed(data) if isinstance(token, events.Key)]
    # What begins like a sequence is known for a key when nothing follows.
    return found + [token for token in parser.feed("") if isinstance(token, events.Key)]


@pytest.mark.parametrize(
    ("data", "keys"),
    [
        ("\x1b<", ["alt+less_than_sign"]),
        ("\x1b>", ["alt+greater_than_sign"]),
        ("\x1b[", ["alt+left_square_bracket"]),
        ("\x1b]", ["alt+right_square_bracket"]),
        ("\x1bw", ["alt+w"]),
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
