import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from daemon.logs.setup import LibraryHandler
from tests.daemon.cli.home import Home


@pytest.fixture
def home(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Home]:
    """Return a home with an empty library; what commands set up for the process is undone."""
    made = Home(folder=tmp_path, capsys=capsys)
    made.films.mkdir()
    made.configure()
    root = logging.getLogger()
    level = root.level
    yield made
    for handler in root.handlers[:]:
        if isinstance(handler, LibraryHandler):
            root.removeHandler(handler)
    root.setLevel(level)
    logging.captureWarnings(False)  # noqa: FBT003  # positional-only in practice
    structlog.reset_defaults()
