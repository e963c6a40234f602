"""Which sources are told nothing of which libraries, as the owner configured it."""

from __future__ import annotations

from daemon.settings import Settings
from rules.discretion import Discretion


def discretion_of(settings: Settings) -> Discretion:
    """Return it; disabled libraries and sources count as well, for what they once said is kept."""
    return Discretion(
        sfw_libraries=frozenset(each.name for each in settings.libraries if not each.nsfw),
        nsfw_sources=frozenset(each.name for each in settings.sources if each.nsfw),
    )
