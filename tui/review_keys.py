"""The keys of the review screen: named bindings, and the table that the help shows.

All of them have priority: the app then acts on each key before it takes the next, so that keys typed ahead never reach
a notice that is on its way out.
"""

from __future__ import annotations

from dataclasses import replace

from textual.binding import Binding, BindingType

from annotations.errors import LabelError
from annotations.labels import MOST_LABELS, LabelSet

_FULL_WIDTH = "１２３４５６７８９"

_RESERVED = frozenset("abcefswy")
"""Letters that are promised to actions still to come; a label that took one would lose it then."""

_BINDINGS: list[Binding] = [
    Binding("j,down", "rows(1)", "down", id="review.down"),
    Binding("k,up", "rows(-1)", "up", id="review.up"),
    Binding("l,right", "characters(1)", "right", id="review.right"),
    Binding("h,left", "characters(-1)", "left", id="review.left"),
    Binding("pagedown", "page(1)", "page down", id="review.page_down"),
    Binding("pageup", "page(-1)", "page up", id="review.page_up"),
    Binding("home", "row_edge(-1)", "start of row", id="review.row_start"),
    Binding("end", "row_edge(1)", "end of row", id="review.row_end"),
    Binding("g", "text_edge(-1)", "start of text", id="review.text_start"),
    Binding("G", "text_edge(1)", "end of text", id="review.text_end"),
    Binding("right_parenthesis,）", "sentence(1)", "next sentence", id="review.sentence_next"),
    Binding("left_parenthesis,（", "sentence(-1)", "previous sentence", id="review.sentence_previous"),
    Binding("right_curly_bracket,｝", "paragraph(1)", "next paragraph", id="review.paragraph_next"),
    Binding("left_curly_bracket,｛", "paragraph(-1)", "previous paragraph", id="review.paragraph_previous"),
    Binding("tab", "other_pane", "other pane", id="review.other_pane"),
    Binding("v", "select", "select", id="review.select"),
    Binding("shift+right", "extend_characters(1)", "extend right", id="review.extend_right"),
    Binding("shift+left", "extend_characters(-1)", "extend left", id="review.extend_left"),
    Binding("shift+down", "extend_rows(1)", "extend down", id="review.extend_down"),
    Binding("shift+up", "extend_rows(-1)", "extend up", id="review.extend_up"),
    Binding("escape", "drop_selection", "drop selection", id="review.drop_selection"),
    *(
        Binding(f"{digit},{_FULL_WIDTH[digit - 1]}", f"tag({digit - 1})", f"label {digit}", id=f"review.tag_{digit}")
        for digit in range(1, MOST_LABELS + 1)
    ),
    Binding("n", "neighbour(1)", "next", id="review.next"),
    Binding("N", "neighbour(-1)", "previous", id="review.previous"),
    Binding("i", "innermost", "span at the cursor", id="review.innermost"),
    Binding("x", "delete", "delete", id="review.delete"),
    Binding("u", "undo", "undo", id="review.undo"),
    Binding("ctrl+r", "redo", "redo", id="review.redo"),
    Binding("m", "done", "done, next", id="review.done"),
    Binding("J", "notice(1)", "next notice", id="review.notice_next"),
    Binding("K", "notice(-1)", "previous notice", id="review.notice_previous"),
    Binding("z", "alone", "this pane alone", id="review.alone"),
    Binding("enter", "unfold", "unfold", id="review.unfold"),
    Binding("B", "region_kind", "kind of region", id="review.region_kind"),
    Binding("question_mark,？", "help", "keys", id="review.help"),
    Binding("q", "app.leave", "back", id="review.back"),
]  # fmt: skip

REVIEW_BINDINGS: list[BindingType] = [replace(binding, priority=True) for binding in _BINDINGS]
"""
| Key | Does |
| --- | --- |
| `j` `k` `h` `l`, arrows, `pgup` `pgdn`, `home` `end`, `g` `G` | move |
| `)` `(` / `}` `{` | next, previous sentence / paragraph |
| `tab` | the other pane |
| `v`, shift+arrows, mouse drag | select |
| `esc` | drop the selection |
| `1` … `9`, or the letter of a label | tag the selection; without one relabel the span |
| `n` `N` | next, previous suggestion, or annotation when none is left |
| `i` | innermost span at the cursor, again: the next one out |
| `x` | delete the annotation |
| `u` `ctrl+r` | undo, redo |
| `m` | mark the notice done and open the next |
| `J` `K` | next, previous notice |
| `z` | this pane alone |
| `enter` | unfold or fold what the normalized text leaves out |
| `B` | change the kind of this region, for everybody |
| `?` | keys |
| `q` | back |
"""

REVIEW_KEYS: list[tuple[str, list[tuple[str, str]]]] = [
    (
        "Move",
        [
            ("h j k l, arrows", "by character and row"),
            ("pgdn pgup", "by screen"),
            ("home end", "start, end of the row"),
            ("g G", "start, end of the text"),
            (") (", "next, previous sentence"),
            ("} {", "next, previous paragraph"),
            ("tab", "the other pane"),
            ("n N", "next, previous suggestion or annotation"),
            ("enter", "unfold, fold what the normalized text leaves out"),
            ("z", "this pane alone, both panes"),
        ],
    ),
    (
        "Select and tag",
        [
            ("v", "begin a selection, end it"),
            ("shift+arrows", "select"),
            ("mouse", "drag to select, click to move"),
            ("esc", "drop the selection"),
            ("1 … 9, letters", "tag the selection; without one relabel the span"),
            ("i", "innermost span here, again: the next one out"),
            ("x", "delete the annotation"),
            ("u ctrl+r", "undo, redo, across notices"),
        ],
    ),
    (
        "Notice",
        [
            ("m", "mark done, open the next"),
            ("J K", "next, previous notice"),
            ("B", "change the kind of this region, for everybody"),
            ("?", "these keys"),
            ("q ctrl+q", "back"),
        ],
    ),
]
"""What the help shows, by group."""


def label_keymap(labels: LabelSet) -> dict[str, str]:
    """The keymap that gives each label its letter beside its digit.

    Raises:
        LabelError: a label's letter is a key of the review screen already; the line names both.
    """
    taken = {key: binding.description for binding in _BINDINGS for key in binding.key.split(",")}
    keymap = {}
    for digit, label in enumerate(labels, 1):
        if label.key is None:
            continue
        if label.key in taken or label.key in _RESERVED:
            by = taken.get(label.key, "a key of zhupi")
            raise LabelError(
                f"label {label.name}: its key {label.key} is taken by {by}; choose another, or leave it out: "
                f"{digit} tags too"
            )
        keymap[f"review.tag_{digit}"] = f"{digit},{_FULL_WIDTH[digit - 1]},{label.key}"
    return keymap
