"""`doorman units install`: the shipped unit with this installation's paths, in its place."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from daemon.service.unit_access import access_steps, look_at
from daemon.service.unit_install import install_unit
from daemon.service.units import (
    SYSTEM_RUNTIME,
    SYSTEM_STATE,
    Installation,
    Scope,
    concerns,
    find_program,
    find_shipped,
    find_sysusers,
    lies_in_home,
    next_steps,
    render_unit,
    shipped_folders,
    unit_directory,
)
from daemon.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be installed, and how."""

    settings: Settings
    is_user: bool
    directory: Path | None
    groups: tuple[str, ...]
    force: bool

    @property
    def scope(self) -> Scope:
        """Return whose service it is."""
        return Scope.USER if self.is_user else Scope.SYSTEM


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitTold:
    """What became of a unit, and what is left to do."""

    path: Path
    outcome: str
    kept: Path | None
    """Where one that somebody edited lies now."""
    notes: tuple[str, ...]
    next: tuple[str, ...]
    """Commands and words for a person, in order."""

    def lines(self) -> Iterator[str]:
        """Yield it in words."""
        yield f"{self.path}: {self.outcome}"
        if self.kept is not None:
            yield f"the edited one is kept as {self.kept}"
        for note in self.notes:
            yield f"note: {note}"
        yield "next:"
        for step in self.next:
            yield f"  {step}"


UNIT_TOLD = TypeAdapter(UnitTold)


def unit_text(order: Order) -> str:
    """Return the unit as it would be written."""
    folders = shipped_folders(Path(sys.prefix))
    template = find_shipped(order.scope.value, folders).read_text(encoding="utf-8")
    return render_unit(template, order.scope, _installation(order.settings, order.groups))


def install(order: Order) -> UnitTold:
    """Write the unit; return what is to be told.

    Raises:
        UnitEdited: somebody edited the one that is there.
        UnitNotWritten: the folder cannot be written.

    """
    target = order.directory or unit_directory(order.scope, _config_home())
    installed = install_unit(unit_text(order), target, force=order.force)
    installation = _installation(order.settings, order.groups)
    interpreter = Path(sys.executable).resolve()
    access = access_steps(look_at(must_be_read(order.settings)))
    sysusers = find_sysusers(shipped_folders(Path(sys.prefix)))
    return UnitTold(
        path=installed.path,
        outcome=installed.outcome.value,
        kept=installed.kept,
        notes=tuple(concerns(order.scope, installation, interpreter=interpreter)),
        next=tuple(next_steps(order.scope, sysusers, access)),
    )


def service_environment(environment: Mapping[str, str], *, is_user: bool) -> Mapping[str, str]:
    """Return what the service will find: the system's has its folders from systemd."""
    if is_user:
        return environment

    own = {"STATE_DIRECTORY": str(SYSTEM_STATE), "RUNTIME_DIRECTORY": str(SYSTEM_RUNTIME)}
    return {**environment, **own}


def must_be_read(settings: Settings) -> tuple[Path, ...]:
    """Return the files that the service reads at its start; not what lies in a home.

    A home is no place for what a service reads, and its owner is told so.
    """
    keys = (
        *(source.key_file for source in settings.sources if source.key_file),
        *(announce.key_file for announce in settings.announces if announce.key_file),
    )
    files = (settings.origin.absolute(), *keys)
    return tuple(path for path in files if not lies_in_home(path))


def _installation(settings: Settings, groups: tuple[str, ...]) -> Installation:
    libraries = tuple(library.path for library in settings.libraries if library.enabled)
    people = settings.sidecar.performer_pictures
    store_folder = settings.store.path.parent
    own = () if store_folder == SYSTEM_STATE else (store_folder,)
    program, config = find_program(Path(sys.executable)), settings.origin.absolute()
    writable = (*libraries, *((people,) if people else ()), *own)
    opened = (program, Path(sys.executable), config, *writable, *_only_read(settings))
    return Installation(
        program=program,
        config=config,
        writable=writable,
        groups=groups,
        readable=(*opened, *(path.resolve() for path in opened)),
    )


def _only_read(settings: Settings) -> Iterator[Path]:
    """Yield what the configuration names for the service to read, or to run."""
    named = (
        *(source.key_file for source in settings.sources),
        *(announce.key_file for announce in settings.announces),
        settings.server.password_file,
        settings.fingerprint.ffmpeg,
        settings.notify.templates,
    )
    return (path for path in named if path is not None)


def _config_home() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
