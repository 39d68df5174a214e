"""How people learn here: which gold notices are for training, which are hidden checks, and what opens the queue.

All of it is one setting, so that each change of it is an event.  Who reads the file with another program finds the
hidden checks; zhupi tells them to admins alone, and to no export.
"""

from __future__ import annotations

from typing import Final

import msgspec

from store.db.sqlite import Connection
from store.errors import DamageError
from store.project.reviewers import Reviewer
from store.project.settings import Setting, load_setting

SETTING: Final = "training"
"""The name of the setting."""

BEGINNING_SHARE: Final = 0.05
"""The share of hidden checks among the notices that are handed out, until an admin says otherwise."""


class Training(msgspec.Struct, frozen=True):
    """What people are trained and checked with.

    ``training`` and ``checks`` are numbers of notices in the order in which they were marked.  ``share`` is how many of
    the notices that ``n`` hands out are hidden checks, from 0 to 1.  ``bar`` is the F1 that opens the queue to whoever
    is trained; None opens it once they have done all of it.  ``since`` is when the first notice was marked: reviewers
    who came later are trained, and so are those of ``required``, but for those of ``excused``.
    """

    training: tuple[int, ...] = ()
    checks: tuple[int, ...] = ()
    share: float = BEGINNING_SHARE
    bar: float | None = None
    since: str = ""
    required: tuple[str, ...] = ()
    excused: tuple[str, ...] = ()

    def trains(self, known: Reviewer | None) -> bool:
        """Whether somebody is to be trained: a reviewer who came since there is training, or who was named."""
        if known is None or known.role != "reviewer" or not self.training or known.name in self.excused:
            return False
        return known.name in self.required or known.added_at >= self.since


def training_in(connection: Connection) -> Training:
    """The training of the project; nothing where nobody has set it up.

    Raises:
        DamageError: the setting is damaged.
    """
    kept = load_setting(connection, SETTING)
    if kept is None:
        return Training()
    try:
        return msgspec.json.decode(kept.value, type=Training)
    except msgspec.DecodeError as error:
        raise DamageError(f"what people are trained with is damaged ({error}); restore a backup") from error


def as_setting(training: Training) -> Setting:
    """The training as the setting that keeps it."""
    return Setting(msgspec.json.encode(training).decode())
