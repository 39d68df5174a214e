"""Which rules are muted, and how far the counts of the queue follow that.

What somebody has chosen is a setting, and so in the log.  The counts of the queue leave out what is muted.  At a
million notices they cannot follow at once, so a second row of the settings, which follows from the first, says up to
which notice they do; whoever asks what is muted in a notice goes by that row, so that notice and queue say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

import msgspec

from annotations.annotation import Annotation
from annotations.muting import SHOWN_BELOW, Mute, Muting, Pair, is_muted, rule_of
from store.db.sqlite import Connection
from store.errors import DamageError
from store.project.settings import Setting, keep, labels_in, load_setting

SETTING: Final = "muting"
"""The name of the setting."""
COUNTED: Final = "muting counted"
"""The name of the row that says what the counts of the queue leave out; it is not in the log."""

_BETWEEN: Final = "\t"
"""What stands between rule and label; no name of a label has it."""

_MEND: Final = "`zhupi check --repair` makes it anew"


class Counted(msgspec.Struct, frozen=True):
    """What the counts of the queue leave out: ``now`` up to the notice ``reached``, ``before`` behind it.

    ``reached`` is None where they leave out ``now`` everywhere.  ``wanted`` is what is going to be the setting once
    they do; None where it is.  Rules and labels are joined as ``rule TAB label``.
    """

    now: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    reached: int | None = None
    wanted: Muting | None = None

    def at(self, notice: int) -> frozenset[Pair]:
        """What is muted in a notice."""
        return _pairs(self.now if self.reached is None or notice <= self.reached else self.before)


_NOTHING: Final = Counted()


def muting_in(connection: Connection) -> Muting:
    """What is muted in the project.

    Raises:
        DamageError: the setting is damaged.
    """
    kept = load_setting(connection, SETTING)
    if kept is None:
        return Muting()
    try:
        return msgspec.json.decode(kept.value, type=Muting)
    except msgspec.DecodeError as error:
        raise DamageError(f"what is muted is damaged ({error}); `zhupi suggest --mute-below` sets it anew") from error


def as_setting(muting: Muting) -> Setting | None:
    """The setting that keeps it; None where nothing is chosen."""
    return None if muting == Muting() else Setting(msgspec.json.encode(muting).decode())


def counted_in(connection: Connection) -> Counted:
    """What the counts of the queue leave out.

    Raises:
        DamageError: that is damaged.
    """
    kept = load_setting(connection, COUNTED)
    return _NOTHING if kept is None else _counted(kept.value)


def keep_counted(connection: Connection, counted: Counted) -> None:
    """Keep what the counts leave out, inside the caller's transaction, which makes them so."""
    if counted == _NOTHING:
        connection.execute("DELETE FROM settings WHERE name = ?", [COUNTED])
    else:
        keep(connection, COUNTED, msgspec.json.encode(counted).decode())


def keys_of(muting: Muting) -> tuple[str, ...]:
    """What is muted as ``Counted`` has it."""
    return tuple(sorted(_BETWEEN.join(pair) for pair in muting.pairs))


def muted_of(connection: Connection, notice: int, items: Iterable[Annotation]) -> dict[str, Mute]:
    """The suggestions of a notice that are muted, by their ids, and why each is.

    Args:
        connection: for reading, within one snapshot.
        notice: the number of the notice.
        items: its annotations.

    Raises:
        DamageError: what is muted is damaged.
    """
    counted = counted_in(connection)
    pairs = counted.at(notice)
    if not pairs:
        return {}
    labels, chosen = labels_in(connection), counted.wanted or Muting()
    why = {each.pair: each for each in (*chosen.muted, *muting_in(connection).muted)}
    found = {}
    for item in items:
        label = labels.first_name_of(item.label)
        if item.annotator is None and is_muted(item.id, item.suggested_by, label, pairs):
            pair = rule_of(item.suggested_by), label
            found[item.id] = why.get(pair) or Mute(*pair, 0, 0)
    return found


def heard(connection: Connection, notice: int, items: Iterable[Annotation]) -> list[Annotation]:
    """The suggestions of a notice that are not muted; arguments and errors as of ``muted_of``."""
    suggestions = [item for item in items if item.annotator is None]
    muted = muted_of(connection, notice, suggestions)
    return [item for item in suggestions if item.id not in muted]


def differences(connection: Connection) -> Iterator[str]:
    """One line where the row that says what the counts leave out is not what was chosen."""
    try:
        counted = counted_in(connection)
    except DamageError as error:
        yield f"queue: {error}"
        return
    keys = keys_of(muting_in(connection))
    if counted.reached is not None and counted.before == keys and counted.wanted is not None:
        yield "queue: what is muted was changed, and not all counts follow yet; `zhupi suggest` goes on with it"
    elif counted != Counted(now=keys):
        yield f"queue: what its counts leave out as muted is not what was chosen; {_MEND}"


def remake(connection: Connection) -> None:
    """Have the counts leave out what was chosen, inside the transaction of whoever makes them anew."""
    keep_counted(connection, Counted(now=keys_of(muting_in(connection))))


def is_heard(alias: str) -> str:
    """The SQL condition that a suggestion is not muted, for a row of ``annotations`` under this alias."""
    maker = f"coalesce({alias}.suggested_by, '')"
    key = f"substr({maker}, 1, instr({maker} || '@', '@') - 1) || char(9) || {alias}.label"
    return f"""(
    NOT EXISTS (SELECT 1 FROM settings WHERE name = '{COUNTED}')
    OR substr({alias}.id, 1, {len(SHOWN_BELOW)}) < '{SHOWN_BELOW}'
    OR iif({alias}.notice <= ({_REACHED}), {key} NOT IN ({_keys("now")}), {key} NOT IN ({_keys("before")}))
)"""  # noqa: S608  # constants


_VALUE: Final = f"(SELECT iif(json_valid(value), value, '{{}}') FROM settings WHERE name = '{COUNTED}')"  # noqa: S608  # constants
_REACHED: Final = f"SELECT coalesce(json_extract({_VALUE}, '$.reached'), {2**62})"


def _keys(which: str) -> str:
    return f"SELECT value FROM json_each({_VALUE}, '$.{which}')"  # noqa: S608  # constants


@lru_cache(maxsize=4)
def _pairs(keys: tuple[str, ...]) -> frozenset[Pair]:
    return frozenset((rule, label) for rule, _, label in (key.rpartition(_BETWEEN) for key in keys))


@lru_cache(maxsize=4)
def _counted(text: str) -> Counted:
    """What a text that has been kept says; every save asks for it."""
    try:
        return msgspec.json.decode(text, type=Counted)
    except msgspec.DecodeError as error:
        raise DamageError(f"what the counts leave out as muted is damaged ({error}); {_MEND}") from error
