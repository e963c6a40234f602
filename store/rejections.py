"""What a person turned down for a content by one answer: a work, under every name that it has."""

from __future__ import annotations

from collections.abc import Sequence

from rules.work import ExternalId
from store import answers
from store.database import Connection
from store.decisions import DecisionRecord
from store.rows import many, run


def keep(
    connection: Connection,
    content_id: int,
    decision_id: int,
    names: Sequence[ExternalId],
    *,
    at_s: float,
) -> None:
    """Never offer a work for a content again, whoever tells of it.

    The decision says the first of these names; the others are kept with it.
    """
    for name in names:
        answers.reject(connection, content_id, name, at_s=at_s)
    for name in names[1:]:
        run(
            connection,
            "INSERT INTO rejected_witness (decision_id, source, remote_id) VALUES ($1, $2, $3) "
            "ON CONFLICT (decision_id, source, remote_id) DO NOTHING",
            [decision_id, name.source, name.remote_id],
        )


def lift(connection: Connection, rejection: DecisionRecord) -> None:
    """Take back all that was turned down by one answer."""
    for name in _names(connection, rejection):
        answers.lift_rejection(connection, rejection.content_id, name)


def _names(connection: Connection, rejection: DecisionRecord) -> tuple[ExternalId, ...]:
    rows = many(
        connection,
        "SELECT source, remote_id FROM rejected_witness WHERE decision_id = $1 "
        "ORDER BY source, remote_id",
        [rejection.id],
    )
    others = (
        ExternalId(source=str(source), remote_id=str(remote_id)) for source, remote_id in rows
    )
    return (*((rejection.chosen,) if rejection.chosen else ()), *others)
