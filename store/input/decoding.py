"""From bytes to text: strict UTF-8, else the one of three East Asian encodings that makes sense of the bytes.

GB18030 gives a meaning to nearly every pair of high bytes and UTF-16 to every pair at all, so that "it decodes" proves
nothing: noise, Big5 and broken UTF-8 would all come in as rare characters.  charset-normalizer chooses; its choice
stands when most of what it reads is in everyday use.  What reads as rare characters only is taken and called unsure;
what is certainly Korean, Japanese, broken or binary is refused.  This module never guesses around a broken byte.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from itertools import product

from annotations.normalize.spaces import SPACE
from store.errors import DecodeError

_READINGS = ("gb18030", "big5hkscs", "utf-16-le", "utf-16-be")
"""The encodings of bytes that are not UTF-8, as Python names them; of equally likely ones the first wins."""

_EIGHT_BIT = _READINGS[:2]

_UTF_16_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}

# Bytes that are not ASCII.  With fewer of them a fifth to a third of charset-normalizer's choices were wrong, with more
# none; it calls 32 bytes a tiny portion itself.
_TINY = 32
_ASCII = bytes(range(0x80))

# Real pages, lists of rare names among them, stay above; other encodings read as this one stay below.
_FAMILIAR = 0.5
_FAMILIAR_WITHOUT_A_CHOICE = 0.7

_BINARY = 0.02  # the most control characters of a text that reads as rare characters

# Hangul and kana are certain where a text has so many of the most frequent ones, and these are so great a share of what
# is not ASCII.  In GB18030 and Big5 the same bytes are characters that are rare in Chinese, or not valid.
_FOREIGN = (
    ("Korean", "cp949", re.compile("[이다의는에을고하지가로사기한은도를시자인]"), 4, 0.15),
    ("Japanese", "cp932", re.compile("[\u3041-\u3093\u30a1-\u30f6]"), 8, 0.25),
    ("Japanese", "euc_jp", re.compile("[\u3041-\u3093]"), 8, 0.25),
)
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")

# More control characters than this make a binary file, even where each is lawful UTF-8.
_CONTROLS = 0.25
_CONTROL_BYTES = bytes(code for code in [*range(0x20), 0x7F] if code not in b"\t\n\v\f\r\x1b")
_CONTROL_TEXT = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f]")

_BLANK = re.compile("[\\s\ufeff\u200b\u200c\u200d\u2060]*+")


def decode(data: bytes) -> tuple[str, str]:
    """The text of a file and the name of its encoding.

    The text keeps its line ends and control characters; a byte order mark is not part of it.  The name is ``utf-8``,
    ``gb18030``, ``big5hkscs``, ``utf-16-le`` or ``utf-16-be``.

    Raises:
        DecodeError: there is no text, or the bytes are text in none of these encodings.
    """
    text, encoding = _marked(data) or _utf_8(data) or _chosen(data)
    if is_blank(text):
        raise DecodeError("empty: there is no text in it")
    return text, encoding


def decode_as(data: bytes, declared: str) -> tuple[str, str]:
    """As ``decode``, for a page that declares its encoding: the declaration decides where UTF-8 does not.

    Raises:
        DecodeError: as ``decode``.
    """
    name = _declared(declared)
    if name is not None and _marked(data) is None and _utf_8(data) is None:
        text = _read(data, name)
        if text is not None and familiarity(text) >= _FAMILIAR:
            return text, name
    return decode(data)


def is_unsure(text: str, encoding: str) -> bool:
    """Whether a text that was read in ``encoding`` may well be in another one: it reads as rare characters.

    Only GB18030 and Big5-HKSCS can be unsure: UTF-8 proves itself, and UTF-16 is taken only where it reads well.
    """
    if encoding not in _EIGHT_BIT:
        return False
    least = _FAMILIAR if len(_NOT_ASCII.findall(text)) * 2 >= _TINY else _FAMILIAR_WITHOUT_A_CHOICE
    return familiarity(text) < least


def byte_order_mark(data: bytes) -> bytes:
    """The byte order mark that ``data`` begins with; empty without one."""
    for mark in (codecs.BOM_UTF8, *_UTF_16_MARKS):
        if data.startswith(mark):
            return mark
    return b""


def is_blank(text: str) -> bool:
    """Whether nothing of the text can be seen."""
    return _BLANK.fullmatch(text) is not None


def familiarity(text: str) -> float:
    """The share of a text's characters that are in everyday Chinese use, 0 to 1; ASCII counts neither way.

    A control character counts against it.  A text of nothing but ASCII is familiar.
    """
    familiar, neutral = _everyday(), _neutral()
    counts = Counter(text)
    counted = sum(count for character, count in counts.items() if character not in neutral)
    known = sum(count for character, count in counts.items() if character in familiar)
    return known / counted if counted else 1.0


def _marked(data: bytes) -> tuple[str, str] | None:
    """UTF-16 behind its byte order mark."""
    encoding = _UTF_16_MARKS.get(data[:2])
    if encoding is None:
        return None
    text = _read(data[2:], encoding)
    if text is None or len(_CONTROL_TEXT.findall(text)) > _CONTROLS * len(text):
        raise DecodeError("begins as UTF-16 and is not: save it as UTF-8")
    return text, encoding


def _utf_8(data: bytes) -> tuple[str, str] | None:
    text = _read(data.removeprefix(codecs.BOM_UTF8), "utf-8")
    if text is None:
        return None
    # No byte of a longer sequence is a control, so counting bytes counts characters.
    controls = len(data) - len(data.translate(None, _CONTROL_BYTES))
    return None if controls > _CONTROLS * len(text) else (text, "utf-8")


def _chosen(data: bytes) -> tuple[str, str]:
    """The reading that charset-normalizer chooses or, where it cannot, the most familiar one."""
    _refuse_broken_utf_8(data, 4)
    _refuse_foreign(data)
    encoding = _choice(data) if len(data.translate(None, _ASCII)) >= _TINY else None
    if encoding is not None:
        text = _read(data, encoding)
        if text is not None and familiarity(text) >= _FAMILIAR:
            return text, encoding
    readings = [(familiarity(text), text, name) for name in _READINGS if (text := _read(data, name)) is not None]
    share, text, name = max(readings, key=lambda reading: reading[0], default=(0.0, "", ""))
    return (text, name) if share >= _FAMILIAR_WITHOUT_A_CHOICE else _unsure(data, readings)


def _unsure(data: bytes, readings: list[tuple[float, str, str]]) -> tuple[str, str]:
    """The more familiar of the readings that may be a text of rare characters.

    Raises:
        DecodeError: there is none, or the bytes are broken or no text at all.
    """
    _refuse_broken_utf_8(data, 1)
    lawful = [reading for reading in readings if reading[2] in _EIGHT_BIT]
    controls = len(data) - len(data.translate(None, _CONTROL_BYTES))
    if not lawful or controls > _BINARY * len(data):
        raise DecodeError("no text in UTF-8, GB18030, Big5-HKSCS or UTF-16: save it as UTF-8")
    _, text, name = max(lawful, key=lambda reading: reading[0])
    return text, name


def _refuse_foreign(data: bytes) -> None:
    """Refuse text that is certainly Korean or Japanese: GB18030 would make characters of it.

    Raises:
        DecodeError: it is.
    """
    for language, encoding, frequent, count, share in _FOREIGN:
        text = _read(data, encoding) or ""
        least = max(count, share * len(_NOT_ASCII.findall(text)))
        if len(frequent.findall(text)) >= least:
            raise DecodeError(f"{language}, in {encoding}: save it as UTF-8 if it is a notice all the same")


def _choice(data: bytes) -> str | None:
    from charset_normalizer import from_bytes  # noqa: PLC0415  # slow, and most files are UTF-8

    best = from_bytes(
        data,
        cp_isolation=[name.replace("-", "_") for name in _READINGS],
        preemptive_behaviour=False,
        enable_fallback=False,
    ).best()
    return best.encoding.replace("_", "-") if best else None


def _refuse_broken_utf_8(data: bytes, least: int) -> None:
    """Refuse UTF-8 with a broken byte: GB18030 would make characters of all of it.

    Args:
        data: the bytes.
        least: so many whole three-byte sequences to a broken one prove that it is UTF-8.

    Raises:
        DecodeError: most of what is not ASCII is whole three-byte sequences, as only UTF-8 has them.
    """
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        counts = Counter(data.decode("utf-8", "replace"))
        broken = counts.pop("\ufffd", 0)
        whole = sum(count for character, count in counts.items() if character >= "\u0800")
        if whole >= least * broken:
            raise DecodeError(f"UTF-8 with a broken byte at {error.start}: repair it or fetch it again") from None


def _read(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _declared(label: str) -> str | None:
    """The reading that a label such as ``gb2312`` or ``Big5`` stands for; None when it is none of them."""
    name = label.strip().lower().replace("_", "-")
    if name.startswith(("gb", "x-gb", "csgb")):
        return "gb18030"
    return "big5hkscs" if name.startswith(("big5", "x-x-big5", "csbig5")) else None


@cache
def _everyday() -> frozenset[str]:
    """Punctuation, full-width forms and the more frequent of the two planes of GB 2312 and of Big5."""
    simplified = _characters("gb2312", (0xA1, 0xA2, 0xA3, *range(0xB0, 0xD8)), range(0xA1, 0xFF))
    traditional = _characters("big5", (0xA1, *range(0xA4, 0xC6)), (*range(0x40, 0x7F), *range(0xA1, 0xFF)))
    traditional |= _characters("big5", (0xC6,), range(0x40, 0x7F))  # kana follow
    return frozenset(simplified | traditional) - _neutral()


def _characters(encoding: str, leads: Iterable[int], trails: Iterable[int]) -> set[str]:
    return {bytes(pair).decode(encoding, "ignore") for pair in product(leads, trails)}


@cache
def _neutral() -> frozenset[str]:
    """Characters that say nothing about the encoding: ASCII, spaces of every width and the letters of pinyin."""
    ascii_text = map(chr, [*range(0x20, 0x7F), *b"\t\n\v\f\r\x1b"])
    return frozenset(ascii_text) | frozenset("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüɡ" + SPACE)
