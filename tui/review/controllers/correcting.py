"""The action that sets title, source and date of the notice, for everybody."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from annotations.notice import FIELD_WORDS, FIELDS, NoticeFields
from store.log.events import ConflictError
from store.read.notices import notice_fields
from tui.notice.desk import Desk
from tui.screen import Controller
from tui.terminal.display import line

if TYPE_CHECKING:
    from store.edits.fields import Corrected
    from tui.forms.notice_fields import Seen, Set

_WHO_CELLS: Final = 12
"""Cells of a name in a message at most."""


class Correcting(Controller):
    """Sets the fields of the notice.

    Args:
        desk: the desk with the notice.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def action_fields(self) -> None:
        """Ask for title, source and date in a form, and set them for everybody."""
        from tui.forms.notice_fields import Seen  # noqa: PLC0415  # only when asked for

        notice = self._desk.model.notice
        self._ask(Seen(notice.fields, notice.flags))

    def _ask(self, seen: Seen) -> None:
        from tui.forms.notice_fields import NoticeFieldsForm  # noqa: PLC0415  # only when asked for

        desk = self._desk
        form = NoticeFieldsForm(seen, desk.session.reviewer)
        form.keep_typing(desk.session.drafts, f"{desk.number} fields ")
        desk.ask(form, partial(self._answered, seen))

    def _answered(self, seen: Seen, wanted: Set | None) -> None:
        if not wanted:
            return
        desk, session, number = self._desk, self._desk.session, self._desk.number

        def save() -> Corrected | NoticeFields:
            # It brings the readers of values, and the app rarely needs it.
            from store.edits.fields import correct_fields  # noqa: PLC0415

            try:
                return correct_fields(session.database, session.reviewer, number, seen.fields, wanted)
            except ConflictError:
                with session.database.read() as connection:
                    return notice_fields(connection, number)

        desk.write(save, partial(self._saved, seen, wanted), keys_wait=True)

    def _saved(self, seen: Seen, wanted: Set, result: Corrected | NoticeFields) -> None:
        if isinstance(result, NoticeFields):
            self._ask_again(seen, wanted, result)
            return
        words = ", ".join(FIELD_WORDS[field] for field in result.fields)
        again = f"; {result.redated:,} read again by the new date" if result.redated else ""
        # Other fields change the head, and another date the values, so the notice is read again.
        self._desk.reload((f"{words} set by you{again}" if words else "set already", "good"))

    def _ask_again(self, seen: Seen, wanted: Set, now: NoticeFields) -> None:
        """Show what others have set meanwhile beside what was refused, in the form that it was typed into."""
        from tui.forms.notice_fields import Seen  # noqa: PLC0415  # only when asked for

        others = [
            field
            for field in FIELDS
            if field in wanted
            and (now.of(field), now.by.of(field)) != (seen.fields.of(field), seen.fields.by.of(field))
        ]
        me = self._desk.session.reviewer
        who = {now.by.of(field) or "somebody": None for field in others}
        names = ", ".join("you, elsewhere," if name == me else line(name, _WHO_CELLS) for name in who)
        words = ", ".join(FIELD_WORDS[field] for field in others)
        self._desk.reload((f"{names} set the {words} meanwhile; nothing was changed", "warn"))
        self._ask(Seen(now, seen.flags, wanted, others))
