"""`python -m tests.fuzz [EXAMPLES]`: ask the API what its document allows, and what not.

schemathesis runs as a program of its own against a real server over a real store with files in
every state. It fails for any answer with 5xx, for an answer that the document does not describe,
for something wrong that is taken, and for a method that is not refused.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from ipaddress import IPv4Address
from pathlib import Path

from anyio.from_thread import start_blocking_portal

from daemon.settings.addresses import ListenAddress
from daemon.web.api import DOCUMENT, build_api
from daemon.web.gate.entrance import SocketEntrance
from daemon.web.listening import listen
from daemon.web.pages.all_pages import page_routes
from daemon.web.server import served
from daemon.web.site import build_site
from rules.journey import FileState
from store.database import Database, open_database
from tests.daemon.desk.shelf import Shelf, make_shelf, offer
from tests.daemon.desk.twins import NEAR_PHASH, SMALL, Twin, put_twins

MANY = 300
"""Examples for each operation when a developer asks; it takes minutes."""
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
    "allow_header_conformance",
)
"""All but positive_data_acceptance, since what fits the schema may still mean no file or several;
and those about credentials and resources that are made and deleted, of which there are none."""
_DEADLINE_S = 3600.0
_ROOT = Path(__file__).parent.parent
_MEMORY_LIMIT_BYTES = 256 * 2**20


def fuzz(database: Database, folder: Path, *, examples: int) -> subprocess.CompletedProcess[str]:
    """Return how schemathesis ended; what it leaves behind lies in `folder`."""
    with _served(database) as url:
        command = [
            *(sys.executable, "-m", "schemathesis.cli", "run", f"{url}{DOCUMENT}"),
            *("--checks", ",".join(CHECKS), "--phases", "examples,coverage,fuzzing"),
            *("--max-examples", str(examples), "--seed", "1", "--request-timeout", "30"),
            "--no-color",
        ]
        return subprocess.run(  # noqa: S603  # our own development tool
            command,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(_ROOT), "SCHEMATHESIS_HOOKS": "tests.fuzz_hooks"},
            capture_output=True,
            text=True,
            timeout=_DEADLINE_S,
            check=False,
        )


@contextmanager
def _served(database: Database) -> Iterator[str]:
    """Serve a desk over this store, and yield its address."""
    shelf = make_shelf(database)
    listener = listen(ListenAddress(ip=IPv4Address("127.0.0.1"), port=0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with start_blocking_portal() as portal:
        portal.call(_fill, shelf)
        site = SocketEntrance(build_site(build_api(shelf.desk), page_routes(shelf.desk)))
        with portal.wrap_async_context_manager(served(site, listener)):
            yield url


async def _fill(shelf: Shelf) -> None:
    """Put files into every state, with and without anything offered for them."""
    for state in FileState:
        await shelf.put(f"{state} film.mkv", state)
        await shelf.put(f"{state} harbour.mkv", state, offers=(offer("a"), offer("b", source="s")))
    await shelf.put("caf\udce9 & more?.mkv", offers=(offer("a"),), is_examined=True)
    await shelf.put("unexamined.mkv", FileState.SEEN, is_examined=False)
    await shelf.put_accepted(offer("c"))
    await put_twins(
        shelf,
        Twin(name="Lantern Street.mkv", content=1),
        Twin(name="lantern.720p.mp4", content=2, phash=NEAR_PHASH, facts=SMALL),
    )


def main(arguments: list[str]) -> int:
    """Ask so many examples for each operation, and print what came of it."""
    examples = int(arguments[0]) if arguments else MANY
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        opening = partial(open_database, memory_limit_bytes=_MEMORY_LIMIT_BYTES, now_s=1.0)
        database = opening(folder / "doorman.duckdb")
        try:
            ended = fuzz(database, folder, examples=examples)
        finally:
            database.close()
    sys.stdout.write(ended.stdout + ended.stderr)
    return ended.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
