"""The actions that choose which layers are compared, and how they are called."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from store.read.adjudication import SuggestionLayer
from tui.adjudicate.contents import GoldContents
from tui.adjudicate.layer import GoldLayer
from tui.notice.desk import Desk
from tui.screen import Controller

_MACHINES: Final[tuple[tuple[SuggestionLayer, ...], ...]] = ((), ("rules",), ("learned",), ("rules", "learned"))
"""What counts as layers beside those of people, one choice after the other."""


class Naming(Controller):
    """Hides names, and counts suggestions as layers.

    Args:
        desk: the desk with the notice.
        layer: gold, with the model of it.
        contents: what is read of a notice.
    """

    def __init__(self, desk: Desk, layer: GoldLayer, contents: GoldContents) -> None:
        self._desk = desk
        self._layer = layer
        self._contents = contents

    def action_names(self) -> None:
        """Hide the names of layers, or show them again; it stays so for the next notices and the next start."""
        desk, session = self._desk, self._desk.session
        hidden = not self._contents.names_hidden
        self._contents.names_hidden = hidden
        session.remember(replace(session.state, names_hidden=hidden))
        self._layer.model.hide_names(hidden)
        desk.moved()
        desk.say("names hidden: shuffled letters" if hidden else "names shown")

    def action_machines(self) -> None:
        """Count suggestions of rules, of learned models, of both or of none as layers."""
        contents, desk = self._contents, self._desk
        at = _MACHINES.index(contents.machines)
        contents.machines = _MACHINES[(at + 1) % len(_MACHINES)]
        named = " and ".join(contents.machines)
        desk.mark_stale(f"{named} count as layers" if named else "only people count as layers")
        desk.catch_up()
