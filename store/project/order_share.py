"""Which share of the notices comes to a random place in each order of work, and the seed that draws them."""

from __future__ import annotations

from typing import Final

import msgspec

from annotations.work_order import BEGINNING_SHARE, Chances
from store.db.sqlite import Connection
from store.errors import DamageError
from store.project.identity import project_of
from store.project.settings import Setting, load_setting

SETTING: Final = "order of work"
"""The name of the setting."""


class OrderShare(msgspec.Struct, frozen=True):
    """``share`` of the notices come at random, from 0 to 1; ``seed`` draws them."""

    share: float
    seed: str

    @property
    def chances(self) -> Chances:
        """What is drawn for notices."""
        return Chances(self.seed, self.share)


def order_share_in(connection: Connection) -> OrderShare:
    """The share and the seed of the project: until an admin sets the share, a fifth, drawn by the id of the project.

    Raises:
        DamageError: the setting is damaged.
    """
    kept = load_setting(connection, SETTING)
    if kept is None:
        return OrderShare(BEGINNING_SHARE, project_of(connection))
    try:
        return msgspec.json.decode(kept.value, type=OrderShare)
    except msgspec.DecodeError as error:
        raise DamageError(f"the order of work is damaged ({error}); `zhupi order --random` sets it anew") from error


def as_setting(share: OrderShare) -> Setting:
    """The share and the seed as the setting that keeps them."""
    return Setting(msgspec.json.encode(share).decode())
