"""The command that tells sources of fingerprints: doorman submit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from daemon.cli.file_commands import ask
from daemon.cli.options import ConfigOption, JsonOption
from daemon.cli.run_commands import DryRunOption

if TYPE_CHECKING:
    from daemon.desk.submission_views import SubmissionsView
    from daemon.remote import Remote

# Imports stand in the functions: the command waits only for what it needs.
# ruff: noqa: PLC0415

LOOK_EVERY_S = 0.3
PATIENCE_S = 60.0
"""How long a running daemon is watched; it goes on without being looked at."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(submit)


def submit(
    *, is_dry: DryRunOption = False, config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """Tell sources of fingerprints that they lack, and show it.

    Only what the configuration lets go: see submit and report of a source. A running daemon sends
    it by itself; this tries at once, also what failed before. With --dry-run, only show it.
    """
    from daemon.cli.show import console
    from daemon.cli.show_submissions import show_dry, show_sent
    from daemon.desk.submission_views import SUBMISSIONS

    if is_dry:
        view = ask(config, lambda remote: remote.submissions())
        if as_json:
            typer.echo(SUBMISSIONS.dump_json(view, indent=2).decode())
        else:
            show_dry(view, console())
        return

    before, after = ask(config, _submitted)
    if as_json:
        typer.echo(SUBMISSIONS.dump_json(after, indent=2).decode())
    else:
        show_sent(before, after, console())


async def _submitted(remote: Remote) -> tuple[SubmissionsView, SubmissionsView]:
    """Have all sent that is owed; return how it stood before, and how it stands after."""
    import anyio

    before = await remote.submissions()
    after = await remote.submit()
    with anyio.move_on_after(PATIENCE_S):
        while after.counts.is_sending:
            await anyio.sleep(LOOK_EVERY_S)
            after = await remote.submissions()

    return before, after
