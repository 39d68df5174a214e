"""Lines on stdout in the colours of the app, where stdout is a terminal with colours; else the same lines without.

All text passes the display door here; what makes it coloured comes from the themes and stands around it.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from tui.terminal.display import visible

if TYPE_CHECKING:
    from annotations.labels import Hue

Tone = Literal["head", "muted", "strong", "added", "removed", "changed"]
"""What a text is, which says how it looks."""

PLAIN_COLUMNS: Final = 80
"""Columns of a line that no terminal shows."""

_MOST_COLUMNS: Final = 120


class Text(NamedTuple):
    """A text of a line; ``look`` is a tone, the hue of a label, or None."""

    text: str
    look: Tone | Hue | None = None


class Painter:
    """What makes lines, and how many columns they may have.

    Args:
        looks: the escape sequence that begins each look; empty where there are no colours.
        columns: the columns of a line.
    """

    def __init__(self, looks: Mapping[str, str], columns: int) -> None:
        self._looks = looks
        self.columns = columns

    def line(self, *texts: Text) -> bytes:
        """A line with its newline; blanks at its end are left out."""
        parts = []
        for text, look in texts:
            shown = visible(text)
            begin = self._looks.get(look or "", "")
            parts.append(f"{begin}{shown}\x1b[0m" if begin and not shown.isspace() else shown)
        return ("".join(parts).rstrip(" ") + "\n").encode("utf-8", "replace")

    def put(self, *texts: Text) -> None:
        """Print a line."""
        self.write(self.line(*texts))

    def write(self, lines: bytes) -> None:
        """Print lines that ``line`` has made."""
        sys.stdout.buffer.write(lines)
        sys.stdout.buffer.flush()


def painter() -> Painter:
    """The painter for stdout as it is."""
    if not sys.stdout.isatty():
        return Painter({}, PLAIN_COLUMNS)
    from tui.keys import config
    from tui.terminal import width

    settings = config.load()
    width.set_ambiguous(settings.ambiguous_width)
    columns = max(PLAIN_COLUMNS // 2, min(_MOST_COLUMNS, shutil.get_terminal_size().columns))
    if os.environ.get("NO_COLOR") or os.environ.get("TERM", "").lower() in ("", "dumb", "unknown"):
        return Painter({}, columns)
    return Painter(_looks(settings.theme), columns)


def _looks(theme_name: str | None) -> dict[str, str]:
    """The escape sequence that begins each look, in a theme; None is the default one."""
    from rich.color import ColorSystem
    from rich.style import Style

    from tui.terminal.theme import DEFAULT_THEME, HUES, THEMES, in_256, span_palette

    name = theme_name or DEFAULT_THEME
    theme, palette = THEMES[name], span_palette(name, "256")

    def tone(colour: str | None, *, bold: bool = False) -> Style:
        # "ansi_default" is the terminal's own.
        plain = colour is None or colour == "ansi_default"
        return Style(color=None if plain else str(colour).removeprefix("ansi_"), bold=bold or None)

    muted = Style(dim=True) if theme.ansi else tone(theme.variables["text-muted"])
    styles: dict[str, Style] = {
        "head": tone(theme.accent, bold=True),
        "strong": tone(None, bold=True),
        "muted": muted,
        "added": tone(theme.success, bold=True),
        "removed": tone(theme.error, bold=True),
        "changed": tone(theme.warning, bold=True),
    }
    for hue in HUES[DEFAULT_THEME]:
        styles[hue] = palette[f"{hue} text"]
    return {
        look: in_256(style).render(" ", color_system=ColorSystem.EIGHT_BIT).partition(" ")[0]
        for look, style in styles.items()
    }
