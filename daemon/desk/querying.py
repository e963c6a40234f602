"""A person's SQL: answered by a child process, from copies of the documented tables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import anyio
import anyio.to_thread

from daemon.desk.desk import Desk
from daemon.desk.outward_views import (
    LONGEST_S,
    LONGEST_SQL,
    MOST_ROWS,
    USUAL_ROWS,
    USUAL_S,
    ColumnLine,
    QueryView,
)
from daemon.desk.reading_apart import COMMAND, read_apart
from rules.errors import UsageError
from store.documented import DOCUMENTED, Documented
from store.exporting import copy_read
from store.query_protocol import QueryOrder, QueryReport
from store.workshop import bench

MOST_BYTES = 32 << 20
"""Of an answer: what a terminal or a page can still make something of."""
_BEGINS = re.compile(
    r"(?:\s|\(|--[^\n]*\n|/\*.*?\*/)*"
    r"(?:select|from|with|values|table|describe|summarize|show|explain)\b",
    re.IGNORECASE | re.DOTALL,
)
"""How anything begins that is answered; whether it is, the child decides."""
_WORD = re.compile(r"[a-z_]+")


class QueryRefused(UsageError):
    """SQL that is not answered."""

    def __init__(self, problem: str) -> None:
        """Build the message from what is wrong with it."""
        super().__init__(f"the query is not answered: {problem}")


class QueryTooLong(UsageError):
    """A query took longer than whoever asked allows: they asked for too much, or too soon."""

    def __init__(self, limit_s: float) -> None:
        """Build the message from the limit."""
        super().__init__(
            f"the query took longer than {limit_s:g} s and was stopped; "
            "ask for less, or allow it more: doorman query --timeout SECONDS"
        )


class Querying:
    """Answers SELECTs, one after another; nothing else waits for them."""

    def __init__(self, desk: Desk, *, command: Sequence[str] = COMMAND) -> None:
        """Answer from this desk's store; `command` is the child."""
        self._database = desk.database
        self._command = command
        self._turn = anyio.CapacityLimiter(1)

    async def query(
        self, sql: str, *, most_rows: int = USUAL_ROWS, within_s: float = USUAL_S
    ) -> QueryView:
        """Return what one SELECT finds, no more than `most_rows` rows.

        Raises:
            QueryRefused: it is not one SELECT, or cannot be answered.
            QueryTooLong: it took longer than `within_s`.
            ReaderBroken: it took too much memory.

        """
        if len(sql) > LONGEST_SQL:
            raise QueryRefused(f"it is longer than {LONGEST_SQL} characters; shorten it")

        if not _BEGINS.match(sql):
            raise QueryRefused("it is to be one SELECT; see doorman query --tables")

        most, limit_s = min(most_rows, MOST_ROWS), min(within_s, LONGEST_S)
        try:
            with anyio.fail_after(limit_s):
                async with self._turn:
                    with bench(self._database.workshop) as folder:
                        return await self._answer(sql, most, limit_s, folder)
        except TimeoutError:
            raise QueryTooLong(limit_s) from None

    async def _answer(self, sql: str, most_rows: int, limit_s: float, folder: Path) -> QueryView:
        tables = named_in(sql)
        await self._database.copy_out(partial(copy_read, tables=tables, folder=folder))
        order = QueryOrder(
            folder=str(folder),
            tables=tuple(table.name for table in tables),
            sql=sql,
            most_rows=most_rows,
            most_bytes=MOST_BYTES,
            processor_s=int(limit_s) + 1,
        )
        return _view(await read_apart(order, command=self._command))


def named_in(sql: str) -> tuple[Documented, ...]:
    """Return the tables that SQL may speak of: their names stand in it, as whatever."""
    words = set(_WORD.findall(sql.lower()))
    if {"show", "tables"} <= words:
        return DOCUMENTED

    return tuple(table for table in DOCUMENTED if table.name in words)


def _view(report: QueryReport) -> QueryView:
    if report.problem is not None:
        raise QueryRefused(report.problem)

    return QueryView(
        columns=tuple(ColumnLine(name=each.name, type=each.type) for each in report.columns),
        rows=report.rows,
        is_cut=report.is_cut,
    )
