"""Make doorman a service: the shipped unit with this installation's paths filled in."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from daemon.service.unit_install import sign
from daemon.service.unit_text import (
    add_directive,
    command_line,
    credential,
    path_word,
    quoted_word,
    set_directive,
)
from rules.errors import NotFound

SYSTEM_DIRECTORY = Path("/etc/systemd/system")
SYSTEM_STATE = Path("/var/lib/doorman")
"""StateDirectory of the system's unit: what it may write without being told."""
SYSTEM_RUNTIME = Path("/run/doorman")
"""RuntimeDirectory of the system's unit."""
_HOMES = (Path("/home"), Path("/root"), Path("/run/user"), Path("/var/home"))
"""What ProtectHome= hides (systemd.exec(5)); the last is what /home leads to on some systems."""
_SYSUSERS_NAME = "doorman.sysusers"


class Scope(StrEnum):
    """Whose service it is; the value is the template's name."""

    SYSTEM = "doorman.service"
    USER = "doorman-user.service"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A key that systemd hands to the service."""

    name: str
    """As doorman looks for it: the source's name and `.key`."""
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """What the unit has to know."""

    program: Path
    """The installed `doorman`."""
    config: Path
    writable: tuple[Path, ...] = ()
    """The libraries; the store's folder too, where it is not /var/lib/doorman."""
    groups: tuple[str, ...] = ()
    """Groups that may write the libraries."""
    credentials: tuple[Credential, ...] = ()
    readable: tuple[Path, ...] = ()
    """Whatever else the service opens, where its links lead, too."""

    @property
    def needs_homes(self) -> bool:
        """Tell whether anything that the service opens lies in a home."""
        return any(map(lies_in_home, (self.program, self.config, *self.writable, *self.readable)))


class ShippedFileMissing(NotFound):
    """A file that doorman ships is not where it is installed."""

    def __init__(self, name: str, places: Iterable[Path]) -> None:
        """Build the message from the name and where it was looked for."""
        looked = ", ".join(str(place) for place in places)
        super().__init__(f"{name} is not in {looked}; install doorman again")


class ProgramMissing(NotFound):
    """The command `doorman` is not installed beside the running interpreter."""

    def __init__(self, program: Path) -> None:
        """Build the message from where it should be."""
        super().__init__(
            f"{program} does not exist; install doorman (uv tool install, pipx), then try again"
        )


def shipped_folders(prefix: Path) -> tuple[Path, ...]:
    """Return where the shipped units may be: the source tree, or an installed wheel's data.

    Args:
        prefix: `sys.prefix`.

    """
    return (Path(__file__).parents[2] / "systemd", prefix / "share" / "doorman" / "systemd")


def find_shipped(name: str, folders: Iterable[Path]) -> Path:
    """Return the path of a shipped file.

    Raises:
        ShippedFileMissing: It is in none of the folders.

    """
    places = tuple(folders)
    for folder in places:
        if (folder / name).is_file():
            return folder / name

    raise ShippedFileMissing(name, places)


def find_program(interpreter: Path) -> Path:
    """Return the `doorman` that belongs to the running interpreter.

    Args:
        interpreter: `sys.executable`; links not followed, they lead out of the environment.

    Raises:
        ProgramMissing: There is none.

    """
    program = interpreter.parent / "doorman"
    if not program.is_file():
        raise ProgramMissing(program)

    return program


def render_unit(template: str, scope: Scope, installation: Installation) -> str:
    """Return the unit, under a header that tells later whether somebody edited it.

    Raises:
        PathUnusable: A path cannot be named in a unit.
        TemplateBroken: The template is not as shipped.

    """
    words = [str(installation.program), "run", "--config", str(installation.config)]
    unit = set_directive(template, "ExecStart", [command_line(words)])
    if scope is Scope.SYSTEM:
        unit = _with_access(unit, installation)

    return sign(unit)


def _with_access(unit: str, installation: Installation) -> str:
    """Return the system unit with what the sandbox and systemd let doorman have."""
    paths = dict.fromkeys(path_word(path) for path in installation.writable)
    unit = set_directive(unit, "ReadWritePaths", list(paths))
    if installation.needs_homes:
        unit = set_directive(unit, "ProtectHome", ["read-only"])
    unit = add_directive(unit, "SupplementaryGroups", map(quoted_word, installation.groups))
    keys = [credential(one.name, one.path) for one in installation.credentials]
    return add_directive(unit, "LoadCredential", keys)


def unit_directory(scope: Scope, config_home: Path) -> Path:
    """Return where systemd looks for the unit.

    Args:
        scope: Whose service it is.
        config_home: `$XDG_CONFIG_HOME`, by default ~/.config.

    """
    return SYSTEM_DIRECTORY if scope is Scope.SYSTEM else config_home / "systemd" / "user"


def next_steps(scope: Scope, sysusers: Path, access: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the commands that start the installed unit, in order.

    Args:
        scope: Whose service it is.
        sysusers: The shipped description of the user doorman.
        access: Commands that let this user read what it must (daemon.service.unit_access).

    """
    if scope is Scope.USER:
        return (
            "systemctl --user daemon-reload",
            "systemctl --user enable --now doorman",
            "loginctl enable-linger",
            "journalctl --user-unit doorman --follow",
        )

    words = shlex.quote(str(sysusers))
    return (
        f"sudo systemd-sysusers {words}",
        *access,
        "sudo systemctl daemon-reload",
        "sudo systemctl enable --now doorman",
        "journalctl --unit doorman --follow",
    )


def find_sysusers(folders: Iterable[Path]) -> Path:
    """Return the shipped description of the user doorman.

    Raises:
        ShippedFileMissing: It is in none of the folders.

    """
    return find_shipped(_SYSUSERS_NAME, folders)


def concerns(scope: Scope, installation: Installation, *, interpreter: Path) -> tuple[str, ...]:
    """Return what will keep the service from working, as sentences that end in a remedy.

    Args:
        scope: Whose service it is.
        installation: What its unit names.
        interpreter: `sys.executable` with links followed: a venv elsewhere may lead to a home.

    """
    if scope is Scope.USER:
        return ()

    elsewhere = "install it in /opt/doorman (python3 -m venv /opt/doorman), or use --user"
    return tuple(
        f"{path} lies in a home, which the user doorman may not enter; {remedy}"
        for path, remedy in (
            (installation.program, elsewhere),
            (interpreter, elsewhere),
            (installation.config, "move it to /etc/doorman, or use --user"),
        )
        if lies_in_home(path)
    )


def lies_in_home(path: Path) -> bool:
    """Tell whether the user doorman may not get at a path, since it lies in somebody's home."""
    return any(path.is_relative_to(home) for home in _HOMES)
