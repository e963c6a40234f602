"""What `doorman check` finds about the page."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from daemon.settings import ServerSettings, Settings
from daemon.setup.findings import Finding, Level
from daemon.web.gate.access import Access, access_path
from daemon.web.gate.access_file import AccessFile
from daemon.web.gate.password import PasswordUnfit, check_password
from daemon.web.gate.password_file import PasswordFileUnusable, read_password_file
from daemon.web.gate.safety import check_safe
from rules.errors import DoormanError

_THING = "page"


def look_at_page(settings: Settings) -> list[Finding]:
    """Find whether the page can be served as it is configured; nothing where none is wanted."""
    return list(_findings(settings.server, access_path(settings)))


def _findings(server: ServerSettings, path: Path) -> Iterator[Finding]:
    if server.address is None:
        return

    if path.exists() and not os.access(path, os.R_OK):
        message = f"{path} is not for this user to read, so it is not looked at; ask as its owner"
        yield Finding(level=Level.WARNING, thing=_THING, message=message)
        return

    try:
        has_password = _has_password(server, path)
    except DoormanError as error:
        yield Finding(level=Level.ERROR, thing=_THING, message=str(error))
        return

    who = "asks for the password" if has_password else "is open to everybody on this machine"
    url = server.public_url or server.address.url
    yield Finding(level=Level.OK, thing=_THING, message=f"{url} {who}")


def _has_password(server: ServerSettings, path: Path) -> bool:
    """Tell whether a password is set.

    Raises:
        DoormanError: it cannot be told, or is none where there must be one.

    """
    if server.password_file is not None:
        try:
            check_password(read_password_file(server.password_file))
        except PasswordUnfit as error:
            raise PasswordFileUnusable(server.password_file, str(error)) from None
        return True

    access = AccessFile(path).read() or Access()
    check_safe(server, access)
    return access.password is not None
