"""What could not be saved because the database was replaced: it stays on the screen, and can be written to a file."""

from __future__ import annotations

from pathlib import Path

from annotations.annotation import Annotation, Review, now
from annotations.errors import ZhupiError
from annotations.notice import Notice
from store.errors import ReplacedError, StoreError
from tui.notice.desk import Desk


class Rescue:
    """Offers, once for each notice, to write it with what was said about it to a file.

    Args:
        desk: the desk whose changes could not be saved.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._asked: set[int] = set()
        desk.on_replaced = self.ask

    def ask(self, error: ReplacedError) -> None:
        """Ask for the name of a file; people without files here are told who has some."""
        desk = self._desk
        desk.say(desk.session.message(error), "bad")
        if not desk.is_open or desk.number in self._asked:
            return
        self._asked.add(desk.number)
        if desk.session.confined:
            return
        from tui.forms.prompt import PromptScreen  # noqa: PLC0415  # seldom needed

        form = PromptScreen(
            "Nothing is saved any more: the database was replaced",
            str(Path.home() / f"zhupi-unsaved-{desk.model.notice.id}.jsonl"),
            hint="enter writes this notice with your work to that file; esc leaves it on the screen",
            does="write it",
        )
        desk.ask(form, self._named)

    def _named(self, name: str | None) -> None:
        desk = self._desk
        if not name or not name.strip() or not desk.is_open:
            return
        path = Path(name.strip()).expanduser()
        database, notice, items = desk.session.database.path, desk.model.notice, desk.model.all_items
        review = Review(desk.session.reviewer, desk.review, desk.comment, now(), desk.attributes)

        def written(path: Path) -> None:
            desk.say(f"{path}: written; an admin imports it with `zhupi import`", "good")

        def failed(error: ZhupiError) -> None:
            self._asked.discard(desk.number)
            desk.say(str(error), "bad")

        desk.reads.run("", lambda: write_notice(database, path, notice, items, review), written, failed)


def write_notice(database: Path, path: Path, notice: Notice, items: list[Annotation], review: Review) -> Path:
    """Write one notice with its annotations and a review as native JSONL; returns where.

    Raises:
        StoreError: the file cannot be written, is there already, or would stand where the database was.
    """
    from annotations.formats import native_record  # noqa: PLC0415  # seldom needed
    from store.db.files import replacing, spare_database  # noqa: PLC0415  # as above

    spare_database(database, path)
    if path.exists():
        raise StoreError(f"{path}: already there; name another file")
    says_nothing = review.status == "open" and review.comment is None and not review.attributes
    reviews = [] if says_nothing else [review]
    try:
        with replacing(path) as out:
            out.write(native_record.encode(native_record.record(notice, items, reviews)) + b"\n")
    except OSError as error:
        raise StoreError(f"{path}: cannot be written: {error.strerror or error}") from error
    return path
