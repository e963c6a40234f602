"""The command `doorman search`: look for a file's work at one source."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from daemon.cli.completing import complete_source
from daemon.cli.file_commands import ask
from daemon.cli.options import ConfigOption, FileArgument, JsonOption, read_settings, reference
from rules.errors import UsageError

# Imports stand in the functions: the command waits only for what it needs.
# ruff: noqa: PLC0415


class SourceNeeded(UsageError):
    """There are several sources, and none was named."""

    def __init__(self, names: tuple[str, ...]) -> None:
        """Build the message from those that there are."""
        there = f"there is {', '.join(names)}" if names else "none is configured"
        super().__init__(f"name the source that is to be asked, with --source NAME; {there}")


class NothingToLookFor(UsageError):
    """It is not said what to look for, or several things are."""

    def __init__(self) -> None:
        """Build the message."""
        super().__init__("say what to look for with just one of --text, --url and --id")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(search)


def search(
    file: FileArgument,
    *,
    source: Annotated[
        str | None,
        typer.Option(
            "--source",
            "-s",
            metavar="NAME",
            help="Whom to ask; it may be left out where there is only one.",
            autocompletion=complete_source,
        ),
    ] = None,
    text: Annotated[
        str | None, typer.Option(metavar="WORDS", help="Words of the title, of people, a studio.")
    ] = None,
    url: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="The address of the work's page.")
    ] = None,
    remote_id: Annotated[
        str | None, typer.Option("--id", metavar="ID", help="What the source calls the work.")
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Look for a file's work at a source, as you say.

    What is found can be accepted then; nothing is by this, and what was offered before stays.
    """
    from daemon.cli.review.asking import Asking, Lookup
    from daemon.desk.search_views import SEARCH

    if sum(each is not None for each in (text, url, remote_id)) != 1:
        raise NothingToLookFor

    lookup = Lookup(source=source or _only_source(config), text=text, url=url, id=remote_id)
    name = reference(file)
    found = ask(config, lambda remote: Asking(remote).search(name, lookup))
    if as_json:
        typer.echo(SEARCH.dump_json(found, indent=2).decode())
        return

    from daemon.cli.review.screen import show_found
    from daemon.cli.show import console

    out = console()
    show_found(found, out)
    if found.candidates:
        out.print(f"Accept one with: doorman accept {found.number} CANDIDATE")


def _only_source(config: Path | None) -> str:
    """Return the one source that there is.

    Raises:
        SourceNeeded: there are several, or none.

    """
    names = tuple(source.name for source in read_settings(config).sources if source.enabled)
    if len(names) != 1:
        raise SourceNeeded(names)

    return names[0]
