"""The card of a Hugging Face dataset: what is in it, in YAML for programs and in Markdown for people.

The YAML is read by ``datasets`` and by the Hub: it says which file is which split, and the type of each column, which
rows alone do not tell where a column is null.  No text of a notice stands in a card.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from annotations.formats.base import Context, ExportedNotice
from annotations.formats.personal import KINDS
from annotations.formats.rows import COLUMNS, RowSpan
from annotations.guideline import section_of
from annotations.labels import Label
from annotations.notice_attributes import NoticeAttributeType

LICENCE: Final = "unknown"
"""What the card says of the licence, in the words of the Hub: zhupi cannot know it."""

_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?)?", re.ASCII)
"""A date or a time of which nothing is unknown."""
_COLUMNS: Final[Mapping[str, str]] = {
    "id": "the notice: the first 16 hex digits of the SHA-256 of its raw text",
    "doc": "what the notice is called",
    "title": "its title, or null",
    "source": "who published it, or null",
    "published": "when: an ISO date or date-time, or null; `datasets` makes a time of it, midnight where there is none",
    "url": "where it was found, or null",
    "text": "its text",
    "spans": "`start` and `end` in code points of `text`, half open; `label`; `text`, the quote; spans may overlap",
}
_ATTRIBUTES: Final = "what was said of the whole notice; null where nothing was, or where people differ"


class _Split:
    """What a split holds, and in which file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.notices = 0
        self.labels: Counter[str] = Counter()


class Card:
    """The card of a dataset; what it tells is gathered while the rows are written."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._splits: dict[str, _Split] = {}
        self._normalizers: set[str] = set()
        self._published_is_time = True
        self._texts: set[str] = set()
        """Those attributes of a notice that have a value which is no time."""

    def begin(self, split: str, file: str) -> None:
        """A split begins; its rows are in a file of this name."""
        self._splits[split] = _Split(file)

    def add(self, split: str, each: ExportedNotice) -> None:
        """Count a notice and its spans."""
        counts, notice = self._splits[split], each.notice
        counts.notices += 1
        counts.labels.update(item.label for item, _, _ in each.placed)
        self._normalizers.add(notice.normalizer)
        for values in each.notice_attributes():
            self._texts.update(name for name, value in values.items() if not _TIME.fullmatch(str(value)))
        self._published_is_time &= notice.published is None or _TIME.fullmatch(notice.published) is not None

    def text(self) -> str:
        """The card."""
        return "".join(f"{line}\n" for line in (*self._head(), *self._body()))

    def _head(self) -> Iterator[str]:
        yield from ("---", f"license: {LICENCE}", "language:", "- zh", "task_categories:", "- token-classification")
        # datasets refuses a whole dataset because of one split without rows.
        files = {name: counts.file for name, counts in self._splits.items() if counts.notices}
        if files:
            yield from ("configs:", "- config_name: default", "  data_files:")
        for name, file in files.items():
            yield from (f"  - split: {name}", f"    path: {file}")
        yield from ("dataset_info:", "  features:")
        for name in COLUMNS:
            yield f"  - name: {name}"
            yield from ["    list:", *_fields_of_a_span()] if name == "spans" else [f"    dtype: {self._type(name)}"]
        if self._context.labels.notice:
            yield from ("  - name: attributes", "    struct:", *self._fields_of_attributes())
        yield "---"

    def _fields_of_attributes(self) -> Iterator[str]:
        for each in self._context.labels.notice:
            yield f"    - name: {each.name}"
            if each.type == "several":
                yield "      list: string"
            elif each.type == "boolean":
                yield "      dtype: bool"
            else:
                yield f"      dtype: {'string' if each.name in self._texts else self._time_or_text(each.type)}"

    @staticmethod
    def _time_or_text(kind: NoticeAttributeType) -> str:
        """The type of an attribute of which all values look like times: of a date a time, as ``_type`` says why."""
        return "timestamp[s]" if kind == "date" else "string"

    def _type(self, column: str) -> str:
        """The type of a column; datasets makes times of text that looks like one, whether it is told to or not."""
        return "timestamp[s]" if column == "published" and self._published_is_time else "string"

    def _body(self) -> Iterator[str]:
        yield from ("", "# Annotated notices", "")
        yield (
            f"Scraped notices of Chinese authorities with spans tagged in them, by zhupi {self._context.zhupi}."
            " `manifest.json` has the options and counts of the export, `SHA256SUMS` the digests of its files."
        )
        yield from ("", "| column | holds |", "| --- | --- |")
        yield from (f"| `{name}` | {holds} |" for name, holds in _COLUMNS.items())
        if self._context.labels.notice:
            yield f"| `attributes` | {_ATTRIBUTES} |"
        yield from ("", "## Splits", "")
        yield from self._counts()
        yield from ("", "## Labels", "")
        for label in self._labels():
            yield from (f"### {label.name}", "", self._definition(label), "")
        yield from ("## Versions", "", *self._versions(), "")
        yield from ("## Licence", "")
        yield f"Nobody has stated one: `license` in the head of this file is `{LICENCE}`. State it before you publish."
        yield from ("", "## Personal data", "")
        yield from self._personal()

    def _labels(self) -> list[Label]:
        """The labels of the project; hidden ones only where something has them."""
        used = set[str]().union(*(counts.labels for counts in self._splits.values()))
        return [label for label in self._context.labels if not label.hidden or label.name in used]

    def _counts(self) -> Iterator[str]:
        names = [label.name for label in self._labels()]
        yield f"| split | notices | spans | {' | '.join(names)} |"
        yield f"|{' --- |' * (len(names) + 3)}"
        for split, counts in self._splits.items():
            cells = (split, counts.notices, counts.labels.total(), *(counts.labels[name] for name in names))
            yield f"| {' | '.join(map(str, cells))} |"
        if not all(counts.notices for counts in self._splits.values()):
            yield from (
                "",
                "`datasets` takes no split without notices: its file is there, and it is not in the head of this file.",
            )

    def _definition(self, label: Label) -> str:
        """What the guideline says about a label, else its description."""
        return section_of(self._context.guideline, label.names) or label.description or "(not defined)"

    def _versions(self) -> Iterator[str]:
        guideline = hashlib.sha256(self._context.guideline.encode()).hexdigest()
        yield f"- text: {self._context.text}"
        yield f"- normalizer: {', '.join(sorted(self._normalizers)) or 'none'}"
        yield f"- guideline: `guideline.md`, SHA-256 `{guideline}`"
        yield f"- zhupi: {self._context.zhupi}"

    def _personal(self) -> Iterator[str]:
        yield "Notices name people. The texts were searched for numbers of identity cards, mobile phones and landlines:"
        yield ""
        found = self._context.warnings.lines(KINDS)
        yield from [f"- {line}" for line in found] or ["- none was found"]


def _fields_of_a_span() -> Iterator[str]:
    for name in RowSpan.__struct_fields__:
        yield from (f"    - name: {name}", f"      dtype: {'int64' if name in ('start', 'end') else 'string'}")
