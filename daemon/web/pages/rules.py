"""The rules page: what decides, how often it did, and what others would decide instead."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from pydantic import Field, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from daemon.desk.desk import Desk
from daemon.desk.drafting import TRY_FOR_S, Drafting, Tried
from daemon.desk.judging import Judging
from daemon.desk.trial import TRIAL, TrialView
from daemon.settings.problems import ConfigurationInvalid, Problem
from daemon.web.errors import BAD_REQUEST
from daemon.web.forms import Form, FormUnreadable, form_of
from daemon.web.pages.rendering import render

Endpoint = Callable[[Request], Awaitable[Response]]
LONGEST_DRAFT = 200_000
"""Letters; the shipped rules have 2,000."""
_LARGEST = 2**63 - 1
_OK = 200


class DraftForm(Form):
    """Rules to be tried, and how far their trial has come."""

    rules: str = Field(max_length=LONGEST_DRAFT)
    library: str = ""
    after: int = Field(default=0, ge=0, le=_LARGEST)
    so_far: str = ""
    """What was found before `after`, as this page was told; none when it begins."""

    @property
    def text(self) -> str:
        """Return the rules with line ends as files have them; forms send others."""
        return self.rules.replace("\r\n", "\n")

    @property
    def found(self) -> TrialView:
        """Return what was found so far.

        Raises:
            FormUnreadable: it is not what this page was told.

        """
        try:
            return TRIAL.validate_json(self.so_far) if self.so_far else TrialView()
        except ValidationError as error:
            raise FormUnreadable("what the trial found so far is broken") from error


def rules_routes(
    desk: Desk, judging: Judging | None = None, *, try_for_s: float = TRY_FOR_S
) -> list[Route]:
    """Return the routes of the page; who sends a trial waits for about `try_for_s`."""
    page = _RulesPage(desk, judging or Judging(desk), try_for_s)
    return [
        Route("/rules", page.show, methods=["GET"]),
        Route("/rules/try", page.try_draft, methods=["POST"]),
    ]


class _RulesPage:
    """Shows the rules in force, and below them a draft with what became of it."""

    def __init__(self, desk: Desk, judging: Judging, try_for_s: float) -> None:
        self._judging = judging
        self._drafting = Drafting(desk, judging, try_for_s=try_for_s)
        self._libraries = sorted(desk.household.library_names)

    async def show(self, request: Request) -> Response:
        return await self._page(request, draft=await self._drafting.draft())

    async def try_draft(self, request: Request) -> Response:
        form = await form_of(request, DraftForm)
        try:
            rules = await self._drafting.read(form.text)
        except ConfigurationInvalid as invalid:
            problems = invalid.problems
            return await self._page(request, draft=form.text, form=form, problems=problems)

        tried = await self._drafting.go_on(
            rules, library=form.library or None, so_far=form.found, after=form.after
        )
        return await self._page(request, draft=form.text, form=form, tried=tried)

    async def _page(
        self,
        request: Request,
        *,
        draft: str,
        form: DraftForm | None = None,
        problems: tuple[Problem, ...] = (),
        tried: Tried | None = None,
    ) -> Response:
        return render(
            request,
            "rules.html",
            status=BAD_REQUEST if problems else _OK,
            rules=await self._judging.rules(),
            libraries=self._libraries,
            library=form.library if form else "",
            draft=draft,
            problems=problems,
            tried=tried,
            tried_files=_tried_files(tried) if tried else 0,
            so_far=TRIAL.dump_json(tried.found).decode() if tried else "",
        )


def _tried_files(tried: Tried) -> int:
    """Return of how many files something is known."""
    found = tried.found
    decided = found.changed + found.unchanged + found.other_rule
    return decided + found.kept + found.unreadable
