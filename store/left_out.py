"""Whom and what an accept left out of a work, kept with its plan."""

from __future__ import annotations

from collections.abc import Sequence

from rules.admission import LeftOut, LeftOutReason
from rules.plan import Field
from store.database import Connection
from store.rows import many, run


def keep(connection: Connection, plan_id: int, items: Sequence[LeftOut]) -> None:
    """Keep what a plan leaves out, in this order."""
    for position, each in enumerate(items):
        run(
            connection,
            "INSERT INTO left_out (plan_id, position, field, name, reason) "
            "VALUES ($1, $2, $3, $4, $5)",
            [plan_id, position, each.field, each.name, each.reason],
        )


def of_plan(connection: Connection, plan_id: int) -> tuple[LeftOut, ...]:
    """Return what a plan left out."""
    rows = many(
        connection,
        "SELECT field, name, reason FROM left_out WHERE plan_id = $1 ORDER BY position",
        [plan_id],
    )
    return tuple(
        LeftOut(field=Field(str(field)), name=str(name), reason=LeftOutReason(str(reason)))
        for field, name, reason in rows
    )
