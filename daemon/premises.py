"""The libraries and sources as the owner configured them, as far as decisions depend on it."""

from __future__ import annotations

from pathlib import PurePath

from daemon.settings import Settings
from rules.discretion import Discretion
from rules.premises import Premises


def premises_of(settings: Settings) -> Premises:
    """Return it; disabled libraries and sources count as well, for what they once said is kept."""
    return Premises(
        discretion=Discretion(
            sfw_libraries=frozenset(each.name for each in settings.libraries if not each.nsfw),
            nsfw_sources=frozenset(each.name for each in settings.sources if each.nsfw),
        ),
        roots={each.name: PurePath(each.path) for each in settings.libraries},
    )
