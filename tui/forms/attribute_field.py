"""One field of the attribute form: a name, what it holds, and below it what it could hold."""

from __future__ import annotations

import unicodedata
from datetime import date, timedelta

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from annotations.errors import AttributeValueError
from annotations.labels import Attribute, AttributeValue, is_date
from tui.terminal.display import line
from tui.terminal.width import cells
from tui.widgets.choice_field import ChoiceField
from tui.widgets.field import TextField
from tui.widgets.offer_list import OfferList

MOST_NAME, MOST_NAME_NARROW = 22, 12
"""Cells of a name, on a wide and on a narrow screen."""

_DAY = len("2021-09-26")
_UNKNOWN_YEAR = "XXXX"
# A leap year, so that XXXX-02-29 can be moved too.
_ANY_YEAR = "2020"


class AttributeField(Vertical):
    """A name and an editor in one row; while it has the focus offers lie over what is below, so that nothing moves.

    Args:
        attribute: what it edits.
        value: what it holds; a value of another type counts as unset.
        unset: whether a choice can be taken away.
    """

    DEFAULT_CSS = """
    AttributeField {
        height: auto;
        & > Horizontal { height: 1; }
        & Static { width: auto; }
        & TextField, & ChoiceField { width: 1fr; }
        & > OfferList { overlay: screen; constrain: none inflect; background: $panel; }
    }
    """

    def __init__(self, attribute: Attribute, value: AttributeValue, *, unset: bool = True) -> None:
        super().__init__()
        self.attribute = attribute
        expected = bool if attribute.type == "boolean" else str
        self._given = value if isinstance(value, expected) else None
        self._unset = unset
        self._name_cells = MOST_NAME
        self.editor = self._new_editor()
        """What is typed in, or chosen from."""
        self._shown = self._label()

    def compose(self) -> ComposeResult:
        """The name, the editor, the offers."""
        with Horizontal():
            yield Static(self._shown)
            yield self.editor
        yield OfferList()

    def on_mount(self) -> None:
        """Show whether the value is right from the start."""
        self.show_state()

    @property
    def offers(self) -> OfferList:
        """What could be taken."""
        return self.query_one(OfferList)

    @property
    def is_dated(self) -> bool:
        """Whether the field holds a day or a period."""
        return self.attribute.type in ("date", "period")

    @property
    def error(self) -> str:
        """What would be right, in one line; empty when the value is."""
        try:
            self.read()
        except AttributeValueError as error:
            return f"it {str(error).rpartition(': it ')[2]}"
        return ""

    @property
    def name_is_cut(self) -> bool:
        """Whether the row has no room for the name."""
        return cells(self.attribute.name) > self._name_cells

    def read(self) -> AttributeValue:
        """The value; what nobody touched is as it was given.

        Raises:
            AttributeValueError: it is no value of the attribute.
        """
        editor = self.editor
        if isinstance(editor, ChoiceField):
            self.attribute.check(editor.value)
            return editor.value
        if editor.value == (self._given or ""):
            self.attribute.check(self._given)
            return self._given
        return self.attribute.parse(self._typed(editor))

    def take(self, value: str) -> None:
        """Put a value into the editor."""
        if isinstance(self.editor, TextField):
            self.editor.value = value
            self.editor.select_all()
            self.offers.unmark()

    def move_day(self, by: int) -> bool:
        """Move the day by so many; of a period the end at the cursor.  Whether there was a day to move."""
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

    def set_name_cells(self, most: int) -> None:
        """Give the name so many cells; offers stand below the editor."""
        self._name_cells = most
        self.offers.styles.margin = (0, 0, 0, most + 1)
        self.show_state()

    def show_state(self) -> None:
        """Show which field has the focus, with its offers, and which holds something wrong."""
        focused = self.screen.focused is self.editor
        offered = focused and self.offers.count > 0
        if self.offers.display != offered:
            self.offers.display = offered
        label = self._label(focused=focused, wrong=bool(self.error))
        if not label.is_same(self._shown):
            resized = label.cell_length != self._shown.cell_length
            self._shown = label
            self.query_one(Static).update(label, layout=resized)

    def on_click(self) -> None:
        """A click on the name goes to its editor."""
        if not self.editor.has_focus:
            self.editor.focus()

    def _typed(self, editor: TextField) -> str:
        """What was typed; a Chinese input method left on writes full-width digits."""
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
    """A date, date-time or period with its day moved; the time of day and an unknown year stay.

    Args:
        text: the value.
        by: how many days.
        first: of a period move its start rather than its end.

    Returns:
        None when ``text`` is no such value, or the calendar ends there.
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
