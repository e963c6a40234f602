from __future__ import annotations

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.stashbox.question import chunks, wire_fingerprints
from rules.fingerprint import Fingerprints, Oshash, Phash, parse_hash

EVEN = 0x0F0F_0F0F_0F0F_0F0F
PLAIN = 0xF000_0000_0000_0000


def fingerprints(oshash: int, phash: int | None) -> Fingerprints:
    return Fingerprints(
        oshash=Oshash(oshash),
        phash=None if phash is None else Phash(phash),
        size_bytes=1,
        duration_s=0,
    )


@pytest.mark.parametrize(
    ("oshash", "phash", "sent"),
    [
        (0xAB, None, [("OSHASH", "00000000000000ab")]),
        (0xAB, EVEN, [("OSHASH", "00000000000000ab"), ("PHASH", "f0f0f0f0f0f0f0f")]),
        (0xAB, PLAIN, [("OSHASH", "00000000000000ab")]),
        (0xAB, 0, [("OSHASH", "00000000000000ab")]),
        (0, EVEN, [("PHASH", "f0f0f0f0f0f0f0f")]),
        (0, PLAIN, []),
        (0, None, []),
        (2**64 - 1, None, [("OSHASH", "ffffffffffffffff")]),
        (2**64, None, []),
        (-1, None, []),
    ],
)
def test_only_hashes_that_say_something_are_sent_in_the_form_every_server_finds(
    oshash: int, phash: int | None, sent: list[tuple[str, str]]
) -> None:
    wire = wire_fingerprints(fingerprints(oshash, phash))

    assert wire == [{"algorithm": algorithm, "hash": text} for algorithm, text in sent]


@given(st.integers(), st.none() | st.integers(min_value=0))
def test_whatever_is_sent_reads_back_as_what_was_meant(oshash: int, phash: int | None) -> None:
    for item in wire_fingerprints(fingerprints(oshash, phash)):
        assert isinstance(item, dict)
        text = item["hash"]
        assert isinstance(text, str)
        assert parse_hash(text) == (oshash if item["algorithm"] == "OSHASH" else phash)


@given(st.lists(st.integers()))
def test_chunks_keep_order_and_limit(items: list[int]) -> None:
    parts = list(chunks(items))

    assert list(chain.from_iterable(parts)) == items
    assert all(1 <= len(part) <= 40 for part in parts)
