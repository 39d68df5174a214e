"""What is open in a notice for one annotator: what the app names before the notice is marked done, and filters by.

Nothing here hinders anybody: a notice with open points can be done, and so can one with a comment, which is no more
than a remark.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Final, Literal

import msgspec

from annotations.alignment import Alignment
from annotations.annotation import Annotation, Review, clip, crosses_a_line, has_outer_space

OpenPoint = Literal["undecided", "unsure", "gap", "warning", "commented", "flagged"]
OPEN_POINT_WORDS: Final[Mapping[OpenPoint, str]] = {
    "undecided": "undecided",
    "unsure": "unsure",
    "gap": "gap",
    "warning": "warning",
    "commented": "commented",
    "flagged": "flagged with reason",
}
"""Each kind of open point in words that stand alone."""


class OpenPoints(msgspec.Struct, frozen=True):
    """How much is open in a notice for one annotator.

    ``undecided`` counts suggestions; ``overlaps`` counts pairs of annotations of one label; ``unsure``, ``gaps``,
    ``crossed`` (a line is crossed), ``outer_space`` (white space at an edge) and ``comments`` count annotations.
    ``remark`` is the comment on the notice, ``flagged`` the reason why it was flagged.
    """

    undecided: int = 0
    unsure: int = 0
    gaps: int = 0
    overlaps: int = 0
    crossed: int = 0
    outer_space: int = 0
    comments: int = 0
    remark: str | None = None
    flagged: str | None = None

    @property
    def kinds(self) -> set[OpenPoint]:
        """Which kinds there are."""
        counts: dict[OpenPoint, object] = {
            "undecided": self.undecided,
            "unsure": self.unsure,
            "gap": self.gaps,
            "warning": self.overlaps + self.crossed + self.outer_space,
            "commented": self.comments or self.remark is not None,
            "flagged": self.flagged is not None,
        }
        return {kind for kind, there in counts.items() if there}

    @property
    def is_unfinished(self) -> bool:
        """Whether something waits for the annotator; a comment does not."""
        return bool(self.kinds - {"commented"})

    def __str__(self) -> str:
        """All of it in one line: ``32 undecided · 1 unsure · 2 gaps · 1 overlap``."""
        counts = (
            (self.undecided, "undecided", "undecided"),
            (self.unsure, "unsure", "unsure"),
            (self.gaps, "gap", "gaps"),
            (self.overlaps, "overlap", "overlaps"),
            (self.crossed, "across a line", "across a line"),
            (self.outer_space, "edge on white space", "edges on white space"),
            (self.comments + (self.remark is not None), "comment", "comments"),
        )
        parts = [f"{count:,} {one if count == 1 else many}" for count, one, many in counts if count]
        return " · ".join([*parts, *([f"flagged: {clip(self.flagged)}"] if self.flagged is not None else [])])


def open_points(
    own: Iterable[Annotation],
    undecided: Sequence[Annotation],
    review: Review | None,
    normalized: str,
    alignment: Alignment,
) -> OpenPoints:
    """What is open in a notice for one annotator.

    Args:
        own: the annotator's layer; what was rejected counts as nothing.
        undecided: the suggestions that wait for the annotator.
        review: the annotator's review; None where there is none.
        normalized: the normalized text of the notice.
        alignment: its map.
    """
    layer = [item for item in own if item.status != "rejected"]
    return OpenPoints(
        undecided=len(undecided),
        unsure=sum(item.unsure for item in layer),
        gaps=sum(has_gap(item.attributes) for item in layer),
        overlaps=count_overlaps(layer),
        crossed=sum(crosses_a_line(item.span, item.text, normalized, alignment) for item in layer),
        outer_space=sum(has_outer_space(item.text) for item in layer),
        comments=sum(item.comment is not None for item in layer),
        remark=review.comment if review is not None and is_remark(review) else None,
        flagged=review.comment if review is not None and review.status == "flagged" else None,
    )


def has_gap(attributes: Mapping[str, object]) -> bool:
    """Whether none of an annotation's attributes has a value: what should be filled in could not be read."""
    return bool(attributes) and has_no_value(attributes)


def has_no_value(attributes: Mapping[str, object]) -> bool:
    """Whether none of an annotation's attributes has a value, be it that its label has none."""
    return all(value is None for value in attributes.values())


def is_remark(review: Review) -> bool:
    """Whether a review has a comment that is about the notice, and not the reason why it was flagged or skipped."""
    return review.comment is not None and review.status in ("open", "done")


def count_overlaps(layer: Iterable[Annotation]) -> int:
    """How many pairs of annotations of one label overlap in a layer."""
    by_label: dict[str, list[Annotation]] = {}
    for item in sorted(layer, key=attrgetter("order")):
        by_label.setdefault(item.label, []).append(item)
    pairs = 0
    for items in by_label.values():
        starts = [item.start for item in items]
        # Each is counted with those that start behind it, or at the same place, and before its end.
        pairs += sum(bisect_left(starts, item.end) - at - 1 for at, item in enumerate(items))
    return pairs
