from __future__ import annotations

from dataclasses import replace

import av
import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.media.cluster.wire import (
    Done,
    Edition,
    GivenUp,
    Letters,
    Mismatch,
    Order,
    Reply,
    SeenStamp,
)
from daemon.media.grid import GRID_VERSION
from daemon.version import doorman_version

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
EDITIONS = st.builds(Edition, version=WORDS, grid=WORDS, decoders=WORDS)
TIMES_NS = st.integers(-(10**18), 4 * 10**18)
STAMPS = st.builds(SeenStamp, size_bytes=st.integers(0, 2**60), mtime_ns=TIMES_NS)
ORDERS = st.builds(
    Order,
    edition=EDITIONS,
    request=WORDS,
    timeout_s=st.floats(0, 1e5),
    memory_limit_bytes=st.integers(0, 2**40),
)
REPLIES = st.one_of(
    st.builds(Done, worker=WORDS, stamp=st.none() | STAMPS, answer=WORDS),
    st.builds(
        GivenUp, worker=WORDS, is_late=st.booleans(), exit_status=st.none() | st.integers(-64, 255)
    ),
    st.builds(Mismatch, worker=WORDS, edition=EDITIONS),
)


@given(order=ORDERS)
def test_order_arrives_as_it_was_sent(order: Order) -> None:
    text = Letters().order_to_text(order)

    assert Letters().order_from_text(text) == order
    assert Letters().edition_of(text) == order.edition


@given(reply=REPLIES)
def test_reply_arrives_as_it_was_sent(reply: Reply) -> None:
    assert Letters().reply_from_text(Letters().reply_to_text(reply)) == reply


def test_edition_of_an_order_of_the_future_can_be_read() -> None:
    text = '{"edition": {"version": "9.0", "grid": "7x7"}, "wishes": []}'

    assert Letters().edition_of(text) == Edition(version="9.0", grid="7x7")


@pytest.mark.parametrize("text", ["", "null", "{}", '{"kind": "done"}', '{"kind": "more"}'])
def test_nonsense_is_no_reply(text: str) -> None:
    with pytest.raises(pydantic.ValidationError):
        Letters().reply_from_text(text)


def test_own_edition_is_all_that_hashes_depend_on() -> None:
    own = Edition(version=doorman_version(), grid=GRID_VERSION, decoders=av.__version__)

    assert Edition.own() == own
    assert replace(own, decoders="1.0") != own
    assert str(Edition(version="1.2", grid="5x5", decoders="9")) == "1.2 (grid 5x5, PyAV 9)"


@given(one=STAMPS, other=STAMPS)
def test_sameness_of_stamps_has_no_order(one: SeenStamp, other: SeenStamp) -> None:
    assert one.is_same(one)
    assert one.is_same(other) == other.is_same(one)


@pytest.mark.parametrize(
    ("theirs_ns", "is_same"),
    [
        (1_700_000_000_123_456_789, True),
        (1_700_000_000_123_456_700, True),  # SMB
        (1_700_000_000_123_456_000, True),
        (1_700_000_000_000_000_000, True),  # sshfs
        (1_700_000_000_123_456_788, False),
        (1_700_000_000_500_000_000, False),
        (1_700_000_001_000_000_000, False),
        (1_699_999_999_000_000_000, False),
    ],
)
def test_share_may_tell_the_time_more_coarsely_but_no_other_time(
    theirs_ns: int, *, is_same: bool
) -> None:
    mine = SeenStamp(size_bytes=1, mtime_ns=1_700_000_000_123_456_789)

    assert mine.is_same(SeenStamp(size_bytes=1, mtime_ns=theirs_ns)) is is_same
    assert not mine.is_same(SeenStamp(size_bytes=2, mtime_ns=theirs_ns))
