"""Reads the numbers that dates and enumerations write: ``12``, ``十二``, ``廿八``, ``二〇二一``.

The one reader of numerals, for the normalizer and for readers of values.  It knows no dates: whether a number is a
month or a day is for its caller to say.
"""

from __future__ import annotations

from typing import Final

DIGITS: Final = "〇零○一二三四五六七八九"
"""The Chinese digits; the first three are ways to write zero."""

_VALUES: Final = {**{digit: max(0, at - 2) for at, digit in enumerate(DIGITS)}, "两": 2, "元": 1}
_TENS: Final = {"十": 1, "廿": 2, "卅": 3}

NUMERALS: Final = "".join((*_VALUES, *_TENS))
"""Every Chinese character that ``number`` reads."""


def number(text: str) -> int | None:
    """The number below ten thousand that ``text`` writes, from one to four characters; None if it writes none.

    ASCII digits are read as they stand.  Chinese numerals are read by tens where one of them is 十, 廿 or 卅
    (二十一, 廿一), else digit by digit (二〇二一).
    """
    if text.isascii():
        return int(text) if text.isdigit() and len(text) <= 4 else None
    ten = next((index for index, character in enumerate(text) if character in _TENS), None)
    if ten is None:
        values = [_VALUES.get(character) for character in text]
        if len(values) > 4 or None in values:
            return None
        return int("".join(map(str, values)))
    tens = _TENS[text[ten]] * (1 if ten == 0 else _VALUES.get(text[:ten], -1))
    ones = _VALUES.get(text[ten + 1 :], -1) if text[ten + 1 :] else 0
    return tens * 10 + ones if tens > 0 and ones >= 0 else None
