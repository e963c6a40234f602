"""The key of a source and the address of a phone are seen nowhere but where they must be."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from rules.journey import FileState
from tests.end_to_end.films import Film
from tests.end_to_end.home import Home
from tests.end_to_end.phone import PASSWORD
from tests.end_to_end.running import Daemon


def everything_of(daemon: Daemon) -> bytes:
    """Return environment and command line of the daemon's children, and its own command line."""
    found = Path(f"/proc/{daemon.process.pid}/cmdline").read_bytes()
    for child in daemon.children():
        for name in ("environ", "cmdline"):
            with suppress(OSError):  # it has ended meanwhile
                found += Path(f"/proc/{child}/{name}").read_bytes()
    return found


def test_no_secret_reaches_log_store_nfo_output_or_children(
    installed: Home, films: tuple[Film, ...]
) -> None:
    home = installed
    secrets = (home.box.key.encode(), PASSWORD.encode(), home.phone.target.encode())
    home.knows(films[0])
    home.doubts(films[1], "Lantern Street", "Lantern Lane")
    seen: dict[str, bytes] = {}
    environment = {"DOORMAN_SOURCE_BOX_KEY": home.box.key}
    home.phone.status = 500  # a failing delivery has the most to say
    home.phone.is_free.clear()
    with home.run(environment=environment) as daemon:
        home.drop(films[0])
        home.drop(films[1])
        daemon.until_state(films[0].name, FileState.DONE)
        daemon.until_state(films[1].name, FileState.REVIEW)
        daemon.until(
            lambda: b"daemon.push.child" in everything_of(daemon), "a message is being sent"
        )
        seen["children"] = everything_of(daemon)
        home.phone.is_free.set()
        daemon.until(lambda: daemon.status().owed_error, "a delivery has failed")
        for command in ("status", "why 1", "why 2", "review"):
            seen[command] = home.do(*command.split(), "--json").out.encode()
            seen[f"{command} for people"] = home.do(*command.split()).out.encode()
    seen["log"] = daemon.words().encode()
    for path in (*home.store.parent.iterdir(), *home.library.glob("*.nfo")):
        if path.is_file():
            seen[path.name] = path.read_bytes()

    assert b"daemon.push.child" in seen["children"]
    assert b"daemon.media.worker" in seen["children"]
    assert b"daemon.watch.child" in seen["children"]
    assert home.store.name in seen
    leaks = [name for name, content in seen.items() if any(one in content for one in secrets)]
    assert leaks == []
