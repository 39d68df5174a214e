"""The entries of the adjudicate screen's footer: the keys that apply where the cursor is, the most needed first."""

from __future__ import annotations

from annotations.labels import LabelSet
from tui.adjudicate.keys import MOST_TAKEN
from tui.adjudicate.model import GoldModel
from tui.keys.keymap import FooterKey
from tui.terminal.display import line

_NAME_CELLS = 12
_MOST_NAMED = 3
"""Layers whose keys are shown one by one; of more, the keys are shown as a run."""

_HELP: FooterKey = ("adjudicate.help",), "help"
_BACK: FooterKey = ("adjudicate.back",), "back"
_UNDO: FooterKey = ("adjudicate.undo",), "undo"
_DONE: FooterKey = ("adjudicate.done",), "done"
_NEXT: FooterKey = ("adjudicate.next",), "next"
_END: FooterKey = ("adjudicate.end_back", "adjudicate.end_on"), "end"
_START: FooterKey = ("adjudicate.start_back", "adjudicate.start_on"), "start"
_WHOLE: FooterKey = ("adjudicate.whole_text",), "whole text"


def footer_keys(model: GoldModel, labels: LabelSet) -> list[FooterKey]:
    """The footer entries for a state of the adjudicate screen."""
    label_keys: list[FooterKey] = [
        ((f"adjudicate.label_{digit}",), label.name.lower()) for digit, label in enumerate(labels.shown, 1)
    ]
    here = model.here
    # Once nothing is open any more, that is what is left to do.
    first, last = ([], [_DONE]) if model.open else ([_DONE], [])
    if model.anchor is not None:
        keep: list[FooterKey] = [(("adjudicate.unfold",), "keep ends")] if model.reshaped is not None else []
        keys = [
            *keep,
            *label_keys,
            (("adjudicate.grow", "adjudicate.shrink"), "grow"),
            (("adjudicate.drop_selection",), "drop"),
            (("adjudicate.swap_ends",), "other end"),
        ]
    elif here is not None:
        relabel: FooterKey = tuple(each for ids, _ in label_keys for each in ids), "relabel"
        keys = [
            *first,
            *_takes(model),
            (("adjudicate.take_all",), "both" if len(model.layers) == 2 else "all"),
            (("adjudicate.take_none",), "none"),
            (("adjudicate.attributes",), "edit"),
            _NEXT,
            _END,
            _START,
            _UNDO,
            *last,
            relabel,
        ]
    elif model.current is not None:
        delete: FooterKey = ("adjudicate.take_none",), "delete"
        keys = [*first, (("adjudicate.attributes",), "attributes"), delete, _END, _START, _NEXT, _UNDO, *last]
    else:
        select: FooterKey = ("adjudicate.select",), "select"
        keys = [_NEXT, _WHOLE, select, _UNDO, _DONE] if model.open else [_DONE, _WHOLE, _UNDO, _NEXT, select]
    return [*keys[:6], _HELP, *keys[6:], _BACK]


def _takes(model: GoldModel) -> list[FooterKey]:
    """The keys that take a version, with the name of its layer where there are few."""
    count = min(len(model.layers), MOST_TAKEN)
    ids = [f"adjudicate.take_{digit}" for digit in range(1, count + 1)]
    if count > _MOST_NAMED:
        return [(tuple(ids), "take")]
    return [((each,), line(model.name_of(layer), _NAME_CELLS)) for each, layer in zip(ids, model.layers, strict=False)]
