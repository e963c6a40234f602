"""What shells are offered when Tab is pressed, asked as the shells ask."""

from __future__ import annotations

from pathlib import Path

import anyio
import pytest

from daemon.cli.waiting_files import waiting_files
from daemon.web.api import build_api
from daemon.web.server import serving
from store.database import Database
from tests.daemon.cli.home import Home, Ran, spawn
from tests.daemon.desk.shelf import make_shelf, offer


def complete(home: Home, line: str, *, config: Path | None = None) -> list[str]:
    """Return what bash is offered at the end of a line."""
    ran = asked(home, line, config)
    assert (ran.code, ran.err) == (0, "")
    return ran.out.split()


def asked(home: Home, line: str, config: Path | None) -> Ran:
    words = line.split(" ")
    environment = home.environment(
        _DOORMAN_COMPLETE="complete_bash",
        COMP_WORDS=line,
        COMP_CWORD=str(len(words) - 1),
        DOORMAN_CONFIG=str(config or home.config),
    )
    return spawn([], environment)


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("doorman rev", ["review"]),
        ("doorman rules t", ["try"]),
        ("doorman review --wa", ["--walk"]),
        ("doorman review --library f", ["films"]),
        ("doorman scan f", ["films"]),
        ("doorman search 1 --source ", ["first"]),
        ("doorman review --source nobody", []),
        ("doorman completion z", ["zsh"]),
        ("doorman accept 1", []),
    ],
)
def test_commands_options_and_names_are_offered(home: Home, line: str, offered: list[str]) -> None:
    assert complete(home, line) == offered


def test_nothing_is_said_where_the_configuration_is_wrong(home: Home, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("[[library]\n")

    assert complete(home, "doorman review --library f", config=wrong) == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_words_for_each_shell_are_printed(home: Home, shell: str) -> None:
    ran = home.run_bare("completion", shell)

    assert ran.code == 0
    assert "_DOORMAN_COMPLETE" in ran.out
    assert f"complete_{shell}" in ran.out


async def test_files_that_wait_are_asked_of_the_daemon(database: Database, tmp_path: Path) -> None:
    shelf = make_shelf(database)
    number = await shelf.put("Harbour at Dawn.mkv", offers=(offer("a"),))
    await shelf.put("Lantern.mkv", offers=(offer("b", title="Lantern Street"),))
    socket = tmp_path / "doorman.sock"

    async with serving(build_api(shelf.desk), socket):
        named = await anyio.to_thread.run_sync(lambda: list(waiting_files(socket, "harb")))
        numbered = await anyio.to_thread.run_sync(lambda: list(waiting_files(socket, "1")))

    assert named == [(str(number), "Harbour at Dawn.mkv")]
    assert len(numbered) == 2


def test_no_daemon_offers_no_files(tmp_path: Path) -> None:
    assert list(waiting_files(tmp_path / "none.sock", "a")) == []
