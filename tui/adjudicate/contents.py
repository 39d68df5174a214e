"""What the adjudicate screen reads about a notice."""

from __future__ import annotations

from typing import Final

from annotations.annotation import GOLD
from annotations.notice_attributes import value_words
from store.db.sqlite import Connection
from store.log.events import Change
from store.read.adjudication import SuggestionLayer, load_adjudication_of
from store.read.conflicts import contested_subjects
from store.read.notices import StoredNotice, shown_annotations
from tui.adjudicate.model import GoldModel, GoldSaid
from tui.notice.contents import Contents
from tui.notice.model import NoticeModel
from tui.session.session import Said
from tui.terminal.display import line

_NAME_CELLS: Final = 12
"""Cells of the name of a layer in a note at most."""


class GoldContents(Contents):
    """Reads the layers of a notice beside each other, and makes the model of gold.

    Args:
        names_hidden: whether layers are called by letters.
    """

    def __init__(self, *, names_hidden: bool) -> None:
        super().__init__(GOLD)
        self.names_hidden = names_hidden
        """Whether the layers of the next notice are called by letters."""
        self.machines: tuple[SuggestionLayer, ...] = ()
        """Which suggestions count as layers."""

    def read(self, connection: Connection, number: int) -> GoldSaid:
        """What is said about the notice with this number; called in a thread."""
        adjudication = load_adjudication_of(connection, number, self.machines)
        items, contested = shown_annotations(connection, number), contested_subjects(connection, number)
        return GoldSaid(items, contested, adjudication=adjudication)

    def model(self, stored: StoredNotice, said: Said) -> NoticeModel:
        """The model of a notice that has just been read, at its first open case."""
        if not isinstance(said, GoldSaid):
            return super().model(stored, said)
        model = GoldModel(stored, said, names_hidden=self.names_hidden)
        if model.open:
            model.go_to_case(model.open[0])
        return model

    def notes_on_attributes(self, model: NoticeModel) -> dict[str, str]:
        """What each layer says of an attribute of the whole notice, by its name."""
        if not isinstance(model, GoldModel):
            return super().notes_on_attributes(model)
        said = model.adjudication.attributes
        return {
            attribute.name: " · ".join(
                f"{line(model.name_of(layer), _NAME_CELLS)} {value_words(said[layer].get(attribute.name)) or '—'}"
                for layer in model.layers
                if layer in said
            )
            for attribute in model.adjudication.labels.notice
        }

    def shows(self, change: Change) -> bool:
        """Whether the model can take a change in: with a decision what is open changes, so that is read again."""
        return change.entity != "adjudication" and super().shows(change)

    def place_of(self, model: NoticeModel, change: Change) -> int | None:
        """The raw offset (code points) of what a change in the open notice is about; of a decision that of its case."""
        if change.entity == "adjudication" and isinstance(model, GoldModel):
            about = (case.about for case in model.cases if case.about.fingerprint == change.key)
            return next((each.span.start for each in about), None)
        return super().place_of(model, change)
