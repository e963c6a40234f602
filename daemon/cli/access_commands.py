"""Commands that say who may come in: password, token."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.cli.options import ConfigOption, JsonOption, read_settings
from rules.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pydantic import JsonValue

    from daemon.settings import Settings
    from daemon.web.gate.access_file import AccessFile

# Imports stand in the functions: each command waits only for what it needs.
# ruff: noqa: PLC0415

_MOST_CHARACTERS = 8192

TokenName = Annotated[str, typer.Argument(metavar="NAME", help="What the program is called.")]


class NotTwice(UsageError):
    """Two different passwords were typed."""

    def __init__(self) -> None:
        """Build the message."""
        super().__init__("the two passwords differ, so nothing was changed; try again")


class NobodyTypes(UsageError):
    """There is no terminal to type a password at."""

    def __init__(self) -> None:
        """Build the message."""
        super().__init__(
            "there is no terminal to type the password at; give it on standard input with --stdin"
        )


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(password)
    token_app = typer.Typer(no_args_is_help=True, help="Let programs use the API.")
    token_app.command("create")(create)
    token_app.command("list")(list_tokens)
    token_app.command("revoke")(revoke)
    app.add_typer(token_app, name="token")


def password(
    *,
    is_piped: Annotated[
        bool, typer.Option("--stdin", help="Take the first line of standard input.")
    ] = False,
    is_removed: Annotated[
        bool, typer.Option("--remove", help="Let everybody on this machine in.")
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Set the password of the page, or remove it.

    It counts at once, with and without a running daemon; whoever is signed in has to sign in again.
    """
    from daemon.web.gate.issuing import remove_password, set_password

    settings, file = _opened(config)
    if is_removed:
        had_one = remove_password(settings.server, file)
        said = "The password is removed." if had_one else "There was no password."
        _tell({"is_set": False, "has_changed": had_one}, said, as_json=as_json)
        return

    set_password(settings.server, file, _first_line() if is_piped else _typed())
    said = "The password is set. Whoever was signed in has to sign in again."
    _tell({"is_set": True, "has_changed": True}, said, as_json=as_json)


def create(name: TokenName, *, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Make a token for a program and print it: this once, for only a digest is kept.

    The program sends it with each request, as "Authorization: Bearer TOKEN".
    """
    from daemon.web.gate.issuing import create_token

    _, file = _opened(config)
    at_s = time.time()
    token = create_token(file, name, at_s=at_s)
    _tell({"name": name, "token": token, "made_at_s": at_s}, token, as_json=as_json)
    typer.echo("Keep it now: it cannot be shown again.", err=True)


def list_tokens(*, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List the tokens by name."""
    from daemon.cli.show import clock, console, escape
    from daemon.web.gate.issuing import tokens

    _, file = _opened(config)
    known = tokens(file)
    if as_json:
        _print_json([{"name": each.name, "made_at_s": each.made_at_s} for each in known])
        return

    out = console()
    for each in known:
        out.print(f"{escape(each.name)}, made {clock(each.made_at_s)}")
    if not known:
        out.print("There are no tokens.")


def revoke(name: TokenName, *, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Let the program with that token in no longer, from now on."""
    from daemon.web.gate.issuing import revoke_token

    _, file = _opened(config)
    revoke_token(file, name)
    _tell({"name": name, "is_revoked": True}, "The token is revoked.", as_json=as_json)


def _tell(facts: Mapping[str, JsonValue], said: str, *, as_json: bool) -> None:
    """Say what was done: to a program in facts, to a person in words."""
    if as_json:
        _print_json(dict(facts))
    else:
        typer.echo(said)


def _print_json(value: JsonValue) -> None:
    import json

    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


def _opened(config: Path | None) -> tuple[Settings, AccessFile]:
    from daemon.web.gate.access import access_path
    from daemon.web.gate.access_file import AccessFile

    settings = read_settings(config)
    return settings, AccessFile(access_path(settings))


def _first_line() -> str:
    return sys.stdin.readline(_MOST_CHARACTERS).removesuffix("\n").removesuffix("\r")


def _typed() -> str:
    """Return what was typed twice, unseen."""
    import getpass

    if not sys.stdin.isatty():
        raise NobodyTypes

    first = getpass.getpass("New password: ")
    if getpass.getpass("Once more: ") != first:
        raise NotTwice

    return first
