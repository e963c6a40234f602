"""What doorman is doing, as one line of words: what `systemctl status` shows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence

from daemon.desk.views import LibraryLine, StatusView
from daemon.desk.wording import counted, describe_examining
from daemon.service.health import Stopped
from rules.journey import FileState

_TROUBLED = ("offline", "degraded")


class Outlook:
    """Knows how everything stands, and asks the store only when something has happened.

    At rest that is nothing: with 100,000 files, asking every 10 s would take 0.2 % of a core.
    """

    def __init__(
        self, ask: Callable[[], Awaitable[StatusView]], signs: Callable[[], object]
    ) -> None:
        """Ask by `ask`, when `signs` are no longer what they were."""
        self._ask = ask
        self._signs = signs
        self._seen: object = None
        self._known: StatusView | None = None

    async def status(self) -> StatusView:
        """Return how everything stands."""
        signs = self._signs()
        if self._known is None or signs != self._seen:
            self._known = await self._ask()
            self._seen = signs

        return self._known


def describe(status: StatusView, stopped: Sequence[Stopped] = ()) -> str:
    """Return what is done now, what waits for a person, and what is amiss, in this order.

    Args:
        status: How everything stands.
        stopped: Stages that are not heard of.

    """
    doing = list(_doing(status)) or [_resting(status)]
    return "; ".join([*doing, *_waiting(status), *_amiss(status, stopped)])


def _doing(status: StatusView) -> Iterator[str]:
    for line in status.libraries:
        if line.is_listing and line.state != "offline":
            yield f"looking through {line.name}{_so_far(line)}"

    states = status.states
    if states[FileState.SEEN]:
        yield f"waiting for {_files(status, FileState.SEEN)} to be whole"
    examining = describe_examining(status.examining)
    if examining is not None:
        yield f"fingerprinting: {examining}"
    if states[FileState.READY]:
        yield f"asking sources about {_files(status, FileState.READY)}"
    if states[FileState.ANSWERED]:
        yield f"deciding about {_files(status, FileState.ANSWERED)}"
    if states[FileState.ACCEPTED]:
        yield f"writing beside {_files(status, FileState.ACCEPTED)}"


def _so_far(line: LibraryLine) -> str:
    return f" ({counted(line.entries, 'name')} so far)" if line.entries else ""


def _files(status: StatusView, state: FileState) -> str:
    return counted(status.states[state], "file")


def _resting(status: StatusView) -> str:
    done = counted(status.states[FileState.DONE], "file")
    return f"nothing to do, {done} done"


def _waiting(status: StatusView) -> Iterator[str]:
    asked = status.states[FileState.REVIEW]
    if asked:
        yield f"{counted(asked, 'file')} wait{'s' if asked == 1 else ''} for you"


def _amiss(status: StatusView, stopped: Sequence[Stopped]) -> Iterator[str]:
    for line in status.libraries:
        if line.state in _TROUBLED:
            yield f"{line.name} is {line.state}"
    for each in stopped:
        yield f"{each.stage} has been silent for {each.silent_s:.0f} s too long"
