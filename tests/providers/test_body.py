from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.body import Body
from providers.errors import AnswerMalformed, AnswerTooLarge, ConnectionDropped

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "identity": bytes,
    "gzip": gzip.compress,
    "deflate": zlib.compress,
}


def pieces(content: bytes, size: int) -> list[bytes]:
    return [content[start : start + size] for start in range(0, len(content), size)]


@pytest.mark.parametrize("encoding", PACKERS)
@given(content=st.binary(max_size=2000), size=st.integers(min_value=1, max_value=300))
def test_body_comes_out_as_it_went_in_however_it_is_cut(
    encoding: str, content: bytes, size: int
) -> None:
    body = Body("box", encoding=encoding, limit_bytes=2000)
    for piece in pieces(PACKERS[encoding](content), size):
        body.feed(piece)

    assert body.whole() == content


@pytest.mark.parametrize("encoding", PACKERS)
def test_one_byte_over_the_limit_is_too_large(encoding: str) -> None:
    body = Body("box", encoding=encoding, limit_bytes=1000)

    with pytest.raises(AnswerTooLarge):
        body.feed(PACKERS[encoding](b" " * 1001))


def test_packed_bomb_is_not_unpacked_beyond_the_limit() -> None:
    body = Body("box", encoding="gzip", limit_bytes=1000)

    with pytest.raises(AnswerTooLarge):
        body.feed(gzip.compress(bytes(50_000_000)))
    assert len(body._content) == 1001


def test_packed_body_that_ends_early_is_a_dropped_connection() -> None:
    body = Body("box", encoding="gzip", limit_bytes=1000)
    body.feed(gzip.compress(b"whole")[:-4])

    with pytest.raises(ConnectionDropped):
        body.whole()


def test_packed_body_of_junk_is_malformed() -> None:
    body = Body("box", encoding="gzip", limit_bytes=1000)

    with pytest.raises(AnswerMalformed):
        body.feed(b"no gzip at all")


def test_encoding_that_was_not_offered_is_malformed() -> None:
    with pytest.raises(AnswerMalformed, match="br"):
        Body("box", encoding="br", limit_bytes=1000)
