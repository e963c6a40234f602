"""The statements of version 4, a part for each of the things that came with it."""

from __future__ import annotations

_SUBMISSIONS = """
CREATE SEQUENCE submission_ids;
CREATE TABLE submission (
    id BIGINT PRIMARY KEY DEFAULT nextval('submission_ids'),
    content_id BIGINT NOT NULL,
    endpoint VARCHAR NOT NULL,        -- the source's address, for its name may change
    remote_id VARCHAR NOT NULL,
    algorithm VARCHAR NOT NULL,
    hash UBIGINT NOT NULL,
    file_id BIGINT NOT NULL,          -- the file, and the decision about it, from which it follows
    decision_id BIGINT NOT NULL,
    duration_s INTEGER NOT NULL,      -- whole seconds, as they are sent
    vote VARCHAR NOT NULL,            -- rules.submission.Vote: what is to be said
    reason VARCHAR NOT NULL,
    label VARCHAR NOT NULL,           -- the work, in words
    told VARCHAR,                     -- what was said last and taken; NULL: nothing
    state VARCHAR NOT NULL,           -- due, sent, failed, refused, dropped
    attempts INTEGER NOT NULL DEFAULT 0,
    due_at_s DOUBLE NOT NULL,
    tried_at_s DOUBLE,                -- when it last left; NULL: the source never heard of it
    error VARCHAR,
    made_at_s DOUBLE NOT NULL,
    sent_at_s DOUBLE,
    UNIQUE (content_id, endpoint, remote_id, algorithm, hash)
);
"""

_NAMES = """
ALTER TABLE studio ADD COLUMN aliases JSON;   -- NULL: none
ALTER TABLE tag ADD COLUMN aliases JSON;      -- NULL: none
CREATE TABLE entity_name (
    name_key VARCHAR PRIMARY KEY,     -- store.name_keys.name_key: the kind and the folded name
    owners JSON NOT NULL              -- numbers of those whose name or alias it is
);
"""

_HEARD = """
CREATE TABLE heard (                  -- who has answered in a round of asking that is under way
    file_id BIGINT NOT NULL,
    source VARCHAR NOT NULL,
    revision BIGINT NOT NULL,         -- the file's, by then; any other is of a former round
    PRIMARY KEY (file_id, source)
)
"""

_IDENTIFY = """
ALTER TABLE content ADD COLUMN organized_at_s DOUBLE;  -- finished; NULL: not
CREATE TABLE file_tag (
    content_id BIGINT NOT NULL,
    tag_id BIGINT NOT NULL,
    put_on_at_s DOUBLE NOT NULL,
    taken_off_at_s DOUBLE,            -- NULL: it is worn
    is_barred BOOLEAN NOT NULL DEFAULT false,  -- a person took it off: doorman never puts it on
    PRIMARY KEY (content_id, tag_id)
);
CREATE TABLE left_out (
    plan_id BIGINT NOT NULL,
    position INTEGER NOT NULL,
    field VARCHAR NOT NULL,           -- studio, performers, tags
    name VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,          -- rules.admission.LeftOutReason
    PRIMARY KEY (plan_id, position)
);
"""

_SIDECARS = """
CREATE TABLE sidecar (
    file_id BIGINT PRIMARY KEY,       -- the NFO that lies beside it; no row: none was seen
    path VARCHAR NOT NULL,            -- rules.media.path_to_text
    size_bytes BIGINT NOT NULL,
    mtime_ns BIGINT NOT NULL,
    sha256 VARCHAR,                   -- of its bytes; NULL: it could not be read
    is_own BOOLEAN NOT NULL,          -- doorman wrote just that once, so it says nothing new
    says JSON,                        -- rules.sidecar_says.SidecarSays; NULL: nothing readable
    trouble VARCHAR,                  -- why it could not be read, in words
    read_at_s DOUBLE NOT NULL
);
"""

_TITLES = """
ALTER TABLE candidate ADD COLUMN title VARCHAR;  -- of the offered work, to search by; NULL: none
UPDATE candidate SET title = offered->'work'->>'title'
"""

_SESSIONS = """
CREATE TABLE session (                -- people who knew the password, at the page
    sha256 VARCHAR PRIMARY KEY,       -- of what the browser holds
    epoch VARCHAR NOT NULL,           -- digest of what changes with the password
    begun_at_s DOUBLE NOT NULL,
    at_s DOUBLE NOT NULL              -- when somebody was last there
);
"""

_PUSH = """
ALTER TABLE outbox ADD COLUMN channel VARCHAR;  -- who is to be told; NULL: nobody in particular yet
CREATE SEQUENCE push_ids;
CREATE TABLE push (                   -- messages that were handed over, for the caps
    id BIGINT PRIMARY KEY DEFAULT nextval('push_ids'),
    channel VARCHAR NOT NULL,
    state VARCHAR NOT NULL,           -- store.post.Handed
    begun_at_s DOUBLE NOT NULL
);
CREATE TABLE chore (                  -- what is done once, or once in a while, and when it was
    name VARCHAR PRIMARY KEY,
    at_s DOUBLE NOT NULL
);
CREATE TABLE reminder (
    file_id BIGINT PRIMARY KEY,       -- of whose question a person was reminded
    question VARCHAR,                 -- which, as in the news; NULL: of none that was told
    at_s DOUBLE NOT NULL
);
CREATE TABLE source_trouble (
    source VARCHAR PRIMARY KEY,
    since_s DOUBLE,                   -- since when it is out of reach; NULL: it is not
    told_at_s DOUBLE                  -- when a person was told; NULL: not yet
);
CREATE TABLE push_secret (
    name VARCHAR PRIMARY KEY,         -- actions: what signs the links in messages
    secret VARCHAR NOT NULL           -- 64 hexadecimal digits
);
CREATE TABLE used_action (
    token VARCHAR PRIMARY KEY,        -- SHA-256 of it
    used_at_s DOUBLE NOT NULL
);
"""

FOURTH: tuple[str, ...] = (
    _SUBMISSIONS,
    _NAMES,
    _IDENTIFY,
    _HEARD,
    _SIDECARS,
    _TITLES,
    _SESSIONS,
    _PUSH,
)
"""In the order in which they are made."""
