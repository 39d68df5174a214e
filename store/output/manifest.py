"""The manifest beside an export that proves it complete, and how an export is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Protocol

import msgspec

from annotations.annotation import AnnotationStatus
from annotations.counts import counted
from annotations.formats.choice import ExportOptions
from annotations.formats.losses import Occurrences
from store.output.splits import Moved
from store.read.open_work import OpenWork


class Counted(Protocol):
    """What is counted: an annotation, stored or in a line of an export."""

    @property
    def status(self) -> AnnotationStatus:
        """Its status."""


class Counts:
    """How many annotations, suggestions and decisions an export holds."""

    def __init__(self, of_status: Counter[AnnotationStatus] | None = None) -> None:
        self._of_status: Counter[AnnotationStatus] = Counter(of_status)

    def add(self, items: Iterable[Counted]) -> None:
        """Count these too."""
        self.add_statuses(item.status for item in items)

    def add_statuses(self, statuses: Iterable[AnnotationStatus] | Mapping[AnnotationStatus, int]) -> None:
        """Count annotations, by their statuses: of each one, or how many have each."""
        self._of_status.update(statuses)

    def without(self, dropped: Counter[AnnotationStatus]) -> Counts:
        """The counts without those that a format could not write."""
        return Counts(self._of_status - dropped)

    @property
    def annotations(self) -> int:
        """What people said: accepted, manual and gold."""
        return self.all - self.suggestions - self._of_status["rejected"]

    @property
    def suggestions(self) -> int:
        """What rules and models said, be it decided or not."""
        return self._of_status["suggested"]

    @property
    def decisions(self) -> int:
        """What people decided about suggestions: accepted, which is among the annotations too, and rejected."""
        return self._of_status["accepted"] + self._of_status["rejected"]

    @property
    def all(self) -> int:
        """All of it, each once."""
        return self._of_status.total()

    def __str__(self) -> str:
        return in_words(self.annotations, self.suggestions, self.decisions)


def in_words(annotations: int, suggestions: int, decisions: int) -> str:
    """The three numbers in words."""
    counts = {"annotation": annotations, "suggestion": suggestions, "decision": decisions}
    return ", ".join(counted(number, noun) for noun, number in counts.items())


class LeftOutCounts(msgspec.Struct):
    """How many notices an export leaves out: nobody said anything about them, or their layers differ."""

    unsaid: int = 0
    differing: int = 0


class PartCounts(msgspec.Struct):
    """How many notices and annotations a part of an export holds, as a whole export counts them."""

    notices: int = 0
    annotations: int = 0


class ReleaseNote(msgspec.Struct, frozen=True):
    """What makes an export a release: its tag, the number of the newest event of the log then, the time (UTC), by whom.

    ``open`` is what waited for somebody in the project then; it keeps nobody from a release.
    """

    tag: str
    position: int
    at: str
    by: str
    open: OpenWork


class Manifest(msgspec.Struct, frozen=True):
    """The manifest of an export, ``FILE.manifest.json`` beside a file or ``manifest.json`` in a folder.

    ``sha256`` is that of the file, in a folder that of its ``SHA256SUMS``.  ``not_carried`` is what the format has no
    place for, by kind, and ``warnings`` what somebody should look at.  ``parts`` has the counts of each part, ``moved``
    the notices that later ones have moved from part to part; both are null where an export has one part.  ``head`` is
    that of the log that it was made from (``store.log.chain``).  ``release`` is what a release tells besides; null in
    every other export.  ``labels`` has the first name of each label of the project, by its name then: two manifests
    tell which label was renamed.  One of an older version lacks these seven; one that is older still lacks
    ``suggestions``, ``decisions`` and ``left_out`` too, and its ``annotations`` counts them all.
    """

    sha256: str
    notices: int
    annotations: int
    options: ExportOptions
    normalizer: str | None
    zhupi: str
    suggestions: int | None = None
    decisions: int | None = None
    left_out: LeftOutCounts | None = None
    not_carried: dict[str, Occurrences] | None = None
    warnings: dict[str, Occurrences] | None = None
    parts: dict[str, PartCounts] | None = None
    moved: list[Moved] | None = None
    head: str | None = None
    release: ReleaseNote | None = None
    labels: dict[str, str] | None = None
