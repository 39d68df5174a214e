"""Agreement on whole notices: in how many of them two people give an attribute the same value.

It is apart from agreement on spans: a notice has one value whatever its length, and nobody has to find where it stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from annotations.agreement.cohen import kappa
from annotations.agreement.figures import Ratios
from annotations.agreement.resampling import Packed, Sums, unpacked
from annotations.notice_attributes import NoticeValue


class NoticeAgreement:
    """How far two people give whole notices the same values; of several choices all must be the same.

    Args:
        names: the attributes.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self._sums = Sums[tuple[str, NoticeValue, NoticeValue]]()

    def add(self, first: Mapping[str, NoticeValue], second: Mapping[str, NoticeValue], weight: Packed) -> None:
        """Count a notice, by what each of them says of it."""
        self._sums.add((((name, first.get(name), second.get(name)), 1) for name in self._names), weight)

    def same(self) -> dict[str, Ratios]:
        """The share of notices with the same value, by attribute; where neither set it, it does not count."""
        return {name: self._same(name) for name in self._names}

    def kappa(self) -> dict[str, Ratios]:
        """Cohen's kappa by attribute; unset is a category like another."""
        return {
            name: kappa(
                ((one, other, packed) for (of, one, other), packed in self._sums.items() if of == name),
                "both have all notices in one category",
            )
            for name in self._names
        }

    def _same(self, name: str) -> Ratios:
        whole = same = 0
        for (of, one, other), packed in self._sums.items():
            if of == name and (one is not None or other is not None):
                whole += packed
                same += packed if one == other else 0
        return Ratios(unpacked(same), unpacked(whole), "nobody has set it")
