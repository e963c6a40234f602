"""The statements of version 5, a part for each of the things that came with it."""

from __future__ import annotations

_REJECTED_TOGETHER = """
CREATE TABLE rejected_witness (       -- what else an answer turned down, beside what it names
    decision_id BIGINT NOT NULL,
    source VARCHAR NOT NULL,
    remote_id VARCHAR NOT NULL,
    PRIMARY KEY (decision_id, source, remote_id)
);
"""

_LEFT_OUT = """
ALTER TABLE left_out ADD COLUMN known JSON;  -- who of the known may be meant; NULL: nobody in doubt
"""

_FOUND_PICTURES = """
CREATE TABLE found_picture (          -- what stood at the address of a picture
    address VARCHAR PRIMARY KEY,
    sha256 VARCHAR,                   -- of the picture; NULL: it is of no use
    extension VARCHAR,
    width INTEGER,
    height INTEGER,
    trouble VARCHAR,                  -- why it is of no use, in words
    found_at_s DOUBLE NOT NULL
);
"""

_KEPT_SIDECARS = """
CREATE TABLE kept_sidecar (           -- somebody else's, beside a file for which doorman has words
    file_id BIGINT NOT NULL,
    what VARCHAR NOT NULL,            -- nfo, or the role of a picture
    path VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    kept_at_s DOUBLE NOT NULL,
    PRIMARY KEY (file_id, what)
);
"""

_USED_LINKS = """
ALTER TABLE used_action ADD COLUMN expires_at_s DOUBLE;  -- NULL: used before this was kept
"""

_BACKUPS = """
ALTER TABLE change ADD COLUMN before_sha256 VARCHAR;  -- of what lies in the backup folder; NULL: no
"""

_RENAMES = """
CREATE TABLE rename_under_way (       -- begun, and not yet known to be done
    change_id BIGINT PRIMARY KEY,
    file_id BIGINT NOT NULL,
    former VARCHAR NOT NULL,
    path VARCHAR NOT NULL
);
CREATE TABLE made_folder (            -- in a library, by doorman: an undo removes it when empty
    path VARCHAR PRIMARY KEY,
    made_at_s DOUBLE NOT NULL
);
"""

FIFTH: tuple[str, ...] = (
    _REJECTED_TOGETHER,
    _FOUND_PICTURES,
    _KEPT_SIDECARS,
    _USED_LINKS,
    _BACKUPS,
    _LEFT_OUT,
    _RENAMES,
)
"""In the order in which they are made."""
