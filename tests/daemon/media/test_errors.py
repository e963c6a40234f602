from __future__ import annotations

from pathlib import Path

import pytest

from daemon.media.errors import (
    DecoderMissing,
    FileUnreadable,
    NoVideoStream,
    PictureKindUnread,
    TookTooLong,
    TooManyDecodeErrors,
    VideoEndsEarly,
    WorkerDied,
    named,
)
from rules.errors import MediaError

PATH = Path("/library/Tide\udce9.mkv")


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            FileUnreadable(PATH, "Input/output error"),
            (
                "'/library/Tide\\udce9.mkv' cannot be read (Input/output error); "
                "check its permissions, the disk and the network share"
            ),
        ),
        (
            NoVideoStream(PATH),
            (
                "'/library/Tide\\udce9.mkv' holds no video; "
                "keep it apart from videos, or leave it out"
            ),
        ),
        (
            TookTooLong(PATH, 90.0),
            (
                "'/library/Tide\\udce9.mkv' was not examined within 90 s; "
                "check its disk or network share, or raise the deadline"
            ),
        ),
        (
            WorkerDied(PATH, -11),
            (
                "the worker examining '/library/Tide\\udce9.mkv' was ended by SIGSEGV; "
                "its last words are in the journal; if this repeats, exclude the file and report it"
            ),
        ),
        (
            VideoEndsEarly(10_250_000, 25.0, 0),
            (
                "there is no picture at 10.250 s though the file claims to last 25.00 s; "
                "only its oshash and its name can tell what it is"
            ),
        ),
    ],
)
def test_message_says_what_is_wrong_and_what_to_do(error: MediaError, message: str) -> None:
    assert str(error) == message


@pytest.mark.parametrize(
    ("status", "ending"),
    [(None, "stopped answering"), (3, "ended with status 3"), (-9, "was ended by SIGKILL")],
)
def test_end_of_a_worker_is_told(status: int | None, ending: str) -> None:
    assert ending in str(WorkerDied(PATH, status))


@pytest.mark.parametrize(
    "error",
    [
        VideoEndsEarly(1, 1.0, 0),
        TooManyDecodeErrors(3, 1),
        DecoderMissing(),
        PictureKindUnread("x"),
    ],
)
def test_reason_begins_with_its_name(error: MediaError) -> None:
    assert named(error).partition(": ")[::2] == (type(error).__name__, str(error))
