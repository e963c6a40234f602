"""The part of the API for a close look at one file: proposals, other works, one's own words."""

from __future__ import annotations

from daemon.desk.desk import Desk
from daemon.desk.editing import Editing
from daemon.desk.plan_views import PLAN, PlanView
from daemon.desk.planning import Planning
from daemon.desk.proposal_views import PROPOSAL, ProposalView
from daemon.desk.proposing import Proposing
from daemon.desk.search_views import SEARCH, SearchView
from daemon.desk.searching import Searching
from daemon.desk.views import ANSWERED, Answered
from daemon.web.bodies import EditRequest, SearchRequest
from daemon.web.errors import CONFLICT
from daemon.web.operations import Operation, changing, reading
from daemon.web.queries import ProposalQuery
from rules.lookup import lookup_of


def reviewing_operations(desk: Desk) -> list[Operation]:
    """Return the operations for a close look at one file."""
    proposing, searching, editing = Proposing(desk), Searching(desk), Editing(desk)
    planning = Planning(desk)

    async def plan(asked: ProposalQuery) -> PlanView:
        return await planning.plan(asked.file, number=asked.candidate)

    async def proposal(asked: ProposalQuery) -> ProposalView:
        return await proposing.proposal(asked.file, number=asked.candidate)

    async def search(asked: SearchRequest) -> SearchView:
        lookup = lookup_of(text=asked.text, url=asked.url, remote_id=asked.id)
        return await searching.search(asked.file, asked.source, lookup, revision=asked.revision)

    async def edit(asked: EditRequest) -> Answered:
        return await editing.edit(asked.file, asked.field, asked.text, revision=asked.revision)

    return [
        changing("/edit", "Write into the work of a file by hand.", EditRequest, ANSWERED, edit),
        reading(
            "/plan",
            "Tell every change that accepting a candidate would make; nothing is changed.",
            ProposalQuery,
            PLAN,
            plan,
            errors=frozenset({CONFLICT}),
        ),
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
