"""What ``zhupi stats --report`` writes, and where to."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tui.cli.output import progress_bar, say

if TYPE_CHECKING:
    from store.db.database import Database
    from store.read.agreement import AgreementFilter
    from store.read.stats import Stats


def write_report(database: Database, found: Stats, which: AgreementFilter, path: Path) -> None:
    """Write the report page to a file, or to stdout where ``path`` is ``-``.

    Args:
        database: where the figures are from; what people disagree on is read now.
        found: the figures.
        which: of whom agreement is told, and on which label.
        path: where to.

    Raises:
        StoreError: it cannot be written; what was there before stays as it was.
    """
    from store.output.page import write_page
    from store.project.settings import labels_in
    from store.read.disagreements import disagreements
    from tui.report.page import report

    with progress_bar("comparing layers", None, "notices") as show, database.read() as connection:
        differences = disagreements(connection, which.among, which.label, show)
        labels = labels_in(connection)
    content = report(found, differences, labels, database.path.name, datetime.now().astimezone())
    if str(path) == "-":
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    write_page(database, path, content)
    say(f"report: {path}")
