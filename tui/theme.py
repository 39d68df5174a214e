"""The colours of the app: one accent, label hues, and nothing that a 256-colour terminal cannot show.

Vermilion marks the cursor, the brand and what wants attention.  A label's hue comes from the label set; without colour
the gutter signs, bold and underline tell the same.
"""

from __future__ import annotations

from rich.style import Style
from textual.theme import Theme

from annotations.labels import Hue

VERMILION = "#ff5f3f"

ZHUPI_DARK = Theme(
    name="zhupi-dark",
    primary=VERMILION,
    secondary="#8a8a8a",
    accent=VERMILION,
    foreground="#dadada",
    background="#1c1c1c",
    surface="#262626",
    panel="#303030",
    warning="#ffaf5f",
    error="#ff5f5f",
    success="#87af5f",
    dark=True,
    variables={
        "block-cursor-text-style": "none",
        "footer-background": "#262626",
        "scrollbar": "#4e4e4e",
        "scrollbar-background": "#262626",
    },
)

FILLS: dict[Hue, str] = {
    "blue": "#00305f",
    "green": "#0f5f2f",
    "yellow": "#5f5f00",
    "magenta": "#5f005f",
    "cyan": "#005f5f",
    "red": "#5f0f0f",
    "orange": "#873f00",
}
"""Background of a span on the dark theme; chosen to stay apart when reduced to 256 colours."""

INKS: dict[Hue, str] = {
    "blue": "#87afff",
    "green": "#87d787",
    "yellow": "#ffd75f",
    "magenta": "#ff87ff",
    "cyan": "#5fd7d7",
    "red": "#ff8787",
    "orange": "#ffaf5f",
}
"""The same hues as text: signs, underlines, the legend."""


SIXTEEN: dict[Hue, tuple[str, str]] = {
    "blue": ("bright_white", "blue"),
    "green": ("black", "green"),
    "yellow": ("black", "yellow"),
    "magenta": ("bright_white", "magenta"),
    "cyan": ("black", "cyan"),
    "red": ("bright_white", "red"),
    "orange": ("black", "bright_yellow"),
}
"""Text and fill of a hue on a terminal that has sixteen colours."""


def span_palette(colours: str | None) -> dict[str, Style]:
    """The styles of spans by key: a hue for an annotation, ``hue suggested`` for a suggestion.

    An annotation is filled, a suggestion only underlined.  Without colour a fill would be a grey like any other: there
    an annotation is bold, a suggestion underlined, and the signs in the gutter tell the labels.

    Args:
        colours: what the terminal can do, as rich names it: ``truecolor``, ``256``, ``standard`` (16) or None.
    """
    if colours == "standard":
        # Sixteen colours have no tint: the terminal's own, with black or white on top.
        return {
            **{str(hue): Style(color=ink, bgcolor=fill) for hue, (ink, fill) in SIXTEEN.items()},
            **{f"{hue} suggested": Style(underline=True) for hue in SIXTEEN},
        }
    colour = colours is not None
    palette = {}
    for hue, fill in FILLS.items():
        palette[str(hue)] = Style(bgcolor=fill) if colour else Style(bold=True)
        palette[f"{hue} suggested"] = Style(color=INKS[hue] if colour else None, underline=True)
    return palette
