"""What a desk reads about a notice, and the model that it makes of that."""

from __future__ import annotations

from typing import Final

from annotations.annotation import Annotation
from store.db.sqlite import Connection
from store.log.events import Change
from store.log.kept_suspects import KeptSuspect
from store.project.muting import muted_of
from store.read.conflicts import contested_subjects
from store.read.notices import StoredNotice, shown_annotations
from tui.notice.model import NoticeModel
from tui.session.session import Said


class Contents:
    """What a desk reads about a notice, and the model that it makes of that; a screen that shows more has a subclass.

    Args:
        annotator: whose layer is edited.
    """

    def __init__(self, annotator: str) -> None:
        self.annotator: Final = annotator

    def read(self, connection: Connection, number: int) -> Said:
        """What is said about the notice with this number; called in a thread."""
        items = shown_annotations(connection, number)
        return Said(items, contested_subjects(connection, number), muted_of(connection, number, items))

    def model(self, stored: StoredNotice, said: Said) -> NoticeModel:
        """The model of a notice that has just been read, at its first suggestion that is not decided."""
        model = NoticeModel(stored, said, self.annotator)
        if model.to_decide:
            model.choose(model.to_decide[0])
        return model

    def notes_on_attributes(self, model: NoticeModel) -> dict[str, str]:
        """What is to be known of attributes of the whole notice when they are set, in words, by their names."""
        del model
        return {}

    def shows(self, change: Change) -> bool:
        """Whether the model can take a change in; else what is said about the notice is read again."""
        return change.entity in ("annotation", "review", "assignment", "question")

    def place_of(self, model: NoticeModel, change: Change) -> int | None:
        """The raw offset (code points) of what a change in the open notice is about; None where it has no place."""
        del model
        subject = change.after if change.after is not None else change.before
        return subject.start if isinstance(subject, Annotation | KeptSuspect) else None
