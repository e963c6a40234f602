from __future__ import annotations

import pytest

from rules.candidate import Candidate
from rules.nfo_import import Left, Named, contradicts, named_by
from rules.sidecar_ids import SourceNames
from rules.sidecar_says import SidecarSays, WrittenId
from rules.work import ExternalId, Work

ONE = "5a1e0f3c-0000-4000-8000-00000000000a"
TWO = "5a1e0f3c-0000-4000-8000-00000000000b"
BOX = SourceNames(
    source="box", dialect="stashbox", preset="stashdb", addresses=("https://stashdb.org/graphql",)
)
REST = SourceNames(
    source="rest", dialect="theporndb", preset="theporndb", addresses=("https://theporndb.net",)
)
CONTENT = 7


def ext(source: str, remote_id: str) -> ExternalId:
    return ExternalId(source=source, remote_id=remote_id)


def named(*ids: tuple[str, str], title: str | None = None, urls: tuple[str, ...] = ()) -> object:
    says = SidecarSays(
        ids=tuple(WrittenId(kind=kind, text=text) for kind, text in ids), title=title, urls=urls
    )
    return named_by(says, CONTENT, "Two.mkv", (BOX, REST))


@pytest.mark.parametrize(
    ("ids", "own", "others"),
    [
        ([("stashdb", ONE)], ext("box", ONE), ()),
        ([("tmdb", "77"), ("stashdb", ONE)], ext("box", ONE), (ext("tmdb", "77"),)),
        ([("tpdb", "a-slug"), ("stashdb", ONE)], ext("box", ONE), (ext("rest", "a-slug"),)),
        ([("IMDB", "tt12"), ("", "9"), ("https://x.example", "9")], ext("imdb", "tt12"), ()),
        ([("stashdb", "no uuid"), ("tmdb", "77")], ext("tmdb", "77"), ()),
        ([("nfo", "f" * 32), ("tmdb", "77")], ext("tmdb", "77"), ()),
        ([("nfo", "f" * 31)], ext("nfo", "f" * 31), ()),
    ],
)
def test_ids_name_a_work_those_of_sources_first(
    ids: list[tuple[str, str]], own: ExternalId, others: tuple[ExternalId, ...]
) -> None:
    assert named(*ids) == Named(own=own, others=others)


def test_a_work_without_ids_is_of_one_content_only() -> None:
    says = SidecarSays(title="Harbour at Dawn")
    one, again, other = (
        named_by(says, content_id, video, ())
        for content_id, video in ((1, "A.mkv"), (1, "Copy.mkv"), (2, "B.mkv"))
    )

    assert isinstance(one, Named)
    assert one.own.is_made_up
    assert one == again != other


@pytest.mark.parametrize("title", [None, "Two", "Harbour.at.Dawn.1080p"])
def test_an_nfo_that_says_nothing_is_left(title: str | None) -> None:
    assert named(title=title) is Left.SILENT


@pytest.mark.parametrize(
    "ids",
    [[("stashdb", ONE), ("stashdb", TWO)], [("tmdb", "1"), ("TMDB", "2"), ("stashdb", ONE)]],
)
def test_two_ids_of_one_source_contradict_each_other(ids: list[tuple[str, str]]) -> None:
    assert named(*ids) is Left.CONTRADICTORY


@pytest.mark.parametrize(
    ("offered", "expected"),
    [
        ((), False),
        ((("box", ONE, ()),), False),
        ((("box", TWO, ()),), True),
        ((("rest", "a", (ext("box", ONE),)),), False),
        ((("box", TWO, ()), ("rest", "a", (ext("box", ONE),))), False),
    ],
)
def test_what_sources_offer_contradicts_where_none_of_it_is_that_work(
    offered: tuple[tuple[str, str, tuple[ExternalId, ...]], ...],
    expected: bool,  # noqa: FBT001  # a table's column
) -> None:
    candidates = [
        Candidate(source=source, remote_id=remote_id, work=Work(ids=ids))
        for source, remote_id, ids in offered
    ]

    assert contradicts(Named(own=ext("box", ONE), others=()), candidates) is expected


def test_what_is_accepted_is_the_ids_and_no_word_of_any_source() -> None:
    candidate = Named(own=ext("box", ONE), others=(ext("tmdb", "7"),)).candidate

    assert candidate == Candidate(source="box", remote_id=ONE, work=Work(ids=(ext("tmdb", "7"),)))


def test_every_reason_says_what_to_do() -> None:
    assert all(len(reason.value) > 20 for reason in Left)
