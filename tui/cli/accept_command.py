"""``zhupi accept``: all that a rule has found from a score on, once a random sample of it was decided one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import click

from annotations.counts import counted
from tui.cli.options import acting, database_option, given_database, published_options, text
from tui.cli.output import after_saving, progress_bar, put, put_json, say

if TYPE_CHECKING:
    from store.db.database import Database
    from store.edits.accept_many import AcceptMany
    from store.index.filters import QueueFilter
    from store.read.waiting import Draw, Survey, WaitingPlace, Wanted


@click.command("accept", short_help="Accept all that a rule has found from a score on, after a sample of it.")
@click.option("--label", type=text, required=True, metavar="LABEL", help="The label that was suggested.")
@click.option("--rule", type=text, metavar="RULE", help="The rule or model, without its version; else all of them.")
@click.option(
    "--above", type=click.FloatRange(0, 1), required=True, metavar="SCORE",
    help="The least score, as the rule gave it: 0.95.",
)  # fmt: skip
@click.option(
    "--sample", "size", type=click.IntRange(1, 1000), default=20, show_default=True, metavar="N",
    help="Places in the sample.",
)  # fmt: skip
@click.option("--status", type=click.Choice(("open", "done", "flagged", "skipped")), help="Notices that you left so.")
@click.option("--assignee", type=text, metavar="NAME", help="Notices that NAME is to review; '' for nobody.")
@published_options
@click.option("--dry-run", is_flag=True, help="Print the sample and how many there are; accept nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as a JSON object.")
@database_option
def command(  # noqa: PLR0913  # the ways to choose suggestions
    label: str,
    rule: str | None,
    above: float,
    size: int,
    status: str | None,
    assignee: str | None,
    published_from: str | None,
    published_to: str | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Accept what waits for you of LABEL with at least this score, in your own layer, as one step that undo takes back.

    First a random sample is shown, place by place: `a` says that it is right, `x` that it is wrong, `q` leaves. Then it
    says how many of the rest would be wrong, and asks. What you have decided stays; the rest is marked as bulk.

    \b
    Example:
      zhupi accept --label DATE --rule dates/full --above 0.95 --dry-run
      zhupi accept --label OFFICIAL --above 0.9 --sample 50 --status open
    """
    from annotations.annotation import now
    from store.index.filters import QueueFilter
    from store.project.settings import labels_of
    from store.read.people import require_assignee
    from store.read.waiting import Wanted

    if dry_run and as_json:
        raise click.UsageError("--json tells what was done; with --dry-run nothing is")
    with given_database() as database:
        actor = acting(database)
        if assignee:
            require_assignee(database.connection, assignee)
        known = labels_of(database).resolve(label)
        which = QueueFilter(
            status=status,  # type: ignore[arg-type]  # click proved it
            assignee=assignee,
            published_from=published_from,
            published_to=published_to,
        )
        drawn_at = now()
        wanted = Wanted(known.first_name, rule, above)
        draw = _draw(database, actor, wanted, which, size, known.name)
        if dry_run:
            for place in draw.sample:
                put(_in_context(database, place, rule))
            return
        right = _decide(database, actor, known.name, draw) if draw.count else None
        step = None if right is None else _accept(database, actor, draw, right, drawn_at)
    if as_json:
        import msgspec

        with after_saving():
            decided = 0 if right is None else len(draw.sample)
            put_json(
                msgspec.json.encode({
                    "waiting": draw.count, "sample": decided, "right": right or 0,
                    "accepted": 0 if step is None else step.report.changed,
                    "overlapping": 0 if step is None else step.report.overlapping,
                })
            )  # fmt: skip


def _draw(database: Database, actor: str, wanted: Wanted, which: QueueFilter, size: int, label: str) -> Draw:
    """A sample of what is wanted.

    Raises:
        NotFoundError: nothing waits of that rule and label, whatever its score.
    """
    from store.errors import NotFoundError
    from store.read.calibration import calibration
    from store.read.waiting import Draw, Survey
    from tui.text.waiting import waiting_told

    survey = Survey(actor, which)
    with progress_bar("reading", None, "notices") as show:
        while _reads_on(database, survey):
            show(survey.looked)
    waiting = survey.waiting(wanted)
    if not waiting.count():
        there = [f"{rule} {each.count():,}" for (name, rule), each in sorted(survey.found.items(), key=str)
                 if name == wanted.label and rule is not None]  # fmt: skip
        told = f"there waits of {label}: {', '.join(there)}" if there else f"nothing of {label} waits"
        raise NotFoundError(f"{wanted.rule or label}: no suggestion waits for {actor} in these notices; {told}")
    if waiting.count(wanted.above):
        with database.read() as connection:
            told = waiting_told(waiting, wanted.label, wanted.rule, wanted.above, calibration(connection))
        say(f"{label} {wanted.rule or 'of all rules'} from {wanted.above:g}: {told}")
    else:
        say(f"nothing waits from {wanted.above:g} on: the highest score is {waiting.highest:g}")
    draw = Draw(actor, wanted, waiting.notices, size)
    while _reads_on(database, draw):
        pass
    return draw


def _reads_on(database: Database, work: Survey | Draw) -> bool:
    with database.read() as connection:
        return work.read_on(connection)


def _in_context(database: Database, place: WaitingPlace, rule: str | None) -> str:
    """A line with the place in its context, and the score that the rule gave it."""
    from annotations.spans import raw_span
    from store.read.notices import load_notice
    from tui.cli.in_context import in_context

    with database.read() as connection:
        notice = load_notice(connection, place.notice).notice
    span = raw_span(place.start, place.end)
    found = notice.alignment.to_normalized(span)
    told = f"{place.score(rule):g}"
    if found is None:
        return in_context(notice.doc, notice.raw, span.start, span.end, told)
    return in_context(notice.doc, notice.normalized, found.start, found.end, told)


def _decide(database: Database, actor: str, label: str, draw: Draw) -> int | None:
    """Ask about each place of the sample and store the answers; how many were right, None where that was left."""
    from annotations.spans import raw_span
    from store.edits.places import PlacesEdit

    right = 0
    for at, place in enumerate(draw.sample, 1):
        say(_in_context(database, place, draw.wanted.rule))
        answer = _answer(f"{at}/{len(draw.sample)} right (a), wrong (x), leave (q)", ("a", "x", "q"))
        if answer == "q":
            say(f"left: {counted(at - 1, 'decision')} of the sample stored, nothing else accepted")
            return None
        target = place.notice, raw_span(place.start, place.end)
        wanted: Literal["accept", "reject"] = "accept" if answer == "a" else "reject"
        PlacesEdit(database, actor, [target], wanted, label).run()
        right += answer == "a"
    return right


def _accept(database: Database, actor: str, draw: Draw, right: int, drawn_at: str) -> AcceptMany | None:
    """Say what the sample tells of the rest, and accept it if that is wanted."""
    from annotations.proportion import wrong_in_rest
    from store.edits.accept_many import AcceptMany

    size, rest = len(draw.sample), draw.count - len(draw.sample)
    if not rest:
        say(f"{right} of {size} were right; all that waited were in the sample")
        return None
    low, high = wrong_in_rest(size - right, size, rest)
    say(
        f"{right} of {size} were right; of the other {rest:,}, {low:,} to {high:,} would be wrong, by the sample (95 %)"
    )
    if _answer(f"accept the other {rest:,} as one step (yes, no)", ("yes", "no")) == "no":
        say("nothing else was accepted")
        return None
    step = AcceptMany(database, actor, draw.wanted, draw.notices, rest, drawn_at)
    with progress_bar("accepting", rest, "suggestions") as show:

        def goes_on() -> bool:
            show(step.report.changed)
            return True

        report = step.run(goes_on)
    told = [f"{counted(report.changed, 'suggestion')} accepted, as bulk"]
    if report.overlapping:
        told.append(f"{report.overlapping:,} left: they overlap one of yours")
    if report.unchanged or report.overtaken:
        told.append(f"{report.unchanged + report.overtaken:,} decided meanwhile")
    if report.changed:
        told.append("undo in the app takes it back")
    say("; ".join(told))
    return step


def _answer(question: str, answers: tuple[str, ...]) -> str:
    """One of the answers, asked for on stderr and read from stdin."""
    answer: str = click.prompt(question, type=click.Choice(answers), show_choices=False, err=True)
    return answer
