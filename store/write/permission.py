"""Who may record what: the one place that holds people to their roles, for commands, the app, undo and redo alike.

What counts is the role that somebody has now.  An undo or a redo is held to what is asked of the action that it takes
back or does again: whoever was an adjudicator once does not go on as one.
"""

from __future__ import annotations

from typing import Final

from annotations.annotation import GOLD, Annotation, Review
from annotations.counts import counted
from annotations.questions import Question
from store.db.sqlite import Connection
from store.errors import RoleError
from store.index.conflicts import is_contested
from store.index.filters import QueueFilter
from store.index.shown import shown_notices
from store.log.assignments import Assignment
from store.log.events import Change
from store.log.kept_suspects import KeptSuspect
from store.log.training_results import TrainingResult
from store.project.reviewers import MOST_TAKEN, Task, allows, check_actor, may, require

ATTRIBUTES: Final = "attributes"
"""The action that sets attributes of a whole notice in a layer."""

TRAIN: Final = "train"
"""The action that notes how somebody did a notice of their training, and that they were shown gold then."""

ASK: Final = "ask"
ANSWER: Final = "answer"
"""The actions that ask a question, and that answer one."""

KEEP: Final = "keep"
"""The action that keeps what a second look holds for an error."""

_OF_ONES_OWN: Final = ("tag", "change", "delete", "review", ATTRIBUTES, TRAIN)
"""Actions that are about a layer: nobody does them to that of another, nor takes them back there."""

SETTLE: Final = "settle"
"""The action that settles what merged databases say differently: by whoever owns the layer or has asked the question,
or by an adjudicator."""

_OF_GOLD: Final = "adjudicate"
"""The action that is about the layer of what was adjudicated, and about nothing else."""

_TASKS: Final[dict[str, Task]] = {
    **dict.fromkeys((*_OF_ONES_OWN, ASK, ANSWER, KEEP, "override", "correct", "redate"), "annotate"),
    SETTLE: "annotate",
    **dict.fromkeys(("import", "import layer"), "add notices"),
    "see": "see the layers of others",
    _OF_GOLD: "adjudicate",
}
"""What an action takes; assignments have rules of their own, and any other action changes the project."""


def check_permission(
    connection: Connection, actor: str, action: str, change: Change, *, is_still: bool = False
) -> None:
    """Prove that somebody may make a change; whoever is not listed is held to their own layer alone.

    Args:
        connection: in a write transaction.
        actor: who.
        action: what is done; of an undo or a redo the action that it takes back, or does again.
        change: the entity before and after.
        is_still: whether it stands for a step that undo or redo steps over, often because of what follows here.

    Raises:
        RoleError: they work here no longer, their role does not allow it, or it is about the layer of another.
    """
    known = check_actor(connection, actor)
    if is_still:
        return
    if action in _OF_ONES_OWN:
        _keep_to(actor, actor, change)
    if action in (ASK, ANSWER):
        _check_question(actor, action, change)
    if action == _OF_GOLD:
        _keep_to(GOLD, actor, change)
    if _judges_others(connection, actor, action, change):
        require(connection, actor, "adjudicate")
    if known is None:
        return
    if change.entity == "assignment":
        _check_assignment(connection, actor, change)
    elif not allows(known, task := _TASKS.get(action, "change the project")):
        require(connection, actor, task)


def _judges_others(connection: Connection, actor: str, action: str, change: Change) -> bool:
    """Whether a change judges what is not the actor's own: gold, the layers of others, and their questions."""
    if action == KEEP:
        return _layers_kept(change) != {actor}
    if action == SETTLE:
        return change.entity == "adjudication" or not _owners(change) <= {actor}
    if action in (ASK, ANSWER):
        # An answer follows all sides of a conflict, and so would decide which of them stands.
        return is_contested(connection, change) and not _owners(change) <= {actor}
    return action == _OF_GOLD


def _owners(change: Change) -> set[str]:
    """Whose layers a change is about, and whose questions."""
    states = (each for each in (change.before, change.after) if isinstance(each, Annotation | Review | Question))
    return {each.annotator for each in states if each.annotator is not None}


def _layers_kept(change: Change) -> set[str]:
    """In whose layers something is kept, or kept no more."""
    return {each.layer for each in (change.before, change.after) if isinstance(each, KeptSuspect)}


def _keep_to(layer: str, actor: str, change: Change) -> None:
    for subject in (change.before, change.after):
        owner = subject.annotator if isinstance(subject, Annotation | Review | TrainingResult) else layer
        if owner is not None and owner != layer:
            raise RoleError(f"{actor} cannot change what {owner} said; it is another layer")


def _check_question(actor: str, action: str, change: Change) -> None:
    """Whoever asks, asks in their own name, and whoever answers adds an answer of their own; undo takes that back."""
    before, after = (each if isinstance(each, Question) else None for each in (change.before, change.after))
    if before is None or after is None:
        asked = after if after is not None else before
        lawful = action == ASK and asked is not None and asked.annotator == actor
    else:
        longer, shorter = (after, before) if len(after.answers) > len(before.answers) else (before, after)
        lawful = action == ANSWER and longer == shorter.answered(longer.answers[-1]) if longer.answers else False
        lawful = lawful and longer.answers[-1].annotator == actor
    if not lawful:
        raise RoleError(f"{actor} cannot change what others ask and answer")


def _check_assignment(connection: Connection, actor: str, change: Change) -> None:
    """A reviewer takes notices, up to a number, and takes off what they took; what others gave stays given."""
    if change.key != actor:
        require(connection, actor, "assign to others")
        return
    require(connection, actor, "take notices")
    if isinstance(change.before, Assignment) and change.before.assigned_by != actor:
        require(connection, actor, "take off what others gave")
    if isinstance(change.after, Assignment) and not may(connection, actor, "take any number of notices"):
        held = shown_notices(connection, actor, QueueFilter(status="open", assignee=actor))
        if held is not None and len(held) >= MOST_TAKEN:
            raise RoleError(
                f"{actor} has {counted(len(held), 'notice')} open already, and whoever has {MOST_TAKEN:,} takes no "
                "more; review some, or ask an adjudicator or an admin"
            )
