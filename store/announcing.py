"""What other programs are still to be told of files: rows of the outbox, one a file and program.

What happens to a file that a program has not heard of yet becomes one row with what came before:
it is told how the file stands, not what led there.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from pydantic import TypeAdapter

from rules.announcement import Announcement, Occurrence
from rules.media import path_from_text, path_to_text
from store import contents, files, works
from store.database import Connection
from store.outbox import Errand
from store.rows import (
    from_json,
    many,
    number,
    one,
    run,
    seconds,
    seconds_or_none,
    text_or_none,
    to_json,
)

SETTLE_S = 3.0
"""How long one waits for others to come along, which become one request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _News:
    occurrence: Occurrence
    former_path: str | None = None


_NEWS = TypeAdapter(_News)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedNews:
    """One thing that a program is still to be told."""

    id: int
    file_id: int
    payload: str
    """As it stood when it was read; if it is another by now, more has happened."""
    attempts: int
    made_at_s: float

    @property
    def occurrence(self) -> Occurrence:
        """Return what happened last."""
        return from_json(_NEWS, self.payload).occurrence

    @property
    def former_path(self) -> PurePath | None:
        """Return where the file was when the program heard of it last, if it is elsewhere now."""
        former = from_json(_NEWS, self.payload).former_path
        return None if former is None else path_from_text(former)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far one program has been told."""

    due: int = 0
    given_up: int = 0
    last_error: str | None = None
    """Why the latest of those that are due was not taken."""
    told_at_s: float | None = None
    """When it took something last."""


def owe(
    connection: Connection,
    file_id: int,
    occurrence: Occurrence,
    hearers: Sequence[str],
    *,
    former_path: PurePath | None = None,
    at_s: float,
) -> None:
    """Owe programs the news of a file, with what they have not heard of it yet."""
    former = None if former_path is None else path_to_text(former_path)
    for hearer in hearers:
        row = one(
            connection,
            "SELECT id, payload FROM outbox WHERE state = 'due' AND kind = $1 AND channel = $2 "
            "AND file_id = $3 ORDER BY id DESC LIMIT 1",
            [Errand.ANNOUNCE, hearer, file_id],
        )
        if row is None:
            _add(
                connection, file_id, hearer, _News(occurrence=occurrence, former_path=former), at_s
            )
            continue

        earlier = from_json(_NEWS, row[1])
        news = _News(occurrence=occurrence, former_path=earlier.former_path or former)
        run(
            connection,
            "UPDATE outbox SET payload = $2 WHERE id = $1",
            [number(row[0]), to_json(_NEWS, news)],
        )


def due(connection: Connection, hearer: str, *, now_s: float, limit: int) -> list[OwedNews]:
    """Return what a program is to be told now, oldest first."""
    rows = many(
        connection,
        "SELECT id, file_id, payload, attempts, made_at_s FROM outbox WHERE state = 'due' "
        "AND kind = $1 AND channel = $2 AND due_at_s <= $3 ORDER BY id LIMIT $4",
        [Errand.ANNOUNCE, hearer, now_s, limit],
    )
    return [
        OwedNews(
            id=number(row[0]),
            file_id=number(row[1]),
            payload=str(row[2]),
            attempts=number(row[3]),
            made_at_s=seconds(row[4]),
        )
        for row in rows
    ]


def next_due_s(connection: Connection) -> float | None:
    """Return when a program is to be told something, None for never."""
    row = one(
        connection,
        "SELECT min(due_at_s) FROM outbox WHERE state = 'due' AND kind = $1",
        [Errand.ANNOUNCE],
    )
    return seconds_or_none(row[0]) if row else None


def mark_told(connection: Connection, told: Sequence[OwedNews], *, at_s: float) -> None:
    """Note what a program has heard; where more has happened since, that is still owed."""
    run(
        connection,
        "UPDATE outbox SET state = 'done', done_at_s = $3, last_error = NULL, "
        "attempts = attempts + 1 FROM (SELECT unnest($1::BIGINT[]) AS id, "
        "unnest($2::VARCHAR[]) AS payload) AS told "
        "WHERE outbox.id = told.id AND outbox.state = 'due' "
        "AND CAST(outbox.payload AS VARCHAR) = told.payload",
        [[each.id for each in told], [each.payload for each in told], at_s],
    )


def mark_waiting(
    connection: Connection,
    owed: Sequence[OwedNews],
    *,
    error: str,
    due_at_s: float | None,
    at_s: float,
) -> None:
    """Note what a program could not be told, and when it is tried again; None gives it up."""
    run(
        connection,
        "UPDATE outbox SET attempts = attempts + 1, last_error = $2, "
        "state = CASE WHEN $3::DOUBLE IS NULL THEN 'given up' ELSE 'due' END, "
        "due_at_s = coalesce($3, due_at_s), "
        "done_at_s = CASE WHEN $3::DOUBLE IS NULL THEN $4 ELSE NULL END "
        "WHERE state = 'due' AND id IN (SELECT unnest($1::BIGINT[]))",
        [[each.id for each in owed], error, due_at_s, at_s],
    )


def hold_all(connection: Connection, hearer: str, *, due_at_s: float) -> None:
    """Let all that a program is owed wait at least so long: it cannot be told anything now."""
    run(
        connection,
        "UPDATE outbox SET due_at_s = greatest(due_at_s, $3) "
        "WHERE state = 'due' AND kind = $1 AND channel = $2",
        [Errand.ANNOUNCE, hearer, due_at_s],
    )


def drop_others(connection: Connection, hearers: Collection[str], *, at_s: float) -> None:
    """Owe nothing to programs that are configured no more."""
    run(
        connection,
        "UPDATE outbox SET state = 'cancelled', done_at_s = $3 WHERE state = 'due' AND kind = $1 "
        "AND NOT list_contains($2::VARCHAR[], channel)",
        [Errand.ANNOUNCE, sorted(hearers), at_s],
    )


def standing(connection: Connection) -> dict[str, Standing]:
    """Return how far each program has been told, by its name."""
    rows = many(
        connection,
        "SELECT channel, count(*) FILTER (state = 'due'), count(*) FILTER (state = 'given up'), "
        "arg_max(last_error, id) FILTER (state = 'due' AND last_error IS NOT NULL), "
        "max(done_at_s) FILTER (state = 'done') FROM outbox WHERE kind = $1 GROUP BY channel",
        [Errand.ANNOUNCE],
    )
    return {
        str(row[0]): Standing(
            due=number(row[1]),
            given_up=number(row[2]),
            last_error=text_or_none(row[3]),
            told_at_s=seconds_or_none(row[4]),
        )
        for row in rows
    }


def announcements(
    connection: Connection, owed: Sequence[OwedNews]
) -> list[tuple[OwedNews, Announcement | None]]:
    """Return what there is to say of each file now; None where the file is known no more."""
    return [(each, _announcement(connection, each)) for each in owed]


def _announcement(connection: Connection, owed: OwedNews) -> Announcement | None:
    file = files.get(connection, owed.file_id)
    if file is None:
        return None

    content = None if file.content_id is None else contents.get(connection, file.content_id)
    work = None if file.work_id is None else works.load(connection, file.work_id)
    former = owed.former_path
    return Announcement(
        occurrence=owed.occurrence,
        library=file.library,
        path=file.path,
        former_path=None if former == file.path else former,
        work=work,
        oshash=str(content.oshash) if content else None,
        phash=str(content.phash) if content and content.phash else None,
        size_bytes=file.stamp.size_bytes,
        duration_s=content.facts.duration_s if content and content.facts else None,
    )


def _add(connection: Connection, file_id: int, hearer: str, news: _News, at_s: float) -> None:
    run(
        connection,
        "INSERT INTO outbox (kind, file_id, payload, state, due_at_s, made_at_s, channel) "
        "VALUES ($1, $2, $3, 'due', $4, $5, $6)",
        [Errand.ANNOUNCE, file_id, to_json(_NEWS, news), at_s + SETTLE_S, at_s, hearer],
    )
