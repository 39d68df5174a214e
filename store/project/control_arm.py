"""The control arm: on a share of the notices nobody sees suggestions, to tell what suggestions do to people.

Which notices these are follows from their ids alone, which are digests of their texts: it is the same in every
database, and a larger share holds all of a smaller one.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from store.db.sqlite import Connection
from store.errors import DamageError
from store.project.settings import Setting, load_setting

SETTING: Final = "control arm"
"""The name of the setting."""

Arm = Literal["hidden", "shown"]
"""Whether suggestions are hidden on a notice, or shown as always."""

DIGITS: Final = 4
"""Hex digits at the end of an id that tell the arm of a notice."""

_ALL: Final = 1 << 4 * DIGITS
_BEHIND_ALL: Final = "g"
"""What no hex digit comes behind."""


class ControlArm(msgspec.Struct, frozen=True):
    """``share`` of the notices are in it, from 0 to 1: those whose ids end with digits that come before ``below``."""

    share: float
    below: str

    def arm_of(self, notice_id: str) -> Arm:
        """The arm of a notice."""
        return "hidden" if notice_id[-DIGITS:] < self.below else "shown"


def control_arm(share: float) -> ControlArm:
    """The control arm with this share of the notices, from 0 to 1."""
    below = round(share * _ALL)
    return ControlArm(share, _BEHIND_ALL if below == _ALL else f"{below:0{DIGITS}x}")


def control_arm_in(connection: Connection) -> ControlArm | None:
    """The control arm of the project; None where there is no experiment.

    Raises:
        DamageError: the setting is damaged.
    """
    kept = load_setting(connection, SETTING)
    if kept is None:
        return None
    try:
        return msgspec.json.decode(kept.value, type=ControlArm)
    except msgspec.DecodeError as error:
        raise DamageError(f"the control arm is damaged ({error}); `zhupi suggest --hide` sets it anew") from error


def as_setting(arm: ControlArm) -> Setting:
    """The control arm as the setting that keeps it."""
    return Setting(msgspec.json.encode(arm).decode())


def arm_in(connection: Connection, notice: int) -> Arm | None:
    """The arm of the notice with this number; None where there is no experiment."""
    found = control_arm_in(connection)
    if found is None:
        return None
    (notice_id,) = connection.execute("SELECT id FROM notices WHERE number = ?", [notice]).fetchone()
    return found.arm_of(notice_id)
