"""Changes of gold: the model at once, and the same change on its way to the database.

What gold has in a case is changed by a decision about the case, so that the log says who decided what.  Gold that is
about no case is changed by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from msgspec.structs import replace

from annotations.annotation import GOLD, Annotation, now
from annotations.labels import AttributeValue, Label
from annotations.spans import RawSpan
from store.edits.adjudicate import change_gold, decide
from store.log.adjudications import Adjudication, Choice
from tui.adjudicate.model import GoldModel
from tui.notice.layer import Layer


class GoldLayer(Layer):
    """Gold of the open notice.

    Args:
        desk: the desk with the notice.
    """

    @property
    def model(self) -> GoldModel:
        """The model of the open notice.

        Raises:
            LookupError: no notice is open.
            TypeError: what is open is not read for adjudication.
        """
        model = self._desk.model
        if not isinstance(model, GoldModel):
            raise TypeError("what is open is no gold")
        return model

    def called(self, layer: str) -> str:
        """The name of a layer in a message: a letter where names are hidden."""
        return self.model.name_of(layer) if self._desk.is_open else layer

    def belongs_to_another(self, item: Annotation | None) -> bool:
        """False: an edit of what somebody says takes it into gold in its changed form."""
        del item
        return False

    def report_change(self, before: Annotation, after: Annotation, done: str = "", *, keys: str = "") -> None:
        """Say what was done to gold; of a version of a layer, that it was taken by that."""
        if before.annotator != GOLD:
            who = self.model.name_of(before.annotator) if before.annotator is not None else "a suggestion"
            done = f"gold from {who}" + (f", {done}" if done else "")
        self.report(after, f"{done}: {self.named(after)}" if done else "", keys=keys)

    # Decisions

    def take(self, index: int, versions: Sequence[Annotation], layers: tuple[str, ...]) -> None:
        """Decide a case: gold gets what these annotations say.

        Args:
            index: the case.
            versions: what layers say; empty takes nothing.
            layers: the names of the layers whose version that is; empty where none is taken.
        """
        gold = [self.model.as_gold(item) for item in versions]
        self._decide(index, gold, "taken" if layers else "none", layers)

    def _decide(self, index: int, gold: Sequence[Annotation], choice: Choice, layers: tuple[str, ...] = ()) -> None:
        desk, model, session = self._desk, self.model, self._desk.session
        case, at = model.cases[index], now()
        ids = tuple(item.id for item in gold)
        decision = Adjudication(case.about.fingerprint, choice, layers, ids, session.reviewer, at)
        if case.decision is not None and replace(case.decision, decided_at=at) == decision:
            # As the store does: who decides the same again has decided it when they did so first.
            decision = case.decision
        model.decide(index, gold, decision)
        desk.write(partial(decide, session.database, session.reviewer, desk.number, case, gold, choice, layers, at))

    def go_on(self) -> str:
        """Go to the next open difference; returns what to say of it where none is left."""
        model, desk = self.model, self._desk
        following = model.neighbour_case(1, model.open)
        if following is None:
            return f" · all decided: {desk.key('adjudicate.done')} marks it done"
        model.go_to_case(following)
        desk.jumped()
        return ""

    # Edits

    def tag(
        self, label: Label, span: RawSpan, values: dict[str, AttributeValue] | None = None, *, done: str = ""
    ) -> None:
        """Annotate a span with a label in gold; where that is about the case at the cursor, it decides the case."""
        model, desk = self.model, self._desk
        if self.is_there(label, span, f"gold has {label.name} there already"):
            return
        item = model.new_annotation(label, span, self.values(model, label, span) if values is None else values)
        here = model.here
        if here is not None and model.is_about(item, here):
            self._decide(here, [item], "edited")
        else:
            model.put(None, item)
            self.write(change_gold, None, item)
        desk.moved()
        self.report(item, done or f"tagged in gold: {self.named(item)}", "good")

    def as_own(self, item: Annotation) -> Annotation:
        """What a layer says as gold; gold as it is."""
        return item if item.annotator == GOLD else self.model.as_gold(item)

    def put_changed(self, item: Annotation, after: Annotation, *, is_move: bool = False) -> None:
        """Change an annotation of gold; what a layer says is taken into gold in its changed form.

        Each move of an edge is a decision of its own, and a step of its own.
        """
        del is_move
        model = self.model
        index = model.case_of(item)
        if index is None:
            model.put(item, after)
            self.write(change_gold, item, after)
        else:
            self._decide(index, [after if each is item else each for each in self._with(index, item)], "edited")
            model.chosen = after.id

    def _with(self, index: int, item: Annotation) -> list[Annotation]:
        """What gold has in a case together with an annotation: gold as it is, or the version that the item is of."""
        model = self.model
        case = model.cases[index]
        if item.annotator == GOLD:
            return [item if each.id == item.id else each for each in case.gold]
        version = next(each for each in case.about.members if item in each)
        return [item if each.id == item.id else model.as_gold(each) for each in version]

    def delete(self, item: Annotation) -> None:
        """Take an annotation out of gold; where it is about a case, that decides the case."""
        model = self.model
        index = model.case_of(item)
        if index is None:
            model.put(item, None)
            self.write(change_gold, item, None)
        else:
            left = [each for each in model.cases[index].gold if each.id != item.id]
            self._decide(index, left, "edited" if left else "none")
        self._desk.moved()
