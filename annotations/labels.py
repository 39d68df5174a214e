"""The label set of a project: labels, their keys and hues, and their typed attributes.

A label set is decoded from a TOML text, a project's own or ``data/labels.toml``.  It alone says which labels and
attributes exist, and which values an attribute takes.  The caller reads the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from typing import Any, Literal, TypeGuard

import msgspec

from annotations.counts import counted
from annotations.errors import AttributeValueError, LabelError, UnknownLabelError
from annotations.lexicon.checks import check_words
from annotations.lexicon.lists import Lexicon, lexicon_of
from annotations.lexicon.words import WordList
from annotations.notice_attributes import NoticeAttribute, check_declared
from annotations.toml import parse_toml
from annotations.value_checks import is_date, is_period, is_storable

AttributeType = Literal["text", "boolean", "choice", "date", "period"]
Hue = Literal["blue", "green", "yellow", "magenta", "cyan", "red", "orange"]
Reader = Literal["requirement", "official", "date"]
"""The module of ``annotations.values`` that reads the values of a label from the text of a span."""
AttributeValue = str | bool | None
"""The value of an attribute; None where it is unset."""

MOST_LABELS = 9
"""A digit from 1 to 9 tags, so there are at most nine labels."""


class Attribute(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An attribute of a label, with the type of its values; ``choices`` are the values of type choice."""

    name: str
    type: AttributeType
    choices: tuple[str, ...] = ()
    description: str = ""

    def parse(self, text: str) -> AttributeValue:
        """The value that ``text`` stands for, as typed on a command line; empty text unsets it.

        Raises:
            AttributeValueError: the text is no value of this attribute.
        """
        if text == "":
            return None
        if self.type == "boolean":
            if text.lower() not in ("true", "false", "yes", "no"):
                raise AttributeValueError(f"{self.name}={text}: it is true or false")
            return text.lower() in ("true", "yes")
        self.check(text)
        return text

    def check(self, value: object) -> None:
        """Prove that ``value`` is a value of this attribute; None always is.

        Raises:
            AttributeValueError: it is not; the message says which values are.
        """
        if value is None or self.takes(value):
            return
        if self.type == "boolean":
            raise AttributeValueError(f"{self.name}={value}: it is true or false")
        if not isinstance(value, str):
            raise AttributeValueError(f"{self.name}={value}: it is text, not {type(value).__name__}")
        if not is_storable(value):
            raise AttributeValueError(f"{self.name}={value}: it holds half a character, which no file can hold")
        if self.type == "choice":
            raise AttributeValueError(f"{self.name}={value}: it is one of {', '.join(self.choices)}")
        if self.type == "date":
            raise AttributeValueError(f"{self.name}={value}: it is a date, 2021-09-26 or 2021-09-26T11:56")
        raise AttributeValueError(
            f"{self.name}={value}: it is 2021-09-26, 2021-09-26T11:56 or 2021-09-01/2021-09-30 "
            "(XXXX for an unknown year)"
        )

    def takes(self, value: object) -> TypeGuard[str | bool]:
        """Whether ``value``, which is not None, is a value of this attribute."""
        of = self.type
        if of == "boolean":
            return isinstance(value, bool)
        if not isinstance(value, str):
            return False
        if of == "text":
            return is_storable(value)
        if of == "choice":
            return value in self.choices and is_storable(value)
        return is_date(value) if of == "date" else is_period(value)


class Label(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """A label and its attributes.

    ``sign`` is the letter of the label in the gutter, one capital or digit.  ``key`` is the letter that tags with the
    label, as its digit does; None where only the digit does.  ``reader`` names what reads its values from the text;
    None where nothing does.  With a ``hidden`` label nobody tags and nothing is suggested; what has it stays.
    ``former_names`` are the names that the label has had, the oldest first: the log, and files made before, have them.
    """

    name: str
    sign: str
    hue: Hue
    key: str | None = None
    description: str = ""
    attribute: tuple[Attribute, ...] = ()
    reader: Reader | None = None
    hidden: bool = False
    former_names: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """Every name that the label has or has had; no other label of the project ever gets one of them."""
        return frozenset((self.name, *self.former_names))

    @property
    def first_name(self) -> str:
        """The name that the label had at first, which never changes: ids and rows of the database have it.

        So a label is renamed, and nothing that has it changes.
        """
        return self.former_names[0] if self.former_names else self.name

    @cached_property
    def attribute_names(self) -> tuple[str, ...]:
        """The names of its attributes, in order."""
        return tuple(attribute.name for attribute in self.attribute)

    @cached_property
    def _by_name(self) -> dict[str, Attribute]:
        return {attribute.name: attribute for attribute in self.attribute}

    def attributes(self, values: Mapping[str, object] | None = None) -> dict[str, AttributeValue]:
        """All attributes of the label in order: those in ``values`` checked, the others None.

        Raises:
            AttributeValueError: a value is for no attribute of this label, or not of its type.
        """
        values = values or {}
        known = {attribute.name for attribute in self.attribute}
        for name in values:
            if name not in known:
                raise AttributeValueError(
                    f"{self.name} has no attribute {name}; it has {', '.join(sorted(known)) or 'none'}"
                )
        result: dict[str, AttributeValue] = {}
        for attribute in self.attribute:
            value = values.get(attribute.name)
            attribute.check(value)
            result[attribute.name] = value  # type: ignore[assignment]  # check() has proved its type
        return result

    def fitting(self, values: Mapping[str, object]) -> dict[str, AttributeValue]:
        """All attributes of the label in order: those in ``values`` that have a value of their type, the others None.

        Unlike ``attributes`` it refuses nothing: the values may be those of another label.
        """
        kept: dict[str, AttributeValue] = dict.fromkeys(self.attribute_names)
        by_name = self._by_name
        # Another label's attribute of this name may have another type.
        return kept | {
            name: value
            for name, value in values.items()
            if value is not None and name in by_name and by_name[name].takes(value)
        }

    def parse(self, pairs: Iterable[str]) -> dict[str, AttributeValue]:
        """All attributes of the label in order, from texts ``name=value`` as a command line has them.

        Raises:
            AttributeValueError: a text has no ``=``, a name is unknown or given twice, or a value is not of its type.
        """
        by_name = {attribute.name: attribute for attribute in self.attribute}
        values: dict[str, object] = {}
        for pair in pairs:
            name, equals, text = pair.partition("=")
            if not equals:
                raise AttributeValueError(f"{pair}: an attribute is given as NAME=VALUE")
            if name in values:
                raise AttributeValueError(f"{name} is given twice")
            if name in by_name:
                values[name] = by_name[name].parse(text)
            else:
                values[name] = text
        return self.attributes(values)


class LabelSet(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """The labels of a project, in the order of their digits: the first that is not hidden is tagged with 1."""

    label: tuple[Label, ...]
    words: tuple[WordList, ...] = ()
    """Words that the project adds to the word lists of readers and suggesters."""
    notice: tuple[NoticeAttribute, ...] = ()
    """The attributes of a whole notice, in order."""

    @property
    def lexicon(self) -> Lexicon:
        """The word lists of the project: the lists that ship, with its ``words`` added."""
        return lexicon_of(self.words)

    @property
    def shown(self) -> tuple[Label, ...]:
        """The labels that people tag with and rules suggest, in the order of their digits."""
        return tuple(label for label in self.label if not label.hidden)

    def __getitem__(self, name: str) -> Label:
        label = self.get(name)
        if label is None:
            raise UnknownLabelError(
                f"unknown label {name}; the label set has {', '.join(label.name for label in self.label)}"
            )
        return label

    def __contains__(self, name: object) -> bool:
        return any(label.name == name for label in self.label)

    def get(self, name: str) -> Label | None:
        """The label called ``name``; None where the set has none."""
        return next((label for label in self.label if label.name == name), None)

    def resolve(self, name: str) -> Label:
        """The label that has this name, or had it before it was renamed.

        Raises:
            UnknownLabelError: no label ever had it.
        """
        label = self.by_any_name.get(name)
        return label if label is not None else self[name]

    def first_name_of(self, name: str) -> str:
        """The first name of the label that has or had this name; where no label ever had it, the name itself."""
        label = self.by_any_name.get(name)
        return name if label is None else label.first_name

    def present_name_of(self, name: str) -> str:
        """The present name of the label that has or had this name; where no label ever had it, the name itself."""
        label = self.by_any_name.get(name)
        return name if label is None else label.name

    @cached_property
    def is_renamed(self) -> bool:
        """Whether a label has another name than at first."""
        return any(label.name != label.first_name for label in self.label)

    @property
    def first_names(self) -> dict[str, str]:
        """The first name of each label, by its name."""
        return {label.name: label.first_name for label in self.label}

    @cached_property
    def by_any_name(self) -> dict[str, Label]:
        """The labels by every name that each has or had."""
        former = {name: label for label in self.label for name in label.former_names}
        return former | {label.name: label for label in self.label}

    def usable(self, name: str) -> Label:
        """The label to tag with that has or had this name.

        Raises:
            UnknownLabelError: no label ever had it, or it is hidden.
        """
        label = self.resolve(name)
        if label.hidden:
            raise UnknownLabelError(f"label {label.name} is hidden: what has it stays, and nothing new gets it")
        return label

    def __iter__(self) -> Any:  # noqa: ANN401  # Iterator[Label] clashes with the iteration msgspec declares
        return iter(self.label)

    @classmethod
    def from_toml(cls, text: str, where: str) -> LabelSet:
        """The label set that a TOML text declares.

        Args:
            text: the content of the file.
            where: its name, for errors.

        Raises:
            LabelError: the text is not TOML, or its label set cannot be used; the message says where and why.
        """
        return cls.from_tables(label_tables(text, where), where)

    @classmethod
    def from_tables(cls, tables: Mapping[str, object], where: str) -> LabelSet:
        """The label set that the tables of a TOML file declare.

        Raises:
            LabelError: it cannot be used; the message says where and why.
        """
        try:
            labels = msgspec.convert(tables, cls)
        except msgspec.ValidationError as error:
            raise LabelError(f"{where}: {error}") from error
        labels.check(where)
        return labels

    def to_toml(self) -> str:
        """The label set as the text of a TOML file, which ``from_toml`` reads as the same set."""
        tables: list[tuple[str, msgspec.Struct]] = []
        for label in self.label:
            tables += [("label", label), *(("label.attribute", each) for each in label.attribute)]
        tables += [("notice", each) for each in self.notice]
        tables += [("words", each) for each in self.words]
        return "\n".join(line for table, struct in tables for line in _toml_lines(table, struct))

    def to_json(self) -> bytes:
        """The label set as JSON, as the database keeps it."""
        return msgspec.json.encode(self)

    @classmethod
    def from_json(cls, data: bytes | str) -> LabelSet:
        """The label set that ``to_json`` wrote."""
        return msgspec.json.decode(data, type=cls)

    def check(self, where: str) -> None:
        """Prove that the set can be used: names, keys, signs and attributes.

        Args:
            where: what declares it, for errors.

        Raises:
            LabelError: it cannot be used; the message names the labels that clash.
        """
        if not 1 <= len(self.shown) <= MOST_LABELS:
            raise LabelError(
                f"{where}: {counted(len(self.shown), 'label')}; there must be 1 to {MOST_LABELS}, one a digit"
            )
        self._check_unique(where)
        for label in self.label:
            for name in label.names:
                if not re.fullmatch(r"[A-Z][A-Z0-9_]*", name):
                    raise LabelError(f"{where}: label {name}: a name is capitals, digits and _")
            if label.key is not None and not re.fullmatch(r"[a-z]", label.key):
                raise LabelError(f"{where}: label {label.name}: its key is one small letter, not {label.key}")
            if not re.fullmatch(r"[A-Z0-9]", label.sign):
                raise LabelError(f"{where}: label {label.name}: its sign is one capital or digit, not {label.sign}")
            _check_attributes(label, where)
        check_declared(self.notice, where)
        for each in self.words:
            check_words(each, where)

    def _check_unique(self, where: str) -> None:
        """Refuse what two labels have in common; the key of a hidden label is free for another."""
        names: dict[str, Label] = {}
        keys: dict[str, Label] = {}
        signs: dict[str, Label] = {}
        for label in self.label:
            for field, taken, values in (
                ("name", names, sorted(label.names)),
                ("key", keys, [label.key] if label.key is not None and not label.hidden else []),
                ("sign", signs, [label.sign]),
            ):
                for value in values:
                    other = taken.setdefault(value, label)
                    if other is not label:
                        raise LabelError(
                            f"{where}: two labels have the {field} {value}: {_told(other)} and {_told(label)}"
                        )


def label_tables(text: str, where: str) -> dict[str, Any]:
    """The tables of a TOML file with labels, words or patterns.

    Raises:
        LabelError: it is not TOML; the message says where and why.
    """
    import tomllib  # noqa: PLC0415  # slow to import, and the app starts without it

    try:
        return parse_toml(text)
    except tomllib.TOMLDecodeError as error:
        raise LabelError(f"{where}: not TOML: {error}") from error
    except RecursionError as error:
        raise LabelError(f"{where}: not a label set: nested too deeply") from error


def _told(label: Label) -> str:
    """A label in a message."""
    return f"{label.name} (hidden)" if label.hidden else label.name


def _check_attributes(label: Label, where: str) -> None:
    names = [attribute.name for attribute in label.attribute]
    for attribute in label.attribute:
        at = f"{where}: label {label.name}, attribute {attribute.name}"
        if not re.fullmatch(r"[a-z][a-z0-9_]*", attribute.name):
            raise LabelError(f"{at}: a name is small letters, digits and _")
        if names.count(attribute.name) > 1:
            raise LabelError(f"{at}: declared twice")
        if (attribute.type == "choice") != bool(attribute.choices):
            raise LabelError(f"{at}: choices go with type choice, and only with it")


def _toml_lines(table: str, struct: msgspec.Struct) -> Iterator[str]:
    """A struct as a table of a TOML array: without its own tables, and without what is as it would be by default."""
    yield f"[[{table}]]"
    for field in msgspec.structs.fields(struct):
        value = getattr(struct, field.name)
        if field.name != "attribute" and value != field.default:
            # A TOML string may be written as JSON writes it, but for a DEL.
            yield f"{field.name} = {msgspec.json.encode(value).decode()}".replace("\x7f", "\\u007f")
    yield ""


def default_labels_toml() -> str:
    """The label set that ships, as the text of its file."""
    from importlib import resources  # noqa: PLC0415  # slow to import, and the app starts without it

    return resources.files("annotations").joinpath("data", "labels.toml").read_text(encoding="utf-8")


@cache
def default_labels() -> LabelSet:
    """The label set that ships: REQUIREMENT, OFFICIAL, DATE."""
    return LabelSet.from_toml(default_labels_toml(), "labels.toml")
