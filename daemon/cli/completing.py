"""What shells offer when Tab is pressed: libraries, sources, and files that wait.

Nothing may ever be said but what is offered, and nobody waits long for it: where the configuration
is wrong, or no daemon runs, or it is slow, nothing is offered.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from daemon.cli.plain import visible
from rules.errors import DoormanError

if TYPE_CHECKING:  # reading the settings takes longer than completing a command's name
    from daemon.settings import Settings

# Imports stand in the functions: every command loads this module, and few complete anything.
# ruff: noqa: PLC0415

Offer = tuple[str, str]
"""What is put into the line, and what is said of it."""


def complete_library(context: typer.Context, incomplete: str) -> list[Offer]:
    """Return the libraries that begin so."""
    return _named(context, incomplete, _libraries)


def complete_source(context: typer.Context, incomplete: str) -> list[Offer]:
    """Return the sources that begin so."""
    return _named(context, incomplete, _sources)


def complete_file(context: typer.Context, incomplete: str) -> list[Offer]:
    """Return the numbers of files that wait: those that begin so, or whose name has it in it."""
    from daemon.cli.waiting_files import waiting_files

    settings = _settings(context)
    if settings is None or "/" in incomplete:  # a path: the shell knows those
        return []

    return [
        (number, visible(name))
        for number, name in waiting_files(settings.server.socket, incomplete)
        if number.startswith(incomplete) or not incomplete.isdecimal()
    ]


def _named(
    context: typer.Context, incomplete: str, names: Callable[[Settings], Iterator[Offer]]
) -> list[Offer]:
    settings = _settings(context)
    if settings is None:
        return []

    return [offer for offer in names(settings) if offer[0].startswith(incomplete)]


def _libraries(settings: Settings) -> Iterator[Offer]:
    for library in settings.libraries:
        yield library.name, str(library.path)


def _sources(settings: Settings) -> Iterator[Offer]:
    for source in settings.sources:
        yield source.name, source.url


def _settings(context: typer.Context) -> Settings | None:
    """Return the settings; None where they cannot be read, which only commands complain of."""
    from daemon.settings import load_settings

    config = context.params.get("config")
    try:
        return load_settings(Path(config) if config else None, os.environ)
    except DoormanError:
        return None
