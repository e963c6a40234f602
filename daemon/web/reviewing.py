"""The part of the API for a close look at one file: what accepting would do, and other works."""

from __future__ import annotations

from daemon.desk.desk import Desk
from daemon.desk.proposal_views import PROPOSAL, ProposalView
from daemon.desk.proposing import Proposing
from daemon.desk.search_views import SEARCH, SearchView
from daemon.desk.searching import Searching
from daemon.web.bodies import SearchRequest
from daemon.web.errors import CONFLICT
from daemon.web.operations import Operation, changing, reading
from daemon.web.queries import ProposalQuery
from rules.lookup import lookup_of


def reviewing_operations(desk: Desk) -> list[Operation]:
    """Return the operations for a close look at one file."""
    proposing, searching = Proposing(desk), Searching(desk)

    async def proposal(asked: ProposalQuery) -> ProposalView:
        return await proposing.proposal(asked.file, number=asked.candidate)

    async def search(asked: SearchRequest) -> SearchView:
        lookup = lookup_of(text=asked.text, url=asked.url, remote_id=asked.id)
        return await searching.search(asked.file, asked.source, lookup, revision=asked.revision)

    return [
        reading(
            "/proposal",
            "Tell field by field what accepting a candidate would do.",
            ProposalQuery,
            PROPOSAL,
            proposal,
            errors=frozenset({CONFLICT}),
        ),
        changing(
            "/search",
            "Look for a file's work at one source, and keep what is found among its candidates.",
            SearchRequest,
            SEARCH,
            search,
        ),
    ]
