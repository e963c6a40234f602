"""Whom and what an accept left out of a work, kept with its plan."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import TypeAdapter

from rules.admission import LeftOut, LeftOutReason
from rules.plan import Field
from store.database import Connection
from store.rows import from_json, many, number, run, to_json

_NAMES = TypeAdapter(tuple[str, ...])


def keep(connection: Connection, plan_id: int, items: Sequence[LeftOut]) -> None:
    """Keep what a plan leaves out, in this order."""
    if not items:
        return

    run(
        connection,
        "INSERT INTO left_out (plan_id, position, field, name, reason, known) SELECT $1, "
        "unnest($2::INTEGER[]), unnest($3::VARCHAR[]), unnest($4::VARCHAR[]), "
        "unnest($5::VARCHAR[]), unnest($6::VARCHAR[])",
        [
            plan_id,
            list(range(len(items))),
            [each.field.value for each in items],
            [each.name for each in items],
            [each.reason.value for each in items],
            [to_json(_NAMES, each.known) if each.known else None for each in items],
        ],
    )


def of_plan(connection: Connection, plan_id: int) -> tuple[LeftOut, ...]:
    """Return what a plan left out."""
    return of_plans(connection, [plan_id])[plan_id]


def of_plans(connection: Connection, plan_ids: Sequence[int]) -> dict[int, tuple[LeftOut, ...]]:
    """Return the same for several plans, by plan."""
    found: dict[int, tuple[LeftOut, ...]] = dict.fromkeys(plan_ids, ())
    if not plan_ids:
        return found

    rows = many(
        connection,
        "SELECT plan_id, field, name, reason, known FROM left_out "
        "WHERE list_contains($1::BIGINT[], plan_id) ORDER BY position",
        [list(plan_ids)],
    )
    for plan_id, field, name, reason, known in rows:
        out = LeftOut(
            field=Field(str(field)),
            name=str(name),
            reason=LeftOutReason(str(reason)),
            known=from_json(_NAMES, known) if known is not None else (),
        )
        found[number(plan_id)] += (out,)
    return found
