from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.sidecar import (
    PictureRole,
    Preserve,
    PreserveReason,
    Unchanged,
    Write,
    decide_write,
    digest,
    lies_beside,
    nfo_path,
    picture_path,
)

OLD = b"<movie><title>Harbour at Dawn</title></movie>\n"
NEW = b"<movie><title>Harbour at Dusk</title></movie>\n"
LOCKED = b"<movie><LockData> true </LockData></movie>"
VIDEO = PurePosixPath("/library/Harbour.at.Dawn.mkv")


def test_where_nothing_is_doorman_writes() -> None:
    assert decide_write(None, None, NEW) == Write(expected_sha256=None)


def test_a_sidecar_that_somebody_deleted_is_written_again() -> None:
    assert decide_write(None, digest(OLD), NEW) == Write(expected_sha256=None)


@pytest.mark.parametrize("last_written", [None, digest(NEW), digest(OLD)])
def test_equal_bytes_are_not_written_again(last_written: str | None) -> None:
    assert decide_write(NEW, last_written, NEW) == Unchanged()


def test_what_doorman_wrote_it_may_replace() -> None:
    assert decide_write(OLD, digest(OLD), NEW) == Write(expected_sha256=digest(OLD))


@pytest.mark.parametrize(
    ("present", "last_written", "reason"),
    [
        (OLD, None, PreserveReason.FOREIGN),
        (OLD, digest(b"something else"), PreserveReason.EDITED),
        (b"", None, PreserveReason.NOT_XML),
        (b"RELEASE NOTES \xff\xfe", None, PreserveReason.NOT_XML),
        (OLD + b"https://example.com/title/1", None, PreserveReason.NOT_XML),
        (b'<?xml version="1.0" encoding="nonsense"?><movie/>', None, PreserveReason.NOT_XML),
        (b"plain words, edited", digest(OLD), PreserveReason.EDITED),
        (LOCKED, None, PreserveReason.LOCKED),
        (LOCKED, digest(OLD), PreserveReason.LOCKED),
        (LOCKED.decode().encode("utf-16"), None, PreserveReason.LOCKED),
        (LOCKED + b"trailing", None, PreserveReason.LOCKED),
        (b" " * (2 << 20), None, PreserveReason.FOREIGN),
    ],
)
def test_somebody_elses_word_stands(
    present: bytes, last_written: str | None, reason: PreserveReason
) -> None:
    assert decide_write(present, last_written, NEW) == Preserve(reason=reason)


@given(present=st.binary(), last_written=st.binary(), wanted=st.binary())
def test_nothing_is_replaced_but_what_doorman_last_wrote(
    present: bytes, last_written: bytes, wanted: bytes
) -> None:
    verdict = decide_write(present, digest(last_written), wanted)

    assert isinstance(verdict, Write) <= (present == last_written)


def test_an_entity_bomb_is_just_somebody_elses_file() -> None:
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE m [<!ENTITY e1 "boom">{entities}]><m>&e12;</m>'.encode()

    assert decide_write(bomb, None, NEW) == Preserve(reason=PreserveReason.NOT_XML)


def test_the_nfo_lies_beside_the_video_under_its_name() -> None:
    assert nfo_path(VIDEO) == PurePosixPath("/library/Harbour.at.Dawn.nfo")


@pytest.mark.parametrize(
    ("picture", "name"),
    [
        (b"\xff\xd8\xff\xe0rest", "Harbour.at.Dawn-poster.jpg"),
        (b"\x89PNG\r\n\x1a\nrest", "Harbour.at.Dawn-poster.png"),
        (b"GIF89arest", "Harbour.at.Dawn-poster.gif"),
        (b"RIFF\0\0\0\0WEBPrest", "Harbour.at.Dawn-poster.webp"),
    ],
)
def test_a_picture_is_named_after_its_content(picture: bytes, name: str) -> None:
    assert picture_path(VIDEO, PictureRole.POSTER, picture) == VIDEO.with_name(name)


@pytest.mark.parametrize("picture", [b"", b"<html>not found</html>", b"RIFF\0\0\0\0AVI rest"])
def test_what_is_no_picture_has_no_place(picture: bytes) -> None:
    assert picture_path(VIDEO, PictureRole.FANART, picture) is None


@pytest.mark.parametrize(
    ("name", "is_beside"),
    [
        (f"{VIDEO.stem}.nfo", True),
        (f"{VIDEO.stem}-poster.jpg", True),
        ("Another.nfo", False),
        (f"../{VIDEO.stem}.nfo", False),
    ],
)
def test_sidecar_lies_beside_its_video(name: str, *, is_beside: bool) -> None:
    assert lies_beside(VIDEO.parent / name, VIDEO) is is_beside
