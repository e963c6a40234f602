"""What a source is told of a file's hashes: situation by situation, and the laws of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.candidate import Candidate, RemoteFingerprint
from rules.claims import claims_of, sendable
from rules.discretion import Discretion
from rules.fingerprint import Algorithm, Phash
from rules.submission import Claim, Consent, Ground, Measured, Recipient, Subject, Terms, Vote
from rules.work import ExternalId, Work

OSHASH, PHASH = 0xFEED, int("01" * 32, 2)
PLAIN = 0xFF
BOX, OTHER = "https://box.example/graphql", "https://other.example/graphql"
OURS = (
    Measured(algorithm=Algorithm.OSHASH, value=OSHASH, duration_s=600.9, version="1"),
    Measured(algorithm=Algorithm.PHASH, value=PHASH, duration_s=600.9, version="5x5"),
)


def box(
    consent: Consent = Consent.MINE, *, reports: bool = False, name: str = "box", url: str = BOX
) -> Recipient:
    return Recipient(source=name, endpoint=url, consent=consent, hears_reports=reports)


def held(
    algorithm: Algorithm = Algorithm.OSHASH,
    value: int = OSHASH,
    *,
    submissions: int = 3,
    reports: int = 0,
    duration_s: float | None = 600.0,
) -> RemoteFingerprint:
    return RemoteFingerprint(
        algorithm=algorithm,
        value=value,
        duration_s=duration_s,
        submissions=submissions,
        reports=reports,
    )


def candidate(
    *fingerprints: RemoteFingerprint,
    source: str = "box",
    remote_id: str = "h-1",
    ids: Sequence[ExternalId] = (),
) -> Candidate:
    work = Work(title="Harbour at Dawn", ids=tuple(ids))
    return Candidate(source=source, remote_id=remote_id, work=work, fingerprints=fingerprints)


def ground(
    *,
    rule: str | None = None,
    is_accept: bool = True,
    source: str = "box",
    remote_id: str = "h-1",
    library: str = "films",
) -> Ground:
    return Ground(
        decision_id=1,
        file_id=1,
        library=library,
        is_accept=is_accept,
        rule=rule,
        chosen=ExternalId(source=source, remote_id=remote_id),
    )


def said(
    decided: Ground,
    *offered: Candidate,
    measured: Sequence[Measured] = OURS,
    to: Sequence[Recipient] = (box(),),
    made: frozenset[Subject] = frozenset(),
) -> list[tuple[str, Algorithm, Vote]]:
    found = claims_of(decided, offered, measured, Terms(recipients=tuple(to)), made=made)
    return [(each.subject.remote_id, each.subject.algorithm, each.vote) for each in found]


BOTH = [("h-1", Algorithm.OSHASH, Vote.VALID), ("h-1", Algorithm.PHASH, Vote.VALID)]
PHASH_ONLY = BOTH[1:]
EXACT = ground(rule="known or exact")


def test_person_who_accepts_vouches_for_both_hashes_whatever_is_there() -> None:
    (first, second) = claims_of(ground(), [candidate(held())], OURS, Terms(recipients=(box(),)))

    assert first == Claim(
        subject=Subject(endpoint=BOX, remote_id="h-1", algorithm=Algorithm.OSHASH, value=OSHASH),
        vote=Vote.VALID,
        duration_s=600,
        reason="you accepted it",
        label='"Harbour at Dawn"',
    )
    assert (first.subject.text, second.subject.text) == (f"{OSHASH:016x}", f"{PHASH:x}")


@pytest.mark.parametrize(
    ("consent", "rule", "expected"),
    [
        (Consent.NEVER, None, []),
        (Consent.NEVER, "known or exact", []),
        (Consent.MINE, None, BOTH),
        (Consent.MINE, "known or exact", []),
        (Consent.EXACT, None, BOTH),
        (Consent.EXACT, "known or exact", PHASH_ONLY),
    ],
    ids=str,
)
def test_consent_says_whose_accepts_are_told(
    consent: Consent, rule: str | None, expected: list[tuple[str, Algorithm, Vote]]
) -> None:
    assert said(ground(rule=rule), candidate(held()), to=[box(consent)]) == expected


@pytest.mark.parametrize(
    "offered",
    [
        pytest.param(candidate(), id="found by name"),
        pytest.param(candidate(held(Algorithm.PHASH, PHASH)), id="found by phash"),
        pytest.param(candidate(held(value=OSHASH + 1)), id="another oshash"),
        pytest.param(candidate(held(submissions=2, reports=2)), id="disputed"),
        pytest.param(candidate(held(submissions=0)), id="nobody submitted it"),
        pytest.param(candidate(held(duration_s=None)), id="duration unknown"),
        pytest.param(candidate(held(duration_s=607.0)), id="duration off"),
        pytest.param(candidate(held(Algorithm.PHASH, OSHASH)), id="equal number of a phash"),
        pytest.param(candidate(held(), held(Algorithm.PHASH, PHASH)), id="phash is there"),
        pytest.param(
            candidate(held(), held(Algorithm.PHASH, PHASH, submissions=0, reports=1)),
            id="phash is reported there",
        ),
    ],
)
def test_accept_of_a_rule_adds_only_what_is_new_of_an_undisputed_file(offered: Candidate) -> None:
    assert said(EXACT, offered, to=[box(Consent.EXACT)]) == []


def test_long_file_may_differ_by_one_percent() -> None:
    hour = [replace(each, duration_s=3600.0) for each in OURS]

    assert said(EXACT, candidate(held(duration_s=3570.0)), measured=hour, to=[box(Consent.EXACT)])
    assert not said(
        EXACT, candidate(held(duration_s=3560.0)), measured=hour, to=[box(Consent.EXACT)]
    )


def test_phash_that_came_there_from_here_is_still_said() -> None:
    there = candidate(held(), held(Algorithm.PHASH, PHASH))
    made = frozenset(
        {Subject(endpoint=BOX, remote_id="h-1", algorithm=Algorithm.PHASH, value=PHASH)}
    )

    assert said(EXACT, there, to=[box(Consent.EXACT)], made=made) == PHASH_ONLY


def test_work_that_others_know_too_is_told_to_each_by_its_own_id() -> None:
    joined = candidate(held(), ids=[ExternalId(source="other", remote_id="o-9")])
    to = [box(), box(name="other", url=OTHER), box(name="third", url="https://third.example")]

    assert [each[0] for each in said(ground(), joined, to=to)] == ["h-1", "h-1", "o-9", "o-9"]


def test_source_that_has_two_names_for_a_work_is_told_nothing() -> None:
    ids = [ExternalId(source="other", remote_id=name) for name in ("o-8", "o-9")]

    assert said(ground(), candidate(ids=ids), to=[box(name="other", url=OTHER)]) == []


def test_rule_is_witness_only_where_the_source_itself_has_the_file() -> None:
    joined = candidate(held(), ids=[ExternalId(source="other", remote_id="o-9")])
    to = [box(Consent.EXACT, name="other", url=OTHER)]
    silent, speaking = (
        candidate(*prints, source="other", remote_id="o-9") for prints in ((), (held(),))
    )

    assert said(EXACT, joined, to=to) == []
    assert said(EXACT, joined, silent, to=to) == []
    assert said(EXACT, joined, speaking, to=to) == [("o-9", Algorithm.PHASH, Vote.VALID)]


@pytest.mark.parametrize(
    ("remote", "expected"),
    [
        (held(), [Algorithm.OSHASH]),
        (held(Algorithm.PHASH, PHASH), [Algorithm.PHASH]),
        (held(Algorithm.PHASH, PHASH ^ 3), []),
        (held(submissions=0, reports=2), []),
    ],
    ids=["its oshash", "its phash", "a near phash is another file's", "nobody submitted it"],
)
def test_reject_reports_the_very_hashes_of_the_file(
    remote: RemoteFingerprint, expected: list[Algorithm]
) -> None:
    rejected = ground(is_accept=False)

    assert said(rejected, candidate(remote), to=[box(Consent.EXACT)]) == []
    assert said(rejected, candidate(remote), to=[box(Consent.NEVER, reports=True)]) == [
        ("h-1", algorithm, Vote.INVALID) for algorithm in expected
    ]


def test_reject_is_told_to_nobody_but_the_source_of_the_candidate() -> None:
    joined = candidate(held(), ids=[ExternalId(source="other", remote_id="o-9")])
    to = [box(reports=True, name="other", url=OTHER)]

    assert said(ground(is_accept=False), joined, to=to) == []


def test_library_that_is_kept_from_a_source_tells_it_nothing() -> None:
    discretion = Discretion(sfw_libraries=frozenset({"family"}), nsfw_sources=frozenset({"box"}))
    tame = box(name="other", url=OTHER)
    terms = Terms(recipients=(box(), tame), discretion=discretion)
    joined = candidate(held(), ids=[ExternalId(source="other", remote_id="o-9")])

    found = claims_of(ground(library="family"), [joined], OURS, terms)

    assert {each.subject.endpoint for each in found} == {OTHER}
    assert terms.to(BOX) == box()
    assert terms.to("https://nowhere.example") is None


def test_candidate_that_is_not_the_chosen_one_says_nothing() -> None:
    assert said(ground(), candidate(held(), remote_id="h-2")) == []
    assert said(ground()) == []


EXACTLY, NEARLY = OURS


@pytest.mark.parametrize(
    ("measured", "expected"),
    [
        (OURS, [Algorithm.OSHASH, Algorithm.PHASH]),
        ((replace(EXACTLY, value=0), NEARLY), []),
        ((EXACTLY, replace(NEARLY, value=PLAIN)), [Algorithm.OSHASH]),
        ((EXACTLY, replace(NEARLY, version="7x7")), [Algorithm.OSHASH]),
        ((EXACTLY, replace(NEARLY, duration_s=601.0)), [Algorithm.OSHASH]),
        ((EXACTLY, replace(NEARLY, algorithm=Algorithm.MD5)), [Algorithm.OSHASH]),
        ([replace(each, duration_s=0.9) for each in OURS], []),
        ([replace(each, duration_s=1.0) for each in OURS], [Algorithm.OSHASH, Algorithm.PHASH]),
        ([replace(each, duration_s=float("inf")) for each in OURS], []),
        ([replace(each, duration_s=3e9) for each in OURS], []),
    ],
    ids=[
        "both", "oshash of nothing", "plain picture", "another grid", "another content's duration",
        "md5", "too short", "just long enough", "endless",
        "a century",
    ],
)  # fmt: skip
def test_hash_that_says_nothing_stays_here(
    measured: Sequence[Measured], expected: list[Algorithm]
) -> None:
    assert [each.algorithm for each in sendable(measured)] == expected


remotes = st.builds(
    RemoteFingerprint,
    algorithm=st.sampled_from(Algorithm),
    value=st.sampled_from([OSHASH, PHASH, PHASH ^ 3, PLAIN]),
    duration_s=st.none() | st.floats(1, 1000),
    submissions=st.integers(0, 3),
    reports=st.integers(0, 3),
)
hashes = st.builds(
    Measured,
    algorithm=st.sampled_from(Algorithm),
    value=st.sampled_from([0, OSHASH, PHASH, PLAIN]),
    duration_s=st.floats(0, 1000),
    version=st.sampled_from(["1", "5x5"]),
)
grounds = st.builds(
    ground,
    rule=st.sampled_from([None, "near phash"]),
    is_accept=st.booleans(),
    library=st.sampled_from(["films", "family"]),
)
recipients = st.builds(box, consent=st.sampled_from(Consent), reports=st.booleans())


@given(
    decided=grounds,
    remote=st.lists(remotes, max_size=4),
    measured=st.lists(hashes, max_size=4),
    recipient=recipients,
)
def test_nothing_leaves_that_must_not(
    decided: Ground,
    remote: list[RemoteFingerprint],
    measured: list[Measured],
    recipient: Recipient,
) -> None:
    discretion = Discretion(sfw_libraries=frozenset({"family"}), nsfw_sources=frozenset({"box"}))
    terms = Terms(recipients=(recipient,), discretion=discretion)

    found = claims_of(decided, [candidate(*remote)], measured, terms)

    for claim in found:
        assert decided.library == "films"
        assert claim.duration_s >= 1
        assert claim.vote is (Vote.VALID if decided.is_accept else Vote.INVALID)
        assert claim.subject.algorithm is not Algorithm.MD5
        assert claim.subject.value != 0
        if claim.subject.algorithm is Algorithm.PHASH:
            assert not Phash(claim.subject.value).is_degenerate
        if decided.rule is not None:
            assert claim.subject.algorithm is Algorithm.PHASH
            assert recipient.consent is Consent.EXACT
            assert claim.subject.value not in {
                each.value for each in remote if each.algorithm is Algorithm.PHASH
            }
