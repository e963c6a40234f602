from __future__ import annotations

from pathlib import Path

import anyio
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from daemon.opening import opened_store
from daemon.reach import HolderSilent, reached_desk
from daemon.settings import Settings, load_settings
from daemon.web.server import serving

PATIENCE_S = 30.0


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    config = tmp_path / "doorman.toml"
    (tmp_path / "films").mkdir()
    config.write_text(
        f'[[library]]\npath = "{tmp_path}/films"\n'
        f'[store]\npath = "{tmp_path}/state/doorman.duckdb"\n'
        f'[server]\nsocket = "{tmp_path}/run/doorman.sock"\n'
    )
    return load_settings(config, {})


async def answer(_: Request) -> JSONResponse:
    return JSONResponse(["films"])


async def test_daemon_that_is_just_starting_is_waited_for(settings: Settings) -> None:
    api = Starlette(routes=[Route("/api/v1/libraries", answer)])
    reached = anyio.Event()

    async def ask() -> None:
        async with reached_desk(settings, patience_s=PATIENCE_S) as remote:
            assert remote.has_changed is False
        reached.set()

    async with opened_store(settings), anyio.create_task_group() as tasks:
        tasks.start_soon(ask)
        await anyio.sleep(0.3)  # it has found the store held, and nobody at the socket
        assert not reached.is_set()
        async with serving(api, settings.server.socket):
            await reached.wait()


async def test_store_that_is_let_go_meanwhile_is_opened(settings: Settings) -> None:
    reached = anyio.Event()

    async def ask() -> None:
        async with reached_desk(settings, patience_s=PATIENCE_S) as remote:
            assert not (await remote.status()).is_running
        reached.set()

    async with anyio.create_task_group() as tasks:
        async with opened_store(settings):
            tasks.start_soon(ask)
            await anyio.sleep(0.3)  # as above
            assert not reached.is_set()
        await reached.wait()


async def test_holder_that_never_listens_is_told_with_its_number(settings: Settings) -> None:
    async with opened_store(settings):
        with pytest.raises(HolderSilent, match=r"still starting, or hangs.*or stop it$") as told:
            async with reached_desk(settings, patience_s=0.2):
                pytest.fail("nobody is there")

    assert f"process {told.value.holder_pid}, which does not listen at" in str(told.value)
