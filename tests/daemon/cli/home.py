"""A configuration with a library and a store of its own, and the command line to try on it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import anyio
import pytest

from daemon.cli.main import main
from store.database import open_database
from tests.daemon.desk.shelf import Shelf, make_shelf

Result = TypeVar("Result")
PATIENCE_S = 60
CONFIGURATION = """\
[[library]]
path = "{home}/films"
settle = "100ms"

[[source]]
name = "first"
url = "https://first.example/graphql"

[store]
path = "{home}/state/doorman.duckdb"

[server]
socket = "{home}/run/doorman.sock"
listen = "off"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Everything that belongs to one configuration."""

    folder: Path
    capsys: pytest.CaptureFixture[str]

    @property
    def config(self) -> Path:
        """Return the configuration file."""
        return self.folder / "doorman.toml"

    @property
    def films(self) -> Path:
        """Return the library."""
        return self.folder / "films"

    @property
    def store(self) -> Path:
        """Return the database."""
        return self.folder / "state" / "doorman.duckdb"

    @property
    def socket(self) -> Path:
        """Return the daemon's socket."""
        return self.folder / "run" / "doorman.sock"

    def configure(self, more: str = "") -> None:
        """Write the configuration."""
        self.config.write_text(CONFIGURATION.format(home=self.folder) + more)

    def run(self, *arguments: str) -> Ran:
        """Run a command on this configuration, in this process."""
        return self.run_bare(*arguments, "--config", str(self.config))

    def run_bare(self, *arguments: str) -> Ran:
        """Run a command in this process."""
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        said = self.capsys.readouterr()
        code = ended.value.code
        return Ran(code=code if isinstance(code, int) else 0, out=said.out, err=said.err)

    def fill(self, put: Callable[[Shelf], Awaitable[Result]]) -> Result:
        """Put files into the store, while no command uses it."""

        async def fill() -> Result:
            opened = open_database(self.store, memory_limit_bytes=256 * 2**20, now_s=1.0)
            with closing(opened):
                return await put(make_shelf(opened, self.films))

        return anyio.run(fill)

    def environment(self, **more: str) -> dict[str, str]:
        """Return what a process of its own may know of the world."""
        return environment_of(self.folder, more)


def environment_of(home: Path, more: Mapping[str, str]) -> dict[str, str]:
    """Return an environment with this home, and nothing that doorman reads beside."""
    kept = ("PATH", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")
    inherited = {name: os.environ[name] for name in kept if name in os.environ}
    return {**inherited, "HOME": str(home), "LANG": "C.UTF-8", **more}


def spawn(
    arguments: Sequence[str | bytes], environment: Mapping[str, str], *, answers: str | None = None
) -> Ran:
    """Run a command in a process of its own, and `answers` into its standard input."""
    ended = subprocess.run(  # noqa: S603  # this very interpreter
        [sys.executable, "-m", "daemon", *arguments],
        env=environment,
        input=answers,
        stdin=subprocess.DEVNULL if answers is None else None,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    return Ran(code=ended.returncode, out=ended.stdout, err=ended.stderr)
