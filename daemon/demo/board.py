"""What can be watched while files come: a live table on a terminal, lines anywhere else."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import anyio
from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.table import Table

from daemon.demo.ground import Ground
from daemon.demo.inspection import describe
from daemon.demo.role import Role
from daemon.desk.views import FileLine
from daemon.remote import Remote
from rules.journey import IN_PROGRESS, FileState

_LOOK_EVERY_S = 0.25
_SAYINGS_SHOWN = 3
_STYLES = {
    FileState.DONE: "green",
    FileState.REVIEW: "bold yellow",
    FileState.NO_MATCH: "cyan",
    FileState.DEFERRED: "magenta",
    FileState.FAILED: "red",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a file is, and why."""

    state: FileState
    why: str = ""


@dataclass(slots=True, kw_only=True)
class Board:
    """Shows how every file stands; use it as a context manager."""

    roles: Sequence[Role]
    out: Console
    clock: Callable[[], float] = time.monotonic
    _standings: dict[str, Standing] = field(default_factory=dict)
    _sayings: list[str] = field(default_factory=list)
    _live: Live | None = None
    _began_s: float = 0.0

    def __enter__(self) -> Self:
        """Begin to show."""
        self._began_s = self.clock()
        if self.out.is_terminal:
            self._live = Live(self._picture(), console=self.out, auto_refresh=False)
            self._live.start(refresh=True)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Leave the last picture where it is."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def say(self, text: str) -> None:
        """Show what happens around the files."""
        self._sayings.append(f"{self._passed()}  {text}")
        self._show(self._sayings[-1])

    def note(self, name: str, standing: Standing) -> None:
        """Show where a role's file is now; the same as before is not shown again."""
        if self._standings.get(name) == standing:
            return

        self._standings[name] = standing
        why = f": {standing.why}" if standing.why else ""
        is_worth_a_line = standing.state is FileState.SEEN or standing.state not in IN_PROGRESS
        line = f"{self._passed()}  {standing.state:9} {name}{why}"
        self._show(line if is_worth_a_line else None)

    def _passed(self) -> str:
        return f"{self.clock() - self._began_s:5.1f} s"

    def _show(self, line: str | None) -> None:
        if self._live is not None:
            self._live.update(self._picture(), refresh=True)
        elif line is not None:
            self.out.print(escape(line))

    def _picture(self) -> Table:
        table = Table(box=None, header_style="bold", pad_edge=False, expand=True)
        table.add_column("file", no_wrap=True)
        table.add_column("what is special", no_wrap=True, style="dim")
        table.add_column("state", no_wrap=True, min_width=9)
        table.add_column("why", no_wrap=True, overflow="ellipsis", ratio=1)
        for role in self.roles:
            standing = self._standings.get(role.name)
            table.add_row(
                escape(role.name), escape(role.special), _styled(standing),
                escape(standing.why if standing else ""),
            )  # fmt: skip
        table.caption = "\n".join(map(escape, self._sayings[-_SAYINGS_SHOWN:]))
        table.caption_justify = "left"
        return table


def _styled(standing: Standing | None) -> str:
    if standing is None:
        return "[dim]-[/]"

    style = _STYLES.get(standing.state, "white")
    return f"[{style}]{standing.state}[/]"


async def keep_showing(board: Board, ground: Ground, remote: Remote) -> None:
    """Show where every file is, until cancelled."""
    known: dict[str, FileLine] = {}
    while True:
        await show_once(board, ground, remote, known)
        await anyio.sleep(_LOOK_EVERY_S)


async def show_once(
    board: Board, ground: Ground, remote: Remote, known: dict[str, FileLine]
) -> None:
    """Show where every file is now; `known` is what was shown before."""
    names = {
        str(ground.library / place): role.name
        for role in board.roles
        for place in (role.name, role.final_name)
    }
    for line in await remote.list_files(()):
        name = names.get(line.path)
        if name is not None and known.get(name) != line:
            known[name] = line
            board.note(name, Standing(state=line.state, why=await _why(line, remote)))


async def _why(line: FileLine, remote: Remote) -> str:
    if line.state in IN_PROGRESS:
        return line.reason or ""

    return describe(await remote.show(str(line.number)))
