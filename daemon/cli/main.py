"""`doorman`: the commands, and how they end.

Exit codes: 0 done, 1 failed, 2 usage, 78 configuration, 130 interrupted.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import typer

from daemon.cli import file_commands, run_commands, set_up_commands
from rules.errors import DoormanError

INTERRUPTED = 130
SUMMARY = """\
Stands at the door of a media library: recognises new videos, names the certain ones, asks you
about the rest.

Begin with `doorman init`, then `doorman check`, then `doorman run`; or see all of it at work with
`doorman demo`.
"""
FILE_HELP = """\
A FILE is its number, its path, or any part of its name that fits only one.
"""

app = typer.Typer(
    name="doorman",
    help=SUMMARY,
    epilog=FILE_HELP,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
set_up_commands.register(app)
run_commands.register(app)
file_commands.register(app)


def main() -> None:
    """Run the command line and exit."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except (DoormanError, BaseExceptionGroup) as error:
        known = first_known(error)
        if known is None:
            raise

        typer.echo(f"doorman: {known}", err=True)
        sys.exit(known.exit_code)


def first_known(error: BaseException) -> DoormanError | None:
    """Return the first foreseen error in what was raised; None when anything is a bug."""
    leaves = list(_leaves(error))
    known = [leaf for leaf in leaves if isinstance(leaf, DoormanError)]
    return known[0] if len(known) == len(leaves) else None


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner)
    else:
        yield error
