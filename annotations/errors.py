"""The errors of zhupi as one tree, so that every caller shows a refusal in the same way.

ZhupiError                 something is refused; ``str()`` is one line: what, where, what to do
├── SpanError              a span that is empty, reversed or outside its text
├── QuoteError             a quote that is not ``raw[start:end]``
├── LabelError             a label set that cannot be used, or a label that it does not take
│   └── UnknownLabelError  a label that somebody names and that the label set does not have
├── AttributeValueError    an unknown attribute, or a value that is not of its type
├── FieldError             a title, source or date of publication that no notice can have
├── AlignmentError         runs that are no valid map between raw and normalized text
├── RegionError            regions that do not tile the raw text
├── RecordError            a line that is no native record
├── SuggesterError         an unknown suggester, or one that failed
├── PatternError           a pattern of a project that cannot be used
├── LearningError          a model that cannot be learned or used
├── FormatError            an unknown format, one that cannot be loaded, or what it cannot hold
└── store.errors           the errors of the database and of input files

The text of an error may quote a notice or a file name, so it is hostile until ``tui.terminal.display`` has made it safe
to show.
"""

from __future__ import annotations

from typing import ClassVar


class ZhupiError(Exception):
    """A refusal that a person can act on: shown as one line, without a traceback."""

    exit_code: ClassVar[int] = 1
    """Exit status of a command that ends with it: 1 for a refused input, 2 for wrong usage or an unusable database."""


class SpanError(ZhupiError):
    """A span is empty, reversed or reaches outside its text."""


class QuoteError(ZhupiError):
    """A quote differs from the text under its span."""


class LabelError(ZhupiError):
    """A label set cannot be used, or does not take a label."""


class UnknownLabelError(LabelError):
    """A label that somebody names is none of the label set, or is hidden."""

    exit_code: ClassVar[int] = 2


class AttributeValueError(ZhupiError):
    """An attribute is unknown for its label, or its value is not of the declared type."""


class FieldError(ZhupiError):
    """A title, source or date of publication is none that a notice can have."""


class AlignmentError(ZhupiError):
    """Runs do not form a valid alignment."""


class RegionError(ZhupiError):
    """Regions do not tile the raw text, each code point in exactly one."""


class RecordError(ZhupiError):
    """A line of JSON is not a record of the native format."""


class SuggesterError(ZhupiError):
    """A suggester is unknown, cannot be loaded, or fails on a notice."""

    exit_code: ClassVar[int] = 2


class PatternError(ZhupiError):
    """A dictionary or an expression that a project declares cannot be used."""


class LearningError(ZhupiError):
    """A model cannot be learned here, or cannot be used."""

    exit_code: ClassVar[int] = 2


class FormatError(ZhupiError):
    """A format of an export is unknown, cannot be loaded, or cannot hold what was chosen."""

    exit_code: ClassVar[int] = 2
