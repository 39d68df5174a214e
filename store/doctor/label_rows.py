"""The labels and attributes in the rows of annotations, held against the label sets that the project has had.

Whoever reads a row follows the label set (``store.log.rows``): another name of the label, and attributes that are there
or not where they are unset, make no difference to them.  So only here is seen that another program changed those.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import msgspec

from annotations.annotation import clip
from annotations.labels import AttributeValue, LabelSet
from store.db.sqlite import Connection
from store.log.events import events_about

_attributes = msgspec.json.Decoder(dict[str, AttributeValue])
_names = msgspec.json.Decoder(tuple[str, ...])


def differences(connection: Connection, labels: LabelSet) -> Iterator[str]:
    """One line for each label, and each list of its attributes, that no row can have."""
    forms: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for each in (labels, *_label_sets_of_log(connection)):
        for label in each:
            forms[label.first_name].add(label.attribute_names)
    connection.create_function("names_of", 1, _names_of, deterministic=True)
    for name, attributes, count in connection.execute(
        "SELECT label, names_of(attributes) AS names, count(*) FROM annotations GROUP BY label, names"
    ).fetchall():
        first = labels.first_name_of(name)
        if name != first:
            told = f"{count:,} have the label {name}, and rows have {first}, its first name"
            yield f"annotations: {told}; restore a backup"
        names = None if attributes is None else _names.decode(attributes)
        if first in forms and names is not None and names not in forms[first]:
            listed = clip(", ".join(names)) if names else "none"
            told = f"{count:,} of {first} have other attributes than it ever had: {listed}"
            yield f"annotations: {told}; restore a backup"


def _label_sets_of_log(connection: Connection) -> Iterator[LabelSet]:
    for event in events_about(connection, "labels"):
        for each in (event.change.before, event.change.after):
            if isinstance(each, LabelSet):
                yield each


def _names_of(attributes: str) -> str | None:
    """The names of stored attributes, in JSON; None where they are damaged, which is told of each annotation."""
    try:
        return msgspec.json.encode([*_attributes.decode(attributes)]).decode()
    except msgspec.DecodeError:
        return None
