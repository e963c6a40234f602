from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from daemon.demo.clips import ClipRecipe, make_clip
from tests.daemon.media.clips import SMALL, Made

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def videos() -> Path:
    """The folder of the committed reference videos."""
    return DATA / "videos"


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip of 10 s that nobody may change."""
    path = tmp_path_factory.mktemp("clip") / "Harbour at Dawn.mp4"
    make_clip(path, ClipRecipe(seed=1, audio_s=10))
    return path


@pytest.fixture(scope="session")
def content(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Return the content of a small clip, by its suffix and codec."""
    folder = tmp_path_factory.mktemp("content")

    def made(suffix: str, codec: str = "libx264") -> bytes:
        path = folder / f"{codec}.{suffix}"
        if not path.exists():
            make_clip(path, replace(SMALL, codec=codec))
        return path.read_bytes()

    return made


class Listener:
    """A web server on loopback that remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        asked = self.asked

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_error(404)

            do_HEAD = do_GET  # noqa: N815  # http.server's name

            def log_message(self, *_arguments: object) -> None:
                """Stay quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def listener() -> Iterator[Listener]:
    listening = Listener()
    thread = threading.Thread(target=listening.server.serve_forever)
    thread.start()
    yield listening
    listening.server.shutdown()
    thread.join()
    listening.server.server_close()


@pytest.fixture
def asked(listener: Listener) -> list[str]:
    """What the listener was asked for so far."""
    return listener.asked


@pytest.fixture
def playlist(tmp_path: Path, listener: Listener) -> Path:
    """A playlist that is named like a video and points at the listener."""
    path = tmp_path / "playlist.mkv"
    path.write_text(
        f"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{listener.url}/a.ts\n"
        "#EXT-X-ENDLIST\n"
    )
    return path
