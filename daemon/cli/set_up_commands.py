"""Commands that set doorman up: init, check, config, units."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import anyio
import typer

from daemon.cli.options import ConfigOption, JsonOption, read_settings
from daemon.resolution import RESOLUTION_ORDER

if TYPE_CHECKING:
    from daemon.checkup import Finding
    from daemon.settings import Settings
    from daemon.settings.sections import SourceSettings

# Imports stand in the functions: `doorman --help` must not wait for what only one command needs.
# ruff: noqa: PLC0415


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(init)
    app.command()(check)
    config_app = typer.Typer(no_args_is_help=True, help=_config_help())
    config_app.command("schema")(schema)
    config_app.command("rules")(rules)
    app.add_typer(config_app, name="config")
    units_app = typer.Typer(no_args_is_help=True, help="Run doorman as a systemd service.")
    units_app.command("install")(units_install)
    app.add_typer(units_app, name="units")


def _config_help() -> str:
    return f"About the configuration.\n\n\b\n{RESOLUTION_ORDER}"


def init(
    *,
    config: ConfigOption = None,
    library: Annotated[
        str | None, typer.Option(metavar="PATH", help="The folder with your videos.")
    ] = None,
    url: Annotated[
        str | None, typer.Option(metavar="URL", help="A stash-box; empty for none yet.")
    ] = None,
    key_file: Annotated[
        Path | None, typer.Option(metavar="PATH", help="A file that holds your API key there.")
    ] = None,
    target: Annotated[
        list[str] | None,
        typer.Option(metavar="URL", help="Where messages go (apprise); empty for nowhere."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Keep a file that is there as .bak and write anew.")
    ] = False,
) -> None:
    """Ask three questions and write a configuration file that explains every option."""
    from pydantic import SecretStr

    from daemon.first_file import write_first_config
    from daemon.wizard import Dialogue, Given, default_config_path, interview

    given = Given(
        library=library,
        url=url,
        key=SecretStr(key_file.read_text(encoding="utf-8").strip()) if key_file else None,
        targets=tuple(map(SecretStr, target)) if target is not None else None,
    )
    dialogue = Dialogue(ask=_ask, ask_secret=_ask_secret, tell=typer.echo)
    answers = interview(given, dialogue, os.environ)
    path = (config or default_config_path(os.environ, is_root=os.geteuid() == 0)).absolute()
    written = write_first_config(answers, path, os.environ, force=force)
    typer.echo(f"wrote {written.config}")
    for kept in written.kept:
        typer.echo(f"kept {kept}")
    if written.key_file is not None:
        typer.echo(f"wrote {written.key_file}, which holds your key")
    option = f" --config {path}" if config is not None else ""
    typer.echo(f"next: doorman check{option}, then doorman run{option}")


def check(*, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Check the configuration, the folders, the sources and where messages go."""
    from pydantic import TypeAdapter

    from daemon.checkup import Finding as Found
    from daemon.checkup import Level
    from daemon.cli.quiet import log_warnings

    settings = read_settings(config)
    log_warnings(settings)
    findings = anyio.run(_check, settings)
    if as_json:
        found: TypeAdapter[list[Found]] = TypeAdapter(list[Found])
        typer.echo(found.dump_json(findings, indent=2).decode())
    else:
        for finding in findings:
            typer.echo(f"{finding.level:7}  {finding.thing}: {finding.message}")
    if any(finding.level is Level.ERROR for finding in findings):
        raise typer.Exit(1)


async def _check(settings: Settings) -> list[Finding]:
    from daemon.checkup import check as check_all
    from daemon.notify import check_target

    return await check_all(settings, check_source=_check_source, check_target=check_target)


async def _check_source(source: SourceSettings) -> str:
    from daemon.house import VERSION, source_spec
    from providers.registry import open_sources

    async with open_sources([source_spec(source)], user_agent=f"doorman/{VERSION}") as (opened,):
        return await opened.check()


def schema() -> None:
    """Print the JSON Schema of the configuration file, for editors."""
    from daemon.settings import json_schema

    typer.echo(json_schema())


def rules() -> None:
    """Print the rules that doorman ships, and the facts that conditions can speak of."""
    from rules.defaults import default_rules_toml
    from rules.facts import describe_facts

    typer.echo(default_rules_toml())
    typer.echo("# Facts that a condition can speak of:")
    for line in describe_facts():
        typer.echo(f"#   {line}")


def units_install(
    *,
    config: ConfigOption = None,
    user: Annotated[bool, typer.Option("--user", help="A service of your own.")] = False,
    is_printed: Annotated[
        bool, typer.Option("--print", help="Print the unit and write nothing.")
    ] = False,
    directory: Annotated[
        Path | None, typer.Option(metavar="PATH", help="Where to write it instead.")
    ] = None,
    group: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A group that may write the libraries."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Set aside a unit that somebody edited.")
    ] = False,
) -> None:
    """Write doorman.service for this installation and these libraries."""
    from daemon.cli.units import install

    settings = read_settings(config)
    for line in install(
        settings,
        is_user=user,
        is_printed=is_printed,
        directory=directory,
        groups=tuple(group or ()),
        force=force,
    ):
        typer.echo(line)


def _ask(question: str) -> str:
    if not sys.stdin.isatty():
        typer.echo(question)
    return str(typer.prompt(question, default="", show_default=False))


def _ask_secret(question: str) -> str:
    return str(typer.prompt(question, default="", show_default=False, hide_input=True))
