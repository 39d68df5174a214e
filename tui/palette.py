"""The command palette: every action of the screen with its key, themes, and notices by title.

What it lists may come from a notice, so it goes through the display door and is never markup.  Notices are looked for
in a thread; the palette cancels what is no longer wanted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.binding import Binding
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from store.read.notices import find_titles
from tui.terminal.display import line
from tui.terminal.theme import THEMES
from tui.terminal.width import cells

if TYPE_CHECKING:
    from tui.app import ZhupiApp

_MOST_NOTICES = 20
_TITLE_CELLS = 64
_KEY_AT = 30
"""The cell at which keys stand behind a name that leaves room."""
_LEAST_QUERY = 2
"""Characters from which notices are looked for: one would find them all."""


class _Commands(Provider):
    """Commands by name."""

    @property
    def zhupi(self) -> ZhupiApp:
        """The app, typed."""
        return cast("ZhupiApp", self.app)

    def commands(self) -> list[tuple[str, str, Callable[[], object]]]:
        """The name of each command, its key, and what it does."""
        raise NotImplementedError

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        for name, key, run in self.commands():
            yield DiscoveryHit(_display(name, key), run, text=name)

    async def search(self, query: str) -> Hits:
        """Those whose name is like the query."""
        matcher = self.matcher(query)
        for name, key, run in self.commands():
            score = matcher.match(name)
            if score > 0:
                yield Hit(score, _display(name, key), run, text=name)


class Actions(_Commands):
    """The actions of the screen below, and of the app."""

    def commands(self) -> list[tuple[str, str, Callable[[], object]]]:
        """Each binding that does something now."""
        screen, keys = self.screen, self.zhupi.keys
        found: dict[str, tuple[str, str, Callable[[], object]]] = {}
        for active in screen.active_bindings.values():
            binding: Binding = active.binding
            if binding.id is None or not active.enabled or binding.id == "app.command_palette":
                continue
            if binding.id in keys.defaults:
                run = partial(self.app.run_action, binding.action, active.node)
                found[binding.id] = binding.description, keys.shown(binding.id), run
        if self.zhupi.confined:
            return list(found.values())
        return [*found.values(), ("import files", "", self.zhupi.action_import_files)]


class Themes(_Commands):
    """The themes."""

    def commands(self) -> list[tuple[str, str, Callable[[], object]]]:
        """Each theme."""
        return [(f"theme: {name}", "", partial(self.zhupi.use_theme, name)) for name in THEMES]


class Notices(Provider):
    """Notices by title or doc."""

    async def search(self, query: str) -> Hits:
        """Those whose title or doc holds the query."""
        wanted = query.strip()
        if len(wanted) < _LEAST_QUERY:
            return
        for number, title in await asyncio.to_thread(self._find, wanted):
            run = partial(cast("ZhupiApp", self.app).open_notice, number)
            shown = _display(f"go to {title}", f"{number:,}")
            yield Hit(1.0 - number / 1e12, shown, run, text=line(title, _TITLE_CELLS))

    def _find(self, query: str) -> list[tuple[int, str]]:
        with cast("ZhupiApp", self.app).database.read() as connection:
            return find_titles(connection, query, _MOST_NOTICES)


def _display(name: str, key: str) -> Content:
    """A command on one line, its key dim behind it."""
    shown = line(name, _TITLE_CELLS)
    gap = " " * max(2, _KEY_AT - cells(shown))
    return Content.assemble(shown, (f"{gap}{line(key, 20)}" if key else "", "dim"))
