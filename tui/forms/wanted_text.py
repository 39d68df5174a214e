"""Asks for a text to be looked for in all notices."""

from __future__ import annotations

from tui.forms.prompt import PromptScreen


def asking_for_text(value: str = "") -> PromptScreen:
    """The form; ``value`` is the text to begin with."""
    return PromptScreen(
        "A text in all notices",
        value,
        hint="as it stands, blanks too; Simplified finds Traditional",
        replace=True,
        does="find it",
    )
