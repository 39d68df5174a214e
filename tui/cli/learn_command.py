"""``zhupi learn``: models from what people have finished, and their suggestions in the place of the last ones."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from annotations.counts import counted
from tui.cli.options import acting, database_option, given_database
from tui.cli.output import after_saving, progress_bar, put, put_json, say

if TYPE_CHECKING:
    from annotations.labels import LabelSet
    from store.project.learned import Lesson


@click.command("learn", short_help="Learn from finished notices what to suggest, for any label set.")
@click.option("--thorough", is_flag=True, help="Take some ten times as long, for models that are a little better.")
@click.option("--show", "shows", is_flag=True, help="Show what was learned last, and learn nothing.")
@click.option("--no-second-look", is_flag=True, help="Do not look for errors in what is finished.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@database_option
def command(*, thorough: bool, shows: bool, no_second_look: bool, as_json: bool) -> None:
    """Learn a model for each label from the notices that are done, gold where there is some, and suggest by it.

    A label is on once there are 50 spans of it and its model reaches F1 0.60 on notices that it has not seen. Until the
    new suggestions are complete the old ones stay; what somebody has decided stays. Then what is finished gets a second
    look (`zhupi suspects`), which takes longer than learning. Needs zhupi[learn]. For admins, or cron: it works at low
    priority, and nobody waits for it.

    \b
    Example:
      zhupi learn
      zhupi learn --show
      zhupi learn --thorough
    """
    import msgspec

    from store.project.learned import lessons_in
    from store.project.settings import labels_of

    if shows:
        if thorough:
            raise click.UsageError("--show learns nothing; it does not go with --thorough")
        with given_database(reading=True) as database:
            lessons, labels = lessons_in(database.connection).lessons, labels_of(database)
        if not lessons:
            say("nothing was learned yet; `zhupi learn` does it")
        _show(lessons, labels, as_json=as_json)
        return
    _need_extra()
    from store.edits.work_orders import renew_orders
    from store.intake.learn import learn
    from store.intake.learning import Steps

    with suppress(OSError):
        os.nice(10)
    with given_database() as database:
        actor = acting(database, "change the project")
        with progress_bar("looking", None, "notices") as show:
            report = learn(database, actor, thorough=thorough, steps=Steps(say, show))
        renew_orders(database)
        labels = labels_of(database)
        if not no_second_look:
            from tui.cli.suspects_command import look_again_for_cli

            look_again_for_cli(database, actor)
    with after_saving():
        if as_json:
            put_json(msgspec.json.encode(report))
        else:
            _show(report.lessons, labels, as_json=False)
    done = report.suggestions
    counts = f"{counted(done.added, 'suggestion added')}, {done.existing:,} there already, {done.withdrawn:,} withdrawn"
    say(f"{counts}: {database.path}")


def _need_extra() -> None:
    """Prove that what learns is installed.

    Raises:
        LearningError: it is not.
    """
    from annotations.errors import LearningError

    try:
        import pycrfsuite  # noqa: F401
    except ImportError as error:
        raise LearningError("learning needs python-crfsuite: install zhupi[learn]") from error


def _show(lessons: tuple[Lesson, ...], labels: LabelSet, *, as_json: bool) -> None:
    import msgspec

    if as_json:
        put_json(msgspec.json.encode(lessons))
        return
    for each in lessons:
        trial = each.trial
        name = labels.present_name_of(trial.label)
        state = f"off: {trial.reason}" if trial.reason else f"on, learned/{trial.label}@{(each.digest or '')[:8]}"
        put(f"{name}  {state}; {counted(trial.spans, 'span')} in {counted(trial.notices, 'notice')}")
        if trial.f1 is not None:
            curve = ", ".join(f"{size} {f1:.2f}" for size, f1 in trial.curve)
            found = f"precision {trial.precision:.2f}, recall {trial.recall:.2f}, F1 {trial.f1:.2f}"
            put(f"    {found}; by notices learned from: {curve}")
        if trial.others_f1 is not None and trial.together_f1 is not None:
            put(f"    by overlap: what else is suggested F1 {trial.others_f1:.2f}, together {trial.together_f1:.2f}")
