"""What keeps the service's user from reading its configuration, and the commands that mend it.

`doorman init` writes for the eyes of its owner only; the service runs as a user of its own.
"""

from __future__ import annotations

import grp
import pwd
import shlex
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

SERVICE_USER = "doorman"
"""As the shipped unit says; its group has the same name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarded:
    """A file or folder, and who may do what with it."""

    path: Path
    mode: int
    """As st_mode."""
    owner: str
    group: str

    @property
    def is_folder(self) -> bool:
        """Tell whether it is a folder."""
        return stat.S_ISDIR(self.mode)


def look_at(paths: Iterable[Path]) -> tuple[Guarded, ...]:
    """Return these files and every folder above them, from the root down; missing ones not."""
    wanted = dict.fromkeys(
        each for path in paths for each in (*reversed(path.parents), path) if each.exists()
    )
    return tuple(map(_guarded, wanted))


def access_steps(guarded: Sequence[Guarded]) -> tuple[str, ...]:
    """Return the commands that let the service's user read these files, and nobody else."""
    closed = [each for each in guarded if not _is_open(each)]
    own = [each for each in closed if each.group == "root"]
    return (
        *_change(f"chgrp {SERVICE_USER}", own),
        *_change("chmod 0750", [each for each in own if each.is_folder]),
        *_change("chmod 0640", [each for each in own if not each.is_folder]),
        # Whoever shares it by a group of theirs keeps it.
        *_change(
            f"setfacl -m u:{SERVICE_USER}:x", [e for e in closed if e not in own and e.is_folder]
        ),
        *_change(
            f"setfacl -m u:{SERVICE_USER}:r",
            [e for e in closed if e not in own and not e.is_folder],
        ),
    )


def _change(command: str, what: Sequence[Guarded]) -> Iterator[str]:
    if what:
        yield f"sudo {command} {' '.join(shlex.quote(str(each.path)) for each in what)}"


def _is_open(guarded: Guarded) -> bool:
    """Tell whether the service's user may read the file, or pass through the folder."""
    if guarded.owner == SERVICE_USER:
        wanted = stat.S_IXUSR if guarded.is_folder else stat.S_IRUSR
    elif guarded.group == SERVICE_USER:
        wanted = stat.S_IXGRP if guarded.is_folder else stat.S_IRGRP
    else:
        wanted = stat.S_IXOTH if guarded.is_folder else stat.S_IROTH
    return bool(guarded.mode & wanted)


def _guarded(path: Path) -> Guarded:
    status = path.stat()
    return Guarded(
        path=path,
        mode=status.st_mode,
        owner=_user_name(status.st_uid),
        group=_group_name(status.st_gid),
    )


def _user_name(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def _group_name(number: int) -> str:
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)
