"""``zhupi release``: an immutable export under a tag, and the list of those that there are."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from annotations.counts import counted
from annotations.formats.registry import NATIVE
from tui.cli.export_command import known_format, say_left_out, tell
from tui.cli.options import acting, database_option, database_path, given_database, text
from tui.cli.output import after_saving, progress_bar, put_json, say
from tui.cli.table import put_table
from tui.terminal.display import line

_TAG = 24
"""Cells for a tag in the list, of 80."""

_NAME = 14
"""Cells for who released it."""

_DIGITS = 16
"""Digits of a digest in the list: enough to tell releases apart, and --json has all."""


@click.command("release", short_help="Write an immutable export under a tag; without a tag, list releases.")
@click.argument("tag", type=text, required=False)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="DIR",
    help="The folder of the release, which is not there yet or is empty.",
)  # fmt: skip
@click.option(
    "--format", "format_", type=text, metavar="NAME", default=NATIVE, callback=known_format,
    help="Another format than jsonl, as export has it.",
)  # fmt: skip
@click.option(
    "--split", type=text, metavar="PARTS", help="Parts of training data and their shares, as export has it.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="The release, or the list, as one JSON object a line.")
@database_option
def command(tag: str | None, output: Path | None, format_: str, split: str | None, *, as_json: bool) -> None:
    """Write all of one moment to the folder DIR, whole or not at all.

    It holds the export with notices sorted by id, its digests, and a manifest with the tag, the time, the position in
    the log and the head of its chain.

    A tag is used once in a project: the log knows it.  Nothing replaces a release or writes into it, its files are
    read-only, and `zhupi verify DIR` proves it.  `zhupi check --since HEAD` proves later that the log has not changed
    before it.  What is open stops no release; the manifest counts it.  For admins.

    Without a tag it lists the releases: when, by whom, the newest event then, the digest of the manifest.

    \b
    Example:
      zhupi release v1.0 -o coast-v1.0
      zhupi release v1.0-brat --format brat -o coast-v1.0-brat
      zhupi release
    """
    if tag is None:
        if output is not None or split is not None or format_ != NATIVE:
            raise click.UsageError("name the release: zhupi release TAG -o DIR")
        _list(as_json=as_json)
        return
    if output is None:
        raise click.UsageError("name the folder of the release with -o DIR")
    import msgspec

    from annotations.formats.choice import ExportOptions
    from store.edits.release import check_tag, release
    from store.errors import StoreError
    from store.index.numbers import count_notices
    from store.output.export import export_release
    from store.output.workers import sharing
    from tui.cli.version import zhupi_version

    try:
        check_tag(tag)
    except StoreError as error:
        raise click.UsageError(str(error)) from error
    options = ExportOptions(format_, split=split)
    # Workers come before the database: it must not be open where they are forked.
    with sharing(database_path(), options) as workers, given_database() as database:
        actor = acting(database, "change the project")
        with progress_bar("releasing", count_notices(database.connection), "notices") as show:
            write = partial(
                export_release, database, options=options, version=zhupi_version(), progress=show,
                leave_out=say_left_out, workers=workers,
            )  # fmt: skip
            made = release(database, actor, tag, output, write)
    manifest = made.manifest
    with after_saving():
        if as_json:
            put_json(msgspec.json.encode({"event": made.event, **msgspec.structs.asdict(manifest)}))
    if made.report is None:
        say(f"{output}: written by a call that was interrupted; now the log knows it")
    else:
        tell(made.report, None, "a release in jsonl keeps them")
    open_ = manifest.release.open if manifest.release is not None else None
    if open_ is not None and any(msgspec.structs.astuple(open_)):
        say(
            f"open: {counted(open_.undecided, 'suggestion undecided')}, {counted(open_.unsure, 'annotation unsure')}, "
            f"{counted(open_.flagged, 'notice flagged')}, {open_.not_adjudicated:,} to adjudicate"
            + (f", {counted(open_.conflicts, 'conflict')} of merged databases" if open_.conflicts else "")
        )
    told = f"{counted(manifest.notices, 'notice')}, {counted(manifest.annotations, 'annotation')}"
    say(f"released {tag}: {told}: {output}")
    say(f"head of its log {manifest.head}")


def _list(*, as_json: bool) -> None:
    import msgspec

    from store.edits.release import releases

    with given_database(reading=True) as database:
        found = releases(database.connection)
    if as_json:
        for one in found:
            put_json(msgspec.json.encode(one))
        return
    put_table(
        ("tag", "when", "by", "position", "notices", "digest"),
        [
            (line(one.tag, _TAG), one.at[:10], line(one.by, _NAME), one.position, one.notices, one.sha256[:_DIGITS])
            for one in found
        ],
        "no releases yet: `zhupi release TAG -o DIR` makes one",
    )
