"""Where people and programs are received: the Unix socket, and the page over TCP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio

from daemon.desk.vitals import Pulse, Vitals
from daemon.house import House
from daemon.web.api import build_api
from daemon.web.gate.premises import open_gate
from daemon.web.listening import keep_serving
from daemon.web.pages.all_pages import page_routes
from daemon.web.pages.pictures import picture_routes
from daemon.web.probes import build_probes
from daemon.web.server import serving
from daemon.web.site import build_site


@asynccontextmanager
async def received(house: House, *, is_page_wanted: bool) -> AsyncIterator[None]:
    """Serve API and pages while the block runs.

    Args:
        house: What is served.
        is_page_wanted: Whether the page is served over TCP, too, where the settings say so; a
            command that works for a moment leaves it alone.

    Raises:
        SocketUnusable: the Unix socket cannot be made.
        ConfigurationError: strangers could come in, or nobody could.

    """
    server = house.settings.server
    pages = [*page_routes(house.desk), *picture_routes(house.desk, house.gallery)]
    pulse = Pulse(
        stages=house.heartbeats.stages,
        stopped=house.heartbeats.stopped,
        times=house.stage_clock.times,
    )
    probes = build_probes(Vitals(desk=house.desk, pulse=pulse))
    site = build_site(build_api(house.desk), pages, probes)
    async with serving(site, server.socket), anyio.create_task_group() as tasks:
        if is_page_wanted and server.address is not None:
            gate = await open_gate(house.settings, house.means.database, site)
            tasks.start_soon(keep_serving, gate, server.address, house.page)
        yield
        tasks.cancel_scope.cancel()
