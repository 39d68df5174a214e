"""The keys of the queue screen: bindings with ids, and the groups that the help shows.

All bindings have priority, as on the review screen: the app acts on each key before it takes the next one.  While a
search is being typed, the screen disables all but ``enter`` and ``esc``, so that letters are text.
"""

from __future__ import annotations

from dataclasses import replace

from textual.binding import Binding, BindingType

from tui.keys.keymap import KeyGroup

_BINDINGS: list[Binding] = [
    Binding("j,down", "move(1)", "down", id="queue.down"),
    Binding("k,up", "move(-1)", "up", id="queue.up"),
    Binding("pagedown", "page(1)", "page down", id="queue.page_down"),
    Binding("pageup", "page(-1)", "page up", id="queue.page_up"),
    Binding("g,home", "first", "first", id="queue.first"),
    Binding("G,end", "last", "last", id="queue.last"),
    Binding("enter", "open", "open the notice", id="queue.open"),
    Binding("n", "next_free", "open the next free notice", id="queue.next_free"),
    Binding("a", "adjudicate", "adjudicate the notice", id="queue.adjudicate"),
    Binding("slash", "search", "search", id="queue.search"),
    Binding("f", "filter", "filter", id="queue.filter"),
    Binding("S", "sort", "sort", id="queue.sort"),
    Binding("E", "everywhere", "a text in all notices", id="queue.everywhere"),
    Binding("plus", "accept_many", "accept many: all that a rule has found", id="queue.accept_many"),
    Binding("escape", "clear", "clear the selection, search or filter", id="queue.clear"),
    Binding("P", "progress", "progress of the project", id="queue.progress"),
    Binding("space", "select", "select", id="queue.select"),
    Binding("F", "flag", "flag or skip", id="queue.flag"),
    Binding("A", "assign", "assign", id="queue.assign"),
    Binding("u", "undo", "undo", id="queue.undo"),
    Binding("ctrl+r", "redo", "redo", id="queue.redo"),
    Binding("question_mark", "help", "help", id="queue.help"),
    Binding("q", "leave", "quit", id="queue.back"),
]

QUEUE_BINDINGS: list[BindingType] = [replace(binding, priority=True) for binding in _BINDINGS]
"""
| Key | Does |
| --- | --- |
| `j` `k`, arrows, `pgup` `pgdn`, `g` `G` | move |
| `enter` | open; in the search: go to the hits |
| `n` | open the next free notice; of those that are ready, the next to adjudicate |
| `a` | adjudicate the notice: decide what is gold |
| `/` | search |
| `f` | filter |
| `S` | order: imported, newest, oldest, or what is worth most: unsure, disagreement, source, month, length |
| `E` | every place of what is searched for, or of another text, in the notices that are shown |
| `+` | accept many: all that a rule has found, in the notices that are shown |
| `P` | progress |
| `esc` | clear the selection, search or filter, in that order |
| `space` | select |
| `F` `A` | flag or skip, assign what is selected |
| `u` `ctrl+r` | undo, redo |
| `?` | keys |
| `q` | quit |
"""

QUEUE_KEYS: list[KeyGroup] = [
    (
        "Queue",
        [
            (("queue.down", "queue.up"), "next, previous notice"),
            (("queue.page_down", "queue.page_up"), "a screen down, up"),
            (("queue.first", "queue.last"), "first, last notice"),
            (("queue.open",), "open the notice"),
            (("queue.next_free",), "open the next free notice: open, and not assigned to somebody else"),
            (("queue.adjudicate",), "adjudicate the notice, where your role allows it"),
        ],
    ),
    (
        "Find",
        [
            (("queue.search",), "search titles and texts, Simplified or Traditional; enter goes to the hits"),
            (
                ("queue.filter",),
                "filter by status, label, who has it, what is open, flag of the page, near-copies, gold, merges, date",
            ),
            (("queue.sort",), "sort: by import, date, what is unsure or differs, or in turn"),
            (
                ("queue.everywhere",),
                "a text in all notices: every place of what is searched for, or of another text",
            ),
            (("queue.progress",), "progress of the project: who did what how fast, who agrees, what is stuck"),
            (("queue.clear",), "clear the selection, search or filter, in that order"),
        ],
    ),
    (
        "Change",
        [
            (("queue.select",), "select, or drop from the selection"),
            (("queue.flag",), "flag or skip the selected notices, or this one, with a reason"),
            (("queue.assign",), "assign the selected notices, or this one"),
            (
                ("queue.accept_many",),
                "accept many: all that a rule has found from a score on, in the notices that are shown; first a sample",
            ),
            (("queue.undo", "queue.redo"), "undo, redo, also what was done in a notice"),
            (("app.command_palette",), "every action by name, themes, import, go to a notice"),
            (("queue.help",), "help: these keys, and the guideline"),
            (("queue.back", "app.leave"), "quit"),
        ],
    ),
]
"""The groups of the help: ids of bindings, and what they do."""
