"""What is chosen among when copies of one content lie in several libraries, under other names."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from daemon.desk.counsel import Counsel
from daemon.desk.desk import Bells, Desk
from daemon.desk.judging import Judging
from daemon.desk.refusals import CandidateUnknown, NoCandidate
from daemon.desk.views import FILE, FILE_LINES, FileView
from daemon.journey.bell import Bell
from daemon.journey.deciding import Deciding
from daemon.journey.resolving import Schedule
from rules.candidate import Candidate
from rules.defaults import DEFAULT_RULES
from rules.discretion import KEPT_SAFE, Discretion
from rules.journey import FileState
from rules.premises import Premises
from rules.ruleset import compile_rules
from store.files import FileRecord
from tests.daemon.desk.shelf import Shelf
from tests.daemon.doubles import Lines
from tests.daemon.ground import FILMS, NAME, Ground, answer_all, candidate, known

pytestmark = pytest.mark.anyio

FAMILY = "family"
ADULT = "first"
DISCRETION = Discretion(sfw_libraries=frozenset({FAMILY}), nsfw_sources=frozenset({ADULT}))
UNSEEN = "Lanterns after Dark"
ADULTS = candidate("s-1", title=UNSEEN, oshash=None)
DOUBTED = candidate("h-1", source="second", oshash=None)


@dataclass(kw_only=True)
class Home:
    """A desk over two libraries, one of which is kept from the adult source."""

    ground: Ground
    desk: Desk
    deciding: Deciding

    async def decide(self) -> None:
        for batch in await self.deciding.take(frozenset()):
            await self.deciding.work(batch)

    async def answered(self, name: str, library: str, *offers: Candidate) -> FileRecord:
        """Put a copy into a library, let its sources answer, and decide about it."""
        file = await self.ground.add_known(name, library=library)
        told = (known(offer) for offer in offers)
        await answer_all(self.ground, file, self.deciding.sources, *told)
        await self.ground.set_state(file, FileState.ANSWERED)
        await self.decide()
        return await self.ground.file(file.id)

    async def show(self, file: FileRecord) -> FileView:
        return await self.desk.show(str(file.id))


@pytest.fixture
def home(ground: Ground, shelf: Shelf) -> Home:
    ground.add_library(FAMILY)
    counsel = Counsel(rule_texts=lambda: DEFAULT_RULES)
    household = replace(shelf.desk.household, discretion=DISCRETION, counsel=counsel)
    desk = replace(shelf.desk, database=ground.database, household=household, bells=Bells())
    deciding = Deciding(
        database=ground.database,
        rules=compile_rules(DEFAULT_RULES),
        sources=frozenset({ADULT, "second"}),
        schedule=Schedule(no_match_s=(3600.0,), first_deferral_s=300.0),
        now=ground.clock,
        jitter=lambda: 0.5,
        apply_bell=Bell(),
        tell_bell=Bell(),
        identify_bell=Bell(),
        log=Lines(),
        premises=Premises(discretion=DISCRETION),
    )
    return Home(ground=ground, desk=desk, deciding=deciding)


@pytest.fixture
async def kept(home: Home) -> FileRecord:
    """Return a file in review whose copy elsewhere an adult source has an offer for."""
    await home.answered("Copy.mkv", FILMS, ADULTS, DOUBTED)
    return await home.answered(NAME, FAMILY)


async def test_adult_offer_for_a_copy_is_shown_nowhere(home: Home, kept: FileRecord) -> None:
    view = await home.show(kept)
    why = await Judging(home.desk).why(str(kept.id))
    (line,) = [
        each for each in await home.desk.list_files([FileState.REVIEW]) if each.number == kept.id
    ]

    for told in (FILE.dump_json(view), FILE.dump_json(why), FILE_LINES.dump_json((line,))):
        assert UNSEEN not in told.decode()
        assert "first.example" not in told.decode()
    assert [each.source for each in view.candidates] == ["second"]
    assert (line.best, line.candidates) == ('"Harbour at Dawn"', 1)
    assert f"source first was not asked: {KEPT_SAFE}" in view.answers
    assert {each.source: each.outcome for each in why.asked} == {
        "first": "not asked",
        "second": "known",
    }


async def test_adult_offer_for_a_copy_is_in_no_message(home: Home, kept: FileRecord) -> None:
    (told,) = [each for each in await home.ground.told() if each.subject == str(kept.path)]

    assert (told.candidate, told.candidates) == ('"Harbour at Dawn" from second', 1)
    assert UNSEEN not in str(told)
    assert kept.reason == 'is it "Harbour at Dawn" from second?'


@pytest.mark.parametrize("verb", ["accept", "reject"])
async def test_adult_offer_for_a_copy_can_be_neither_accepted_nor_rejected(
    home: Home, kept: FileRecord, verb: str
) -> None:
    other = await home.show(await home.ground.file(1))
    (hidden,) = [each.number for each in other.candidates if each.source == ADULT]
    answer_to = {"accept": home.desk.accept, "reject": home.desk.reject}[verb]

    with pytest.raises(CandidateUnknown) as refused:
        await answer_to(str(kept.id), number=hidden)

    assert UNSEEN not in str(refused.value)
    assert (await home.ground.file(kept.id)).state is FileState.REVIEW


async def test_only_offer_of_ones_own_needs_no_number(home: Home, kept: FileRecord) -> None:
    await home.desk.accept(str(kept.id))

    view = await home.show(kept)
    assert view.line.state is FileState.ACCEPTED
    assert [each.source for each in view.candidates if each.is_accepted] == ["second"]
    assert UNSEEN not in FILE.dump_json(view).decode()


async def test_file_that_only_adult_sources_know_has_nothing_to_choose(home: Home) -> None:
    await home.answered("Copy.mkv", FILMS, ADULTS)
    kept = await home.answered(NAME, FAMILY)

    with pytest.raises(NoCandidate):
        await home.desk.accept(str(kept.id))
    assert (await home.show(kept)).candidates == ()


async def test_offers_from_before_a_library_was_kept_are_gone(home: Home) -> None:
    """The file has no copy: its own offers were made when the library was not kept yet."""
    file = await home.answered(NAME, FAMILY, DOUBTED, ADULTS)

    assert [each.source for each in (await home.show(file)).candidates] == ["second"]


async def test_each_copy_is_shown_what_its_own_name_says(home: Home) -> None:
    offer = replace(DOUBTED, work=replace(DOUBTED.work, date="2024-05-17"))
    named = await home.answered("Northlight - 2024-05-17 - Harbour at Dawn.mkv", FILMS, offer)
    nameless = await home.answered("4f1c2b.mkv", FILMS, offer)
    other = await home.answered("Northlight - 2023-01-02 - Harbour at Dawn.mkv", FILMS, offer)

    shown = [(await home.show(each)).candidates[0].facts for each in (named, nameless, other)]

    names = [facts.name.date_agrees for facts in shown if facts is not None]
    assert names == [True, None, False]


async def test_each_copy_is_offered_first_what_its_own_name_means(home: Home) -> None:
    dawn, dusk = DOUBTED, candidate("h-2", source="second", title="Lantern Dusk", oshash=None)
    both = known(dawn, dusk)
    for name in ("Harbour at Dawn.mkv", "Lantern Dusk.mkv"):
        file = await home.ground.add_known(name)
        await answer_all(home.ground, file, home.deciding.sources, both)
        await home.ground.set_state(file, FileState.ANSWERED)
        await home.decide()

    first, second = await home.desk.list_files([FileState.REVIEW])
    assert (first.best, second.best) == ('"Harbour at Dawn"', '"Lantern Dusk"')
    shown = (await home.desk.show("1")).candidates
    assert [(each.number, each.label) for each in shown] == [
        (1, '"Harbour at Dawn"'),
        (2, '"Lantern Dusk"'),
    ]


async def test_copy_that_was_never_decided_about_has_no_name_evidence(home: Home) -> None:
    await home.answered("Harbour at Dawn.mkv", FILMS, DOUBTED)
    waiting = await home.ground.add_known("Another.mkv", FileState.ANSWERED)

    (shown,) = (await home.show(waiting)).candidates

    assert shown.facts is not None
    assert shown.facts.name.title_share is None
