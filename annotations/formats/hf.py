"""The format of Hugging Face datasets: a folder that ``datasets.load_dataset`` takes, and can be published as it is.

It has a file of JSON lines for each part, a dataset card, which tells the reader the types of all columns, and the
guideline by which spans were drawn.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec
from msgspec.structs import replace

from annotations.errors import FormatError
from annotations.formats.base import Context, Folder, FolderFormat, Part, TextKind
from annotations.formats.dataset_card import Card
from annotations.formats.labelled import Files, LabelledNotice, Refuse, each_row
from annotations.formats.personal import personal_data
from annotations.formats.rows import Row, labelled, row_of

CARD: Final = "README.md"
"""The dataset card."""
GUIDELINE: Final = "guideline.md"
"""The guideline of the project, as it is."""
ONLY_SPLIT: Final = "train"
"""What the one part of an export without parts is called, as Hugging Face does."""

_SPLIT: Final = re.compile(r"\w+", re.ASCII)
_ENDING: Final = ".jsonl"


def write(parts: Iterable[Part], out: Folder, context: Context) -> None:
    """A file a part, and what tells about them."""
    card = Card(context)
    encode = msgspec.json.Encoder().encode
    for part in parts:
        split = part.name if part.name is not None else ONLY_SPLIT
        if not _SPLIT.fullmatch(split):
            raise FormatError(f"hf: datasets takes no split called {split}; its name is letters, digits and _")
        name = f"{split}{_ENDING}"
        card.begin(split, name)
        with out.file(name) as file:
            for each in part.notices:
                file.write(encode(row_of(each, context)) + b"\n")
                card.add(split, each)
                for kind in personal_data(each.text):
                    context.warnings.add(kind, each.notice)
    with out.file(GUIDELINE) as file:
        file.write(context.guideline.encode())
    with out.file(CARD) as file:
        file.write(card.text().encode())


def read(files: Files, refuse: Refuse, _text: TextKind) -> Iterator[LabelledNotice]:
    """A notice for each line of each file of rows."""
    for name in files.names():
        if name.endswith(_ENDING):
            yield from _rows(files, name, refuse)


def _rows(files: Files, name: str, refuse: Refuse) -> Iterator[LabelledNotice]:
    def refuse_line(number: str, told: str) -> None:
        refuse(f"{name}:{number}", told)

    for each in each_row(enumerate(files.lines(name), 1), refuse_line, _parse):
        yield replace(each, part=name.removesuffix(_ENDING), where=f"{name}:{each.where}")


def _parse(line: bytes) -> LabelledNotice:
    return labelled(msgspec.json.decode(line, type=Row))


FORMAT = FolderFormat(write=write, read=read, carries=frozenset({"notice_attributes"}))
