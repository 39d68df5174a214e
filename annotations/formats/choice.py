"""Which annotations of a notice an export holds, and whether it holds the notice at all: one rule for all formats.

The native format is complete: it holds every notice and every annotation that the filters let through.  Every other
format holds what people said: gold where a notice has gold, else what its annotators accepted and tagged.  Suggestions
and rejections are not in it, and neither are notices about which nobody has said anything.

An annotator has said something about a notice who has an annotation on it that is not rejected, or a done review of it:
a done review without annotations says that there is nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Protocol, TypeVar

import msgspec
from msgspec.structs import force_setattr

from annotations.annotation import GOLD, Annotation, AnnotationStatus, Review
from annotations.decisions import Placed, undecided
from annotations.errors import FormatError
from annotations.formats.base import Scheme, Sort, TextKind
from annotations.formats.registry import NATIVE, format_of
from annotations.splits import Split

SUGGESTED: Final = "suggested"
"""The layer of what nobody has decided."""
ALL: Final = "all"
"""All layers, and all suggestions, decided or not."""


class Filtered(Placed, Protocol):
    """What filters look at: an annotation, or a row of one."""

    @property
    def status(self) -> AnnotationStatus:
        """Its status."""

    @property
    def bulk(self) -> bool:
        """Whether it was made together with others in one step."""


_Filtered = TypeVar("_Filtered", bound=Filtered)


class LeftOut(msgspec.Struct, frozen=True):
    """A notice that an export leaves out.

    ``differing`` has the annotators whose layers differ; it is empty where nobody has said anything.
    """

    differing: tuple[str, ...] = ()


class Choice(msgspec.Struct, frozen=True):
    """What an export holds of a notice.

    ``annotations`` are in their order.  ``annotators`` are those who said something, sorted.  ``repeated`` are
    annotations that say the same as a chosen one, where a format writes what several people said once.
    """

    annotations: tuple[Annotation, ...]
    annotators: tuple[str, ...] = ()
    repeated: tuple[Annotation, ...] = ()


class ExportOptions(msgspec.Struct, frozen=True):
    """What an export is to hold.

    ``format`` is the name of a format.  ``layer`` is an annotator's name, ``gold``, ``suggested`` or ``all``; None is
    all in the native format and what people said in every other.  ``status`` takes the place of what people said: with
    ``rejected`` there are the rejections of the layer.  ``all_notices`` keeps the notices that nobody has said anything
    about.  ``text`` is the text that is written and ``scheme`` how tokens are labelled; None is what the format does by
    itself, and is replaced by that, but where it has no such choice.  ``split`` says the parts that it is written in,
    as ``Split.parse`` reads it; None is one part.  ``sort`` is the order of the notices: that of import, or by ``id``,
    which is the same for the same notices however they came into a database.  ``without_bulk`` leaves out annotations
    that are ``bulk``.

    Raises:
        FormatError: the format is unknown, cannot hold what was chosen, or ``split`` says no split.
    """

    format: str = NATIVE
    layer: str | None = None
    label: str | None = None
    status: AnnotationStatus | None = None
    all_notices: bool = False
    text: TextKind | None = None
    scheme: Scheme | None = None
    split: str | None = None
    sort: Sort = "import"
    without_bulk: bool = False

    def __post_init__(self) -> None:
        if self.split is not None:
            Split.parse(self.split)
        traits = format_of(self.format)
        self._settle("text", self.text, traits.texts, traits.text)
        self._settle("scheme", self.scheme, traits.schemes, next(iter(traits.schemes), None))
        if self.format == NATIVE:
            return
        if self.layer == ALL and not traits.annotators:
            raise FormatError(f"{self.format} does not tell layers apart; name one of them instead of {ALL}")
        if self.status == "suggested" and self.layer not in (SUGGESTED, ALL):
            raise FormatError(
                f"what people said is never {self.status}; choose the layer {SUGGESTED} for what nobody has decided, "
                f"or {ALL}"
            )

    @property
    def is_complete(self) -> bool:
        """Whether it holds everything, in the native format."""
        chosen = self.label is not None or self.status is not None or self.without_bulk
        return self.format == NATIVE and self.layer in (None, ALL) and not chosen

    def _settle(self, option: str, value: str | None, known: Sequence[str], default: str | None) -> None:
        """Give an option the default of the format, or refuse a value that the format does not know."""
        if value is None:
            force_setattr(self, option, default)
        elif value not in known:
            only = f"it takes {' or '.join(known)}" if known else f"leave out --{option}"
            raise FormatError(f"{self.format} does not know the {option} {value}; {only}")

    def choose(self, items: Sequence[Annotation], reviews: Iterable[Review]) -> Choice | LeftOut:
        """What is to be exported of a notice.

        Args:
            items: all annotations of the notice, sorted by start, end, label and id.
            reviews: all reviews of the notice.
        """
        if self.format == NATIVE:
            return Choice(self.passing(items))
        done = {review.annotator for review in reviews if review.status == "done"}
        layer = self.layer
        if layer is None and (GOLD in done or any(item.annotator == GOLD for item in items)):
            layer = GOLD
        theirs = _layer(items, layer) if layer is not None else [item for item in items if item.annotator is not None]
        said = theirs if layer in (SUGGESTED, ALL) else [item for item in theirs if item.status != "rejected"]
        if layer not in (None, ALL):
            done &= {layer}
        if not (said or done or self.all_notices):
            return LeftOut()
        chosen = self._of_label_and_status(said if self.status is None else theirs)
        annotators = tuple(
            sorted(done.union(each.annotator for each in (*said, *chosen) if each.annotator is not None))
        )
        if format_of(self.format).annotators:
            return Choice(chosen, annotators)
        return _merged(chosen, annotators)

    def passing(self, items: Sequence[_Filtered]) -> tuple[_Filtered, ...]:
        """The annotations of a notice that the filters let through: what the native format holds of it.

        Args:
            items: all annotations of the notice.
        """
        return self._of_label_and_status(_layer(items, self.layer or ALL))

    def _of_label_and_status(self, items: Sequence[_Filtered]) -> tuple[_Filtered, ...]:
        """Those of the label and the status that were asked for, and maybe without what is bulk."""
        if self.label is self.status is None and not self.without_bulk:
            return tuple(items)
        return tuple(
            item
            for item in items
            if self.label in (None, item.label)
            and self.status in (None, item.status)
            and not (self.without_bulk and item.bulk)
        )


def _layer(items: Sequence[_Filtered], name: str) -> Sequence[_Filtered]:
    """The annotations of a layer."""
    if name == ALL:
        return items
    if name == SUGGESTED:
        return undecided(items)
    return [item for item in items if item.annotator == name]


def _merged(items: Sequence[Annotation], annotators: tuple[str, ...]) -> Choice | LeftOut:
    """Annotations that say the same once, where the layers of all annotators say the same."""
    layers = [{_what(item) for item in items if item.annotator == name} for name in annotators]
    if any(each != layers[0] for each in layers):
        return LeftOut(annotators)
    once: dict[object, Annotation] = {}
    for item in items:
        once.setdefault(_what(item), item)
    kept = {item.id for item in once.values()}
    return Choice(tuple(once.values()), annotators, tuple(item for item in items if item.id not in kept))


def _what(item: Annotation) -> tuple[int, int, str, str]:
    """What an annotation says, whoever says it."""
    return item.start, item.end, item.label, repr(item.attributes)
