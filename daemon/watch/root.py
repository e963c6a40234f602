"""Look at a library's root: is it there, is it what it was, on what does it lie."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePath

from daemon.looking.aside import NoAnswer, run_aside
from daemon.looking.folder import describe_root_error, identify_root
from daemon.looking.mounts import MountKind, kind_of, read_mount_table
from rules.listing import RootIdentity


@dataclass(frozen=True, slots=True, kw_only=True)
class RootLook:
    """A root that could be read."""

    identity: RootIdentity
    is_empty: bool
    kind: MountKind

    @property
    def place(self) -> tuple[RootIdentity, MountKind]:
        """Return what must stay the same for a watch to go on."""
        return (self.identity, self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class RootTrouble:
    """A root that could not be read."""

    reason: str
    """Ends with what the owner can do."""


def look_at_root(
    root: PurePath, *, table: Callable[[], str] = read_mount_table
) -> RootLook | RootTrouble:
    """Return what lies at `root`; blocks as long as the disk takes."""
    try:
        identity = identify_root(root)
        with os.scandir(root) as entries:
            is_empty = next(entries, None) is None
        kind = kind_of(Path(root).resolve(), table())
    except OSError as error:
        return RootTrouble(reason=describe_root_error(error))

    return RootLook(identity=identity, is_empty=is_empty, kind=kind)


def judge(look: RootLook | RootTrouble, before: RootIdentity | None) -> str | None:
    """Return why the library counts as offline, None when it is there.

    An empty folder that is not the one from before is a mount point without its disk; one with
    something in it is a disk that came back under another number.
    """
    if isinstance(look, RootTrouble):
        return look.reason

    if look.is_empty and before not in {None, look.identity}:
        return "another, empty folder lies in its place; mount its disk"

    return None


class RootProbe:
    """Looks at one root with a deadline, one look at a time.

    A call into a dead share cannot be taken back: while one hangs, no second is made.
    """

    def __init__(
        self,
        root: PurePath,
        *,
        answer_s: float,
        look: Callable[[PurePath], RootLook | RootTrouble] = look_at_root,
    ) -> None:
        """Prepare to look at `root`, for at most `answer_s` each time."""
        self._look = partial(look, root)
        self._answer_s = answer_s
        self._is_out = False

    async def look(self) -> RootLook | RootTrouble:
        """Return what lies there, or that there is no answer."""
        if self._is_out:
            return RootTrouble(reason=str(NoAnswer(self._answer_s)))

        self._is_out = True
        try:
            return await run_aside(self._go, patience_s=self._answer_s)
        except NoAnswer as error:
            return RootTrouble(reason=str(error))

    def _go(self) -> RootLook | RootTrouble:
        try:
            return self._look()
        finally:
            self._is_out = False
