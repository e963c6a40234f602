"""The desk from outside: the running daemon over its socket, or an API in this process.

The command line speaks to both in the same words, so every command works with and without a
daemon.
"""

from __future__ import annotations

from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Mapping,
    MutableMapping,
    Sequence,
)
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeVar

import httpx
from pydantic import BaseModel, TypeAdapter, ValidationError

from daemon.desk.duplicate_views import DUPLICATES, NEAR, DuplicatesView, NearView
from daemon.desk.judgement_views import (
    FORESEEN,
    RULE_LINES,
    TRIAL_PART,
    ForeseenLine,
    RuleLine,
    TrialPart,
)
from daemon.desk.submission_views import SUBMISSIONS, SubmissionsView
from daemon.desk.views import (
    ANSWERED,
    FILE,
    FILE_LINES,
    MANY_ANSWERED,
    REQUESTED,
    STATUS,
    Answered,
    FileLine,
    FileView,
    Requested,
    StatusView,
)
from daemon.occupied import is_occupied
from rules.errors import DoormanError
from rules.journey import FileState

if TYPE_CHECKING:  # it brings the rule engine, which takes long to import
    from rules.ruleset import RuleText

Value = TypeVar("Value")
_Scope = MutableMapping[str, object]
AsgiApp = Callable[
    [_Scope, Callable[[], Awaitable[_Scope]], Callable[[_Scope], Awaitable[None]]],
    Awaitable[None],
]

BASE = "http://doorman/api/v1"
TIMEOUT_S = 60.0
"""A change waits for its commit, and a first connection for a daemon that is busy starting."""
SEARCH_TIMEOUT_S = 600.0
"""A search among a million files takes seconds, at great distances a minute."""
_NAMES = TypeAdapter(tuple[str, ...])


class DaemonError(DoormanError):
    """The daemon answered that it cannot do it."""

    def __init__(self, message: str, exit_code: int) -> None:
        """Pass on the daemon's own words, and what the command exits with."""
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc]  # of this one, not of the class


class DaemonSilent(DoormanError):
    """A daemon listens and gives no answer that can be used."""

    def __init__(self, socket_path: Path, detail: str) -> None:
        """Build the message from the socket and what came instead of an answer."""
        super().__init__(
            f"the daemon at {socket_path} does not answer ({detail}); "
            "look at its log, or start it again"
        )


class SocketForbidden(DoormanError):
    """A daemon may listen, and this user may not speak to it."""

    def __init__(self, socket_path: Path) -> None:
        """Build the message from the socket."""
        super().__init__(
            f"the daemon at {socket_path} may not be spoken to by this user; "
            "become a member of its group (usermod -aG doorman), or use sudo"
        )


class _ErrorBody(BaseModel):
    message: str
    exit_code: int


class _ErrorAnswer(BaseModel):
    error: _ErrorBody


class Remote:
    """The desk's questions and answers, asked over HTTP."""

    def __init__(self, client: httpx.AsyncClient, where: Path) -> None:
        """Speak through `client`; `where` is named in errors."""
        self._client = client
        self._where = where
        self.has_changed = False
        """Whether an answer was given here that changed anything."""

    async def status(self) -> StatusView:
        """Return how everything stands."""
        return await self.get(STATUS, "/status", {})

    async def list_files(self, states: Collection[FileState]) -> tuple[FileLine, ...]:
        """Return files in any of these states."""
        return await self.get(FILE_LINES, "/files", {"state": [each.value for each in states]})

    async def show(self, reference: str) -> FileView:
        """Return everything about one file."""
        return await self.get(FILE, "/file", {"file": [reference]})

    async def duplicates(
        self, distance_bits: int, library: str | None, limit: int
    ) -> DuplicatesView:
        """Return the clusters of near-equal files."""
        asked = _named(library) | {"distance": [str(distance_bits)], "limit": [str(limit)]}
        return await self.get(DUPLICATES, "/duplicates", asked, timeout_s=SEARCH_TIMEOUT_S)

    async def near(self, reference: str, distance_bits: int, library: str | None) -> NearView:
        """Return the files near one."""
        asked = _named(library) | {"file": [reference], "distance": [str(distance_bits)]}
        return await self.get(NEAR, "/near", asked)

    async def why(self, reference: str) -> FileView:
        """Return everything about one file, with every rule and what was applied."""
        return await self.get(FILE, "/why", {"file": [reference]})

    async def rules(self) -> tuple[RuleLine, ...]:
        """Return the rules in force."""
        return await self.get(RULE_LINES, "/rules", {})

    async def try_rules(
        self, texts: Sequence[RuleText], *, library: str | None, after: int
    ) -> TrialPart:
        """Return what other rules would make of the next files behind `after`."""
        rules = [
            {"name": text.name, "when": text.when, "then": text.then.value, "reason": text.reason}
            for text in texts
        ]
        body: dict[str, object] = {"rules": rules, "library": library, "after": after}
        return await self.post(TRIAL_PART, "/rules/try", body)

    async def foresee(self, references: Sequence[str]) -> tuple[ForeseenLine, ...]:
        """Return what would become of files if they were asked about now."""
        body: dict[str, object] = {"files": list(references)}
        return await self.post(FORESEEN, "/foresee", body, timeout_s=SEARCH_TIMEOUT_S)

    async def submissions(self) -> SubmissionsView:
        """Return what sources are still to be told of fingerprints."""
        return await self.get(SUBMISSIONS, "/submissions", {})

    async def submit(self) -> SubmissionsView:
        """Have sources told of them now; return how that stands."""
        return await self.post(SUBMISSIONS, "/submit", {}, timeout_s=SEARCH_TIMEOUT_S)

    async def accept(
        self, reference: str, candidate: int | None, *, fields: Sequence[str] | None = None
    ) -> Answered:
        """Accept a candidate of a file; with `fields` just these of its work are set."""
        return await self.answer("/accept", reference, candidate=candidate, fields=fields)

    async def reject(self, reference: str, candidate: int | None) -> Answered:
        """Reject a candidate of a file for good."""
        return await self.answer("/reject", reference, candidate=candidate)

    async def dismiss(self, reference: str) -> Answered:
        """Leave a file alone."""
        return await self.answer("/dismiss", reference)

    async def undo(self, reference: str) -> Answered:
        """Take back the latest decision about a file."""
        return await self.answer("/undo", reference)

    async def answer(self, path: str, reference: str, **said: object) -> Answered:
        """Answer about a file; what is None is not said."""
        body = {name: value for name, value in said.items() if value is not None}
        answered = await self.post(ANSWERED, path, {"file": reference, **body})
        self.has_changed |= answered.has_changed
        return answered

    async def identify(self, references: Sequence[str]) -> tuple[Answered, ...]:
        """Ask again about files."""
        return await self.post(MANY_ANSWERED, "/identify", {"files": list(references)})

    async def scan(self, libraries: Sequence[str], *, is_confirmed: bool) -> tuple[str, ...]:
        """Ask for a look through libraries; return their names."""
        body: dict[str, object] = {"libraries": list(libraries), "is_confirmed": is_confirmed}
        return await self.post(_NAMES, "/scan", body)

    async def generate(
        self, libraries: Sequence[str], *, is_all: bool, with_sheets: bool
    ) -> Requested:
        """Have fingerprints computed that libraries lack, or all of them again."""
        body: dict[str, object] = {
            "libraries": list(libraries),
            "is_all": is_all,
            "with_sheets": with_sheets,
        }
        return await self.post(REQUESTED, "/generate", body)

    async def get(
        self,
        adapter: TypeAdapter[Value],
        path: str,
        parameters: Mapping[str, Sequence[str]],
        *,
        timeout_s: float | None = None,
    ) -> Value:
        """Return what is told at `path`.  Raises: DaemonError; DaemonSilent."""
        timeout = self._client.timeout if timeout_s is None else timeout_s
        query = {name: list(values) for name, values in parameters.items()}
        request = self._client.build_request("GET", BASE + path, params=query, timeout=timeout)
        return await self._send(adapter, request)

    async def post(
        self,
        adapter: TypeAdapter[Value],
        path: str,
        body: Mapping[str, object],
        *,
        timeout_s: float | None = None,
    ) -> Value:
        """Return what came of it.  Raises: DaemonError; DaemonSilent."""
        timeout = self._client.timeout if timeout_s is None else timeout_s
        request = self._client.build_request("POST", BASE + path, json=body, timeout=timeout)
        return await self._send(adapter, request)

    async def change(
        self,
        adapter: TypeAdapter[Value],
        path: str,
        body: Mapping[str, object],
        *,
        timeout_s: float,
    ) -> Value:
        """Return what came of a change, from which more may follow.  Raises: as `post`."""
        came = await self.post(adapter, path, body, timeout_s=timeout_s)
        self.has_changed = True
        return came

    async def download(
        self,
        path: str,
        parameters: Mapping[str, Sequence[str]],
        target: BinaryIO,
        *,
        timeout_s: float,
    ) -> None:
        """Write what is handed out at `path` into a file.

        Raises:
            DaemonError: it is not handed out.
            DaemonSilent: it did not come whole.
            OSError: the file cannot be written.

        """
        query = {name: list(values) for name, values in parameters.items()}
        request = self._client.build_request("GET", BASE + path, params=query, timeout=timeout_s)
        try:
            answer = await self._client.send(request, stream=True)
            try:
                if answer.is_error:
                    await answer.aread()
                    raise _to_error(answer)
                async for piece in answer.aiter_bytes():
                    target.write(piece)
            finally:
                await answer.aclose()
        except (httpx.HTTPError, ValidationError) as error:
            raise DaemonSilent(self._where, _describe(error)) from error

    async def _send(self, adapter: TypeAdapter[Value], request: httpx.Request) -> Value:
        try:
            answer = await self._client.send(request)
            if answer.is_error:
                raise _to_error(answer)
            return adapter.validate_json(answer.content)
        except (httpx.HTTPError, ValidationError) as error:
            raise DaemonSilent(self._where, _describe(error)) from error


def _named(library: str | None) -> dict[str, list[str]]:
    return {} if library is None else {"library": [library]}


def _describe(error: httpx.HTTPError | ValidationError) -> str:
    """Return what came instead of an answer, in words."""
    match error:
        case ValidationError():
            return "its answer is not understood; it may be of another version"
        case httpx.TimeoutException():
            return "nothing came in time"
        case httpx.ConnectError():
            return "it is gone"
        case _:
            return str(error) or type(error).__name__


def _to_error(answer: httpx.Response) -> DaemonError:
    told = _ErrorAnswer.model_validate_json(answer.content).error
    return DaemonError(told.message, told.exit_code)


@asynccontextmanager
async def over_socket(path: Path, *, timeout_s: float = TIMEOUT_S) -> AsyncIterator[Remote | None]:
    """Yield the daemon that listens at `path`, or None if nobody does.

    Each question is answered within `timeout_s`, or the daemon is silent.

    Raises:
        SocketForbidden: this user may not know whether somebody does.

    """
    if not _is_served(path):
        yield None
        return

    # A connection that rests is closed by the daemon, maybe while the next question is on its way.
    limits = httpx.Limits(max_keepalive_connections=0)
    transport = httpx.AsyncHTTPTransport(uds=str(path), limits=limits)
    async with httpx.AsyncClient(transport=transport, timeout=timeout_s) as client:
        yield Remote(client, path)


def _is_served(path: Path) -> bool:
    try:
        return is_occupied(path)
    except PermissionError as error:
        raise SocketForbidden(path) from error


@asynccontextmanager
async def over_app(app: AsgiApp, where: Path) -> AsyncIterator[Remote]:
    """Yield a desk that is served in this very process; `where` is its store."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, timeout=TIMEOUT_S) as client:
        yield Remote(client, where)
