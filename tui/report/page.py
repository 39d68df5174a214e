"""The report page: pictures, tables, what people disagree on most, and what is stuck, in one file.

It holds no script and no address, so that it shows the same wherever it is opened, and tells nobody that it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final
from xml.etree.ElementTree import Element

from annotations.agreement.figures import Undefined
from annotations.counts import counted
from annotations.labels import LabelSet
from annotations.suspects import KIND_WORDS
from store.read.agreement import PairAgreement
from store.read.disagreements import Disagreement, Example, Side
from store.read.stats import ReviewerStats, Stats
from tui.report.elements import Child, element, page, style
from tui.report.look import style_sheet
from tui.report.pictures import by_day, by_person, colour, matrix
from tui.report.suggestions import suggestions
from tui.report.tables import NONE, one_digit, table_of, two_digits

_MOST_PAIRS: Final = 40
_MOST_GROUPS: Final = 12
_KINDS: Final = {
    "only": "tagged by one, not by the other",
    "edge": "other edges",
    "label": "other labels",
    "attribute": "other values",
    "split": "one span or several",
}
"""How a kind of difference is told."""


def report(found: Stats, differences: Sequence[Disagreement], labels: LabelSet, name: str, at: datetime) -> bytes:
    """The page.

    Args:
        found: the figures.
        differences: what people disagree on, the most frequent first.
        labels: the label set.
        name: of the database.
        at: as of when the figures are, on this host's clock.
    """
    title = f"zhupi: progress of {name}"
    body = element(
        "body",
        _head(found, name, at),
        _pictures(found, at),
        *_people(found, labels),
        *_labels(found),
        *suggestions(found),
        *_agreement(found),
        *_suspects(found),
        *_arms(found),
        *_order_arms(found),
        *_training(found),
        *_disagreements(differences),
        *_stuck(found),
        _foot(found),
    )
    head = element(
        "head",
        element("meta", charset="utf-8"),
        # Nothing is loaded, whatever a browser makes of the rest.
        element("meta", http_equiv="Content-Security-Policy", content="default-src 'none'; style-src 'unsafe-inline'"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", title),
        style(style_sheet()),
    )
    return page(element("html", head, body, lang="en"))


def _head(found: Stats, name: str, at: datetime) -> Element:
    gold = found.gold
    told = f"{found.reviewed:,} of {counted(found.notices, 'notice')} reviewed by somebody"
    told += f" · gold: {gold.done:,} done, {gold.ready:,} ready for it" if gold.done or gold.ready else ""
    return element(
        "header",
        element("h1", element("span", "朱批", class_="brand", lang="zh"), f" progress of {name}"),
        element("p", told, element("br"), f"as of {at.isoformat(' ', 'minutes')}", class_="quiet"),
    )


def _pictures(found: Stats, at: datetime) -> Element:
    workers = [one for one in found.reviewers if one.days]
    legend = element(
        "p",
        *(
            element("span", element("span", class_=f"swatch {colour(number)}"), one.annotator)
            for number, one in enumerate(workers)
        ),
        class_="legend",
    )
    done = {one.annotator: {each.day: float(each.done) for each in one.days} for one in workers}
    spent = {one.annotator: {each.day: each.minutes for each in one.days} for one in workers}
    a_notice = [(one.annotator, one.pace.minutes_per_notice) for one in workers]
    an_hour = [(one.annotator, one.pace.spans_per_hour) for one in workers]
    figures = [
        (by_day(done, at.date(), "notices done by day"), "notices done, by day"),
        (by_day(spent, at.date(), "active minutes by day"), "active minutes, by day"),
        (by_person(a_notice, "min", "minutes a notice by person"), "active minutes for a notice, median"),
        (by_person(an_hour, "/h", "spans an hour by person"), "spans in an active hour"),
    ]
    if not workers:
        return element("p", "Nobody has reviewed yet.")
    return element(
        "section",
        element("h2", "Pace"),
        legend,
        element(
            "div",
            *(element("figure", picture, element("figcaption", told)) for picture, told in figures),
            class_="pictures",
        ),
    )


def _people(found: Stats, labels: LabelSet) -> list[Element]:
    names = [label.name for label in labels]
    head = (
        "person", "assigned", "done", "flagged", "skipped", "minutes", "a notice", "notices/h", "spans/h", "in bulk",
        "accepted", "rejected", "unsure", "on gold",
    )  # fmt: skip
    rows = [
        (
            one.annotator, one.assigned, one.done, one.flagged, one.skipped, one.pace.minutes,
            one.pace.minutes_per_notice, one.pace.notices_per_hour, one.pace.spans_per_hour, one.pace.in_bulk,
            one.accepted, one.rejected, one.unsure, one.pace.adjudicating,
        )
        for one in found.reviewers
    ]  # fmt: skip
    by_label = [
        (one.annotator, *(f"{one.labels.get(name, 0):,} · {one_digit(_rate(one, name))}" for name in names))
        for one in found.reviewers
    ]
    return [
        element("h2", "People"),
        table_of(head, rows, "Nobody has reviewed yet."),
        element("h3", "Annotations of each label, and spans in an active hour"),
        table_of(("person", *names), by_label, "Nobody has reviewed yet."),
    ]


def _rate(one: ReviewerStats, label: str) -> float | None:
    return next((each.spans_per_hour for each in one.pace.labels if each.label == label), None)


def _labels(found: Stats) -> list[Element]:
    rows = [(one.label, one.annotations, one.notices, one.suggested) for one in found.labels]
    return [element("h2", "Labels"), table_of(("label", "annotations", "notices", "to decide"), rows, "No labels.")]


def _agreement(found: Stats) -> list[Element]:
    together = found.agreement.together
    heading = element("h2", "Agreement")
    if together is None:
        return [heading, element("p", "No notice is finished by two people.")]
    columns = [row.label or "all" for row in together.labels]
    pairs = sorted(found.agreement.pairs, key=lambda pair: -pair.notices)
    rows = [("all pairs", [_value(row.f1_exact) for row in together.labels])]
    rows += [(" · ".join(pair.annotators), _values(pair, len(columns))) for pair in pairs[:_MOST_PAIRS]]
    told = f"F1 of spans that are the same, on {counted(found.agreement.notices, 'notice')} finished by two or more"
    if len(pairs) > _MOST_PAIRS:
        told += f"; the {_MOST_PAIRS} of {len(pairs):,} pairs with most notices"
    measures = ("label", "spans", "F1 exact", "F1 overlap", "kappa", "alpha")
    table: list[tuple[str | float | None, ...]] = [
        (
            row.label or "all labels", row.spans,
            *(two_digits(_value(each)) for each in (row.f1_exact, row.f1_overlap, row.kappa, row.alpha)),
        )
        for row in together.labels
    ]  # fmt: skip
    picture = matrix(columns, rows, "agreement of pairs on labels")
    return [
        heading,
        element("figure", element("div", picture, class_="scroll"), element("figcaption", told)),
        element("h3", "All pairs together"),
        table_of(measures, table, ""),
    ]


def _values(pair: PairAgreement, columns: int) -> list[float | None]:
    if pair.agreement is None:
        return [None] * columns
    return [_value(row.f1_exact) for row in pair.agreement.labels]


def _value(figure: object) -> float | None:
    return None if isinstance(figure, Undefined) else figure.value  # type: ignore[attr-defined]


def _suspects(found: Stats) -> list[Element]:
    """What became of the suspects of second looks; nothing where there was none."""
    if not found.suspects:
        return []
    rows = [
        (
            KIND_WORDS[one.reason], one.open, one.kept, one.changed, one.deleted, one.tagged,
            NONE if one.right is None else f"{one.right:.0%}",
        )
        for one in found.suspects
    ]  # fmt: skip
    head = ("reason", "open", "kept", "changed", "deleted", "tagged", "was right")
    return [element("h2", "Second look"), table_of(head, rows, "")]


def _arms(found: Stats) -> list[Element]:
    """Pace and agreement with suggestions and without; nothing where there is no experiment."""
    if not found.arms:
        return []
    rows = []
    for each in found.arms:
        together = each.agreement.together
        exact = None if together is None else _value(together.labels[0].f1_exact)
        rows.append((each.arm, each.reviews, each.minutes_per_notice, each.spans_per_notice, two_digits(exact)))
    head = ("suggestions", "reviews", "minutes a notice", "spans a notice", "F1 exact")
    return [element("h2", "What suggestions do to people"), table_of(head, rows, "")]


def _order_arms(found: Stats) -> list[Element]:
    """How people did by the order in which notices came to them; nothing where none came in an order of work."""
    if not found.order_arms:
        return []
    rows = [
        (
            each.arm, each.reviews, each.minutes_per_notice, each.spans_per_notice, each.decisions,
            two_digits(each.accepted), each.golden, two_digits(each.f1),
        )
        for each in found.order_arms
    ]  # fmt: skip
    head = (
        "came by", "reviews", "minutes a notice", "spans a notice", "decided", "accepted", "with gold", "F1 exact",
    )  # fmt: skip
    return [element("h2", "What the order of work does"), table_of(head, rows, "")]


def _training(found: Stats) -> list[Element]:
    """How people did in their training and in hidden checks; nothing where nobody is trained or checked."""
    if not found.training:
        return []
    rows = [
        (
            one.annotator, f"{one.trained} of {one.of}" if one.of else one.trained, two_digits(one.f1_exact),
            two_digits(one.f1_overlap), one.checked, two_digits(one.check_f1_exact), two_digits(one.check_f1_overlap),
        )
        for one in found.training
    ]  # fmt: skip
    head = ("person", "trained", "F1 exact", "F1 overlap", "checked", "F1 exact", "F1 overlap")
    return [element("h2", "Training and hidden checks"), table_of(head, rows, "")]


def _disagreements(differences: Sequence[Disagreement]) -> Iterable[Element]:
    if not differences:
        return
    yield element("h2", "Most frequent disagreements")
    yield element(
        "p",
        "Between people who finished the same notices: what the first one named marked is ",
        element("span", "tinted", class_="one key"),
        ", what the second one marked is ",
        element("span", "underlined", class_="other key"),
        ". Text is normalized.",
        class_="quiet",
    )
    for group in differences[:_MOST_GROUPS]:
        times = f"{group.count:,} in {counted(group.notices, 'notice')}"
        yield element("h3", f"{' / '.join(group.labels)}: {_KINDS[group.kind]}, {times}")
        for example in group.examples:
            yield _example(example)
    if len(differences) > _MOST_GROUPS:
        yield element("p", f"and {len(differences) - _MOST_GROUPS:,} kinds that are rarer", class_="quiet")


def _example(example: Example) -> Element:
    first, second = example.sides
    edges = sorted({0, len(example.text), *(edge for side in example.sides for mark in side.marks for edge in mark)})
    parts: list[Child] = []
    for start, end in pairwise(edges):
        looks = [
            look
            for look, side in (("one", first), ("other", second))
            if any(low <= start and end <= high for low, high in side.marks)
        ]
        text = example.text[start:end]
        parts.append(element("span", text, class_=" ".join(looks)) if looks else text)
    return element(
        "blockquote",
        element("p", *parts, lang="zh"),
        element("div", element("span", first.annotator, class_="one key"), f" {_says(first)}", class_="quiet"),
        element("div", element("span", second.annotator, class_="other key"), f" {_says(second)}", class_="quiet"),
        element("div", example.title or example.doc, class_="quiet", lang="zh"),
    )


def _says(side: Side) -> str:
    if not side.labels:
        return "nothing here"
    values = ", ".join(f"{name} {value}" for name, value in side.values)
    return " / ".join(side.labels) + (f" · {values}" if values else "")


def _stuck(found: Stats) -> list[Element]:
    rows = [
        (each.title or each.doc, each.kind, each.who or "anybody", each.since[:16].replace("T", " "), each.what)
        for some in found.stuck
        for each in some.items
    ]
    counts = ", ".join(counted(some.count, some.kind) for some in found.stuck)
    return [
        element("h2", "Stuck"),
        element("p", f"{counts}; the oldest of each kind first, times are UTC", class_="quiet"),
        table_of(("notice", "kind", "who", "since", "what"), rows, "Nothing is stuck."),
    ]


def _foot(found: Stats) -> Element:
    return element(
        "footer",
        element("h2", "How it is counted"),
        element(
            "p",
            f"Minutes are active ones, from the times of what people did: a gap of more than {found.pause} minutes "
            "counts nothing, and neither does the time before the first act behind one. A notice: the median of those "
            "done. Spans were tagged or decided on one by one; those taken in one step with others are in bulk, and "
            "count for no pace. Days are those of the host that made this page.",
        ),
    )
