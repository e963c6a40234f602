"""Start a watcher's process, listen to it, and make sure that it ends."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress

import anyio
from anyio.abc import ByteReceiveStream, Process

from daemon.watch.frames import Frame, FrameBroken, FrameReader, Kind
from daemon.watch.library import Pace, WatchedLibrary
from daemon.watch.trouble import Trouble, TroubleKind

_END_S = 5.0
"""How long a killed process may take to end; one in a call into a dead share never does."""
_KEPT = frozenset({"PATH", "LANG", "LANGUAGE", "TZ", "PYTHONPATH", "LD_LIBRARY_PATH"})


def child_command(library: WatchedLibrary) -> tuple[str, ...]:
    """Return the command line of a library's watcher.

    `-P`: the folder doorman happens to be started in is no place to import from.
    """
    extensions = sorted(library.selection.extensions)
    return (sys.executable, "-P", "-m", "daemon.watch.child", str(library.root), *extensions)


def clean_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what a watcher may know: no setting, no key, no socket of the service manager."""
    return {
        name: value
        for name, value in environment.items()
        if name in _KEPT or name.startswith("LC_")
    }


async def attend(
    command: Sequence[str], *, pace: Pace, receive: Callable[[Frame], Awaitable[None]]
) -> Trouble:
    """Run one watcher until it ends and return why; when cancelled, end it.

    Args:
        command: What to run.
        pace: How long it may be silent.
        receive: Told everything it says but its last words; should return soon.

    """
    try:
        process = await anyio.open_process(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None,  # what it complains of belongs into the same log
            env=clean_environment(os.environ),
            start_new_session=True,  # an interrupt at the terminal is for the daemon to act on
        )
    except OSError as error:
        return Trouble(kind=TroubleKind.ENDED, details=f"it cannot be started: {error}")

    try:
        return await _listen(process, pace, receive)
    finally:
        await _end(process)


async def _listen(
    process: Process, pace: Pace, receive: Callable[[Frame], Awaitable[None]]
) -> Trouble:
    stream = process.stdout
    if stream is None:
        return Trouble(kind=TroubleKind.ENDED, details="it has no output")

    reader, silence_s = FrameReader(), pace.set_up_s
    while True:
        try:
            frames = reader.feed(await _hear(stream, silence_s))
        except TimeoutError:
            return Trouble(kind=TroubleKind.SILENT, details=f"for {silence_s:g} s")
        except anyio.EndOfStream:
            return Trouble(kind=TroubleKind.ENDED, details=await _how_it_ended(process))
        except FrameBroken as error:
            return Trouble(kind=TroubleKind.ENDED, details=str(error))

        for frame in frames:
            if frame.kind is Kind.TROUBLE:
                return _parse_trouble(frame.text)

            if frame.kind in _PATIENCE:
                silence_s = _PATIENCE[frame.kind](pace)
            await receive(frame)


_PATIENCE: Mapping[Kind, Callable[[Pace], float]] = {
    Kind.PREPARING: lambda pace: pace.set_up_s,
    Kind.READY: lambda pace: pace.silence_s,
}


async def _hear(stream: ByteReceiveStream, silence_s: float) -> bytes:
    with anyio.fail_after(silence_s):
        return await stream.receive()


async def _how_it_ended(process: Process) -> str:
    with anyio.move_on_after(_END_S):
        code = await process.wait()
        return f"signal {-code}" if code < 0 else f"exit code {code}"

    return "without an exit code"


def _parse_trouble(text: str) -> Trouble:
    kind, _, details = text.partition("\n")
    known = next((each for each in TroubleKind if each == kind), TroubleKind.ENDED)
    return Trouble(kind=known, details=details)


async def _end(process: Process) -> None:
    """Kill a process and wait for it a while; one that cannot end yet is left to the kernel."""
    with anyio.CancelScope(shield=True):
        with suppress(ProcessLookupError):
            process.kill()
        with anyio.move_on_after(_END_S):
            await process.wait()
        if process.returncode is not None:
            await process.aclose()
