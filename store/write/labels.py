"""Another label set: no row changes, since each follows the label set when it is read (``store.log.rows``)."""

from __future__ import annotations

from collections import Counter

from annotations.counts import counted
from annotations.errors import AttributeValueError, LabelError
from annotations.labels import Attribute, Label, LabelSet
from annotations.notice_attributes import check_values, value_words
from annotations.relabelling import continued, followed, same_suggestions
from store.db.sqlite import Connection
from store.log.rows import annotation_of, review_of
from store.project.settings import keep


def put_labels(connection: Connection, before: LabelSet, after: LabelSet) -> None:
    """Keep another label set, inside the caller's transaction.

    What suggesters would find anew, they look for at their next run.  That nothing in use is lost, the caller has
    proved (``refuse_loss``).
    """
    keep(connection, "labels", after.to_json().decode())
    if not same_suggestions(before, after):
        connection.execute("DELETE FROM suggested")


def refuse_loss(connection: Connection, before: LabelSet, after: LabelSet, *, since: int = 0) -> None:
    """Refuse to drop a label that an annotation has, or that undo could bring back, and a value that one has.

    Args:
        connection: the database.
        before: the present label set.
        after: the one that is to follow it.
        since: the number of an event up to which all is known to keep what it has: to look through all annotations and
            a long log takes seconds.

    Raises:
        LabelError: a label or a value would be lost; the message counts those who have it.
    """
    for label in before:
        now = continued(label, after)
        if now is None:
            _refuse_loss_of_label(connection, label, since)
        elif not _takes_all(label.attribute, now.attribute):
            _refuse_loss_of_value(connection, before, after, label, since)
    if before.notice != after.notice:
        _refuse_loss_in_reviews(connection, after)


def _refuse_loss_in_reviews(connection: Connection, after: LabelSet) -> None:
    """Refuse to lose a value that somebody gave a whole notice; undo steps over what it could bring back of others."""
    for row in connection.execute(
        "SELECT reviews.*, count(*) AS alike FROM reviews WHERE attributes <> '{}' GROUP BY attributes"
    ):
        for name, value in review_of(row).attributes.items():
            try:
                check_values(after.notice, {name: value})
            except AttributeValueError as error:
                raise LabelError(
                    f"attribute {name} of a notice: {value_words(value)} would be lost, which "
                    f"{counted(row['alike'], 'review')} gave; keep what is in use"
                ) from error


def _refuse_loss_of_label(connection: Connection, label: Label, since: int) -> None:
    having, given = _of_label(label, since)
    count = connection.execute(f"SELECT count(*) FROM {having}", given).fetchone()[0]  # noqa: S608  # constants
    if count:
        used = f"{counted(count, 'annotation')} with it, suggestions included"
    elif _is_logged(connection, label, since):
        used = "undo can bring back annotations that had it"
    else:
        return
    raise LabelError(
        f"label {label.name} would be lost, and {used}; say --rename {label.name}=NEW or --hide {label.name}"
    )


def _is_logged(connection: Connection, label: Label, since: int) -> bool:
    names = sorted(label.names)
    marks = ", ".join("?" * len(names))
    # By number and by no index: of the annotations' events, which are most, only those behind it are read.
    found = connection.execute(
        "SELECT 1 FROM events NOT INDEXED WHERE number > ? AND entity = 'annotation' "  # noqa: S608  # only placeholders
        f"AND (json_extract(before, '$.label') IN ({marks}) OR json_extract(after, '$.label') IN ({marks})) LIMIT 1",
        [since, *names, *names],
    ).fetchone()
    return found is not None


def _takes_all(before: tuple[Attribute, ...], after: tuple[Attribute, ...]) -> bool:
    """Whether some attributes take every value that others took, so that no annotation need be looked at."""
    now = {attribute.name: attribute for attribute in after}
    return all(
        each.name in now and now[each.name].type == each.type and {*each.choices} <= {*now[each.name].choices}
        for each in before
    )


def _refuse_loss_of_value(connection: Connection, before: LabelSet, after: LabelSet, label: Label, since: int) -> None:
    lost: Counter[str] = Counter()
    having, given = _of_label(label, since)
    # One of those with the same attributes stands for them all.
    for row in connection.execute(
        f"SELECT annotations.*, count(*) AS alike FROM {having} GROUP BY attributes",  # noqa: S608  # constants
        given,
    ):
        item = followed(annotation_of(row, before), after)
        kept = after[item.label].fitting(item.attributes)
        for name, value in item.attributes.items():
            if value is not None and kept.get(name) is None:
                lost[f"{name}={value}" if name in kept else name] += row["alike"]
    if lost:
        [(what, count)] = lost.most_common(1)
        more = f" ({counted(len(lost) - 1, 'value')} more like that)" if len(lost) > 1 else ""
        raise LabelError(
            f"label {after.resolve(label.name).name}: {what} would be lost{more}, and {counted(count, 'annotation')} "
            f"with it, suggestions included; keep what is in use"
        )


def _of_label(label: Label, since: int) -> tuple[str, list[object]]:
    """Where the annotations and suggestions of a label are: all of them, or those that have changed since an event."""
    if not since:
        return "annotations WHERE label = ?", [label.first_name]
    return (
        "(SELECT DISTINCT key FROM events NOT INDEXED WHERE number > ? AND entity = 'annotation') AS changed "
        "CROSS JOIN annotations ON id = changed.key WHERE label = ?"
    ), [since, label.first_name]
