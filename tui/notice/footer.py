"""The entries of the review screen's footer: the keys that apply where the cursor is, the most needed first."""

from __future__ import annotations

from annotations.counts import counted
from annotations.labels import LabelSet
from annotations.notice import FIELDS, doubtful
from tui.keys.keymap import FooterKey
from tui.notice.model import NoticeModel

_HELP: FooterKey = ("review.help",), "help"
_BACK: FooterKey = ("review.back",), "back"
_UNDO: FooterKey = ("review.undo",), "undo"
_DONE: FooterKey = ("review.done",), "done"
_NEXT: FooterKey = ("review.next",), "next"
_SUSPECT: FooterKey = ("review.suspect",), "next suspect"
_ALL: FooterKey = ("app.command_palette",), "all commands"
_FIELDS: FooterKey = ("review.fields",), "title, date"


def footer_keys(model: NoticeModel, labels: LabelSet, *, on_fold: bool) -> list[FooterKey]:
    """The footer entries for a state of the review screen.

    Args:
        model: the open notice.
        labels: the label set of the project.
        on_fold: whether the cursor is on a fold row.
    """
    tags: list[FooterKey] = [
        ((f"review.tag_{digit}",), label.name.lower()) for digit, label in enumerate(labels.shown, 1)
    ]
    relabel: FooterKey = tuple(each for ids, _ in tags for each in ids), "relabel"
    current = model.current
    offers = model.offers_beside(current)
    taking: list[FooterKey] = [(("review.take_offers",), f"take {len(offers):,} more")] if offers else []
    on_hit = model.anchor is None and model.chosen is None and model.hit is not None
    if model.reshaped is not None:
        keys = [
            (("review.unfold",), "keep ends"),
            (("review.swap_ends",), "other end"),
            relabel,
            (("review.drop_selection",), "drop"),
        ]
    elif on_hit:
        accept: list[FooterKey] = [(("review.accept",), "accept")] if current and current.annotator is None else []
        keys = [
            *accept,
            *tags,
            (("review.hit_next", "review.hit_previous"), "hits"),
            (("review.drop_selection",), "drop"),
        ]
    elif model.anchor is not None:
        ends: list[FooterKey] = [(("review.swap_ends",), "other end")]
        keys = [*tags, (("review.grow", "review.shrink"), "grow"), (("review.drop_selection",), "drop"), *ends]
    elif current is not None and current.annotator is None:
        keys = [
            (("review.accept",), "accept"),
            (("review.reject",), "reject"),
            *taking,
            (("review.next",), "next"),
            (("review.attributes",), "attributes"),
            _UNDO,
            relabel,
            (("review.accept_rule", "review.reject_rule"), "all of this rule"),
            (("review.end_back", "review.end_on"), "end"),
            _DONE,
        ]
    elif current is not None and current.annotator != model.annotator:
        # The layer of somebody else is read-only.
        keys = [
            (("review.next",), "next"),
            (("review.innermost",), "next out"),
            (("review.others",), "layers of others"),
            _DONE,
        ]
    elif current is not None:
        out: list[FooterKey] = [(("review.innermost",), "next out")] if len(model.at_cursor()) > 1 else []
        # The way on comes early: who works with the mouse alone has nothing but what is shown.
        onward, later = (_NEXT, _DONE) if model.to_decide else (_DONE, _NEXT)
        keys = [
            *taking,
            (("review.attributes",), "attributes"),
            *out,
            (("review.reject",), "delete"),
            (("review.end_back", "review.end_on"), "end"),
            onward,
            _UNDO,
            later,
            (("review.start_back", "review.start_on"), "start"),
            (("review.select",), "select"),
            relabel,
        ]
    elif on_fold:
        keys = [(("review.unfold",), "unfold"), (("review.down",), "go on"), (("review.other_pane",), "other pane")]
    else:
        keys = _keys_on_text(model, labels)
    if current is not None and current.id in model.suspects and model.anchor is None:
        keep: FooterKey = ("review.keep",), "keep as it is"
        # What is missing is accepted, and what is wrong changed, by the same keys as ever.
        first = keys[:1] if current.annotator is None or on_hit else [relabel, (("review.reject",), "delete")]
        keys = [keep, *first, _SUSPECT, *(each for each in keys if each not in first)]
    elif model.suspects:
        keys = [*keys[:3], _SUSPECT, *keys[3:]]
    differing: list[FooterKey] = [(("review.differing",), "differs elsewhere")] if model.contested else []
    return [*differing, *keys[: 5 - len(differing)], _HELP, *keys[5 - len(differing) :], _BACK, _ALL]


def _keys_on_text(model: NoticeModel, labels: LabelSet) -> list[FooterKey]:
    """The entries where the cursor is on text that nothing is said about."""
    following: list[FooterKey] = []
    if model.hits:
        following.append((("review.hit_next", "review.hit_previous"), "hits"))
    if model.to_decide:
        following.append((("review.next",), "next suggestion"))
    elif model.items:
        following.append((("review.next",), "next span"))
    if model.offers:
        following.append((("review.take_offers",), f"take {counted(len(model.offers), 'offer')}"))
    select: list[FooterKey] = [(("review.select",), "select"), (("review.grow",), "word")]
    more: list[FooterKey] = [(("review.search",), "search"), (("review.other_pane",), "other pane")]
    # Where the page tells its title or date badly, to set them is what is wanted.
    wanted = any(doubtful(model.notice.flags, field) for field in FIELDS)
    first, last = ([_FIELDS], []) if wanted else ([], [_FIELDS])
    whole: list[FooterKey] = [(("review.notice_attributes",), "notice")] if labels.notice else []
    return [*select, *following, *first, *whole, _UNDO, _DONE, *more, *last]
