"""The statistics page: what happened when, and how often, in plots."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from daemon.desk.counting import DAYS, Counting
from daemon.desk.desk import Desk
from daemon.desk.statistics_views import (
    DistancesView,
    RuleShare,
    SourceShare,
    SpanView,
    StatisticsView,
    WaitShare,
)
from daemon.web.forms import FormUnreadable
from daemon.web.pages.plots import Band, Plot, columns, rows
from daemon.web.pages.rendering import render
from rules.journey import FileState

Endpoint = Callable[[Request], Awaitable[Response]]

SPANS: tuple[tuple[int, str], ...] = (
    (7, "7 days"),
    (30, "30 days"),
    (90, "90 days"),
    (365, "a year"),
    (0, "all time"),
)
"""How far back one can look, in days; 0 is without limit."""
_DAY_S = 86_400
_YEAR_S = 365 * _DAY_S
_BANDS: tuple[tuple[str, str, tuple[FileState, ...]], ...] = (
    ("named", "named", (FileState.DONE, FileState.ACCEPTED)),
    ("waiting for you", "asked", (FileState.REVIEW, FileState.FAILED)),
    ("not known", "open", (FileState.NO_MATCH, FileState.DEFERRED)),
    ("left alone", "alone", (FileState.IGNORED, FileState.DISMISSED)),
    (
        "on their way",
        "busy",
        (FileState.SEEN, FileState.SETTLED, FileState.READY, FileState.ANSWERED),
    ),
)
"""States as few bands, each with its colour."""
_OUTCOMES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("accepted", "named", ("accepted",)),
    ("review", "asked", ("review",)),
    ("no match", "open", ("no match",)),
    ("deferred", "busy", ("deferred",)),
    ("left alone", "alone", ("ignored", "dismissed")),
    ("rejected", "bad", ("rejected",)),
)


def statistics_routes(desk: Desk) -> list[Route]:
    """Return the route of the page."""
    return [Route("/statistics", _page(Counting(desk)), methods=["GET"])]


def _page(counting: Counting) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        days = _days(request)
        found = await counting.statistics(days or None)
        return render(request, "statistics.html", plots=plots_of(found), days=days, spans=SPANS)

    return endpoint


def _days(request: Request) -> int:
    text = request.query_params.get("days", "") or str(DAYS)
    known = {str(days): days for days, _ in SPANS}
    if text not in known:
        raise FormUnreadable("there is no such span of time")

    return known[text]


def plots_of(found: StatisticsView) -> tuple[Plot, ...]:
    """Return everything that is shown, in its order."""
    return (
        files_plot(found),
        decisions_plot(found),
        rules_plot(found.rules),
        distances_plot(found.distances),
        sources_plot(found.sources),
        waits_plot(found.waits),
    )


def files_plot(found: StatisticsView) -> Plot:
    """Return how many files there were, by what had become of them."""
    return columns(
        "files",
        "Files over time",
        "How many files were known, and where they stood.",
        over="at the end of (UTC)",
        names=step_names(found.span),
        bands=[
            Band(name=name, colour=colour, values=_sum(found.files[state] for state in states))
            for name, colour, states in _BANDS
        ],
    )


def decisions_plot(found: StatisticsView) -> Plot:
    """Return how many decisions were made, by what came of them."""
    return columns(
        "decisions",
        "Decisions over time",
        "What was decided; what was taken back since counts, too.",
        over="from (UTC)",
        names=step_names(found.span),
        bands=[
            Band(name=name, colour=colour, values=_sum(found.decisions[each] for each in outcomes))
            for name, colour, outcomes in _OUTCOMES
        ],
    )


def rules_plot(shares: Sequence[RuleShare]) -> Plot:
    """Return who decided how often, and what."""
    return rows(
        "rules",
        "Who decided",
        "Decisions of each rule, and of people, in the time chosen.",
        over="decided by",
        names=[_decider(share) for share in shares],
        bands=[
            Band(
                name=name,
                colour=colour,
                values=tuple(
                    sum(share.outcomes.get(each, 0) for each in outcomes) for share in shares
                ),
            )
            for name, colour, outcomes in _OUTCOMES
        ],
    )


def distances_plot(found: DistancesView) -> Plot:
    """Return how far phashes are of what was accepted and of what was rejected."""
    farthest = len(found.accepted) - 1
    unknown = found.accepted_unknown + found.rejected_unknown
    apart = f" {unknown} more had no phash to compare." if unknown else ""
    return columns(
        "distances",
        "Phash distances",
        f"Bits between the phash of a file and that of the work, of what stands now.{apart}",
        over="bits apart",
        names=[str(bits) if bits < farthest else f"{bits}+" for bits in range(farthest + 1)],
        bands=[
            Band(name="accepted", colour="named", values=found.accepted),
            Band(name="rejected", colour="bad", values=found.rejected),
        ],
    )


def sources_plot(shares: Sequence[SourceShare]) -> Plot:
    """Return how often each source knew a file."""
    return rows(
        "sources",
        "What sources knew",
        "Answers of each source in the time chosen; what failed says nothing about a file.",
        over="source",
        names=[_hit_rate(share) for share in shares],
        bands=[
            Band(name="known", colour="named", values=tuple(each.known for each in shares)),
            Band(name="unknown", colour="open", values=tuple(each.unknown for each in shares)),
            Band(name="failed", colour="bad", values=tuple(each.failed for each in shares)),
        ],
    )


def waits_plot(shares: Sequence[WaitShare]) -> Plot:
    """Return how long it took files to be done."""
    return columns(
        "waits",
        "From seen to done",
        "How long it took files that were done in the time chosen: less than is said below.",
        over="less than",
        names=[_bound(share.below_s) for share in shares],
        bands=[
            Band(name="by itself", colour="named", values=tuple(each.alone for each in shares)),
            Band(
                name="with a person",
                colour="asked",
                values=tuple(each.with_person for each in shares),
            ),
        ],
    )


def _sum(series: Iterable[Sequence[int]]) -> tuple[int, ...]:
    return tuple(sum(values) for values in zip(*series, strict=True))


def step_names(span: SpanView) -> list[str]:
    """Return what each step is called."""
    return [_step_name(span.begin_s + index * span.step_s, span) for index in range(span.steps)]


def _step_name(at_s: float, span: SpanView) -> str:
    """Return when a step begins, in as few letters as tell it from the others."""
    at = datetime.fromtimestamp(at_s, UTC)
    if span.step_s < _DAY_S:
        return f"{at.day} {at:%b %H}h"
    if span.step_s * span.steps <= _YEAR_S:
        return f"{at.day} {at:%b}"

    return f"{at:%b %Y}" if span.step_s < _YEAR_S else f"{at:%Y}"


def _decider(share: RuleShare) -> str:
    if share.rule:
        return share.rule

    return "a person" if share.decided_by == "person" else "no rule"


def _hit_rate(share: SourceShare) -> str:
    answered = share.known + share.unknown
    rate = f", knew {share.known / answered:.0%}" if answered else ""
    return f"{share.source}{rate}"


def _bound(below_s: float | None) -> str:
    if below_s is None:
        return "more"

    for unit_s, letter in ((_DAY_S, "d"), (3600, "h")):
        if below_s >= unit_s:
            return f"{below_s / unit_s:.0f} {letter}"

    return f"{below_s / 60:.0f} min"
