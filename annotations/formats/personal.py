"""Finds what whoever publishes a text should look at first: numbers of identity cards and of phones.

It is a lint: a number may be that of an office, and one that is written in an unusual way is missed.  Names are not
looked for, since notices are full of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

IDENTITY: Final = "notices_with_identity_numbers"
"""Numbers of resident identity cards: 18 digits with a day of birth and a check digit (GB 11643)."""
MOBILE: Final = "notices_with_mobile_numbers"
"""Numbers of mobile phones of mainland China: 11 digits from 13 to 19."""
LANDLINE: Final = "notices_with_landline_numbers"
"""Numbers of landlines of mainland China with their area code."""

KINDS: Final = (IDENTITY, MOBILE, LANDLINE)
"""What is looked for."""

_FOLDED: Final = str.maketrans("０１２３４５６７８９Ｘｘ＋（）－—–\u3000", "0123456789Xx+()--- ")
"""Digits and the marks between them, as ASCII has them."""
_IDENTITY: Final = re.compile(r"(?<![0-9A-Za-z])[1-9]\d{5}(\d{4})(\d\d)(\d\d)\d{3}[\dXx](?![0-9A-Za-z])", re.ASCII)
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS: Final = "10X98765432"
_BEFORE: Final = r"(?<![\d.])(?<!\d-)(?:(?:\+|00)?86[- ]?)?"
"""What stands before a number: no other number, and perhaps the code of the country."""
_MOBILE: Final = re.compile(rf"{_BEFORE}1[3-9]\d(?:\d{{8}}|[- ]\d{{4}}[- ]\d{{4}})(?![\d.-])", re.ASCII)
_AREA: Final = r"0(?:10|2\d|[3-9]\d\d)"
_LANDLINE: Final = re.compile(rf"{_BEFORE}(?:\({_AREA}\) ?|{_AREA}[- ]{{0,2}})[2-8]\d{{6,7}}(?!\d)", re.ASCII)


def personal_data(text: str) -> Iterator[str]:
    """The kinds of numbers that a text has, each once."""
    text = text.translate(_FOLDED)
    if any(map(_is_identity, _IDENTITY.finditer(text))):
        yield IDENTITY
    if _MOBILE.search(text):
        yield MOBILE
    if _LANDLINE.search(text):
        yield LANDLINE


def _is_identity(found: re.Match[str]) -> bool:
    try:
        date(*map(int, found.groups()))
    except ValueError:
        return False
    digits, check = found[0][:-1], found[0][-1].upper()
    return check == _CHECK_DIGITS[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True)) % 11]
