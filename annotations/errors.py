"""Everything zhupi refuses, as one tree, so that each caller shows a refusal the same way.

ZhupiError                 what zhupi refuses; ``str()`` is one line: what, where, what to do
├── SpanError              a span that is empty, reversed or outside its text
├── QuoteError             a quote that is not ``raw[start:end]``
├── LabelError             an unknown label, or a label set that cannot be used
├── AttributeValueError    an unknown attribute, or a value that is not of its type
├── AlignmentError         runs that are no lawful map between raw and normalized text
├── RegionError            regions that do not tile the raw text
├── RecordError            a line that is no native record
├── SuggesterError         an unknown suggester, or one that failed
└── store.errors           what the database and the input files add

The text of an error may quote a notice or a file name.  It is data until ``tui.terminal.display`` has made it safe to
show.
"""

from __future__ import annotations

from typing import ClassVar


class ZhupiError(Exception):
    """A refusal that a person can act on: one line, no traceback."""

    exit_code: ClassVar[int] = 1
    """Exit status of a command that stops on it: 1 an input was refused, 2 wrong usage or unusable database."""


class SpanError(ZhupiError):
    """A span is empty, reversed or reaches outside its text."""


class QuoteError(ZhupiError):
    """A quote differs from the text under its span."""


class LabelError(ZhupiError):
    """A label is unknown, or a label set cannot be used."""


class AttributeValueError(ZhupiError):
    """An attribute is unknown for its label, or its value is not of the declared type."""


class AlignmentError(ZhupiError):
    """Runs do not form a lawful alignment."""


class RegionError(ZhupiError):
    """Regions do not tile the raw text, each code point in exactly one."""


class RecordError(ZhupiError):
    """A line of JSON is not a record of the native format."""


class SuggesterError(ZhupiError):
    """A suggester is unknown, cannot be loaded, or failed on a notice."""

    exit_code: ClassVar[int] = 2
