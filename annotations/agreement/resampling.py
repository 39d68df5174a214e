"""Numbers of notices, added up over all of them and over each resample of them at once: what intervals are made of.

An interval tells how far a figure might be off because other notices could have been annotated.  A resample stands for
such others: each notice is in it as often as a Poisson draw with mean 1 says, which is drawing with replacement for
whoever does not know how many notices there are (Hanley and MacGibbon, Creating non-parametric bootstrap samples using
Poisson frequencies, 2006).  So notices are read once and none is kept.

A notice is drawn by its id: it is in the same resamples whoever is compared on it and whatever else there is.  The same
notices thus always give the same interval, and pairs who did the same notice stand or fall with it together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from random import Random
from struct import Struct
from typing import Final, Generic, NewType, TypeVar

RESAMPLES: Final = 200
"""Each end of a 95 % interval is then known to a twentieth of its width."""

COLUMNS: Final = 1 + RESAMPLES
"""A number of all notices, and behind it one of each resample."""

_FIELD: Final = 8
"""Bytes of a number.  No sum of characters, spans or squared lengths of a project comes near 2 to the 64th."""

_PACKED: Final = Struct(f"<{COLUMNS}Q")

_POISSON: Final = bytes(94 * [0] + 94 * [1] + 47 * [2] + 16 * [3] + 4 * [4] + [5])
"""A Poisson draw with mean 1 for each random byte."""

Packed = NewType("Packed", int)
"""``COLUMNS`` whole numbers >= 0 side by side in one, 64 bits each: one addition adds them all."""

Key = TypeVar("Key", bound=Hashable)


def weights(notice_id: str) -> Packed:
    """How often a notice counts: once among all notices, and so many times in each resample."""
    packed = bytearray(_FIELD * COLUMNS)
    packed[0] = 1
    packed[_FIELD::_FIELD] = Random(notice_id).randbytes(RESAMPLES).translate(_POISSON)  # noqa: S311  # no secret
    return Packed(int.from_bytes(packed, "little"))


def unpacked(packed: int) -> tuple[int, ...]:
    """The ``COLUMNS`` numbers."""
    return _PACKED.unpack(packed.to_bytes(_PACKED.size, "little"))


class Sums(Generic[Key]):
    """Numbers of notices under keys, packed sums of them; what was never added is 0."""

    def __init__(self) -> None:
        self._packed: dict[Key, int] = defaultdict(int)

    def add(self, counts: Iterable[tuple[Key, int]], weight: Packed) -> None:
        """Add numbers >= 0 of one notice.

        Args:
            counts: keys and their numbers; a key may come several times.
            weight: the ``weights`` of the notice.
        """
        packed = self._packed
        for key, number in counts:
            packed[key] += weight if number == 1 else number * weight

    def __getitem__(self, key: Key) -> int:
        return self._packed.get(key, 0)

    def __iter__(self) -> Iterator[Key]:
        return iter(self._packed)

    def items(self) -> Iterable[tuple[Key, int]]:
        """Keys and their packed sums."""
        return self._packed.items()
