"""What the command line prints of sources: how they answered, and how they are now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.markup import escape as escape_markup
from rich.table import Table

from daemon.cli.plain import visible
from daemon.desk.health_views import HealthView
from daemon.desk.views import SourceLine

_STYLES = {
    "known": "green",
    "unknown": "green",
    "failed": "red",
    "refused": "red",
    "healthy": "green",
    "failing": "yellow",
    "slowed": "yellow",
    "resting": "red",
    "trying": "yellow",
}
_MINUTE_S, _HOUR_S = 60, 3600


def show_sources(sources: Sequence[SourceLine], out: Console, *, now_s: float) -> None:
    """Print each source, and below them what is wrong with any."""
    if not sources:
        out.print(_escape("no source is asked; add a [[source]] to the configuration"))
        return

    out.print(_table(sources, now_s=now_s))
    for line in sources:
        for remark in _remarks(line, now_s=now_s):
            out.print(f"  {_escape(line.name)}: {_escape(remark)}", style="yellow")


def _table(sources: Sequence[SourceLine], *, now_s: float) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    is_told = any(line.health for line in sources)
    columns = ("state", "last minute") if is_told else ()
    for column in ("source", *columns, "last answer", "asked", "knew", "failed", "address"):
        table.add_column(column)
    for line in sources:
        table.add_row(
            _escape(line.name),
            *(_health_cells(line.health, now_s=now_s) if is_told else ()),
            _styled(line.last_outcome or "never asked"),
            str(line.asked),
            str(line.known),
            str(line.failed),
            _escape(line.url),
        )
    return table


def _health_cells(health: HealthView | None, *, now_s: float) -> tuple[str, str]:
    if health is None:
        return "-", "-"

    left = _left(health, now_s=now_s)
    state = _styled(health.state) + (f" for {left}" if left else "")
    return state, f"{health.used_last_minute} of {health.pace_per_minute:.0f}"


def _remarks(line: SourceLine, *, now_s: float) -> Iterator[str]:
    """Yield what a person should know, each once."""
    health = line.health
    error = health.last_error if health and health.state in {"resting", "refused"} else None
    # Why a source was not asked about one file says nothing of the source.
    reason = line.last_reason if line.last_outcome != "not asked" else None
    yield from dict.fromkeys(filter(None, (reason, error)))
    if health is None:
        return

    if health.state == "slowed":
        yield (
            f"it said that it was asked too often, so it is asked at most"
            f" {health.pace_per_minute:.0f} of {health.allowed_per_minute:.0f} times a minute,"
            " more again from minute to minute"
        )
    if health.state == "refused":
        left = _left(health, now_s=now_s) or "a moment"
        yield f"the key is tried again in {left}, and at once when doorman starts anew"
    failures = [f"{count} {kind}" for kind, count in health.requests.items() if count]
    if health.requests.get("answered", 0) < sum(health.requests.values()):
        yield f"requests since the start: {', '.join(failures)}"


def _left(health: HealthView, *, now_s: float) -> str | None:
    """Return how long it still rests, in words."""
    if health.resting_until_s is None or health.resting_until_s <= now_s:
        return None

    left_s = health.resting_until_s - now_s
    for unit_s, word in ((_HOUR_S, "h"), (_MINUTE_S, "min")):
        if left_s >= unit_s:
            return f"{left_s / unit_s:.0f} {word}"

    return f"{max(left_s, 1):.0f} s"


def _styled(word: str) -> str:
    style = _STYLES.get(word)
    return f"[{style}]{_escape(word)}[/]" if style else _escape(word)


def _escape(text: str) -> str:
    return escape_markup(visible(text))
