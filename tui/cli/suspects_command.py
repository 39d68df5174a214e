"""``zhupi suspects``: what a second look holds for errors in finished notices, and why; or another look."""

from __future__ import annotations

import os
from contextlib import suppress
from importlib.util import find_spec
from itertools import islice
from typing import TYPE_CHECKING

import click

from annotations.counts import counted
from annotations.suspects import sentence
from tui.cli.options import acting, database_option, given_database, text
from tui.cli.output import after_saving, progress_bar, put, put_json, say

if TYPE_CHECKING:
    from annotations.labels import LabelSet
    from annotations.notice import Notice
    from store.db.database import Database
    from store.db.sqlite import Connection
    from store.read.suspects import ListedSuspect, Look

_FIRST = 50
"""How many are listed where nobody says."""


@click.command("suspects", short_help="List what may be wrong in finished notices, and why; look at all again.")
@click.option("--reason", type=click.Choice(("model", "elsewhere", "neighbour", "rules")), help="Only for this reason.")
@click.option("--layer", type=text, metavar="NAME", help="Only in this layer: a name, or gold.")
@click.option("--first", type=click.IntRange(min=1), default=_FIRST, show_default=True, metavar="N", help="At most N.")
@click.option("--all", "everything", is_flag=True, help="All of them.")
@click.option("--look", is_flag=True, help="Look at all that is finished again, for admins; then list nothing.")
@click.option("--without-models", is_flag=True, help="With --look: train no models, which takes most of the time.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object for each; of --look one for all.")
@database_option
def command(  # what to list
    reason: str | None,
    layer: str | None,
    first: int,
    *,
    everything: bool,
    look: bool,
    without_models: bool,
    as_json: bool,
) -> None:
    """List the suspects of the last second look, the likeliest errors first, each with its reasons.

    A reviewer sees those in their own layer, adjudicators and admins those in all layers and in gold. What was changed
    or kept since is none any more.

    \b
    Example:
      zhupi suspects
      zhupi suspects --reason elsewhere --all --json
      zhupi suspects --look
    """
    if look:
        if reason is not None or layer is not None or everything:
            raise click.UsageError("--look lists nothing; it goes with --without-models and --json alone")
        _look(without_models=without_models, as_json=as_json)
        return
    if without_models:
        raise click.UsageError("--without-models goes with --look")
    from store.project.settings import labels_of

    with given_database(reading=True) as database, database.read() as connection:
        whose = _layer(connection, layer)
        labels = labels_of(database)
        total = _put_all(connection, whose, reason, None if everything else first, labels, as_json=as_json)
        say(_summary(connection, total))


def _layer(connection: Connection, asked: str | None) -> str:
    """Whose suspects are listed: "" is all.

    Raises:
        RoleError: the layer of another is asked for, and the role does not allow it.
    """
    from store.project.reviewers import account, may, require

    me = account()
    if asked is not None and asked != me:
        require(connection, me, "see the layers of others")
    if asked is not None:
        return asked
    return "" if may(connection, me, "see the layers of others") else me


def _put_all(
    connection: Connection, layer: str, reason: str | None, most: int | None, labels: LabelSet, *, as_json: bool
) -> int:
    """List the suspects; returns how many there were."""
    from store.read.notices import load_notice
    from store.read.suspects import listed_suspects

    total = 0
    for each in islice(listed_suspects(connection, layer, reason), most):  # type: ignore[arg-type]  # click proved it
        total += 1
        notice = load_notice(connection, each.number).notice
        if as_json:
            put_json(_record(each, notice, labels))
        else:
            _put(each, notice, labels, named=not layer)
    return total


def _put(each: ListedSuspect, notice: Notice, labels: LabelSet, *, named: bool) -> None:
    """A line with the place in its sentence, and one for each reason."""
    from annotations.spans import raw_span
    from tui.cli.in_context import columns, in_context

    suspect = each.suspect
    span = raw_span(suspect.start, suspect.end)
    survives = notice.alignment.to_normalized(span)
    shown, text = (span, notice.raw) if survives is None else (survives, notice.normalized)
    says = labels.present_name_of(suspect.label)
    told = f"no {says}" if suspect.annotation is None else f"{says}{' rejected' if suspect.rejected else ''}"
    told += f", {suspect.layer}" if named else ""
    put(f"{suspect.rank:.2f} {in_context(each.doc, text, shown.start, shown.end, told, columns() - 5)}")
    for reason in suspect.reasons:
        put(f"     {sentence(reason, suspect.label, labels.present_name_of)}")


def _record(each: ListedSuspect, notice: Notice, labels: LabelSet) -> bytes:
    """A suspect as JSON: offsets and quote as in the native format, its reasons with their sentences."""
    import msgspec

    suspect = each.suspect
    return msgspec.json.encode(
        {
            "id": each.notice,
            "doc": each.doc,
            "layer": suspect.layer,
            "annotation": suspect.annotation,
            "label": labels.present_name_of(suspect.label),
            "start": suspect.start,
            "end": suspect.end,
            "text": notice.raw[suspect.start : suspect.end],
            "rejected": suspect.rejected,
            "rank": suspect.rank,
            "reasons": [
                {
                    "reason": reason.kind,
                    "form": reason.form,
                    "label": labels.present_name_of(reason.label) if reason.label else None,
                    "strength": reason.strength,
                    "text": sentence(reason, suspect.label, labels.present_name_of),
                }
                for reason in suspect.reasons
            ],
        }
    )


def _summary(connection: Connection, total: int) -> str:
    """How many are listed, and of when they are."""
    from store.read.suspects import last_look

    found = last_look(connection)
    if found is None:
        return "no second look yet: an admin runs `zhupi suspects --look`, and `zhupi learn` does it too"
    return f"{counted(total, 'suspect')} listed, of the second look of {found.made_at[:16].replace('T', ' ')} UTC"


def _look(*, without_models: bool, as_json: bool) -> None:
    """Look at all that is finished again, and say what that found."""
    import msgspec

    with suppress(OSError):
        os.nice(10)
    with given_database() as database:
        look = look_again_for_cli(database, acting(database, "change the project"), models=not without_models)
    if as_json:
        with after_saving():
            put_json(msgspec.json.encode(look))


def look_again_for_cli(database: Database, actor: str, *, models: bool = True) -> Look:
    """Look at all that is finished again, tell how far it is, and then what was found.

    Args:
        database: where.
        actor: who does it; an admin.
        models: whether models judge too, where what trains them is installed.
    """
    from store.intake.learning import Steps
    from store.intake.second_look import look_again

    if models and find_spec("pycrfsuite") is None:
        say("no models: install zhupi[learn] to have them judge too")
        models = False
    with progress_bar("looking again", None, "notices") as show:
        look = look_again(database, actor, models=models, steps=Steps(say, show))
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in look.kinds.items())
    what = f"{counted(look.layers, 'layer')} of {counted(look.notices, 'notice')} looked at again"
    say(f"{what}: {counted(look.suspects, 'suspect')}{f' ({kinds})' if kinds else ''}: {database.path}")
    return look
