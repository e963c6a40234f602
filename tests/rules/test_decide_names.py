"""A file's name helps to search and to explain; it never accepts anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from rules.candidate import Candidate, Known, RemoteFingerprint, Unknown, Way
from rules.decide import decide
from rules.decision import DecisionInput, Verdict
from rules.defaults import DEFAULT_RULES
from rules.filename import NameClues
from rules.fingerprint import Algorithm, Fingerprints, Oshash, Phash
from rules.ruleset import RuleSet, RuleText, Then, compile_rules
from rules.work import Appearance, ExternalId, Performer, Studio, Work

OURS = int("01" * 32, 2)
FLAT = 0x8000000000000000
OSHASH = 77
FILE = Fingerprints(oshash=Oshash(OSHASH), size_bytes=9, duration_s=600.0, phash=Phash(OURS))
DEFAULTS = compile_rules(DEFAULT_RULES)
INPUT_TEXT = TypeAdapter(DecisionInput)

CLUES = NameClues(
    studio="Harbour Films",
    date="2023-05-17",
    title="Dawn Over the Quay",
    performers=("Ada Quill", "Bo Lark"),
    code="ABC-123",
)
WORK = Work(
    title="Dawn Over the Quay",
    code="ABC-123",
    date="2023-05-17",
    duration_s=600.0,
    studio=Studio(name="Harbour Films"),
    appearances=tuple(
        Appearance(performer=Performer(name=name)) for name in ("Ada Quill", "Bo Lark")
    ),
)


def accepting(when: str) -> RuleSet:
    return compile_rules([RuleText(name="mine", when=when, then=Then.ACCEPT)])


EAGER = {
    when: accepting(when)
    for when in (
        "true",
        'found_by == "text"',
        "name_studio_agrees and name_date_agrees",
        "name_code_agrees or name_plausible",
        "name_performers >= 1 or name_title_share >= 0.5",
        "rivals == 0 and work_duration_difference <= 5",
    )
}


def remote(algorithm: Algorithm, value: int) -> RemoteFingerprint:
    return RemoteFingerprint(algorithm=algorithm, value=value, duration_s=600.0, submissions=99)


EXACT = remote(Algorithm.OSHASH, OSHASH)
NEAR = remote(Algorithm.PHASH, OURS ^ 3)
OTHERS = (
    (),
    (
        remote(Algorithm.OSHASH, OSHASH + 1),
        remote(Algorithm.PHASH, OURS ^ 0xFFFF),
        remote(Algorithm.PHASH, FLAT),
        remote(Algorithm.MD5, OSHASH),
    ),
)
"""None of these agrees with the file."""


def offered(
    *fingerprints: RemoteFingerprint,
    work: Work = WORK,
    way: Way = Way.TEXT,
    source: str = "alpha",
    remote_id: str = "1",
) -> Candidate:
    return Candidate(
        source=source, remote_id=remote_id, work=work, fingerprints=fingerprints, found_by=way
    )


def asked(*candidates: Candidate, clues: NameClues | None = CLUES) -> DecisionInput:
    by_source: dict[str, list[Candidate]] = {"gamma": []}
    for candidate in candidates:
        by_source.setdefault(candidate.source, []).append(candidate)
    return DecisionInput(
        fingerprints=FILE,
        file_name="dawn.mkv",
        library="films",
        answers=tuple(
            Known(source=source, candidates=tuple(offers)) if offers else Unknown(source=source)
            for source, offers in by_source.items()
        ),
        clues=clues,
    )


def all_clues() -> Iterator[NameClues]:
    """Yield every way in which each part of a name can agree, differ or say nothing."""
    for studio, date, code, performers, title in product(
        ("Harbour Films", "Lantern Works", None),
        ("2023-05-17", "2021-01-01", "2023", None),
        ("ABC-123", "XYZ-999", None),
        (("Ada Quill", "Bo Lark"), ("Di Fenn",), ()),
        ("Dawn Over the Quay", "Evening Song", None),
    ):
        yield NameClues(studio=studio, date=date, code=code, performers=performers, title=title)


def test_no_name_is_accepted_by_the_default_rules_however_well_it_agrees() -> None:
    for clues, others in product(all_clues(), OTHERS):
        decision = decide(asked(offered(*others), clues=clues), DEFAULTS)

        assert (decision.verdict, decision.chosen) == (Verdict.REVIEW, None), clues


@pytest.mark.parametrize("way", [Way.ID, Way.URL])
def test_an_id_or_address_alone_is_a_question_too(way: Way) -> None:
    for others in OTHERS:
        assert decide(asked(offered(*others, way=way)), DEFAULTS).verdict is Verdict.REVIEW


@pytest.mark.parametrize("when", EAGER)
def test_no_rule_can_accept_by_names_alone(when: str) -> None:
    for clues in all_clues():
        decision = decide(asked(offered(), clues=clues), EAGER[when])

        assert (decision.verdict, decision.chosen) == (Verdict.REVIEW, None), clues


def test_a_rule_that_would_accept_by_a_name_says_why_it_may_not() -> None:
    decision = decide(asked(offered()), EAGER["name_studio_agrees and name_date_agrees"])

    assert decision.reasons == (
        (
            'rule "mine" would accept "Dawn Over the Quay" (Harbour Films, 2023-05-17),'
            " but no fingerprint agrees"
        ),
        'best candidate: "Dawn Over the Quay" (Harbour Films, 2023-05-17)',
        "no fingerprint agrees",
        "file is as long as the work",
        "the file name says the same studio, date and number",
        "2 of 2 performers of the file name",
        "all of the title stands in the file name",
    )


@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize(("agreeing", "rule"), [(EXACT, "known or exact"), (NEAR, "near phash")])
@pytest.mark.parametrize("clues", [CLUES, None, NameClues(studio="Lantern Works", date="2023")])
def test_what_was_found_by_words_counts_by_its_fingerprints(
    agreeing: RemoteFingerprint, rule: str, way: Way, clues: NameClues | None
) -> None:
    decision = decide(asked(offered(agreeing, way=way), clues=clues), DEFAULTS)

    assert (decision.verdict, decision.rule) == (Verdict.ACCEPTED, rule)


@pytest.mark.parametrize("way", Way)
def test_what_is_linked_counts_whichever_way_it_was_found(way: Way) -> None:
    linked = frozenset({ExternalId(source="alpha", remote_id="1")})

    decision = decide(replace(asked(offered(way=way)), linked=linked), DEFAULTS)

    assert decision.verdict is Verdict.ACCEPTED


DUSK = replace(WORK, title="Evening Song", code=None, date="2021-01-01", appearances=())


def test_what_a_search_for_words_found_besides_is_no_rival_of_a_sure_match() -> None:
    loose = [offered(work=DUSK, source="beta", remote_id=str(number)) for number in range(20)]

    decision = decide(asked(offered(EXACT, way=Way.FINGERPRINT), *loose), DEFAULTS)

    assert decision.verdict is Verdict.ACCEPTED
    assert decision.chosen == ExternalId(source="alpha", remote_id="1")
    assert len(decision.ranked) == 21


@pytest.mark.parametrize(
    "rival",
    [
        pytest.param(offered(source="beta", work=replace(WORK, title="Coast")), id="by its day"),
        pytest.param(
            offered(source="beta", work=replace(WORK, code=None, date="2023-05-18")),
            id="by its title",
        ),
        pytest.param(
            offered(source="beta", work=replace(DUSK, code="ABC-123")), id="by its number"
        ),
        pytest.param(offered(NEAR, source="beta", work=DUSK), id="by its phash"),
        pytest.param(offered(source="beta", work=DUSK, way=Way.FINGERPRINT), id="not by words"),
        pytest.param(offered(source="beta", work=DUSK, way=Way.URL), id="by an address"),
        pytest.param(offered(source="beta", work=DUSK, way=Way.ID), id="by an id"),
    ],
)
def test_what_may_be_the_file_as_well_is_a_rival(rival: Candidate) -> None:
    decision = decide(asked(offered(EXACT, way=Way.FINGERPRINT), rival), DEFAULTS)

    assert decision.verdict is Verdict.REVIEW
    assert decision.ranked[0].evidence.rivals == 1


def test_without_clues_every_other_work_is_a_rival() -> None:
    loose = offered(work=DUSK, source="beta")

    decision = decide(asked(offered(EXACT), loose, clues=None), DEFAULTS)

    assert decision.verdict is Verdict.REVIEW


def test_the_work_is_still_told_how_many_sure_ones_stand_beside_it() -> None:
    loose = offered(work=DUSK, source="beta")

    first, second = decide(asked(offered(EXACT), loose), DEFAULTS).ranked

    assert (first.evidence.rivals, second.evidence.rivals) == (0, 1)


def test_names_put_the_likelier_first_where_nothing_was_measured() -> None:
    closer = offered(work=replace(DUSK, duration_s=600.0), remote_id="1")
    named = offered(work=replace(WORK, duration_s=660.0), remote_id="2")

    decision = decide(asked(closer, named), DEFAULTS)

    assert [each.candidate.remote_id for each in decision.ranked] == ["2", "1"]


def test_names_give_way_to_durations_where_fingerprints_agree() -> None:
    closer = offered(NEAR, work=replace(DUSK, duration_s=600.0), remote_id="1")
    named = offered(NEAR, work=replace(WORK, duration_s=660.0), remote_id="2")

    decision = decide(asked(closer, named), DEFAULTS)

    assert [each.candidate.remote_id for each in decision.ranked] == ["1", "2"]


SAID = st.sampled_from([*all_clues()]) | st.none()
PRINTS = st.sampled_from([(EXACT,), (NEAR,), (EXACT, NEAR), *OTHERS])
WORKS = st.sampled_from(
    [WORK, DUSK, replace(WORK, title="Coast"), replace(WORK, duration_s=700.0), Work()]
)
OFFERS = st.builds(
    Candidate,
    source=st.sampled_from(["alpha", "beta"]),
    remote_id=st.sampled_from(["1", "2"]),
    work=WORKS,
    fingerprints=PRINTS,
    found_by=st.sampled_from(Way),
)
OFFERED = st.lists(
    OFFERS, min_size=1, max_size=4, unique_by=lambda each: (each.source, each.remote_id)
)
RULES = st.sampled_from([DEFAULTS, *EAGER.values()])


@given(OFFERED, SAID, RULES)
def test_whatever_is_accepted_was_measured(
    offers: list[Candidate], clues: NameClues | None, rules: RuleSet
) -> None:
    decision = decide(asked(*offers, clues=clues), rules)

    event(decision.verdict)
    if decision.chosen is not None:
        (chosen,) = (
            each
            for each in decision.ranked
            if (each.candidate.source, each.candidate.remote_id)
            == (decision.chosen.source, decision.chosen.remote_id)
        )
        assert chosen.evidence.oshash_agrees or chosen.evidence.phash_agrees


@given(OFFERS, SAID, st.sampled_from(Way))
def test_a_name_speaks_against_the_only_candidate_at_most_and_a_way_not_at_all(
    offer: Candidate, clues: NameClues | None, way: Way
) -> None:
    """It makes a question of a match by nearly the same pictures, and never an accept."""
    nameless = decide(asked(offer, clues=None), DEFAULTS)
    named = decide(asked(replace(offer, found_by=way), clues=clues), DEFAULTS)

    is_doubted = nameless.rule == "near phash" and named.verdict is Verdict.REVIEW
    (ranked,) = named.ranked
    said = ranked.evidence.name
    assert is_doubted == (
        nameless.rule == "near phash" and (said.date_differs or said.code_agrees is False)
    )
    assert is_doubted or (nameless.verdict, nameless.rule, nameless.chosen) == (
        named.verdict,
        named.rule,
        named.chosen,
    )


@given(OFFERED, SAID, OFFERS)
def test_one_more_candidate_never_makes_an_accept_of_a_question(
    offers: list[Candidate], clues: NameClues | None, more: Candidate
) -> None:
    """Of another work: one more witness of the same work may well confirm it."""
    rival = replace(more, source="delta", work=DUSK, fingerprints=())

    before = decide(asked(*offers, clues=clues), DEFAULTS)
    after = decide(asked(*offers, rival, clues=clues), DEFAULTS)

    if before.verdict is Verdict.REVIEW:
        assert after.verdict is Verdict.REVIEW


@given(OFFERED, SAID, RULES)
def test_a_stored_input_brings_the_name_along(
    offers: list[Candidate], clues: NameClues | None, rules: RuleSet
) -> None:
    given_ = asked(*offers, clues=clues)
    stored = INPUT_TEXT.validate_json(INPUT_TEXT.dump_json(given_))

    assert stored == given_
    assert decide(stored, rules) == decide(given_, rules)


def test_an_input_that_was_stored_without_a_name_still_decides() -> None:
    before = asked(offered(EXACT), clues=None)
    old = INPUT_TEXT.dump_json(before).decode().replace(',"clues":null', "")
    assert "clues" not in old

    stored = INPUT_TEXT.validate_json(old)

    assert stored == before
    assert decide(stored, DEFAULTS).verdict is Verdict.ACCEPTED
