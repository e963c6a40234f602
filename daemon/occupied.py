"""Tell whether somebody listens at a Unix socket, without saying anything."""

from __future__ import annotations

import socket
from pathlib import Path


def is_occupied(path: Path) -> bool:
    """Return whether somebody listens at `path`; never waits.

    Raises:
        PermissionError: this user may not know.

    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC) as caller:
        caller.setblocking(False)  # noqa: FBT003  # positional-only
        try:
            caller.connect(str(path))
        except BlockingIOError:
            return True  # so many wait to be let in that somebody has to be there
        except PermissionError:
            raise
        except OSError:
            return False
    return True
