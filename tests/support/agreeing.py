"""Measures of agreement computed a second time, slowly and from the formulae of the papers, one character at a time.

Nothing here shares code with ``annotations.agreement``.  A notice is ``(length, layer, layer)``, a layer a list of
``(label, start, end)``.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, product


def f1(notices, labels):
    """2 |A ∩ B| / (|A| + |B|); None where there is nothing."""
    common = total = 0
    for _, first, second in notices:
        one, other = ({unit for unit in layer if unit[0] in labels} for layer in (first, second))
        common += len(one & other)
        total += len(one) + len(other)
    return Fraction(2 * common, total) if total else None


def kappa(notices, labels):
    """Cohen 1960: (po - pe) / (1 - pe) over all characters, their category the set of labels on them."""
    one, other = [], []
    for length, first, second in notices:
        for rated, layer in ((one, first), (other, second)):
            rated += [
                frozenset(label for label, start, end in layer if label in labels and start <= at < end)
                for at in range(length)
            ]
    number = len(one)
    if not number:
        return None
    agreed = Fraction(sum(a == b for a, b in zip(one, other, strict=True)), number)
    chance = sum(Fraction(one.count(each) * other.count(each), number**2) for each in {*one, *other})
    return (agreed - chance) / (1 - chance) if chance != 1 else None


def alpha(notices, labels):
    """Krippendorff 2004, for two observers: 1 - Do / De, both added up over the labels."""
    observed = expected = Fraction(0)
    for label in labels:
        one, other = disagreement(notices, label)
        observed, expected = observed + one, expected + other
    return 1 - observed / expected if expected else None


def disagreement(notices, label):
    length = sum(notice[0] for notice in notices)
    if not length:
        return 0, 0
    # Segments of the continuum for each observer: (begin, length, whether it is a unit).
    segments = [[], []]
    at = 0
    for size, *layers in notices:
        for mine, layer in zip(segments, layers, strict=True):
            mine += [(at + start, end - start, unit) for start, end, unit in _tiled(layer, label, size)]
        at += size
    observed = sum(_difference(one, other) for one, other in product(*segments))
    units = [each for mine in segments for each in mine if each[2]]
    gaps = [each for mine in segments for each in mine if not each[2]]
    expected = sum(
        Fraction(len(units) - 1, 3) * (2 * unit**3 - 3 * unit**2 + unit)
        + unit**2 * sum(gap - unit + 1 for _, gap, _ in gaps if gap >= unit)
        for _, unit, _ in units
    )
    pairs = 2 * length * (2 * length - 1) - sum(unit * (unit - 1) for _, unit, _ in units)
    return Fraction(observed, length**2), Fraction(2, length) * expected / pairs


def _tiled(layer, label, size):
    """The units of a label and the gaps between them; units that overlap are one."""
    tagged = [any(each == label and start <= at < end for each, start, end in layer) for at in range(size)]
    edges = {0, size} | {at for at in range(1, size) if tagged[at] != tagged[at - 1]}
    # Units that touch are two, unless a third lies over their seam.
    for each, start, end in layer:
        for seam in (start, end):
            if each == label and not any(other == label and low < seam < high for other, low, high in layer):
                edges.add(seam)
    cuts = sorted(edges)
    return [(start, end, tagged[start]) for start, end in pairwise(cuts)]


def _difference(one, other):
    begin, length, unit = one
    begins, lengths, is_unit = other
    if unit and is_unit and -length < begin - begins < lengths:
        return (begin - begins) ** 2 + (begin + length - begins - lengths) ** 2
    if unit and not is_unit and lengths - length >= begin - begins >= 0:
        return length**2
    if is_unit and not unit and length - lengths >= begins - begin >= 0:
        return lengths**2
    return 0
