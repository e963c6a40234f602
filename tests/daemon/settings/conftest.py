from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from daemon.settings import Settings, load_settings

HOME = {"HOME": "/home/ada"}
LIBRARY = '[[library]]\npath = "/srv/films"\n'


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Settings]:
    """Return a function that loads a text as a configuration file."""

    def _load(text: str, **environment: str) -> Settings:
        path = tmp_path / "doorman.toml"
        path.write_text(text, encoding="utf-8")
        return load_settings(path, HOME | environment)

    return _load
