"""A password that lies in a file of its own, as service managers hand them over."""

from __future__ import annotations

from pathlib import Path

from daemon.settings import ServerSettings
from daemon.web.gate.access import Access
from daemon.web.gate.access_file import AccessFile
from daemon.web.gate.password import PasswordUnfit, fits, seal
from rules.errors import ConfigurationError

_MOST_BYTES = 8192


class PasswordFileUnusable(ConfigurationError):
    """The file that is to hold the password does not."""

    def __init__(self, path: Path, detail: str) -> None:
        """Build the message from the path and what is wrong."""
        super().__init__(
            f"[server] password_file: {path}: {detail}; write the password into it, mode 0600, or "
            "leave the option out and use doorman password"
        )


def prepare_access(server: ServerSettings, file: AccessFile) -> Access:
    """Return who may come in; make the file where there is none, and heed password_file.

    Raises:
        AccessUnreadable: it cannot be told.
        AccessUnwritable: it cannot be noted.
        PasswordFileUnusable: the file that is to hold the password does not.

    """
    if server.password_file is None:
        return file.change(lambda access: access)

    password = read_password_file(server.password_file)

    def adopt(access: Access) -> Access:
        if access.password is not None and fits(password, access.password):
            return access

        return access.model_copy(update={"password": seal(password, is_from_file=True)})

    try:
        return file.change(adopt)
    except PasswordUnfit as error:
        raise PasswordFileUnusable(server.password_file, str(error)) from None


def read_password_file(path: Path) -> str:
    """Return the password in a file, without the end of its line.

    Raises:
        PasswordFileUnusable: it cannot be read, or holds none.

    """
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise PasswordFileUnusable(path, error.strerror or str(error)) from None
    if len(content) > _MOST_BYTES:
        raise PasswordFileUnusable(path, "it is too large for a password")

    try:
        return content.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise PasswordFileUnusable(path, "it is no text") from None
