"""`doorman units install`: the shipped unit with this installation's paths, in its place."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from daemon.settings import Settings
from daemon.unit_install import install_unit
from daemon.units import (
    Installation,
    Scope,
    concerns,
    find_program,
    find_shipped,
    find_sysusers,
    next_steps,
    render_unit,
    shipped_folders,
    unit_directory,
)

STATE_FOLDER = Path("/var/lib/doorman")
"""What the system unit may write already."""


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
    for step in next_steps(scope, find_sysusers(folders)):
        yield f"  {step}"


def _installation(settings: Settings, groups: tuple[str, ...]) -> Installation:
    libraries = tuple(library.path for library in settings.libraries if library.enabled)
    store_folder = settings.store.path.parent
    own = () if store_folder == STATE_FOLDER else (store_folder,)
    return Installation(
        program=find_program(Path(sys.executable)),
        config=settings.origin.absolute(),
        writable=(*libraries, *own),
        groups=groups,
    )


def _config_home() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
