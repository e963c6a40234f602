"""`doorman`: the commands, and how they end.

Exit codes: 0 done, 1 failed, 2 usage, 78 configuration, 130 interrupted.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator, Sequence
from typing import Annotated, NoReturn

import typer

from daemon.cli import (
    access_commands,
    completion_command,
    duplicates_command,
    file_commands,
    history_commands,
    import_command,
    notify_command,
    outward_commands,
    plan_command,
    rules_commands,
    run_commands,
    search_command,
    set_up_commands,
    submit_command,
    undo_command,
    write_command,
)
from daemon.cli.fingerprint import command as fingerprint_command
from daemon.cli.output import ReaderLeft, lost_output, watch_output
from daemon.cli.plain import visible
from daemon.cli.review import command as review_command
from rules.errors import DoormanError

SUMMARY = """\
Stands at the door of a media library: recognises new videos, names the certain ones, asks you
about the rest.

Begin with "doorman init", then "doorman check", then "doorman run"; or see all of it at work with
"doorman demo".
"""
EPILOG = """\
A FILE is its number, its path, or any part of its name that fits only one.

\b
The configuration is --config PATH, or else $DOORMAN_CONFIG, or else the first of
~/.config/doorman/doorman.toml and /etc/doorman/doorman.toml; see "doorman config --help".

\b
Exit codes:
    0  done; also when it was so already
    1  it could not be done, or the file changed since you looked
    2  asked wrongly: no such file, candidate, command or option, or several fit
   78  the configuration, or a rule, has to be mended first
  130  ended by Ctrl-C; 129 and 143 by other signals
Why is said on standard error, in words; standard output holds only what was asked for.

With --json that is one JSON document, and for fingerprint a line of JSON for each file. Every
command takes it but demo and completion, which are for people and for shells, and config schema,
which is JSON anyhow.
"""

app = typer.Typer(
    name="doorman",
    help=SUMMARY,
    epilog=EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # half of the time that --help takes would be the framing of it
    add_completion=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)
set_up_commands.register(app)
run_commands.register(app)
file_commands.register_status(app)
review_command.register(app)
file_commands.register(app)
plan_command.register(app)
undo_command.register(app)
write_command.register(app)
search_command.register(app)
duplicates_command.register(app)
rules_commands.register(app)
history_commands.register(app)
submit_command.register(app)
outward_commands.register(app)
import_command.register(app)
notify_command.register(app)
access_commands.register(app)
fingerprint_command.register(app)
completion_command.register(app)


def _show_version(is_asked: bool) -> None:  # noqa: FBT001  # typer hands on positions only
    if is_asked:
        from daemon.version import doorman_version  # noqa: PLC0415  # only here

        typer.echo(f"doorman {doorman_version()}")
        raise typer.Exit


@app.callback(help=SUMMARY, epilog=EPILOG)
def _options(
    *,
    _: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Take the options that stand before every command."""


def main(arguments: Sequence[str] | None = None, *, commands: typer.Typer = app) -> None:
    """Run the command line and exit; None as arguments is those of this process."""
    _take_any_text()
    if completion_command.VARIABLE in os.environ:
        completion_command.make_ready()
    try:
        commands(arguments, prog_name="doorman")
    except (DoormanError, BaseExceptionGroup) as error:
        known = first_known(error)
        if known is None:
            raise

        _end(known)
    except SystemExit:
        lost = lost_output()
        if lost is None:
            raise

        _end(lost)


def _end(error: DoormanError) -> NoReturn:
    lost_output()  # then nothing is left that could fail later
    if not isinstance(error, ReaderLeft):
        typer.echo(f"doorman: {visible(str(error), keeps_lines=True)}", err=True)
    sys.exit(error.exit_code)


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


def _take_any_text() -> None:
    """Let no name of a file fail for what the terminal's encoding knows."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="surrogateescape")
    watch_output()
