import pytest

from rules.picture_kind import picture_type

AVIF = (32).to_bytes(4, "big") + b"ftyp"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF87a", "image/gif"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (AVIF + b"avif\0\0\0\0mif1miaf", "image/avif"),
        (AVIF + b"mif1\0\0\0\0miafavifMA1B", "image/avif"),
        (AVIF + b"avis\0\0\0\0", "image/avif"),
    ],
)
def test_a_picture_is_known_by_how_it_begins(content: bytes, kind: str) -> None:
    assert picture_type(content) == kind
    assert picture_type(content + b"<script>") == kind


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<!doctype html>",
        b"GIF88a",
        b"RIFF\0\0\0\0WAVE",
        AVIF + b"isom\0\0\0\0mp41avc1",
        (16).to_bytes(4, "big") + b"ftypisom\0\0\0\0avif",
        b"\xff\xd8",
        b"BM",
    ],
)
def test_anything_else_is_none(content: bytes) -> None:
    assert picture_type(content) is None
