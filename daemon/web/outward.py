"""The part of the API that hands out what the store holds: exports, backups, answers to SQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

import anyio.to_thread
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from daemon.desk.desk import Desk
from daemon.desk.outward_views import (
    LONGEST_S,
    LONGEST_SQL,
    MOST_ROWS,
    QUERY,
    USUAL_ROWS,
    USUAL_S,
    QueryView,
)
from daemon.desk.querying import Querying
from daemon.desk.taking_out import Parcel, TakingOut
from daemon.web.bodies import Body
from daemon.web.errors import Forbidden
from daemon.web.operations import Operation, changing, special
from daemon.web.queries import NoQuery, Query
from daemon.web.visitor import Visitor, Way
from store.exporting import Form

_PIECE_BYTES = 1 << 18


class ExportQuery(Query):
    """An export."""

    form: tuple[Form, ...] = ()
    """What kind of files; both when none is given."""


class QueryRequest(Body):
    """A question to the tables of an export."""

    sql: Annotated[str, Field(max_length=LONGEST_SQL)]
    """One SELECT; it can change nothing."""
    most_rows: Annotated[int, Field(ge=0, le=MOST_ROWS)] = USUAL_ROWS
    """At most so many rows."""
    within_s: Annotated[int, Field(ge=1, le=LONGEST_S)] = USUAL_S
    """So many seconds it may take."""


def outward_operations(desk: Desk) -> list[Operation]:
    """Return the operations; none of them changes anything."""
    taking, querying = TakingOut(desk), Querying(desk)

    async def export(_: Request, asked: ExportQuery) -> Response:
        return _handed_over(await taking.export(asked.form), "application/x-tar")

    async def backup(request: Request, _: NoQuery) -> Response:
        _check_owner(request)
        return _handed_over(await taking.backup(), "application/octet-stream")

    async def query(asked: QueryRequest) -> QueryView:
        return await querying.query(
            asked.sql, most_rows=asked.most_rows, within_s=float(asked.within_s)
        )

    return [
        special(
            "/export",
            "Hand out files, fingerprints, works and decisions as Parquet and JSON lines, in a tar "
            "archive that says what they mean.",
            ExportQuery,
            "application/x-tar",
            export,
        ),
        special(
            "/backup",
            "Hand out a proven copy of the store; over the Unix socket only, as it holds secrets.",
            NoQuery,
            "application/octet-stream",
            backup,
        ),
        changing(
            "/query",
            "Answer one SELECT about files, fingerprints, works and decisions.",
            QueryRequest,
            QUERY,
            query,
        ),
    ]


def _check_owner(request: Request) -> None:
    """Refuse whoever came over the network.  Raises: Forbidden."""
    visitor = getattr(request.state, "visitor", None)  # none where a command answers for itself
    if isinstance(visitor, Visitor) and visitor.way is not Way.SOCKET:
        raise Forbidden("a backup holds secrets; make it on doorman's machine: doorman backup FILE")


def _handed_over(parcel: Parcel, media_type: str) -> Response:
    headers = {"Content-Length": str(parcel.size_bytes), "Cache-Control": "no-store"}
    return StreamingResponse(_pieces(parcel), headers=headers, media_type=media_type)


async def _pieces(parcel: Parcel) -> AsyncIterator[bytes]:
    with parcel.file as file:
        while piece := await anyio.to_thread.run_sync(file.read, _PIECE_BYTES):
            yield piece
