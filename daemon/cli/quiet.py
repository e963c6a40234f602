"""Logging for commands that are not the daemon: warnings only, on standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

from daemon.logs import setup as logs
from daemon.logs.redaction import target_secrets
from daemon.settings import Settings


def log_as_configured(settings: Settings) -> None:
    """Log as the configuration says, for the daemon."""
    logs.configure(
        settings.log.format,
        settings.log.level,
        tuple(secrets_of(settings)),
        stream=sys.stderr,
        environment=os.environ,
    )


def log_warnings(settings: Settings) -> None:
    """Log only what went wrong, for a command whose output is its answer."""
    logs.configure(
        settings.log.format,
        "warning",
        tuple(secrets_of(settings)),
        stream=sys.stderr,
        environment=os.environ,
    )


def secrets_of(settings: Settings) -> Iterator[str]:
    """Return what no line of the log may show."""
    asked = (source.key for source in settings.sources)
    told = (announce.key for announce in settings.announces)
    for key in (*asked, *told):
        if key is not None:
            yield key.get_secret_value()
    for target in settings.targets:
        yield from target_secrets(target.get_secret_value())
