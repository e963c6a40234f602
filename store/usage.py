"""Who still needs a work, performer, studio or tag: works, files, and plans that stand.

A plan that stands counts with what it found and with what it made: taking it back puts the former
value in place again, and nobody named there may be gone by then.

Numbers are looked for as digits in the stored values, so that a name with digits in it may keep
somebody who could go; nobody goes who is needed.
"""

from __future__ import annotations

from collections.abc import Collection

from rules.plan import Field
from store.database import Connection
from store.entities import Kind
from store.rows import many, number

_FIELD_OF = {Kind.PERFORMER: Field.PERFORMERS, Kind.STUDIO: Field.STUDIO, Kind.TAG: Field.TAGS}
_IN_WORKS = """
SELECT DISTINCT digits::BIGINT FROM (
    SELECT unnest(regexp_extract_all(value::VARCHAR, '[0-9]+')) AS digits FROM work_field
    WHERE field = $1 AND regexp_matches(value::VARCHAR, $2)
) WHERE length(digits) < 19
"""
_IN_PLANS = """
SELECT digits::BIGINT, max(plan_id) FROM (
    SELECT c.plan_id, unnest(regexp_extract_all(
        concat_ws(' ', c.before->>'$.value', c.after->>'$.value'), '[0-9]+'
    )) AS digits
    FROM change c JOIN plan p ON p.id = c.plan_id
    WHERE c.kind = 'set field' AND c.target = $1 AND c.state = 'done' AND c.plan_id > $3
        AND p.undone_at_s IS NULL
        AND regexp_matches(concat_ws(' ', c.before->>'$.value', c.after->>'$.value'), $2)
) WHERE length(digits) < 19 GROUP BY ALL
"""
_WORKS = """
SELECT work_id FROM file WHERE list_contains($1::BIGINT[], work_id)
UNION SELECT work_id FROM work_field
WHERE list_contains($1::BIGINT[], work_id) AND origin = 'person'
UNION SELECT linked FROM (
    SELECT unnest([TRY_CAST(c.before AS BIGINT), TRY_CAST(c.after AS BIGINT)]) AS linked
    FROM change c JOIN plan p ON p.id = c.plan_id
    WHERE c.kind = 'set work' AND c.state = 'done' AND c.plan_id > $2 AND p.undone_at_s IS NULL
) WHERE list_contains($1::BIGINT[], linked)
"""
_PARENTS = "SELECT DISTINCT parent_id FROM studio WHERE list_contains($1::BIGINT[], parent_id)"
_WORN = """
SELECT DISTINCT tag_id FROM file_tag
WHERE list_contains($1::BIGINT[], tag_id) AND (taken_off_at_s IS NULL OR is_barred)
"""


def needed(
    connection: Connection, kind: Kind, things: Collection[int], *, since_plan: int
) -> frozenset[int]:
    """Return those of some things that somebody needs; all were created by `since_plan` or later.

    A work is needed by its files, and as long as anything in it is a person's word.
    """
    asked = sorted(things)
    if not asked:
        return frozenset()
    if kind is Kind.WORK:
        return _numbers(many(connection, _WORKS, [asked, since_plan - 1]))

    in_plans = named_since(connection, kind, asked, since_plan=since_plan - 1)
    in_works = many(connection, _IN_WORKS, [_FIELD_OF[kind].value, _any_of(asked)])
    otherwise: list[tuple[object, ...]] = []
    if kind is Kind.STUDIO:
        otherwise = many(connection, _PARENTS, [asked])
    if kind is Kind.TAG:
        otherwise = many(connection, _WORN, [asked])
    return frozenset(asked) & (_numbers([*in_works, *otherwise]) | in_plans.keys())


def named_since(
    connection: Connection, kind: Kind, things: Collection[int], *, since_plan: int
) -> dict[int, int]:
    """Return the last plan behind `since_plan` that stands and names each of these; or nothing."""
    asked = sorted(things)
    if not asked:
        return {}

    rows = many(connection, _IN_PLANS, [_FIELD_OF[kind].value, _any_of(asked), since_plan])
    found = {number(thing): number(plan_id) for thing, plan_id in rows}
    return {thing: found[thing] for thing in asked if thing in found}


def _any_of(things: Collection[int]) -> str:
    """Return the pattern of a text in which one of these numbers stands."""
    return rf"\b({'|'.join(map(str, things))})\b"


def _numbers(rows: Collection[tuple[object, ...]]) -> frozenset[int]:
    return frozenset(number(row[0]) for row in rows)
