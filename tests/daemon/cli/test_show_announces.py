from __future__ import annotations

import io

import pytest
from rich.console import Console

from daemon.cli.show_announces import show_announces
from daemon.desk.announce_views import AnnounceLine

NAS = AnnounceLine(name="nas", kind="jellyfin", place="nas:8096")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (NAS, "jellyfin nas (nas:8096): nothing to tell yet"),
        (
            AnnounceLine(name="webhook", kind="webhook", place="nas"),
            "webhook (nas): nothing to tell yet",
        ),
        (
            AnnounceLine(name="nas", kind="kodi", place="tv", told_at_s=1.0),
            "kodi nas (tv): was told everything",
        ),
        (
            AnnounceLine(
                name="[red]",
                kind="stash",
                place="s",
                due=2,
                given_up=1,
                last_error="it is \x07away",
            ),
            "stash [red] (s): 2 still to be told, 1 given up: it is �away",
        ),
    ],
)
def test_each_program_is_one_line(line: AnnounceLine, expected: str) -> None:
    written = io.StringIO()

    show_announces([line], Console(file=written, width=200))

    assert written.getvalue().strip().replace("\\x07", "�") == expected
