"""Which events of a step undo and redo take back at once: others may write between two pieces."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from annotations.annotation import GOLD, Review
from store.db.turns import AT_ONCE
from store.log.adjudications import Adjudication
from store.log.events import Change
from store.log.history import Part


def pieces_of(parts: Sequence[Part]) -> list[tuple[Part, ...]]:
    """The pieces of a step, in which all of it comes once: gold with what was decided about it, any other part alone.

    Between two turns others could decide by gold whose own decision is taken back already.  Gold of a notice goes
    together where it is not much.
    """
    gold = Counter(part.event.change.notice for part in parts if part.event.action == "adjudicate")
    together = _Together()
    for part in parts:
        if gold[part.event.change.notice] > AT_ONCE:
            together.join(part.event.change)
    pieces: dict[object, list[Part]] = {}
    for part in parts:
        change = part.event.change
        if part.event.action != "adjudicate":
            piece: object = part.event.number
        elif gold[change.notice] > AT_ONCE:
            piece = together.piece_of(change)
        else:
            piece = change.notice, "adjudicate"
        pieces.setdefault(piece, []).append(part)
    return [tuple(piece) for piece in pieces.values()]


class _Together:
    """What belongs together in the gold of notices: a decision and the annotations that it names; that gold is done."""

    def __init__(self) -> None:
        self._of: dict[tuple[int, str, str], tuple[int, str, str]] = {}
        self._marks: Counter[int] = Counter()
        self._is_in_mark: dict[int, bool] = {}

    def piece_of(self, change: Change) -> object:
        """The same one for all that is taken back at once; to be asked of one change after the other, in their order.

        Where gold was said to be open first and to be done last, what lies between them is done in between.
        """
        piece, notice = self.one_of(change.notice, change.entity, change.key), change.notice
        is_mark = piece == self.one_of(notice, "review", GOLD)
        if is_mark and not self._is_in_mark.get(notice, False):
            self._marks[notice] += 1
        self._is_in_mark[notice] = is_mark
        return (piece, self._marks[notice]) if is_mark else piece

    def one_of(self, notice: int, entity: str, key: str) -> tuple[int, str, str]:
        """The same one for all that belong together."""
        one = notice, entity, key
        while one in self._of:
            one = self._of[one]
        return one

    def join(self, change: Change) -> None:
        """Join what a change is about with whatever it names."""
        for subject in (change.before, change.after):
            if isinstance(subject, Review) or (isinstance(subject, Adjudication) and subject.choice == "complete"):
                self._join(change, "review", GOLD)
            elif isinstance(subject, Adjudication):
                for key in subject.gold:
                    self._join(change, "annotation", key)

    def _join(self, change: Change, entity: str, key: str) -> None:
        ours, others = (self.one_of(change.notice, *named) for named in ((change.entity, change.key), (entity, key)))
        if ours != others:
            self._of[ours] = others
