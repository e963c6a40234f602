"""Whether other machines could come in without a password."""

from __future__ import annotations

from daemon.settings import ServerSettings
from daemon.web.gate.access import Access
from rules.errors import ConfigurationError


class PageUnsafe(ConfigurationError):
    """Anybody could come in as it is configured."""

    def __init__(self, option: str) -> None:
        """Build the message from the option that lets others come."""
        super().__init__(
            f"{option} lets other machines reach the page, and no password is set; set one with "
            "doorman password, or leave the option out"
        )


def opening_option(server: ServerSettings) -> str | None:
    """Return the option that lets other machines reach the page, None where none does."""
    if server.address is None:
        return None
    if not server.address.is_loopback:
        return f'[server] listen = "{server.listen}"'

    return f'[server] public_url = "{server.public_url}"' if server.public_url else None


def check_safe(server: ServerSettings, access: Access) -> None:
    """Refuse to let other machines in without a password.

    Raises:
        PageUnsafe: always then.

    """
    option = opening_option(server)
    if option is not None and access.password is None:
        raise PageUnsafe(option)
