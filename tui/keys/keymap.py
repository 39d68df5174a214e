"""The keymap: the default bindings of every screen, the letters of labels, and the keys of the user's config.

Nothing else resolves keys.  Footer, help, palette and messages ask the keymap, so that the keys they show are the ones
that work.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from itertools import pairwise
from typing import Final

from textual.binding import Binding
from textual.keys import Keys as KeyNames
from textual.keys import _character_to_key, format_key

from annotations.errors import ZhupiError

KeyGroup = tuple[str, list[tuple[tuple[str, ...], str]]]
"""A heading of the help, and entries below it: ids of bindings, and what they do."""

FooterKey = tuple[tuple[str, ...], str]
"""The ids of the bindings that an entry of a footer stands for, and what they do, in a word or two."""

_SHOWN: Final = {"enter": "enter", "down": "↓", "up": "↑", "left": "←", "right": "→"}
_ARROWS: Final = {sign: key for key, sign in _SHOWN.items() if len(sign) == 1}
_MODIFIER: Final = r"(?:(?:ctrl|alt|shift|super|meta|hyper)\+)+"
_OF_CONTROL: Final = {
    "i": "tab",
    "I": "tab",
    "m": "enter",
    "M": "enter",
    "[": "esc",
    "left_square_bracket": "esc",
    "h": "backspace",
    "H": "backspace",
    "?": "backspace",
    "question_mark": "backspace",
}
"""Keys that with ctrl are the same byte as another key."""
_NEWER: Final = (
    "review.fields", "review.take_offers", "review.swap_ends", "review.word_end", "adjudicate.names",
    "adjudicate.swap_ends", "adjudicate.word_end", "queue.adjudicate", "queue.everywhere", "review.everywhere",
    "review.notice_attributes", "adjudicate.notice_attributes", "queue.progress",
    "review.question", "queue.accept_many", "review.suspect", "review.suspect_previous", "review.keep", "review.muted",
)  # fmt: skip
"""Bindings that came after people had chosen keys of their own: their default keys give way to those."""
_NO_KEY: Final = "no_key"
"""What textual gets for a binding without a key: no terminal sends it, and the palette still finds the binding."""
_RUN: Final = 3
"""Digits in succession from which a run is shown, as 1-3."""


class KeymapError(ZhupiError):
    """A key of the config file is wrong: the id is unknown, the key does not exist, or it is taken."""

    def __init__(self, message: str, binding_id: str) -> None:
        super().__init__(message)
        self.binding_id = binding_id


class Keys:
    """The keys of all bindings.

    Args:
        bindings: the bindings that can be remapped, with their default keys.
        letters: the letter of each label, by the id of the binding that tags with it.
        remapped: the keys that the user gave, by the id of the binding.

    Raises:
        KeymapError: an id is unknown, a key does not exist, or two bindings of one screen have the same key.
    """

    def __init__(
        self,
        bindings: Iterable[Binding],
        letters: Mapping[str, str] | None = None,
        remapped: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        self.defaults: Final = {binding.id: binding for binding in bindings if binding.id is not None}
        """The bindings by their ids, with their default keys."""
        self._remapped: Final = {each: [*wanted] for each, wanted in (remapped or {}).items()}
        self._keys: dict[str, list[str]] = {}
        self._changed: set[str] = set()
        self._in_footer: dict[tuple[str, ...], str] = {}
        self.given_way: dict[str, str] = {}
        """For each newer binding whose default key is a key of the user's own, that key."""
        self.use_letters(letters or {})

    def use_letters(self, letters: Mapping[str, str]) -> None:
        """Resolve all keys anew with the letters of another label set.

        Raises:
            KeymapError: as the constructor.
        """
        keys = {each: binding.key.split(",") for each, binding in self.defaults.items()}
        for each, letter in letters.items():
            # The one that is easier to type comes first, and is shown.
            keys[each] = [letter, *keys[each]] if keys[each][0].startswith("alt+") else [*keys[each], letter]
        for each, wanted in self._remapped.items():
            if each not in keys:
                near = get_close_matches(each, keys, 1)
                raise KeymapError(f"{each} is no key of zhupi" + (f"; did you mean {near[0]}?" if near else ""), each)
            keys[each] = [key_named(key, each) for key in wanted]
        self._keys = keys
        self._changed = {*letters, *self._remapped}
        self.given_way = dict(self._give_way(self._remapped))
        self._in_footer.clear()
        self._check(self._remapped)

    @property
    def keymap(self) -> dict[str, str]:
        """The keys that differ from the defaults, for ``App.set_keymap``."""
        return {each: ",".join(self._keys[each]) or _NO_KEY for each in {*self._changed, *self.given_way}}

    def of(self, binding_id: str) -> list[str]:
        """The keys of a binding, under textual's names."""
        return self._keys[binding_id]

    def shown(self, *binding_ids: str, every: bool = False) -> str:
        """The keys of bindings as people write them, joined by spaces.

        Args:
            binding_ids: the bindings.
            every: whether all keys of each binding are shown, and not only the first.
        """
        keys = [key for each in binding_ids for key in (self._keys[each] if every else self._keys[each][:1])]
        names = _with_arrows(list(dict.fromkeys(map(key_shown, keys))))
        for before in ("alt+", ""):
            digits = [name for name in names if name.startswith(before) and name.removeprefix(before).isdigit()]
            numbers = [int(name.removeprefix(before)) for name in digits]
            if len(digits) >= _RUN and all(after == number + 1 for number, after in pairwise(numbers)):
                run = f"{before}{numbers[0]}-{numbers[-1]}"
                names = [run, *(name for name in names if name not in digits)]
        return " ".join(names)

    def help(self, groups: Iterable[KeyGroup]) -> list[tuple[str, list[tuple[str, str]]]]:
        """Groups of the help with all keys of each binding, as people write them."""
        return [(heading, [(self.shown(*ids, every=True), text) for ids, text in keys]) for heading, keys in groups]

    def footer(self, keys: Iterable[FooterKey]) -> list[tuple[str, str]]:
        """The entries of a footer with the first key of each binding, as ``KeyBar`` takes them."""
        return [(shown, text) for ids, text in keys if (shown := self._shown_in_footer(ids))]

    def _shown_in_footer(self, ids: tuple[str, ...]) -> str:
        # A footer is made at every key.
        if ids not in self._in_footer:
            self._in_footer[ids] = self.shown(*ids)
        return self._in_footer[ids]

    def _give_way(self, remapped: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, str]]:
        """Take the keys that are the user's own from newer bindings; yields those bindings, each with the key."""
        for newer in _NEWER:
            if newer not in self._keys or newer in remapped:
                continue
            screen = newer.partition(".")[0]
            others = (each for each in self._changed if each.partition(".")[0] in (screen, "app"))
            taken = {key for each in others for key in self._keys[each]}
            lost = [key for key in self._keys[newer] if key in taken]
            if lost:
                self._keys[newer] = [key for key in self._keys[newer] if key not in taken]
                yield newer, key_shown(lost[0])

    def _check(self, remapped: Mapping[str, Iterable[str]]) -> None:
        """Refuse a key of two bindings that are active at once; those of the app are active on every screen."""
        screens = {each.partition(".")[0] for each in self._keys} - {"app"}
        for screen in screens or {"app"}:
            taken: dict[str, str] = {}
            for each, keys in self._keys.items():
                if each.partition(".")[0] not in (screen, "app"):
                    continue
                for key in keys:
                    other = taken.setdefault(key, each)
                    if other != each:
                        guilty = each if each in remapped else other
                        raise KeymapError(f"{key_shown(key)} is the key of {other} and of {each}", guilty)


def _with_arrows(names: list[str]) -> list[str]:
    """The names with the four arrows, with or without shift, replaced by one name."""
    for head in ("", "shift+"):
        arrows = [f"{head}{arrow}" for arrow in "↑↓←→"]
        if set(arrows) <= set(names):
            names = [*(name for name in names if name not in arrows), f"{head}arrows"]
    return names


def toml_keys(keys: Keys) -> list[str]:
    """The bindings and their keys as lines of a config file; those with their default keys are commented out."""
    lines = []
    for each, binding in keys.defaults.items():
        # A binding without a key is shown with its default one, commented out.
        own = keys.of(each) or binding.key.split(",")
        names = [f'"{key_shown(key) if key not in _SHOWN else key}"' for key in own]
        value = names[0] if len(names) == 1 else f"[{', '.join(names)}]"
        mark = "# " if own == binding.key.split(",") else ""
        lines.append(f'{mark}"{each}" = {value}'.ljust(48) + f"  # {binding.description}")
    return lines


def key_named(key: str, binding_id: str) -> str:
    """The name that textual has for a key as a user writes it: ``<`` or ``less_than_sign``, ``ctrl+r``, ``pagedown``.

    Raises:
        KeymapError: there is no such key.
    """
    modifiers = re.match(_MODIFIER, key)
    head, base = (modifiers[0], key[modifiers.end() :]) if modifiers else ("", key)
    sent = _sent_instead(head, base)
    if sent is not None:
        raise KeymapError(f"{key} is {sent} to a terminal; write {sent}, or take another key", binding_id)
    if len(base) == 1 and base.isprintable() and not base.isspace():
        return head + _character_to_key(base)
    if base in _named() or base in ("pgdn", "pgup", "esc"):
        return head + {"pgdn": "pagedown", "pgup": "pageup", "esc": "escape"}.get(base, base)
    try:
        return head + _character_to_key(unicodedata.lookup(base.replace("_", " ")))
    except KeyError:
        raise KeymapError(
            f"{key!r} is no key; write it as n, N, <, ctrl+r, alt+w, pagedown or f5", binding_id
        ) from None


@cache
def _named() -> frozenset[str]:
    """The names that textual has for keys."""
    return frozenset(
        (
            *(key.value for key in KeyNames if not key.value.startswith("<")),
            *(_character_to_key(chr(code)) for code in range(0x21, 0x7F)),
        )
    )


def _sent_instead(head: str, base: str) -> str | None:
    """The key that terminals send for one that they have no code for; None for a key of its own.

    Args:
        head: the modifiers, each with its ``+``.
        base: the key without them.
    """
    if head == "ctrl+":
        if base in _OF_CONTROL:
            return _OF_CONTROL[base]
        return f"ctrl+{base.lower()}" if len(base) == 1 and base.isupper() else None
    return base.upper() if head == "shift+" and len(base) == 1 and base.isalpha() else None


def key_shown(key: str) -> str:
    """A key as people write it: ``<``, ``pgdn``, ``ctrl+r``, ``alt+<``."""
    head, plus, base = key.rpartition("+")
    if plus and base:
        return f"{head}+{key_shown(base)}"
    return _SHOWN.get(key) or format_key(key)


def key_of(shown: str) -> str | None:
    """The key that ``key_shown`` gave, under textual's name; None where it is no single key, as ``1-3``."""
    head, plus, base = shown.rpartition("+")
    arrow = _ARROWS.get(base or shown)
    if arrow is not None:
        return f"{head}{plus}{arrow}"
    try:
        return key_named(shown, "")
    except KeymapError:
        return None
