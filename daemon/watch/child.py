"""A watcher's own process: `python -m daemon.watch.child ROOT EXTENSION …`.

watchfiles holds the interpreter while it sets watches, as long as a dead share takes; one
undecodable name ends it for good (`platform.md` §1.2.1, §1.2.6). Out here both cost this process
only. It speaks in frames on standard output and ends when standard input does.
"""

from __future__ import annotations

import errno
import os
import sys
import threading
import time
from collections.abc import Generator, Iterator
from pathlib import PurePath

from watchfiles import Change, watch

from daemon.watch.frames import Frame, Kind, pack
from daemon.watch.ground import Ground, divide
from daemon.watch.kernel import die_with_parent, has_watch_room
from daemon.watch.sorter import RootLost, Sorter
from daemon.watch.trouble import Trouble, TroubleKind, diagnose
from rules.selection import Selection

Stream = Generator[set[tuple[Change, str]], None, None]

PULSE_S = 5.0
"""How often to say that all is well."""
_STEP_MS = 200
_WAIT_MS = 500
_DEBOUNCE_MS = 1600


class Voice:
    """Speaks in frames, and says now and then that all is well."""

    def __init__(self, descriptor: int) -> None:
        """Speak on an open file descriptor."""
        self._descriptor = descriptor
        self._spoke_s = time.monotonic()

    def path(self, path: PurePath) -> None:
        """Tell of a file."""
        self.say(Kind.PATH, os.fsencode(path))

    def rescan(self) -> None:
        """Ask for a look over the library."""
        self.say(Kind.RESCAN)

    def pulse(self) -> None:
        """Say that all is well, unless something was said a moment ago."""
        if time.monotonic() - self._spoke_s >= PULSE_S:
            self.say(Kind.ALIVE)

    def say(self, kind: Kind, content: bytes = b"") -> None:
        """Write one frame, whole."""
        rest = pack(Frame(kind=kind, content=content))
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]

        self._spoke_s = time.monotonic()


def watch_library(root: str, selection: Selection, voice: Voice) -> None:
    """Tell of changes until something goes wrong; that is then raised."""
    sorter = Sorter(PurePath(root), selection, voice, now=time.monotonic)
    while True:
        voice.say(Kind.PREPARING)
        ground = divide(root, pulse=voice.pulse)
        streams = tuple(_streams(ground))
        first = [next(stream) for stream in streams]  # this is what sets the watches
        voice.say(Kind.READY)
        sorter.new_folders.clear()
        for changes in first:
            sorter.take(changes)

        while not _needs_other_ground(sorter, ground):
            _tell_once(streams, sorter, voice)

        for stream in streams:
            stream.close()


def _streams(ground: Ground) -> Iterator[Stream]:
    if ground.trees:
        yield _stream(ground.trees, recursive=True)
    if ground.alone:
        yield _stream(ground.alone, recursive=False)


def _stream(folders: tuple[str, ...], *, recursive: bool) -> Stream:
    """Return the changes in `folders`, at least twice a second a perhaps empty set.

    All that the environment could change is said here. `ignore_permission_denied` would swallow
    every error, also that nothing is watched at all (`platform.md` §1.2.5).
    """
    return watch(
        *folders,
        watch_filter=None,
        debounce=_DEBOUNCE_MS,
        step=_STEP_MS,
        rust_timeout=_WAIT_MS,
        yield_on_timeout=True,
        debug=False,
        force_polling=False,
        recursive=recursive,
        ignore_permission_denied=False,
    )


def _tell_once(streams: tuple[Stream, ...], sorter: Sorter, voice: Voice) -> None:
    sorter.new_folders.clear()
    for stream in streams:
        sorter.take(next(stream))

    sorter.look_again()
    voice.pulse()


def _needs_other_ground(sorter: Sorter, ground: Ground) -> bool:
    """Tell whether a folder appeared where only a new division watches it.

    Raises:
        OSError: when a folder appeared and there was no room for its watch.

    """
    if not sorter.new_folders:
        return False

    if not has_watch_room((ground.trees or ground.alone)[0]):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    return any(str(folder.parent) in ground.alone for folder in sorter.new_folders)


def _take_output() -> int:
    """Return a way to the daemon that nothing else writes to: stray prints go to the log."""
    descriptor = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return descriptor


def _end_with_input() -> None:
    """End the process as soon as the daemon closes its end, in whatever way it ended."""
    while os.read(0, 1024):
        pass

    os._exit(0)


def main() -> int:
    """Watch the library named on the command line; return 1 after the last words."""
    die_with_parent()
    threading.Thread(target=_end_with_input, name="lifeline", daemon=True).start()
    voice = Voice(_take_output())
    root, *extensions = sys.argv[1:]
    try:
        watch_library(root, Selection.of(extensions=extensions), voice)
    except RootLost:
        trouble = Trouble(kind=TroubleKind.ROOT_LOST)
    except BrokenPipeError:
        return 0
    except (OSError, UnicodeError, RuntimeError) as error:  # watchfiles exports no own class
        trouble = diagnose(error)

    voice.say(Kind.TROUBLE, os.fsencode(f"{trouble.kind}\n{trouble.details}"))
    return 1


if __name__ == "__main__":
    sys.exit(main())
