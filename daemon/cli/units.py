"""`doorman units install`: the shipped unit with this installation's paths, in its place."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

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


def install(
    settings: Settings,
    *,
    is_user: bool,
    is_printed: bool,
    directory: Path | None,
    groups: tuple[str, ...],
    force: bool,
) -> Iterator[str]:
    """Write the unit, or return its text; yield what is to be told.

    Raises:
        UnitEdited: somebody edited the one that is there.
        UnitNotWritten: the folder cannot be written.

    """
    scope = Scope.USER if is_user else Scope.SYSTEM
    folders = shipped_folders(Path(sys.prefix))
    installation = _installation(settings, groups)
    template = find_shipped(scope.value, folders).read_text(encoding="utf-8")
    unit = render_unit(template, scope, installation)
    if is_printed:
        yield unit
        return

    target = directory or unit_directory(scope, _config_home())
    installed = install_unit(unit, target, force=force)
    yield f"{installed.path}: {installed.outcome}"
    if installed.kept is not None:
        yield f"the edited one is kept as {installed.kept}"
    interpreter = Path(sys.executable).resolve()
    for concern in concerns(scope, installation, interpreter=interpreter):
        yield f"note: {concern}"
    yield "next:"
    access = access_steps(look_at(must_be_read(settings)))
    for step in next_steps(scope, find_sysusers(folders), access):
        yield f"  {step}"


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
    keys = (source.key_file for source in settings.sources if source.key_file)
    files = (settings.origin.absolute(), *keys)
    return tuple(path for path in files if not lies_in_home(path))


def _installation(settings: Settings, groups: tuple[str, ...]) -> Installation:
    libraries = tuple(library.path for library in settings.libraries if library.enabled)
    people = settings.sidecar.performer_pictures
    store_folder = settings.store.path.parent
    own = () if store_folder == SYSTEM_STATE else (store_folder,)
    return Installation(
        program=find_program(Path(sys.executable)),
        config=settings.origin.absolute(),
        writable=(*libraries, *((people,) if people else ()), *own),
        groups=groups,
    )


def _config_home() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
