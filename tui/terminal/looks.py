"""How text looks by name: a colour of the theme, and whether it is bold, underlined and so on.

Widgets that draw their own lines name a look for each part and have a table of looks.  They do not have component
classes of textual's for that: textual makes a node of each, for each widget, and goes through its style sheet for it at
each change of a class, which is a tenth of the start.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from rich.color import Color as RichColour
from rich.style import Style
from textual.color import Color

if TYPE_CHECKING:
    from textual.app import App


class ThemeStyle(NamedTuple):
    """A look; what it leaves open is as the widget has it.

    The colours are names of the theme: ``foreground``, ``secondary``, ``accent``, and so on.
    """

    colour: str = ""
    ground: str = ""
    """The background."""
    attributes: str = ""
    """In rich's words: ``bold underline``."""
    ansi: ThemeStyle | None = None
    """The look in the terminal's own colours, where it is another one."""
    without_colour: ThemeStyle | None = None
    """The look in the terminal's own colours where it has none, if it is another one."""


PLAIN: Final = ThemeStyle("foreground")
STRONG: Final = ThemeStyle("foreground", attributes="bold")
DIM: Final = ThemeStyle("secondary")
ACCENT: Final = ThemeStyle("accent")
KEY: Final = ThemeStyle("accent", attributes="bold")
"""Keys, and the mark of the row at a cursor."""
GOOD: Final = ThemeStyle("success")
WARN: Final = ThemeStyle("warning")
BAD: Final = ThemeStyle("error", attributes="bold")

_SELECTED, _SELECTION = "screen-selection-foreground", "screen-selection-background"
_AT_CURSOR = "block-cursor-foreground"

TEXT_LOOKS: Final = {
    "removed": ThemeStyle("text-muted", ansi=ThemeStyle("text-muted", attributes="dim")),
    "fold": ThemeStyle("text-muted", attributes="italic", ansi=ThemeStyle("text-muted", attributes="dim italic")),
    "selection": ThemeStyle(_SELECTED, _SELECTION, without_colour=ThemeStyle(_SELECTED, _SELECTION, "reverse")),
    "cursor": ThemeStyle(
        _AT_CURSOR, "accent", "bold", without_colour=ThemeStyle(_AT_CURSOR, "accent", "bold underline reverse")
    ),
    "mirror": ThemeStyle("accent", "background", "bold underline"),
}
"""The looks of the parts of a notice: what the other text leaves out, the row that stands for folded text, the
selection, the cursor, and the same place in the text without the focus.
"""


def style_of(app: App[Any], look: ThemeStyle) -> Style:
    """The style of a look in the theme of an app, to be laid over the style of the widget."""
    other = (look.without_colour if app.no_color else None) or look.ansi
    if other is not None and app.native_ansi_color:
        look = other
    colours = app.theme_variables
    return _style(colours[look.colour] if look.colour else "", colours[look.ground] if look.ground else "", look[2])


@lru_cache(256)
def _style(colour: str, ground: str, attributes: str) -> Style:
    return Style(color=_rich_colour(colour), bgcolor=_rich_colour(ground)) + Style.parse(attributes)


def _rich_colour(value: str) -> RichColour | None:
    """A colour for rich; None where it is left open, or follows from the background as some in textual's themes do."""
    return Color.parse(value).rich_color if value and not value.startswith("auto") else None
