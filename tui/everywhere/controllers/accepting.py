"""The actions that choose what is to be accepted, and that accept all of it once a sample of it was decided."""

from __future__ import annotations

from typing import Final

from store.edits.accept_many import AcceptMany
from store.read.waiting import Survey, Wanted
from tui.everywhere.sample_listing import SampleListing
from tui.everywhere.sample_reader import SampleReader
from tui.everywhere.steps import Steps
from tui.screen import Controller


class Accepting(Controller):
    """Chooses a rule and a score, and accepts what they found.

    Args:
        listing: the sample as it is shown.
        reader: reads what waits, and draws samples.
        steps: what is under way.
    """

    def __init__(self, listing: SampleListing, reader: SampleReader, steps: Steps) -> None:
        self._listing: Final = listing
        self._reader: Final = reader
        self._steps: Final = steps
        self._asked: str | None = None
        self._step: AcceptMany | None = None

    def begin(self) -> None:
        """Read what waits, and ask what of it is meant."""
        self._reader.look_around(self._ask_rule)

    def action_choose(self) -> None:
        """Choose another rule, or another score; the sample stays until that is chosen."""
        listing = self._listing
        listing.clear_message()
        if self._steps.are_under_way or listing.reading:
            listing.say(f"{listing.key('clear')} stops what is under way", "dim")
            return
        self.begin()

    def _ask_rule(self, survey: Survey) -> None:
        from tui.forms.accept_many import asking_for_rule  # noqa: PLC0415  # only when asked for

        listing = self._listing
        listing.is_choosing = bool(survey.found)
        listing.show()
        if not survey.found:
            if listing.rows:
                listing.say("no suggestion waits for you any more", "dim")
            return

        def answered(answer: tuple[str, str | None] | None) -> None:
            if answer is not None:
                self._ask_score(survey, *answer)
            elif listing.wanted is None:
                listing.host.leave()
            else:
                listing.is_choosing = False
                listing.show()

        listing.ask(*asking_for_rule(survey.found, listing.session.labels, self._reader.calibration, answered))

    def _ask_score(self, survey: Survey, label: str, rule: str | None) -> None:
        from tui.forms.accept_many import asking_for_score  # noqa: PLC0415  # as above

        listing = self._listing
        waiting = survey.found[label, rule]

        def answered(above: float | None) -> None:
            if above is None:
                self._ask_rule(survey)
            else:
                self._step = None
                self._reader.draw(Wanted(label, rule, above))

        named = f"{listing.session.labels.present_name_of(label)} {rule or 'of all rules'}"
        calibration = self._reader.calibration
        listing.ask(*asking_for_score(named, waiting, (label, rule), calibration, answered))

    def action_take(self) -> None:
        """Accept all the rest as one step: the first press asks, the second does it."""
        listing, asked = self._listing, self._asked
        self._asked = None
        if self._steps.are_under_way:
            listing.say(f"under way; {listing.key('clear')} stops it", "dim")
            return
        if not listing.rows:
            return
        if not listing.is_decided:
            left = len(listing.rows) - sum(listing.judged)
            listing.say(f"still to decide in the sample: {left}; {listing.key('next')} goes to the next", "warn")
            return
        if not listing.can_take:
            listing.say("nothing is left to accept", "dim")
            return
        if asked is None or asked != listing.message:
            number = listing.rest if self._unfinished is None else listing.left
            self._asked = f"accept {number:,} unseen, as one step: {listing.key('take')} again accepts them"
            listing.say(self._asked, "warn")
            return
        self._take()

    @property
    def _unfinished(self) -> AcceptMany | None:
        """A step that was stopped, and not taken back since."""
        is_left = self._step is not None and not self._step.is_complete and not self._listing.is_taken_back
        return self._step if is_left else None

    def _take(self) -> None:
        listing, session = self._listing, self._listing.session
        listing.clear_message()
        wanted = listing.wanted
        if wanted is None:
            return
        # What was stopped goes on as the same step, for one undo.
        step = self._step = self._unfinished or AcceptMany(
            session.database, session.reviewer, wanted, self._reader.notices, listing.rest, self._reader.drawn_at
        )

        def ended() -> None:
            if step.report.changed and step.batch is not None:
                listing.was_taken(step.report, step.batch.first, step.left)

        self._steps.run(step, listing.rows, lambda _: self._told(step), ended)

    def _told(self, step: AcceptMany) -> tuple[str, str]:
        report, left = step.report, []
        if report.overlapping:
            left.append(f"{report.overlapping:,} left: they overlap one of yours")
        if report.overtaken or report.unchanged:
            left.append(f"{report.overtaken + report.unchanged:,} decided meanwhile")
        if not step.is_complete:
            left.append(f"stopped, {step.left:,} still wait")
        if not report.changed:
            return "; ".join(left) or "nothing waited any more", "dim"
        told = f"accepted: {report.changed:,}"
        return "; ".join([told, *left, f"{self._listing.key('undo')} takes them back"]), "good"
