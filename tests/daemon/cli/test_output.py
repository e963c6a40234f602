"""Whoever reads may leave, and a disk may be full: which of both is told from other failures."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from rich.console import Console

from daemon.cli.main import main
from daemon.cli.output import Output, OutputLost, ReaderLeft


@pytest.fixture
def unread() -> Iterator[Output]:
    """Return standard output as it is when nobody reads it any more."""
    reading, writing = os.pipe()
    os.close(reading)
    unbuffered = os.fdopen(writing, "wb", buffering=0)
    output = Output(unbuffered, encoding="utf-8", write_through=True)
    yield output
    output.detach()
    unbuffered.close()


def test_a_reader_that_left_is_told_through_whatever_prints(unread: Output) -> None:
    with pytest.raises(ReaderLeft):
        unread.write("Harbour at Dawn")
    with pytest.raises(ReaderLeft):
        typer.echo("Harbour at Dawn", file=unread)
    with pytest.raises(ReaderLeft):
        Console(file=unread).print("Harbour at Dawn")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_told_as_what_it_is() -> None:
    with Path("/dev/full").open("wb", buffering=0) as full:
        output = Output(full, encoding="utf-8", write_through=True)
        with pytest.raises(OutputLost, match="No space left on device"):
            output.write("Harbour at Dawn")
        output.detach()


def test_nobody_is_told_of_a_reader_that_left(capsys: pytest.CaptureFixture[str]) -> None:
    commands = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None)

    @commands.command()
    def tell() -> None:
        raise ExceptionGroup("", [ReaderLeft()])

    with pytest.raises(SystemExit) as ended:
        main([], commands=commands)

    said = capsys.readouterr()
    assert (ended.value.code, said.out, said.err) == (1, "", "")
