"""Put a first configuration in its place: whole, for its owner's eyes, over nothing else.

Nothing is lost even when the owner insists: what was there stays beside it as `….bak`.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from daemon.settings import Settings, load_settings
from daemon.settings.example import FirstConfig, config_text
from daemon.settings.places import Environment
from rules.errors import ConfigurationError

_FOLDER_MODE = 0o700
_FILE_MODE = 0o600
"""Keys and addresses for messages are secrets."""


class ConfigurationExists(ConfigurationError):
    """There is a file already where the configuration is to be written."""

    def __init__(self, path: Path) -> None:
        """Build the message from the path."""
        super().__init__(
            f"{path} is there already and was left alone; "
            "edit it, name another place with --config, or write a new one with --force"
        )
        self.path = path


class ConfigurationUnwritable(ConfigurationError):
    """The configuration cannot be written."""

    def __init__(self, path: Path, error: OSError) -> None:
        """Build the message from what the system said."""
        super().__init__(
            f"{path} cannot be written ({error.strerror}); "
            "choose a folder that you may write to with --config"
        )
        self.path = path


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstFiles:
    """What now lies on the disk."""

    config: Path
    key_file: Path | None
    kept: tuple[Path, ...]
    """Files that were there before, under their new names."""
    settings: Settings
    """As read back from it."""


def write_first_config(
    config: FirstConfig,
    path: Path,
    environment: Environment,
    *,
    key_beside: bool = True,
    force: bool = False,
) -> FirstFiles:
    """Write the configuration to `path`, its key to a file beside it, and read them back.

    Args:
        config: What to write.
        path: Absolute; its folder is made where it is missing.
        environment: What the daemon will find; what it gets wrong is an error here too.
        key_beside: False: the key goes into the configuration itself.
        force: Whether files that are there are set aside.

    Raises:
        ConfigurationExists: a file is there, and no force was asked for.
        ConfigurationUnwritable: the disk refused.
        ConfigurationInvalid: what was written cannot be read; nothing is left of it.

    """
    contents, key_file = _contents(config, path, key_beside=key_beside)
    if not force:
        _refuse_to_replace(reversed(contents))
    try:
        path.parent.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        with ExitStack() as undo:
            kept = [_put(target, content, undo) for target, content in contents.items()]
            settings = load_settings(path, environment)
            undo.pop_all()
    except OSError as error:
        raise ConfigurationUnwritable(path, error) from error

    existed = tuple(backup for backup in kept if backup)
    return FirstFiles(config=path, key_file=key_file, kept=existed, settings=settings)


def _contents(
    config: FirstConfig, path: Path, *, key_beside: bool
) -> tuple[dict[Path, str], Path | None]:
    """Return what to write where, the key before the file that names it, and the key's file."""
    source = config.source
    if source is None or source.key is None or not key_beside:
        return {path: config_text(config)}, None

    key_file = path.parent / f"{source.name}.key"
    config = replace(config, source=replace(source, key=None, key_file=key_file))
    return {
        key_file: f"{source.key.get_secret_value()}\n",
        path: config_text(config),
    }, key_file


def _refuse_to_replace(targets: Iterable[Path]) -> None:
    for target in targets:
        if os.path.lexists(target):
            raise ConfigurationExists(target)


def _put(target: Path, content: str, undo: ExitStack) -> Path | None:
    """Write a file as a whole; return under which name the earlier one was kept."""
    with _staged(target, content) as staged:
        backup = _keep(target) if os.path.lexists(target) else None
        if backup:
            undo.callback(os.replace, backup, target)
            staged.replace(target)
        else:
            _link_new(staged, target)
            undo.callback(target.unlink)

    _sync(target.parent)
    return backup


def _link_new(staged: Path, target: Path) -> None:
    """Give the file its name; unlike a rename, a link never takes the place of another file."""
    try:
        os.link(staged, target)
    except FileExistsError as error:
        raise ConfigurationExists(target) from error


@contextmanager
def _staged(target: Path, content: str) -> Iterator[Path]:
    """Lend a whole file beside `target`; whatever happens, nothing keeps its name."""
    staged = target.with_name(f".{target.name}.{secrets.token_hex(8)}.tmp")
    descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE_MODE)
    try:
        with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123 - a descriptor
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        yield staged
    finally:
        staged.unlink(missing_ok=True)


def _keep(target: Path) -> Path:
    """Give the file a second name, the first that is free, and return it."""
    for number in count(1):
        backup = target.with_name(f"{target.name}.bak{number if number > 1 else ''}")
        with suppress(FileExistsError):
            os.link(target, backup, follow_symlinks=False)
            break

    return backup


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
