"""What an undo or a redo did, in one line; every screen uses the same words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, cast

from annotations.annotation import Annotation, Review, clip
from annotations.counts import counted
from annotations.notice import FIELD_WORDS, FIELDS

if TYPE_CHECKING:
    from store.edits.undo import Reversal
    from store.log.adjudications import Adjudication
    from store.log.events import Change

_VERBS: Final = {"accepted": "accept", "rejected": "reject"}
"""What was done to make an annotation with this status; any other was tagged."""


def raw_name(item: Annotation) -> str:
    """An annotation in a message: its label and the beginning of its raw quote."""
    return f"{item.label} {clip(item.text)}"


def told(
    reversal: Reversal, named: Callable[[Annotation], str] = raw_name, called: Callable[[str], str] = str
) -> tuple[str, str]:
    """What an undo or a redo did, as a message and its look.

    Args:
        reversal: what the undo or redo did.
        named: an annotation in a message; a screen with the notice on it may give the quote as a reader sees it.
        called: the name of a layer in a message; a screen may hide names.

    Returns:
        One line, which holds other people's text: ``undone: tag DATE “26 September”``, ``not redone, wang has changed
        it since: review flagged, 3 notices``, ``undone, it differs elsewhere again: decision on what differs, “On
        water”``.
    """
    done = "undone" if reversal.action == "undo" else "redone"
    if reversal.obstacle is None:
        again = ", it differs elsewhere again" if reversal.is_contested else ""
        return f"{done}{again}: {described(reversal, named, called)}", "plain"
    return f"not {done}, {reversal.obstacle}: {described(reversal, named, called)}; stepped over", "warn"


def described(
    reversal: Reversal, named: Callable[[Annotation], str] = raw_name, called: Callable[[str], str] = str
) -> str:
    """The step that was undone or redone, in the words of the change itself.

    Args:
        reversal: what the undo or redo did.
        named: as for ``told``.
        called: as for ``told``.

    Returns:
        One line, which holds other people's text: ``tag DATE “26 September”``, ``review flagged, 3 notices``,
        ``review done, “On water”``.
    """
    changes, change = reversal.whole, reversal.first
    before, after = change.before, change.after
    where = clip(reversal.title) if reversal.title is not None else _notices(changes)
    fields = {each.key for each in changes if each.entity == "field"}
    if fields:
        return f"{', '.join(FIELD_WORDS[field] for field in FIELDS if field in fields)} of {where}"
    whole = _OF_SEVERAL.get(reversal.event.action)
    if whole is not None:
        return f"{whole(changes, called)}, {where}"
    if change.entity == "annotation":
        more = f" and {len(changes) - 1:,} more" if len(changes) > 1 else ""
        quote = reversal.quote
        return f"{_annotation_change(before, after, named if quote is None else partial(_quoted, quote))}{more}"
    if change.entity == "review":
        names = ", ".join(_attributes(before, after))
        status = after.status if isinstance(after, Review) else "open"
        return f"{names} of {where}" if names else f"review {status}, {where}"
    if change.entity == "assignment":
        return f"{'assign to' if after is not None else 'take off'} {change.key}, {where}"
    what = "answer" if before is not None and after is not None else "question"
    return f"{what if change.entity == 'question' else 'kind of region'}, {where}"


def _quoted(quote: str, item: Annotation) -> str:
    return f"{item.label} {clip(quote)}"


def _notices(changes: Sequence[Change]) -> str:
    return counted(len({each.notice for each in changes}), "notice")


def _states(change: Change) -> tuple[object, object]:
    return change.before, change.after


def _attributes(before: object, after: object) -> list[str]:
    """The attributes of the whole notice that a change of a review is about: none where its status changes."""
    old, new = (each if isinstance(each, Review) else None for each in (before, after))
    if (old.status if old else "open") != (new.status if new else "open"):
        return []
    then, now = (each.attributes if each else {} for each in (old, new))
    return [name for name in {**then, **now} if then.get(name) != now.get(name)]


def _adjudication(changes: Sequence[Change], called: Callable[[str], str]) -> str:
    """What an adjudicator did: ``gold of wang``, ``12 decisions``, ``gold done``."""
    reviews = [change.after for change in changes if change.entity == "review"]
    about = [
        cast("Adjudication", change.after or change.before) for change in changes if change.entity == "adjudication"
    ]
    decisions = [each for each in about if each.choice != "complete"]
    if len(decisions) == 1:
        (decision,) = decisions
        taken = f"gold of {', '.join(map(called, decision.layers))}" if decision.layers else "gold edited"
        return "none of it gold" if decision.choice == "none" else taken
    if decisions:
        return f"{counted(len(decisions), 'decision')} on gold"
    if reviews:
        names = [name for change in changes if change.entity == "review" for name in _attributes(*_states(change))]
        if names:
            return f"gold {', '.join(dict.fromkeys(names))}"
        return f"gold {'done' if isinstance(reviews[0], Review) and reviews[0].status == 'done' else 'open'}"
    return "gold edited"


def _import(changes: Sequence[Change], called: Callable[[str], str]) -> str:
    """What was imported into a layer: ``12 annotations into li``."""
    said = [cast("Annotation | Review", change.after or change.before) for change in changes]
    count = counted(sum(isinstance(each, Annotation) for each in said), "annotation")
    return f"{count} into {called(said[0].annotator or '')}"


def _settlement(changes: Sequence[Change], called: Callable[[str], str]) -> str:
    """That somebody let a side stand of what merged databases said differently."""
    del changes, called
    return "decision on what differs"


def _keeping(changes: Sequence[Change], called: Callable[[str], str]) -> str:
    """That somebody kept what a second look held for an error."""
    del changes, called
    return "keep as it is"


_OF_SEVERAL: Final = {"adjudicate": _adjudication, "import layer": _import, "settle": _settlement, "keep": _keeping}
"""Actions that are told as a whole, and not by the first thing that they changed."""


def _annotation_change(before: object, after: object, named: Callable[[Annotation], str]) -> str:
    if isinstance(before, Annotation) and isinstance(after, Annotation):
        verb = f"{before.label} →" if before.label != after.label else "change"
        return f"{verb} {named(after)}"
    if isinstance(after, Annotation):
        return f"{_VERBS.get(after.status, 'tag')} {named(after)}"
    return f"delete {named(before)}" if isinstance(before, Annotation) else "annotation"
