"""The part of the report about suggestions: how those of each rule fared, what scores mean, and what is muted."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from annotations.proportion import in_percent
from store.read.muting import MutingFigures
from store.read.stats import Stats
from tui.report.elements import element
from tui.report.tables import NONE, table_of, two_digits


def suggestions(found: Stats) -> list[Element]:
    """How the suggestions of each rule fared, how far scores can be trusted, and what is muted."""
    rows = [
        (
            one.rule, one.suggested, one.open, one.accepted, one.edited, one.rejected,
            NONE if one.acceptance is None else f"{one.acceptance:.0%}",
        )
        for one in found.rules
    ]  # fmt: skip
    head = ("rule or model", "made", "to decide", "accepted", "edited", "rejected", "rate")
    made = [element("h2", "Suggestions"), table_of(head, rows, "No suggestions yet.")]
    scores = [
        (one.rule, one.label, one.decisions, two_digits(one.said), two_digits(one.accepted), two_digits(one.error))
        for one in found.reliability
    ]
    if scores:
        made += [
            element("h3", "How often they are right, and how often they say so"),
            table_of(("rule or model", "label", "decided", "said", "accepted", "off by"), scores, ""),
        ]
    return [*made, *_muted(found.muting)]


def _muted(found: MutingFigures) -> list[Element]:
    """What is muted; nothing where nothing is."""
    rows = [
        (
            one.rule, one.label, "name" if one.by_name else f"below {in_percent(found.below)}", one.suggestions,
            one.decisions, two_digits(one.accepted), two_digits(one.at_most),
        )
        for one in found.rules
    ]  # fmt: skip
    head = ("rule or model", "label", "by", "not shown", "decided", "accepted", "at most")
    return [element("h3", "Muted: what is suggested and not shown"), table_of(head, rows, "")] if rows else []
