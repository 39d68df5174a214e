"""The keys of the progress screen: bindings with ids, and the groups that the help shows."""

from __future__ import annotations

from dataclasses import replace

from textual.binding import Binding, BindingType

from tui.keys.keymap import KeyGroup
from tui.progress.tabs import TABS

_BINDINGS: list[Binding] = [
    Binding("j,down", "move(1)", "down", id="progress.down"),
    Binding("k,up", "move(-1)", "up", id="progress.up"),
    Binding("pagedown", "page(1)", "page down", id="progress.page_down"),
    Binding("pageup", "page(-1)", "page up", id="progress.page_up"),
    Binding("g,home", "first", "first", id="progress.first"),
    Binding("G,end", "last", "last", id="progress.last"),
    Binding("tab", "next_table(1)", "next table", id="progress.next_table"),
    Binding("shift+tab", "next_table(-1)", "previous table", id="progress.previous_table"),
    *(
        Binding(str(number), f"table({number - 1})", f"table of {name}", id=f"progress.table_{number}")
        for number, name in enumerate(TABS, 1)
    ),
    Binding("l,right", "turn(1)", "next person, measure, kind or example", id="progress.next"),
    Binding("h,left", "turn(-1)", "previous person, measure, kind or example", id="progress.previous"),
    Binding("enter", "open", "open what is at the cursor", id="progress.open"),
    Binding("question_mark", "help", "help", id="progress.help"),
    Binding("q,escape", "leave", "back to the queue", id="progress.back"),
]

PROGRESS_BINDINGS: list[BindingType] = [replace(binding, priority=True) for binding in _BINDINGS]
"""
| Key | Does |
| --- | --- |
| `j` `k`, arrows, `pgup` `pgdn`, `g` `G` | move |
| `tab` `shift+tab`, `1` … `6` | another table: people, labels, rules, agreement, stuck, differences |
| `h` `l`, arrows | another person, measure, kind or example; scores of rules; minutes or notices in the plot |
| `enter` | open the notice that is stuck, or the example at its place; of a person, their labels |
| `?` | keys |
| `q` `esc` | back to the queue |
"""

PROGRESS_KEYS: list[KeyGroup] = [
    (
        "Progress",
        [
            (("progress.down", "progress.up"), "next, previous row; the plot shows the days of the person there"),
            (("progress.page_down", "progress.page_up"), "a screen down, up"),
            (("progress.first", "progress.last"), "first, last row"),
            (("progress.next_table", "progress.previous_table"), "next, previous table"),
            (tuple(f"progress.table_{number}" for number in range(1, len(TABS) + 1)), f"table: {', '.join(TABS)}"),
            (
                ("progress.next", "progress.previous"),
                "another person, measure, kind or example; of rules: scores; of people: notices, or active minutes",
            ),
            (
                ("progress.open",),
                "open the notice that is stuck, or an example at its place, then the next; of a person: their labels",
            ),
            (("app.command_palette",), "every action by name, themes, go to a notice"),
            (("progress.help",), "help: these keys, and the guideline"),
            (("progress.back", "app.leave"), "back to the queue"),
        ],
    ),
]
"""The groups of the help: ids of bindings, and what they do."""
