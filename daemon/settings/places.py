"""Where the configuration is looked for, and where things lie when it does not say.

Facts: the XDG base directory specification (a relative path in its variables is to be ignored);
systemd.exec(5) for RUNTIME_DIRECTORY and STATE_DIRECTORY, which may hold several paths,
separated by colons.
"""

from __future__ import annotations

import os
import pwd
from collections.abc import Mapping
from pathlib import Path

from daemon.settings.problems import ConfigurationUnreadable, NoConfiguration

CONFIG_VARIABLE = "DOORMAN_CONFIG"
SYSTEM_CONFIG = Path("/etc/doorman/doorman.toml")
_PATH_KEYS = frozenset({"path", "key_file", "socket", "ffmpeg", "password_file", "templates"})

Environment = Mapping[str, str]
"""The environment, as whoever starts doorman hands it in."""


def find_config(path: Path | None, environment: Environment) -> Path:
    """Return the configuration file to read: `path`, or else the first that exists.

    Raises:
        NoConfiguration: when there is none, listing the places.
        ConfigurationUnreadable: when it cannot be told whether there is one.

    """
    if path is not None:
        return path
    if named := environment.get(CONFIG_VARIABLE):
        return Path(named)

    places = [*filter(None, [user_config(environment)]), SYSTEM_CONFIG]
    for place in places:
        if _exists(place):
            return place

    raise NoConfiguration(places)


def user_config(environment: Environment) -> Path | None:
    """Return the user's own configuration file; None when no home is known."""
    folder = _xdg_folder("XDG_CONFIG_HOME", ".config", environment)
    return folder / "doorman" / "doorman.toml" if folder else None


def default_store(environment: Environment) -> Path | None:
    """Return where the store lies unless the configuration says; None when no home is known."""
    folder = _state_folder(environment)
    return folder / "doorman.duckdb" if folder else None


def default_socket(environment: Environment) -> Path | None:
    """Return where the socket lies unless the configuration says; None when no home is known."""
    runtime = _systemd_folder("RUNTIME_DIRECTORY", environment)
    user = _absolute("XDG_RUNTIME_DIR", environment)
    folder = runtime or (user / "doorman" if user else _state_folder(environment))
    return folder / "doorman.sock" if folder else None


def expand_home(value: object, home: Path | None) -> object:
    """Return `value`, a part of a configuration, with `~/` filled in where a path is expected.

    Without a home the text stays, and is refused later where it stands.
    """
    if isinstance(value, list):
        return [expand_home(inner, home) for inner in value]
    if not isinstance(value, dict) or home is None:
        return value

    return {
        key: _expanded(inner, home) if key in _PATH_KEYS else expand_home(inner, home)
        for key, inner in value.items()
    }


def home_folder(environment: Environment) -> Path | None:
    """Return the home of whom doorman runs as; None when there is none."""
    home = _absolute("HOME", environment)
    if home is not None:
        return home

    try:
        return Path(pwd.getpwuid(os.getuid()).pw_dir)
    except KeyError:
        return None


def _expanded(value: object, home: Path) -> object:
    if value == "~":
        return str(home)
    if isinstance(value, str) and value.startswith("~/"):
        return str(home / value[2:].lstrip("/"))

    return value


def _exists(path: Path) -> bool:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise ConfigurationUnreadable(path, error) from error

    return True


def _state_folder(environment: Environment) -> Path | None:
    folder = _xdg_folder("XDG_STATE_HOME", ".local/state", environment)
    user = folder / "doorman" if folder else None
    return _systemd_folder("STATE_DIRECTORY", environment) or user


def _xdg_folder(variable: str, below_home: str, environment: Environment) -> Path | None:
    home = home_folder(environment)
    return _absolute(variable, environment) or (home / below_home if home else None)


def _systemd_folder(variable: str, environment: Environment) -> Path | None:
    first = environment.get(variable, "").split(":")[0]
    return Path(first) if first.startswith("/") else None


def _absolute(variable: str, environment: Environment) -> Path | None:
    text = environment.get(variable, "")
    return Path(text) if text.startswith("/") else None
