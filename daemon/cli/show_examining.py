"""What the command line prints of files that are to be examined."""

from __future__ import annotations

from rich import markup
from rich.console import Console

from daemon.cli.plain import visible
from daemon.desk.views import ExaminingView, Requested
from daemon.desk.wording import about, counted, describe_examining


def show_examining(view: ExaminingView, out: Console) -> None:
    """Print how much is left and how long it takes; nothing when nothing is."""
    left = describe_examining(view)
    if left is not None:
        out.print(f"fingerprinting: {left}")
    if view.given_up:
        reason = f": {markup.escape(visible(view.given_up_reason))}" if view.given_up_reason else ""
        what = counted(view.given_up, "known file")
        out.print(f"{what} could not be examined again{reason}", style="yellow")


def show_requested(requested: Requested, out: Console, *, is_in_background: bool) -> None:
    """Print what came of asking for fingerprints; the daemon has them in the background."""
    if requested.failed:
        out.print(f"{counted(requested.failed, 'file')} that failed will be tried once more")
    if requested.contents:
        out.print(f"{counted(requested.contents, 'known file')} will be examined again")
    elif not requested.failed:
        out.print("No fingerprint is missing or outdated; doorman generate --all makes all anew.")
    if requested.sheets_left_out:
        what = counted(requested.sheets_left_out, "missing contact sheet")
        out.print(
            markup.escape(f"{what} would not fit; raise [fingerprint] contact_sheet_budget"),
            style="yellow",
        )
    if requested.left_s is not None and requested.waiting:
        out.print(f"With all that waits that takes {about(requested.left_s)}.")
    if requested.waiting and is_in_background:
        out.print("The daemon does it in the background; see how far it is: doorman status")
