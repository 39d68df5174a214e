"""Numbers as dates and enumerations write them: ``12``, ``十二``, ``廿八``, ``二〇二一``."""

from __future__ import annotations

from typing import Final

DIGITS: Final = "〇一二三四五六七八九"
_VALUES: Final = {**{numeral: value for value, numeral in enumerate(DIGITS)}, "零": 0, "○": 0, "两": 2, "元": 1}
_TENS: Final = {"十": 1, "廿": 2, "卅": 3}


def number(text: str) -> int | None:
    """The number below ten thousand that a short text writes; None if it writes none.

    Chinese numerals are read by tens (二十一, 廿一), and digit by digit without a ten (二〇二一).
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
