"""`doorman init`: write the first configuration, and say what comes next."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import typer
from pydantic import SecretStr, TypeAdapter

from daemon.cli.dialogue import ask, ask_secret
from daemon.service.units import SYSTEM_RUNTIME, SYSTEM_STATE
from daemon.settings.example import FirstConfig
from daemon.settings.places import SYSTEM_CONFIG, find_config
from daemon.setup.first_file import write_first_config
from daemon.setup.wizard import Dialogue, Given, default_config_path, interview
from rules.errors import ConfigurationError, UsageError

_MOST_KEY_BYTES = 65_536


class KeyUnreadable(UsageError):
    """The key that was named cannot be read."""

    def __init__(self, path: Path, problem: str) -> None:
        """Build the message from the path and what is wrong."""
        super().__init__(f"the key in {path} cannot be read ({problem}); name another --key-file")


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What was written, and what comes next."""

    config: Path
    kept: tuple[Path, ...]
    """What lay there before."""
    key_file: Path | None
    next: tuple[str, ...]
    """Commands, in order."""

    def lines(self) -> Iterator[str]:
        """Yield it in words."""
        yield f"wrote {self.config}"
        for kept in self.kept:
            yield f"kept {kept}, which was there before"
        if self.key_file is not None:
            yield f"wrote {self.key_file}, which holds your key"
        yield "next:"
        for command in self.next:
            yield f"  {command}"


BEGUN = TypeAdapter(Begun)


def begin(
    given: Given,
    config: Path | None,
    *,
    force: bool,
    tell: Callable[[str], None] = typer.echo,
) -> Begun:
    """Write the first configuration; return what is to be told.

    Args:
        given: Answers that need no asking.
        config: Where to write it; None for where it is usually.
        force: Whether a file that is there is kept as another.
        tell: Says what belongs to the questions.

    Raises:
        ConfigurationError: it cannot be written, or is there already.
        UsageError: an answer cannot be used.

    """
    is_root = os.geteuid() == 0
    usual = default_config_path(os.environ, is_root=is_root)
    path = (config or usual).absolute()
    answers = interview(given, Dialogue(ask=ask, ask_secret=ask_secret, tell=tell), os.environ)
    if _is_missing(answers.library):
        tell(f"there is no folder {answers.library} yet; create it, or mount its drive")
    written = write_first_config(for_place(answers, path), path, os.environ, force=force)
    return Begun(
        config=written.config,
        kept=tuple(written.kept),
        key_file=written.key_file,
        next=next_commands(path, is_found=_is_found(path), is_root=is_root),
    )


def _is_missing(folder: Path) -> bool:
    try:
        return not folder.is_dir()
    except OSError:
        return False  # who may not look cannot tell; `doorman check` says more


def read_key(path: Path | None) -> SecretStr | None:
    """Return the key in a file, None for no file.

    Raises:
        KeyUnreadable: it cannot be read, or is none.

    """
    if path is None:
        return None

    try:
        with path.open("rb") as file:
            text = file.read(_MOST_KEY_BYTES).decode()
    except OSError as error:
        raise KeyUnreadable(path, error.strerror or str(error)) from error
    except UnicodeDecodeError:
        raise KeyUnreadable(path, "it is no text") from None  # the cause holds what was read

    return SecretStr(text.strip())


def for_place(config: FirstConfig, path: Path) -> FirstConfig:
    """Return the configuration with the service's own folders where it is the system's.

    Root's own defaults lie in a home, where neither the service nor the command line of other
    users looks.
    """
    if path != SYSTEM_CONFIG:
        return config

    return replace(
        config, store=SYSTEM_STATE / "doorman.duckdb", socket=SYSTEM_RUNTIME / "doorman.sock"
    )


def next_commands(config: Path, *, is_found: bool, is_root: bool) -> tuple[str, ...]:
    """Return the commands that come after a first configuration, in order.

    Args:
        config: Where it was written.
        is_found: Whether doorman finds it without being told.
        is_root: Whether the service will be the system's.

    """
    option = "" if is_found else f" --config {shlex.quote(str(config))}"
    scope = "" if is_root else " --user"
    return (
        f"doorman check{option}",
        f"doorman run{option}",
        f"doorman units install{scope}{option}",
    )


def _is_found(path: Path) -> bool:
    try:
        return find_config(None, os.environ) == path
    except ConfigurationError:
        return False
