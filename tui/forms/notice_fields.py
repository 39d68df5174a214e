"""The form that sets title, source and date of a notice, and shows who set them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from annotations.errors import FieldError
from annotations.labels import Attribute
from annotations.normalize.published import date_alone
from annotations.notice import FIELD_WORDS, FIELDS, FieldName, NoticeFields, check_field, doubtful
from tui.forms.attribute_field import AttributeField
from tui.forms.fields_form import FieldsForm
from tui.terminal.display import line
from tui.terminal.width import cells
from tui.widgets.field import TextField
from tui.widgets.key_bar import KeyBar
from tui.widgets.text_rows import TextRows

Set = dict[FieldName, str | None]
"""The fields to set, each with its value; None says that it is unknown."""

_NAME_CELLS: Final = max(cells(word) for word in FIELD_WORDS.values())
_VALUE_CELLS, _WHO_CELLS = 24, 12
"""Cells of a value and of a name in a note at most."""


class NoticeField(AttributeField):
    """A field of a notice, with its value as it is stored.

    Args:
        name: the field.
        value: its value as it is stored.
        typed: what the editor begins with; None begins with the value.
    """

    def __init__(self, name: FieldName, value: str | None, typed: str | None = None) -> None:
        super().__init__(Attribute(FIELD_WORDS[name], "date" if name == "published" else "text"), value)
        self.field = name
        self._value = value
        if typed is not None and isinstance(self.editor, TextField):
            self.editor.value = typed

    @property
    def error(self) -> str:
        """What a valid value would be, in one line; "" where the value is valid."""
        try:
            self.read()
        except FieldError as error:
            return f"it {str(error).rpartition(': it ')[2]}"
        return ""

    def read(self) -> str | None:
        """The value; one that nobody edited is returned as it is stored.

        Raises:
            FieldError: no notice can have it.
        """
        if not isinstance(self.editor, TextField) or self.editor.value == (self._value or ""):
            return self._value
        value = " ".join(self._typed(self.editor).split()) or None
        check_field(self.field, value)
        return value

    def _typed(self, editor: TextField) -> str:
        """The typed text; of a date that is written as pages write it, the ISO date."""
        text = super()._typed(editor)
        return (self.is_dated and date_alone(text)) or text

    @property
    def edited(self) -> bool:
        """Whether another value was typed than the stored one."""
        return bool(self.error) or self.read() != self._value

    @property
    def told(self) -> str:
        """What is not seen in the editor of a valid value: that it is unknown, or the ISO date of a date."""
        value = self.read()
        return ": unknown" if value is None else f": {value}" if self.is_dated else ""


@dataclass(frozen=True)
class Seen:
    """The fields as they are stored, what the page says about them, and what others set meanwhile.

    ``flags`` are those of the notice.  ``typed`` is what was refused, where the form comes back after a conflict, and
    ``meanwhile`` the fields that somebody else has set since.
    """

    fields: NoticeFields
    flags: Sequence[str] = ()
    typed: Mapping[FieldName, str | None] | None = None
    meanwhile: Sequence[FieldName] = ()


class NoticeFieldsForm(FieldsForm[Set | None, NoticeField]):
    """Sets title, source and date; dismissed with the fields to set, or None where it was cancelled.

    Args:
        seen: the fields as they are.
        me: the reviewer who sets them.
    """

    FIELD = NoticeField
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "save", "save", id="fields.save", priority=True),
        Binding("escape", "leave", "leave", id="fields.leave", priority=True),
        Binding("tab,down", "field(1)", "next field", id="fields.next", priority=True),
        Binding("shift+tab,up", "field(-1)", "previous field", id="fields.previous", priority=True),
        Binding("ctrl+o", "confirm", "it is right as it is", id="fields.confirm", priority=True),
        Binding("ctrl+up,shift+up,alt+up", "day(1)", "a day later", id="fields.day_later", priority=True),
        Binding("ctrl+down,shift+down,alt+down", "day(-1)", "a day earlier", id="fields.day_earlier", priority=True),
    ]
    """
    | Key | Does |
    | --- | --- |
    | `enter` | save what was changed or said to be right; an empty field is unknown |
    | `esc` | leave without a change |
    | `tab` `shift+tab`, up, down | next, previous field |
    | `ctrl+o` | say that the field is right as it is, which is then set by you; again: don't |
    | `ctrl+up` `ctrl+down`, or with shift or alt | a day later, earlier |
    """

    DEFAULT_CSS = """
    NoticeFieldsForm {
        & NoticeField { margin: 1 0 0 0; }
        & .note { padding: 0 0 0 9; }
        & #fields-keys { margin: 1 0 0 0; }
        &.-low NoticeField, &.-low #fields-keys { margin: 0; }
        &.-below NoticeField, &.-below #fields-keys { margin: 0; }
    }
    """

    def __init__(self, seen: Seen, me: str) -> None:
        super().__init__()
        self._seen = seen
        self._me = me
        self._confirmed: set[FieldName] = set()

    @property
    def first(self) -> Widget:
        """The first field that wants attention, else the title."""
        wanted = [field for field in self._fields if field.field in self._seen.meanwhile or self._doubts(field.field)]
        return (wanted or self._fields)[0].editor

    def heading(self, room: int) -> Content:
        """What the form is about."""
        del room
        return Content(" This notice, for everybody ")

    def rows_below(self, size: Size) -> int:
        """Frame, two rows a field, keys."""
        del size
        return 2 + 2 * len(FIELDS)

    def compose(self) -> ComposeResult:
        """The fields, each with a note below it, and the keys."""
        seen = self._seen
        with Vertical():
            for name in FIELDS:
                typed = (seen.typed[name] or "") if seen.typed is not None and name in seen.typed else None
                yield NoticeField(name, seen.fields.of(name), typed)
                yield TextRows(most=1, classes="note")
            yield KeyBar(id="fields-keys")

    def on_mount(self) -> None:
        """Align the fields and show the notes."""
        for field in self._fields:
            field.set_name_cells(_NAME_CELLS)
        self.show_state()

    def _doubts(self, name: FieldName) -> tuple[str, ...]:
        return doubtful(self._seen.flags, name)

    def show_state(self) -> None:
        """Show a note below each field, and the keys of the one with the focus."""
        current = self._current
        for field, note in zip(self._fields, self.query(TextRows), strict=True):
            field.show_state()
            note.show(*self._note(field, self._refusal if field is current else ""))
        keys = [("enter", "save for all"), ("esc", "leave"), ("tab", "next"), ("ctrl+o", "it is right")]
        dated = current is not None and current.is_dated
        self.query_one("#fields-keys", KeyBar).show_keys([*keys, ("ctrl+↑↓", "day")] if dated else keys)

    def _note(self, field: NoticeField, refusal: str) -> tuple[str, str]:
        """What is to be known of a field, in a line, and its look: the most pressing alone."""
        name, fields = field.field, self._seen.fields
        by, value = fields.by.of(name), fields.of(name)
        if refusal or field.error:
            return f"! {refusal or field.error}", "bad"
        if name in self._seen.meanwhile:
            return self._set_meanwhile(value, by), "warn"
        if field.edited:
            return f"you set it{field.told}", "plain"
        if name in self._confirmed:
            return "right as it is: you set it", "plain"
        if by is not None:
            return f"set by {'you' if by == self._me else by}", "dim"
        doubts = self._doubts(name)
        told = "as the page tells it" if value is not None else "the page does not tell it"
        return (f"{told}: {', '.join(doubts)}", "warn") if doubts else (told, "dim")

    def _set_meanwhile(self, value: str | None, by: str | None) -> str:
        """What a field was set to while the form was open, and what becomes of what was typed."""
        now = f"“{line(value, _VALUE_CELLS)}”" if value is not None else "unknown"
        if by == self._me:
            return f"you set {now} elsewhere; enter keeps this"
        who = f"{line(by, _WHO_CELLS)} set" if by is not None else "set back to"
        return f"{who} {now}; enter keeps yours"

    def action_save(self) -> None:
        """Answer with the fields that were changed or confirmed, if all of them can be set."""
        wrong = self._first_wrong
        if wrong is not None:
            self._go(wrong)
            self.show_state()
            return
        self.dismiss(
            {field.field: field.read() for field in self._fields if field.edited or field.field in self._confirmed}
        )

    def action_leave(self) -> None:
        """Cancel the form."""
        self.dismiss(None)

    def action_confirm(self) -> None:
        """Say that the current field is right as it is, or take that back."""
        if self._current is not None:
            self._confirmed ^= {self._current.field}
            self.show_state()
