from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest

from daemon.settings.places import (
    SYSTEM_CONFIG,
    default_socket,
    default_store,
    expand_home,
    find_config,
    home_folder,
    user_config,
)
from daemon.settings.problems import ConfigurationUnreadable

OWN_HOME = Path(pwd.getpwuid(os.getuid()).pw_dir)


def test_path_on_the_command_line_comes_first(tmp_path: Path) -> None:
    environment = {"DOORMAN_CONFIG": "/other.toml", "HOME": str(tmp_path)}

    assert find_config(tmp_path / "a.toml", environment) == tmp_path / "a.toml"


def test_variable_comes_before_the_usual_places(tmp_path: Path) -> None:
    _config_in(tmp_path / ".config")

    environment = {"DOORMAN_CONFIG": "/other.toml", "HOME": str(tmp_path)}
    assert find_config(None, environment) == Path("/other.toml")


def test_empty_variable_counts_as_unset(tmp_path: Path) -> None:
    config = _config_in(tmp_path / ".config")

    assert find_config(None, {"DOORMAN_CONFIG": "", "HOME": str(tmp_path)}) == config


def test_xdg_config_home_comes_before_the_home(tmp_path: Path) -> None:
    _config_in(tmp_path / ".config")
    config = _config_in(tmp_path / "xdg")

    environment = {"XDG_CONFIG_HOME": str(tmp_path / "xdg"), "HOME": str(tmp_path)}
    assert find_config(None, environment) == config


def test_relative_xdg_folder_is_ignored(tmp_path: Path) -> None:
    environment = {"XDG_CONFIG_HOME": "xdg", "HOME": str(tmp_path)}

    assert user_config(environment) == tmp_path / ".config/doorman/doorman.toml"


def test_place_that_cannot_be_looked_at_is_not_passed_over(tmp_path: Path) -> None:
    loop = tmp_path / ".config"
    loop.symlink_to(loop)

    with pytest.raises(ConfigurationUnreadable):
        find_config(None, {"HOME": str(tmp_path)})


def test_home_without_a_variable_is_the_users_own() -> None:
    assert home_folder({}) == OWN_HOME
    assert user_config({"HOME": "relative"}) == OWN_HOME / ".config/doorman/doorman.toml"


@pytest.mark.parametrize(
    ("environment", "socket", "store"),
    [
        (
            {"RUNTIME_DIRECTORY": "/run/a:/run/b", "STATE_DIRECTORY": "/var/lib/a:/var/lib/b"},
            "/run/a/doorman.sock",
            "/var/lib/a/doorman.duckdb",
        ),
        (
            {"XDG_RUNTIME_DIR": "/run/user/1", "XDG_STATE_HOME": "/state"},
            "/run/user/1/doorman/doorman.sock",
            "/state/doorman/doorman.duckdb",
        ),
        (
            {"STATE_DIRECTORY": "/var/lib/a"},
            "/var/lib/a/doorman.sock",
            "/var/lib/a/doorman.duckdb",
        ),
        (
            {"HOME": "/home/ada"},
            "/home/ada/.local/state/doorman/doorman.sock",
            "/home/ada/.local/state/doorman/doorman.duckdb",
        ),
    ],
)
def test_defaults_follow_who_started_doorman(
    environment: dict[str, str], socket: str, store: str
) -> None:
    assert default_socket(environment) == Path(socket)
    assert default_store(environment) == Path(store)


def test_home_is_filled_in_where_a_path_is_expected() -> None:
    document = {
        "library": [{"path": "~/films", "name": "~/films", "exclude": ["~/x"]}],
        "source": [{"key_file": "~//key"}],
        "server": {"socket": "~"},
        "store": {"path": 5},
    }

    assert expand_home(document, Path("/home/ada")) == {
        "library": [{"path": "/home/ada/films", "name": "~/films", "exclude": ["~/x"]}],
        "source": [{"key_file": "/home/ada/key"}],
        "server": {"socket": "/home/ada"},
        "store": {"path": 5},
    }


def test_without_a_home_paths_stay_to_be_refused_later() -> None:
    assert expand_home({"path": "~/films"}, None) == {"path": "~/films"}


def test_system_configuration_is_the_last_place() -> None:
    assert Path("/etc/doorman/doorman.toml") == SYSTEM_CONFIG


def _config_in(folder: Path) -> Path:
    config = folder / "doorman" / "doorman.toml"
    config.parent.mkdir(parents=True)
    config.touch()
    return config
