"""The command that fingerprints any files: doorman fingerprint."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.cli.options import JsonOption
from daemon.cli.output import ReaderLeft, say_no_more
from daemon.cli.run_commands import INTERRUPTED

if TYPE_CHECKING:
    from daemon.cli.fingerprint.screen import Screen
    from daemon.cli.fingerprint.working import Work
    from daemon.settings import FingerprintSettings

# Imports stand in the functions: `doorman --help` waits for none of them.
# ruff: noqa: PLC0415

_MOST_WORKERS = 4  # as the daemon has it
_FAILED = 1


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(fingerprint)


def fingerprint(
    path: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH",
            help="Files, and folders with videos and pictures.",
            readable=False,  # one that cannot be read costs its own line
        ),
    ],
    *,
    as_json: JsonOption = False,
    md5: Annotated[
        bool, typer.Option("--md5", help="The MD5 of videos too; every byte has to be read.")
    ] = False,
    workers: Annotated[
        int,
        typer.Option(metavar="N", min=0, max=64, help="Files at once; 0: one a core, at most 4."),
    ] = 0,
    timeout: Annotated[
        str | None, typer.Option(metavar="TIME", help='For one file, as in "10m", the default.')
    ] = None,
    memory_limit: Annotated[
        str | None,
        typer.Option(metavar="SIZE", help='For one worker, as in "2GiB", the default.'),
    ] = None,
    ffmpeg: Annotated[
        Path | None,
        typer.Option(metavar="PROGRAM", help="For videos that doorman itself cannot decode."),
    ] = None,
) -> None:
    """Show the fingerprints of any files, library or not.

    A folder gives the videos and pictures below it, by their extensions; a file that is named is
    taken whatever it is called, as a transport stream (.ts). Lines come as files get done, not in
    the order of their names.

    The hashes are written as Stash writes them: oshash with 16 digits, phash without padding.
    With --json each line has path, kind, oshash, phash, phash_missing, grid, md5, duration,
    width, height, codec, seconds and error; bytes of a path that are no UTF-8 are U+10DC80 to
    U+10DCFF. Exits with 1 if there was nothing to be said about a file.
    """
    settings = _settings(workers=workers, timeout=timeout, memory_limit=memory_limit)
    program = None if ffmpeg is None else _program(ffmpeg)
    raise typer.Exit(_run(_work(path, settings, md5=md5, ffmpeg=program), as_json=as_json))


def _settings(
    *, workers: int, timeout: str | None, memory_limit: str | None
) -> FingerprintSettings:
    """Return what a configuration of these options would mean."""
    from pydantic import ValidationError

    from daemon.settings import FingerprintSettings

    measures = {"timeout": timeout, "memory_limit": memory_limit}
    given = {name: text for name, text in measures.items() if text is not None}
    try:
        return FingerprintSettings.model_validate({"workers": workers, **given})
    except ValidationError as error:
        first = error.errors()[0]
        option = "--" + str(first["loc"][0]).replace("_", "-")
        raise typer.BadParameter(first["msg"], param_hint=option) from error


def _program(given: Path) -> Path:
    """Return where an ffmpeg is, checked as `doorman check` does it."""
    from daemon.setup.ffmpeg import ffmpeg_problem

    found = shutil.which(given) if given == Path(given.name) and not given.exists() else None
    path = (Path(found) if found else given).absolute()
    problem = ffmpeg_problem(path)
    if problem is not None:
        raise typer.BadParameter(
            f"{problem}; name an ffmpeg that works, or leave the option out", param_hint="--ffmpeg"
        )

    return path


def _work(
    paths: Sequence[Path], settings: FingerprintSettings, *, md5: bool, ffmpeg: Path | None
) -> Work:
    from daemon.cli.fingerprint.working import Work
    from daemon.media.examination import Wanted

    workers = settings.workers or min(os.cpu_count() or 1, _MOST_WORKERS)
    if not any(path.is_dir() for path in paths):
        workers = min(workers, len(paths))

    return Work(
        paths=paths,
        wanted=Wanted(md5=md5, ffmpeg=None if ffmpeg is None else str(ffmpeg)),
        workers=workers,
        timeout_s=settings.timeout_s,
        memory_limit_bytes=settings.memory_limit_bytes,
    )


def _run(work: Work, *, as_json: bool) -> int:
    """Do the work and return the exit code."""
    from daemon.cli.fingerprint.screen import Screen

    with Screen(as_json=as_json, with_md5=work.wanted.md5) as screen:
        try:
            is_heard = _is_heard(work, screen)
        except KeyboardInterrupt:
            return INTERRUPTED

    if not is_heard:
        say_no_more()
    return _FAILED if screen.failed or not is_heard else 0


def _is_heard(work: Work, screen: Screen) -> bool:
    """Do the work; return False when whoever read our lines has seen enough."""
    import anyio

    from daemon.cli.fingerprint.working import fingerprint

    is_heard = True
    try:
        anyio.run(fingerprint, work, screen)
    except* (BrokenPipeError, ReaderLeft):
        is_heard = False
    return is_heard
