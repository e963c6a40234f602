"""What is measured of a candidate."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from rules.candidate import Candidate, RemoteFingerprint
from rules.evidence import EVIDENCE_VERSION, NO_EVIDENCE, Evidence, weigh
from rules.filename import NameClues
from rules.fingerprint import Algorithm, Fingerprints, Oshash, Phash
from rules.name_evidence import NO_NAME_EVIDENCE, compare_name
from rules.work import Work

OURS = int("01" * 32, 2)
OSHASH = 0x1234567890ABCDEF
FLAT = 0x8000000000000000
FILE = Fingerprints(
    oshash=Oshash(OSHASH), size_bytes=1_000_000, duration_s=600.0, phash=Phash(OURS)
)


def at_distance(bits: int) -> int:
    """Return a hash with 32 bits set, `bits` (even) away from ours."""
    return OURS ^ sum(0b11 << 2 * pair for pair in range(bits // 2))


def phash(
    bits: int, *, submissions: int = 1, reports: int = 0, duration_s: float | None = 600.0
) -> RemoteFingerprint:
    return RemoteFingerprint(
        algorithm=Algorithm.PHASH,
        value=at_distance(bits),
        duration_s=duration_s,
        submissions=submissions,
        reports=reports,
    )


def oshash(
    value: int = OSHASH, *, submissions: int = 1, reports: int = 0, duration_s: float | None = 600.0
) -> RemoteFingerprint:
    return RemoteFingerprint(
        algorithm=Algorithm.OSHASH,
        value=value,
        duration_s=duration_s,
        submissions=submissions,
        reports=reports,
    )


def offered(*fingerprints: RemoteFingerprint, duration_s: float | None = None) -> Candidate:
    return Candidate(
        source="alpha",
        remote_id="1",
        work=Work(title="Harbour at Dawn", duration_s=duration_s),
        fingerprints=fingerprints,
    )


def weighed(candidate: Candidate, fingerprints: Fingerprints = FILE) -> Evidence:
    return weigh(fingerprints, candidate, rivals=0, is_linked=False)


def test_helper_makes_the_distance_it_says() -> None:
    assert [Phash(OURS).distance_bits(Phash(at_distance(bits))) for bits in (0, 2, 64)] == [
        0,
        2,
        64,
    ]
    assert not Phash(at_distance(30)).is_degenerate


def test_everything_measured_stands_in_one_value() -> None:
    candidate = offered(
        oshash(submissions=7, reports=1, duration_s=599.0),
        phash(2, submissions=3, reports=2, duration_s=590.0),
        phash(4, submissions=4, reports=0, duration_s=601.0),
        phash(6, submissions=50, reports=50),
        phash(20, submissions=90, reports=90),
        duration_s=612.0,
    )

    assert weigh(FILE, candidate, rivals=2, is_linked=True) == Evidence(
        version=EVIDENCE_VERSION,
        is_linked=True,
        oshash_agrees=True,
        oshash_submissions=7,
        oshash_reports=1,
        phash_distance_bits=2,
        phash_submissions=4,
        phash_reports=2,
        phashes_near=3,
        phashes_offered=4,
        file_duration_s=600.0,
        fingerprint_duration_s=599.0,
        work_duration_s=612.0,
        rivals=2,
    )


def test_nothing_offered_is_no_evidence_but_the_file_itself() -> None:
    assert weighed(offered()) == replace(NO_EVIDENCE, file_duration_s=600.0)
    assert not NO_EVIDENCE.is_positive


@pytest.mark.parametrize(
    ("distances", "agreeing"),
    [
        ((0, 2, 4, 6), 3),  # all within 4 agree alike
        ((6, 8, 10), 1),  # beyond 4 only the nearest
        ((8, 8), 2),
        ((10, 12), 0),  # beyond 8 none
    ],
)
def test_reports_are_summed_over_the_agreeing_phashes(
    distances: tuple[int, ...], agreeing: int
) -> None:
    evidence = weighed(offered(*(phash(bits, reports=2) for bits in distances)))

    assert evidence.phash_distance_bits == distances[0]
    assert evidence.phash_reports == 2 * agreeing


@pytest.mark.parametrize(
    ("offers", "submissions"),
    [
        (((0, 1), (2, 1), (4, 1)), 1),  # maybe all by one person
        (((0, 1), (4, 5)), 5),
        (((2, 3), (6, 9)), 3),  # beyond 4 agrees only the nearest
        (((10, 7),), 0),
    ],
)
def test_people_are_those_behind_one_of_the_agreeing_phashes(
    offers: tuple[tuple[int, int], ...], submissions: int
) -> None:
    phashes = (phash(bits, submissions=votes) for bits, votes in offers)

    assert weighed(offered(*phashes)).phash_submissions == submissions


@pytest.mark.parametrize(("bits", "agrees"), [(0, True), (8, True), (10, False), (64, False)])
def test_a_phash_agrees_up_to_eight_bits(bits: int, *, agrees: bool) -> None:
    evidence = weighed(offered(phash(bits)))

    assert evidence.phash_agrees is agrees
    assert evidence.is_positive is agrees


def test_the_share_counts_the_phashes_that_are_like_ours() -> None:
    evidence = weighed(offered(phash(0), phash(8), phash(10), phash(40)))

    assert evidence.phash_share == 0.5
    assert weighed(offered()).phash_share == 0.0


@pytest.mark.parametrize("ours", [None, Phash(0), Phash(FLAT), Phash(OURS | 1 << 1)], ids=str)
def test_a_file_without_a_telling_phash_has_no_distance(ours: Phash | None) -> None:
    theirs = RemoteFingerprint(
        algorithm=Algorithm.PHASH,
        value=ours.value if ours else OURS,
        duration_s=600.0,
        submissions=99,
    )
    evidence = weighed(offered(theirs, phash(0)), replace(FILE, phash=ours))

    assert evidence.phash_distance_bits is None
    assert evidence.phash_submissions == 0
    assert not evidence.is_positive


def test_a_degenerate_phash_of_a_candidate_is_not_there_at_all() -> None:
    flat = RemoteFingerprint(algorithm=Algorithm.PHASH, value=FLAT, duration_s=600.0)

    assert weighed(offered(flat)) == weighed(offered())


def test_a_hash_of_another_kind_never_agrees() -> None:
    # A server compares all kinds in one pool (`stash-box.md` §4, step 3).
    as_phash = RemoteFingerprint(algorithm=Algorithm.PHASH, value=OSHASH, duration_s=600.0)
    as_oshash = RemoteFingerprint(algorithm=Algorithm.OSHASH, value=OURS, duration_s=600.0)
    as_md5 = RemoteFingerprint(algorithm=Algorithm.MD5, value=OSHASH, duration_s=600.0)

    evidence = weighed(offered(as_phash, as_oshash, as_md5, oshash(OSHASH + 1)))

    assert not evidence.is_positive


@pytest.mark.parametrize(
    ("fingerprints", "work_s", "expected"),
    [
        ((), None, (None, None, None)),
        ((), 590.0, (None, 10.0, 10.0)),
        ((oshash(duration_s=603.0),), None, (3.0, None, 3.0)),
        ((oshash(duration_s=603.0),), 590.0, (3.0, 10.0, 10.0)),
        ((oshash(duration_s=620.0),), 590.0, (20.0, 10.0, 20.0)),
        # the exact hash counts before the similar ones
        ((oshash(duration_s=603.0), phash(0, duration_s=600.0)), None, (3.0, None, 3.0)),
        ((oshash(duration_s=None), phash(0, duration_s=601.0)), None, (1.0, None, 1.0)),
        # of several agreeing ones the nearest, never one that does not agree
        ((phash(0, duration_s=610.0), phash(2, duration_s=598.0)), None, (2.0, None, 2.0)),
        ((phash(0, duration_s=610.0), phash(6, duration_s=600.0)), None, (10.0, None, 10.0)),
        ((phash(20, duration_s=600.0),), None, (None, None, None)),
        # durations that nothing can have are unknown
        ((oshash(duration_s=0.0),), -1.0, (None, None, None)),
        ((oshash(duration_s=math.nan),), math.inf, (None, None, None)),
    ],
)
def test_durations_are_compared_where_they_are_known(
    fingerprints: tuple[RemoteFingerprint, ...],
    work_s: float | None,
    expected: tuple[float | None, ...],
) -> None:
    evidence = weighed(offered(*fingerprints, duration_s=work_s))

    assert (
        evidence.fingerprint_duration_difference_s,
        evidence.work_duration_difference_s,
        evidence.duration_difference_s,
    ) == expected


@pytest.mark.parametrize("duration_s", [0.0, -1.0, math.nan, math.inf])
def test_a_file_of_unknown_duration_agrees_with_nothing(duration_s: float) -> None:
    candidate = offered(oshash(), phash(0, duration_s=None), duration_s=600.0)

    evidence = weighed(candidate, replace(FILE, duration_s=duration_s))

    assert evidence.duration_difference_s is None
    assert evidence.fingerprint_duration_s == 600.0


def test_a_file_and_a_hash_both_without_duration_leave_it_unknown() -> None:
    evidence = weighed(offered(oshash(duration_s=None)), replace(FILE, duration_s=0.0))

    assert evidence.fingerprint_duration_s is None


def test_a_difference_has_no_dust_of_binary_fractions() -> None:
    evidence = weighed(offered(duration_s=5.14), replace(FILE, duration_s=10.14))

    assert evidence.duration_difference_s == 5.0


REMOTES = st.builds(
    RemoteFingerprint,
    algorithm=st.sampled_from(Algorithm),
    value=st.one_of(
        st.integers(min_value=0, max_value=2**64 - 1),
        st.sampled_from([OSHASH, FLAT, *map(at_distance, range(0, 20, 2))]),
    ),
    duration_s=st.none() | st.floats(),
    submissions=st.integers(min_value=0, max_value=10**6),
    reports=st.integers(min_value=0, max_value=10**6),
)


@given(st.lists(REMOTES, max_size=8))
def test_the_order_of_fingerprints_says_nothing(
    fingerprints: list[RemoteFingerprint],
) -> None:
    mixed = sorted(fingerprints, key=repr)

    assert weighed(offered(*mixed)) == weighed(offered(*fingerprints))


@given(st.lists(REMOTES, max_size=8), st.none() | st.floats(), st.floats())
def test_evidence_is_always_whole_numbers_or_unknown_and_survives_as_json(
    fingerprints: list[RemoteFingerprint], work_s: float | None, file_s: float
) -> None:
    evidence = weighed(offered(*fingerprints, duration_s=work_s), replace(FILE, duration_s=file_s))
    adapter = TypeAdapter(Evidence)

    assert adapter.validate_json(adapter.dump_json(evidence)) == evidence
    assert 0 <= evidence.phashes_near <= evidence.phashes_offered
    difference_s = evidence.duration_difference_s
    assert difference_s is None or 0 <= difference_s < math.inf


def test_evidence_that_was_stored_before_names_were_compared_still_loads() -> None:
    stored = (
        '{"version":1,"is_linked":false,"oshash_agrees":true,"oshash_submissions":3,'
        '"oshash_reports":0,"phash_distance_bits":2,"phash_submissions":3,"phash_reports":0,'
        '"phashes_near":1,"phashes_offered":1,"file_duration_s":600.0,'
        '"fingerprint_duration_s":600.0,"work_duration_s":null,"rivals":0}'
    )

    evidence = TypeAdapter(Evidence).validate_json(stored)

    assert (evidence.version, evidence.oshash_agrees) == (1, True)
    assert evidence.name == NO_NAME_EVIDENCE


def test_what_the_file_name_says_stands_beside_and_is_no_measurement() -> None:
    candidate = offered()
    clues = NameClues(title="Harbour at Dawn")

    evidence = weigh(FILE, candidate, rivals=0, is_linked=False, clues=clues)

    assert evidence == replace(weighed(candidate), name=compare_name(clues, candidate.work))
    assert evidence.name.title_share == 1.0
    assert not evidence.is_positive
