"""How often each rule has decided, and when it last did."""

from __future__ import annotations

from dataclasses import dataclass

from store.database import Connection
from store.rows import many, number, seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRecord:
    """What one rule has done so far, decisions that were undone since included."""

    rule: str
    fired: int
    fired_lately: int
    last_at_s: float


def by_rule(connection: Connection, *, lately_since_s: float) -> list[RuleRecord]:
    """Return the record of every rule that ever decided, by its name."""
    rows = many(
        connection,
        "SELECT rule, count(*), count(*) FILTER (decided_at_s >= $1), max(decided_at_s) "
        "FROM decision WHERE rule IS NOT NULL GROUP BY rule ORDER BY rule",
        [lately_since_s],
    )
    return [
        RuleRecord(
            rule=str(rule),
            fired=number(fired),
            fired_lately=number(lately),
            last_at_s=seconds(last_at_s),
        )
        for rule, fired, lately, last_at_s in rows
    ]
