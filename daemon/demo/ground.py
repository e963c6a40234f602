"""Where the demonstration takes place: one folder, with everything in it."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from daemon.settings.writing import toml_text
from rules.errors import UsageError

SETTLE_S = 2.0
"""Short, for a demonstration; longer than any pause of the slow copy."""
DEFER_S = 2.0
_LONGEST_SOCKET_BYTES = 100
"""Linux takes 107 bytes as a socket's path (unix(7)); the rest is reserve."""
_SHORT_FOLDER = "/tmp"  # noqa: S108  # mkdtemp makes a name there that nobody can guess


class FolderUnusable(UsageError):
    """The demonstration cannot take place in that folder."""

    def __init__(self, folder: Path, problem: str) -> None:
        """Build the message from the folder and what is wrong with it."""
        super().__init__(f"{folder} {problem}; name a new or an empty folder with --folder")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The folder and what lies where in it."""

    folder: Path
    """Absolute."""
    socket: Path
    """In the folder, or elsewhere where its path would be too long for a socket."""
    is_kept: bool
    """Whether the folder stays when all is over."""

    @property
    def library(self) -> Path:
        """The watched folder."""
        return self.folder / "library"

    @property
    def workshop(self) -> Path:
        """Where videos are made before they come into the library."""
        return self.folder / "workshop"

    @property
    def config(self) -> Path:
        """The configuration of the daemon."""
        return self.folder / "doorman.toml"

    @property
    def key_file(self) -> Path:
        """The key for the source."""
        return self.folder / "sandbox.key"

    @property
    def store(self) -> Path:
        """The database."""
        return self.folder / "doorman.duckdb"

    @property
    def log(self) -> Path:
        """What the daemon logs."""
        return self.folder / "doorman.log"


@contextmanager
def prepared_ground(folder: Path | None) -> Iterator[Ground]:
    """Lend a place for the demonstration; what is temporary is gone afterwards.

    Args:
        folder: New or empty; it stays. None: a temporary one.

    Raises:
        FolderUnusable: it holds something already, or cannot be made.

    """
    home = Path(tempfile.mkdtemp(prefix="doorman-demo-")) if folder is None else _claimed(folder)
    temporary = [home] if folder is None else []
    try:
        path = home / "doorman.sock"
        if len(os.fsencode(path)) > _LONGEST_SOCKET_BYTES:
            temporary.append(Path(tempfile.mkdtemp(prefix="doorman-", dir=_SHORT_FOLDER)))
            path = temporary[-1] / "doorman.sock"
        ground = Ground(folder=home, socket=path, is_kept=folder is not None)
        ground.library.mkdir()
        ground.workshop.mkdir()
        yield ground
    finally:
        shutil.rmtree(home / "workshop", ignore_errors=True)
        for each in temporary:
            shutil.rmtree(each, ignore_errors=True)


def _claimed(folder: Path) -> Path:
    """Return the folder's real path, made if it was missing, and empty."""
    absolute = Path(os.path.realpath(folder))  # the settings refuse a path with ".." in it
    try:
        absolute.mkdir(parents=True, exist_ok=True)
        is_empty = next(absolute.iterdir(), None) is None
    except OSError as error:
        raise FolderUnusable(absolute, f"cannot be used ({error.strerror})") from error

    if not is_empty:
        raise FolderUnusable(absolute, "is not empty, and nothing in it shall be lost")
    return absolute


def write_config(
    ground: Ground, *, source_url: str, source_key: str, target: str, page_port: int
) -> None:
    """Write the configuration of the demonstration, and the key beside it."""
    _write_private(ground.key_file, source_key + "\n")
    _write_private(ground.config, _config_text(ground, source_url, target, page_port))


def free_port() -> int:
    """Return a port of loopback that nobody has: the usual one may be another doorman's."""
    with socket.create_server(("127.0.0.1", 0)) as anybody:
        port: int = anybody.getsockname()[1]
    return port


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")


def _config_text(ground: Ground, source_url: str, target: str, page_port: int) -> str:
    return f"""\
# The configuration of the demonstration: real, only more impatient than usual.

[[library]]
path = {toml_text(str(ground.library))}
name = "demo"
settle = "{SETTLE_S:g}s"
poll_every = "1s"  # where the system reports no changes

[[source]]
name = "sandbox"
url = {toml_text(source_url)}
key_file = {toml_text(str(ground.key_file))}

[identify]
gather = "1s"
defer = "{DEFER_S:g}s"

[notify]
targets = [{toml_text(target)}]

[fingerprint]
attempts = 1  # nobody will mend the broken video

[server]
socket = {toml_text(str(ground.socket))}
listen = "127.0.0.1:{page_port}"

[store]
path = {toml_text(str(ground.store))}
"""
