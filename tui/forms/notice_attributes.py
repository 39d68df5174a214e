"""The form for what a reviewer says about a whole notice: the attributes that the label set declares of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from annotations.errors import AttributeValueError
from annotations.labels import Attribute
from annotations.notice_attributes import NoticeAttribute, NoticeValue
from tui.forms.attribute_field import MOST_NAME, MOST_NAME_NARROW, AttributeField
from tui.forms.fields_form import FieldsForm
from tui.forms.form import HIGH_ROWS, WIDE_COLUMNS
from tui.terminal.width import cells
from tui.widgets.choice_field import ChoiceField
from tui.widgets.field import TextField
from tui.widgets.key_bar import KeyBar
from tui.widgets.several_field import SeveralField
from tui.widgets.text_rows import TextRows

Values = dict[str, NoticeValue]
"""Attributes of a notice, each with its value; None unsets one."""

_ROWS_AROUND: Final = 8
"""Rows of the form that are no fields: frame, hint, keys and, on a high screen, the blank rows between."""

_HINT_ROWS_BELOW: Final = 1
_ROWS_AROUND_BELOW: Final = 2 + _HINT_ROWS_BELOW
"""The same where the form stands below what it is about: frame, hint, keys."""


class NoticeAttributeField(AttributeField):
    """A field of an attribute of a notice.

    Args:
        declared: the attribute.
        value: its value; None where it is unset.
    """

    def __init__(self, declared: NoticeAttribute, value: NoticeValue) -> None:
        self.declared = declared
        self._chosen = value if isinstance(value, tuple) else ()
        kind = "choice" if declared.type == "several" else declared.type
        given = None if isinstance(value, tuple) else value
        super().__init__(Attribute(declared.name, kind, declared.choices, declared.description), given)

    @property
    def error(self) -> str:
        """What a valid value would be, in one line; "" where the value is valid."""
        try:
            self.read_value()
        except AttributeValueError as error:
            return f"it {str(error).rpartition(': it ')[2]}"
        return ""

    def read_value(self) -> NoticeValue:
        """The value; None where it is unset.

        Raises:
            AttributeValueError: it is not valid for the attribute.
        """
        value: NoticeValue = (self.editor.chosen or None) if isinstance(self.editor, SeveralField) else self.read()
        self.declared.check(value)
        return value

    def _new_editor(self) -> TextField | ChoiceField:
        if self.declared.type == "several":
            return SeveralField(self.declared.choices, self._chosen)
        return super()._new_editor()


class NoticeAttributesForm(FieldsForm[Values | None, NoticeAttributeField]):
    """Edits the attributes of a notice; dismissed with those that were changed, or None where it was cancelled.

    Args:
        declared: the attributes, in order.
        values: those that have a value.
        notes: what is to be known of an attribute besides its description, by name; it need not be safe.
    """

    FIELD = NoticeAttributeField
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "save", "save", id="notice.save", priority=True),
        Binding("escape", "leave", "leave", id="notice.leave", priority=True),
        Binding("tab,down", "field(1)", "next field", id="notice.next", priority=True),
        Binding("shift+tab,up", "field(-1)", "previous field", id="notice.previous", priority=True),
        Binding("ctrl+up,shift+up,alt+up", "day(1)", "a day later", id="notice.day_later", priority=True),
        Binding("ctrl+down,shift+down,alt+down", "day(-1)", "a day earlier", id="notice.day_earlier", priority=True),
    ]
    """
    | Key | Does |
    | --- | --- |
    | digits, first letters, `space`, left, right | choose; `0` or backspace: none |
    | digits, `space` | where several can be chosen: turn one on or off |
    | `enter` | save |
    | `esc` | leave without a change |
    | `tab` `shift+tab`, up, down | next, previous field |
    | `ctrl+up` `ctrl+down`, or with shift or alt | a day later, earlier |
    """

    DEFAULT_CSS = """
    NoticeAttributesForm {
        & #notice-fields { height: auto; scrollbar-size-vertical: 1; background: $surface; }
        & #notice-hint { height: 2; margin: 1 0 0 0; padding: 0 0 0 2; }
        & #notice-keys { padding: 0 0 0 1; }
        &.-low #notice-hint, &.-below #notice-hint { margin: 0; }
    }
    """

    def __init__(
        self,
        declared: Sequence[NoticeAttribute],
        values: Mapping[str, NoticeValue],
        notes: Mapping[str, str],
    ) -> None:
        super().__init__()
        self._declared = tuple(declared)
        self._values = dict(values)
        self._notes = notes

    @property
    def first(self) -> Widget:
        """The first field that is unset, else the first one."""
        unset = (field for field in self._fields if field.declared.name not in self._values)
        return next(unset, self._fields[0]).editor

    def heading(self, room: int) -> Content:
        """What the form is about."""
        del room
        return Content(" The whole notice ")

    def rows_below(self, size: Size) -> int:
        """Frame, fields, hint, keys; where that is too much, the fields are scrolled."""
        return min(_ROWS_AROUND_BELOW + len(self._declared), self.most_below(size))

    def compose(self) -> ComposeResult:
        """The fields, a hint for the current one, the keys."""
        with Vertical():
            with VerticalScroll(id="notice-fields", can_focus=False):
                for attribute in self._declared:
                    yield NoticeAttributeField(attribute, self._values.get(attribute.name))
            yield TextRows(id="notice-hint")
            yield KeyBar(id="notice-keys")

    def on_mount(self) -> None:
        """Fit the form to the screen."""
        self._fit(self.app.size)

    def on_resize(self, event: events.Resize) -> None:
        """Fit the form to the screen."""
        self._fit(event.size)

    @on(ChoiceField.Changed)
    def _chosen(self) -> None:
        self._say("")

    def _fit(self, size: Size) -> None:
        """Set the width of the names and the height of the fields; fields that do not fit are scrolled."""
        longest = max(cells(attribute.name) for attribute in self._declared)
        most = min(longest, MOST_NAME if size.width >= WIDE_COLUMNS else MOST_NAME_NARROW)
        for field in self._fields:
            field.set_name_cells(most)
        if self.is_below:
            self.query_one("#notice-hint", TextRows).styles.height = _HINT_ROWS_BELOW
            self.query_one("#notice-fields").styles.height = max(1, self.rows_below(size) - _ROWS_AROUND_BELOW)
            return
        around = _ROWS_AROUND if size.height >= HIGH_ROWS else _ROWS_AROUND - 1
        self.query_one("#notice-fields").styles.max_height = max(1, size.height - around)

    def _go(self, field: NoticeAttributeField) -> None:
        super()._go(field)
        field.scroll_visible(animate=False)

    def show_state(self) -> None:
        """Show the state of the fields; hint and keys of the one with the focus."""
        for field in self._fields:
            field.show_state()
        current = self._current
        hint = self.query_one("#notice-hint", TextRows)
        if current is None:
            hint.show("")
            return
        wrong = self._refusal or current.error
        if wrong:
            hint.show(f"! {current.declared.name}: {wrong}", "bad")
        else:
            told = (self._notes.get(current.declared.name), current.declared.description)
            hint.show("  ".join(part for part in told if part), "dim")
        self.query_one("#notice-keys", KeyBar).show_keys(self._keys(current))

    def _keys(self, field: NoticeAttributeField) -> list[tuple[str, str]]:
        keys = [("enter", "save"), ("tab", "next")]
        if isinstance(field.editor, ChoiceField):
            turns = isinstance(field.editor, SeveralField)
            keys += [("1-9", "turn on, off" if turns else "choose"), ("0", "none")]
        elif field.is_dated:
            keys.append(("ctrl+↑↓", "day"))
        return [*keys, ("esc", "leave")]

    def action_save(self) -> None:
        """Answer with what was changed, if all values are valid."""
        wrong = self._first_wrong
        if wrong is not None:
            self._go(wrong)
            self.show_state()
            return
        read = {field.declared.name: field.read_value() for field in self._fields}
        self.dismiss({name: value for name, value in read.items() if value != self._values.get(name)})

    async def action_leave(self) -> None:
        """Cancel the form."""
        self.dismiss(None)
