"""Every colour is one that 256 colours show exactly, text can be read on every fill, and nothing is told by colour."""

from __future__ import annotations

from itertools import combinations, product
from typing import get_args

import pytest
from idle import idle
from reviewing import app_on
from rich.color import ColorType
from rich.segment import Segment
from rich.style import Style
from textual.color import BLACK

from annotations.labels import Hue
from store.intake.ingest import ingest
from store.intake.sources import read_sources
from tui.keys.config import THEME_NAMES
from tui.terminal.theme import ACTIVE, ACTIVES, HIT, HITS, HUES, INNER, THEMES, In256Colours, app_palette, span_palette
from tui.widgets.text_pane import TextPane

CUBE = (0x00, 0x5F, 0x87, 0xAF, 0xD7, 0xFF)
PALETTE = {(r, g, b) for r in CUBE for g in CUBE for b in CUBE} | {(grey,) * 3 for grey in range(8, 239, 10)}
RGB = [name for name in THEMES if not THEMES[name].ansi]
LEAST = {"dark": 4.5, "light": 4.5, "high-contrast": 7.0}
KINDS = ("", " next", " suggested", " suggested next", " other", " other next")


def rgb(colour):
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


def luminance(colour):
    parts = [part / 255 for part in rgb(colour)]
    r, g, b = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def colours(theme):
    named = [getattr(theme, name) for name in (
        "primary", "secondary", "accent", "foreground", "background", "surface", "panel", "warning", "error", "success",
    )]  # fmt: skip
    return named + [value for value in theme.variables.values() if value.startswith("#")]


def test_contrast_is_that_of_the_web_guidelines():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_the_options_name_every_theme():
    assert set(THEME_NAMES) == set(THEMES)


@pytest.mark.parametrize("name", RGB)
def test_every_colour_is_one_of_the_256(name):
    spans = [
        colour.name
        for style in span_palette(name, "256").values()
        for colour in (style.color, style.bgcolor)
        if colour is not None
    ]
    for colour in [*colours(THEMES[name]), *spans]:
        assert rgb(colour) in PALETTE, colour
        [drawn_as] = In256Colours().apply([Segment("x", Style(color=colour))], BLACK)
        assert drawn_as.style.color.type == ColorType.EIGHT_BIT
        assert drawn_as.style.color.get_truecolor() == rgb(colour)


@pytest.mark.parametrize("name", RGB)
def test_text_can_be_read_on_every_ground(name):
    theme, least = THEMES[name], LEAST[name]
    raised = theme.variables["panel-lighten-2"]
    for ground in (theme.background, theme.surface, theme.panel, raised):
        inks = (theme.foreground, theme.secondary, theme.accent)
        for ink in inks if ground == raised else (*inks, theme.warning, theme.error):
            assert contrast(ink, ground) >= least, (ink, ground)
    assert contrast(theme.success, theme.surface) >= least
    assert contrast(theme.variables["text-muted"], theme.background) >= least
    assert contrast(theme.background, theme.accent) >= least
    selection = [theme.variables[f"screen-selection-{part}"] for part in ("foreground", "background")]
    assert contrast(*selection) >= least


@pytest.mark.parametrize("name", RGB)
def test_text_can_be_read_on_every_span(name):
    theme, least, palette = THEMES[name], LEAST[name], span_palette(name, "256")
    assert contrast(*HITS[name]) >= least
    for hue in get_args(Hue):
        for key in (hue, f"{hue} next"):
            assert contrast(palette[key].color.name, palette[key].bgcolor.name) >= least, key
        for key in (*(f"{hue}{kind}" for kind in KINDS[2:]), f"{hue} text"):
            assert contrast(palette[key].color.name, theme.background) >= least, key
        assert contrast(palette[f"{hue} text"].color.name, theme.panel) >= least, hue
        for active in (palette[f"{hue} active"], palette[ACTIVE]):
            assert contrast(active.color.name, active.bgcolor.name) >= least, hue


@pytest.mark.parametrize("name", RGB)
def test_fills_stay_apart(name):
    theme = THEMES[name]
    grounds = [fill.background for colour in HUES[name].values() for fill in (colour.fill, colour.next_fill)]
    active = ACTIVES[name][0].background
    assert all(contrast(active, ground) >= 1.3 for ground in grounds)
    special = [
        HITS[name].background,
        active,
        theme.accent,
        theme.variables["screen-selection-background"],
        theme.background,
    ]
    assert len({*grounds, *special}) == len(grounds) + len(special)
    inks = [ink for colour in HUES[name].values() for ink in (colour.text, colour.next_text)]
    assert len(set(inks)) == len(inks)


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("colour", ["truecolor", "256", "standard", None])
def test_every_kind_of_span_looks_different(name, colour):
    palette = span_palette(name, colour)
    for hue in get_args(Hue):
        looks = [palette[hue + kind] for kind in (*KINDS, " active")] + [palette[HIT]]
        assert all(one != other for one, other in combinations(looks, 2))


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("colour", ["truecolor", "256", "standard", None])
def test_a_suspect_is_underlined_in_whosever_layer_it_is(name, colour):
    palette = span_palette(name, colour)
    for hue, whose, behind in product(get_args(Hue), ("", " other"), ("", " next")):
        suspect = palette[f"{hue}{whose} suspect{behind}"]
        assert suspect == palette[f"{hue}{whose}{behind}"] + Style(underline=True)


@pytest.mark.parametrize("name", THEMES)
def test_without_colour_nothing_has_one(name):
    for style in span_palette(name, None).values():
        assert style.color is style.bgcolor is None


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("colour", ["truecolor", "256", "standard", None])
def test_the_active_span_has_a_weight_and_a_ground_that_no_other_span_has(name, colour):
    palette = span_palette(name, colour)
    grounds = {
        (palette[hue + kind].bgcolor, bool(palette[hue + kind].reverse)) for hue in get_args(Hue) for kind in KINDS
    }
    for hue in get_args(Hue):
        active = palette[f"{hue} active"]
        assert active.bold
        assert (active.bgcolor, bool(active.reverse)) not in grounds


def test_without_colour_nesting_shows_on_every_span():
    palette = span_palette("dark", None)
    for kind in KINDS:
        style = palette["blue" + kind]
        assert style + palette[INNER] != style


def test_the_terminal_theme_has_no_colour_of_its_own():
    found = {
        colour.type
        for style in span_palette("terminal", "256").values()
        for colour in (style.color, style.bgcolor)
        if colour is not None
    }
    assert found == {ColorType.STANDARD, ColorType.DEFAULT}
    assert not [colour for colour in colours(THEMES["terminal"]) if not colour.startswith("ansi_")]


def pages(database, tmp_path):
    page = tmp_path / "page.txt"
    page.write_text(
        "临江县河道通知\n来源：临江县水务局 时间：2021-05-01\n各乡镇要在4月底前完成排查。\n", encoding="utf-8"
    )
    ingest(database, read_sources([page]), "lin", lambda _: None)


def drawn(app):
    """The segments of the screen as they are written."""
    return [segment for strip in app.screen._compositor.render_strips() for segment in strip]


@pytest.mark.parametrize("name", RGB)
async def test_every_cell_of_both_screens_is_one_of_the_256(database, tmp_path, monkeypatch, name):
    monkeypatch.setenv("TERM", "xterm-256color")
    pages(database, tmp_path)
    app = app_on(database, 1)
    async with app.run_test(size=(120, 30)) as pilot:
        app.use_theme(name)
        await idle(pilot)
        for key in ("", "v", "l", "escape", "q"):
            await pilot.press(*[key] if key else [])
            await idle(pilot)
            found = {colour for segment in drawn(app) for colour in (segment.style.color, segment.style.bgcolor)} - {
                None
            }
            assert {colour.type for colour in found} == {ColorType.EIGHT_BIT}
            assert {tuple(colour.get_truecolor()) for colour in found} <= PALETTE


async def test_the_panes_follow_the_theme_while_the_app_runs(database, tmp_path):
    pages(database, tmp_path)
    app = app_on(database, 1)
    async with app.run_test(size=(120, 30)) as pilot:
        await idle(pilot)
        for name in ("light", "high-contrast", "dark"):
            app.use_theme(name)
            await idle(pilot)
            pane = app.screen.query_one("#raw", TextPane)
            assert pane._painter._palette is app_palette(app)
            assert pane._painter._palette is span_palette(f"zhupi-{name}", app.console.color_system)
            strip = pane.render_line(1)
            assert [s for s in strip if isinstance(s, Segment)][-1].style.bgcolor.name == THEMES[name].background


async def test_without_colour_the_terminal_theme_is_written_without(database, tmp_path, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    pages(database, tmp_path)
    app = app_on(database, 1)
    async with app.run_test(size=(120, 30)) as pilot:
        app.use_theme("terminal")
        await idle(pilot)
        assert app.no_color
        segments = drawn(app)
        assert all(colour is None or colour.is_default for s in segments for colour in (s.style.color, s.style.bgcolor))
        assert any(segment.style.reverse for segment in segments)


def test_stretches_that_look_the_same_are_one():
    plain, bold = Style(color="#ffffff", bgcolor="#000000"), Style(color="#ff0000", bgcolor="#000000", bold=True)
    other, lined = Style(color="#ff0000", bgcolor="#0000ff"), Style(bgcolor="#000000", underline=True)
    drawn = In256Colours().apply(
        [
            Segment("a", plain), Segment("b", plain), Segment("  ", bold), Segment("c", bold), Segment(" ", other),
            Segment(" ", plain), Segment("d", bold), Segment(" ", lined), Segment("e", plain),
        ],
        BLACK,
    )  # fmt: skip
    # Blanks go with what has the same ground; a line under them is seen.
    assert [text for text, _, _ in drawn] == ["ab  ", "c", " ", " d", " ", "e"]
    assert "".join(text for text, _, _ in drawn) == "ab  c  d e"
