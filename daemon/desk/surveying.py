"""The whole at a glance: how everything stands, how fast it goes, and what is owed."""

from __future__ import annotations

import hashlib
from functools import partial

import anyio

from daemon.desk.desk import Desk
from daemon.desk.survey_views import OverviewView, OwedLine, ThroughputView
from store.database import Connection
from store.throughput import OwedKind, Throughput, owed_kinds, throughput

_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86_400
_DIGITS = 16


class Surveying:
    """What the desk tells of the whole; it changes nothing."""

    def __init__(self, desk: Desk) -> None:
        """Survey what this desk's store remembers, and the household around it."""
        self._desk = desk

    async def overview(self) -> OverviewView:
        """Return how everything stands."""
        now_s = self._desk.now()
        status = await self._desk.status()
        kinds, hour, day = await self._desk.database.read(partial(_counted, now_s=now_s))
        return OverviewView(
            status=status,
            owed=tuple(map(_owed_line, kinds)),
            last_hour=_throughput_view(hour),
            last_day=_throughput_view(day),
        )

    def next_change(self) -> anyio.Event:
        """Return what the next change to the store sets; take it before `look`."""
        return self._desk.database.next_change()

    async def look(self) -> str:
        """Return what tells one state of the overview from the next.

        What the last hour and day brought goes on by the minute, whatever happens.
        """
        household = self._desk.household
        around = (
            household.started_at_s,
            self._desk.database.commits,
            household.library_lines({}),
            sorted(household.healths().items()),
            self._desk.now() // _MINUTE_S,
        )
        return hashlib.sha256(repr(around).encode()).hexdigest()[:_DIGITS]


def _counted(
    connection: Connection, *, now_s: float
) -> tuple[list[OwedKind], Throughput, Throughput]:
    return (
        owed_kinds(connection),
        throughput(connection, since_s=now_s - _HOUR_S),
        throughput(connection, since_s=now_s - _DAY_S),
    )


def _owed_line(owed: OwedKind) -> OwedLine:
    return OwedLine(
        kind=owed.errand,
        count=owed.count,
        failing=owed.failing,
        oldest_at_s=owed.oldest_at_s,
        next_at_s=owed.next_at_s,
        last_error=owed.last_error,
    )


def _throughput_view(done: Throughput) -> ThroughputView:
    return ThroughputView(
        seen=done.seen,
        examined=done.examined,
        decided=done.decided,
        answered=done.answered,
        done=done.done,
    )
