from itertools import pairwise

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from rules.candidate import Candidate, Known, RemoteFingerprint, Way
from rules.decision import DecisionInput
from rules.filename import NameClues
from rules.offers import rank_offers
from rules.samework import own_id
from rules.sidecar_says import Sidecar, SidecarSays
from tests.rules.situations import FILE, exact, name, near, work

CLUES = NameClues(title="Harbour at Dawn")
NFO = Sidecar(
    name="dawn.nfo",
    sha256="0" * 64,
    mtime_ns=1,
    says=SidecarSays(title="Harbour at Dawn"),
    ids=frozenset({name("nfo")}),
)
LIKELIER_FIRST = (
    work(number="linked", title="a"),
    work(exact(), number="this very file", title="b"),
    work(near(4), number="near", title="c"),
    work(near(6), number="less near", title="d"),
    work(number="nfo", title="e"),
    work(number="well named", title="Harbour at Dawn", found_by=Way.TEXT),
    work(near(20), number="other pictures", title="f"),
    work(near(30), number="quite other pictures", title="g"),
    work(number="badly named", title="Coast", found_by=Way.TEXT),
)


def ranked(*offered: Candidate) -> list[str]:
    given = DecisionInput(
        fingerprints=FILE,
        file_name="dawn.mkv",
        library="films",
        answers=(Known(source="alpha", candidates=offered),),
        linked=frozenset({name("linked")}),
        clues=CLUES,
        sidecar=NFO,
    )
    return [own_id(offer.candidate).remote_id for offer in rank_offers(given)]


@drawn(st.permutations(LIKELIER_FIRST))
def test_the_likelier_stands_first_whatever_the_source_put_first(
    offered: list[Candidate],
) -> None:
    assert ranked(*offered) == [candidate.remote_id for candidate in LIKELIER_FIRST]


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        pytest.param(near(2, votes=9), near(2, votes=3), id="more people stand for it"),
        pytest.param(exact(of_s=601.0), exact(of_s=603.0), id="its length is nearer"),
        pytest.param(exact(of_s=603.0), exact(of_s=None), id="its length is known"),
    ],
)
def test_of_two_that_agree_alike_the_better_vouched_stands_first(
    better: RemoteFingerprint, worse: RemoteFingerprint
) -> None:
    first, second = work(better, number="2", title="a"), work(worse, number="1", title="b")

    assert ranked(first, second) == ranked(second, first) == ["2", "1"]


def test_a_work_that_collected_the_hashes_of_many_stands_behind_one_that_did_not() -> None:
    clean = work(near(2), number="2", title="a")
    polluted = work(near(2), near(30), near(32), number="1", title="b")

    assert ranked(polluted, clean) == ["2", "1"]


def test_name_and_nfo_are_heard_together() -> None:
    both = work(number="2", title="Harbour at Dawn", found_by=Way.TEXT)
    none = work(number="1", title="Coast", found_by=Way.TEXT)

    assert ranked(none, both) == ["2", "1"]


def test_the_table_is_told_apart_pair_by_pair() -> None:
    """So that a mistake shows as the pair that it is about."""
    for likelier, other in pairwise(LIKELIER_FIRST):
        assert ranked(other, likelier) == [likelier.remote_id, other.remote_id]
