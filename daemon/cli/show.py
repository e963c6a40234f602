"""What the command line prints: views as text for people."""

from __future__ import annotations

import time
from collections.abc import Sequence

from rich import markup
from rich.console import Console
from rich.table import Table

from daemon.cli.plain import visible
from daemon.cli.show_announces import show_announces
from daemon.cli.show_examining import show_examining
from daemon.cli.show_owed import show_counts
from daemon.cli.show_sources import show_sources
from daemon.desk.candidate_views import CandidateView
from daemon.desk.views import (
    MOST_LISTED,
    Answered,
    FileLine,
    FileView,
    LibraryLine,
    StatusView,
)
from rules.journey import FileState

_STYLES = {
    "watching": "green",
    "polling": "green",
    "offline": "red",
    "degraded": "yellow",
}
_WIDE = 10_000
"""Columns; no table is folded in a file or a pipe."""
_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86400


def escape(text: str) -> str:
    """Return a stranger's text so that neither the terminal nor rich's markup heeds it."""
    return markup.escape(visible(text))


def console() -> Console:
    """Return where people read, names as they are; for programs every line is whole."""
    out = Console(highlight=False, soft_wrap=True, emoji=False)
    if not out.is_terminal:
        out.width = _WIDE
    return out


def show_status(status: StatusView, out: Console, *, now_s: float) -> None:
    """Print how everything stands."""
    running = (
        f"started {ago(status.started_at_s, now_s=now_s)} (process {status.pid})"
        if status.is_running
        else "not running"
    )
    out.print(f"doorman {status.version}, {running}")
    if status.page is not None and status.is_running:
        trouble = f" is not served: {escape(status.page.trouble)}" if status.page.trouble else ""
        out.print(f"page: {escape(status.page.url)}{trouble}")
    _show_libraries(status.libraries, out)
    show_sources(status.sources, out, now_s=now_s)
    _show_files(status, out)
    show_examining(status.examining, out)
    show_counts(status.submitting, out)
    show_announces(status.announces, out)
    if status.owed:
        last = f": {escape(status.owed_error)}" if status.owed_error else ""
        what = "sidecar or message is" if status.owed == 1 else "sidecars or messages are"
        out.print(f"{status.owed} {what} still owed{last}")
    if status.kept:
        whose = "1 file" if status.kept == 1 else f"{status.kept} files"
        out.print(f"sidecars of somebody else stay beside {whose}: doorman why FILE")
        for kept in status.kept_lately:
            out.print(f"  {escape(kept)}")


def _show_libraries(libraries: Sequence[LibraryLine], out: Console) -> None:
    table = _table("library", "state", "files", "missing", "folder")
    for line in libraries:
        table.add_row(
            escape(line.name), _styled(line.state), str(line.files), str(line.missing),
            escape(line.root),
        )  # fmt: skip
    out.print(table)
    for line in libraries:
        if line.reason:
            out.print(f"  {escape(line.name)}: {escape(line.reason)}")
        for finding in line.findings:
            out.print(f"  {escape(finding)}", style="yellow")


def _show_files(status: StatusView, out: Console) -> None:
    counted = [f"{count} {state}" for state, count in status.states.items() if count]
    if status.missing:
        counted.append(f"{status.missing} missing")
    out.print("files: " + (", ".join(counted) or "none yet"))
    waiting = status.states[FileState.REVIEW]
    if waiting:
        out.print(f"{waiting} wait for you: doorman review", style="bold")
    failed = status.states[FileState.FAILED]
    if failed:
        out.print(f"{failed} cannot be examined: doorman review --failed", style="bold")


def show_files(lines: Sequence[FileLine], out: Console, *, now_s: float) -> None:
    """Print a list of files."""
    if not lines:
        out.print("Nothing waits for you.")
        return

    table = _table("number", "file", "best candidate", "candidates", "since")
    for line in lines:
        table.add_row(
            str(line.number),
            escape(line.path.rsplit("/", 1)[-1]),
            escape(line.best or "-"),
            str(line.candidates),
            ago(line.changed_at_s, now_s=now_s),
        )
    out.print(table)
    if len(lines) == MOST_LISTED:
        out.print(
            f"These are the first {MOST_LISTED}; the next ones follow when some are answered."
        )
    out.print("Look at one with: doorman review NUMBER")


def show_failed(lines: Sequence[FileLine], out: Console) -> None:
    """Print the files that cannot be examined, and why."""
    if not lines:
        out.print("Every file could be examined.")
        return

    for line in lines:
        out.print(f"{line.number}  {escape(line.reason or line.path)}")
    out.print("When one is mended: doorman identify NUMBER")


def show_review(view: FileView, out: Console) -> None:
    """Print a question, with everything needed to answer it."""
    show_head(view, out)
    show_candidates(view.candidates, out)
    for sentence in view.left_out:
        out.print(f"  {escape(sentence)}")
    if view.line.state is FileState.REVIEW:
        show_why_asked(view, out)
        number = view.line.number
        which = " CANDIDATE" if len(view.candidates) > 1 else ""
        width = len(f"doorman accept {number}{which}") + 4
        out.print()
        for command, meaning in (
            (f"doorman accept {number}{which}", "it is this"),
            (f"doorman reject {number}{which}", "it is not; never offer it again"),
            (f"doorman dismiss {number}", "leave the file alone"),
        ):
            out.print(f"  {command:{width}}{meaning}")


def show_answered(answered: Answered, out: Console) -> None:
    """Print what came of an answer."""
    name = answered.path.rsplit("/", 1)[-1]
    out.print(f"{answered.number} {escape(name)}: {escape(answered.message)}")
    for left in answered.left:
        out.print(f"  {escape(left)}", style="yellow")


def show_head(view: FileView, out: Console) -> None:
    """Print which file it is, and where it stands."""
    line = view.line
    out.print(f"{line.number}  {escape(line.path)}", style="bold")
    missing = " (missing)" if line.is_missing else ""
    reason = f": {escape(line.reason)}" if line.reason else ""
    out.print(f"  {line.state}{missing}{reason}")
    if view.work:
        out.print(f"  work     {escape(view.work)}")
    if view.tags:
        out.print(f"  wears    {escape(', '.join(view.tags))}")
    if view.is_organized:
        out.print("  organized: no rule changes it")
    if view.facts:
        out.print(f"  video    {escape(view.facts)}, {view.duration_s:.2f} s, {size(view)}")
    if view.due_at_s is not None and line.state is not FileState.REVIEW:
        out.print(f"  next try {clock(view.due_at_s)}")
    if view.examining_again:
        out.print(f"  again    {escape(view.examining_again)}")
    if view.owed_error:
        out.print(f"  sidecar  {escape(view.owed_error)}", style="yellow")


def show_candidates(candidates: Sequence[CandidateView], out: Console) -> None:
    """Print what is offered for a file, with what speaks for and against it."""
    if candidates:
        out.print("Candidates", style="bold")
    for candidate in candidates:
        mark = " (accepted)" if candidate.is_accepted else ""
        told_by = escape(candidate.told_by())
        out.print(f"  {candidate.number}  {escape(candidate.label)} from {told_by}{mark}")
        if candidate.performers:
            out.print(f"     with {escape(', '.join(candidate.performers))}")
        for sentence in candidate.evidence:
            out.print(f"     - {escape(sentence)}")
        if candidate.page_url:
            out.print(f"     {escape(candidate.page_url)}")
        _show_witnesses(candidate, out)


def _show_witnesses(candidate: CandidateView, out: Console) -> None:
    """Print what the others tell of a candidate; above are the words of the best."""
    others = [each for each in candidate.witnesses if each.number != candidate.number]
    if others:
        out.print(
            f"     so says {escape(candidate.source)}; the same work, with other words first:"
        )
    for each in others:
        out.print(f"     {each.number}  {escape(each.source)} says {escape(each.text)}")
        for sentence in each.evidence:
            out.print(f"        - {escape(sentence)}")
        if each.page_url:
            out.print(f"        {escape(each.page_url)}")


def show_why_asked(view: FileView, out: Console) -> None:
    """Print what led to the question: the latest decision that asked it."""
    asked = [decision for decision in view.decisions if decision.outcome == "review"]
    if asked:
        out.print("Why you are asked", style="bold")
        for reason in asked[-1].reasons:
            out.print(f"     - {escape(reason)}")


def size(view: FileView) -> str:
    """Return a file's size in words."""
    return f"{view.size_bytes / (1 << 20):.1f} MiB"


def ago(at_s: float | None, *, now_s: float) -> str:
    """Return how long ago something was."""
    if at_s is None:
        return "-"

    passed_s = max(now_s - at_s, 0.0)
    for unit_s, word in ((_DAY_S, "d"), (_HOUR_S, "h"), (_MINUTE_S, "min")):
        if passed_s >= unit_s:
            return f"{passed_s / unit_s:.0f} {word} ago"

    return f"{passed_s:.0f} s ago"


def clock(at_s: float) -> str:
    """Return a time as people of this machine write it."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(at_s))


def _styled(word: str) -> str:
    style = _STYLES.get(word)
    return f"[{style}]{escape(word)}[/]" if style else escape(word)


def _table(*columns: str) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column)
    return table
