from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.candidate import Candidate, Known, Way
from rules.decision import DecisionInput
from rules.filename import NameClues
from rules.fingerprint import Fingerprints, Oshash
from rules.offers import rank_offers
from rules.plausible import MOST_HITS, plausible
from rules.work import Appearance, Performer, Studio, Work

DAY = "2024-05-17"
ADA = Appearance(performer=Performer(name="Ada Brook", aliases=("Adele B",)), credited_as="A. B.")
HARBOUR = Work(
    title="Harbour at Dawn",
    code="NL-012",
    date=DAY,
    studio=Studio(name="North Light", parent=Studio(name="Big Sky")),
    appearances=(ADA,),
)


def offered(work: Work, remote_id: str = "h-1") -> Candidate:
    return Candidate(source="box", remote_id=remote_id, work=work, found_by=Way.TEXT)


@pytest.mark.parametrize(
    "clues",
    [
        NameClues(code="nl 012"),
        NameClues(studio="NorthLight", date=DAY, title="Something else"),
        NameClues(studio="BigSky", title="Dawn, the harbour"),
        NameClues(studio="NorthLight", date="2024-05-18", title="Harbour at Dawn"),
        NameClues(date=DAY, performers=("adele b",)),
        NameClues(date=DAY, title="Dawn"),
        NameClues(date="2024", title="Harbour at Dawn"),
        NameClues(title="harbour at dawn"),
        NameClues(title="Ada Brook Harbour at Dawn full"),
        NameClues(title="Harbour at Dawn and all the rest of it"),
    ],
    ids=str,
)
def test_hit_that_the_name_could_mean_is_offered(clues: NameClues) -> None:
    assert plausible(clues, [offered(HARBOUR)]) == (offered(HARBOUR),)


@pytest.mark.parametrize(
    "clues",
    [
        NameClues(),
        NameClues(code="NL-013"),
        NameClues(code="NL-013", studio="NorthLight", date=DAY, title="Harbour at Dawn"),
        NameClues(studio="NorthLight", title="Dawn and dusk"),
        NameClues(studio="NorthLight"),
        NameClues(studio="NorthLight", performers=("Ada Brook",)),
        NameClues(date=DAY, title="Night"),
        NameClues(date="2023", studio="NorthLight", title="Harbour at Dawn"),
        NameClues(date="2024-05-18", title="Harbour at Dawn"),
        NameClues(date="2024-05", performers=("Ada Brook",)),
        NameClues(studio="Saltmarsh", title="Harbour at Dawn"),
        NameClues(title="Ada at the harbour"),
    ],
    ids=str,
)
def test_hit_by_chance_is_not(clues: NameClues) -> None:
    assert plausible(clues, [offered(HARBOUR)]) == ()


def test_title_of_one_word_needs_something_beside_it() -> None:
    dawn = Work(title="Dawn", studio=Studio(name="Northlight"))

    assert plausible(NameClues(title="Birthday at dawn"), [offered(dawn)]) == ()
    assert plausible(NameClues(studio="Northlight", title="Dawn"), [offered(dawn)])


def test_best_hits_come_first_and_no_more_than_a_person_reads() -> None:
    clues = NameClues(studio="NorthLight", date=DAY, title="Harbour at Dawn")
    others = [
        offered(Work(title=f"Harbour Dawn {n}", studio=Studio(name="NorthLight"), date=DAY), str(n))
        for n in range(8)
    ]

    kept = plausible(clues, [*others, offered(HARBOUR)])

    assert [each.remote_id for each in kept] == ["h-1", "0", "1", "2", "3"]
    assert len(kept) == MOST_HITS


WORDS = st.sampled_from(["Harbour at Dawn", "Dawn", "Harbour at Noon", "Lantern", ""])
STUDIOS = st.sampled_from([None, "NorthLight", "Saltmarsh"])
DATES = st.sampled_from([None, DAY, "2024-05-18", "2024", "2019-01-01"])
CLUES = st.builds(
    NameClues, studio=STUDIOS, date=DATES, title=WORDS, code=st.sampled_from([None, "NL-012"])
)
HITS = st.lists(
    st.builds(
        lambda title, studio, date, code: Work(
            title=title, studio=Studio(name=studio) if studio else None, date=date, code=code
        ),
        WORDS,
        STUDIOS,
        DATES,
        st.sampled_from([None, "NL-012", "NL-13"]),
    ),
    max_size=4,
)


@given(CLUES, HITS)
def test_what_is_offered_for_its_words_is_what_counts_as_a_rival(
    clues: NameClues, works: Sequence[Work]
) -> None:
    """Two notions of this once disagreed: a person was offered what no rule saw as a rival."""
    hits = [offered(work, str(number)) for number, work in enumerate(works)]
    kept = {hit.remote_id for hit in plausible(clues, hits)}
    given_ = DecisionInput(
        fingerprints=Fingerprints(oshash=Oshash(7), phash=None, size_bytes=1, duration_s=60.0),
        file_name="x.mkv",
        library="films",
        answers=(Known(source="box", candidates=tuple(hits)),) if hits else (),
        clues=clues,
    )
    counted = {
        offer.candidate.remote_id
        for offer in rank_offers(given_)
        if offer.evidence.name.is_plausible
    }

    assert counted == kept
