"""The command palette: every action with its key, what the shell does, the themes, and the notices by title.

What the screen is for comes first, and what moves the cursor last, since everybody knows those keys.

Names may come from a notice, so they pass the display door and are never markup.  Notices are looked up in a thread;
the palette cancels a lookup that it no longer needs.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, ClassVar, Protocol

from textual.app import App
from textual.binding import Binding, BindingType
from textual.command import Command as CommandOption
from textual.command import CommandInput, CommandList, CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.worker import WorkerCancelled

from store.read.notices import find_titles
from tui.keys.keymap import Keys
from tui.screen import ZhupiScreen
from tui.session.session import Session
from tui.terminal.display import line
from tui.terminal.theme import THEMES
from tui.terminal.width import cells

_PLACEHOLDER = "an action, a theme, or the title of a notice"
_MOST_NOTICES = 20
"""Notices that a query lists at most."""
_TITLE_CELLS = 64
"""Cells of a name at most."""
_KEY_AT = 44
"""The cell at which the keys are aligned; behind a longer name the key follows after two spaces."""
_MOTIONS = frozenset(
    (
        "move", "page", "first", "last", "rows", "characters", "row_edge", "text_edge", "unit", "unit_end",
        "other_pane", "extend_characters", "extend_rows",
    )
)  # fmt: skip
"""The actions that move the cursor, or select as they move it."""
_TAGS = re.compile(r"tag\(([0-9]+)\)")
_IN_A_SHELL = {
    "suggest": "zhupi suggest",
    "export": "zhupi export -o FILE",
    "statistics": "zhupi stats",
    "check the database": "zhupi check",
    "back up the database": "zhupi backup FILE",
}
"""What is done in a shell, and with which command."""
_LEAST_QUERY = 2
"""Code points from which notices are looked up: a single one would match nearly all of them."""


class Commanded(Protocol):
    """What the palette needs of the app beyond textual's ``App``: session, keymap, and commands without a key."""

    session: Session
    keys: Keys

    def action_import_files(self) -> None:
        """Import pages."""

    def tell_command(self, command: str) -> None:
        """Say that a command is to be run in a shell."""

    def use_theme(self, name: str) -> None:
        """Switch to a theme."""

    def go_to_notice(self, number: int) -> None:
        """Open a notice."""


def open_palette(app: App[Any], commanded: Commanded) -> None:
    """Open the palette on top of the screen of ``app``, unless it is open already."""
    if not CommandPalette.is_open(app):
        kinds: tuple[type[Provider], ...] = (Commands, Notices)
        # textual constructs the providers itself, so that what they need is bound to a subclass.
        bound = [type(kind.__name__, (kind,), {"commanded": commanded}) for kind in kinds]
        app.push_screen(Palette(bound, placeholder=_PLACEHOLDER, id="--command-palette"))


class Palette(CommandPalette, ZhupiScreen[None]):
    """textual's palette, with keys in turn: ``enter`` and the arrows wait for what the text before them finds.

    textual's runs a command behind all keys that have come by then, and while it still looks for commands it runs none,
    or one for an earlier text.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "run it", id="palette.take", priority=True),
        Binding("escape", "escape", "leave", id="palette.leave", priority=True),
        Binding("down", "go('cursor_down')", "next", id="palette.next", priority=True),
        Binding("up", "go('cursor_up')", "previous", id="palette.previous", priority=True),
        Binding("pagedown", "go('page_down')", "page down", id="palette.page_down", priority=True),
        Binding("pageup", "go('page_up')", "page up", id="palette.page_up", priority=True),
        Binding("ctrl+home,shift+home", "go('first')", "first", id="palette.first", priority=True),
        Binding("ctrl+end,shift+end", "go('last')", "last", id="palette.last", priority=True),
    ]
    """
    | Key | Does |
    | --- | --- |
    | `enter` | run the marked command |
    | arrows, `pgup` `pgdn`, `ctrl+home` `ctrl+end` | mark another |
    | `esc` | leave |
    """

    CSS = """
    Palette {
        background: transparent;
        & > Vertical { width: 78; max-width: 100%; margin-top: 1; background: transparent; }
        & SearchIcon { display: none; }  /* an icon that many terminals cannot draw */
        & #--input, & CommandList { background: $surface; border: round $secondary; }
        & #--input.--list-visible { border-bottom: none; }
        & CommandList { border-top: none; max-height: 60vh; padding: 0; }
        & CommandList > .option-list--option { padding: 0 2; text-style: none; }
        & CommandList > .option-list--option-highlighted { background: $panel; color: $foreground; text-style: bold; }
    }
    """

    def on_mount(self) -> None:
        """Take keys."""
        self.set_focus(self.query_one(CommandInput))
        self.ready.set()

    async def action_take(self) -> None:
        """Run the marked command, before the next key is handled."""
        await self._until_gathered()
        commands = self.query_one(CommandList)
        marked = commands.highlighted_option
        if isinstance(marked, CommandOption):
            self.app.delay_update()
            self.dismiss()
            self.app.call_next(marked.hit.command)

    async def action_go(self, to: str) -> None:
        """Mark another command: ``to`` names the motion of the list."""
        await self._until_gathered()
        if to == "cursor_down":
            self._action_cursor_down()
        else:
            self._action_command_list(to)

    async def _until_gathered(self) -> None:
        for worker in list(self.workers):
            if worker.node is self and worker.group == self._GATHER_COMMANDS_GROUP:
                with suppress(WorkerCancelled):
                    await worker.wait()


class _Provider(Provider):
    """A provider that knows the app it serves; ``open_palette`` makes a subclass of each for that."""

    commanded: Commanded


Command = tuple[str, str, Callable[[], object]]
"""The name of a command, its key as it is shown, and the function that it runs."""


class Commands(_Provider):
    """The actions of the screen below the palette and of the app, what the shell does, and the themes."""

    def commands(self) -> list[Command]:
        """All commands, in the order in which they are shown before anything is typed."""
        acts, motions = self._actions()
        return [*acts, *self._elsewhere(), *self._themes(), *motions]

    def _actions(self) -> tuple[list[Command], list[Command]]:
        """A command for each binding that does something now; those that move the cursor by themselves."""
        keys = self.commanded.keys
        acts: dict[str, Command] = {}
        motions: dict[str, Command] = {}
        for active in self.screen.active_bindings.values():
            binding: Binding = active.binding
            if binding.id is None or not active.enabled or binding.id == "app.command_palette":
                continue
            name = self._name(binding)
            if binding.id in keys.defaults and name is not None:
                kind = motions if binding.action.partition("(")[0] in _MOTIONS else acts
                run = partial(self.app.run_action, binding.action, active.node)
                kind[binding.id] = name, keys.shown(binding.id), run
        return list(acts.values()), list(motions.values())

    def _name(self, binding: Binding) -> str | None:
        """What a binding does; of one that tags the name of its label, None where no label has that digit."""
        tags = _TAGS.fullmatch(binding.action)
        if tags is None:
            return binding.description
        labels = list(self.commanded.session.labels)
        at = int(tags[1])
        return f"tag {labels[at].name}" if at < len(labels) else None

    def _elsewhere(self) -> list[Command]:
        """The import, and a command for each thing that is done in a shell; none for people who have no shell."""
        if self.commanded.session.confined:
            return []
        shell = [(name, line, partial(self.commanded.tell_command, line)) for name, line in _IN_A_SHELL.items()]
        return [("import files", "", self.commanded.action_import_files), *shell]

    def _themes(self) -> list[Command]:
        return [(f"theme: {name}", "", partial(self.commanded.use_theme, name)) for name in THEMES]

    async def discover(self) -> Hits:
        """All commands, before anything is typed."""
        for name, key, run in self.commands():
            yield DiscoveryHit(_display(name, key), run, text=name)

    async def search(self, query: str) -> Hits:
        """The commands whose name matches the query fuzzily."""
        matcher = self.matcher(query)
        for name, key, run in self.commands():
            score = matcher.match(name)
            if score > 0:
                yield Hit(score, _display(name, key), run, text=name)


class Notices(_Provider):
    """The notices, found by title or doc."""

    async def search(self, query: str) -> Hits:
        """The notices whose title or doc contains the query."""
        wanted = query.strip()
        if len(wanted) < _LEAST_QUERY:
            return
        for number, title in await asyncio.to_thread(self._find, wanted):
            run = partial(self.commanded.go_to_notice, number)
            shown = _display(f"go to {title}", f"{number:,}")
            yield Hit(1.0 - number / 1e12, shown, run, text=line(title, _TITLE_CELLS))

    def _find(self, query: str) -> list[tuple[int, str]]:
        with self.commanded.session.database.read() as connection:
            return find_titles(connection, query, _MOST_NOTICES)


def _display(name: str, key: str) -> Content:
    """A command in one line, its key dim and to the right."""
    shown = line(name, _TITLE_CELLS)
    gap = " " * max(2, _KEY_AT - cells(shown))
    return Content.assemble(shown, (f"{gap}{line(key, 20)}" if key else "", "dim"))
