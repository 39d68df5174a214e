"""``zhupi suggest``: what rules and models think worth accepting."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from annotations.counts import counted
from annotations.proportion import in_percent
from tui.cli.options import Share, acting, database_option, given_database, text
from tui.cli.output import after_saving, progress_bar, put_json, say

if TYPE_CHECKING:
    from store.db.database import Database
    from store.intake.suggest import SuggestReport


@click.command("suggest", short_help="Suggest annotations: by rules, or from a model's predictions.")
@click.option(
    "--only", "names", type=text, multiple=True, metavar="NAME",
    help="One suggester only: dates, officials, requirements, patterns, learned, or another package's; repeatable.",
)  # fmt: skip
@click.option("--all", "again", is_flag=True, help="Every notice, also those that these suggesters have seen.")
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=1,
    metavar="N",
    help="Processes to share the work, one a processor at most.",
)
@click.option(
    "--from", "predictions", type=click.Path(path_type=Path, allow_dash=True), metavar="FILE.jsonl",
    help="Load predictions instead: native, span, Prodigy or doccano lines.",
)  # fmt: skip
@click.option("--model", type=text, metavar="NAME", help="What made the predictions; else the name of the file.")
@click.option(
    "--try", "tried", type=text, metavar="PATTERN",
    help="Show what a pattern finds, and store nothing: a TOML file, the name of a pattern, or an expression.",
)  # fmt: skip
@click.option(
    "--hide", "hidden", type=Share(), metavar="SHARE",
    help="Show nobody suggestions on this share of the notices, as 10%; 0 shows them again.",
)  # fmt: skip
@click.option(
    "--mute-below", "bar", type=Share(), metavar="SHARE",
    help="Show no suggestions of rules of which people accept fewer than this share, as 40%; 0 shows all again.",
)  # fmt: skip
@click.option(
    "--mute", "muted", type=text, nargs=2, metavar="RULE LABEL",
    help="Show no suggestions of one rule for one label, as requirements/modal REQUIREMENT, whatever the bar.",
)  # fmt: skip
@click.option(
    "--unmute", "unmuted", type=text, nargs=2, metavar="RULE LABEL",
    help="Show suggestions of one rule for one label, whatever the bar.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON on stdout.")
@database_option
def command(  # noqa: PLR0913  # the ways to suggest, and to leave out
    names: tuple[str, ...],
    *,
    again: bool,
    workers: int,
    predictions: Path | None,
    model: str | None,
    tried: str | None,
    hidden: float | None,
    bar: float | None,
    muted: tuple[str, str] | None,
    unmuted: tuple[str, str] | None,
    as_json: bool,
) -> int:
    """Suggest annotations on the notices that the suggesters have not seen, or whose text has changed since.

    A suggestion is nobody's until a reviewer accepts or rejects it in the app.  Running this twice is the same as once,
    and what was rejected does not come back from the same version of a rule.

    With --from, a model's predictions become suggestions.  A line names its notice by id, doc or text, and its spans by
    offsets or by their quote; a line that does not fit is named on stderr, and the rest goes on.

    With --hide, nobody sees suggestions on a share of the notices from now on: the reviews of these tell what people do
    without.  Which notices these are follows from their ids.

    With --mute-below, rules that people seldom accept are muted, by label: as soon as 30 decisions or more tell for
    certain that the share of accepted ones lies below.  Each run looks at that again.  --mute and --unmute name one
    rule.  One suggestion in twenty of a muted rule is shown all the same.  Exports hold all of them.

    \b
    Example:
      zhupi suggest --workers 4
      zhupi suggest --hide 10%
      zhupi suggest --mute-below 40%
      zhupi suggest --unmute requirements/modal REQUIREMENT
      zhupi suggest --from predictions.jsonl --model tagger-3
      zhupi suggest --try chiefs.toml
    """
    import msgspec

    from store.edits.work_orders import renew_orders
    from tui.cli.muting import say_renewed

    if predictions is not None and (names or again):
        raise click.UsageError("--only and --all choose rules; they do not go with --from")
    if model is not None and predictions is None:
        raise click.UsageError("--model names what made the predictions of --from FILE")
    alone = (
        ("--try stores nothing", None if tried is None else partial(_try, tried)),
        ("--hide makes no suggestions", None if hidden is None else partial(_hide, hidden)),
        ("--mute-below makes no suggestions", None if bar is None else partial(_mute_below, bar)),
        ("--mute makes no suggestions", None if muted is None else partial(_mute, *muted, muted=True)),
        ("--unmute makes no suggestions", None if unmuted is None else partial(_mute, *unmuted, muted=False)),
    )
    wanted = [(told, act) for told, act in alone if act is not None]
    if wanted:
        told, act = wanted[0]
        if len(wanted) > 1 or names or again or predictions is not None or as_json:
            raise click.UsageError(f"{told}; it goes with no other option")
        return act()
    refused: list[str] = []

    def refuse(line: str) -> None:
        refused.append(line)
        say(f"refused {line}")

    with given_database() as database:
        actor = acting(database, "change the project")
        if predictions is not None:
            from store.intake.predictions import load_predictions

            with progress_bar("loading", None) as show:
                report = load_predictions(database, actor, predictions, refuse, model=model, progress=show)
        else:
            report = _suggest(database, actor, names, refuse, again=again, workers=workers)
        say_renewed(database, actor)
        renew_orders(database)
    if as_json:
        with after_saving():
            put_json(msgspec.json.encode(report))
    say(f"{_in_words(report)}: {database.path}")
    return 1 if refused else 0


def _suggest(
    database: Database, actor: str, names: tuple[str, ...], refuse: Callable[[str], None], *, again: bool, workers: int
) -> SuggestReport:
    from store.intake.suggest import notices_to_suggest, suggest_stored
    from store.intake.suggesters import suggesters_of

    using = suggesters_of(database, names, refuse)
    with database.read() as connection:
        numbers = notices_to_suggest(connection, using, again=again)
    with progress_bar("suggesting", len(numbers), "notices") as show:
        return suggest_stored(database, actor, using, numbers, refuse, workers=workers, progress=show)


def _in_words(report: SuggestReport) -> str:
    parts = [
        counted(report.notices, "notice"),
        counted(report.added, "suggestion added"),
        f"{report.existing:,} there already",
    ]
    if report.withdrawn:
        parts.append(f"{report.withdrawn} withdrawn")
    if report.refused:
        parts.append(f"{report.refused} refused")
    return ", ".join(parts)


def _try(pattern: str) -> int:
    from tui.cli.trying import try_pattern

    return try_pattern(pattern)


def _mute_below(share: float) -> int:
    from tui.cli.muting import mute_by_bar

    return mute_by_bar(share)


def _mute(rule: str, label: str, *, muted: bool) -> int:
    from tui.cli.muting import mute_by_name

    return mute_by_name(rule, label, muted=muted)


def _hide(share: float) -> int:
    """Hide suggestions on a share of the notices."""
    from store.edits.hide import hide_suggestions

    with given_database() as database:
        changed = hide_suggestions(database, acting(database, "change the project"), share)
    told = f"hidden on {in_percent(share)} of the notices" if share else "shown on all notices"
    say(f"suggestions are {told}{'' if changed else ' already'}: {database.path}")
    return 0
