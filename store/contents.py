"""What is known about a content, whatever the files that hold it are called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter

from rules.fingerprint import Algorithm, Fingerprints, Md5, Oshash, Phash
from rules.media import VideoFacts
from rules.pace import Examined
from store.database import Connection
from store.rows import (
    from_json,
    inserted_id,
    many,
    number,
    one,
    run,
    seconds,
    text_or_none,
    to_json,
)

_FACTS = TypeAdapter(VideoFacts)
OSHASH_VERSION = "1"
"""There is but one oshash; the column is for the algorithms that may change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """One content: its key, and what an examination found."""

    id: int
    oshash: Oshash
    size_bytes: int
    facts: VideoFacts | None
    """None until it was examined."""
    phash: Phash | None
    phash_missing: str | None
    """Why the reference has no phash for it."""
    grid: str | None = None
    """The version of the montage when it was last examined, whatever that gave; None until then."""
    md5: Md5 | None = None

    @property
    def fingerprints(self) -> Fingerprints:
        """Return what sources are asked with."""
        return Fingerprints(
            oshash=self.oshash,
            size_bytes=self.size_bytes,
            duration_s=self.facts.duration_s if self.facts else 0.0,
            phash=self.phash,
        )


_SELECT = """
SELECT c.id, c.oshash, c.size_bytes, c.facts, p.value, c.phash_missing, c.grid, c.md5
FROM content c LEFT JOIN fingerprint p
    ON p.content_id = c.id AND p.algorithm = 'PHASH' AND c.phash_missing IS NULL
"""


def ensure(connection: Connection, oshash: Oshash, size_bytes: int) -> Content:
    """Return the content with this key, made if it is new."""
    found = find(connection, oshash, size_bytes)
    if found is not None:
        return found

    content_id = inserted_id(
        connection,
        "INSERT INTO content (oshash, size_bytes) VALUES ($1, $2) RETURNING id",
        [oshash.value, size_bytes],
    )
    return Content(
        id=content_id,
        oshash=oshash,
        size_bytes=size_bytes,
        facts=None,
        phash=None,
        phash_missing=None,
    )


def find(connection: Connection, oshash: Oshash, size_bytes: int) -> Content | None:
    """Return the content with this key, or None."""
    row = one(
        connection,
        f"{_SELECT} WHERE c.oshash = $1 AND c.size_bytes = $2",
        [oshash.value, size_bytes],
    )
    return _content(row) if row else None


def get(connection: Connection, content_id: int) -> Content | None:
    """Return the content with this number, or None."""
    row = one(connection, f"{_SELECT} WHERE c.id = $1", [content_id])
    return _content(row) if row else None


def get_many(connection: Connection, content_ids: Sequence[int]) -> dict[int, Content]:
    """Return those of these contents that are there, by number."""
    rows = many(
        connection,
        f"{_SELECT} WHERE c.id IN (SELECT unnest($1::BIGINT[]))",
        [list(content_ids)],
    )
    return {content.id: content for content in map(_content, rows)}


def lately_examined(
    connection: Connection, *, limit: int, with_md5: bool = False
) -> list[Examined]:
    """Return what was examined last, the latest first; with an MD5, only what has one.

    What an older doorman examined is left out: how long that took was not kept.
    """
    rows = many(
        connection,
        "SELECT examined_at_s, examined_took_s, size_bytes FROM content "
        "WHERE examined_at_s IS NOT NULL AND examined_took_s IS NOT NULL "
        "AND (NOT $2 OR md5 IS NOT NULL) ORDER BY examined_at_s DESC LIMIT $1",
        [limit, with_md5],
    )
    return [
        Examined(at_s=seconds(at_s), took_s=seconds(took_s), size_bytes=number(size))
        for at_s, took_s, size in rows
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What examining a content gave."""

    facts: VideoFacts
    phash: Phash | None
    phash_missing: str | None
    grid: str
    """The version of the montage that a phash is made from, also where there is none."""
    md5: Md5 | None = None
    """None unless it was wanted; an earlier one is not kept, the middle may have changed."""
    took_s: float | None = None
    """How long a worker had it in hand; None when nobody measured that."""


def save_finding(
    connection: Connection, content: Content, finding: Finding, *, at_s: float
) -> None:
    """Keep facts and fingerprints of a content; an earlier examination is replaced.

    A phash that the new examination did not find stays in its row, where `phash_missing` hides
    it: deleting and inserting one key in one transaction has broken logs (duckdb#22044).
    """
    run(
        connection,
        "UPDATE content SET facts = $2, phash_missing = $3, md5 = $4, examined_at_s = $5, "
        "grid = $6, examined_took_s = $7 WHERE id = $1",
        [
            content.id,
            to_json(_FACTS, finding.facts),
            _missing(finding),
            finding.md5.text if finding.md5 else None,
            at_s,
            finding.grid,
            finding.took_s,
        ],
    )
    duration_s = finding.facts.duration_s
    _save(
        connection,
        content.id,
        Algorithm.OSHASH,
        content.oshash.value,
        duration_s=duration_s,
        version=OSHASH_VERSION,
    )
    if finding.phash is not None:
        _save(
            connection,
            content.id,
            Algorithm.PHASH,
            finding.phash.value,
            duration_s=duration_s,
            version=finding.grid,
        )


def _save(
    connection: Connection,
    content_id: int,
    algorithm: Algorithm,
    value: int,
    *,
    duration_s: float,
    version: str,
) -> None:
    run(
        connection,
        "INSERT INTO fingerprint VALUES ($1, $2, $3, $4, $5) "
        "ON CONFLICT (content_id, algorithm) DO UPDATE SET value = excluded.value, "
        "duration_s = excluded.duration_s, version = excluded.version",
        [content_id, algorithm, value, duration_s, version],
    )


def _missing(finding: Finding) -> str | None:
    if finding.phash is not None:
        return None

    return finding.phash_missing or "no reason was given"


def _content(row: tuple[object, ...]) -> Content:
    return Content(
        id=number(row[0]),
        oshash=Oshash(number(row[1])),
        size_bytes=number(row[2]),
        facts=from_json(_FACTS, row[3]) if row[3] is not None else None,
        phash=Phash(number(row[4])) if row[4] is not None else None,
        phash_missing=text_or_none(row[5]),
        grid=text_or_none(row[6]),
        md5=Md5(str(row[7])) if row[7] is not None else None,
    )
