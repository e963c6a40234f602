from __future__ import annotations

from pathlib import Path, PurePath

import pytest

from daemon.cli.options import read_settings, reference
from daemon.settings import NoConfiguration
from rules.media import path_from_text
from tests.daemon.cli.home import Home


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("7", "7"),
        ("Harbour at Dawn", "Harbour at Dawn"),
        ("", ""),
        (".", "."),
        ("/films/a.mkv", "/films/a.mkv"),
        ("/films//x/../a.mkv", "/films/a.mkv"),
    ],
)
def test_number_and_name_stay_as_typed(typed: str, meant: str) -> None:
    assert reference(typed) == meant


@pytest.mark.parametrize("typed", ["films/a.mkv", "./films/a.mkv", "x/../films/a.mkv"])
def test_path_is_made_absolute_for_a_daemon_that_stands_elsewhere(typed: str) -> None:
    assert reference(typed) == str(Path.cwd() / "films" / "a.mkv")


@pytest.mark.parametrize("typed", ["caf\udce9.mkv", "/films/caf\udce9.mkv"])
def test_bytes_that_are_no_text_survive_the_way(typed: str) -> None:
    text = reference(typed)

    text.encode("utf-8")
    assert path_from_text(text) == PurePath(typed)


def test_settings_come_from_the_environment_that_is_handed_in(home: Home) -> None:
    assert read_settings(None, {"DOORMAN_CONFIG": str(home.config)}).origin == home.config
    with pytest.raises(NoConfiguration):
        read_settings(None, {"HOME": str(home.folder)})
