"""The tables and columns that later migrations add, as SQL."""

from __future__ import annotations

from typing import Final

ADJUDICATIONS: Final = """
-- What adjudicators decided of what layers say, and that a notice is done; it follows from the log.
CREATE TABLE adjudications (
    notice INTEGER NOT NULL REFERENCES notices(number),
    fingerprint TEXT NOT NULL,
    choice TEXT NOT NULL CHECK (choice IN ('agreed', 'majority', 'taken', 'none', 'edited', 'complete')),
    -- Names of layers, and ids of gold annotations, in JSON.
    layers TEXT NOT NULL,
    gold TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    PRIMARY KEY (notice, fingerprint)
) STRICT, WITHOUT ROWID;

-- Who was handed which notice for what, and until when it is kept for them.
CREATE TABLE leases_anew (
    notice INTEGER NOT NULL REFERENCES notices(number),
    task TEXT NOT NULL CHECK (task IN ('review', 'adjudicate')),
    annotator TEXT NOT NULL,
    until TEXT NOT NULL,
    PRIMARY KEY (notice, task)
) STRICT, WITHOUT ROWID;
INSERT INTO leases_anew SELECT notice, 'review', annotator, until FROM leases;
DROP TABLE leases;
ALTER TABLE leases_anew RENAME TO leases;
CREATE INDEX leases_of_annotator ON leases(annotator);
"""

LEARNING: Final = """
-- Models by the SHA-256 of their bytes; which of them suggest is a setting, and so in the log.
CREATE TABLE models (
    digest TEXT PRIMARY KEY,
    data BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- What new models have found and nobody sees yet; it becomes suggestions once all notices are done.
CREATE TABLE found_by_models (
    version TEXT NOT NULL,
    notice INTEGER NOT NULL REFERENCES notices(number),
    found TEXT NOT NULL,
    PRIMARY KEY (notice, version)
) STRICT, WITHOUT ROWID;

-- What was found in a text that is another one now is worth nothing.
CREATE TRIGGER found_by_models_follow_text AFTER UPDATE OF normalized ON texts
BEGIN DELETE FROM found_by_models WHERE notice = new.notice; END;

-- Who is learning, in which process, and until when nobody else may begin.
CREATE TABLE learning (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    actor TEXT NOT NULL,
    process TEXT NOT NULL,
    until TEXT NOT NULL
) STRICT;
"""

NOTICE_ATTRIBUTES: Final = """
-- What the annotator says about the whole notice: the attributes that have a value, in JSON.
ALTER TABLE reviews ADD COLUMN attributes TEXT NOT NULL DEFAULT '{}';
"""

TRAINING: Final = """
-- How people did gold notices that they were trained or checked with, as they first finished them.
CREATE TABLE training_results (
    notice INTEGER NOT NULL REFERENCES notices(number),
    annotator TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('training', 'check')),
    own INTEGER NOT NULL,
    gold INTEGER NOT NULL,
    exact INTEGER NOT NULL,
    "overlap" INTEGER NOT NULL,
    finished_at TEXT NOT NULL,
    PRIMARY KEY (notice, annotator)
) STRICT, WITHOUT ROWID;
CREATE INDEX training_results_of_annotator ON training_results(annotator);
"""

QUESTIONS: Final = """
-- What people ask each other about notices and annotations; it follows from the log.
CREATE TABLE questions (
    id TEXT PRIMARY KEY,
    notice INTEGER NOT NULL REFERENCES notices(number),
    annotation TEXT,
    annotator TEXT NOT NULL,
    -- Null where anybody is asked.
    asked TEXT,
    text TEXT NOT NULL,
    created_at TEXT NOT NULL,
    -- Who said what, and when, in JSON.
    answers TEXT NOT NULL,
    -- Null while it waits for an answer.
    closed_by TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX questions_of_notice ON questions(notice, created_at, id);
CREATE INDEX questions_open ON questions(asked) WHERE closed_by IS NULL;
"""

ARMS: Final = """
-- The arm of an experiment in which the notice was reviewed; null outside of one.
ALTER TABLE reviews ADD COLUMN arm TEXT;
"""

BULK: Final = """
-- Whether its annotator made it together with others in one step, and has not looked at it by itself since.
ALTER TABLE annotations ADD COLUMN bulk INTEGER NOT NULL DEFAULT 0 CHECK (bulk IN (0, 1));

-- Of an event from before annotations told that: whether the annotation was so behind it (1), before it (2) or both.
ALTER TABLE events ADD COLUMN bulk INTEGER;
"""

ORDERS_OF_WORK: Final = """
-- Orders of work as of a moment: how many notices are in each, behind which event it was made, how long that took, and
-- by which share and seed some came to a random place.  They follow from other tables, and are made anew now and then.
CREATE TABLE work_orders (
    name TEXT PRIMARY KEY,
    generation INTEGER NOT NULL,
    notices INTEGER NOT NULL,
    event INTEGER NOT NULL,
    made_at TEXT NOT NULL,
    seconds REAL NOT NULL,
    share REAL NOT NULL,
    seed TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The notices of an order, block by block: the numbers in order, the same as a set, and the place of each number.
CREATE TABLE order_blocks (
    name TEXT NOT NULL,
    generation INTEGER NOT NULL,
    part TEXT NOT NULL CHECK (part IN ('numbers', 'members', 'places')),
    block INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (name, generation, part, block)
) STRICT, WITHOUT ROWID;

-- Which process makes an order anew, and until when no other may begin.
CREATE TABLE order_renewals (
    name TEXT PRIMARY KEY,
    process TEXT NOT NULL,
    until TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- How long normalized texts are, in code points; measured when it is needed.
CREATE TABLE text_lengths (
    notice INTEGER PRIMARY KEY,
    characters INTEGER NOT NULL
) STRICT;
CREATE TRIGGER text_lengths_follow_text AFTER UPDATE OF normalized ON texts
BEGIN DELETE FROM text_lengths WHERE notice = new.notice; END;

-- How many places of other suggesters the suggester has found as well; null of one that is not silent there.
ALTER TABLE suggested ADD COLUMN agreed INTEGER;
"""

SECOND_LOOK: Final = """
-- What a second look has found that may be wrong.  Nobody logs it: the next look makes it anew.
CREATE TABLE suspects (
    id TEXT PRIMARY KEY,
    notice INTEGER NOT NULL REFERENCES notices(number),
    -- Whose layer it is about.
    layer TEXT NOT NULL,
    -- Null where a tag is missing.
    annotation TEXT,
    -- Label, place and whether it was rejected, as the annotation was; of a missing tag what it would have.
    label TEXT NOT NULL,
    "start" INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    rejected INTEGER NOT NULL CHECK (rejected IN (0, 1)),
    -- Why, in JSON.
    reasons TEXT NOT NULL,
    -- How probably it is an error.
    rank REAL NOT NULL,
    found_at TEXT NOT NULL,
    -- What a reviewer has done with it; null while nobody has.
    outcome TEXT CHECK (outcome IN ('kept', 'changed', 'deleted', 'tagged'))
) STRICT, WITHOUT ROWID;
CREATE INDEX suspects_of_notice ON suspects(notice, layer);
CREATE INDEX suspects_by_rank ON suspects(layer, rank DESC) WHERE outcome IS NULL;

-- The rank of the first suspect of each layer and notice that has any: the order of the queue.
CREATE TABLE suspect_ranks (
    layer TEXT NOT NULL,
    notice INTEGER NOT NULL REFERENCES notices(number),
    rank REAL NOT NULL,
    PRIMARY KEY (layer, notice)
) STRICT, WITHOUT ROWID;
CREATE INDEX suspect_ranks_in_order ON suspect_ranks(layer, rank DESC, notice);

-- What somebody has looked at and kept as it is; it follows from the log.
CREATE TABLE kept_suspects (
    id TEXT PRIMARY KEY,
    notice INTEGER NOT NULL REFERENCES notices(number),
    layer TEXT NOT NULL,
    annotation TEXT,
    label TEXT NOT NULL,
    "start" INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    kinds TEXT NOT NULL,
    kept_by TEXT NOT NULL,
    kept_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX kept_suspects_of_notice ON kept_suspects(notice, layer);

-- When the last second look was, who had it made, and what it looked at, in JSON.
CREATE TABLE second_look (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    made_at TEXT NOT NULL,
    actor TEXT NOT NULL,
    told TEXT NOT NULL
) STRICT;
"""
