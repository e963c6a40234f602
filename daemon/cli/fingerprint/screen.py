"""Where the lines go, and how far the work is, on a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from daemon.cli.fingerprint.finding import Found
from daemon.cli.fingerprint.lines import Line, head, to_json, to_row
from daemon.cli.plain import visible
from rules.errors import DoormanError

_NOTHING_FOUND = (
    "doorman: no name here is a video's or a picture's; files are taken whatever they are called "
    "when they are named themselves"
)


class Screen:
    """Says each file's line at once, and shows a bar where somebody looks at standard error."""

    def __init__(
        self,
        *,
        as_json: bool,
        with_md5: bool = False,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare; nothing is said yet."""
        self.failed = 0
        """How many files there was nothing to be said about."""
        self._as_json = as_json
        self._with_md5 = with_md5
        self._now_s = now_s
        self._began_s = now_s()
        self._found = self._done = 0
        self._bar_console = Console(stderr=True, highlight=False, emoji=False, soft_wrap=True)
        self._progress = Progress(
            TextColumn("fingerprinting"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=self._bar_console,
            transient=True,
            redirect_stdout=False,  # it would send our lines to standard error
            disable=not self._bar_console.is_terminal,
        )
        self._task = self._progress.add_task("", total=None, rate="")

    def __enter__(self) -> Self:
        """Begin to show."""
        self._progress.start()
        if not self._as_json:
            self._say(head(with_md5=self._with_md5))
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Leave the terminal as it was."""
        self._progress.stop()

    def found(self) -> None:
        """Note one more file to be done."""
        self._found += 1

    def found_all(self) -> None:
        """Know from now on how long it will take."""
        self._progress.update(self._task, total=self._found)
        if not self._found:
            self._complain(_NOTHING_FOUND)

    def done(self, found: Found, line: Line, error: DoormanError | None) -> None:
        """Say a file's line; of an error, on standard error, all there is to say."""
        self._done += 1
        passed_s = self._now_s() - self._began_s
        rate = f"{self._done / passed_s:.1f}/s" if passed_s > 0 else ""
        self._progress.update(self._task, completed=self._done, rate=rate)
        self._say(to_json(line) if self._as_json else self._row(line, found))
        if error is not None:
            self.failed += 1
            if not self._as_json:
                self._complain(f"doorman: {visible(str(error), keeps_lines=True)}")

    def _row(self, line: Line, found: Found) -> str:
        return to_row(line, str(found.path), with_md5=self._with_md5)

    def _say(self, text: str) -> None:
        if self._is_over_the_bar:
            self._bar_console.print(text, markup=False)
        else:
            typer.echo(text)  # at once: a program may be waiting for it

    def _complain(self, text: str) -> None:
        if self._progress.disable:
            typer.echo(text, err=True)
        else:
            self._bar_console.print(text, markup=False)

    @property
    def _is_over_the_bar(self) -> bool:
        """Tell whether the bar stands where the lines go: then they have to be printed above."""
        return not self._progress.disable and sys.stdout.isatty()
