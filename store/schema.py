"""The tables, as numbered migrations.

Rules that the measurements forced: no foreign keys, no index on a column that changes, times as
seconds since 1970 (UTC), hashes as UBIGINT, states as text checked in Python. Primary keys are
numbers from a sequence, or natural keys that never change.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import duckdb

from store.name_filling import fill_names
from store.schema_fifth import FIFTH
from store.schema_fourth import FOURTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One step from the schema before it to its own version."""

    version: int
    statements: tuple[str, ...]
    fill: Callable[[duckdb.DuckDBPyConnection], None] | None = None
    """What SQL cannot do; called after the statements, in the same transaction."""


_FIRST = """
CREATE SEQUENCE file_ids;
CREATE TABLE file (
    id BIGINT PRIMARY KEY DEFAULT nextval('file_ids'),
    library VARCHAR NOT NULL,
    path VARCHAR NOT NULL,            -- rules.media.path_to_text; one row a path, by the one writer
    size_bytes BIGINT NOT NULL,
    mtime_ns BIGINT NOT NULL,
    inode UBIGINT NOT NULL,
    device UBIGINT,                   -- of its file system when last looked at
    state VARCHAR NOT NULL,           -- rules.journey.FileState
    resume_state VARCHAR,             -- the decided state to return to if only the stamp changed
    reason VARCHAR,                   -- why it is in this state, in words
    content_id BIGINT,
    work_id BIGINT,
    attempts INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0,   -- of sources, in a row; uses up no attempt
    due_at_s DOUBLE,                  -- when doorman goes on by itself; NULL: now, or never
    revision BIGINT NOT NULL DEFAULT 0,    -- one more with each change; a stale request is refused
    first_seen_at_s DOUBLE NOT NULL,
    changed_at_s DOUBLE NOT NULL,
    missing_since_s DOUBLE
);
CREATE SEQUENCE content_ids;
CREATE TABLE content (
    id BIGINT PRIMARY KEY DEFAULT nextval('content_ids'),
    oshash UBIGINT NOT NULL,
    size_bytes BIGINT NOT NULL,
    facts JSON,                       -- rules.media.VideoFacts; NULL until examined
    phash_missing VARCHAR,            -- why the reference has no phash for it
    examined_at_s DOUBLE,
    UNIQUE (oshash, size_bytes)
);
CREATE TABLE fingerprint (
    content_id BIGINT NOT NULL,
    algorithm VARCHAR NOT NULL,
    value UBIGINT NOT NULL,
    duration_s DOUBLE NOT NULL,
    version VARCHAR NOT NULL,         -- of the algorithm: the grid of a phash
    PRIMARY KEY (content_id, algorithm)
);
CREATE SEQUENCE answer_ids;
CREATE TABLE answer (
    id BIGINT PRIMARY KEY DEFAULT nextval('answer_ids'),
    content_id BIGINT NOT NULL,
    source VARCHAR NOT NULL,
    outcome VARCHAR NOT NULL,         -- known, unknown, failed, refused, not asked
    reason VARCHAR,
    retry_after_s DOUBLE,
    asked_at_s DOUBLE NOT NULL
);
CREATE SEQUENCE candidate_ids;
CREATE TABLE candidate (
    id BIGINT PRIMARY KEY DEFAULT nextval('candidate_ids'),
    content_id BIGINT NOT NULL,
    source VARCHAR NOT NULL,
    remote_id VARCHAR NOT NULL,
    offered JSON NOT NULL,            -- rules.candidate.Candidate
    evidence JSON,                    -- rules.evidence.Evidence
    evidence_version INTEGER,
    position INTEGER NOT NULL,        -- best first, as ranked by the last decision
    number INTEGER,                   -- what a person calls it; given once, by the first ranking
    offered_at_s DOUBLE NOT NULL,
    withdrawn_at_s DOUBLE,            -- the source no longer offers it
    UNIQUE (content_id, source, remote_id)
);
CREATE TABLE rejection (
    content_id BIGINT NOT NULL,
    source VARCHAR NOT NULL,
    remote_id VARCHAR NOT NULL,
    rejected_at_s DOUBLE NOT NULL,
    PRIMARY KEY (content_id, source, remote_id)
);
CREATE SEQUENCE decision_ids;
CREATE TABLE decision (
    id BIGINT PRIMARY KEY DEFAULT nextval('decision_ids'),
    file_id BIGINT NOT NULL,
    content_id BIGINT NOT NULL,
    verdict VARCHAR NOT NULL,
    decided_by VARCHAR NOT NULL,      -- rule, person
    rule VARCHAR,
    rules_digest VARCHAR,
    reasons JSON NOT NULL,
    source VARCHAR,
    remote_id VARCHAR,
    input JSON,                       -- rules.decide.DecisionInput, for why and replay
    state_before VARCHAR NOT NULL,
    decided_at_s DOUBLE NOT NULL,
    undone_at_s DOUBLE
);
CREATE SEQUENCE work_ids;
CREATE TABLE work (
    id BIGINT PRIMARY KEY DEFAULT nextval('work_ids'),
    made_at_s DOUBLE NOT NULL
);
CREATE TABLE work_field (
    work_id BIGINT NOT NULL,
    field VARCHAR NOT NULL,
    value JSON NOT NULL,              -- relations hold a list of entity ids in order
    origin VARCHAR NOT NULL,          -- person, sidecar, file name, source
    source VARCHAR,
    set_at_s DOUBLE NOT NULL,
    PRIMARY KEY (work_id, field)
);
CREATE SEQUENCE performer_ids;
CREATE TABLE performer (
    id BIGINT PRIMARY KEY DEFAULT nextval('performer_ids'),
    name VARCHAR NOT NULL,
    disambiguation VARCHAR,
    gender VARCHAR,
    aliases JSON NOT NULL,
    pictures JSON NOT NULL,
    made_at_s DOUBLE NOT NULL
);
CREATE SEQUENCE studio_ids;
CREATE TABLE studio (
    id BIGINT PRIMARY KEY DEFAULT nextval('studio_ids'),
    name VARCHAR NOT NULL,
    parent_id BIGINT,
    made_at_s DOUBLE NOT NULL
);
CREATE SEQUENCE tag_ids;
CREATE TABLE tag (
    id BIGINT PRIMARY KEY DEFAULT nextval('tag_ids'),
    name VARCHAR NOT NULL,
    made_at_s DOUBLE NOT NULL
);
CREATE TABLE external_id (
    name VARCHAR PRIMARY KEY,         -- the next three, a line each: only a key of one column is
    kind VARCHAR NOT NULL,            -- looked up without a scan; work, performer, studio, tag
    source VARCHAR NOT NULL,
    remote_id VARCHAR NOT NULL,
    owner_id BIGINT NOT NULL
);
CREATE SEQUENCE plan_ids;
CREATE TABLE plan (
    id BIGINT PRIMARY KEY DEFAULT nextval('plan_ids'),
    file_id BIGINT NOT NULL,
    decision_id BIGINT,               -- NULL: housekeeping; a sidecar that follows its video
    made_at_s DOUBLE NOT NULL,
    undone_at_s DOUBLE
);
CREATE SEQUENCE change_ids;
CREATE TABLE change (
    id BIGINT PRIMARY KEY DEFAULT nextval('change_ids'),
    plan_id BIGINT NOT NULL,
    kind VARCHAR NOT NULL,            -- set field, set work, write sidecar, remove sidecar
    target VARCHAR NOT NULL,          -- the field's name or the file's path
    before JSON,
    after JSON,
    before_bytes BLOB,                -- what stood in the file; NULL: there was none
    after_sha256 VARCHAR,             -- of what was written; NULL: removed
    state VARCHAR NOT NULL,           -- intended, done, undone, dropped
    changed_at_s DOUBLE NOT NULL
);
CREATE SEQUENCE outbox_ids;
CREATE TABLE outbox (
    id BIGINT PRIMARY KEY DEFAULT nextval('outbox_ids'),
    kind VARCHAR NOT NULL,            -- sidecar, message
    file_id BIGINT,
    payload JSON NOT NULL,
    state VARCHAR NOT NULL,           -- due, done, given up
    attempts INTEGER NOT NULL DEFAULT 0,
    due_at_s DOUBLE NOT NULL,
    last_error VARCHAR,
    reached JSON,                     -- digests of the targets that a message has reached
    made_at_s DOUBLE NOT NULL,
    done_at_s DOUBLE
);
CREATE SEQUENCE event_ids;
CREATE TABLE event (
    id BIGINT PRIMARY KEY DEFAULT nextval('event_ids'),
    file_id BIGINT NOT NULL,
    event VARCHAR NOT NULL,
    detail VARCHAR,
    at_s DOUBLE NOT NULL
);
CREATE TABLE library (
    name VARCHAR PRIMARY KEY,
    root VARCHAR NOT NULL,
    device UBIGINT,
    inode UBIGINT,
    listed_at_s DOUBLE,
    doubted_at_s DOUBLE               -- since when its loss of files is not believed
);
"""


_SECOND = """
ALTER TABLE content ADD COLUMN md5 VARCHAR;   -- 32 digits; NULL unless it was wanted
ALTER TABLE content ADD COLUMN grid VARCHAR;  -- of the last examination, whether it gave a phash
UPDATE content SET grid = coalesce((          -- version 1 knew one, and kept it with phashes only
    SELECT p.version FROM fingerprint p
    WHERE p.content_id = content.id AND p.algorithm = 'PHASH' AND content.phash_missing IS NULL
), '5x5') WHERE facts IS NOT NULL;
CREATE TABLE regeneration (
    content_id BIGINT PRIMARY KEY,    -- a person wants it examined again; the row stays when done
    attempts INTEGER NOT NULL DEFAULT 0,
    due_at_s DOUBLE,                  -- NULL: it is done, or failed too often
    reason VARCHAR,                   -- why the last attempt failed
    asked_at_s DOUBLE NOT NULL,
    done_at_s DOUBLE
)
"""

_THIRD = """
ALTER TABLE content ADD COLUMN examined_took_s DOUBLE;  -- in a worker's hands; NULL: not measured
"""


def _statements(text: str) -> tuple[str, ...]:
    lines = [line.split("--", 1)[0].rstrip() for line in text.splitlines()]
    return tuple(part.strip() for part in "\n".join(lines).split(";") if part.strip())


MIGRATIONS: tuple[Migration, ...] = (
    Migration(version=1, statements=_statements(_FIRST)),
    Migration(version=2, statements=_statements(_SECOND)),
    Migration(version=3, statements=_statements(_THIRD)),
    Migration(
        version=4,
        statements=tuple(each for part in FOURTH for each in _statements(part)),
        fill=fill_names,
    ),
    Migration(version=5, statements=tuple(each for part in FIFTH for each in _statements(part))),
)
"""In order; a version once released is never edited."""
