"""The libraries and sources as the owner configured them, as far as decisions depend on it."""

from __future__ import annotations

from pathlib import PurePath

from daemon.settings import Settings, SourceSettings
from daemon.settings.options import source_options
from rules.discretion import Discretion
from rules.premises import Premises
from rules.sidecar_ids import SourceNames


def premises_of(settings: Settings) -> Premises:
    """Return it; disabled libraries and sources count as well, for what they once said is kept."""
    return Premises(
        discretion=Discretion(
            sfw_libraries=frozenset(each.name for each in settings.libraries if not each.nsfw),
            nsfw_sources=frozenset(each.name for each in settings.sources if each.nsfw),
        ),
        roots={each.name: PurePath(each.path) for each in settings.libraries},
        sources=tuple(_names_of(each) for each in settings.sources if each.enabled),
        reads_sidecars=settings.sidecar.read,
        options=source_options(settings.identify, settings.sources),
    )


def _names_of(source: SourceSettings) -> SourceNames:
    pages = (str(source.pages),) if source.pages else ()
    return SourceNames(
        source=source.name,
        dialect=source.kind,
        preset=source.preset,
        addresses=(str(source.url), *pages),
        is_told_names=source.search,
    )
