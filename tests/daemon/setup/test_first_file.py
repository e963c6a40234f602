from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from daemon.settings import ConfigurationInvalid, load_settings
from daemon.settings.example import FirstConfig, FirstSource
from daemon.setup.first_file import ConfigurationExists, ConfigurationUnwritable, write_first_config

HOME = {"HOME": "/home/ada"}
SOURCE = FirstSource(
    name="stashdb", url="https://stashdb.example/graphql", key=SecretStr("not-a-real-key")
)
CONFIG = FirstConfig(library=Path("/srv/films"), source=SOURCE)


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_file_is_written_for_its_owner_and_loads_again(tmp_path: Path) -> None:
    path = tmp_path / "new" / "doorman.toml"

    written = write_first_config(CONFIG, path, HOME)

    assert names_in(path.parent) == ["doorman.toml", "stashdb.key"]
    assert (mode_of(path), mode_of(path.parent / "stashdb.key")) == (0o600, 0o600)
    assert mode_of(path.parent) == 0o700
    assert (written.config, written.key_file) == (path, path.parent / "stashdb.key")
    assert written.settings == load_settings(path, HOME)
    assert written.settings.sources[0].key == SOURCE.key
    assert "not-a-real-key" not in path.read_text()
    assert written.kept == ()


def test_key_can_stand_in_the_file_itself(tmp_path: Path) -> None:
    path = tmp_path / "doorman.toml"

    written = write_first_config(CONFIG, path, HOME, key_beside=False)

    assert names_in(tmp_path) == ["doorman.toml"]
    assert (written.key_file, written.settings.sources[0].key) == (None, SOURCE.key)


@pytest.mark.parametrize("existing", ["doorman.toml", "stashdb.key"])
def test_existing_file_is_left_alone(tmp_path: Path, existing: str) -> None:
    (tmp_path / existing).write_text("mine")

    with pytest.raises(ConfigurationExists, match=existing):
        write_first_config(CONFIG, tmp_path / "doorman.toml", HOME)

    assert names_in(tmp_path) == [existing]
    assert (tmp_path / existing).read_text() == "mine"


def test_link_that_leads_nowhere_is_left_alone_too(tmp_path: Path) -> None:
    path = tmp_path / "doorman.toml"
    path.symlink_to("nowhere")

    with pytest.raises(ConfigurationExists):
        write_first_config(CONFIG, path, HOME)

    assert path.is_symlink()


def test_force_keeps_what_was_there_under_free_names(tmp_path: Path) -> None:
    path = tmp_path / "doorman.toml"
    for content in ("first", "second"):
        path.write_text(content)
        write_first_config(replace(CONFIG, source=None), path, HOME, force=True)

    assert names_in(tmp_path) == ["doorman.toml", "doorman.toml.bak", "doorman.toml.bak2"]
    assert (tmp_path / "doorman.toml.bak").read_text() == "first"
    assert (tmp_path / "doorman.toml.bak2").read_text() == "second"
    assert load_settings(path, HOME).libraries[0].name == "films"


def test_nothing_is_left_of_a_file_that_does_not_load(tmp_path: Path) -> None:
    path = tmp_path / "doorman.toml"

    with pytest.raises(ConfigurationInvalid, match="DOORMAN_COLOUR"):
        write_first_config(CONFIG, path, HOME | {"DOORMAN_COLOUR": "red"})

    assert names_in(tmp_path) == []


def test_force_that_fails_puts_back_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "doorman.toml"
    path.write_text("mine")
    (tmp_path / "stashdb.key").write_text("my key")

    with pytest.raises(ConfigurationInvalid):
        write_first_config(CONFIG, path, HOME | {"DOORMAN_COLOUR": "red"}, force=True)

    assert names_in(tmp_path) == ["doorman.toml", "stashdb.key"]
    assert path.read_text() == "mine"
    assert (tmp_path / "stashdb.key").read_text() == "my key"


def test_folder_that_is_a_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(ConfigurationUnwritable) as caught:
        write_first_config(CONFIG, tmp_path / "file" / "doorman.toml", HOME)

    assert str(caught.value) == (
        f"{tmp_path}/file/doorman.toml cannot be written (File exists); "
        "choose a folder that you may write to with --config"
    )


def test_folder_that_takes_no_files_is_an_error() -> None:
    with pytest.raises(ConfigurationUnwritable, match=r"^/proc/doorman\.toml cannot be written"):
        write_first_config(CONFIG, Path("/proc/doorman.toml"), HOME)
