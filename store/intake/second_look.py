"""A second look at what is finished: what may be an error in it, stored beside each layer with the reasons.

It goes through the finished notices several times and holds a few of them at a time: what texts are tagged as, where
they stand, models that each judge the part of the notices that they have not seen, and then every layer.  What it finds
in a notice takes the place of what was open there in short transactions, so that nobody waits.

What is looked at is gold where that is done, else each layer that somebody has marked done.  Left out are notices on
which nobody sees suggestions (``zhupi suggest --hide``): there nobody is told what rules and models find, either.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, Final

from annotations.annotation import GOLD, Annotation, now
from annotations.calibration import Calibration
from annotations.decisions import waiting
from annotations.learning.features import sequences
from annotations.learning.model import prepared
from annotations.muting import rule_of
from annotations.second_look.elsewhere import Texts
from annotations.second_look.finding import Found, Known, found_in
from annotations.second_look.neighbours import Neighbours
from annotations.second_look.page import Tag
from annotations.second_look.rules import Offered, by_rules
from annotations.second_look.unseen import Unseen, train
from annotations.spans import RawSpan, normalized_span
from annotations.suspects import Reason, Suspect, SuspectKind, pooled, suspect_id
from store.db.database import Database
from store.db.sqlite import Connection
from store.db.turns import in_turns
from store.intake.finished_pages import FinishedNotice, FinishedPages, Layer, tag_of
from store.intake.learn import example_of
from store.intake.learning import Steps, learning
from store.read.calibration import calibration
from store.read.suspects import Look, noticed_before, weigher
from store.write.suspects import note_look, put_suspects

_AT_ONCE: Final = 32
"""Notices that are looked at before what was found is stored."""

_CHARACTERS: Final = 300_000
"""Code points that models learn from at most, so that time and memory have a bound; more teach them little."""


def look_again(database: Database, actor: str, *, steps: Steps | None = None, models: bool = True) -> Look:
    """Look at all that is finished once more, and store what may be an error.

    Args:
        database: where.
        actor: who has it done; an admin.
        steps: told how far it is.
        models: whether models judge too; they need zhupi[learn].

    Raises:
        LearningError: somebody else is learning or looking, or there is no room to train.
    """
    steps = Steps() if steps is None else steps
    at = now()
    with learning(database, actor) as renew:
        pages = FinishedPages(database)
        steps.told("reading what is finished")
        known = _known(pages, steps, renew, models=models)
        with database.read() as connection:
            finder = _Finder(pages, known, calibration(connection), weigher(connection))
        steps.told("looking at what is finished")
        kinds: Counter[SuspectKind] = Counter()
        notices = layers = suspects = 0
        rest = iter(pages)
        while some := list(islice(rest, _AT_ONCE)):
            found = [(each.stored.number, finder.suspects(each)) for each in some]
            for there in in_turns(database, found, _store(at)):
                suspects += len(there)
                kinds.update(kind for each in there for kind in each.kinds)
            notices += len(some)
            layers += sum(len(each.layers) for each in some)
            steps.progress(notices)
            renew()
        _forget_others(database, at)
        look = Look(at, notices, layers, suspects, dict(sorted(kinds.items())), tuple(sorted(known.models)))
        with database.write() as connection:
            note_look(connection, actor, look)
        return look


def _store(at: str) -> Callable[[Connection, Iterator[tuple[int, list[Suspect]]]], list[Suspect]]:
    def store(connection: Connection, turn: Iterator[tuple[int, list[Suspect]]]) -> list[Suspect]:
        return [each for number, found in turn for each in put_suspects(connection, number, found, at)]

    return store


def _forget_others(database: Database, at: str) -> None:
    """Forget what an earlier look has found in notices that are not looked at any more."""
    with database.read() as connection:
        numbers = noticed_before(connection, at)
    nothing: list[tuple[int, list[Suspect]]] = [(number, []) for number in numbers]
    for _ in in_turns(database, nothing, _store(at)):
        pass


def _known(pages: FinishedPages, steps: Steps, renew: Callable[[], None], *, models: bool) -> Known:
    """What layers are held against; it takes two rounds through the notices, and a third through a part of them."""
    texts, neighbours = Texts(), Neighbours()
    for each in pages:
        if each.counted is not None:
            texts.learn(each.counted)
            neighbours.count(each.counted)
    renew()
    texts.end_learning()
    for each in pages:
        if each.counted is not None:
            texts.count(each.counted)
    renew()
    return Known(texts, neighbours, _models(pages, steps, renew) if models else {})


def _models(pages: FinishedPages, steps: Steps, renew: Callable[[], None]) -> dict[str, Unseen]:
    """The models of each label, learned from so many notices as there is time for."""
    examples, parts, characters = [], [], 0
    for each in pages.shuffled():
        number = each.stored.number
        examples.append(example_of(each.stored, each.main, [], pages.labels, pages.group(number)))
        parts.append(pages.part(number))
        characters += len(each.page.text)
        if characters >= _CHARACTERS:
            break
    models = {}
    for label in pages.labels.shown:
        steps.told(f"learning {label.name} from all but each fifth of the notices")
        made = train(examples, parts, label.first_name)
        if made is not None:
            models[label.first_name] = made
        renew()
    return models


class _Finder:
    """Finds the suspects of a notice.

    Args:
        pages: the finished notices.
        known: what layers are held against.
        meaning: what the scores of suggestions mean.
        weigh: how probably something is an error for a reason.
    """

    def __init__(
        self, pages: FinishedPages, known: Known, meaning: Calibration, weigh: Callable[[Reason], float]
    ) -> None:
        self._pages = pages
        self._labels = pages.labels
        self._known = known
        self._meaning = meaning
        self._weigh = weigh

    def suspects(self, notice: FinishedNotice) -> list[Suspect]:
        """The suspects of all layers of a notice that are looked at."""
        paragraphs: tuple[tuple[int, int, Any], ...] = ()
        if self._known.models and notice.layers:
            paragraphs = tuple(
                (each.start, len(each.features), prepared(each.features))
                for each in sequences(notice.stored.notice, self._labels)
            )
        part = self._pages.part(notice.stored.number)
        return [
            self._suspect(notice, layer, each)
            for layer in notice.layers
            for each in found_in(
                layer.page, notice.counted, self._known, part, paragraphs, self._by_rules(notice, layer)
            )
        ]

    def _suspect(self, notice: FinishedNotice, layer: Layer, found: Found) -> Suspect:
        alignment, tag = notice.stored.notice.alignment, found.tag
        item = next((each for each in layer.items if tag is not None and each.id == tag.id), None)
        span: RawSpan = alignment.to_raw(normalized_span(*found.span)) if item is None else item.span
        key = None if item is None else item.id
        return Suspect(
            suspect_id(notice.stored.notice.id, layer.annotator, key, found.label, span.start, span.end),
            layer.annotator, key, found.label, span.start, span.end,
            item is not None and item.status == "rejected", found.reasons, round(pooled(found.reasons, self._weigh), 4),
        )  # fmt: skip

    def _by_rules(self, notice: FinishedNotice, layer: Layer) -> list[Found]:
        """What rules hold against a layer; gold is not decided suggestion by suggestion."""
        if layer.annotator == GOLD:
            return []
        undecided = self._offered(notice, waiting(notice.suggestions, layer.items))
        rejected = self._offered(notice, [item for item in layer.items if item.status == "rejected"])
        return [*by_rules(layer.page, undecided, rejected)]

    def _offered(self, notice: FinishedNotice, items: list[Annotation]) -> list[Offered]:
        offered = []
        for item in items:
            tag = tag_of(notice.stored.notice.alignment, item, self._labels)
            if tag is not None and item.suggested_by is not None:
                offered.append(Offered(tag, rule_of(item.suggested_by), self._probability(notice, item, tag)))
        return offered

    def _probability(self, notice: FinishedNotice, item: Annotation, tag: Tag) -> float | None:
        """How often what is suggested at a place is accepted; None where nobody has decided on any such."""
        beside = [each for each in notice.suggestions if (each.span, each.label) == (item.span, item.label)]
        found = [(rule_of(each.suggested_by), each.score) for each in beside or [item]]
        if not self._meaning.is_told(tag.label, {rule for rule, _ in found}):
            return None
        return self._meaning.probability(tag.label, found)
