"""Another label set for a project that has begun: what it changes, and what annotations become under it.

A label keeps every name that it has ever had, and no other label gets one of them.  So a name in the log, in a file or
in an open session says which label is meant, however often the label was renamed since: nothing needs to know when it
was written.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from annotations.annotation import Annotation
from annotations.errors import LabelError
from annotations.labels import AttributeValue, Label, LabelSet
from annotations.notice_attributes import NoticeAttributeChanges, attribute_changes


class LabelChanges(msgspec.Struct, frozen=True):
    """What another label set changes, by the names of the labels.

    ``renamed`` has pairs of the old and the new name.  ``shown`` were hidden before.  ``changed`` are others that are
    not what they were, be it a key, a hue, a description or an attribute.  ``dropped`` are no longer known.  ``notice``
    is what changes in the attributes of a whole notice.
    """

    added: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    hidden: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    notice: NoticeAttributeChanges = NoticeAttributeChanges()


def continued(label: Label, after: LabelSet) -> Label | None:
    """What became of a label in a later label set; None where it was dropped."""
    return next((each for each in after if label.name in each.names), None)


def changes(before: LabelSet, after: LabelSet) -> LabelChanges:
    """What a label set changes in the one before it."""
    pairs = [(label, continued(label, after)) for label in before]
    kept = [(old, new) for old, new in pairs if new is not None]
    old_names = {old.name for old, _ in kept}
    return LabelChanges(
        added=tuple(each.name for each in after if not each.names & old_names),
        renamed=tuple((old.name, new.name) for old, new in kept if old.name != new.name),
        hidden=tuple(new.name for old, new in kept if new.hidden and not old.hidden),
        shown=tuple(new.name for old, new in kept if old.hidden and not new.hidden),
        changed=tuple(
            new.name
            for old, new in kept
            if replace(old, name=new.name, hidden=new.hidden, former_names=new.former_names) != new
        ),
        dropped=tuple(old.name for old, new in pairs if new is None),
        notice=attribute_changes(before.notice, after.notice),
    )


def same_suggestions(before: LabelSet, after: LabelSet) -> bool:
    """Whether suggesters find the same under both label sets, but for the names of labels."""
    return before.words == after.words and _seen_by_rules(before) == _seen_by_rules(after)


def renamed(labels: LabelSet, renames: Sequence[tuple[str, str]]) -> LabelSet:
    """A label set under new names, given as pairs of the old and the new one; a label without one keeps its name."""
    names = dict(renames)
    return replace(labels, label=tuple(replace(each, name=names.get(each.name, each.name)) for each in labels))


def relabelled(
    before: LabelSet, wanted: LabelSet, renames: Sequence[tuple[str, str]], hide: Collection[str], where: str
) -> LabelSet:
    """The label set that a project gets: the wanted one, with what the labels of the present one have been so far.

    Hidden labels that ``wanted`` leaves out stay, and so does what is to be hidden.

    Args:
        before: the present label set.
        wanted: the labels that there shall be, under their new names.
        renames: the present and the new name of each label that is renamed.
        hide: the names of labels to hide, present or new.
        where: what declares them, for errors.

    Raises:
        LabelError: it names a label that is not there, or gives a name that is taken; the message says which.
    """
    came_from = _origins(before, wanted, renames, where)
    made: list[Label] = []
    for label in wanted:
        old = came_from.get(label.name)
        if old is None:
            _check_new(label, before, where)
            made.append(label)
            continue
        past = old.former_names
        if old.name != label.name and old.name not in past:
            past = (*past, old.name)
        made.append(replace(label, former_names=past))
    continuing = {old.name for old in came_from.values()}
    made += [each for each in before if each.name not in continuing and (each.hidden or each.name in hide)]
    names = {old.name: new for new, old in came_from.items()}
    hidden = {names.get(name, name) for name in hide}
    for name in hidden - {label.name for label in made}:
        raise LabelError(f"--hide {name}: no label has that name; the label set has {_listed(before)}")
    after = replace(wanted, label=tuple(replace(each, hidden=each.hidden or each.name in hidden) for each in made))
    after.check(where)
    return after


def followed(item: Annotation, labels: LabelSet) -> Annotation:
    """An annotation under the present label set: with the present name of its label, and each attribute of it.

    An attribute that the label lacks goes where it is unset.  No value is lost: what the label set does not take is
    left for whoever checks the annotation, and so is a label that was never known.
    """
    label = labels.by_any_name.get(item.label)
    if label is None:
        return item
    attributes = with_attributes(item.attributes, label.attribute_names)
    if label.name == item.label and attributes is item.attributes:
        return item
    return replace(item, label=label.name, attributes=attributes)


def with_attributes(values: dict[str, AttributeValue], names: tuple[str, ...]) -> dict[str, AttributeValue]:
    """What ``followed`` makes of the attributes of an annotation whose label has these; what is so already as it is."""
    if names == (*values,):
        return values
    known = {name: values.get(name) for name in names}
    rest = {name: value for name, value in values.items() if name not in known and value is not None}
    return {**known, **rest}


def fitted(item: Annotation, labels: LabelSet) -> Annotation:
    """As ``followed``, but without values that the label does not take: those of a state that undo brings back."""
    item = followed(item, labels)
    label = labels.get(item.label)
    return item if label is None else replace(item, attributes=label.fitting(item.attributes))


def _seen_by_rules(labels: LabelSet) -> dict[str, object]:
    return {label.first_name: (label.reader, label.attribute) for label in labels.shown}


def _origins(before: LabelSet, wanted: LabelSet, renames: Sequence[tuple[str, str]], where: str) -> Mapping[str, Label]:
    """The present label that each wanted one goes on from, by the name of the wanted one."""
    found = {label.name: before[label.name] for label in wanted if label.name in before}
    renamed: set[str] = set()
    for old, new in renames:
        told = f"--rename {old}={new}"
        if old not in before:
            raise LabelError(f"{told}: no label is called {old}; the label set has {_listed(before)}")
        if new not in wanted:
            raise LabelError(f"{told}: {where} has no label {new}")
        if old in wanted:
            raise LabelError(f"{told}: {where} still has {old}; a label has one name")
        if new in found:
            raise LabelError(f"{told}: {new} is a label already, and two labels never become one")
        if old in renamed:
            raise LabelError(f"{told}: {old} gets another name already")
        renamed.add(old)
        found[new] = before[old]
        _check_name(new, before, found[new], where)
    return found


def _check_new(label: Label, before: LabelSet, where: str) -> None:
    for name in sorted(label.names):
        _check_name(name, before, None, where)


def _check_name(name: str, before: LabelSet, owner: Label | None, where: str) -> None:
    """Refuse a name that another label has or has had: the log and earlier files mean that one by it."""
    for other in before:
        if other is not owner and name in other.names:
            raise LabelError(
                f"{where}: {name} is a name that {other.name} has had, and the log and files made before mean "
                f"{other.name} by it; choose another, or say --rename {other.name}={name}"
            )


def _listed(labels: LabelSet) -> str:
    return ", ".join(label.name for label in labels)
