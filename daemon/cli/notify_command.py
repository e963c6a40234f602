"""Commands about messages: try the channels, and tell what templates can speak of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from daemon.cli.options import ConfigOption, JsonOption, read_settings

if TYPE_CHECKING:
    from daemon.push.trying import Tried
    from daemon.settings import Settings

# Imports stand in the functions: `doorman --help` must not wait for what only one command needs.
# ruff: noqa: PLC0415


def register(app: typer.Typer) -> None:
    """Add the commands."""
    notify_app = typer.Typer(no_args_is_help=True, help="Try the ways that messages go.")
    notify_app.command("test")(try_channels)
    notify_app.command("variables")(variables)
    app.add_typer(notify_app, name="notify")


def try_channels(
    channel: Annotated[
        str | None,
        typer.Argument(metavar="[CHANNEL]", help="Only this one; the targets of [notify]: notify."),
    ] = None,
    *,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send a trial through each channel; exit with 1 unless all arrive."""
    import anyio

    from daemon.cli.quiet import log_warnings
    from daemon.push.protocol import Outcome
    from daemon.push.trying import TRIED

    settings = read_settings(config)
    log_warnings(settings)
    tried = anyio.run(_try, settings, channel)
    if as_json:
        typer.echo(TRIED.dump_json(tried, indent=2).decode())
    else:
        for line in _lines(tried):
            typer.echo(line)
    if not tried or any(each.outcome is not Outcome.DELIVERED for each in tried):
        raise typer.Exit(1)


async def _try(settings: Settings, name: str | None) -> list[Tried]:
    from daemon.push.channels import channels_of
    from daemon.push.sender import Sender
    from daemon.push.trying import chosen, try_all

    sender = Sender(deadline_s=settings.notify.timeout_s)
    return await try_all(
        chosen(channels_of(settings), name), sender, link=settings.server.public_url
    )


def _lines(tried: list[Tried]) -> list[str]:
    if not tried:
        return ["nobody is told of anything; add targets below [notify], or a [[channel]]"]

    return [
        f"{each.channel}: {each.target}: {each.outcome}"
        + (f": {each.reason}" if each.reason else "")
        for each in tried
    ]


def variables(*, as_json: JsonOption = False) -> None:
    """Print what templates of messages can speak of.

    Of a list, {{ reasons | count }} is how many there are and {{ reasons | join(", ") }} all of
    them; the rest of what Jinja2 can do, templates can.
    """
    from daemon.push.facts import DIGEST_VARIABLES, VARIABLES

    if as_json:
        import json

        told = {"messages": dict(VARIABLES), "digest": dict(DIGEST_VARIABLES)}
        typer.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return

    _show("In every template but digest.txt:", VARIABLES)
    _show("In digest.txt:", DIGEST_VARIABLES)


def _show(heading: str, explained: tuple[tuple[str, str], ...]) -> None:
    typer.echo(heading)
    for name, meaning in explained:
        typer.echo(f"  {name:<12}{meaning}")
