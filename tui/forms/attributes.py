"""The form that edits the attributes of one annotation: one row per attribute, checked while it is typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from annotations.annotation import Annotation
from annotations.labels import Attribute, AttributeValue, Label
from tui.forms.attribute_field import MOST_NAME, MOST_NAME_NARROW, AttributeField
from tui.forms.fields_form import FieldsForm
from tui.forms.form import HIGH_ROWS, WIDE_COLUMNS
from tui.terminal.display import content, line
from tui.terminal.width import cells
from tui.widgets.choice_field import ChoiceField
from tui.widgets.field import TextField
from tui.widgets.key_bar import KeyBar
from tui.widgets.offer_list import OfferList
from tui.widgets.text_rows import TextRows

_UNSURE = Attribute("unsure", "boolean", description="You doubt it; others see a mark.")
_COMMENT = Attribute("comment", "text", description="What you want to say about it; empty takes it away.")
_BESIDE_COLUMNS, _BESIDE_BELOW = 100, 76
"""Cells of a screen from which offers have room beside the fields: of a form in the middle, and of one below."""
_TWO_ROWS = 24
"""Rows of a screen from which a hint may take two in a form that stands below and is narrow."""
_WIDTH, _WIDTH_BESIDE = 76, 100
"""Cells of the form, on narrower screens and on those."""
_QUOTE_ROWS, _QUOTE_CELLS = 3, 40
"""Rows of the quote in a form in the middle at most, and its cells in the frame of one below."""
_ROWS_AROUND, _ROWS_AROUND_LOW = 10, 6
"""Rows of the form that are no fields: frame, quote, hint, keys and, on a high screen, the blank rows between."""


class Offer(Protocol):
    """A value that can be read from the text, and what it was read from; neither need be safe."""

    @property
    def value(self) -> str:
        """The value to take."""

    @property
    def gloss(self) -> str:
        """An explanation of the value."""


@dataclass(frozen=True)
class Edited:
    """The content of the form when it was saved: all declared attributes in order, valid."""

    attributes: dict[str, AttributeValue]
    unsure: bool
    comment: str | None
    goes_on: bool = False
    """Whether to go to the next annotation then."""


class AttributeForm(FieldsForm[Edited | None, AttributeField]):
    """Edits an annotation; dismissed with what was saved, which may be unchanged, or None where it was cancelled.

    Args:
        item: the annotation.
        label: its label, which declares the attributes.
        quote: the quote as a reader should see it; need not be safe.
        offers: gives values for an attribute; called once, when its field first gets the focus.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "save", "save, or accept a suggestion", id="form.save", priority=True),
        Binding("ctrl+s", "save_and_go_on", "save or accept, go to the next", id="form.go_on", priority=True),
        Binding("escape", "leave", "leave", id="form.leave", priority=True),
        Binding("tab", "field(1)", "next field", id="form.next", priority=True),
        Binding("shift+tab", "field(-1)", "previous field", id="form.previous", priority=True),
        Binding("down,ctrl+n", "below(1)", "next offer or field", id="form.down", priority=True),
        Binding("up", "below(-1)", "previous offer or field", id="form.up", priority=True),
        Binding("ctrl+up,shift+up,alt+up", "day(1)", "a day later", id="form.day_later", priority=True),
        Binding("ctrl+down,shift+down,alt+down", "day(-1)", "a day earlier", id="form.day_earlier", priority=True),
    ]
    """
    | Key | Does |
    | --- | --- |
    | `enter` | take the marked offer; without one save, and accept a suggestion |
    | `ctrl+s` | save with the marked offer, if any, and accept a suggestion; go to the next one |
    | `esc` | leave without a change |
    | digits, first letters, `space`, left, right | choose, in a field with choices; `0` or backspace: none |
    | `tab` `shift+tab` | next, previous field |
    | `down` `up` `ctrl+n` | next, previous offer; where there is none the next, previous field |
    | `ctrl+up` `ctrl+down`, or with shift or alt | a day later, earlier |
    """

    DEFAULT_CSS = """
    AttributeForm {
        & #form-fields { height: auto; scrollbar-size-vertical: 1; background: $surface; }
        & #form-quote { margin: 0 0 1 0; padding: 0 0 0 2; }
        & #form-keys { padding: 0 0 0 1; }
        & #form-hint { height: 2; margin: 1 0 0 0; padding: 0 0 0 2; }
        & #form-own { height: auto; margin: 1 0 0 0; }
        &.-low #form-quote, &.-low #form-hint, &.-low #form-own { margin: 0; }
        &.-below #form-quote { display: none; }
        &.-below #form-hint, &.-below #form-own { margin: 0; }
    }
    """

    def __init__(
        self, item: Annotation, label: Label, quote: str, offers: Callable[[Attribute], Sequence[Offer]]
    ) -> None:
        super().__init__()
        self._item = item
        self._label = label
        self._quote = quote
        self._offers = offers
        self._asked: set[AttributeField] = set()

    @property
    def first(self) -> Widget:
        """The first field with a wrong value, else the first field."""
        return (self._first_wrong or self._fields[0]).editor

    def heading(self, room: int) -> Content:
        """The label; where the form stands below, the beginning of the quote too."""
        name = line(self._label.name, min(60, room))
        if not self.is_below:
            return content(f" {name} ")
        quote = line(self._quote, max(0, min(room - cells(name) - 2, _QUOTE_CELLS)))
        return Content.assemble((f" {name} ", "bold $accent"), (f" {quote} ", "$foreground"))

    def rows_below(self, size: Size) -> int:
        """Frame, fields, hint, keys; where that is too much, the fields are scrolled."""
        return min(2 + len(self._fields) + self._hint_rows(size), self.most_below(size))

    @staticmethod
    def _hint_rows(size: Size) -> int:
        return 2 if size.width < _BESIDE_COLUMNS and size.height >= _TWO_ROWS else 1

    def compose(self) -> ComposeResult:
        """The quote, the fields, a hint for the current field, the keys."""
        item = self._item
        with Vertical():
            yield TextRows(self._quote, most=_QUOTE_ROWS, id="form-quote")
            with VerticalScroll(id="form-fields", can_focus=False):
                for attribute in self._label.attribute:
                    yield AttributeField(attribute, item.attributes.get(attribute.name))
                with Vertical(id="form-own"):
                    yield AttributeField(_UNSURE, item.unsure, unset=False)
                    yield AttributeField(_COMMENT, item.comment)
            yield TextRows(id="form-hint")
            yield KeyBar(id="form-keys")

    def on_mount(self) -> None:
        """Fit the form to the screen."""
        self._fit(self.app.size)

    def on_resize(self, event: events.Resize) -> None:
        """Fit the form to the screen."""
        self._fit(event.size)

    def on_descendant_focus(self) -> None:
        """Show the offers of the field."""
        self._ask_for_offers()

    @on(ChoiceField.Changed)
    def _chosen(self) -> None:
        self._say("")

    @on(OfferList.Taken)
    def _taken(self, message: OfferList.Taken) -> None:
        if self._current is not None:
            self._current.take(message.value)

    def _fit(self, size: Size) -> None:
        """Set the width of the names and the height of the fields; fields that do not fit are scrolled."""
        longest = max((cells(field.attribute.name) for field in self._fields), default=0)
        most = min(longest, MOST_NAME if size.width >= WIDE_COLUMNS else MOST_NAME_NARROW)
        beside = size.width >= (_BESIDE_BELOW if self.is_below else _BESIDE_COLUMNS)
        if not self.is_below:
            self.query_one(Vertical).styles.width = _WIDTH_BESIDE if beside else _WIDTH
        for field in self._fields:
            field.set_name_cells(most, beside=beside)
        if self.is_below:
            hint = self._hint_rows(size)
            shown = self.query_one("#form-hint", TextRows)
            shown.styles.height = shown.most = hint
            self.query_one("#form-fields").styles.height = max(1, self.rows_below(size) - 2 - hint)
            return
        high = size.height >= HIGH_ROWS
        self.query_one("#form-quote", TextRows).most = _QUOTE_ROWS if high else 1
        around = _ROWS_AROUND if high else _ROWS_AROUND_LOW
        self.query_one("#form-fields").styles.max_height = max(1, size.height - around)

    def _go(self, field: AttributeField) -> None:
        """Give a field the focus, with its offers, and scroll to it."""
        super()._go(field)
        self._ask_for_offers()
        field.scroll_visible(animate=False)

    def _ask_for_offers(self) -> None:
        """Show the offers of the current field; they are asked for once."""
        field = self._current
        if field is None or field in self._asked or not isinstance(field.editor, TextField):
            return
        self._asked.add(field)
        if field.attribute is not _COMMENT:
            field.offer([(offer.value, offer.gloss) for offer in self._offers(field.attribute)])

    def show_state(self) -> None:
        """Show the state of the fields; hint and keys of the one with the focus."""
        for field in self._fields:
            field.show_state()
        current = self._current
        hint = self.query_one("#form-hint", TextRows)
        if current is None:
            hint.show("")
            return
        about = f"{current.attribute.name}: " if current.name_is_cut else ""
        if self._refusal or current.error:
            hint.show(f"! {about}{self._refusal or current.error}", "bad")
        else:
            hint.show(about + current.attribute.description, "dim")
        self.query_one(KeyBar).show_keys(self._keys(current))

    def _keys(self, field: AttributeField) -> list[tuple[str, str]]:
        save = "accept" if self._item.annotator is None else "save"
        keys = [("enter", save), ("ctrl+s", "and next"), ("esc", "leave"), ("tab", "next")]
        if field.offers.marked is not None:
            keys[0] = ("enter", "take it")
        if field.offers.count:
            keys.append(("↓", "offers"))
        if field.is_dated:
            keys.append(("ctrl+↑↓", "day"))
        if isinstance(field.editor, ChoiceField):
            keys.append(("space", "choose"))
            if field.attribute is not _UNSURE:
                keys.append(("0", "unset"))
        return keys

    def action_save(self) -> None:
        """Take the marked offer; without one save, if all values are valid."""
        if not self._take_marked():
            self._save(goes_on=False)

    def action_save_and_go_on(self) -> None:
        """Take the marked offer, if there is one; save, if all values are valid, and go to the next annotation."""
        self._take_marked()
        self._save(goes_on=True)

    def _take_marked(self) -> bool:
        """Take the marked offer; returns whether there was one."""
        current = self._current
        marked = current.offers.marked if current is not None else None
        if current is None or marked is None:
            return False
        current.take(marked)
        return True

    def _save(self, *, goes_on: bool) -> None:
        wrong = self._first_wrong
        if wrong is not None:
            self._go(wrong)
            self.show_state()
            return
        *values, unsure, comment = (field.read() for field in self._fields)
        names = (attribute.name for attribute in self._label.attribute)
        attributes = dict(zip(names, values, strict=True))
        self.dismiss(Edited(attributes, bool(unsure), str(comment) if comment else None, goes_on))

    def action_leave(self) -> None:
        """Cancel the form."""
        self.dismiss(None)

    def action_below(self, by: int) -> None:
        """Mark the next (1) or the previous (-1) offer; where there is none, go to another field."""
        current = self._current
        if current is not None and (current.offers.marked is not None or (by > 0 and current.offers.count)):
            current.offers.move(by)
            self.show_state()
        else:
            self.action_field(by)
