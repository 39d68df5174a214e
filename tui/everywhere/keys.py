"""The keys of the screens with places in many notices: bindings with ids, and the groups that the help shows.

They are those of the queue and the review screen, as far as there is the same to do.  All bindings have priority, as on
the other screens: the app acts on each key before it takes the next one.
"""

from __future__ import annotations

from dataclasses import replace

from textual.binding import Binding, BindingType

from annotations.labels import MOST_LABELS, LabelSet
from tui.keys.keymap import KeyGroup

_BINDINGS: list[Binding] = [
    Binding("j,down", "move(1)", "down", id="everywhere.down"),
    Binding("k,up", "move(-1)", "up", id="everywhere.up"),
    Binding("pagedown", "page(1)", "page down", id="everywhere.page_down"),
    Binding("pageup", "page(-1)", "page up", id="everywhere.page_up"),
    Binding("g,home", "first", "first", id="everywhere.first"),
    Binding("G,end", "last", "last", id="everywhere.last"),
    Binding("n", "open_place(1)", "next place to decide", id="everywhere.next"),
    Binding("N", "open_place(-1)", "previous place to decide", id="everywhere.previous"),
    Binding("enter", "open", "open the notice there", id="everywhere.open"),
    Binding("slash", "search", "look for another text", id="everywhere.search"),
    Binding("space", "tick", "tick", id="everywhere.tick"),
    Binding("asterisk", "tick_all", "tick all that are to decide", id="everywhere.tick_all"),
    Binding("escape", "clear", "drop the ticks, or stop", id="everywhere.clear"),
    Binding("a", "decide('accept')", "accept", id="everywhere.accept"),
    Binding("x", "decide('reject')", "reject or delete", id="everywhere.reject"),
    *(
        Binding(str(digit), f"tag({digit - 1})", f"label {digit}", id=f"everywhere.tag_{digit}")
        for digit in range(1, MOST_LABELS + 1)
    ),
    Binding("u", "undo", "undo", id="everywhere.undo"),
    Binding("ctrl+r", "redo", "redo", id="everywhere.redo"),
    Binding("question_mark", "help", "help", id="everywhere.help"),
    Binding("q", "app.leave", "back", id="everywhere.back"),
]

EVERYWHERE_BINDINGS: list[BindingType] = [replace(binding, priority=True) for binding in _BINDINGS]
"""
| Key | Does |
| --- | --- |
| `j` `k`, arrows, `pgup` `pgdn`, `g` `G` | move |
| `n` `N` | next, previous place that is to be decided |
| `enter` | open the notice at the place; `q` comes back |
| `/` | look for another text |
| `space` `*` | tick; tick all that are to be decided, or drop all ticks |
| `esc` | drop the ticks; where there are none, stop what is under way |
| `a` `x` | accept the suggestions there; reject them, else delete one's own annotations |
| `1` … `9`, or the letter of a label | tag |
| `u` `ctrl+r` | undo, redo |
| `?` | keys and guideline |
| `q` | back |
"""

_TAGS = tuple(f"everywhere.tag_{digit}" for digit in range(1, MOST_LABELS + 1))

EVERYWHERE_KEYS: list[KeyGroup] = [
    (
        "Places",
        [
            (("everywhere.down", "everywhere.up"), "next, previous place"),
            (("everywhere.page_down", "everywhere.page_up"), "a screen down, up"),
            (("everywhere.first", "everywhere.last"), "first, last place that was read"),
            (("everywhere.next", "everywhere.previous"), "next, previous place that is to be decided"),
            (("everywhere.open",), "open the notice at this place; the key for back comes back here"),
            (("everywhere.search",), "look for another text; Simplified finds Traditional"),
        ],
    ),
    (
        "Decide",
        [
            (("everywhere.tick",), "tick, or drop the tick"),
            (("everywhere.tick_all",), "tick all places that are to be decided; again: drop all ticks"),
            (
                ("everywhere.accept",),
                "accept the suggestions that are just there, of all that is ticked or of this place",
            ),
            (
                ("everywhere.reject",),
                "reject them; where there is none, delete your own annotations that are just there",
            ),
            (_TAGS, "tag what is ticked, or this place"),
            (("everywhere.undo", "everywhere.redo"), "undo, redo: all that one key did"),
            (("everywhere.clear",), "drop the ticks; where there are none, stop what is under way"),
            (("app.command_palette",), "every action by name, themes, go to a notice"),
            (("everywhere.help",), "help: these keys, and the guideline"),
            (("everywhere.back", "app.leave"), "back"),
        ],
    ),
]
"""The groups of the help: ids of bindings, and what they do."""


def everywhere_letters(labels: LabelSet) -> dict[str, str]:
    """The letter of each label that has one, by the id of the binding that tags with it.

    The letters of this screen are keys of the review screen too, so that none of them is the letter of a label.
    """
    return {
        f"everywhere.tag_{digit}": label.key for digit, label in enumerate(labels.shown, 1) if label.key is not None
    }


_OF_SAMPLES: list[Binding] = [
    Binding("j,down", "move(1)", "down", id="sample.down"),
    Binding("k,up", "move(-1)", "up", id="sample.up"),
    Binding("pagedown", "page(1)", "page down", id="sample.page_down"),
    Binding("pageup", "page(-1)", "page up", id="sample.page_up"),
    Binding("g,home", "first", "first", id="sample.first"),
    Binding("G,end", "last", "last", id="sample.last"),
    Binding("n", "open_place(1)", "next to decide", id="sample.next"),
    Binding("N", "open_place(-1)", "previous to decide", id="sample.previous"),
    Binding("enter", "open", "open the notice there", id="sample.open"),
    Binding("a", "decide('accept')", "it is right", id="sample.accept"),
    Binding("x", "decide('reject')", "it is wrong", id="sample.reject"),
    Binding("plus", "take", "accept all the rest", id="sample.take"),
    Binding("c", "choose", "choose another rule or score", id="sample.choose"),
    Binding("escape", "clear", "stop what is under way", id="sample.clear"),
    Binding("u", "undo", "undo", id="sample.undo"),
    Binding("ctrl+r", "redo", "redo", id="sample.redo"),
    Binding("question_mark", "help", "help", id="sample.help"),
    Binding("q", "app.leave", "back", id="sample.back"),
]

SAMPLE_BINDINGS: list[BindingType] = [replace(binding, priority=True) for binding in _OF_SAMPLES]
"""
| Key | Does |
| --- | --- |
| `j` `k`, arrows, `pgup` `pgdn`, `g` `G` | move |
| `n` `N` | next, previous one that is to be decided |
| `enter` | open the notice there; `q` comes back |
| `a` `x` | it is right: accept it; it is wrong: reject it, or delete what was accepted |
| `+` | accept all the rest, once the sample is decided; a second press does it |
| `c` | choose another rule or score |
| `esc` | stop what is under way |
| `u` `ctrl+r` | undo, redo |
| `?` | keys and guideline |
| `q` | back |
"""

SAMPLE_KEYS: list[KeyGroup] = [
    (
        "The sample",
        [
            (("sample.down", "sample.up"), "next, previous place"),
            (("sample.page_down", "sample.page_up"), "a screen down, up"),
            (("sample.first", "sample.last"), "first, last place"),
            (("sample.next", "sample.previous"), "next, previous place that is to be decided"),
            (("sample.open",), "open the notice at this place; the key for back comes back here"),
            (("sample.accept",), "it is right: accept it, one by one"),
            (("sample.reject",), "it is wrong: reject it; what was accepted waits again"),
        ],
    ),
    (
        "The rest",
        [
            (("sample.take",), "accept all the rest, once the sample is decided: a second press does it"),
            (("sample.clear",), "stop what is under way; what was accepted stays"),
            (("sample.undo", "sample.redo"), "undo, redo: a decision, or all the rest at once"),
            (("sample.choose",), "choose another rule or score"),
            (("app.command_palette",), "every action by name, themes, go to a notice"),
            (("sample.help",), "help: these keys, and the guideline"),
            (("sample.back", "app.leave"), "back"),
        ],
    ),
]
"""The groups of the help: ids of bindings, and what they do."""
