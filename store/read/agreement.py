"""How far people agree who finished the same notices, from what the database holds of their layers.

Two people are compared on the notices that both have marked done, by what stands in the zone of each
(``annotations.agreement.zone``).  Rejected annotations are none, suggestions are nobody's, and the layer ``gold`` is no
person's.  Notices are read a few at a time, for a few pairs of people: what is held in memory does not grow with their
number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import combinations, islice
from typing import Final

import msgspec
from pyroaring import BitMap

from annotations.agreement.comparison import Agreement, Comparison, Topic, agreement, pooled
from annotations.agreement.figures import Ratios
from annotations.agreement.layers import Layer, TwoLayers, Unit
from annotations.agreement.resampling import RESAMPLES, weights
from annotations.agreement.zone import Zone
from annotations.alignment import Alignment
from annotations.annotation import GOLD
from annotations.labels import AttributeValue, LabelSet
from annotations.notice_attributes import NoticeValue
from annotations.regions import Region
from store.db.sqlite import Connection, Row, json_array
from store.errors import DamageError, NotFoundError
from store.index.sets import owners_of, stored_set, union, walk
from store.log.rows import review_of
from store.project.settings import labels_in
from store.read.independence import Doubt, doubts_about

_AT_ONCE: Final = 64
"""Notices that are read at once."""

_PAIRS_AT_ONCE: Final = 16
"""Pairs that are compared at once: each takes some megabytes, however many notices there are."""

_Pair = tuple[str, str]

_regions = msgspec.json.Decoder(tuple[Region, ...])
_runs = msgspec.json.Decoder(list[tuple[int, int, int, int]])
_attributes = msgspec.json.Decoder(dict[str, AttributeValue])


class AgreementFilter(msgspec.Struct, frozen=True):
    """Which agreement is told.

    ``among`` are the people who are compared with each other; of none given, all.  ``label`` is the only label; None
    for all of them, together and one by one.  A notice that is in doubt for a pair, in a way of ``leave_out``, is left
    out for that pair.
    """

    among: tuple[str, ...] = ()
    label: str | None = None
    leave_out: tuple[Doubt, ...] = ()


class PairAgreement(msgspec.Struct, frozen=True):
    """The agreement of two people, whose names are in order, on so many notices that both finished.

    ``saw`` and ``bulk`` are how many of the notices are in doubt, before any is left out.  ``agreement`` is None where
    all are left out.
    """

    annotators: tuple[str, str]
    notices: int
    saw: int
    bulk: int
    agreement: Agreement | None


class ProjectAgreement(msgspec.Struct, frozen=True):
    """The agreement of all pairs together, and of each.

    ``notices`` are those that at least two people finished and that are not left out, ``saw`` and ``bulk`` how many
    were in doubt for some pair, before any was left out; ``left_out`` says which kinds of doubt leave a notice out.
    ``resamples`` is how many an interval stands on.  ``together`` is None where there are no notices.
    """

    notices: int
    saw: int
    bulk: int
    left_out: tuple[Doubt, ...]
    resamples: int
    together: Agreement | None
    pairs: list[PairAgreement]


def project_agreement(
    connection: Connection, which: AgreementFilter, progress: Callable[[int], None] = lambda _: None
) -> ProjectAgreement:
    """How far people agree, as of one moment.

    Args:
        connection: for reading, within one snapshot.
        which: of whom, and on what.
        progress: called with the number of notices that have been read; one comes again for every few pairs.

    Raises:
        NotFoundError: somebody of ``which.among`` has finished no notice.
        DamageError: what is stored of a notice cannot be read.
    """
    return agreement_among(connection, _done(connection, which.among), which, progress)


def agreement_among(
    connection: Connection,
    done: Mapping[str, BitMap],
    which: AgreementFilter,
    progress: Callable[[int], None] = lambda _: None,
) -> ProjectAgreement:
    """How far some people agree on some of the notices that they have finished.

    Args:
        connection: for reading, within one snapshot.
        done: the numbers of these notices, by name.
        which: on what of them.
        progress: as for ``project_agreement``.

    Raises:
        DamageError: what is stored of a notice cannot be read.
    """
    doubts, labels = doubts_about(connection, done), labels_in(connection)
    numbers: dict[_Pair, BitMap] = {}
    in_doubt: dict[_Pair, dict[Doubt, BitMap]] = {}
    for pair in combinations(done, 2):
        both = done[pair[0]] & done[pair[1]]
        if both:
            found = in_doubt[pair] = {doubt: both & some for doubt, some in doubts.of(*pair).items()}
            numbers[pair] = BitMap.difference(both, *(found[doubt] for doubt in which.leave_out))
    pairs, sums = [], None
    for pair, ratios in _ratios(connection, labels, numbers, progress):
        found, figures = in_doubt[pair], None
        if numbers[pair]:
            sums = ratios if sums is None else pooled(sums, ratios)
            figures = agreement(ratios, which.label, intervals=len(numbers[pair]) > 1)
        pairs.append(PairAgreement(pair, len(numbers[pair]), len(found["saw"]), len(found["bulk"]), figures))
    compared = union(numbers.values())
    return ProjectAgreement(
        notices=len(compared),
        saw=len(union(found["saw"] for found in in_doubt.values())),
        bulk=len(union(found["bulk"] for found in in_doubt.values())),
        left_out=which.leave_out,
        resamples=RESAMPLES,
        together=None if sums is None else agreement(sums, which.label, intervals=len(compared) > 1),
        pairs=pairs,
    )


def _done(connection: Connection, among: Sequence[str]) -> dict[str, BitMap]:
    """The notices that each person has finished, by name and in order of it."""
    names = [name for name in owners_of(connection, "status", "done") if name != GOLD]
    for name in among:
        if name not in names:
            raise NotFoundError(f"{name} has finished no notice; those who have: {', '.join(names) or 'nobody'}")
    return {name: stored_set(connection, [("status", name, "done")]) for name in names if not among or name in among}


def _ratios(
    connection: Connection, labels: LabelSet, numbers: Mapping[_Pair, BitMap], progress: Callable[[int], None]
) -> Iterator[tuple[_Pair, dict[Topic, Ratios]]]:
    """What the figures of each pair follow from, on the notices with the numbers of that pair."""
    waiting, read = iter(numbers.items()), 0
    while some := dict(islice(waiting, _PAIRS_AT_ONCE)):
        comparisons = {pair: Comparison(labels) for pair in some}
        for compared in _compare(connection, labels, some, comparisons):
            read += compared
            progress(read)
        for pair, comparison in comparisons.items():
            yield pair, comparison.ratios()


def _compare(
    connection: Connection,
    labels: LabelSet,
    numbers: Mapping[_Pair, BitMap],
    comparisons: Mapping[_Pair, Comparison],
) -> Iterator[int]:
    """Compare a few pairs on notices that are read once for all of them; yields how many, a few at a time."""
    names = {name for pair in numbers for name in pair}
    waiting = iter(walk(union(numbers.values()), 1))
    while some := list(islice(waiting, _AT_ONCE)):
        units = _units(connection, labels, some, names)
        said = _notice_values(connection, some) if labels.notice else {}
        for row in _texts(connection, some):
            zone, weight = _zone(row), weights(row["id"])
            layers = {name: Layer(_moved(zone, units[row["number"], name])) for name in names}
            for (first, second), comparison in comparisons.items():
                if row["number"] in numbers[first, second]:
                    comparison.add(TwoLayers(zone.length, layers[first], layers[second]), weight)
                    number = row["number"]
                    comparison.add_notice(said.get((number, first), {}), said.get((number, second), {}), weight)
        yield len(some)


def layers_in_zone(connection: Connection, labels: LabelSet, number: int, names: Collection[str]) -> dict[str, Layer]:
    """What some people, or gold, tagged in a notice, in offsets of its zone.

    Args:
        connection: for reading, within one snapshot.
        labels: the label set.
        number: the number of the notice.
        names: whose layers.

    Raises:
        DamageError: what is stored of the notice cannot be read.
    """
    units = _units(connection, labels, [number], names)
    (row,) = _texts(connection, [number])
    zone = _zone(row)
    return {name: Layer(_moved(zone, units[number, name])) for name in names}


def _units(
    connection: Connection, labels: LabelSet, numbers: Sequence[int], names: Collection[str]
) -> dict[tuple[int, str], list[Unit]]:
    """What some people tagged in some notices, in offsets of the raw text; nothing where a number and name is missing.

    Raises:
        DamageError: the attributes of one cannot be read.
    """
    found: dict[tuple[int, str], list[Unit]] = defaultdict(list)
    for number, name, label, start, end, attributes in connection.execute(
        'SELECT annotations.notice, annotator, label, "start", "end", attributes FROM json_each(?) AS given '
        "CROSS JOIN annotations ON annotations.notice = given.value "
        "WHERE annotator IN (SELECT value FROM json_each(?)) AND status IN ('accepted', 'manual', 'gold')",
        [json_array(numbers), msgspec.json.encode(sorted(names)).decode()],
    ).fetchall():
        try:
            values = _attributes.decode(attributes)
        except msgspec.DecodeError as error:
            raise DamageError(
                f"an annotation of {name} on notice {number} is damaged ({error}); restore a backup"
            ) from error
        # An attribute that it lacks is unset, and so is one that its label lacks.
        found[number, name].append(Unit(labels.present_name_of(label), start, end, values))
    return found


def _notice_values(connection: Connection, numbers: Sequence[int]) -> dict[tuple[int, str], dict[str, NoticeValue]]:
    """What people say of some notices as a whole; nothing where a number and name is missing."""
    rows = connection.execute(
        "SELECT reviews.* FROM json_each(?) AS given CROSS JOIN reviews ON reviews.notice = given.value "
        "WHERE attributes <> '{}'",
        [json_array(numbers)],
    ).fetchall()
    return {(row["notice"], row["annotator"]): review_of(row).attributes for row in rows}


def _texts(connection: Connection, numbers: Sequence[int]) -> list[Row]:
    return connection.execute(
        "SELECT number, notices.id, regions, runs FROM json_each(?) AS given "
        "CROSS JOIN notices ON number = given.value JOIN texts ON texts.notice = number",
        [json_array(numbers)],
    ).fetchall()


def _zone(row: Row) -> Zone:
    try:
        regions, runs = _regions.decode(row["regions"]), _runs.decode(row["runs"])
    except msgspec.DecodeError as error:
        raise DamageError(f"notice {row['id']} is damaged ({error}); restore a backup") from error
    raw_length, normalized_length = regions[-1].end if regions else 0, runs[-1][3] if runs else 0
    return Zone(regions, Alignment.of_valid(runs, raw_length, normalized_length))


def _moved(zone: Zone, units: Sequence[Unit]) -> Iterator[Unit]:
    """The units in offsets of the zone, less those of which it holds nothing."""
    places = zone.stretches([(unit.start, unit.end) for unit in units])
    for unit, place in zip(units, places, strict=True):
        if place is not None:
            yield Unit(unit.label, *place, unit.attributes)
