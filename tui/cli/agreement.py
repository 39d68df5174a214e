"""The tables of agreement that ``zhupi stats`` prints, for 80 columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from annotations.counts import counted
from tui.cli.output import put
from tui.cli.table import put_table
from tui.terminal.display import line

if TYPE_CHECKING:
    from annotations.agreement.comparison import LabelAgreement
    from annotations.agreement.figures import Figure
    from store.read.agreement import ProjectAgreement

_NAME: Final = 15
_PAIR: Final = 24
"""Cells for the name of a label, and for those of two people."""

_NONE: Final = "—"
_MEASURES: Final = ("F1 exact", "F1 overlap", "kappa", "alpha")


def put_agreement(found: ProjectAgreement, asked: tuple[str, str] | None) -> None:
    """Print how far people agree; of pairs what is told of the first label, or of all labels together.

    Args:
        found: the figures.
        asked: the two people who were asked for; None for all.
    """
    put("")
    if found.together is None:
        who = " and ".join(asked) if asked else "two people"
        left = f"all notices finished by {who} are left out"
        put("agreement: " + (left if found.pairs else f"no notice is finished by {who}"))
        return
    people = len({name for pair in found.pairs if pair.agreement is not None for name in pair.annotators})
    put(f"agreement of {people:,} people on {counted(found.notices, 'notice')} that two or more finished")
    for doubt in _doubts(found):
        put(doubt)
    rows = found.together.labels
    put_table(
        ("label", "spans", *_MEASURES),
        [(line(row.label or "all labels", _NAME), row.spans, *_cells(row)) for row in rows],
        "no labels",
    )
    _put_reasons(rows)
    put_table(
        (f"pair, {line(rows[0].label or 'all labels', _NAME)}", "notices", *_of_pairs(_MEASURES)),
        [
            (
                line(" · ".join(pair.annotators), _PAIR),
                pair.notices,
                *(_of_pairs(_cells(pair.agreement.labels[0])) if pair.agreement else 3 * ("left out",)),
            )
            for pair in found.pairs
        ],
        "no pairs",
    )
    attributes = [row for row in found.together.attributes if row.spans]
    put_table(
        ("attribute, where both tagged alike", "spans", "same"),
        [(f"{line(row.label, _NAME)} {row.attribute}", row.spans, _cell(row.same)) for row in attributes],
        "attributes: no span that both tagged alike has any",
    )
    if found.together.notice:
        put_table(
            ("of whole notices", "notices", "same", "kappa"),
            [(row.attribute, row.notices, _cell(row.same), _cell(row.kappa)) for row in found.together.notice],
            "",
        )
    put("")
    put(f"behind each figure stands its 95 % interval, by {found.resamples} resamples of the notices")


def put_matrix(found: ProjectAgreement) -> None:
    """Print the exact F1 of each pair on each label; nothing where nobody is compared."""
    pairs = [(pair, pair.agreement) for pair in found.pairs if pair.agreement is not None]
    if not pairs:
        return
    labels = [row.label for row in pairs[0][1].labels]
    put_table(
        ("F1 exact", *(line(name or "all", _NAME) for name in labels)),
        [
            (line(" · ".join(pair.annotators), _PAIR), *(_value(row.f1_exact) for row in agreement.labels))
            for pair, agreement in pairs
        ],
        "",
    )


def _value(figure: Figure) -> str:
    from annotations.agreement.figures import Undefined

    return _NONE if isinstance(figure, Undefined) else f"{figure.value:z.2f}"


def _doubts(found: ProjectAgreement) -> Iterator[str]:
    for doubt, number, what in (
        ("saw", found.saw, "where one saw the other's layer"),
        ("bulk", found.bulk, "with suggestions accepted in bulk"),
    ):
        if number:
            out = "left out" if doubt in found.left_out else f"`--leave-out {doubt}` leaves them out"
            yield f"  {counted(number, 'notice')} {what}: {out}"


def _figures(row: LabelAgreement) -> tuple[Figure, ...]:
    return row.f1_exact, row.f1_overlap, row.kappa, row.alpha


def _of_pairs(columns: Sequence[str]) -> tuple[str, ...]:
    """What has room in the table of pairs: all but F1 by overlap."""
    return columns[0], *columns[2:]


def _cells(row: LabelAgreement) -> tuple[str, ...]:
    return tuple(map(_cell, _figures(row)))


def _put_reasons(rows: Sequence[LabelAgreement]) -> None:
    """Say why figures are undefined, once for all labels that lack the same for the same reason."""
    from annotations.agreement.figures import Undefined

    lacking: dict[tuple[str, ...], list[str]] = {}
    for row in rows:
        reasons: dict[str, list[str]] = {}
        for name, figure in zip(_MEASURES, _figures(row), strict=True):
            if isinstance(figure, Undefined):
                reasons.setdefault(figure.undefined, []).append(name)
        for reason, names in reasons.items():
            lacking.setdefault((reason, *names), []).append(row.label or "all labels")
    for (reason, *names), labels in lacking.items():
        put(f"  {_NONE} {', '.join(labels)}: no {', '.join(names)}, since {reason}")


def _cell(figure: Figure) -> str:
    from annotations.agreement.figures import Undefined

    if isinstance(figure, Undefined):
        return _NONE
    if figure.low is None or figure.high is None:
        return f"{figure.value:z.2f}"
    return f"{figure.value:z.2f} {_short(figure.low)}–{_short(figure.high)}"


def _short(value: float) -> str:
    """A number in three cells, or four with its sign: there are eight of them in a row."""
    text = f"{value:z.2f}"
    return "1.0" if text == "1.00" else text.replace("0.", ".", 1)
