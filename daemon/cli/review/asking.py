"""What a walk through the questions asks of the desk, and answers it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from daemon.desk.proposal_views import PROPOSAL, ProposalView
from daemon.desk.queue_views import LAST_ANSWER, QUEUE_PAGE, LastAnswer, QueueLine, QueuePage
from daemon.desk.search_views import SEARCH, SearchView
from daemon.desk.views import Answered, FileView
from daemon.remote import Remote
from rules.trays import Tray

SEARCH_TIMEOUT_S = 60.0
"""A source may be slow; the desk waits for half as long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which of the files that wait; None: whatever it is."""

    tray: Tray = Tray.OPEN
    library: str | None = None
    source: str | None = None
    """Of the best candidate."""
    text: str | None = None
    """In the path, or in a candidate's title."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """What is to be looked for at a source: just one of these."""

    source: str
    text: str | None = None
    url: str | None = None
    id: str | None = None


class Asking:
    """The desk that was reached, as far as questions go."""

    def __init__(self, remote: Remote) -> None:
        """Ask through `remote`."""
        self._remote = remote

    async def lines(self, wanted: Wanted) -> AsyncIterator[QueueLine]:
        """Yield what waits, the newest first, a page at a time."""
        after: str | None = None
        while True:
            page = await self._page(wanted, after)
            for line in page.lines:
                yield line
            after = page.next_after
            if after is None:
                return

    async def show(self, number: int) -> FileView:
        """Return everything about a file."""
        return await self._remote.show(str(number))

    async def find(self, reference: str) -> int:
        """Return the number of the file that is meant."""
        return (await self._remote.show(reference)).line.number

    async def propose(self, number: int, candidate: int) -> ProposalView:
        """Return what accepting a candidate would come to."""
        asked = {"file": [str(number)], "candidate": [str(candidate)]}
        return await self._remote.get(PROPOSAL, "/proposal", asked)

    async def answer(self, verb: str, seen: FileView, candidate: int | None = None) -> Answered:
        """Accept, reject or dismiss a file as it was seen.

        Raises:
            DaemonError: it changed since, or it cannot be.

        """
        number, revision = str(seen.line.number), seen.revision
        return await self._remote.answer(f"/{verb}", number, candidate=candidate, revision=revision)

    async def last_answer(self, number: int) -> LastAnswer | None:
        """Return what was answered last about a file, if it can be taken back."""
        return await self._remote.get(LAST_ANSWER, "/answer", {"file": [str(number)]})

    async def retract(self, last: LastAnswer) -> Answered:
        """Take back just this answer."""
        return await self._remote.answer("/retract", str(last.number), decision=last.decision)

    async def search(self, reference: str, lookup: Lookup) -> SearchView:
        """Have a source look for a file's work; what it finds is offered for the file."""
        told = {"text": lookup.text, "url": lookup.url, "id": lookup.id}
        said = {name: value for name, value in told.items() if value is not None}
        body = {"file": reference, "source": lookup.source, **said}
        return await self._remote.post(SEARCH, "/search", body, timeout_s=SEARCH_TIMEOUT_S)

    async def sources(self) -> tuple[str, ...]:
        """Return the names of the sources."""
        return tuple(line.name for line in (await self._remote.status()).sources)

    async def _page(self, wanted: Wanted, after: str | None) -> QueuePage:
        asked = {
            "tray": wanted.tray.value,
            "library": wanted.library,
            "source": wanted.source,
            "text": wanted.text,
            "after": after,
        }
        given = {name: [value] for name, value in asked.items() if value is not None}
        return await self._remote.get(QUEUE_PAGE, "/queue", given)
