from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from daemon.cli.main import EPILOG, app, first_known, main
from daemon.version import doorman_version
from rules.errors import (
    ConfigurationError,
    ConflictError,
    DoormanError,
    StoreError,
    UsageError,
)
from tests.daemon.cli.home import PATIENCE_S, Home, spawn

COMMANDS = (
    ("init",),
    ("check",),
    ("run",),
    ("scan",),
    ("identify",),
    ("generate",),
    ("demo",),
    ("status",),
    ("review",),
    ("accept",),
    ("reject",),
    ("dismiss",),
    ("why",),
    ("plan",),
    ("undo",),
    ("write",),
    ("search",),
    ("duplicates",),
    ("history",),
    ("stats",),
    ("submit",),
    ("query",),
    ("export",),
    ("backup",),
    ("restore",),
    ("import-nfo",),
    ("password",),
    ("fingerprint",),
    ("completion",),
    ("config",),
    ("config", "schema"),
    ("config", "rules"),
    ("units",),
    ("units", "install"),
    ("rules",),
    ("rules", "check"),
    ("rules", "list"),
    ("rules", "try"),
    ("notify",),
    ("notify", "test"),
    ("notify", "variables"),
    ("token",),
    ("token", "create"),
    ("token", "list"),
    ("token", "revoke"),
)


def test_help_names_every_command_in_a_line_that_is_whole(home: Home) -> None:
    ran = home.run_bare("--help")

    assert (ran.code, ran.err) == (0, "")
    listed = ran.out.split("Commands:\n")[1].split("\n\n")[0].splitlines()
    assert [line.split()[0] for line in listed] == [each[0] for each in COMMANDS if not each[1:]]
    assert all(line.endswith(".") and not line.endswith("...") for line in listed)


def test_help_says_how_to_begin_what_a_file_is_and_where_the_configuration_is(home: Home) -> None:
    text = " ".join(home.run_bare("-h").out.split())

    assert 'Begin with "doorman init", then "doorman check", then "doorman run"' in text
    assert "A FILE is its number, its path, or any part of its name that fits only one." in text
    for place in (
        "--config PATH",
        "$DOORMAN_CONFIG",
        "~/.config/doorman/doorman.toml",
        "/etc/doorman/doorman.toml",
    ):
        assert place in text


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_and_option_is_explained(home: Home, command: tuple[str, ...]) -> None:
    ran = home.run_bare(*command, "--help")

    assert ran.code == 0
    assert ran.out.startswith(f"Usage: doorman {' '.join(command)} ")
    described = get_command(app)
    for name in command:
        described = described.commands[name]  # type: ignore[attr-defined]  # groups have them
    assert described.help
    assert all(getattr(parameter, "help", None) for parameter in described.params)


def test_help_says_what_each_exit_code_means(home: Home) -> None:
    table = home.run_bare("--help").out.split("Exit codes:\n")[1]

    for error in (DoormanError, UsageError, ConfigurationError):
        assert re.search(rf"^ +{error.exit_code}  \S", table, re.MULTILINE)
    assert re.search(r"^ +130  ended by Ctrl-C", table, re.MULTILINE)


def test_help_of_the_configuration_keeps_its_lines(home: Home) -> None:
    ran = home.run_bare("config", "--help")

    assert "    2. $DOORMAN_CONFIG\n    3. $XDG_CONFIG_HOME/doorman/doorman.toml" in ran.out
    assert "    3. the systemd credential <name>.key in $CREDENTIALS_DIRECTORY" in ran.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("frobnicate",), "No such command 'frobnicate'"),
        (("accept",), "Missing argument 'FILE'"),
        (("accept", "1", "0"), "Invalid value for"),
        (("accept", "1", "first"), "Invalid value for"),
        (("status", "--jsno"), "No such option: --jsno"),
        (("review", "1", "2"), "unexpected extra argument"),
    ],
)
def test_wrong_usage_is_exit_code_2(home: Home, arguments: tuple[str, ...], said: str) -> None:
    ran = home.run_bare(*arguments)

    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert "--help" in ran.err


def test_no_command_at_all_shows_the_help(home: Home) -> None:
    ran = home.run_bare()

    assert ran.code == 2
    assert "Usage: doorman" in ran.out + ran.err


def test_foreseen_error_is_one_line_on_standard_error(home: Home) -> None:
    ran = home.run("accept", "7")

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("doorman: doorman knows no file '7'; ")
    assert ran.err.count("\n") == 1


def test_wrong_configuration_is_exit_code_78(home: Home) -> None:
    home.config.write_text("[[library]]\npath = 7\n")

    ran = home.run("status")

    assert (ran.code, ran.out) == (78, "")
    assert ran.err.startswith(f"doorman: {home.config}:2: library.path")


def test_without_a_configuration_the_places_are_named(home: Home) -> None:
    ran = spawn(["status"], home.environment(XDG_CONFIG_HOME=str(home.folder / "none")))

    assert (ran.code, ran.out) == (78, "")
    assert ran.err.startswith("doorman: no configuration file found (looked for ")
    assert "doorman init" in ran.err


@pytest.mark.parametrize("command", [["config", "schema"], ["status"], ["demo"]])
def test_reader_that_went_away_is_no_error_worth_a_traceback(
    home: Home, command: list[str]
) -> None:
    reading, writing = os.pipe()
    os.close(reading)

    ended = subprocess.run(  # noqa: S603  # this very interpreter
        [sys.executable, "-m", "daemon", *command],
        env=home.environment(DOORMAN_CONFIG=str(home.config)),
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    os.close(writing)

    assert (ended.returncode, ended.stderr) == (1, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
@pytest.mark.parametrize(
    "command", [["config", "schema"], ["fingerprint", "/nowhere"], ["--version"], ["status"]]
)
def test_output_that_cannot_be_written_is_one_line_and_exit_code_1(
    home: Home, command: list[str], unbuffered: str
) -> None:
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(  # noqa: S603  # this very interpreter
            [sys.executable, "-m", "daemon", *command],
            env=home.environment(DOORMAN_CONFIG=str(home.config), PYTHONUNBUFFERED=unbuffered),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )

    said = (
        "doorman: standard output cannot be written (No space left on device); "
        "free some space, or send it somewhere else\n"
    )
    assert (ended.returncode, ended.stderr) == (1, said)


def test_name_that_the_terminal_cannot_show_is_shown_somehow(home: Home) -> None:
    environment = home.environment(DOORMAN_CONFIG=str(home.config), PYTHONIOENCODING="ascii")
    number = home.fill(lambda shelf: shelf.put("caf\u00e9.mkv"))

    ran = spawn(["why", str(number)], environment)

    assert (ran.code, ran.err) == (0, "")
    assert "caf\\xe9.mkv" in ran.out


def failing_with(error: Exception) -> typer.Typer:
    commands = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None)

    @commands.command()
    def fail() -> None:
        raise error

    return commands


def test_error_is_told_with_its_own_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([], commands=failing_with(ExceptionGroup("", [ConfigurationError("misspelt")])))

    said = capsys.readouterr()
    assert (ended.value.code, said.out, said.err) == (78, "", "doorman: misspelt\n")


def test_bug_is_raised_as_it_is() -> None:
    with pytest.raises(KeyError, match="a bug"):
        main([], commands=failing_with(KeyError("a bug")))


@pytest.mark.parametrize(
    ("raised", "known"),
    [
        (DoormanError("a"), "a"),
        (ExceptionGroup("", [ConflictError("a")]), "a"),
        (ExceptionGroup("", [ExceptionGroup("", [StoreError("a")]), DoormanError("b")]), "a"),
        (ExceptionGroup("", [DoormanError("a"), KeyError("b")]), None),
        (KeyError("a"), None),
    ],
)
def test_only_what_is_foreseen_as_a_whole_is_told_as_such(
    raised: Exception, known: str | None
) -> None:
    found = first_known(raised)

    assert (str(found) if found else None) == known


def test_store_that_cannot_be_opened_is_told(home: Home) -> None:
    home.store.mkdir(parents=True)

    ran = home.run("status")

    assert ran.code == 1
    assert ran.err.startswith(f"doorman: {home.store} cannot be ")
    assert ran.err.count("\n") == 1


def test_version_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])

    assert ended.value.code == 0
    assert capsys.readouterr().out == f"doorman {doorman_version()}\n"


def commands_in(
    group: TyperGroup, path: tuple[str, ...] = ()
) -> Iterator[tuple[str, TyperCommand]]:
    for name, each in group.commands.items():
        if isinstance(each, TyperGroup):
            yield from commands_in(each, (*path, name))
        elif isinstance(each, TyperCommand):
            yield " ".join((*path, name)), each


def test_every_command_speaks_json_but_those_that_help_says_do_not() -> None:
    group = get_command(app)
    assert isinstance(group, TyperGroup)

    silent = {
        name
        for name, command in commands_in(group)
        if not any("--json" in parameter.opts for parameter in command.params)
    }

    assert silent == {"demo", "completion", "config schema"}
    (said,) = (line for line in EPILOG.split("\n\n") if line.startswith("With --json"))
    assert all(name in said for name in silent)


def test_daemon_itself_has_no_json(home: Home) -> None:
    ran = home.run("run", "--json")

    assert (ran.code, ran.out) == (2, "")
    assert "--dry-run" in ran.err


def test_dry_run_is_told_to_programs_in_json(home: Home) -> None:
    ran = home.run("run", "--dry-run", "--json")

    assert (ran.code, ran.out) == (0, "[]\n")
