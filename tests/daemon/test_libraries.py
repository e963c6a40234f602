from pathlib import PurePath

import pytest

from daemon.desk.views import LibraryLine
from daemon.journey.rounds import LibraryView
from daemon.libraries import library_line, selection_of, territory_of, watched
from daemon.settings import LibrarySettings
from daemon.watch.library import (
    Degraded,
    LibraryState,
    Offline,
    Polling,
    Starting,
    Watching,
    WatchMode,
)
from rules.listing import RootIdentity
from rules.reconcile import Suspicion
from rules.selection import Skip

FILMS = LibrarySettings.model_validate(
    {
        "path": "/srv/films",
        "watch": "poll",
        "poll_every": "15s",
        "rescan": "1h",
        "extensions": ["mkv"],
        "exclude": ["samples/"],
    }
)
ROOT = "21 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
STICK = "22 21 8:2 / /srv/films rw - exfat /dev/sdb1 rw\n"
SUSPICION = Suspicion(
    reason="the library is empty; mount its disk",
    root=None,
    missing=frozenset(),
    since_s=1.0,
    is_confirmable=False,
)


def line(state: LibraryState | None, view: LibraryView | None = None) -> LibraryLine:
    return library_line(FILMS, state, view or LibraryView(is_first_done=True), {"films": (3, 1)})


def test_library_takes_in_what_its_owner_wrote() -> None:
    selection = selection_of(FILMS)

    assert selection.skip_file("Harbour at Dawn.mkv") is None
    assert selection.skip_file("Harbour at Dawn.mp4") is Skip.EXTENSION
    assert selection.excludes.verdict("samples", is_folder=True)


@pytest.mark.parametrize(("table", "is_stable"), [(ROOT, True), (ROOT + STICK, False), ("", True)])
def test_file_system_says_whether_inodes_last(table: str, *, is_stable: bool) -> None:
    territory = territory_of(FILMS, table)

    assert territory.root == PurePath("/srv/films")
    assert territory.selection == selection_of(FILMS)
    assert territory.has_stable_inodes is is_stable


def test_watcher_is_told_what_it_needs() -> None:
    identity = RootIdentity(device=8, inode=2)

    library = watched(FILMS, identity=identity)

    assert (library.name, library.root) == ("films", PurePath("/srv/films"))
    assert library.mode is WatchMode.POLL
    assert (library.poll_every_s, library.rescan_s) == (15.0, 3600.0)
    assert library.identity == identity


@pytest.mark.parametrize(
    ("state", "word", "reason"),
    [
        (None, "not watched", None),
        (Starting(), "starting", None),
        (Watching(), "watching", None),
        (Polling(every_s=15), "polling", "looked through every 15 s"),
        (
            Degraded(reason="too many folders", remedy="raise the limit"),
            "degraded",
            "too many folders; raise the limit",
        ),
        (Offline(reason="not there; mount it"), "offline", "not there; mount it"),
    ],
)
def test_every_state_has_a_word(state: LibraryState | None, word: str, reason: str | None) -> None:
    shown = line(state)

    assert (shown.state, shown.reason) == (word, reason)


def test_library_whose_losses_are_not_believed_is_offline() -> None:
    shown = line(Watching(), LibraryView(suspicion=SUSPICION))

    assert (shown.state, shown.reason) == ("offline", "the library is empty; mount its disk")


def test_line_says_how_much_there_is() -> None:
    view = LibraryView(listed_at_s=5.0, findings=("/srv/films/loop is a link",), entries=7)

    shown = line(Watching(), view)

    assert (shown.files, shown.missing) == (3, 1)
    assert (shown.listed_at_s, shown.entries) == (5.0, 7)
    assert shown.findings == ("/srv/films/loop is a link",)


def test_library_that_nothing_is_known_of_has_no_files() -> None:
    shown = library_line(FILMS, None, LibraryView(), {})

    assert (shown.files, shown.missing) == (0, 0)


@pytest.mark.parametrize(
    ("state", "view", "is_listing"),
    [
        (None, LibraryView(), False),
        (Starting(), LibraryView(), True),
        (Watching(), LibraryView(is_first_done=True), False),
        (Watching(), LibraryView(is_first_done=True, is_under_way=True), True),
        (Watching(), LibraryView(is_first_done=True, is_asked=True), True),
        (None, LibraryView(is_asked=True), False),
    ],
)
def test_library_is_looked_through_until_its_first_round_ended(
    state: LibraryState | None, view: LibraryView, *, is_listing: bool
) -> None:
    assert line(state, view).is_listing is is_listing
