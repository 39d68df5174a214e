"""What is painted of a notice in each pane: its annotations in the hues of their labels, and the hits of a search."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from annotations.annotation import Annotation
from annotations.labels import Hue, LabelSet
from annotations.spans import RawSpan
from tui.notice.model import NoticeModel
from tui.terminal.display import visible
from tui.terminal.theme import ACTIVE
from tui.text.linked_cursor import PaneName
from tui.text.overview import Mark
from tui.widgets.annotation_list import SUSPECT
from tui.widgets.text_pane import HIT, PaneSpan


class Painting:
    """Makes spans of annotations.

    Args:
        me: the annotator who looks; None draws the annotations of all annotators alike.
    """

    def __init__(self, me: str | None) -> None:
        self._me = me
        self._spans: dict[PaneName, list[PaneSpan]] = {"raw": [], "normalized": []}
        self._stretches: dict[RawSpan, tuple[tuple[int, int] | None, tuple[int, int] | None]] = {}

    def begin(self) -> None:
        """Begin with another notice."""
        self._stretches = {}

    def paint(self, model: NoticeModel, items: Iterable[Annotation], labels: LabelSet) -> None:
        """Make the spans of annotations.

        Args:
            model: the notice.
            items: the annotations to paint, in order.
            labels: the label set of the project.
        """
        painted: list[tuple[RawSpan, str, str]] = []
        reached: dict[str, tuple[int, bool]] = {}
        for item in items:
            style, sign = self._look_of(item, labels)
            if item.id in model.suspects:
                style, sign = (f"{style} suspect" if item.annotator is not None else style), SUSPECT
            end, other = reached.get(style, (0, True))
            # Of two spans of one label that touch, the second gets the alternate colour.
            other = not other if item.start <= end else False
            reached[style] = max(end, item.end), other
            painted.append((item.span, f"{style} next" if other else style, sign))
        self._spans = self._in_panes(model, painted)

    def with_hits(self, model: NoticeModel) -> dict[PaneName, list[PaneSpan]]:
        """The spans to paint in each pane: those of the annotations, and the hits of a search."""
        hits = self._in_panes(model, [(hit, HIT, "") for hit in model.hits])
        return {pane: [*spans, *hits[pane]] for pane, spans in self._spans.items()}

    def _in_panes(
        self, model: NoticeModel, painted: Iterable[tuple[RawSpan, str, str]]
    ) -> dict[PaneName, list[PaneSpan]]:
        """Spans of raw text, each with its palette key and its sign, as spans of each pane."""
        raw: list[PaneSpan] = []
        normalized: list[PaneSpan] = []
        for span, style, sign in painted:
            stretches = self._stretches.get(span)
            if stretches is None:
                # Most spans are the same after the next change of the layer.
                stretches = self._stretches[span] = model.span_in("raw", span), model.span_in("normalized", span)
            for spans, stretch in zip((raw, normalized), stretches, strict=True):
                if stretch is not None:
                    spans.append(PaneSpan(*stretch, style, sign))
        return {"raw": raw, "normalized": normalized}

    def marks(self, model: NoticeModel, pane: PaneName, row_of: Callable[[int], int], labels: LabelSet) -> list[Mark]:
        """What the map of a notice shows, where each begins: suspects, then what is to be decided, then one's own.

        Args:
            model: the notice.
            pane: the pane whose rows the map is about; what it leaves out has no mark.
            row_of: the row of an offset in it.
            labels: the label set of the project.
        """
        found: list[Mark] = []
        suspects = [item for item in model.items if item.id in model.suspects] if model.suspects else []
        for item in (*suspects, *model.to_decide, *model.own):
            stretch = model.span_in(pane, item.span)
            if stretch is None:
                continue
            row = row_of(stretch[0])
            label = labels.get(item.label)
            sign, look = (label.sign, f"{label.hue} text") if label is not None else ("?", "")
            if item.id in model.suspects:
                found.append(Mark(row, SUSPECT, look))
            elif item.annotator is not None:
                found.append(Mark(row, visible(sign)[0], ""))
            else:
                found.append(Mark(row, visible(sign.lower())[0], look))
        return found

    def _look_of(self, item: Annotation, labels: LabelSet) -> tuple[str, str]:
        """The palette key and the gutter sign of an annotation; the sign of a suggestion is in lower case."""
        label = labels.get(item.label)
        hue, sign = _hue_of(item, labels), label.sign if label is not None else "?"
        if self._me is not None and item.annotator not in (None, self._me):
            return f"{hue} other", sign
        return (hue, sign) if item.annotator is not None else (f"{hue} suggested", sign.lower())


def active_style(item: Annotation, labels: LabelSet) -> str:
    """The palette key of an annotation that is the active span."""
    return f"{_hue_of(item, labels)} {ACTIVE}"


def _hue_of(item: Annotation, labels: LabelSet) -> Hue:
    """The hue of the label of an annotation; red where the label set has none of this name."""
    label = labels.get(item.label)
    return label.hue if label is not None else "red"
