"""The base of forms that hold attribute fields: the field with the focus, what it says, and the keys between fields."""

from __future__ import annotations

from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.screen import ScreenResultType

from tui.forms.attribute_field import AttributeField
from tui.forms.form import FormScreen
from tui.widgets.field import TextField

FieldType = TypeVar("FieldType", bound=AttributeField)


class FieldsForm(FormScreen[ScreenResultType], Generic[ScreenResultType, FieldType]):
    """A form of attribute fields.

    A subclass names the type of its fields, and defines ``show_state``, which shows what is to be known of them.
    """

    FIELD: ClassVar[type[AttributeField]] = AttributeField

    def __init__(self) -> None:
        super().__init__()
        self._refusal = ""

    def show_state(self) -> None:
        """Show the state of the fields, and the keys of the one with the focus."""
        raise NotImplementedError

    def on_descendant_focus(self) -> None:
        """Show the keys of the field."""
        self._say("")

    @on(TextField.Changed)
    def _changed(self) -> None:
        self._say("")

    @on(TextField.Refused)
    def _refused(self, message: TextField.Refused) -> None:
        self._say(message.reason)

    def _say(self, refusal: str) -> None:
        """Show the state, with why what was typed last was refused; "" where it was not."""
        self._refusal = refusal
        self.show_state()

    @property
    def _fields(self) -> list[FieldType]:
        return list(self.query(self.FIELD))  # type: ignore[arg-type]  # a class variable cannot name the type variable

    @property
    def _current(self) -> FieldType | None:
        """The field with the focus."""
        return next((field for field in self._fields if field.editor is self.focused), None)

    @property
    def _first_wrong(self) -> FieldType | None:
        return next((field for field in self._fields if field.error), None)

    def _go(self, field: FieldType) -> None:
        """Give a field the focus."""
        self.set_focus(field.editor)

    def action_field(self, by: int) -> None:
        """Go to the next (1) or the previous (-1) field, in a circle."""
        fields, current = self._fields, self._current
        at = fields.index(current) if current is not None else -1
        self._go(fields[(at + by) % len(fields)])

    def action_day(self, by: int) -> None:
        """Move the date of the field by days."""
        if self._current is not None:
            self._current.move_day(by)
