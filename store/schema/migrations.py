"""The schema, as named migrations that run once each.

``user_version`` counts them, so that the app can see without sqlite-utils (a slow import) that nothing is pending.
Wide text lives apart from the table that the queue scans.  The log is append-only and raw text never changes: triggers
hold that against this program too.
"""

from __future__ import annotations

from pathlib import Path

from pyroaring import BitMap
from sqlite_utils import Database, Migrations

from store.db.database import APPLICATION_ID
from store.index import bands, conflicts, facets, flags, near_copies, pages
from store.index import decisions as decided
from store.index.keys import CONTESTED
from store.index.search import SCHEMA as SEARCH_SCHEMA
from store.index.search import merge_in_large_steps
from store.index.sets import change_set
from store.log.chain import chain_anew
from store.project.identity import make_project_id
from store.project.reviewers import add_first_admin
from store.project.settings import labels_in
from store.schema import tables
from store.schema.bulk import mark_bulk
from store.schema.inception import log_what_is_there
from store.schema.script import execute
from store.schema.segments import divide_keys

migrations = Migrations("zhupi")

_INITIAL = f"""
PRAGMA application_id = {APPLICATION_ID};

CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE notices (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    doc TEXT NOT NULL,
    sha256 TEXT NOT NULL UNIQUE,
    title TEXT,
    source TEXT,
    published TEXT,
    url TEXT,
    imported_at TEXT NOT NULL
) STRICT;
CREATE INDEX notices_doc ON notices(doc);
CREATE INDEX notices_url ON notices(url) WHERE url IS NOT NULL;

CREATE TABLE texts (
    notice INTEGER PRIMARY KEY REFERENCES notices(number),
    raw TEXT NOT NULL,
    normalized TEXT NOT NULL,
    normalizer TEXT NOT NULL,
    regions TEXT NOT NULL,
    runs TEXT NOT NULL,
    meta TEXT NOT NULL,
    html TEXT
) STRICT;

CREATE TABLE annotations (
    id TEXT NOT NULL UNIQUE,
    notice INTEGER NOT NULL REFERENCES notices(number),
    label TEXT NOT NULL,
    "start" INTEGER NOT NULL CHECK ("start" >= 0),
    "end" INTEGER NOT NULL CHECK ("end" > "start"),
    text TEXT NOT NULL,
    attributes TEXT NOT NULL,
    annotator TEXT,
    status TEXT NOT NULL CHECK (status IN ('suggested', 'accepted', 'rejected', 'manual', 'gold')),
    unsure INTEGER NOT NULL CHECK (unsure IN (0, 1)),
    comment TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    suggested_by TEXT,
    score REAL,
    -- Stored in the order in which they are read, notice by notice.
    PRIMARY KEY (notice, "start", "end", label, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE reviews (
    notice INTEGER NOT NULL REFERENCES notices(number),
    annotator TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('open', 'done', 'flagged', 'skipped')),
    comment TEXT,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (notice, annotator)
) STRICT, WITHOUT ROWID;


CREATE TABLE assignments (
    notice INTEGER NOT NULL REFERENCES notices(number),
    annotator TEXT NOT NULL,
    assigned_by TEXT NOT NULL,
    assigned_at TEXT NOT NULL,
    PRIMARY KEY (notice, annotator)
) STRICT, WITHOUT ROWID;

-- The next five follow from the other tables.  All but tallies were replaced by index_sets, below.
CREATE TABLE members (
    facet TEXT NOT NULL,
    owner TEXT NOT NULL,
    value TEXT NOT NULL,
    chunk INTEGER NOT NULL,
    bits BLOB NOT NULL,
    PRIMARY KEY (facet, owner, value, chunk)
) STRICT, WITHOUT ROWID;

CREATE TABLE tallies (
    notice INTEGER NOT NULL,
    owner TEXT NOT NULL,
    facet TEXT NOT NULL,
    value TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (notice, owner, facet, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE dates (
    notice INTEGER PRIMARY KEY,
    date TEXT
) STRICT;
CREATE INDEX dates_in_order ON dates(date, notice);

CREATE TABLE date_zones (
    chunk INTEGER PRIMARY KEY,
    earliest TEXT,
    latest TEXT
) STRICT;

CREATE TABLE months (
    month TEXT PRIMARY KEY,
    "first" INTEGER NOT NULL,
    "last" INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    notice INTEGER NOT NULL REFERENCES notices(number),
    entity TEXT NOT NULL CHECK (entity IN ('annotation', 'review', 'regions', 'assignment')),
    key TEXT NOT NULL,
    before TEXT,
    after TEXT,
    undoes INTEGER REFERENCES events(number),
    redoes INTEGER REFERENCES events(number),
    -- The first event of several that were one step, for undo; null where it was one.
    batch INTEGER
) STRICT;
CREATE INDEX events_of_actor ON events(actor, number);
CREATE INDEX events_of_entity ON events(entity, key, number);

CREATE TRIGGER events_are_final BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'the log is append-only: an event is never changed'); END;
CREATE TRIGGER events_stay BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'the log is append-only: an event is never deleted'); END;
CREATE TRIGGER raw_text_is_final BEFORE UPDATE OF raw ON texts
BEGIN SELECT RAISE(ABORT, 'raw text is never changed once stored'); END;
CREATE TRIGGER texts_stay BEFORE DELETE ON texts
BEGIN SELECT RAISE(ABORT, 'a notice is never deleted'); END;
CREATE TRIGGER notices_stay BEFORE DELETE ON notices
BEGIN SELECT RAISE(ABORT, 'a notice is never deleted'); END;
"""


@migrations()
def initial(db: Database) -> None:
    """Notices with their texts, annotations, reviews and the log."""
    execute(db, _INITIAL)
    db.conn.execute(SEARCH_SCHEMA)
    db.conn.execute("PRAGMA user_version = 1")


_SUGGESTED = """
-- Which version of which suggester has seen a notice, as it is now.
CREATE TABLE suggested (
    notice INTEGER NOT NULL REFERENCES notices(number),
    suggester TEXT NOT NULL,
    version TEXT NOT NULL,
    PRIMARY KEY (notice, suggester)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER another_text_needs_other_suggestions AFTER UPDATE OF normalized, regions ON texts
BEGIN DELETE FROM suggested WHERE notice = new.notice; END;
"""


@migrations()
def suggesters_runs(db: Database) -> None:
    """What has been suggested already."""
    execute(db, _SUGGESTED)
    db.conn.execute("PRAGMA user_version = 2")


_SHARED = """
CREATE TABLE reviewers (
    name TEXT PRIMARY KEY,
    -- A service account is nobody by itself: people reach it by a forced command and work under --as.
    role TEXT NOT NULL CHECK (role IN ('reviewer', 'adjudicator', 'admin', 'service')),
    added_by TEXT NOT NULL,
    added_at TEXT NOT NULL,
    -- Whoever was removed stays known, so that they do not join again by themselves.
    removed_at TEXT
) STRICT, WITHOUT ROWID;

-- Who was handed which notice, and until when it is kept for them.
CREATE TABLE leases (
    notice INTEGER PRIMARY KEY REFERENCES notices(number),
    annotator TEXT NOT NULL,
    until TEXT NOT NULL
) STRICT;
CREATE INDEX leases_of_annotator ON leases(annotator);

-- Which sessions of the app are open, and at which notice.
CREATE TABLE presence (
    session TEXT PRIMARY KEY,
    annotator TEXT NOT NULL,
    notice INTEGER REFERENCES notices(number),
    since TEXT NOT NULL,
    seen TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""


@migrations()
def shared_server(db: Database) -> None:
    """Who works here in which role, leases and presence."""
    execute(db, _SHARED)
    add_first_admin(db.conn, Path(db.conn.execute("PRAGMA database_list").fetchone()[2]))
    db.conn.execute("PRAGMA user_version = 3")


_DECISIONS = """
-- The id of the suggestion that an annotation decides; annotations/decisions.py tells it from the id and the owner.
ALTER TABLE annotations ADD COLUMN decides TEXT;
CREATE INDEX annotations_decides ON annotations(decides, notice) WHERE decides IS NOT NULL;
"""


@migrations()
def decisions(db: Database) -> None:
    """Which suggestion an annotation decides, as a column, so that no query takes ids apart."""
    execute(db, _DECISIONS)
    decided.rebuild(db.conn)
    db.conn.execute("PRAGMA user_version = 4")


_INDEX_SETS = """
DROP TABLE members;
DROP TABLE date_zones;
DROP TABLE months;
DROP TABLE dates;

-- Roaring bitmaps of the numbers of notices; store/index/facets.py tells which sets there are.
CREATE TABLE sets (
    facet TEXT NOT NULL,
    owner TEXT NOT NULL,
    value TEXT NOT NULL,
    block INTEGER NOT NULL,
    numbers BLOB NOT NULL,
    PRIMARY KEY (facet, owner, value, block)
) STRICT, WITHOUT ROWID;

CREATE INDEX notices_published ON notices(published, number);
"""


@migrations()
def index_sets(db: Database) -> None:
    """The sets that the queue filters by, as Roaring bitmaps, in place of tables of bits, zones and months.

    A later migration, ``older_guidelines``, fills them: they follow from what comes in between, too.
    """
    execute(db, _INDEX_SETS)
    db.conn.execute("PRAGMA user_version = 5")


_CORRECTIONS = """
-- Fields of notices as people set them; found is what the page, its row or a rule tells of the same field.
CREATE TABLE corrections (
    notice INTEGER NOT NULL REFERENCES notices(number),
    field TEXT NOT NULL CHECK (field IN ('title', 'source', 'published')),
    value TEXT,
    set_by TEXT NOT NULL,
    found TEXT,
    PRIMARY KEY (notice, field)
) STRICT, WITHOUT ROWID;

-- The flags of the page that nobody has settled, as a JSON list; null where there are none.
ALTER TABLE notices ADD COLUMN flags TEXT;

CREATE TRIGGER another_date_needs_other_suggestions AFTER UPDATE OF published ON notices
WHEN new.published IS NOT old.published
BEGIN DELETE FROM suggested WHERE notice = new.number; END;

-- The log anew, for events about fields: which entities there are is for the code to check, since a CHECK can be
-- changed only by copying the log.
CREATE TABLE events_anew (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    notice INTEGER NOT NULL REFERENCES notices(number),
    entity TEXT NOT NULL,
    key TEXT NOT NULL,
    before TEXT,
    after TEXT,
    undoes INTEGER REFERENCES events_anew(number),
    redoes INTEGER REFERENCES events_anew(number),
    -- The first event of several that were one step, for undo; null where it was one.
    batch INTEGER
) STRICT;
INSERT INTO events_anew SELECT * FROM events ORDER BY number;
DROP TABLE events;
ALTER TABLE events_anew RENAME TO events;
CREATE INDEX events_of_actor ON events(actor, number);
CREATE INDEX events_of_entity ON events(entity, key, number);

CREATE TRIGGER events_are_final BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'the log is append-only: an event is never changed'); END;
CREATE TRIGGER events_stay BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'the log is append-only: an event is never deleted'); END;
"""


@migrations()
def corrections(db: Database) -> None:
    """Fields of notices that people set, and the flags of notices where the queue reads them."""
    execute(db, _CORRECTIONS)
    flags.rebuild(db.conn)
    db.conn.execute("PRAGMA user_version = 6")


@migrations()
def html_digests(db: Database) -> None:
    """The digest of the HTML that a text was extracted from, in ``meta`` and in an index."""
    pages.rebuild(db.conn)
    db.conn.execute(pages.SCHEMA)
    db.conn.execute("PRAGMA user_version = 7")


_LABEL_EVENTS = """
-- The log anew, for events about the project: those are about no notice.
CREATE TABLE events_anew (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    -- Null where an event is about the project.
    notice INTEGER REFERENCES notices(number),
    entity TEXT NOT NULL,
    key TEXT NOT NULL,
    before TEXT,
    after TEXT,
    undoes INTEGER REFERENCES events_anew(number),
    redoes INTEGER REFERENCES events_anew(number),
    -- The first event of several that were one step, for undo; null where it was one.
    batch INTEGER
) STRICT;
INSERT INTO events_anew SELECT * FROM events ORDER BY number;
DROP TABLE events;
ALTER TABLE events_anew RENAME TO events;
CREATE INDEX events_of_actor ON events(actor, number);
CREATE INDEX events_of_entity ON events(entity, key, number);

CREATE TRIGGER events_are_final BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'the log is append-only: an event is never changed'); END;
CREATE TRIGGER events_stay BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'the log is append-only: an event is never deleted'); END;
"""


@migrations()
def label_events(db: Database) -> None:
    """Events that are about no notice but about the project: another label set."""
    execute(db, _LABEL_EVENTS)
    db.conn.execute("PRAGMA user_version = 8")


@migrations()
def open_points(db: Database) -> None:
    """Counts and sets of what is open in notices; several suggestions for one place are one to decide.

    A later migration, ``older_guidelines``, fills them: they follow from what comes in between, too.
    """
    db.conn.execute("PRAGMA user_version = 9")


@migrations()
def project_id(db: Database) -> None:
    """An id of the project, by which its backups are known."""
    make_project_id(db.conn)
    db.conn.execute("PRAGMA user_version = 10")


@migrations()
def compared_texts(db: Database) -> None:
    """Which notices are near-copies of others; a later migration, ``older_guidelines``, fills the sets of it."""
    execute(db, near_copies.SCHEMA)
    execute(db, bands.SCHEMA)
    near_copies.rebuild(db.conn)
    db.conn.execute("PRAGMA user_version = 11")


_CHAIN = """
-- The digest of the event and of the one before it; store/log/chain.py tells of what.
ALTER TABLE events ADD COLUMN digest BLOB;
DROP TRIGGER events_are_final;
"""

_FINAL = """
CREATE TRIGGER events_are_final BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'the log is append-only: an event is never changed'); END;
"""


@migrations()
def chained_log(db: Database) -> None:
    """The chain of the log, and events of what it did not tell until now: notices as stored, settings, people."""
    execute(db, _CHAIN)
    pages.renew_index(db.conn)
    log_what_is_there(db.conn)
    chain_anew(db.conn)
    execute(db, _FINAL)
    db.conn.execute("PRAGMA user_version = 12")


@migrations()
def adjudication(db: Database) -> None:
    """What adjudicators decide, and leases for that; a later migration fills the sets of what is ready for them."""
    execute(db, tables.ADJUDICATIONS)
    db.conn.execute("PRAGMA user_version = 13")


@migrations()
def first_names_of_labels(db: Database) -> None:
    """Rows have the first name of a label, which never changes; sets of annotations without a value, by label.

    A later migration, ``older_guidelines``, fills the sets: they follow from what comes in between, too.
    """
    for label in labels_in(db.conn):
        if label.name != label.first_name:
            db.conn.execute("UPDATE annotations SET label = ? WHERE label = ?", [label.first_name, label.name])
    db.conn.execute("DELETE FROM sets")
    db.conn.execute("PRAGMA user_version = 14")


@migrations()
def done_by_day(db: Database) -> None:
    """What an annotator has done, by time: the queue tells how much it is today."""
    execute(db, "CREATE INDEX reviews_done ON reviews(annotator, updated_at) WHERE status = 'done';")
    db.conn.execute("PRAGMA user_version = 15")


@migrations()
def learned_models(db: Database) -> None:
    """Models that are learned, what they find until that is shown, and who is learning."""
    execute(db, tables.LEARNING)
    db.conn.execute("PRAGMA user_version = 16")


_MERGED_EVENTS = f"""
-- Of an event that was made elsewhere: the digest that it got there, which it is known by, the id of the project, and
-- the digests of the events of its subject that it followed.  Null of an event that was made here.
ALTER TABLE events ADD COLUMN origin BLOB;
ALTER TABLE events ADD COLUMN project TEXT;
ALTER TABLE events ADD COLUMN follows BLOB;
CREATE UNIQUE INDEX events_origin ON events(origin) WHERE origin IS NOT NULL;

-- With the notice: a reviewer has one review on each of very many.
DROP INDEX events_of_entity;
CREATE INDEX events_of_entity ON events(entity, key, notice, number);

{conflicts.SCHEMA}
"""


@migrations()
def merged_events(db: Database) -> None:
    """Events that were made elsewhere and merged, and where they contradict each other."""
    execute(db, _MERGED_EVENTS)
    db.conn.execute("PRAGMA user_version = 17")


@migrations()
def notice_attributes(db: Database) -> None:
    """Attributes of whole notices, in each review."""
    execute(db, tables.NOTICE_ATTRIBUTES)
    db.conn.execute("PRAGMA user_version = 18")


@migrations()
def training(db: Database) -> None:
    """How people did what they are trained and checked with."""
    execute(db, tables.TRAINING)
    db.conn.execute("PRAGMA user_version = 19")


@migrations()
def contested_notices(db: Database) -> None:
    """A set of the notices of which merged databases say something differently, for the filter of the queue."""
    contested = BitMap(row[0] for row in db.conn.execute("SELECT DISTINCT notice FROM conflicts").fetchall())
    change_set(db.conn, CONTESTED, added=contested)
    db.conn.execute("PRAGMA user_version = 20")


@migrations()
def questions(db: Database) -> None:
    """What people ask each other."""
    execute(db, tables.QUESTIONS)
    db.conn.execute("PRAGMA user_version = 21")


@migrations()
def arms(db: Database) -> None:
    """The arm of an experiment in which a notice was reviewed."""
    execute(db, tables.ARMS)
    db.conn.execute("PRAGMA user_version = 22")


@migrations()
def search_merged_in_large_steps(db: Database) -> None:
    """The search index merges what imports add in fewer and larger steps."""
    merge_in_large_steps(db.conn, "search")
    db.conn.execute("PRAGMA user_version = 23")


@migrations()
def older_guidelines(db: Database) -> None:
    """Sets of the notices in which somebody tagged under an older guideline.

    All sets of the queue are made where an earlier migration has left that to this one.
    """
    facets.make_missing(db.conn)
    facets.follow_guideline(db.conn)
    db.conn.execute("PRAGMA user_version = 24")


@migrations()
def bulk_annotations(db: Database) -> None:
    """A mark of annotations that were made many in one step; of those that there are, the log tells."""
    execute(db, tables.BULK)
    db.conn.execute("DROP TRIGGER events_are_final")
    mark_bulk(db.conn)
    execute(db, _FINAL)
    db.conn.execute("PRAGMA user_version = 25")


@migrations()
def orders_of_work(db: Database) -> None:
    """Orders of work, and where models found what others suggest already."""
    execute(db, tables.ORDERS_OF_WORK)
    db.conn.execute("PRAGMA user_version = 26")


@migrations()
def second_look(db: Database) -> None:
    """What a second look finds that may be wrong, and what people keep as it is."""
    execute(db, tables.SECOND_LOOK)
    db.conn.execute("PRAGMA user_version = 27")


@migrations()
def keys_in_segments(db: Database) -> None:
    """The keys of near-copies in segments, so that an import writes less."""
    divide_keys(db)
    db.conn.execute("PRAGMA user_version = 28")


@migrations()
def search_never_merged_at_once(db: Database) -> None:
    """The search index merges no segments all at once, which held up everybody else in a large database."""
    merge_in_large_steps(db.conn, "search")
    db.conn.execute("PRAGMA user_version = 29")
