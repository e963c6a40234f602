"""A bar for long work, on a terminal; nothing elsewhere."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from daemon.desk.views import StatusView
from daemon.desk.wording import describe_examining
from rules.journey import IN_PROGRESS, FileState


class Bar:
    """Shows how many files are through, and how long the rest will take."""

    def __init__(self, *, is_shown: bool) -> None:
        """Prepare; nothing is shown where nobody looks."""
        out = Console(stderr=True, emoji=False)
        self.last: StatusView | None = None
        self._most_again = 0
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            console=out,
            transient=True,
            disable=not (is_shown and out.is_terminal),
        )
        self._task = self._progress.add_task("looking through the libraries", total=None)

    def __enter__(self) -> Self:
        """Begin to show."""
        self._progress.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Leave the terminal as it was."""
        self._progress.stop()

    def show(self, status: StatusView) -> None:
        """Show how everything stands."""
        self.last = status
        self._most_again = max(self._most_again, status.examining.again)
        completed, total = done_of_all(status, most_again=self._most_again)
        self._progress.update(
            self._task, description=describe(status), total=total or None, completed=completed
        )


def done_of_all(status: StatusView, *, most_again: int = 0) -> tuple[int, int]:
    """Return how many files are through, and how many there are.

    When nothing is left but examining known contents again, these are meant; `most_again` is how
    many there were at the most.
    """
    if _is_examining_again(status):
        return most_again - status.examining.again, most_again

    total = sum(status.states.values())
    return total - sum(status.states[state] for state in IN_PROGRESS), total


def describe(status: StatusView) -> str:
    """Return what is being done now, in words."""
    listing = [line for line in status.libraries if line.is_listing]
    if listing:
        return f"looking through {listing[0].name}: {listing[0].entries} names"

    if status.states[FileState.SEEN]:
        return "waiting until files are whole"

    left = describe_examining(status.examining)
    if status.states[FileState.SETTLED]:
        return f"fingerprinting: {left}" if left else "fingerprinting"

    if _is_examining_again(status):
        return f"fingerprinting again: {left}"

    return "identifying"


def _is_examining_again(status: StatusView) -> bool:
    return status.is_caught_up and status.examining.again > 0
