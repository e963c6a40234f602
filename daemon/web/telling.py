"""The part of the API that tells how everything stands, and what was decided so far."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from daemon.desk.counting import DAYS, MOST_DAYS, Counting
from daemon.desk.desk import Desk
from daemon.desk.history_views import HISTORY, HistoryPage
from daemon.desk.remembering import Remembering
from daemon.desk.statistics_views import STATISTICS, StatisticsView
from daemon.desk.survey_views import OVERVIEW, OverviewView
from daemon.desk.surveying import Surveying
from daemon.web.history_query import HistoryQuery
from daemon.web.operations import Operation, reading
from daemon.web.queries import NoQuery, Query, WholeNumber


class StatisticsQuery(Query):
    """How far back statistics look."""

    days: Annotated[WholeNumber, Field(ge=0, le=MOST_DAYS)] = DAYS
    """So many days; 0 since the first file was seen."""


def telling_operations(desk: Desk) -> list[Operation]:
    """Return the operations; none of them changes anything."""
    surveying, remembering, counting = Surveying(desk), Remembering(desk), Counting(desk)

    async def overview(_: NoQuery) -> OverviewView:
        return await surveying.overview()

    async def history(asked: HistoryQuery) -> HistoryPage:
        return await remembering.history(asked.sieve, before=asked.before, limit=asked.limit)

    async def statistics(asked: StatisticsQuery) -> StatisticsView:
        return await counting.statistics(asked.days or None)

    return [
        reading(
            "/overview",
            "Tell how everything stands, how fast it goes, and what is owed.",
            NoQuery,
            OVERVIEW,
            overview,
        ),
        reading(
            "/history", "List what was decided, the latest first.", HistoryQuery, HISTORY, history
        ),
        reading(
            "/statistics",
            "Tell what happened when, and how often.",
            StatisticsQuery,
            STATISTICS,
            statistics,
        ),
    ]
