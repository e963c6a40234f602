"""Commands about rules: doorman rules check, list, try."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.cli.file_commands import ask
from daemon.cli.options import ConfigOption, JsonOption, read_settings

if TYPE_CHECKING:
    from daemon.desk.trial import TrialView
    from daemon.remote import Remote
    from daemon.settings.rule_file import RuleFile
    from daemon.settings.rules import Names
    from rules.ruleset import RuleText

# Imports stand in the functions: each command waits only for what it needs.
# ruff: noqa: PLC0415

RulesFileArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help="A TOML file with [[rule]] tables.")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleWarning:
    """A rule that is sound and can never decide."""

    rule: str
    line: int | None
    """In the file; None for a shipped rule."""
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesChecked:
    """What `doorman rules check --json` prints; rules that are not sound are an error instead."""

    own: int
    shipped: int
    warnings: tuple[RuleWarning, ...]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    rules_app = typer.Typer(no_args_is_help=True, help="About the rules that decide.")
    rules_app.command("check")(check)
    rules_app.command("list")(list_rules)
    rules_app.command("try")(try_rules)
    app.add_typer(rules_app, name="rules")


def check(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="Another file with [[rule]] tables; or your own."),
    ] = None,
    *,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check that every rule is sound, and warn of those that can never decide."""
    from daemon.desk.judging import describe_idle
    from rules.ruleset import compile_rules

    origin, found = _own_rules(config) if file is None else (file, _read(file, config))
    warnings = [
        RuleWarning(rule=name, line=found.lines.get(name), message=idle)
        for name, idle in describe_idle(compile_rules(found.texts))
    ]
    if as_json:
        _tell_checked(found, warnings)
        return

    typer.echo(_sound(found))
    for each in warnings:
        place = f"{origin}:{each.line}: " if each.line else ""
        typer.echo(f'warning: {place}rule "{each.rule}": {each.message}')


def list_rules(*, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List the rules in force, in their order, with how often each has decided."""
    from daemon.cli.show import console
    from daemon.cli.show_rules import show_rules
    from daemon.desk.judgement_views import RULE_LINES

    lines = ask(config, lambda remote: remote.rules())
    if as_json:
        typer.echo(RULE_LINES.dump_json(lines, indent=2).decode())
    else:
        show_rules(lines, console(), now_s=time.time())


def try_rules(
    file: RulesFileArgument,
    *,
    library: Annotated[
        str | None, typer.Option("--library", "-l", metavar="NAME", help="Only in this library.")
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="So many files of each change; 100 if not said."),
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Decide again by other rules, from what is stored, and show what would change.

    Nothing is asked, nothing is changed.
    """
    from daemon.cli.show import console
    from daemon.cli.show_rules import show_trial
    from daemon.desk.trial import FILES_LISTED, TRIAL

    texts = _read(file, config).texts
    listed = limit or FILES_LISTED
    view = ask(config, lambda remote: _tried(remote, texts, library, listed))
    if as_json:
        typer.echo(TRIAL.dump_json(view, indent=2).decode())
    else:
        show_trial(view, console())


async def _tried(
    remote: Remote, texts: tuple[RuleText, ...], library: str | None, listed: int
) -> TrialView:
    """Return the whole trial: asked for part by part, so that it can end at any time."""
    from daemon.desk.trial import Trial

    trial = Trial(files_listed=listed)
    after: int | None = 0
    while after is not None:
        part = await remote.try_rules(texts, library=library, after=after)
        trial.add(part)
        after = part.next_after
    return trial.view()


def _own_rules(config: Path | None) -> tuple[Path, RuleFile]:
    """Return the rules of the configuration, which is checked as a whole."""
    from dataclasses import replace

    from daemon.settings.rule_file import read_rule_file

    settings = read_settings(config)
    found = read_rule_file(settings.origin, names=None)
    return settings.origin, replace(found, texts=settings.rule_texts)


def _read(file: Path, config: Path | None) -> RuleFile:
    from daemon.settings.rule_file import read_rule_file

    return read_rule_file(file, names=_names(config))


def _names(config: Path | None) -> Names | None:
    """Return what rules may speak of; None where there is no configuration to say so."""
    from daemon.settings import NoConfiguration
    from daemon.settings.rules import Names

    try:
        settings = read_settings(config, os.environ)
    except NoConfiguration:
        return None

    return Names(
        libraries=frozenset(library.name for library in settings.libraries),
        sources=frozenset(source.name for source in settings.sources),
    )


def _tell_checked(found: RuleFile, warnings: Sequence[RuleWarning]) -> None:
    from pydantic import TypeAdapter

    shipped = len(found.texts) - found.own
    checked = RulesChecked(own=found.own, shipped=shipped, warnings=tuple(warnings))
    typer.echo(TypeAdapter(RulesChecked).dump_json(checked, indent=2).decode())


def _sound(found: RuleFile) -> str:
    from daemon.desk.wording import counted

    shipped = len(found.texts) - found.own
    return f"{counted(len(found.texts), 'rule')}, all sound: {found.own} yours, {shipped} shipped"
