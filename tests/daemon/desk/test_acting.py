from dataclasses import replace
from functools import partial

import pytest

from daemon.desk.acting import Acting, LinkStale, LinkUsed
from daemon.push.links import Links
from rules.action_token import LinkExpired, LinkForged
from rules.candidate import Candidate
from rules.journey import FileState
from rules.samework import own_id
from store import actions, files
from store.files import FileRecord
from store.rows import many
from tests.daemon.desk.shelf import NOW_S, Shelf, offer

pytestmark = pytest.mark.anyio

BEST, RIVAL = offer("a"), offer("b")
SECRET = b"s" * 32
_USED = "SELECT expires_at_s FROM used_action"


class Bench:
    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.acting = Acting(shelf.desk)

    async def links(self, acting_s: float = 60.0) -> Links:
        make = partial(actions.ensure_secret, make=lambda: SECRET)
        secret = await self.shelf.change(make)
        return Links(public_url="https://doorman.example", secret=secret, acting_s=acting_s)

    async def accept(self, file: FileRecord, acting_s: float = 60.0) -> str:
        links = await self.links(acting_s)
        return token(links.accept(file.id, file.revision, own_id(BEST), at_s=NOW_S))

    async def dismiss(self, file: FileRecord) -> str:
        links = await self.links()
        return token(links.dismiss(file.id, file.revision, at_s=NOW_S))


async def review(shelf: Shelf, *offers: Candidate) -> FileRecord:
    return await shelf.file(await shelf.put(f"{len(offers)}.mkv", offers=offers))


def token(address: str | None) -> str:
    assert address is not None
    assert address.startswith("https://doorman.example/act/")
    return address.rsplit("/", 1)[1]


@pytest.fixture
def bench(shelf: Shelf) -> Bench:
    return Bench(shelf)


async def test_looking_at_a_link_changes_nothing(shelf: Shelf, bench: Bench) -> None:
    file = await review(shelf, BEST, RIVAL)
    link = await bench.accept(file)

    seen = [await bench.acting.look(link) for _ in range(2)]

    assert seen[0] == seen[1]
    assert (seen[0].accepts, seen[0].number) == (True, file.id)
    assert "Harbour A" in str(seen[0].candidate)
    assert await shelf.file(file.id) == file


async def test_a_link_accepts_the_candidate_that_it_names_among_rivals(
    shelf: Shelf, bench: Bench
) -> None:
    file = await review(shelf, RIVAL, BEST)

    answered = await bench.acting.act(await bench.accept(file))

    assert "Harbour A" in answered.message
    assert (await shelf.file(file.id)).state is FileState.ACCEPTED


async def test_a_link_dismisses(shelf: Shelf, bench: Bench) -> None:
    file = await review(shelf, BEST)
    link = await bench.dismiss(file)

    assert not (await bench.acting.look(link)).accepts
    await bench.acting.act(link)

    assert (await shelf.file(file.id)).state is FileState.DISMISSED


async def test_a_link_is_used_once_also_after_a_restart(shelf: Shelf, bench: Bench) -> None:
    file = await review(shelf, BEST)
    link = await bench.accept(file)
    await bench.acting.act(link)

    for acting in (bench.acting, Acting(shelf.desk)):
        with pytest.raises(LinkUsed):
            await acting.act(link)
        with pytest.raises(LinkUsed):
            await acting.look(link)


async def test_a_link_that_is_too_old_is_not_remembered(shelf: Shelf, bench: Bench) -> None:
    first, second = await review(shelf, BEST), await review(shelf, BEST, RIVAL)
    await bench.acting.act(await bench.accept(first))
    later = Acting(replace(shelf.desk, now=lambda: NOW_S + 61))

    await later.act(await bench.accept(second, acting_s=120))

    assert await shelf.read(lambda connection: many(connection, _USED)) == [(NOW_S + 120,)]


async def test_a_link_does_nothing_when_the_question_has_changed(
    shelf: Shelf, bench: Bench
) -> None:
    file = await review(shelf, BEST)
    accept, dismiss = await bench.accept(file), await bench.dismiss(file)
    await bench.acting.act(dismiss)

    with pytest.raises(LinkStale):
        await bench.acting.act(accept)

    assert (await shelf.file(file.id)).state is FileState.DISMISSED


async def test_a_link_names_a_candidate_that_is_offered_no_more(shelf: Shelf, bench: Bench) -> None:
    file = await review(shelf, RIVAL)

    with pytest.raises(LinkStale):
        await bench.acting.act(await bench.accept(file))


async def test_a_link_to_a_file_that_is_gone_does_nothing(shelf: Shelf, bench: Bench) -> None:
    file = await review(shelf, BEST)
    links = await bench.links()
    lost = token(links.dismiss(file.id + 99, 0, at_s=NOW_S))

    with pytest.raises(LinkStale):
        await bench.acting.act(lost)


async def test_a_link_that_is_too_old_does_nothing(shelf: Shelf, bench: Bench) -> None:
    file = await review(shelf, BEST)

    with pytest.raises(LinkExpired):
        await bench.acting.act(await bench.accept(file, acting_s=0.0))
    assert await shelf.file(file.id) == file


async def test_a_link_that_nobody_made_does_nothing(shelf: Shelf, bench: Bench) -> None:
    file = await review(shelf, BEST)
    forged = Links(public_url="https://doorman.example", secret=b"guessed", acting_s=60)
    link = token(forged.dismiss(file.id, file.revision, at_s=NOW_S))

    with pytest.raises(LinkForged):
        await bench.acting.act(link)  # before the first is made there is no secret at all
    await bench.links()
    with pytest.raises(LinkForged):
        await bench.acting.act(link)


async def test_the_secret_is_made_once(shelf: Shelf) -> None:
    made = [
        await shelf.change(partial(actions.ensure_secret, make=partial(bytes, secret)))
        for secret in (b"one", b"two")
    ]

    assert made == [b"one", b"one"]


async def test_without_a_public_address_there_are_no_links(shelf: Shelf) -> None:
    file = await review(shelf, BEST)
    assert await shelf.read(partial(files.get, file_id=file.id)) is not None

    for links in (Links(secret=SECRET), Links(public_url="https://doorman.example")):
        assert links.accept(1, 1, own_id(BEST), at_s=0) is None
        assert links.dismiss(1, 1, at_s=0) is None
    assert (Links().queue, Links().file(1)) == (None, None)
    nobody = Links(public_url="https://doorman.example", secret=SECRET)
    assert nobody.accept(1, 1, None, at_s=0) is None
