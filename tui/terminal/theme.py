"""The colours of the app: four themes, one accent, the hues of labels; all are among the 256 colours of terminals.

The accent marks the cursor, the brand and what needs attention.  A label's hue comes from the label set.  A label is
never told by colour alone: signs in the gutter, bold, underline and italic tell it as well.  Text on a filled
background always has its own colour, so that its contrast does not depend on where it lies.
"""

from __future__ import annotations

from bisect import bisect
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.filter import LineFilter
from textual.theme import Theme

from annotations.labels import Hue

if TYPE_CHECKING:
    from textual.app import App
    from textual.color import Color as TextualColor

INNER = "inner"
"""The palette key of the style over text that is in two spans or more."""
HIT = "hit"
"""The palette key of a search hit."""
ACTIVE = "active"
"""The palette key of the active span: the one that keys act on, over its whole length."""


class Fill(NamedTuple):
    """The colours of text and of the background behind it."""

    foreground: str
    background: str


class HueColours(NamedTuple):
    """A hue in one theme: the fills of a span and of one that touches it, and the text colours of both."""

    fill: Fill
    next_fill: Fill
    text: str
    next_text: str


def _theme(  # noqa: PLR0913  # a theme consists of these colours
    name: str,
    *,
    dark: bool,
    accent: str,
    secondary: str,
    muted: str,
    grounds: tuple[str, str, str, str],
    text: str,
    warning: str,
    error: str,
    success: str,
    selection: Fill,
    scrollbar: str,
    ansi: bool = False,
) -> Theme:
    """A theme; ``grounds`` are the backgrounds of the screen, of bars, of the current row, and of that of a list."""
    background, surface, panel, raised = grounds
    return Theme(
        name=f"zhupi-{name}",
        primary=accent,
        secondary=secondary,
        accent=accent,
        foreground=text,
        background=background,
        surface=surface,
        panel=panel,
        warning=warning,
        error=error,
        success=success,
        dark=dark,
        ansi=ansi,
        variables={
            # textual blends these unless they are given, and a blend is hardly ever one of the 256 colours.
            "surface": surface,
            "panel": panel,
            "panel-lighten-2": raised,
            "text-muted": muted,
            "block-cursor-background": accent,
            "block-cursor-foreground": "ansi_black" if ansi else background,
            "block-cursor-text-style": "none",
            "screen-selection-background": selection.background,
            "screen-selection-foreground": selection.foreground,
            "footer-background": surface,
            "scrollbar": scrollbar,
            "scrollbar-hover": scrollbar,
            "scrollbar-active": accent,
            "scrollbar-background": surface,
            "scrollbar-background-hover": surface,
            "scrollbar-background-active": surface,
            # textual's style sheet needs these for a theme in the terminal's colours.
            **({"ansi-background": "ansi_black", "ansi-foreground": "ansi_white"} if ansi else {}),
        },
    )


THEMES: dict[str, Theme] = {
    "dark": _theme(
        "dark",
        dark=True,
        accent="#ff875f",
        secondary="#a8a8a8",
        muted="#8a8a8a",
        grounds=("#1c1c1c", "#262626", "#303030", "#3a3a3a"),
        text="#dadada",
        warning="#ffaf5f",
        error="#ff5f87",
        success="#87af5f",
        selection=Fill("#ffffff", "#585858"),
        scrollbar="#4e4e4e",
    ),
    "light": _theme(
        "light",
        dark=False,
        accent="#af0000",
        secondary="#585858",
        muted="#6c6c6c",
        grounds=("#ffffff", "#eeeeee", "#e4e4e4", "#ffffff"),
        text="#262626",
        warning="#875f00",
        error="#af005f",
        success="#005f00",
        selection=Fill("#000000", "#b2b2b2"),
        scrollbar="#b2b2b2",
    ),
    "high-contrast": _theme(
        "high-contrast",
        dark=True,
        accent="#ffaf00",
        secondary="#d0d0d0",
        muted="#bcbcbc",
        grounds=("#000000", "#121212", "#303030", "#303030"),
        text="#ffffff",
        warning="#ffff5f",
        error="#ffafaf",
        success="#87ff87",
        selection=Fill("#ffffff", "#4e4e4e"),
        scrollbar="#9e9e9e",
    ),
    "terminal": _theme(
        "terminal",
        dark=True,
        ansi=True,
        accent="ansi_red",
        secondary="ansi_bright_black",
        # Bright black cannot be read everywhere: on some terminals it is the background.  Panes dim this text instead.
        muted="ansi_default",
        grounds=("ansi_default",) * 4,
        text="ansi_default",
        warning="ansi_yellow",
        error="ansi_red",
        success="ansi_green",
        selection=Fill("ansi_black", "ansi_white"),
        scrollbar="ansi_bright_black",
    ),
}
"""The themes by the name that ``--theme`` takes; ``terminal`` uses the sixteen colours of the terminal."""

DEFAULT_THEME = "dark"
TERMINAL_THEME = "terminal"

ZHUPI_DARK = THEMES[DEFAULT_THEME]

_BLACK, _WHITE = "#000000", "#ffffff"

HUES: dict[str, dict[Hue, HueColours]] = {
    "dark": {
        "blue": HueColours(Fill(_WHITE, "#000087"), Fill(_WHITE, "#0000d7"), "#87afff", "#5f87ff"),
        "green": HueColours(Fill(_WHITE, "#005f00"), Fill(_WHITE, "#008700"), "#87d787", "#5faf5f"),
        "yellow": HueColours(Fill(_WHITE, "#5f5f00"), Fill(_BLACK, "#878700"), "#ffd75f", "#d7af00"),
        "magenta": HueColours(Fill(_WHITE, "#5f005f"), Fill(_WHITE, "#870087"), "#ff87ff", "#d75fd7"),
        "cyan": HueColours(Fill(_WHITE, "#005f5f"), Fill(_BLACK, "#008787"), "#5fd7d7", "#00afaf"),
        "red": HueColours(Fill(_WHITE, "#870000"), Fill(_WHITE, "#d70000"), "#ff8787", "#ff5f5f"),
        "orange": HueColours(Fill(_WHITE, "#af5f00"), Fill(_WHITE, "#875f00"), "#ffaf5f", "#d78700"),
    },
    "light": {
        "blue": HueColours(Fill(_BLACK, "#afd7ff"), Fill(_BLACK, "#87afff"), "#0000af", "#5f5fff"),
        "green": HueColours(Fill(_BLACK, "#afffaf"), Fill(_BLACK, "#5fd75f"), "#005f00", "#008700"),
        "yellow": HueColours(Fill(_BLACK, "#ffffaf"), Fill(_BLACK, "#d7d75f"), "#5f5f00", "#875f5f"),
        "magenta": HueColours(Fill(_BLACK, "#ffd7ff"), Fill(_BLACK, "#ff87ff"), "#870087", "#d700af"),
        "cyan": HueColours(Fill(_BLACK, "#afffff"), Fill(_BLACK, "#5fd7d7"), "#005f5f", "#005f87"),
        "red": HueColours(Fill(_BLACK, "#ffafaf"), Fill(_BLACK, "#ff5f5f"), "#870000", "#d70000"),
        "orange": HueColours(Fill(_BLACK, "#ffd7af"), Fill(_BLACK, "#ffaf5f"), "#875f00", "#af5f00"),
    },
    "high-contrast": {
        "blue": HueColours(Fill(_WHITE, "#0000af"), Fill(_WHITE, "#0000ff"), "#afd7ff", "#87afff"),
        "green": HueColours(Fill(_WHITE, "#005f00"), Fill(_BLACK, "#00d700"), "#87ff87", "#5fd75f"),
        "yellow": HueColours(Fill(_BLACK, "#d7d700"), Fill(_BLACK, "#afaf00"), "#ffff5f", "#d7d75f"),
        "magenta": HueColours(Fill(_WHITE, "#870087"), Fill(_BLACK, "#ff87ff"), "#ffafff", "#ff87ff"),
        "cyan": HueColours(Fill(_WHITE, "#005f5f"), Fill(_BLACK, "#00d7d7"), "#5fffff", "#5fafaf"),
        "red": HueColours(Fill(_WHITE, "#870000"), Fill(_WHITE, "#af0000"), "#ffafaf", "#ff8787"),
        "orange": HueColours(Fill(_BLACK, "#d78700"), Fill(_BLACK, "#ffd787"), "#ffaf5f", "#ff8700"),
    },
}
"""The hues by the name of the theme."""

HITS: dict[str, Fill] = {
    "dark": Fill(_BLACK, "#ffff5f"),
    "light": Fill(_WHITE, "#5f00af"),
    "high-contrast": Fill(_BLACK, "#ff5fff"),
}
"""The fill of a search hit, by the name of the theme."""

ACTIVES: dict[str, tuple[Fill, dict[Hue, str]]] = {
    "dark": (
        Fill(_BLACK, "#dadada"),
        {
            "blue": "#000087",
            "green": "#005f00",
            "yellow": "#5f5f00",
            "magenta": "#5f005f",
            "cyan": "#005f5f",
            "red": "#af0000",
            "orange": "#5f0000",
        },
    ),
    "light": (
        Fill(_WHITE, "#303030"),
        {
            "blue": "#afd7ff",
            "green": "#afffaf",
            "yellow": "#ffffaf",
            "magenta": "#ffd7ff",
            "cyan": "#afffff",
            "red": "#ffafaf",
            "orange": "#ffd7af",
        },
    ),
    "high-contrast": (Fill(_BLACK, _WHITE), {}),
}
"""The fill of the active span, by the name of the theme, and the text colours of the hues that have one on it.

It is dark where the theme is light and light where the theme is dark, so that it stands out from all other fills.
"""

SIXTEEN: dict[Hue, tuple[Fill, Fill]] = {
    "blue": (Fill("bright_white", "blue"), Fill("black", "bright_blue")),
    "green": (Fill("black", "green"), Fill("black", "bright_green")),
    "yellow": (Fill("black", "yellow"), Fill("black", "bright_yellow")),
    "magenta": (Fill("bright_white", "magenta"), Fill("black", "bright_magenta")),
    "cyan": (Fill("black", "cyan"), Fill("black", "bright_cyan")),
    "red": (Fill("bright_white", "red"), Fill("black", "bright_red")),
    "orange": (Fill("bright_yellow", "red"), Fill("red", "bright_yellow")),
}
"""The fills of each hue, of a span and of one that touches it, in the terminal's sixteen colours."""

Palette = dict[str, Style]
"""The styles of spans by key.

``{hue}`` is an annotation, ``{hue} suggested`` a suggestion, ``{hue} other`` an annotation of somebody else; ``{hue}
suspect`` and ``{hue} other suspect`` are annotations that a second look holds for errors.  Each of them with `` next``
behind it is the style of a span that touches or lies in another one of the same label.  ``{hue} text`` is text in that
hue without a fill, ``{hue} active`` is the active span.  ``INNER``, ``HIT`` and ``ACTIVE``, the active span of no
label, are keys too.
"""


def app_palette(app: App[object]) -> Palette:
    """The palette for the current theme of an app; ask again when the theme changes."""
    return span_palette(app.theme, None if app.no_color else app.console.color_system)


@cache
def span_palette(theme: str, colours: str | None) -> Palette:
    """The palette for a theme.

    An annotation is filled, a suspect is underlined too, a suggestion is underlined, an annotation of somebody else is
    italic.  Without colour an annotation is bold; where both or two of a kind overlap the text is bold and underlined.
    Italic marks the second of two spans that touch, and dim the second of two of somebody else.  The active span is
    bold and on a fill of its own; where there are no tints its text is reversed.

    Args:
        theme: the name of a theme, with or without textual's prefix; one that is not zhupi's counts as ``terminal``.
        colours: what the terminal can do, in rich's words: ``truecolor``, ``256``, ``standard`` (16) or None.
    """
    hues = HUES.get(theme.removeprefix("zhupi-"))
    if colours is None:
        return _without_colour()
    if hues is None or colours == "standard":
        return _sixteen(THEMES.get(theme.removeprefix("zhupi-"), THEMES[TERMINAL_THEME]))
    name = theme.removeprefix("zhupi-")
    active, inks = ACTIVES[name]
    palette = {
        INNER: Style(bold=True),
        HIT: _filled(HITS[name]) + Style(bold=True),
        ACTIVE: _filled(active) + Style(bold=True),
    }
    for hue, (fill, next_fill, text, next_text) in hues.items():
        palette |= {
            hue: _filled(fill),
            f"{hue} next": _filled(next_fill),
            f"{hue} suggested": Style(color=text, underline=True),
            f"{hue} suggested next": Style(color=next_text, underline=True),
            f"{hue} other": Style(color=text, italic=True),
            f"{hue} other next": Style(color=next_text, italic=True),
            f"{hue} text": Style(color=text, bold=True),
            f"{hue} active": palette[ACTIVE] + Style(color=inks.get(hue)),
        }
    return _with_suspects(palette)


def _with_suspects(palette: Palette) -> Palette:
    """The palette with suspects: annotations that are underlined, in whosever layer they are."""
    for whose in (each for hue in SIXTEEN for each in (hue, f"{hue} other")):
        for behind in ("", " next"):
            palette[f"{whose} suspect{behind}"] = palette[f"{whose}{behind}"] + Style(underline=True)
    return palette


def _filled(fill: Fill) -> Style:
    # Removed text below the span may be dim, and would be hard to read on a fill.
    return Style(color=fill.foreground, bgcolor=fill.background, dim=False)


def _sixteen(theme: Theme) -> Palette:
    """The palette in sixteen colours, which have no tints: the colour as background, black or white text on it."""
    active = Style(color="default", bgcolor="default", reverse=True)
    if not theme.ansi:
        # The panes are black or white then, whatever the colours of the terminal are.
        active = _filled(Fill("black", "bright_white") if theme.dark else Fill("bright_white", "black"))
    palette = {
        INNER: Style(bold=True),
        HIT: Style(reverse=True, underline=True, bold=True, dim=False),
        ACTIVE: active + Style(bold=True, dim=False),
    }
    for hue, (fill, next_fill) in SIXTEEN.items():
        palette |= {
            hue: _filled(fill),
            f"{hue} next": _filled(next_fill),
            f"{hue} suggested": Style(underline=True),
            f"{hue} suggested next": Style(underline=True, italic=True),
            f"{hue} other": Style(italic=True),
            f"{hue} other next": Style(italic=True, dim=True),
            f"{hue} text": Style(color=fill.background, bold=True),
            f"{hue} active": palette[ACTIVE],
        }
    return _with_suspects(palette)


def _without_colour() -> Palette:
    palette = {
        INNER: Style(bold=True, underline=True),
        HIT: Style(reverse=True, underline=True, bold=False, dim=False),
        ACTIVE: Style(reverse=True, bold=True, dim=False),
    }
    for hue in SIXTEEN:
        palette |= {
            hue: Style(bold=True),
            f"{hue} next": Style(bold=True, italic=True),
            f"{hue} suggested": Style(underline=True),
            f"{hue} suggested next": Style(underline=True, italic=True),
            f"{hue} other": Style(italic=True),
            f"{hue} other next": Style(italic=True, dim=True),
            f"{hue} text": Style(bold=True),
            f"{hue} active": palette[ACTIVE],
        }
    return _with_suspects(palette)


class In256Colours(LineFilter):
    """Draws every colour as one of the 256, by its number; a blend becomes the nearest of them.

    rich's own choice is one step too dark for light greys, and textual's shades are slightly off here and there.
    """

    def apply(self, segments: list[Segment], background: TextualColor) -> list[Segment]:  # noqa: ARG002  # textual's
        """The segments in these colours; those that look the same are merged, since each costs some 25 bytes."""
        drawn: list[Segment] = []
        # The text of the last segment, which what comes may be merged with, and its style.
        held: str | None = None
        last: Style | None = None
        for text, style, control in segments:
            wanted = style and in_256(style)
            if held is not None and last is not None and wanted is not None and not control:
                if wanted is last or wanted == last or (not text.strip(" ") and _same_blank(wanted, last)):
                    held += text
                    continue
                if not held.strip(" ") and _same_blank(last, wanted):
                    held, last = held + text, wanted
                    continue
            if held is not None:
                drawn.append(Segment(held, last))
            if control:
                drawn.append(Segment(text, wanted, control))
                held = None
            else:
                held, last = text, wanted
        if held is not None:
            drawn.append(Segment(held, last))
        return drawn


IN_256_COLOURS = In256Colours()
"""The only instance: a strip caches its result per filter object."""

_LEVELS = (0x00, 0x5F, 0x87, 0xAF, 0xD7, 0xFF)
_MIDDLES = [(low + high) / 2 for low, high in pairwise(_LEVELS)]


@lru_cache(4096)
def _same_blank(blank: Style, other: Style) -> bool:
    """Whether blanks look the same in both styles: only their background is visible."""
    if blank.bgcolor != other.bgcolor:
        return False
    # A line through or under a blank is visible, and reversed it shows the colour of the text.
    return not any(
        each.underline or each.underline2 or each.overline or each.strike or each.reverse or each.meta or each.link
        for each in (blank, other)
    )


@lru_cache(4096)
def in_256(style: Style) -> Style:
    """The style in colours of the 256, by their numbers; a blend becomes the nearest of them."""
    foreground, background = (_numbered(colour) for colour in (style.color, style.bgcolor))
    return style if foreground is None and background is None else style + Style(color=foreground, bgcolor=background)


def _numbered(colour: Color | None) -> Color | None:
    """The nearest of the 216 colours of the cube and the 24 greys; None where ``colour`` is no true colour."""
    if colour is None or colour.triplet is None:
        return None
    levels = [bisect(_MIDDLES, part) for part in colour.triplet]
    grey = max(0, min(23, round((sum(colour.triplet) / 3 - 8) / 10)))
    in_cube = sum((_LEVELS[level] - part) ** 2 for level, part in zip(levels, colour.triplet, strict=True))
    in_greys = sum((8 + 10 * grey - part) ** 2 for part in colour.triplet)
    red, green, blue = levels
    return Color.from_ansi(16 + 36 * red + 6 * green + blue if in_cube <= in_greys else 232 + grey)
