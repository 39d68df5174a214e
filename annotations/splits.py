"""How notices are split into parts of training data: ``train=0.8,dev=0.1,test=0.1``.

Where a notice falls follows from its id alone, so it stays there when other notices are added.  Near-copies fall where
the earliest of their group does, which is for the caller to say: here an id is an id.
"""

from __future__ import annotations

import hashlib
import re
from fractions import Fraction
from itertools import accumulate
from typing import Final, Self

import msgspec

from annotations.errors import FormatError

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,31}", re.ASCII)
_SHARE: Final = re.compile(r"0?\.[0-9]{1,9}", re.ASCII)
_EXAMPLE: Final = "such as train=0.8,dev=0.1,test=0.1"


class Split(msgspec.Struct, frozen=True):
    """The names of the parts, in order, and where each ends: at a share of all notices, the last at 1."""

    names: tuple[str, ...]
    ends: tuple[Fraction, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """The split that a text says.

        Raises:
            FormatError: it says none: a part needs a name that a file can have and a share between 0 and 1, two parts
                need different names, and all shares are 1 together.
        """
        names, shares = [], []
        for part in text.split(","):
            name, equals, share = part.strip().partition("=")
            if not equals or not _NAME.fullmatch(name) or not _SHARE.fullmatch(share) or not Fraction(share):
                raise FormatError(f"{part.strip() or text}: a part of a split is NAME=SHARE, {_EXAMPLE}")
            names.append(name)
            shares.append(Fraction(share))
        if len(names) != len({name.lower() for name in names}):
            raise FormatError(f"{text}: two parts have the same name")
        if sum(shares) != 1:
            raise FormatError(f"{text}: the shares of a split are 1 together, {_EXAMPLE}")
        return cls(tuple(names), tuple(accumulate(shares)))

    def part_of(self, notice_id: str) -> str:
        """The part that a notice with this id falls into."""
        digest = hashlib.sha256(f"split {notice_id}".encode()).digest()
        place = Fraction(int.from_bytes(digest[:8], "big"), 1 << 64)
        return next(name for name, end in zip(self.names, self.ends, strict=True) if place < end)
