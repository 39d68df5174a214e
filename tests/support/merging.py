"""Databases that are merged: what people do in each, and what the result is."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from attacking import but_conflicts
from making import RAW, annotation_of, wrong
from msgspec.structs import replace

from annotations.annotation import GOLD, Annotation, Review, now
from annotations.formats.choice import ExportOptions
from annotations.labels import LabelSet
from annotations.notice_attributes import NoticeAttribute
from annotations.origins import decided
from annotations.suggest import suggesters
from store.db.database import Database
from store.edits.adjudicate import change_gold, complete
from store.edits.adjudicate_by_rule import adjudicate_by_rule
from store.edits.annotate import add_annotation, add_annotations, change_annotation, delete_annotation
from store.edits.ask import answer, ask
from store.edits.fields import correct_fields
from store.edits.labels import change_labels
from store.edits.people import add_reviewer, set_role
from store.edits.regions import override_region
from store.edits.review import set_notice_attributes, set_review
from store.edits.seen_layers import see_layers
from store.edits.settle import settle
from store.edits.training import repeat
from store.edits.undo import redo, undo
from store.index.conflicts import conflicts
from store.intake.ingest import ingest
from store.intake.merge import MergeReport, merge
from store.intake.sources import Source
from store.intake.suggest import notices_to_suggest, suggest_stored
from store.log.events import Change, Subject, events
from store.log.questions import notice_questions
from store.log.states import content
from store.log.training_results import TrainingResult, load_training_result
from store.open import open_database
from store.output.export import export
from store.project.reviewers import current_reviewer
from store.project.settings import labels_of
from store.read.notices import each_notice, load_notice, notice_annotations, notice_fields
from store.write.permission import TRAIN
from store.write.record import record

ME = current_reviewer()
OTHER = "青石镇召开会议\n来源:青石镇 时间:2023-05-06\n各村要在5月底前完成。镇长周长河出席。\n"
"""Another page, which is scraped again with changes."""
SUGGESTERS = suggesters(["dates"])


def page(raw: str, doc: str, **fields: str) -> Source:
    """A page as it is imported."""
    return Source(doc, raw, "utf-8", doc, **fields)  # type: ignore[arg-type]


def empty(path: Path) -> Database:
    """A database without pages, that has an attribute of the whole notice in its label set."""
    database = open_database(path, create=True)
    topic = NoticeAttribute("topic", "choice", ("水", "大气"))
    change_labels(database, ME, replace(labels_of(database), notice=(topic,)), (), (), "test", _takes_any)
    return database


def made(path: Path, *people: str) -> Database:
    """A database with two pages."""
    database = empty(path)
    bring(database, page(RAW, "page"), page(OTHER, "other"))
    for name in people:
        add_reviewer(database, ME, name, "reviewer")
    return database


def bring(database: Database, *pages: Source, replaces: bool = False) -> None:
    """Import pages."""
    ingest(database, pages, ME, lambda _: None, replaces=replaces)


def merged(into: Path, *files: Path, names: dict[str, str] | None = None) -> MergeReport:
    """Merge files into a database, which is made where there is none; nothing in them may be refused."""
    refused: list[str] = []
    with open_database(into) if into.exists() else empty(into) as database:
        report = merge(database, ME, files, names or {}, lambda _: None, refused.append)
    assert refused == []
    return report


def exported(path: Path) -> list[bytes]:
    """The native export of a database, in order of the ids of the notices."""
    out = BytesIO()
    with open_database(path) as database:
        export(database, out, ExportOptions(sort="id"))
    return out.getvalue().splitlines()


def sides(path: Path) -> set[tuple[str, str, str, frozenset[bytes]]]:
    """What is said differently in a database: notice, entity and key, and the ids of the events of the sides."""
    with open_database(path) as database, database.read() as connection:
        return {
            (
                load_notice(connection, each.notice).notice.id,
                each.entity,
                "" if each.entity == "regions" else each.key,
                frozenset(side.id for side in each.sides),
            )
            for each in conflicts(connection)
        }


def said_differently(path: Path) -> set[tuple[str, str, str, frozenset[object]]]:
    """What is said differently in a database: notice, entity and key, and what the sides say."""
    with open_database(path) as database, database.read() as connection:
        return {
            (
                load_notice(connection, each.notice).notice.id,
                each.entity,
                "" if each.entity == "regions" else each.key,
                frozenset(content(side.change.after) for side in each.sides),
            )
            for each in conflicts(connection)
        }


def findings_but_conflicts(path: Path) -> list[str]:
    """What check finds, but for conflicts."""
    with open_database(path) as database:
        return but_conflicts(wrong(database))


def do(database: Database, who: str, what: str, first: int, second: int) -> None:  # noqa: C901, PLR0912, PLR0915  # a case each
    """Do something in a database.

    Raises:
        ZhupiError: it cannot be done.
    """
    numbers = [row[0] for row in database.connection.execute("SELECT number FROM notices ORDER BY number").fetchall()]
    number = numbers[first % len(numbers)]
    notice = load_notice(database.connection, number).notice
    items = notice_annotations(database.connection, number)
    mine = [each for each in items if each.annotator == who]
    start = second % 20
    match what:
        case "tag":
            label = [*labels_of(database).shown][second % 3].name
            item = annotation_of(notice.raw, start, start + 1 + first % 4, annotator=who)
            attributes = labels_of(database)[label].attributes()
            add_annotation(database, who, number, replace(item, label=label, attributes=attributes))
        case "move" if mine:
            item = mine[second % len(mine)]
            end = item.end + 1
            moved = replace(item, end=end, text=notice.raw[item.start : end], updated_at=now())
            change_annotation(database, who, number, item, moved)
        case "delete" if mine:
            delete_annotation(database, who, number, mine[second % len(mine)])
        case "decide":
            open_ = [each for each in items if each.annotator is None]
            if open_:
                how = ("accepted", "rejected")[second % 2]
                add_annotation(database, who, number, decided(open_[second % len(open_)], who, how))  # type: ignore[arg-type]
        case "finish":
            status = ("done", "open", "flagged")[second % 3]
            set_review(database, who, number, Review(who, status, None, now()))  # type: ignore[arg-type]
        case "train":
            result = load_training_result(database.connection, number, who)
            if result is not None:
                repeat(database, ME, who)
                return
            result = TrainingResult(who, ("training", "check")[second % 2], 2, 3, first % 3, 2, now())  # type: ignore[arg-type]
            with database.write() as connection:
                record(connection, who, TRAIN, Change(number, "training", who, None, result))
        case "ask":
            about = items[second % len(items)].id if items and second % 3 else None
            ask(database, who, number, None, f"问{second % 3}", about)
        case "answer":
            asked = notice_questions(database.connection, number)
            if asked:
                answer(database, who, number, asked[second % len(asked)], f"答{first}")
        case "describe":
            set_notice_attributes(database, who, number, who, {"topic": ("水", "大气", None)[second % 3]})
        case "bulk":
            ends = range(start + 1, start + 4)
            add_annotations(
                database, who, number, [annotation_of(notice.raw, start, end, annotator=who) for end in ends]
            )
        case "gold":
            list(adjudicate_by_rule(database, ME, numbers, "all"))
        case "edit gold":
            gold = [each for each in items if each.annotator == GOLD]
            if gold:
                change_gold(database, ME, number, gold[second % len(gold)], None)
        case "complete":
            complete(database, ME, number)
        case "settle":
            sides = [side for each in conflicts(database.connection) for side in each.sides]
            if sides:
                settle(database, who, sides[(first + second) % len(sides)].id.hex())
        case "undo":
            undo(database, who)
        case "redo":
            redo(database, who)
        case "override":
            override_region(database, who, number, second % len(notice.raw), ("body", "boilerplate")[first % 2])  # type: ignore[arg-type]
        case "correct":
            seen = notice_fields(database.connection, number)
            correct_fields(database, who, number, seen, {"title": f"标题{second % 3}"})
        case "date":
            seen = notice_fields(database.connection, number)
            correct_fields(database, who, number, seen, {"published": f"2023-05-0{1 + second % 3}"})
        case "rescrape":
            changed = f"{OTHER}第{second % 2}次发布。\n"
            bring(database, page(changed, "other"), replaces=True)
        case "suggest":
            again = notices_to_suggest(database.connection, SUGGESTERS, again=True)
            suggest_stored(database, ME, SUGGESTERS, again, lambda _: None)
        case "see":
            see_layers(database, ME, number, {"li", "wang", "zhao"} - {who})
        case "rename":
            name = next(iter(labels_of(database))).name
            change_labels(database, ME, None, [(name, f"{name}{second % 10}")], (), "test", _takes_any)
        case "role":
            set_role(database, ME, who, ("adjudicator", "reviewer", "admin")[second % 3])  # type: ignore[arg-type]


def _takes_any(_: LabelSet) -> None:
    """Whatever the app has keys for."""


def written(path: Path, file: Path) -> Path:
    """The native export of a database, in a file."""
    file.write_bytes(b"".join(line + b"\n" for line in exported(path)))
    return file


def states_held(path: Path) -> set[tuple[tuple[str, str, str], object]]:
    """What each annotation, review, field and question of a database has ever said."""
    with open_database(path) as database, database.read() as connection:
        ids = dict(connection.execute("SELECT number, id FROM notices").fetchall())
        labels = labels_of(database)
        return {
            ((ids[each.change.notice], each.change.entity, each.change.key), content(first_named(state, labels)))
            for each in events(connection)
            if (state := each.change.after) is not None
            and each.change.entity in ("annotation", "review", "field", "question")
        }


def states(path: Path) -> dict[tuple[str, str, str], object]:
    """What people say in a database: the content of each annotation of theirs, each review and field that they set."""
    with open_database(path) as database, database.read() as connection:
        found: dict[tuple[str, str, str], object] = {}
        labels = labels_of(database)
        for stored, items, reviews in each_notice(connection):
            notice = stored.notice
            for item in items:
                if item.annotator is not None:
                    found[notice.id, "annotation", item.id] = content(first_named(item, labels))
            for review in reviews:
                found[notice.id, "review", review.annotator] = content(review)
            for field in notice.fields_by.corrected:
                found[notice.id, "field", field] = (notice.fields.of(field),)
            for question in notice_questions(connection, stored.number):
                found[notice.id, "question", question.id] = content(question)
        return found


def first_named(state: Subject, labels: LabelSet) -> Subject:
    """A state that has the first name of its label, whenever it was left."""
    if not isinstance(state, Annotation) or state.label not in labels.by_any_name:
        return state
    return replace(state, label=labels.by_any_name[state.label].first_name)
