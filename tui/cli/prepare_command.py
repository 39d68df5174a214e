"""``zhupi prepare``: shards of pages normalized by many processes or machines, for an import that has little to do."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from annotations.counts import counted
from tui.cli.import_command import mapping
from tui.cli.options import text
from tui.cli.output import progress_bar, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annotations.labels import LabelSet
    from annotations.suggest.pattern import Pattern
    from store.intake.prepare import Job, Options, Outcome

_SHARE = re.compile(r"([0-9]{1,9})/([0-9]{1,9})")


def _share(_: click.Context, __: click.Parameter, value: str | None) -> tuple[int, int]:
    """The part I of N parts, from 1; all of it where none is named."""
    if value is None:
        return 1, 1
    match = _SHARE.fullmatch(value)
    part, parts = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 1 <= part <= parts:
        raise click.BadParameter(f"{value}: give I/N, where I is one of 1 to N")
    return part, parts


@click.command("prepare", short_help="Normalize shards of pages on many processors or machines, for a quick import.")
@click.argument("shards", nargs=-1, required=True, metavar="SHARD...", type=text)
@click.option(
    "-o", "folder", type=click.Path(path_type=Path, file_okay=False), required=True, metavar="DIR",
    help="Where the prepared shards go.",
)  # fmt: skip
@click.option(
    "--workers", type=click.IntRange(min=1), metavar="N", help="Processes that share the work; one a processor else.",
)  # fmt: skip
@click.option(
    "--shard", "share", metavar="I/N", callback=_share,
    help="Only the Ith of N parts of the shards, from 1: for one task of a job array.",
)  # fmt: skip
@click.option(
    "--engine", type=click.Choice(["local", "dask"]), default="local",
    help="local: processes of this machine (the default); dask: the workers of a scheduler.",
)  # fmt: skip
@click.option("--scheduler", metavar="ADDRESS", help="The Dask scheduler, such as tcp://head:8786.")
@click.option("--suggest", "suggesting", is_flag=True, help="Run the suggesters too.")
@click.option(
    "--labels", "labels_file", type=click.Path(path_type=Path, dir_okay=False, exists=True), metavar="FILE",
    help="The label set of the project with its patterns, for --suggest; else the default one.",
)  # fmt: skip
@click.option("--format", "format_", type=click.Choice(["auto", "jsonl", "csv", "parquet"]), default="auto")
@click.option(
    "--field", "fields", type=text, multiple=True, metavar="FIELD=NAME", callback=mapping,
    help="A field of the rows that has another name there, such as raw=content; may be repeated.",
)  # fmt: skip
def command(  # noqa: PLR0913  # so many options
    shards: tuple[str, ...],
    folder: Path,
    *,
    workers: int | None,
    share: tuple[int, int],
    engine: Literal["local", "dask"],
    scheduler: str | None,
    suggesting: bool,
    labels_file: Path | None,
    format_: Literal["auto", "jsonl", "csv", "parquet"],
    fields: dict[str, str],
) -> int:
    """Normalize shards of JSONL, CSV or Parquet, each to one prepared shard with a receipt, which `import` takes.

    A SHARD is a file, a folder of them, or a URL that fsspec reads (zhupi[remote]); JSONL and CSV may be `.gz` or
    `.zst`.  It needs no database.  A shard whose receipt still fits is passed over, so that running it again does the
    rest.  A shard that fails is named on stderr, the others go on, and the exit status is 1.

    The bytes are the same from any engine and any number of workers.  For Dask, the workers see the same files under
    the same paths and have the same zhupi installed (zhupi[dask]).

    \b
    Example:
      zhupi prepare crawl/*.jsonl.zst -o prepared/ --field raw=content
      zhupi prepare crawl/ -o prepared/ --shard $SLURM_ARRAY_TASK_ID/100
      zhupi import prepared/
    """
    from store.intake.prepare import Job, shards_in
    from store.intake.sources import Refusal

    if (engine == "dask") != (scheduler is not None):
        raise click.UsageError("--engine dask and --scheduler ADDRESS go together")
    if engine == "dask" and workers is not None:
        raise click.UsageError("--workers is for --engine local: a scheduler has the workers that it has")
    if labels_file is not None and not suggesting:
        raise click.UsageError("--labels goes with --suggest")
    folder = Path(os.path.abspath(folder))  # noqa: PTH100  # no link is followed
    options = _options(folder, suggesting=suggesting, labels_file=labels_file, format_=format_, fields=fields)
    folder.mkdir(parents=True, exist_ok=True)
    found = list(shards_in(shards))
    failed = [f"{each.where}: {each.reason}" for each in found if isinstance(each, Refusal)]
    for line in failed:
        say(f"failed {line}")
    part, parts = share
    jobs = [Job(each, options) for each in found if isinstance(each, str)][part - 1 :: parts]
    counts = dict.fromkeys(("prepared", "there", "notices", "suggestions", "repeated", "refused"), 0)
    with progress_bar("preparing", len(jobs), "shards") as show:
        for done, outcome in enumerate(_outcomes(jobs, workers, scheduler), 1):
            _tell(outcome, failed, counts)
            show(done)
    parts_told = [
        counted(counts["prepared"], "shard prepared"),
        f"{counts['there']:,} there already",
        f"{len(failed):,} failed",
    ]
    notices = [
        counted(counts["notices"], "notice"),
        *([counted(counts["suggestions"], "suggestion")] if suggesting else []),
    ]
    notices += [f"{counts['repeated']:,} repeated"] if counts["repeated"] else []
    say(f"{', '.join(parts_told)}; {', '.join(notices)}, {counts['refused']:,} refused: {folder}")
    return 1 if failed or counts["refused"] else 0


def _options(
    folder: Path,
    *,
    suggesting: bool,
    labels_file: Path | None,
    format_: Literal["auto", "jsonl", "csv", "parquet"],
    fields: dict[str, str],
) -> Options:
    from annotations.labels import default_labels
    from store.intake.prepare import Options, suggesters_with
    from tui.cli.labels_command import read_labels
    from tui.cli.version import zhupi_version

    words = [f"--field={name}={value}" for name, value in fields.items()]
    words += [f"--format={format_}"] if format_ != "auto" else []
    words += ["--suggest"] if suggesting else []
    words += [f"--labels={os.path.abspath(labels_file)}"] if labels_file is not None else []  # noqa: PTH100  # as above
    labels: LabelSet | None = None
    patterns: tuple[Pattern, ...] = ()
    if labels_file is not None:
        labels, patterns = read_labels(labels_file)
    elif suggesting:
        labels = default_labels()
    return Options(
        folder=str(folder),
        version=zhupi_version(),
        format=None if format_ == "auto" else format_,
        fields=fields,
        labels=labels,
        patterns=patterns,
        suggesters={each.name: each.version for each in suggesters_with(labels, patterns)} if suggesting else {},
        words=tuple(words),
    )


def _outcomes(jobs: list[Job], workers: int | None, scheduler: str | None) -> Iterator[Outcome]:
    from store.intake.engines import on_dask, on_this_machine
    from store.processors import processors

    return on_dask(jobs, scheduler) if scheduler is not None else on_this_machine(jobs, workers or processors())


def _tell(outcome: Outcome, failed: list[str], counts: dict[str, int]) -> None:
    """Say what was refused of a shard, and count what came of it."""
    receipt = outcome.receipt
    if receipt is None:
        failed.append(outcome.shard)
        say(f"failed {outcome.shard}: {outcome.failure}")
        return
    counts["prepared" if outcome.is_new else "there"] += 1
    for name in ("notices", "suggestions", "repeated", "refused"):
        counts[name] += getattr(receipt, name)
    for line in receipt.refusals:
        say(f"refused {line}")
    if receipt.refused > len(receipt.refusals):
        say(f"refused {counted(receipt.refused - len(receipt.refusals), 'row')} more of {outcome.shard}")
