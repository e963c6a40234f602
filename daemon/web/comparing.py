"""The part of the API that is about near-equal files."""

from __future__ import annotations

from daemon.desk.comparing import Comparing
from daemon.desk.desk import Desk
from daemon.desk.duplicate_views import DUPLICATES, NEAR, DuplicatesView, NearView
from daemon.web.operations import Operation, reading
from daemon.web.queries import DuplicatesQuery, NearQuery
from rules.duplicates import Nearness


def comparing_operations(desk: Desk) -> list[Operation]:
    """Return the operations; none of them changes anything."""
    comparing = Comparing(desk)

    async def duplicates(asked: DuplicatesQuery) -> DuplicatesView:
        nearness = Nearness(distance_bits=asked.distance)
        return await comparing.duplicates(nearness, library=asked.library, limit=asked.limit)

    async def near(asked: NearQuery) -> NearView:
        nearness = Nearness(distance_bits=asked.distance)
        return await comparing.near(asked.file, nearness, library=asked.library)

    return [
        reading(
            "/duplicates",
            "List files that are near-equal, and which to keep.",
            DuplicatesQuery,
            DUPLICATES,
            duplicates,
        ),
        reading("/near", "List the files that are near one.", NearQuery, NEAR, near),
    ]
