"""What the command line prints of fingerprints that sources are told of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.console import Console

from daemon.cli.show import clock, escape
from daemon.cli.show_owed import describe
from daemon.desk.submission_views import (
    MOST_SUBMISSIONS,
    SubmissionLine,
    SubmissionsView,
)
from rules.submission import Vote

NOBODY = 'no source is told of fingerprints; set submit = "mine" for one whose people you trust'
_VOTES = {Vote.VALID: "is", Vote.INVALID: "is not", Vote.REMOVE: "taken back from"}


def show_dry(view: SubmissionsView, out: Console) -> None:
    """Print what would be sent, to whom and why."""
    if not view.lines:
        out.print("Nothing is to be sent." if view.is_anyone_told else escape(NOBODY))
        return

    for group in _by_file(view.lines):
        out.print(escape(f"{group[0].number}  {group[0].path}"), style="bold")
        for line in group:
            _show_line(line, out)
    if len(view.lines) == MOST_SUBMISSIONS:
        out.print(f"These are the first {MOST_SUBMISSIONS}.")
    out.print("Nothing was sent. To send it: doorman submit")


def show_sent(before: SubmissionsView, after: SubmissionsView, out: Console) -> None:
    """Print what was sent, and what was not."""
    if not before.lines:
        out.print("Nothing is to be sent." if before.is_anyone_told else escape(NOBODY))
        return

    taken = after.counts.sent - before.counts.sent
    if taken > 0:
        out.print(f"{_counted(taken)} sent.")
    for line in after.lines:
        _show_line(line, out, prefix=f"{line.number}  ")
    out.print(describe(after.counts) or "Nothing is left to be sent.")


def show_history(lines: Sequence[SubmissionLine], out: Console) -> None:
    """Print what sources were told of one file."""
    if not lines:
        return

    out.print("Told to sources", style="bold")
    for line in lines:
        _show_line(line, out)


def _by_file(lines: Sequence[SubmissionLine]) -> Iterator[list[SubmissionLine]]:
    for _, group in groupby(lines, key=lambda line: line.number):
        yield list(group)


def _show_line(line: SubmissionLine, out: Console, *, prefix: str = "  ") -> None:
    claim = f"{line.algorithm.value} {line.hash} ({line.duration_s} s)"
    work = f"{line.work}, {line.remote_id} at {line.source}"
    out.print(f"{prefix}{line.vote.value}: {escape(claim)} {_VOTES[line.vote]} {escape(work)}")
    out.print(f"     {escape(line.reason)}; {_standing(line)}")


def _standing(line: SubmissionLine) -> str:
    sent = f" {clock(line.sent_at_s)}" if line.state == "sent" and line.sent_at_s else ""
    error = f": {line.error}" if line.error else ""
    return escape(f"{line.state}{sent}{error}")


def _counted(count: int) -> str:
    return "1 fingerprint was" if count == 1 else f"{count} fingerprints were"
