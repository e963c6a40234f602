"""The page as the daemon serves it."""

from __future__ import annotations

import socket
from pathlib import Path

import httpx
import pytest

from daemon.app import run_daemon
from daemon.settings import Settings, load_settings
from daemon.web.gate.access import access_path
from daemon.web.gate.access_file import AccessFile, AccessUnreadable
from daemon.web.gate.issuing import set_password
from daemon.web.gate.safety import PageUnsafe
from tests.daemon.test_app import ONCE, QUIETLY, is_let_go, living

PASSWORD = "correct horse"  # noqa: S105  # of nothing but these tests


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as anybody:
        port: int = anybody.getsockname()[1]
    return port


def configured(folder: Path, options: str) -> Settings:
    """Return settings with one empty library, and these options of the server."""
    (folder / "films").mkdir(exist_ok=True)
    config = folder / "doorman.toml"
    config.write_text(
        f'[[library]]\npath = "{folder}/films"\nsettle = "100ms"\n'
        f'[store]\npath = "{folder}/state/doorman.duckdb"\n'
        f'[server]\nsocket = "{folder}/doorman.sock"\n{options}\n'
    )
    return load_settings(config, {})


async def test_page_is_served_where_the_status_says(tmp_path: Path) -> None:
    settings = configured(tmp_path, f'listen = "127.0.0.1:{free_port()}"')

    async with living(settings) as life:
        status = await life.until(lambda each: each.page is not None and not each.page.trouble)
        assert status.page is not None
        async with httpx.AsyncClient(base_url=status.page.url) as browser:
            page = await browser.get("/enter")
            api = await browser.get("/api/v1/status")
            health = await browser.get("/healthz")
            measures = await browser.get("/metrics")

    assert (page.status_code, page.headers["Location"]) == (303, "/")
    assert api.json()["page"] == {"url": status.page.url, "trouble": None}
    assert (health.status_code, health.text[:3]) == (200, "ok ")
    assert 'doorman_stage_stopped{stage="submitting"} 0' in measures.text.splitlines()
    assert 'doorman_stage_items_total{stage="hashing"} 0' in measures.text.splitlines()
    assert 'doorman_stage_stopped{stage="watcher 1"} 0' in measures.text.splitlines()
    assert await is_let_go(settings)


async def test_same_site_stands_behind_the_socket(tmp_path: Path) -> None:
    settings = configured(tmp_path, 'listen = "off"')

    async with living(settings) as life:
        status = await life.until(lambda each: each.libraries[0].listed_at_s is not None)
        transport = httpx.AsyncHTTPTransport(uds=str(settings.server.socket))
        async with httpx.AsyncClient(transport=transport, base_url="http://doorman") as friend:
            page = await friend.get("/nowhere")
            ready = await friend.get("/readyz")

    assert status.page is None
    assert page.status_code == 404
    assert "There is no page /nowhere." in page.text
    assert "ok store: it answers" in ready.text.splitlines()


async def test_port_of_another_program_stops_no_main_job(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        settings = configured(tmp_path, f'listen = "127.0.0.1:{other.getsockname()[1]}"')
        async with living(settings) as life:
            status = await life.until(
                lambda each: (
                    each.page is not None and "cannot be taken" in (each.page.trouble or "")
                )
            )
            assert status.is_running
            await life.until(lambda each: each.libraries[0].state == "watching")


@pytest.mark.parametrize(
    "options", ['listen = "0.0.0.0:{port}"', 'public_url = "https://doorman.example"']
)
async def test_unsafe_page_is_refused_at_the_start(tmp_path: Path, options: str) -> None:
    settings = configured(tmp_path, options.format(port=free_port()))

    with pytest.RaisesGroup(PageUnsafe, flatten_subgroups=True, allow_unwrapped=True):
        await run_daemon(settings, QUIETLY)

    assert await is_let_go(settings)


async def test_other_machines_are_served_with_a_password(tmp_path: Path) -> None:
    settings = configured(tmp_path, f'listen = "0.0.0.0:{free_port()}"')
    set_password(settings.server, AccessFile(access_path(settings)), PASSWORD)

    async with living(settings) as life:
        await life.until(lambda each: each.page is not None and not each.page.trouble)
        assert settings.server.address is not None
        url = f"http://127.0.0.1:{settings.server.address.port}"
        async with httpx.AsyncClient(base_url=url) as browser:
            before = await browser.get("/api/v1/status")
            await browser.post("/enter", data={"password": PASSWORD})
            after = await browser.get("/api/v1/status")

    assert (before.status_code, after.status_code) == (401, 200)


async def test_nobody_is_let_in_by_a_damaged_file(tmp_path: Path) -> None:
    settings = configured(tmp_path, f'listen = "127.0.0.1:{free_port()}"')
    access_path(settings).parent.mkdir(mode=0o700)
    access_path(settings).write_text("{")

    with pytest.RaisesGroup(AccessUnreadable, flatten_subgroups=True, allow_unwrapped=True):
        await run_daemon(settings, QUIETLY)


async def test_command_that_works_for_a_moment_serves_no_page(tmp_path: Path) -> None:
    settings = configured(tmp_path, 'listen = "0.0.0.0:1"')

    assert await run_daemon(settings, ONCE)
