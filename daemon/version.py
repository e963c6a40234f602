"""Which doorman this is."""

from __future__ import annotations

from importlib.metadata import version


def doorman_version() -> str:
    """Return the version that is installed."""
    return version("doorman")
