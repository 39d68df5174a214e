"""Write ``docs/keys.md`` from the bindings of the app, their help and the default labels; a test holds it against them.

What stands here is prose about the tables.  No key is written here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from textual.binding import Binding, BindingType

from annotations.labels import default_labels
from tui.adjudicate.keys import ADJUDICATE_KEYS
from tui.app import ZhupiApp
from tui.everywhere.keys import EVERYWHERE_KEYS, SAMPLE_KEYS
from tui.forms.attributes import AttributeForm
from tui.forms.conflict import ConflictScreen
from tui.forms.filter import FilterScreen
from tui.forms.flag import FlagScreen
from tui.forms.help import HelpScreen
from tui.forms.importing import ImportScreen
from tui.forms.notice_attributes import NoticeAttributesForm
from tui.forms.notice_fields import NoticeFieldsForm
from tui.forms.order import OrderScreen
from tui.forms.prompt import PromptScreen
from tui.forms.region_kind import RegionKindScreen
from tui.forms.sides import SidesScreen
from tui.forms.training import TrainingScreen
from tui.forms.unsaved import UnsavedScreen
from tui.keys.keymap import KeyGroup, Keys, key_shown
from tui.progress.keys import PROGRESS_KEYS
from tui.queue.keys import QUEUE_KEYS
from tui.review.keys import REVIEW_KEYS
from tui.widgets.search_field import SearchField

TARGET: Final = Path(__file__).resolve().parents[1] / "docs" / "keys.md"

SCREENS: Final[tuple[tuple[str, Sequence[KeyGroup]], ...]] = (
    ("Queue", QUEUE_KEYS),
    ("Review", REVIEW_KEYS),
    ("Adjudicate", ADJUDICATE_KEYS),
    ("Everywhere", EVERYWHERE_KEYS),
    ("Accept many", SAMPLE_KEYS),
    ("Progress", PROGRESS_KEYS),
)
"""Each screen with what its help says of its keys."""

FORMS: Final[tuple[tuple[str, Sequence[BindingType]], ...]] = (
    ("Filter", FilterScreen.BINDINGS),
    ("Attributes", AttributeForm.BINDINGS),
    ("Title, source and date", NoticeFieldsForm.BINDINGS),
    ("Labels of the whole notice", NoticeAttributesForm.BINDINGS),
    ("Training: what gold says", TrainingScreen.BINDINGS),
    ("Flag or skip", FlagScreen.BINDINGS),
    ("Search in a notice", SearchField.BINDINGS),
    ("One line: a comment, a name", PromptScreen.BINDINGS),
    ("Kind of region", RegionKindScreen.BINDINGS),
    ("Order of the queue", OrderScreen.BINDINGS),
    ("Two states of one annotation", ConflictScreen.BINDINGS),
    ("What differs elsewhere", SidesScreen.BINDINGS),
    ("Quit with unsaved changes", UnsavedScreen.BINDINGS),
    ("Import", ImportScreen.BINDINGS),
    ("Help", HelpScreen.BINDINGS),
)
"""Each box that opens over a screen, with its bindings."""

_RUN: Final = 4
"""So many numbered ids in a row are written as the first, an ellipsis and the last."""

_HEAD: Final = """\
# Keys

<!-- Written by `make keys` from the bindings of the app. Change those, not this file. -->

These are the keys as they come. The footer of a screen shows the keys that apply at the moment, `?` shows all of them,
and `ctrl+p` finds every action by name; all three show your own keys where you have changed some.

- A key is changed by its id in the config file: `"review.next" = "m"` under `[keys]`. `zhupi config` prints such a line
  for every id; [configuration.md](configuration.md) tells the rest.
- A row that names several ids lists their keys in the same order, parted by `·`. Keys of one id stand side by side.
- A key may serve several screens. On one screen each key has one action.
- With a Chinese input method left on, full-width digits, brackets and punctuation act as their keys.
- The mouse alone does the whole job. A click moves the cursor or presses what is under it: rows of lists, keys of the
  footer, the filter line, fields. Two clicks select a word, three a sentence, a drag what it goes over; a drag from the
  first or last character of the chosen span moves that end. The wheel scrolls. `--no-mouse` leaves the mouse to the
  terminal.
"""

_LABELS: Final = """\
## Labels

A digit tags with the label of that place in the label set, up to nine. A label may have a letter that does the same.
These are the labels that ship; `zhupi labels` shows those of your database.
"""

_EVERYWHERE: Final = """\
## Everywhere
"""

_FORMS: Final = """\
## Boxes over a screen

A box that opens over a screen has keys of its own. These cannot be changed. Where a box has a field, letters are
letters in it.
"""


def page() -> str:
    """The whole of ``docs/keys.md``."""
    keys = Keys(ZhupiApp.all_bindings())
    parts = [_HEAD]
    for screen, groups in SCREENS:
        parts.append(f"## {screen}\n")
        for heading, rows in groups:
            parts.append(f"### {heading}\n")
            parts.append(_table(("key", "does", "id"), (_row(keys, ids, text) for ids, text in rows)))
    parts += [_EVERYWHERE, _table(("key", "does", "id"), _rows_of_app(keys)), _LABELS, _table_of_labels(), _FORMS]
    for heading, bindings in FORMS:
        parts.append(f"### {heading}\n")
        parts.append(_table(("key", "does"), _rows_of_form(bindings)))
    return "\n".join(parts)


def _row(keys: Keys, ids: Sequence[str], text: str) -> tuple[str, ...]:
    """One row: the keys of each binding, what they do, the ids in the same order."""
    numbered = len(ids) >= _RUN and all(re.search(r"\d$", each) for each in ids)
    shown = [" ".join(map(_key, keys.of(each))) for each in ids]
    named = [f"`{each}`" for each in ids]
    if numbered:
        return f"{shown[0]} … {shown[-1]}", text, f"{named[0]} … {named[-1]}"
    return " · ".join(shown), text, " · ".join(named)


def _rows_of_app(keys: Keys) -> Iterable[tuple[str, ...]]:
    for binding in ZhupiApp.BINDINGS:
        if isinstance(binding, Binding) and binding.id is not None:
            yield _row(keys, [binding.id], binding.description)


def _rows_of_form(bindings: Iterable[BindingType]) -> Iterable[tuple[str, ...]]:
    """A row for each thing that a form does, whatever number of its bindings do it."""
    found: dict[str, list[str]] = {}
    for binding in bindings:
        if isinstance(binding, Binding):
            found.setdefault(binding.description, []).extend(map(_key, binding.key.split(",")))
    return ((" ".join(keys), text) for text, keys in found.items())


def _table_of_labels() -> str:
    rows = (
        (_key(str(digit)) + (f" {_key(label.key)}" if label.key is not None else ""), label.name, label.description)
        for digit, label in enumerate(default_labels(), 1)
    )
    return _table(("key", "label", "is"), rows)


def _key(key: str) -> str:
    """A key as Markdown, whatever character it is."""
    shown = key_shown(key).replace("|", "\\|")
    return f"`` {shown} ``" if "`" in shown else f"`{shown}`"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
