"""Two people compared notice by notice, and all figures of their agreement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

import msgspec

from annotations.agreement.characters import Kappa
from annotations.agreement.figures import Figure, Ratios, together
from annotations.agreement.layers import TwoLayers
from annotations.agreement.notices import NoticeAgreement
from annotations.agreement.resampling import Packed
from annotations.agreement.spans import AttributeAgreement, SpanF1
from annotations.agreement.unitizing import Alpha
from annotations.labels import LabelSet
from annotations.notice_attributes import NoticeValue

Measure = Literal["f1_exact", "f1_overlap", "kappa", "alpha", "attribute", "notice", "notice_kappa"]


class Topic(NamedTuple):
    """What a figure is about: a measure, a label (None for all of them), and an attribute of it, or of a notice."""

    measure: Measure
    label: str | None
    attribute: str | None = None


class LabelAgreement(msgspec.Struct, frozen=True):
    """The agreement on a label, or on all of them where it is None.

    ``spans`` were compared: those of both layers, wherever two layers were.
    """

    label: str | None
    spans: int
    f1_exact: Figure
    f1_overlap: Figure
    kappa: Figure
    alpha: Figure


class AttributeFigure(msgspec.Struct, frozen=True):
    """In how many spans that both tagged alike an attribute has the same value; ``spans`` have one in some layer."""

    label: str
    attribute: str
    spans: int
    same: Figure


class NoticeFigure(msgspec.Struct, frozen=True):
    """How far two people give whole notices the same value of an attribute; ``notices`` have one in some layer."""

    attribute: str
    notices: int
    same: Figure
    kappa: Figure


class Agreement(msgspec.Struct, frozen=True):
    """All figures: first of all labels together, then of each, and of attributes; or those of one label alone.

    ``notice`` is about whole notices; of one label alone there is nothing of it.
    """

    labels: list[LabelAgreement]
    attributes: list[AttributeFigure]
    notice: list[NoticeFigure]


class Comparison:
    """Two people, whose layers are compared notice by notice.

    Args:
        labels: the label set; hidden labels count like others, and what has none of these is passed over.
    """

    def __init__(self, labels: LabelSet) -> None:
        names = [label.name for label in labels]
        self._spans = SpanF1(names)
        self._attributes = AttributeAgreement({label.name: list(label.attributes()) for label in labels})
        self._kappa = Kappa(names)
        self._alpha = Alpha(names)
        self._notices = NoticeAgreement([attribute.name for attribute in labels.notice])

    def add(self, layers: TwoLayers, weight: Packed) -> None:
        """Compare the layers of one notice, which both have finished; ``weight`` is what its id gives."""
        for measure in (self._spans, self._attributes, self._kappa, self._alpha):
            measure.add(layers, weight)

    def add_notice(self, first: Mapping[str, NoticeValue], second: Mapping[str, NoticeValue], weight: Packed) -> None:
        """Compare what both say of the whole of one notice; ``weight`` as for ``add``."""
        self._notices.add(first, second, weight)

    def ratios(self) -> dict[Topic, Ratios]:
        """What all figures follow from; that of several pairs can be put ``together``."""
        of_labels: Mapping[Measure, Mapping[str | None, Ratios]] = {
            "f1_exact": self._spans.ratios("exact"),
            "f1_overlap": self._spans.ratios("overlap"),
            "kappa": self._kappa.ratios(),
            "alpha": self._alpha.ratios(),
        }
        found = {Topic(measure, label): each for measure, by in of_labels.items() for label, each in by.items()}
        for (label, name), each in self._attributes.ratios().items():
            found[Topic("attribute", label, name)] = each
        of_notices: Mapping[Measure, Mapping[str, Ratios]] = {
            "notice": self._notices.same(),
            "notice_kappa": self._notices.kappa(),
        }
        found |= {Topic(measure, None, name): each for measure, by in of_notices.items() for name, each in by.items()}
        return found


def pooled(some: Mapping[Topic, Ratios], others: Mapping[Topic, Ratios]) -> dict[Topic, Ratios]:
    """The ratios of several pairs: what was found is added up, and so is what it is held against."""
    return {topic: together([ratios, others[topic]]) for topic, ratios in some.items()}


def agreement(ratios: Mapping[Topic, Ratios], only: str | None = None, *, intervals: bool = True) -> Agreement:
    """The figures.

    Args:
        ratios: of a pair, or ``pooled`` of several.
        only: the only label to tell of; None for all.
        intervals: whether to tell intervals, for which one notice is too few.
    """
    shown = [topic for topic in ratios if only in (None, topic.label)]
    labels = [topic.label for topic in shown if topic.measure == "f1_exact"]
    attributes = [topic for topic in shown if topic.measure == "attribute"]

    def figure(measure: Measure, label: str | None) -> Figure:
        return ratios[Topic(measure, label)].figure(interval=intervals)

    return Agreement(
        labels=[
            LabelAgreement(
                label,
                _count(ratios[Topic("f1_exact", label)]),
                figure("f1_exact", label),
                figure("f1_overlap", label),
                figure("kappa", label),
                figure("alpha", label),
            )
            for label in labels
        ],
        attributes=[
            AttributeFigure(
                topic.label or "",
                topic.attribute or "",
                _count(ratios[topic]),
                ratios[topic].figure(interval=intervals),
            )
            for topic in attributes
        ],
        notice=[
            NoticeFigure(
                topic.attribute or "",
                _count(ratios[topic]),
                ratios[topic].figure(interval=intervals),
                ratios[Topic("notice_kappa", None, topic.attribute)].figure(interval=intervals),
            )
            for topic in shown
            if topic.measure == "notice"
        ],
    )


def _count(ratios: Ratios) -> int:
    return int(ratios.whole)
