"""Every page there is."""

from __future__ import annotations

from starlette.routing import Route

from daemon.desk.desk import Desk
from daemon.web.pages.act import act_routes
from daemon.web.pages.answering import answering_routes
from daemon.web.pages.bulk import bulk_routes
from daemon.web.pages.file import file_routes
from daemon.web.pages.history import history_routes
from daemon.web.pages.overview import overview_routes
from daemon.web.pages.queue import queue_routes
from daemon.web.pages.rules import rules_routes
from daemon.web.pages.statistics import statistics_routes


def page_routes(desk: Desk) -> list[Route]:
    """Return the routes of all pages."""
    return [
        *queue_routes(desk),
        *act_routes(desk),
        *bulk_routes(desk),
        *answering_routes(desk),
        *file_routes(desk),
        *overview_routes(desk),
        *history_routes(desk),
        *rules_routes(desk),
        *statistics_routes(desk),
    ]
