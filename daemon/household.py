"""What the desk tells of the daemon around it, where one runs and where none does."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import anyio

from daemon.desk.announce_views import AnnounceLine
from daemon.desk.counsel import Counsel, Foresee, foresee_nothing
from daemon.desk.overview import Household
from daemon.desk.views import LibraryLine, SourceLine
from daemon.journey.artwork_foresight import ArtworkTerms
from daemon.journey.name_foresight import NameTerms
from daemon.journey.nfo_foresight import NfoTerms
from daemon.journey.rounds import LibraryView, Rounds
from daemon.libraries import library_line, nfo_reader
from daemon.media.errors import DecoderMissing, FallbackFailed
from daemon.media.grid import GRID_VERSION
from daemon.naming import naming_of
from daemon.nfo_styles import nfo_on_change, nfo_styles
from daemon.premises import premises_of
from daemon.settings import LibrarySettings, Settings
from daemon.settings.rules import Names
from daemon.terms import terms_of
from daemon.version import doorman_version
from daemon.watch.library import LibraryState
from store.regeneration import Complete


def enabled_libraries(settings: Settings) -> tuple[LibrarySettings, ...]:
    """Return the libraries that are not to be left alone."""
    return tuple(library for library in settings.libraries if library.enabled)


def source_lines(settings: Settings) -> tuple[SourceLine, ...]:
    """Return the sources that are asked, as configured."""
    return tuple(
        SourceLine(name=source.name, url=str(source.url))
        for source in settings.sources
        if source.enabled
    )


def announce_lines(settings: Settings) -> tuple[AnnounceLine, ...]:
    """Return the other programs that are told, as configured."""
    return tuple(
        AnnounceLine(name=each.name, kind=each.kind, place=urlsplit(each.url).netloc)
        for each in settings.announces
        if each.enabled
    )


def running_household(
    settings: Settings,
    rounds: Rounds,
    states: Mapping[str, LibraryState],
    foresee: Foresee,
) -> Household:
    """Return what the desk tells in the daemon.

    Args:
        settings: As the daemon was started with.
        rounds: Know what was seen of each library.
        states: Of each library, as its watcher says; empty where nothing watches.
        foresee: Tells what would become of a file.

    """
    libraries = enabled_libraries(settings)

    def lines(counts: Mapping[str, tuple[int, int]]) -> tuple[LibraryLine, ...]:
        return tuple(
            library_line(library, states.get(library.name), rounds.views[library.name], counts)
            for library in libraries
        )

    def request_round(name: str, is_confirmed: bool) -> None:  # noqa: FBT001  # as it is called
        rounds.request(name, is_confirmed=is_confirmed)

    return Household(
        version=doorman_version(),
        is_running=True,
        started_at_s=time.time(),
        store_path=str(settings.store.path),
        sources=source_lines(settings),
        library_lines=lines,
        request_round=request_round,
        library_names=_names(libraries),
        complete=_complete(settings),
        has_sheets=settings.fingerprint.contact_sheet,
        counsel=_counsel(settings, foresee),
        discretion=premises_of(settings).discretion,
        options=premises_of(settings).options,
        terms=terms_of(settings),
        premises=premises_of(settings),
        nfo_reader=nfo_reader(settings, anyio.CapacityLimiter(1)),
        announces=announce_lines(settings),
        nfo=_nfo(settings),
        artwork=_artwork(settings),
        names=_name_terms(settings),
    )


def resting_household(settings: Settings, foresee: Foresee = foresee_nothing) -> Household:
    """Return what the desk tells where no daemon runs."""
    libraries = enabled_libraries(settings)

    def lines(counts: Mapping[str, tuple[int, int]]) -> tuple[LibraryLine, ...]:
        view = LibraryView()
        return tuple(library_line(library, None, view, counts) for library in libraries)

    return Household(
        version=doorman_version(),
        is_running=False,
        started_at_s=None,
        store_path=str(settings.store.path),
        sources=source_lines(settings),
        library_lines=lines,
        request_round=_ignore,
        library_names=_names(libraries),
        complete=_complete(settings),
        has_sheets=settings.fingerprint.contact_sheet,
        counsel=_counsel(settings, foresee),
        discretion=premises_of(settings).discretion,
        options=premises_of(settings).options,
        terms=terms_of(settings),
        premises=premises_of(settings),
        nfo_reader=nfo_reader(settings, anyio.CapacityLimiter(1)),
        announces=announce_lines(settings),
        nfo=_nfo(settings),
        artwork=_artwork(settings),
        names=_name_terms(settings),
    )


def _counsel(settings: Settings, foresee: Foresee) -> Counsel:
    return Counsel(
        rule_texts=lambda: settings.rule_texts,
        foresee=foresee,
        names=lambda: Names(
            libraries=frozenset(library.name for library in settings.libraries),
            sources=frozenset(source.name for source in settings.sources),
        ),
    )


def _nfo(settings: Settings) -> NfoTerms:
    return NfoTerms(
        is_written=settings.sidecar.nfo,
        styles=nfo_styles(settings),
        on_change=nfo_on_change(settings),
    )


def _name_terms(settings: Settings) -> NameTerms:
    roots = {library.name: Path(library.path) for library in settings.libraries}
    return NameTerms(roots=roots, naming=naming_of(settings))


def _artwork(settings: Settings) -> ArtworkTerms:
    return ArtworkTerms(
        is_written=settings.sidecar.artwork,
        roots={library.name: Path(library.path) for library in enabled_libraries(settings)},
        takes_stills=settings.sidecar.thumb_from_video,
    )


def _complete(settings: Settings) -> Complete:
    """Return what an examination gives today.

    What no decoder knew is worth another try where an ffmpeg is named: it may be a new one.
    """
    lifted = (DecoderMissing, FallbackFailed) if settings.fingerprint.ffmpeg else ()
    return Complete(
        grid=GRID_VERSION,
        has_md5=settings.fingerprint.md5,
        curable=frozenset(reason.__name__ for reason in lifted),
    )


def _names(libraries: Sequence[LibrarySettings]) -> frozenset[str]:
    return frozenset(library.name for library in libraries)


def _ignore(_: str, __: bool) -> None:  # noqa: FBT001  # as it is called
    """Do nothing: without a daemon the command line looks through libraries itself."""
