"""What a pattern would find, shown before anything is stored."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from annotations.counts import counted
from tui.cli.options import given_database
from tui.cli.output import put, say

if TYPE_CHECKING:
    from annotations.labels import LabelSet
    from annotations.suggest.matching import Hit
    from annotations.suggest.pattern import Pattern
    from store.db.database import Database


def try_pattern(tried: str) -> int:
    """Print every hit with what stands around it, and count them; returns the exit status.

    Args:
        tried: a TOML file with patterns, the name of a pattern of the database, or an expression.

    Raises:
        PatternError: what is meant cannot be used.
        click.UsageError: nothing is meant.
    """
    from annotations.errors import PatternError
    from annotations.suggest.matching import Matcher, Text
    from store.project.settings import labels_of
    from store.read.places import page_texts
    from tui.cli.in_context import in_context

    if not tried.strip():
        raise click.UsageError("--try is empty: name a TOML file, a pattern or an expression")
    refused = 0
    with given_database(reading=True) as database:
        labels = labels_of(database)
        matchers = [(each, Matcher(each)) for each in _meant(database, tried, labels)]
        places = dict.fromkeys((each.name for each, _ in matchers), 0)
        for _, doc, page in page_texts(database):
            text = Text(page)
            for pattern, matcher in matchers:
                try:
                    for hit in matcher.hits(text):
                        values = _values(pattern, hit, labels)
                        told = ", ".join((pattern.name, *(f"{name}={value}" for name, value in values.items())))
                        put(in_context(doc, page, hit.start, hit.end, told))
                        places[pattern.name] += 1
                except PatternError as error:
                    refused = 1
                    say(f"{doc}: pattern {pattern.name}: {error}")
    found = ", ".join(f"{name}: {counted(count, 'place')}" for name, count in places.items())
    say(f"{found}; nothing was stored")
    return refused


def _meant(database: Database, tried: str, labels: LabelSet) -> tuple[Pattern, ...]:
    from annotations.suggest.declared import NAME
    from annotations.suggest.pattern import Pattern
    from store.project.patterns import patterns_in
    from tui.cli.pattern_files import read_patterns

    if tried.endswith(".toml") or Path(tried).is_file():
        return read_patterns(Path(tried), labels)
    named = tuple(each for each in patterns_in(database.connection) if each.name == tried)
    if named:
        return named
    if NAME.fullmatch(tried):
        say(f"no pattern is called {tried}; it is tried as an expression")
    return (Pattern("expression", "", expression=tried),)


def _values(pattern: Pattern, hit: Hit, labels: LabelSet) -> Mapping[str, object]:
    """What the groups of a hit would give the attributes of its label; all they have found where there is no label."""
    if not pattern.label:
        return hit.groups
    values = pattern.values(labels.resolve(pattern.label), hit.groups)
    return {name: values[name] for name in hit.groups if name in values}
