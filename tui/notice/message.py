"""The line above the annotations in words: counts, a message about the last key, a hint on the next one."""

from __future__ import annotations

from typing import Final

from annotations.counts import counted
from annotations.labels import LabelSet
from annotations.muting import in_words
from annotations.suspects import sentence
from tui.keys.keymap import Keys
from tui.notice.model import NoticeModel
from tui.terminal.display import line
from tui.terminal.width import cells
from tui.widgets.status_line import Part

_MOST_RULES: Final = 2
"""Rules that are named as muted."""
_RULES_CELLS: Final = 60
"""Cells of their names at most."""


def beside(message: Part | None, hint: str, room: int, *, warns: bool) -> list[Part]:
    """The parts of a line with a message and a hint; where both have no room, the one that is worth more.

    Args:
        message: the message; None where there is none.
        hint: the hint; "" where there is none.
        room: cells that there are for both.
        warns: whether the message is worth more than a hint.
    """
    if not hint:
        return [(f" {message[0]} ", message[1])] if message else []
    shown: Part = f" {hint} ", "good"
    if message is None:
        return [shown]
    if cells(message[0]) + cells(shown[0]) + 1 <= room:
        return [(f" {message[0]} ·", message[1]), shown]
    return [(f" {message[0]} ", message[1])] if warns else [shown]


def counts_of(model: NoticeModel, notice_values: str) -> tuple[str, str]:
    """How much is said of a notice, in words, and in few where there is no room, as in the queue.

    Args:
        model: the notice.
        notice_values: how many of the declared attributes of the whole notice are set; "" where none is declared.
    """
    count = f" {len(model.own):,} yours" + (f" · {len(model.suggestions):,} to accept" if model.suggestions else "")
    silent = f"{len(model.silent):,} muted" if model.silent else ""
    count += f" · {silent} ({_rules_of(model)})" if silent else ""
    count += f" · {len(model.offers):,} offered" if model.offers else ""
    count += f" · {counted(len(model.suspects), 'suspect')}" if model.suspects else ""
    count += f" · {len(model.others):,} of others" if model.others_shown else ""
    count += f" · notice {notice_values}" if notice_values else ""
    differ = len(model.contested)
    count += f" · {differ:,} {'differs' if differ == 1 else 'differ'} elsewhere" if differ else ""
    short = f" {len(model.own):,} yours" + (f" +{len(model.suggestions):,}?" if model.suggestions else "")
    short += f" {silent}" if silent else ""
    short += f" {len(model.suspects):,}!" if model.suspects else ""
    return count, short + (f" {differ:,}≠" if differ else "")


def _rules_of(model: NoticeModel) -> str:
    """Which rules the suggestions are by that are not shown, and how often people accepted them."""
    return line(in_words((model.muted[item.id] for item in model.silent), _MOST_RULES), _RULES_CELLS)


def about_suspect(model: NoticeModel, labels: LabelSet) -> Part | None:
    """Why the annotation that keys act on may be an error; None where nobody says so."""
    current = model.current
    suspect = model.suspects.get(current.id) if current is not None else None
    if suspect is None or not suspect.reasons:
        return None
    reasons = (sentence(each, suspect.label, labels.present_name_of) for each in suspect.reasons)
    return "; ".join(reasons), "warn"


def nothing_tagged(labels: LabelSet, keys: Keys) -> str:
    """The text of an empty list of annotations: the keys that select and tag, of three labels at most."""
    digits = (digit for digit, _ in enumerate(labels.shown[:3], 1))
    tags = " ".join(keys.shown(f"review.tag_{digit}") for digit in digits)
    return f"Nothing tagged yet: {keys.shown('review.select')} selects, {tags} tag"
