"""The page of a real daemon: a password set while it runs, a session that outlives a restart."""

from __future__ import annotations

import socket
import subprocess

import httpx

from tests.end_to_end.home import COMMAND_PATIENCE_S, Home
from tests.end_to_end.running import DOORMAN, environment_of

PASSWORD = "correct horse"  # noqa: S105  # of nothing but this test


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as anybody:
        port: int = anybody.getsockname()[1]
    return port


def set_password(home: Home) -> None:
    """Set the password as a script would."""
    subprocess.run(  # noqa: S603  # the installed doorman
        [str(DOORMAN), "password", "--stdin", "--config", str(home.config)],
        input=f"{PASSWORD}\n".encode(),
        env=environment_of(home.folder),
        timeout=COMMAND_PATIENCE_S,
        check=True,
    )


def test_password_counts_at_once_and_nothing_secret_is_seen_anywhere(home: Home) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    home.set("server", listen=url.removeprefix("http://"))
    with httpx.Client(base_url=url) as browser:
        with home.run() as daemon:
            daemon.until(lambda: f"page.served url={url}" in daemon.words(), "the page is served")
            opened = browser.get("/api/v1/status").status_code
            set_password(home)
            locked = browser.get("/api/v1/status").status_code
            browser.post("/enter", data={"password": PASSWORD})
            entered = browser.get("/api/v1/status").status_code
            token = home.do("token", "create", "phone").out.strip()
            headers = {"Authorization": f"Bearer {token}"}
            by_token = httpx.get(f"{url}/api/v1/status", headers=headers).status_code
            seen = [home.do("status").out, home.do("status", "--json").out]
        with home.run() as daemon:
            daemon.until(lambda: daemon.words().count("page.served") > 1, "the page is served")
            kept = browser.get("/api/v1/status").status_code
        cookies = [str(value) for value in browser.cookies.values()]
    seen.append(home.log.read_text())
    seen.append(home.store.with_suffix(".access.json").read_text())
    stored = home.store.read_bytes().decode("latin-1")

    assert (opened, locked, entered, by_token, kept) == (200, 401, 200, 200, 200)
    assert f"page: {url}\n" in seen[0]
    secrets = (PASSWORD, token, *cookies)
    assert len(secrets) == 3
    assert [each for each in secrets if any(each in text for text in (*seen, stored))] == []
