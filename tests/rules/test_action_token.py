import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.action_token import (
    Act,
    Action,
    LinkExpired,
    LinkForged,
    candidate_digest,
    seal,
    unseal,
)
from rules.work import ExternalId

SECRET = b"a secret that nobody knows"
WORK = ExternalId(source="first", remote_id="h-1")
ACTION = Action(
    act=Act.ACCEPT,
    file_id=34,
    revision=7,
    candidate=candidate_digest(WORK),
    expires_at_s=2000,
)
ACTIONS = st.builds(
    Action,
    act=st.sampled_from(Act),
    file_id=st.integers(0, 10**17),
    revision=st.integers(0, 10**17),
    candidate=st.none() | st.from_regex("[0-9a-f]{16}", fullmatch=True),
    expires_at_s=st.integers(1, 10**11),
)


@given(ACTIONS, st.binary(min_size=1))
def test_what_was_sealed_is_read_again(action: Action, secret: bytes) -> None:
    token = seal(action, secret)

    assert unseal(token, secret, now_s=0.0) == action
    assert set(token) <= set(string.ascii_letters + string.digits + "._-")


@given(ACTIONS, st.integers(0, 200), st.sampled_from(string.ascii_letters + string.digits + ".-é"))
def test_whatever_is_changed_in_a_token_makes_it_none(
    action: Action, place: int, other: str
) -> None:
    token = seal(action, SECRET)
    place %= len(token) - 1  # of the last character, two bits say nothing
    if token[place] == other:
        return

    with pytest.raises(LinkForged):
        unseal(token[:place] + other + token[place + 1 :], SECRET, now_s=0.0)


@pytest.mark.parametrize("token", ["", ".", "a.34.7.2000.-", "a.34.7.2000.-.", "\udcff", "é.é"])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(LinkForged):
        unseal(token, SECRET, now_s=0.0)


def test_another_store_seals_otherwise() -> None:
    with pytest.raises(LinkForged):
        unseal(seal(ACTION, SECRET), b"another", now_s=0.0)


def test_what_was_sealed_and_is_no_action_is_refused() -> None:
    words = seal(replace(ACTION, candidate="no digest"), SECRET)

    with pytest.raises(LinkForged):
        unseal(words, SECRET, now_s=0.0)


def test_a_token_is_good_up_to_its_end() -> None:
    token = seal(ACTION, SECRET)

    assert unseal(token, SECRET, now_s=1999.9) == ACTION
    with pytest.raises(LinkExpired):
        unseal(token, SECRET, now_s=2000.0)


def test_rivals_are_told_apart() -> None:
    others = (
        replace(WORK, source="second"),
        replace(WORK, remote_id="h-2"),
        replace(WORK, source="first\nh", remote_id="1"),
    )

    assert len({candidate_digest(each) for each in (WORK, *others)}) == 4
