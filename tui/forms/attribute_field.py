"""One field of the attribute form: the name of the attribute, its editor, and offers below it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from annotations.errors import AttributeValueError
from annotations.labels import Attribute, AttributeValue
from annotations.value_checks import is_date
from tui.terminal.display import line
from tui.terminal.width import cells
from tui.widgets.choice_field import ChoiceField
from tui.widgets.field import TextField
from tui.widgets.offer_list import Offered, OfferList

_SIDE = 40
"""The per cent of the width that are free for offers."""
MOST_NAME, MOST_NAME_NARROW = 22, 12
"""Cells of a name at most, on a wide and on a narrow screen."""

_DAY = len("2021-09-26")
_UNKNOWN_YEAR = "XXXX"
# A leap year, so that XXXX-02-29 is a day of it.
_ANY_YEAR = "2020"


class AttributeField(Vertical):
    """A name and an editor in one row; offers stand on the free right side, so that nothing moves or is hidden.

    On a screen that has no free right side they take rows of their own below the editor.

    Args:
        attribute: the attribute that is edited.
        value: its value; a value of another type counts as unset.
        unset: whether a choice may be unset.
    """

    DEFAULT_CSS = """
    AttributeField {
        height: auto;
        & > Horizontal { height: 1; }
        & #name { width: auto; }
        & TextField, & ChoiceField { width: 1fr; }
        & > OfferList { background: $panel; }
        & .side { display: none; width: 41%; }
        &.-beside .side { display: block; }
        &.-beside > OfferList { width: 39%; overlay: screen; constrain: none inside; }
    }
    """

    def __init__(self, attribute: Attribute, value: AttributeValue, *, unset: bool = True) -> None:
        super().__init__()
        self.attribute = attribute
        expected = bool if attribute.type == "boolean" else str
        self._given = value if isinstance(value, expected) else None
        self._unset = unset
        self._name_cells = MOST_NAME
        self._offered: list[Offered] = []
        self._shown_offers: list[Offered] = []
        self.editor = self._new_editor()
        """The field for text, or the field with choices."""
        self._shown = self._label()

    def compose(self) -> ComposeResult:
        """Name, editor, offers."""
        with Horizontal():
            yield Static(self._shown, id="name")
            yield self.editor
            if isinstance(self.editor, TextField):
                yield Static(classes="side")
        yield OfferList()

    def on_mount(self) -> None:
        """Show whether the first value is valid."""
        self.show_state()

    @property
    def offers(self) -> OfferList:
        """The values that can be taken."""
        return self.query_one(OfferList)

    @property
    def is_dated(self) -> bool:
        """Whether the attribute is a date or a period."""
        return self.attribute.type in ("date", "period")

    @property
    def error(self) -> str:
        """What a valid value would be, in one line; "" where the value is valid."""
        try:
            self.read()
        except AttributeValueError as error:
            return f"it {str(error).rpartition(': it ')[2]}"
        return ""

    @property
    def name_is_cut(self) -> bool:
        """Whether the name does not fit."""
        return cells(self.attribute.name) > self._name_cells

    def read(self) -> AttributeValue:
        """The value; one that nobody edited is returned as it was given.

        Raises:
            AttributeValueError: the value is not valid for the attribute.
        """
        editor = self.editor
        if isinstance(editor, ChoiceField):
            self.attribute.check(editor.value)
            return editor.value
        if editor.value == (self._given or ""):
            self.attribute.check(self._given)
            return self._given
        return self.attribute.parse(self._typed(editor))

    def offer(self, offered: Sequence[Offered]) -> None:
        """Offer values; each is shown once, and none that is already there."""
        self._offered = list({value: (value, gloss) for value, gloss in reversed(offered)}.values())[::-1]
        self._show_offers()

    def _show_offers(self) -> None:
        wanted = [each for each in self._offered if each[0] != self.editor.value]
        if wanted != self._shown_offers:
            self._shown_offers = wanted
            self.offers.show(wanted)

    def take(self, value: str) -> None:
        """Put an offered value into the editor."""
        if isinstance(self.editor, TextField):
            self.editor.value = value
            self.editor.select_all()
            self.offers.unmark()

    def move_day(self, by: int) -> bool:
        """Move the date by ``by`` days; of a period, the date at the cursor.  Returns whether there was one to move."""
        editor = self.editor
        if not (self.is_dated and isinstance(editor, TextField)):
            return False
        text = self._typed(editor)
        start, slash, _ = text.partition("/")
        first = bool(slash) and editor.cursor_position <= len(start)
        moved = moved_day(text, by, first=first)
        if moved is None:
            return False
        editor.value = moved
        editor.cursor_position = 0 if first else len(moved)
        return True

    def set_name_cells(self, most: int, *, beside: bool = False) -> None:
        """Set the width of the name, in cells, and whether offers have room beside the editor."""
        self._name_cells = most
        self.set_class(beside, "-beside")
        self.offers.styles.margin = (0, 0, 0, 0 if beside else most + 3)
        self._place_offers()
        self.show_state()

    def on_resize(self) -> None:
        """Put the offers to the right side."""
        self._place_offers()

    def _place_offers(self) -> None:
        width = self.size.width
        self.offers.styles.offset = (width - width * _SIDE // 100, -1) if self.has_class("-beside") else (0, 0)

    def show_state(self) -> None:
        """Show whether the field has the focus, its offers, and whether its value is wrong."""
        focused = self.screen.focused is self.editor
        if focused and self._offered:
            self._show_offers()
        offered = focused and self.offers.count > 0
        if self.offers.display != offered:
            self.offers.display = offered
        label = self._label(focused=focused, wrong=bool(self.error))
        if not label.is_same(self._shown):
            resized = label.cell_length != self._shown.cell_length
            self._shown = label
            self.query_one("#name", Static).update(label, layout=resized)

    def on_click(self) -> None:
        """Focus the editor."""
        if not self.editor.has_focus:
            self.editor.focus()

    def _typed(self, editor: TextField) -> str:
        """The typed text; of a date, with full-width digits folded, which a Chinese input method writes."""
        text = editor.value.strip()
        return unicodedata.normalize("NFKC", text) if self.is_dated else text

    def _new_editor(self) -> TextField | ChoiceField:
        kind, given = self.attribute.type, self._given
        if kind == "boolean":
            return ChoiceField([("yes", True), ("no", False)], given, unset=self._unset)
        if kind == "choice":
            return ChoiceField([(choice, choice) for choice in self.attribute.choices], given, unset=self._unset)
        return TextField(str(given or ""), select_on_focus=True)

    def _label(self, *, focused: bool = False, wrong: bool = False) -> Content:
        name = line(self.attribute.name, self._name_cells)
        gap = " " * (self._name_cells - cells(name) + 1)
        return Content.assemble(
            ("▌" if focused else " ", "$accent"),
            ("!" if wrong else " ", "bold $error"),
            (name + gap, "bold" if focused else "$error" if wrong else "$secondary"),
        )


def moved_day(text: str, by: int, *, first: bool = False) -> str | None:
    """A date, date-time or period moved by days; the time of day and an unknown year stay.

    Args:
        text: the value.
        by: how many days.
        first: whether the start of a period is moved, and not its end.

    Returns:
        The moved value; None where ``text`` is no such value, or the calendar ends there.
    """
    start, slash, end = text.partition("/")
    if slash:
        moved = moved_day(start if first else end, by)
        if moved is None or "/" in end:
            return None
        return f"{moved}/{end}" if first else f"{start}/{moved}"
    if not is_date(text):
        return None
    unknown = text.startswith(_UNKNOWN_YEAR)
    day = date.fromisoformat(text[:_DAY].replace(_UNKNOWN_YEAR, _ANY_YEAR))
    try:
        shown = (day + timedelta(days=by)).isoformat()
    except OverflowError:
        return None
    return (_UNKNOWN_YEAR + shown[len(_ANY_YEAR) :] if unknown else shown) + text[_DAY:]
