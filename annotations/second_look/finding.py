"""Puts together what is said of one layer: each tag, and each place that lacks one, is one suspect with all reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from annotations.second_look.elsewhere import Texts
from annotations.second_look.neighbours import Neighbours
from annotations.second_look.page import NEARLY, Page, Tag, nearly_same, overlapping
from annotations.second_look.unseen import Differing, Unseen
from annotations.spans import intersection_over_union
from annotations.suspects import Reason, SuspectForm

Span = tuple[int, int]

_LIKELY: Final = 0.5
"""What is less probably an error by each of its reasons is no suspect: people would look in vain too often."""


class Found(msgspec.Struct, frozen=True):
    """A suspect of a layer: the tag, or None where one is missing; its label and place, and why.

    ``span`` is ``[start, end)`` in code points of the normalized text.
    """

    tag: Tag | None
    label: str
    span: Span
    reasons: tuple[Reason, ...]


class Known(msgspec.Struct, frozen=True):
    """What a layer is held against.

    ``texts`` has what others tag the same texts as, ``neighbours`` what is usual among neighbours, and ``models`` those
    of each label, by its first name.
    """

    texts: Texts
    neighbours: Neighbours
    models: Mapping[str, Unseen]


def found_in(
    page: Page,
    counted: Page | None,
    known: Known,
    part: int,
    paragraphs: Sequence[tuple[int, int, Any]],
    more: Iterable[Found] = (),
) -> list[Found]:
    """The suspects of a layer.

    Args:
        page: the layer.
        counted: the layer of the same notice that was counted; None where none was.
        known: what it is held against.
        part: the part of its notice, which the models have not seen.
        paragraphs: the paragraphs of the notice, as those of an ``Example``.
        more: what else was found, by what rules suggest.
    """
    found = [*more, *_of_texts(page, counted, known)]
    for label, unseen in known.models.items():
        spans = [tag.span for tag in page.tags if tag.label == label]
        found += _of_models(page, label, unseen.differing(part, paragraphs, spans))
    return _joined(page, found)


def _of_models(page: Page, label: str, differing: Iterable[tuple[Differing, float]]) -> Iterator[Found]:
    """What the models of a label hold for errors in a layer."""
    by_span = {tag.span: tag for tag in page.tags if tag.label == label}
    for each, strength in differing:
        if not each.tagged:
            for span in each.found:
                yield Found(None, label, span, (Reason("model", "missing", strength, label, page.quote(span)),))
        for span in each.tagged:
            if span in by_span and span not in each.found:
                yield Found(by_span[span], label, span, (_about_tag(page, label, span, each.found, strength),))


def _about_tag(page: Page, label: str, span: Span, found: Sequence[Span], strength: float) -> Reason:
    if not found:
        return Reason("model", "spurious", strength, "", page.quote(span))
    nearest = max(found, key=lambda other: (intersection_over_union(span, other), other))
    return Reason("model", "edges", strength, label, page.quote(nearest))


def _of_texts(page: Page, counted: Page | None, known: Known) -> Iterator[Found]:
    for tag, span, reason in known.texts.reasons(page, counted):
        yield Found(tag, tag.label if tag is not None else reason.label, span, (reason,))
    for span, reason in known.neighbours.reasons(page):
        yield Found(None, reason.label, span, (reason,))


def _joined(page: Page, found: Iterable[Found]) -> list[Found]:
    """One suspect for each tag and for each place that lacks one, with all reasons, the strongest first.

    A tag that is missing where another label stands is a reason against that one.
    """
    of_tag: dict[str, Found] = {}
    missing: list[Found] = []
    for each in sorted(found, key=lambda each: (-max(reason.strength for reason in each.reasons), each.span)):
        if each.tag is None and any(tag.label == each.label for tag in overlapping(page.tags, each.span)):
            continue  # it is tagged, with other ends
        if each.tag is None:
            instead = nearly_same(page.tags, each.span)
            if not instead:
                _add_missing(missing, each)
                continue
            for tag in instead:
                against = tuple(msgspec.structs.replace(reason, form=_form(reason)) for reason in each.reasons)
                _add(of_tag, Found(tag, tag.label, tag.span, against))
        else:
            _add(of_tag, each)
    return [each for each in (*of_tag.values(), *missing) if max(why.strength for why in each.reasons) >= _LIKELY]


def _form(reason: Reason) -> SuspectForm:
    """What a missing tag says against the one that stands there instead."""
    return "label" if reason.kind in ("model", "elsewhere") else reason.form


def _add(of_tag: dict[str, Found], more: Found) -> None:
    if more.tag is not None:
        before = of_tag.get(more.tag.id)
        of_tag[more.tag.id] = more if before is None else _with(before, more)


def _add_missing(missing: list[Found], more: Found) -> None:
    for at, before in enumerate(missing):
        if before.label == more.label and intersection_over_union(before.span, more.span) >= NEARLY:
            missing[at] = _with(before, more)
            return
    missing.append(more)


def _with(before: Found, more: Found) -> Found:
    """A suspect with more reasons; of each kind and form the strongest one."""
    reasons = {(each.kind, each.form): each for each in reversed((*before.reasons, *more.reasons))}
    if ("model", "label") in reasons:
        # That a label is none of those that belong there is said by that.
        reasons.pop(("model", "spurious"), None)
    ordered = sorted(reasons.values(), key=lambda each: (-each.strength, each.kind, each.form))
    return msgspec.structs.replace(before, reasons=tuple(ordered))
