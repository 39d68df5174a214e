"""The keys of the adjudicate screen: bindings with ids, and the groups that the help shows.

What moves, selects, searches and edits has the keys of the review screen.  A digit takes the version of a layer, so the
labels have their letters alone, and ``alt`` with the digit.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from textual.binding import Binding, BindingType

from annotations.labels import MOST_LABELS, LabelSet
from tui.keys.keymap import KeyGroup

MOST_TAKEN: Final = 9
"""As many layers have a digit that takes their version."""

_BINDINGS: list[Binding] = [
    *(
        Binding(str(digit), f"take({digit - 1})", f"take the version of layer {digit}", id=f"adjudicate.take_{digit}")
        for digit in range(1, MOST_TAKEN + 1)
    ),
    Binding("equals_sign", "take_all", "take all versions", id="adjudicate.take_all"),
    Binding("x", "take_none", "take none of them, or delete gold", id="adjudicate.take_none"),
    Binding("n", "difference(1)", "next difference", id="adjudicate.next"),
    Binding("N", "difference(-1)", "previous difference", id="adjudicate.previous"),
    Binding("j,down", "walk(1)", "down", id="adjudicate.down"),
    Binding("k,up", "walk(-1)", "up", id="adjudicate.up"),
    Binding("pagedown", "walk_page(1)", "page down", id="adjudicate.page_down"),
    Binding("pageup", "walk_page(-1)", "page up", id="adjudicate.page_up"),
    Binding("g", "walk_edge(-1)", "first", id="adjudicate.first"),
    Binding("G", "walk_edge(1)", "last", id="adjudicate.last"),
    Binding("l,right", "characters(1)", "right", id="adjudicate.right"),
    Binding("h,left", "characters(-1)", "left", id="adjudicate.left"),
    Binding("home", "row_edge(-1)", "start of row", id="adjudicate.row_start"),
    Binding("end", "row_edge(1)", "end of row", id="adjudicate.row_end"),
    Binding("w", "unit('word', 1)", "next word", id="adjudicate.word_next"),
    Binding("b", "unit('word', -1)", "previous word", id="adjudicate.word_previous"),
    Binding("W", "unit_end('word')", "end of the word", id="adjudicate.word_end"),
    Binding("right_parenthesis", "unit('sentence', 1)", "next sentence", id="adjudicate.sentence_next"),
    Binding("left_parenthesis", "unit('sentence', -1)", "previous sentence", id="adjudicate.sentence_previous"),
    Binding("right_curly_bracket", "unit('paragraph', 1)", "next paragraph", id="adjudicate.paragraph_next"),
    Binding("left_curly_bracket", "unit('paragraph', -1)", "previous paragraph", id="adjudicate.paragraph_previous"),
    Binding("tab,shift+tab", "other_pane", "raw or normalized text", id="adjudicate.other_pane"),
    Binding("z", "whole_text", "the whole text", id="adjudicate.whole_text"),
    Binding("enter", "keep_or_unfold", "keep the ends, or unfold", id="adjudicate.unfold"),
    Binding("i", "innermost", "innermost span", id="adjudicate.innermost"),
    Binding("v", "select", "select", id="adjudicate.select"),
    Binding("V", "swap_ends", "other end of the selection", id="adjudicate.swap_ends"),
    Binding("shift+right", "extend_characters(1)", "extend right", id="adjudicate.extend_right"),
    Binding("shift+left", "extend_characters(-1)", "extend left", id="adjudicate.extend_left"),
    Binding("shift+down", "extend_rows(1)", "extend down", id="adjudicate.extend_down"),
    Binding("shift+up", "extend_rows(-1)", "extend up", id="adjudicate.extend_up"),
    Binding("s", "grow", "grow selection", id="adjudicate.grow"),
    Binding("S", "shrink", "shrink selection", id="adjudicate.shrink"),
    Binding("escape", "drop_selection", "drop selection", id="adjudicate.drop_selection"),
    *(
        Binding(f"alt+{digit}", f"tag({digit - 1})", f"gold gets label {digit}", id=f"adjudicate.label_{digit}")
        for digit in range(1, MOST_LABELS + 1)
    ),
    Binding("e", "attributes", "edit attributes of gold", id="adjudicate.attributes"),
    Binding("greater_than_sign", "edge('end', 1)", "move end on", id="adjudicate.end_on"),
    Binding("less_than_sign", "edge('end', -1)", "move end back", id="adjudicate.end_back"),
    Binding("right_square_bracket", "edge('start', 1)", "move start on", id="adjudicate.start_on"),
    Binding("left_square_bracket", "edge('start', -1)", "move start back", id="adjudicate.start_back"),
    Binding("alt+greater_than_sign", "edge('end', 1, 'word')", "move end a word on", id="adjudicate.end_word_on"),
    Binding("alt+less_than_sign", "edge('end', -1, 'word')", "move end a word back", id="adjudicate.end_word_back"),
    Binding("alt+right_square_bracket", "edge('start', 1, 'word')", "move start a word on",
            id="adjudicate.start_word_on"),
    Binding("alt+left_square_bracket", "edge('start', -1, 'word')", "move start a word back",
            id="adjudicate.start_word_back"),
    Binding("U", "unsure", "unsure, sure", id="adjudicate.unsure"),
    Binding("slash", "search", "search this notice", id="adjudicate.search"),
    Binding("full_stop", "hit(1)", "next hit", id="adjudicate.hit_next"),
    Binding("comma", "hit(-1)", "previous hit", id="adjudicate.hit_previous"),
    Binding("u", "undo", "undo", id="adjudicate.undo"),
    Binding("ctrl+r", "redo", "redo", id="adjudicate.redo"),
    Binding("m", "done", "mark adjudicated, open the next", id="adjudicate.done"),
    Binding("J", "notice(1)", "next notice to adjudicate", id="adjudicate.notice_next"),
    Binding("K", "notice(-1)", "notice before", id="adjudicate.notice_previous"),
    Binding("H", "names", "hide, show names", id="adjudicate.names"),
    Binding("L", "machines", "rules and models as layers", id="adjudicate.machines"),
    Binding("M", "notice_attributes", "labels of the whole notice in gold", id="adjudicate.notice_attributes"),
    Binding("question_mark", "help", "help", id="adjudicate.help"),
    Binding("q", "app.leave", "back", id="adjudicate.back"),
]  # fmt: skip

ADJUDICATE_BINDINGS: list[BindingType] = [replace(binding, priority=True) for binding in _BINDINGS]
"""
| Key | Does |
| --- | --- |
| `1` … `9` | take the version of that layer, and go to the next difference |
| `=` `x` | take all versions; take none, or delete what gold has |
| `n` `N` | next, previous difference that is open; at the end: the next notice |
| `j` `k`, arrows, `pgup` `pgdn`, `g` `G` | walk the differences, decided ones too; in the whole text: by rows |
| `h` `l` `w` `b` `W` `)` `(` `}` `{`, `home` `end` | move in the text |
| `tab` `z` | raw or normalized text; the whole text |
| `e` `U` | edit attributes of gold; unsure or sure |
| `<` `>` `[` `]`, with alt by words | move the end, the start of gold |
| the letter of a label, alt with its digit | gold gets that label; on a selection: tag it in gold |
| `v`, shift+arrows, `s` `S`, `V`, `esc` | select; `V` goes to the other end |
| `/` `.` `,` | search, next, previous hit |
| `u` `ctrl+r` | undo, redo |
| `m` | mark the notice adjudicated, open the next |
| `J` `K` | next, previous notice to adjudicate |
| `H` `L` | hide names; count rules and models as layers |
| `M` | labels of the whole notice in gold |
| `?` | keys and guideline |
| `q` | back |
"""

_TAKES = tuple(f"adjudicate.take_{digit}" for digit in range(1, MOST_TAKEN + 1))
_LABELS = tuple(f"adjudicate.label_{digit}" for digit in range(1, MOST_LABELS + 1))

ADJUDICATE_KEYS: list[KeyGroup] = [
    (
        "Decide",
        [
            (_TAKES, "take the version of that layer, go to the next difference"),
            (("adjudicate.take_all",), "take all versions"),
            (("adjudicate.take_none",), "take none of them; where no difference is: delete what gold has"),
            (("adjudicate.attributes",), "edit attributes, doubt and comment of gold, or of the first version"),
            (("adjudicate.end_back", "adjudicate.end_on"), "move the end of gold, or of the selection"),
            (("adjudicate.start_back", "adjudicate.start_on"), "move its start"),
            (("adjudicate.end_word_back", "adjudicate.end_word_on"), "move the end by a word"),
            (("adjudicate.start_word_back", "adjudicate.start_word_on"), "move the start by a word"),
            (_LABELS, "gold gets that label; the letter of a label does the same; a selection is tagged in gold"),
            (("adjudicate.unsure",), "unsure, sure again"),
            (("adjudicate.undo", "adjudicate.redo"), "undo, redo, across notices"),
        ],
    ),
    (
        "Move",
        [
            (("adjudicate.next", "adjudicate.previous"), "next, previous open difference; at the end: the next notice"),
            (("adjudicate.down", "adjudicate.up"), "next, previous difference; in the whole text: by rows"),
            (("adjudicate.page_down", "adjudicate.page_up"), "a screen of them"),
            (("adjudicate.first", "adjudicate.last"), "first, last"),
            (("adjudicate.left", "adjudicate.right"), "by character"),
            (("adjudicate.row_start", "adjudicate.row_end"), "start, end of the row"),
            (("adjudicate.word_next", "adjudicate.word_previous"), "next, previous word"),
            (("adjudicate.word_end",), "end of the word"),
            (("adjudicate.sentence_next", "adjudicate.sentence_previous"), "next, previous sentence"),
            (("adjudicate.paragraph_next", "adjudicate.paragraph_previous"), "next, previous paragraph"),
            (("adjudicate.innermost",), "innermost span, again: the next one out"),
            (("adjudicate.select",), "select: gold just chosen, else from the cursor"),
            (("adjudicate.swap_ends",), "other end of the selection; motions and searches move the end at the cursor"),
            (
                (
                    "adjudicate.extend_left",
                    "adjudicate.extend_down",
                    "adjudicate.extend_up",
                    "adjudicate.extend_right",
                ),
                "select",
            ),
            (("adjudicate.grow", "adjudicate.shrink"), "grow, shrink the selection"),
            (("adjudicate.drop_selection",), "drop selection, and the hits"),
            (("adjudicate.search",), "search this notice; Simplified finds Traditional"),
            (("adjudicate.hit_next", "adjudicate.hit_previous"), "next, previous hit"),
        ],
    ),
    (
        "Notice",
        [
            (("adjudicate.other_pane",), "raw or normalized text"),
            (("adjudicate.whole_text",), "the whole text, the versions again"),
            (("adjudicate.unfold",), "keep the ends, or unfold: of gold selected; what is left out"),
            (("adjudicate.names",), "hide names, show them"),
            (("adjudicate.machines",), "count rules and models as layers: none, rules, learned, both"),
            (("adjudicate.done",), "mark adjudicated, open the next that is ready"),
            (("adjudicate.notice_next", "adjudicate.notice_previous"), "next, previous notice to adjudicate"),
            (("adjudicate.notice_attributes",), "labels of the whole notice in gold, as the label set declares them"),
            (("app.command_palette",), "every action by name, themes, go to a notice"),
            (("adjudicate.help",), "help: these keys, and the guideline"),
            (("adjudicate.back", "app.leave"), "back"),
        ],
    ),
]
"""The groups of the help: ids of bindings, and what they do."""


def gold_letters(labels: LabelSet) -> dict[str, str]:
    """The letter of each label that has one, by the id of the binding that gives gold that label."""
    return {
        f"adjudicate.label_{digit}": label.key for digit, label in enumerate(labels.shown, 1) if label.key is not None
    }
