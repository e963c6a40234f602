"""Commands that set doorman up: init, check, config, units."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.cli.options import ConfigOption, JsonOption, read_settings
from daemon.resolution import RESOLUTION_ORDER

if TYPE_CHECKING:
    from daemon.settings import Settings
    from daemon.setup.findings import Finding

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
    paragraphs = RESOLUTION_ORDER.strip().split("\n\n")
    as_they_are = (f"\b\n{paragraph}" for paragraph in paragraphs)
    return "\n\n".join(("About the configuration.", *as_they_are))


def init(
    *,
    config: ConfigOption = None,
    library: Annotated[
        str | None, typer.Option(metavar="PATH", help="The folder with your videos.")
    ] = None,
    url: Annotated[
        str | None,
        typer.Option(metavar="NAME|URL", help="stashdb and the like, or a stash-box's address."),
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
    as_json: JsonOption = False,
) -> None:
    """Ask three questions and write the first configuration.

    Every option stands in it, explained.
    """
    from pydantic import SecretStr

    from daemon.cli.begin import BEGUN, begin, read_key
    from daemon.setup.wizard import Given

    given = Given(
        library=library,
        url=url,
        key=read_key(key_file),
        targets=tuple(map(SecretStr, target)) if target is not None else None,
    )
    begun = begin(given, config, force=force, tell=partial(typer.echo, err=as_json))
    if as_json:
        typer.echo(BEGUN.dump_json(begun, indent=2).decode())
        return

    for line in begun.lines():
        typer.echo(line)


def check(
    *,
    is_sent: Annotated[
        bool, typer.Option("--send", help="Send every target a trial message as well.")
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check configuration, folders, sources and targets."""
    import anyio
    from pydantic import TypeAdapter

    from daemon.cli.quiet import log_warnings
    from daemon.cli.show import console
    from daemon.cli.show_findings import show_findings
    from daemon.setup.findings import Finding, Level

    settings = read_settings(config)
    log_warnings(settings)
    findings = anyio.run(_check, settings)
    if is_sent:
        findings += anyio.run(_send_trials, settings)
    if as_json:
        typer.echo(TypeAdapter(list[Finding]).dump_json(findings, indent=2).decode())
    else:
        show_findings(findings, console())
    if any(finding.level is Level.ERROR for finding in findings):
        raise typer.Exit(1)


async def _check(settings: Settings) -> list[Finding]:
    from daemon.cli.page_finding import look_at_page
    from daemon.hearers import check_hearer
    from daemon.push.sender import check_target
    from daemon.setup.checkup import check as check_all
    from daemon.sources import check_source
    from providers.limits import Limiters

    ask = partial(check_source, limiters=Limiters())
    findings = await check_all(
        settings,
        check_source=ask,
        check_target=check_target,
        check_hearer=partial(check_hearer, settings=settings),
    )
    return [*findings, *look_at_page(settings)]


async def _send_trials(settings: Settings) -> list[Finding]:
    """Send every target a trial message; return what became of each."""
    from daemon.push.channels import channels_of
    from daemon.push.sender import Sender
    from daemon.push.trying import try_all
    from daemon.settings.notify_section import OWN_CHANNEL
    from daemon.setup.findings import trial_finding

    sender = Sender(deadline_s=settings.notify.timeout_s)
    tried = await try_all(channels_of(settings), sender, link=settings.server.public_url)
    return [
        trial_finding(
            each.target if each.channel == OWN_CHANNEL else f"{each.channel}, {each.target}",
            outcome=each.outcome.value,
            reason=each.reason,
        )
        for each in tried
    ]


def schema() -> None:
    """Print the JSON Schema of the configuration file, for editors; it is JSON by itself."""
    from daemon.settings import json_schema

    typer.echo(json_schema())


def rules(*, as_json: JsonOption = False) -> None:
    """Print the shipped rules, and the facts for your own."""
    from rules.defaults import DEFAULT_RULES, default_rules_toml
    from rules.facts import FACTS, describe_facts

    if as_json:
        import json

        told = {
            "rules": [
                {"name": each.name, "when": each.when, "then": each.then, "reason": each.reason}
                for each in DEFAULT_RULES
            ],
            "facts": [
                {"name": each.name, "kind": each.kind, "meaning": each.meaning} for each in FACTS
            ],
        }
        typer.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return

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
    as_json: JsonOption = False,
) -> None:
    """Write doorman.service for this installation."""
    from daemon.cli.units import UNIT_TOLD, Order, install, service_environment, unit_text

    settings = read_settings(config, service_environment(os.environ, is_user=user))
    order = Order(
        settings=settings, is_user=user, directory=directory, groups=tuple(group or ()), force=force
    )
    if is_printed:
        typer.echo(unit_text(order))
        return

    told = install(order)
    if as_json:
        typer.echo(UNIT_TOLD.dump_json(told, indent=2).decode())
        return

    for line in told.lines():
        typer.echo(line)
