"""The real daemon and the real command line, run as processes of their own."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import sysconfig
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import anyio
from anyio.abc import Process

from daemon.demo.ground import Ground
from daemon.remote import Remote, over_socket
from rules.errors import DoormanError

START_PATIENCE_S = 40.0
END_PATIENCE_S = 15.0
COMMAND_PATIENCE_S = 30.0
_LOOK_EVERY_S = 0.1
_LOG_LINES = 15
_NOT_FOR_CHILDREN = re.compile(
    r"DOORMAN_.*|NOTIFY_SOCKET|WATCHDOG_.*|(?:https?|all|no)_proxy", re.IGNORECASE
)
"""What would change what the daemon does, report in our name, or lead beyond loopback."""


class DaemonEnded(DoormanError):
    """The daemon ended by itself, or never began."""

    def __init__(self, exit_code: int | None, log: Path) -> None:
        """Build the message from what the process left behind."""
        how = "did not listen in time" if exit_code is None else f"ended with exit code {exit_code}"
        lines = "\n".join(_last_lines(log))
        super().__init__(
            f"the daemon of the demonstration {how}; its last words:\n{lines}\n"
            "try again; if it ends the same way, report these lines"
        )


def doorman_command() -> tuple[str, ...]:
    """Return how the installed doorman is started: its script, or else its package."""
    script = Path(sysconfig.get_path("scripts"), "doorman")
    return (str(script),) if script.is_file() else (sys.executable, "-m", "daemon")


def typed_command(command: tuple[str, ...]) -> str:
    """Return what a person types for `command` where they are now."""
    found = shutil.which("doorman")
    if found is not None and os.path.realpath(found) == os.path.realpath(command[0]):
        return "doorman"

    path = Path(command[0])
    here = Path.cwd()
    short = path.relative_to(here) if path.is_relative_to(here) else path
    return shlex.join((str(short), *command[1:]))


@asynccontextmanager
async def running_daemon(ground: Ground) -> AsyncIterator[Process]:
    """Run the daemon while the block runs; afterwards nothing of it is left."""
    with ground.log.open("ab") as log:
        process = await anyio.open_process(
            [*doorman_command(), "run", "--config", str(ground.config)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=_environment(os.environ),
            start_new_session=True,  # Ctrl-C is for the demonstration, which ends it in order
        )
    try:
        yield process
    finally:
        with anyio.CancelScope(shield=True):
            await _end(process)


async def _end(process: Process) -> None:
    """Ask the daemon to end, and make it end with all its children when it does not."""
    if process.returncode is not None:
        return

    process.terminate()
    with anyio.move_on_after(END_PATIENCE_S):
        await process.wait()
        return

    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()


@asynccontextmanager
async def reached(process: Process, ground: Ground) -> AsyncIterator[Remote]:
    """Yield the daemon's desk as soon as it listens.

    Raises:
        DaemonEnded: it ended before, or does not listen in time.

    """
    with anyio.move_on_after(START_PATIENCE_S):
        await _until_listening(process, ground.socket)
    async with over_socket(ground.socket) as remote:
        if remote is None:
            raise DaemonEnded(process.returncode, ground.log)

        yield remote


async def _until_listening(process: Process, socket: Path) -> None:
    """Return as soon as somebody listens, or nobody will any more."""
    while process.returncode is None:
        async with over_socket(socket) as remote:
            if remote is not None:
                return

        await anyio.sleep(_LOOK_EVERY_S)


async def raise_when_ended(process: Process, ground: Ground) -> None:
    """Wait for the daemon to end by itself, which it never should.

    Raises:
        DaemonEnded: it did.

    """
    raise DaemonEnded(await process.wait(), ground.log)


async def ask_doorman(ground: Ground, *arguments: str) -> str:
    """Return what the installed command prints, errors included."""
    with anyio.move_on_after(COMMAND_PATIENCE_S):
        done = await anyio.run_process(
            [*doorman_command(), *arguments, "--config", str(ground.config)],
            stdin=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            check=False,
            env=_environment(os.environ),
        )
        return done.stdout.decode("utf-8", "replace").rstrip()

    return f"no answer within {COMMAND_PATIENCE_S:g} s"


def _environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what the processes may see of our environment."""
    return {
        name: value for name, value in environment.items() if not _NOT_FOR_CHILDREN.fullmatch(name)
    }


def _last_lines(log: Path) -> list[str]:
    return log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LOG_LINES:]
