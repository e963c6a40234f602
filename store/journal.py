"""Plans and their changes: what stood there before, so that it can be put back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from pydantic import TypeAdapter

from rules.former_status import FormerStatus
from rules.media import path_from_text, path_to_text
from store.changes import Change, ChangeKind, ChangeState, Made
from store.database import Connection
from store.rows import (
    Row,
    from_json,
    inserted_id,
    many,
    number,
    number_or_none,
    one,
    run,
    seconds,
    seconds_or_none,
    text_or_none,
    to_json,
)

__all__ = ["Change", "ChangeKind", "ChangeState", "Made"]
"""What stands in `store.changes` and is had from here."""

_OF_FILES = frozenset({ChangeKind.WRITE_SIDECAR, ChangeKind.REMOVE_SIDECAR})
_FORMER = TypeAdapter(FormerStatus)
_SELECT = (
    "SELECT id, plan_id, kind, target, before, after, before_bytes, after_sha256, state, "
    "before_sha256 FROM change"
)


def open_plan(connection: Connection, file_id: int, decision_id: int | None, *, at_s: float) -> int:
    """Return the number of a new plan; None as decision is housekeeping."""
    return inserted_id(
        connection,
        "INSERT INTO plan (file_id, decision_id, made_at_s) VALUES ($1, $2, $3) RETURNING id",
        [file_id, decision_id, at_s],
    )


def plan_of_decision(connection: Connection, decision_id: int) -> int | None:
    """Return the plan that a decision led to, or None."""
    row = one(connection, "SELECT max(id) FROM plan WHERE decision_id = $1", [decision_id])
    return number_or_none(row[0]) if row else None


def latest_plan(connection: Connection, file_id: int) -> int | None:
    """Return the newest plan of a file that stands, or None."""
    row = one(
        connection,
        "SELECT max(id) FROM plan WHERE file_id = $1 AND undone_at_s IS NULL",
        [file_id],
    )
    return number_or_none(row[0]) if row else None


def mark_plan_undone(connection: Connection, plan_id: int, *, at_s: float) -> None:
    """Note that a plan was taken back."""
    run(connection, "UPDATE plan SET undone_at_s = $2 WHERE id = $1", [plan_id, at_s])


def add_done(
    connection: Connection,
    plan_id: int,
    kind: ChangeKind,
    target: str,
    *,
    before: str | None,
    after: str | None,
    at_s: float,
) -> None:
    """Write down a change that this very transaction makes."""
    made = Made(kind=kind, target=target, before=before, after=after)
    add_all_done(connection, plan_id, [made], at_s=at_s)


def add_all_done(
    connection: Connection, plan_id: int, changes: Sequence[Made], *, at_s: float
) -> None:
    """Write down changes that this very transaction makes, in the order they are made."""
    if not changes:
        return

    run(
        connection,
        "INSERT INTO change (plan_id, kind, target, before, after, state, changed_at_s) "
        "SELECT $1, unnest($2::VARCHAR[]), unnest($3::VARCHAR[]), unnest($4::VARCHAR[]), "
        "unnest($5::VARCHAR[]), 'done', $6",
        [
            plan_id,
            [change.kind.value for change in changes],
            [change.target for change in changes],
            [change.before for change in changes],
            [change.after for change in changes],
            at_s,
        ],
    )


def intend_file(  # noqa: PLR0913  # the facts of one change
    connection: Connection,
    plan_id: int,
    kind: ChangeKind,
    path: PurePath,
    *,
    before_bytes: bytes | None,
    after_sha256: str | None,
    backup_sha256: str | None = None,
    former: FormerStatus | None = None,
    at_s: float,
) -> int:
    """Write down what will be done to a file, before it is done; return the change's number.

    `former` tells how what stands there lies there. What is too large for `before_bytes` lies in
    the backup folder, under `backup_sha256`.
    """
    before = None if former is None else to_json(_FORMER, former)
    return inserted_id(
        connection,
        "INSERT INTO change "
        "(plan_id, kind, target, before_bytes, after_sha256, before, before_sha256, state, "
        "changed_at_s) VALUES ($1, $2, $3, $4, $5, $6, $7, 'intended', $8) RETURNING id",
        [
            plan_id,
            kind,
            path_to_text(path),
            before_bytes,
            after_sha256,
            before,
            backup_sha256,
            at_s,
        ],
    )


def former_status(change: Change) -> FormerStatus | None:
    """Return how what stood in a file lay there, if that was noted."""
    return None if change.before is None else from_json(_FORMER, change.before)


def mark(connection: Connection, change_id: int, state: ChangeState, *, at_s: float) -> None:
    """Note how far a change has come."""
    run(
        connection,
        "UPDATE change SET state = $2, changed_at_s = $3 WHERE id = $1",
        [change_id, state, at_s],
    )


def changes(connection: Connection, plan_id: int) -> list[Change]:
    """Return the changes of a plan in the order they were made."""
    return [
        _change(row)
        for row in many(connection, f"{_SELECT} WHERE plan_id = $1 ORDER BY id", [plan_id])
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What was done to a file at one time, with its changes in the order they were made.

    What was before in files is not with them: these may be large, and `changes` has them.
    """

    id: int
    decision_id: int | None
    made_at_s: float
    undone_at_s: float | None
    changes: tuple[Change, ...]


def plans_of(connection: Connection, file_id: int) -> list[Plan]:
    """Return the plans of a file that changed anything, oldest first."""
    rows = many(
        connection,
        "SELECT id, decision_id, made_at_s, undone_at_s FROM plan WHERE file_id = $1 ORDER BY id",
        [file_id],
    )
    made = _changes_by_plan(connection, [number(plan_id) for plan_id, *_ in rows])
    return [
        Plan(
            id=number(plan_id),
            decision_id=number_or_none(decision_id),
            made_at_s=seconds(made_at_s),
            undone_at_s=seconds_or_none(undone_at_s),
            changes=tuple(made[number(plan_id)]),
        )
        for plan_id, decision_id, made_at_s, undone_at_s in rows
        if number(plan_id) in made
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class LastWrite:
    """The last thing doorman did to a sidecar that still counts."""

    file_id: int
    """Of the video it was written for."""
    sha256: str | None
    """Of the bytes written; None when it was removed."""


def last_write(connection: Connection, path: PurePath) -> LastWrite | None:
    """Return what doorman last wrote at `path` (begun or done), or None if it never did."""
    row = one(
        connection,
        "SELECT p.file_id, c.after_sha256 FROM change c JOIN plan p ON p.id = c.plan_id "
        "WHERE c.target = $1 AND c.kind IN ('write sidecar', 'remove sidecar') "
        "AND c.state IN ('intended', 'done') ORDER BY c.id DESC LIMIT 1",
        [path_to_text(path)],
    )
    if row is None:
        return None

    return LastWrite(file_id=number(row[0]), sha256=text_or_none(row[1]))


def sidecars_of(connection: Connection, file_id: int) -> dict[PurePath, str]:
    """Return path and SHA-256 of every sidecar that doorman wrote for a file and that stands."""
    return sidecars_among(plans_of(connection, file_id))


def sidecars_among(plans: Iterable[Plan]) -> dict[PurePath, str]:
    """Return the same of all plans of a file."""
    made = sorted((each for plan in plans for each in plan.changes), key=lambda each: each.id)
    last = {
        each.target: each
        for each in made
        if each.kind in _OF_FILES and each.state in {ChangeState.INTENDED, ChangeState.DONE}
    }
    return {
        path_from_text(target): str(each.after_sha256)
        for target, each in last.items()
        if each.kind is ChangeKind.WRITE_SIDECAR
    }


def file_changes_since(connection: Connection, file_id: int, first_plan_id: int) -> list[Change]:
    """Return what was done to sidecars of a file from a plan on, oldest first."""
    rows = many(
        connection,
        f"{_SELECT} WHERE kind IN ('write sidecar', 'remove sidecar') "  # noqa: S608  # as below
        "AND state IN ('intended', 'done') "
        "AND plan_id IN (SELECT id FROM plan WHERE file_id = $1 AND id >= $2) ORDER BY id",
        [file_id, first_plan_id],
    )
    return [_change(row) for row in rows]


def left_over(connection: Connection) -> list[Change]:
    """Return what undone plans created and taught, and what of it is still there; latest first."""
    rows = many(
        connection,
        f"{_SELECT} WHERE kind IN ('create', 'learn') AND state = 'done' "  # noqa: S608  # as below
        "AND plan_id IN (SELECT id FROM plan WHERE undone_at_s IS NOT NULL) ORDER BY id DESC",
    )
    return [_change(row) for row in rows]


def intended(connection: Connection, file_id: int) -> list[Change]:
    """Return changes of a file that were begun and not finished, oldest first."""
    rows = many(
        connection,
        f"{_SELECT} WHERE state = 'intended' "  # noqa: S608  # columns are a constant
        "AND plan_id IN (SELECT id FROM plan WHERE file_id = $1) ORDER BY id",
        [file_id],
    )
    return [_change(row) for row in rows]


def _changes_by_plan(connection: Connection, plan_ids: Sequence[int]) -> dict[int, list[Change]]:
    """Return the changes of plans that have any, without what was before in files."""
    found: dict[int, list[Change]] = {}
    if not plan_ids:
        return found

    rows = many(
        connection,
        "SELECT id, plan_id, kind, target, before, after, NULL, after_sha256, state, "
        "before_sha256 FROM change "
        "WHERE list_contains($1::BIGINT[], plan_id) ORDER BY id",
        [list(plan_ids)],
    )
    for change in map(_change, rows):
        found.setdefault(change.plan_id, []).append(change)
    return found


def files_with_intended(connection: Connection) -> list[int]:
    """Return the files of which a change was begun and not finished."""
    rows = many(
        connection,
        "SELECT DISTINCT p.file_id FROM change c JOIN plan p ON p.id = c.plan_id "
        "WHERE c.state = 'intended' ORDER BY p.file_id",
    )
    return [number(file_id) for (file_id,) in rows]


def needed_backups(connection: Connection) -> dict[str, list[int]]:
    """Return what an undo may need of the backup folder, and for which files."""
    rows = many(
        connection,
        "SELECT DISTINCT c.before_sha256, p.file_id FROM change c JOIN plan p ON p.id = c.plan_id "
        "WHERE c.before_sha256 IS NOT NULL AND c.state IN ('intended', 'done') "
        "ORDER BY p.file_id",
    )
    found: dict[str, list[int]] = {}
    for sha256, file_id in rows:
        found.setdefault(str(sha256), []).append(number(file_id))
    return found


def _change(row: Row) -> Change:
    before_bytes = row[6]
    return Change(
        id=number(row[0]),
        plan_id=number(row[1]),
        kind=ChangeKind(str(row[2])),
        target=str(row[3]),
        before=text_or_none(row[4]),
        after=text_or_none(row[5]),
        before_bytes=before_bytes if isinstance(before_bytes, bytes) else None,
        after_sha256=text_or_none(row[7]),
        state=ChangeState(str(row[8])),
        backup_sha256=text_or_none(row[9]),
    )
