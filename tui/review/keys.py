"""The keys of the review screen: bindings with ids, and the groups that the help shows.

All bindings have priority: the app acts on each key before it takes the next one, so that no key that was typed ahead
reaches a notice that is about to be left.
"""

from __future__ import annotations

from dataclasses import replace

from textual.binding import Binding, BindingType

from annotations.errors import LabelError
from annotations.labels import MOST_LABELS, LabelSet
from tui.keys.keymap import KeyGroup

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
    Binding("w", "unit('word', 1)", "next word", id="review.word_next"),
    Binding("b", "unit('word', -1)", "previous word", id="review.word_previous"),
    Binding("W", "unit_end('word')", "end of the word", id="review.word_end"),
    Binding("right_parenthesis", "unit('sentence', 1)", "next sentence", id="review.sentence_next"),
    Binding("left_parenthesis", "unit('sentence', -1)", "previous sentence", id="review.sentence_previous"),
    Binding("right_curly_bracket", "unit('paragraph', 1)", "next paragraph", id="review.paragraph_next"),
    Binding("left_curly_bracket", "unit('paragraph', -1)", "previous paragraph", id="review.paragraph_previous"),
    Binding("tab,shift+tab", "other_pane", "other pane", id="review.other_pane"),
    Binding("v", "select", "select", id="review.select"),
    Binding("V", "swap_ends", "other end of the selection", id="review.swap_ends"),
    Binding("shift+right", "extend_characters(1)", "extend right", id="review.extend_right"),
    Binding("shift+left", "extend_characters(-1)", "extend left", id="review.extend_left"),
    Binding("shift+down", "extend_rows(1)", "extend down", id="review.extend_down"),
    Binding("shift+up", "extend_rows(-1)", "extend up", id="review.extend_up"),
    Binding("s", "grow", "grow selection", id="review.grow"),
    Binding("S", "shrink", "shrink selection", id="review.shrink"),
    Binding("escape", "drop_selection", "drop selection", id="review.drop_selection"),
    *(
        Binding(str(digit), f"tag({digit - 1})", f"label {digit}", id=f"review.tag_{digit}")
        for digit in range(1, MOST_LABELS + 1)
    ),
    Binding("n", "neighbour(1)", "next suggestion", id="review.next"),
    Binding("N", "neighbour(-1)", "previous suggestion", id="review.previous"),
    Binding("exclamation_mark", "suspect(1)", "next suspect", id="review.suspect"),
    Binding("P", "suspect(-1)", "previous suspect", id="review.suspect_previous"),
    Binding("Y", "keep", "keep the suspect as it is", id="review.keep"),
    Binding("i", "innermost", "innermost span", id="review.innermost"),
    Binding("a", "accept", "accept, go to the next", id="review.accept"),
    Binding("x", "reject", "reject or delete", id="review.reject"),
    Binding("A", "decide_rule('accepted')", "accept all of this rule", id="review.accept_rule"),
    Binding("X", "decide_rule('rejected')", "reject all of this rule", id="review.reject_rule"),
    Binding("plus", "take_offers", "take all offers", id="review.take_offers"),
    Binding("e", "attributes", "edit attributes", id="review.attributes"),
    Binding("c", "comment", "comment", id="review.comment"),
    Binding("Q", "question", "answer a question", id="review.question"),
    Binding("U", "unsure", "unsure, sure", id="review.unsure"),
    Binding("greater_than_sign", "edge('end', 1)", "move end on", id="review.end_on"),
    Binding("less_than_sign", "edge('end', -1)", "move end back", id="review.end_back"),
    Binding("right_square_bracket", "edge('start', 1)", "move start on", id="review.start_on"),
    Binding("left_square_bracket", "edge('start', -1)", "move start back", id="review.start_back"),
    Binding("alt+greater_than_sign", "edge('end', 1, 'word')", "move end a word on", id="review.end_word_on"),
    Binding("alt+less_than_sign", "edge('end', -1, 'word')", "move end a word back", id="review.end_word_back"),
    Binding("alt+right_square_bracket", "edge('start', 1, 'word')", "move start a word on", id="review.start_word_on"),
    Binding("alt+left_square_bracket", "edge('start', -1, 'word')", "move start a word back",
            id="review.start_word_back"),
    Binding("D", "repeat", "tag in the other copy", id="review.repeat"),
    Binding("y", "copy", "copy", id="review.copy"),
    Binding("slash", "search", "search this notice", id="review.search"),
    Binding("full_stop", "hit(1)", "next hit", id="review.hit_next"),
    Binding("comma", "hit(-1)", "previous hit", id="review.hit_previous"),
    Binding("E", "everywhere", "this text in all notices", id="review.everywhere"),
    Binding("u", "undo", "undo", id="review.undo"),
    Binding("ctrl+r", "redo", "redo", id="review.redo"),
    Binding("m", "done", "mark done, open the next", id="review.done"),
    Binding("f", "flag", "flag or skip", id="review.flag"),
    Binding("J", "notice(1)", "next notice", id="review.notice_next"),
    Binding("K", "notice(-1)", "previous notice", id="review.notice_previous"),
    Binding("z", "alone", "this pane alone", id="review.alone"),
    Binding("enter", "keep_or_unfold", "keep the ends, or unfold", id="review.unfold"),
    Binding("L", "others", "layers of others", id="review.others"),
    Binding("percent_sign", "muted", "muted suggestions", id="review.muted"),
    Binding("B", "region_kind", "change the kind of region", id="review.region_kind"),
    Binding("equals_sign", "differing", "decide what differs elsewhere", id="review.differing"),
    Binding("T", "fields", "set title, source and date", id="review.fields"),
    Binding("M", "notice_attributes", "labels of the whole notice", id="review.notice_attributes"),
    Binding("question_mark", "help", "help", id="review.help"),
    Binding("q", "app.leave", "back", id="review.back"),
]  # fmt: skip

REVIEW_BINDINGS: list[BindingType] = [replace(binding, priority=True) for binding in _BINDINGS]
"""
| Key | Does |
| --- | --- |
| `j` `k` `h` `l`, arrows, `pgup` `pgdn`, `home` `end`, `g` `G` | move |
| `w` `b` / `)` `(` / `}` `{` | next, previous word / sentence / paragraph |
| `tab` | the other pane |
| `W` | end of the word |
| `v`, shift+arrows, mouse drag | select; `v` on a span just chosen begins as that span, again: at the cursor |
| `V` | other end of the selection; motions and searches move the end with the cursor |
| `s` `S` | grow, shrink the selection |
| `esc` | drop the selection and the hits |
| `1` … `9`, or the letter of a label | tag the selection or the hit; else relabel the span, with new ends |
| `a` `x` | accept a suggestion, or go to the next one; reject it, or delete an annotation |
| `A` `X` | accept, reject all suggestions of the same rule in this notice; a second press does it |
| `+` | take all offers: the same words elsewhere in this notice as in a tag |
| `e` `c` `U` | edit attributes, comment (`@name` asks somebody), unsure or sure |
| `Q` | answer a question |
| `<` `>` `[` `]`, with alt by words | move the end, the start of the span |
| `D` `y` | tag in the other copy, copy |
| `/` `.` `,` | search, next, previous hit |
| `E` | every place of this text in all notices: of the selection, the span or the hit |
| `n` `N` | next, previous suggestion; when none is left, the next notice with some by a second press |
| `!` `P` | next, previous suspect of a second look; when none is left, the next notice with some by a second press |
| `Y` | keep a suspect as it is: it does not come again |
| `i` | innermost span at the cursor, again: the next one out |
| `u` `ctrl+r` | undo, redo |
| `m` `f` | mark the notice done, flag or skip it, and open the next |
| `J` `K` | next, previous notice |
| `z` | this pane alone; both, of a notice whose texts are the same |
| `enter` | keep the ends that `v` began with and motions moved; else unfold or fold what is left out |
| `L` | show or hide the layers of others, where your role allows it |
| `%` | show or hide suggestions of muted rules, in this session |
| `B` | change the kind of this region, for everybody |
| `=` | decide what merged databases say differently of this notice |
| `T` | set title, source and date of the notice, for everybody |
| `M` | labels of the whole notice |
| `?` | keys and guideline |
| `q` | back |
"""

_TAGS = tuple(f"review.tag_{digit}" for digit in range(1, MOST_LABELS + 1))

REVIEW_KEYS: list[KeyGroup] = [
    (
        "Move",
        [
            (("review.left", "review.down", "review.up", "review.right"), "by character and row"),
            (("review.page_down", "review.page_up"), "by screen"),
            (("review.row_start", "review.row_end"), "start, end of the row"),
            (("review.text_start", "review.text_end"), "start, end of the text"),
            (("review.word_next", "review.word_previous"), "next, previous word"),
            (("review.word_end",), "end of the word"),
            (("review.sentence_next", "review.sentence_previous"), "next, previous sentence"),
            (("review.paragraph_next", "review.paragraph_previous"), "next, previous paragraph"),
            (
                ("review.next", "review.previous"),
                "next, previous suggestion; when none is left, again: the next notice with some",
            ),
            (
                ("review.suspect", "review.suspect_previous"),
                "next, previous suspect of a second look; when none is left, again: the next notice with some",
            ),
            (("review.search",), "search this notice; Simplified finds Traditional"),
            (("review.hit_next", "review.hit_previous"), "next, previous hit"),
            (("review.other_pane",), "other pane"),
            (("review.alone",), "this pane alone, both panes; where both texts are the same one shows by itself"),
            (("review.unfold",), "keep the ends, or unfold: of a span selected; what is left out"),
        ],
    ),
    (
        "Select and tag",
        [
            (("review.select",), "select: a span just chosen, else from the cursor; a drag of the mouse selects too"),
            (("review.swap_ends",), "other end of the selection; motions and searches move the end at the cursor"),
            (("review.extend_left", "review.extend_down", "review.extend_up", "review.extend_right"), "select"),
            (("review.grow", "review.shrink"), "grow, shrink the selection: word, clause, sentence, paragraph"),
            (("review.drop_selection",), "drop selection, and the hits"),
            (_TAGS, "tag the selection or the hit; else relabel the span, with new ends where they were moved"),
            (
                ("review.accept",),
                "accept, go to the next: a suggestion; where none is, the next one; on one in bulk: it was looked at",
            ),
            (("review.reject",), "reject or delete: a suggestion, an annotation"),
            (
                ("review.accept_rule", "review.reject_rule"),
                "accept, reject all of this rule in this notice; again: does it",
            ),
            (("review.keep",), "keep the suspect as it is: what a second look holds for an error is right"),
            (("review.take_offers",), "take all offers: the same words elsewhere in this notice as in a tag"),
            (("review.innermost",), "innermost span, again: the next one out"),
            (("review.end_back", "review.end_on"), "move the end of the span, or of the selection"),
            (("review.start_back", "review.start_on"), "move its start"),
            (("review.end_word_back", "review.end_word_on"), "move the end by a word"),
            (("review.start_word_back", "review.start_word_on"), "move the start by a word"),
            (("review.attributes",), "edit attributes, doubt and comment"),
            (("review.comment",), "comment on the span, or on the notice; @name and words ask somebody, @ anybody"),
            (("review.question",), "answer a question: that closes it; else the last that you have asked"),
            (("review.unsure",), "unsure, sure again"),
            (("review.everywhere",), "this text in all notices: of the selection, the span or the hit"),
            (("review.repeat",), "tag in the other copy, where it says the same"),
            (("review.copy",), "copy the selection or the span"),
            (("review.undo", "review.redo"), "undo, redo, across notices"),
        ],
    ),
    (
        "Notice",
        [
            (("review.done",), "mark done, open the next"),
            (("review.flag",), "flag or skip with a reason, or open again"),
            (("review.notice_next", "review.notice_previous"), "next, previous notice of the queue"),
            (("review.others",), "layers of others, shown or hidden, where your role allows it"),
            (("review.muted",), "muted suggestions, shown or hidden until you leave: of rules that are seldom right"),
            (("review.region_kind",), "change the kind of region, for everybody"),
            (("review.fields",), "set title, source and date, for everybody"),
            (("review.notice_attributes",), "labels of the whole notice, as the label set declares them"),
            (("review.differing",), "decide what differs elsewhere: which side stands of what merged databases say"),
            (("app.command_palette",), "every action by name, themes, go to a notice"),
            (("review.help",), "help: these keys, and the guideline"),
            (("review.back", "app.leave"), "back"),
        ],
    ),
]
"""The groups of the help: ids of bindings, and what they do."""


def label_letters(labels: LabelSet) -> dict[str, str]:
    """The letter of each label that has one, by the id of the binding that tags with it.

    Raises:
        LabelError: a letter is a key of the review screen already; the message names both.
    """
    taken = {key: binding.description for binding in _BINDINGS for key in binding.key.split(",")}
    letters = {}
    for digit, label in enumerate(labels.shown, 1):
        if label.key is None:
            continue
        if label.key in taken:
            raise LabelError(
                f"label {label.name}: its key {label.key} is taken by {taken[label.key]}; choose another, or leave it "
                f"out: {digit} tags too"
            )
        letters[f"review.tag_{digit}"] = label.key
    return letters
