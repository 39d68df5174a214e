"""The action that looks for the text at the cursor in all notices."""

from __future__ import annotations

from tui.notice.desk import Desk
from tui.screen import Controller


class Spreading(Controller):
    """Shows every place of a text.

    Args:
        desk: the desk with the selection, the span or the hit.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def action_everywhere(self) -> None:
        """Show every place of the selection, else of the span at the cursor, else of the hit; else ask for a text."""
        desk, model = self._desk, self._desk.model
        span = model.selection or (model.hit if model.chosen is None else None)
        if span is None:
            span = model.current.span if model.current is not None else model.hit
        if span is None:
            from tui.forms.wanted_text import asking_for_text  # noqa: PLC0415  # only when asked for

            await desk.ask(asking_for_text(), self._show)
            return
        survives = model.notice.alignment.to_normalized(span)
        self._show(survives.of(model.notice.normalized) if survives is not None else span.of(model.notice.raw))

    def _show(self, text: str | None) -> None:
        if text is not None and text.strip():
            self._desk.host.open_everywhere(text.strip(), self._desk.queue)
