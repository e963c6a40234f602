from __future__ import annotations

import itertools
from collections.abc import Callable
from types import MappingProxyType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.candidate import Candidate, Known
from rules.discretion import Discretion
from rules.fingerprint import Oshash
from rules.journey import FileState
from rules.trays import Tray
from rules.work import ExternalId, Work
from store import answers, contents, decisions, files, waiting
from store.database import Connection
from store.decisions import Decider, NewDecision, Outcome
from store.files import FileRecord
from store.waiting import Place, Share, Sieve

ALL = Discretion()
_NUMBERS = itertools.count(1)
WHERE = MappingProxyType(
    {
        (FileState.REVIEW, None): Tray.OPEN,
        (FileState.FAILED, None): Tray.OPEN,
        (FileState.FAILED, 9.0): Tray.DEFERRED,
        (FileState.DEFERRED, 9.0): Tray.DEFERRED,
        (FileState.NO_MATCH, 9.0): Tray.NO_MATCH,
        (FileState.IGNORED, None): Tray.IGNORED,
        (FileState.DISMISSED, None): Tray.DISMISSED,
        (FileState.SEEN, None): None,
        (FileState.ACCEPTED, None): None,
        (FileState.DONE, None): None,
    }
)


def names(connection: Connection, found: waiting.Sifted) -> list[str]:
    listed = files.numbered(connection, [place.file_id for place in found.places])
    return [listed[place.file_id].path.stem for place in found.places]


@pytest.fixture
def put(
    connection: Connection, add_file: Callable[..., FileRecord]
) -> Callable[..., tuple[FileRecord, int]]:
    """Return what adds a file with a content of its own, and what is offered for it."""

    def add(
        name: str, *offers: Candidate, state: FileState = FileState.REVIEW, at_s: float = 1.0
    ) -> tuple[FileRecord, int]:
        content = contents.ensure(connection, Oshash(next(_NUMBERS)), 1000)
        for each in offers:
            answers.save(
                connection, content.id, [Known(source=each.source, candidates=(each,))], at_s=1.0
            )
        return add_file(f"{name}.mkv", state, content_id=content.id, at_s=at_s), content.id

    return add


def offered(source: str, title: str) -> Candidate:
    return Candidate(source=source, remote_id=title, work=Work(title=title))


@pytest.mark.parametrize(("how", "tray"), WHERE.items(), ids=str)
def test_each_file_lies_in_one_tray_at_most(
    connection: Connection,
    add_file: Callable[..., FileRecord],
    how: tuple[FileState, float | None],
    tray: Tray | None,
) -> None:
    state, due_at_s = how
    file = add_file(state=state, due_at_s=due_at_s)

    lying = [
        each for each in Tray if waiting.sift(connection, Sieve(tray=each), ALL, limit=9).places
    ]

    assert lying == ([tray] if tray else [])
    assert waiting.counts(connection) == {each: int(each is tray) for each in Tray}
    found = {each: waiting.lie_in(connection, each, [file.id, 99]) for each in Tray}
    assert found == {each: {file.id: file.revision} if each is tray else {} for each in Tray}


def test_missing_files_wait_for_nobody(
    connection: Connection, add_file: Callable[..., FileRecord]
) -> None:
    file = add_file(state=FileState.REVIEW)
    connection.execute("UPDATE file SET missing_since_s = 3")

    assert waiting.sift(connection, Sieve(), ALL, limit=9).places == ()
    assert waiting.counts(connection)[Tray.OPEN] == 0
    assert waiting.lie_in(connection, Tray.OPEN, [file.id]) == {}
    assert waiting.look(connection, Tray.OPEN).files == 0


def test_who_came_last_is_first(
    connection: Connection, put: Callable[..., tuple[FileRecord, int]]
) -> None:
    for name, at_s in (("b", 2.0), ("c", 3.0), ("a", 1.0), ("d", 3.0)):
        put(name, at_s=at_s)

    assert names(connection, waiting.sift(connection, Sieve(), ALL, limit=3)) == ["d", "c", "b"]


@pytest.mark.parametrize(
    ("sieve", "found"),
    [
        (Sieve(), ["lantern", "harbour", "gone"]),
        (Sieve(library="films"), ["lantern", "harbour", "gone"]),
        (Sieve(library="series"), []),
        (Sieve(source="first"), ["harbour"]),
        (Sieve(source="second"), ["lantern"]),
        (Sieve(text="HARBOUR"), ["harbour"]),
        (Sieve(text="quiet tide"), ["harbour"]),
        (Sieve(text="other tide"), ["harbour"]),
        (Sieve(text="films/lan"), ["lantern"]),
        (Sieve(text="%"), []),
        (Sieve(text="rejected"), []),
        (Sieve(text="withdrawn"), []),
        (Sieve(cause="no rule"), ["lantern", "harbour", "gone"]),
    ],
    ids=str,
)
def test_files_are_sifted(
    connection: Connection,
    put: Callable[..., tuple[FileRecord, int]],
    sieve: Sieve,
    found: list[str],
) -> None:
    _, content_id = put("gone", offered("first", "Rejected"), offered("second", "Withdrawn"))
    answers.reject(
        connection, content_id, ExternalId(source="first", remote_id="Rejected"), at_s=2.0
    )
    connection.execute("UPDATE candidate SET withdrawn_at_s = 2 WHERE source = 'second'")
    put("harbour", offered("first", "Quiet Tide"), offered("second", "Other Tide"), at_s=2.0)
    put("lantern", offered("second", "Lamp"), at_s=3.0)

    assert names(connection, waiting.sift(connection, sieve, ALL, limit=9)) == found


def test_sources_that_are_withheld_do_not_count(
    connection: Connection, put: Callable[..., tuple[FileRecord, int]]
) -> None:
    put("harbour", offered("first", "Quiet Tide"), offered("second", "Lamp"))
    kept = Discretion(sfw_libraries=frozenset({"films"}), nsfw_sources=frozenset({"first"}))

    assert not waiting.sift(connection, Sieve(text="quiet"), kept, limit=9).places
    assert waiting.sift(connection, Sieve(), kept, limit=9).shares == (
        Share(files=1, library="films", source="second", cause="no rule"),
    )


@pytest.mark.parametrize(
    ("state", "rules", "is_undone", "cause"),
    [
        (FileState.REVIEW, [], False, "no rule"),
        (FileState.REVIEW, [None], False, "no rule"),
        (FileState.REVIEW, ["exact"], False, "rule exact"),
        (FileState.REVIEW, ["exact", "anything"], False, "rule anything"),
        (FileState.REVIEW, ["exact"], True, "undone"),
        (FileState.FAILED, ["exact"], True, "failed"),
    ],
)
def test_cause_is_the_last_that_a_rule_said(  # noqa: PLR0917  # what a table hands in
    connection: Connection,
    put: Callable[..., tuple[FileRecord, int]],
    state: FileState,
    rules: list[str | None],
    is_undone: bool,  # noqa: FBT001  # pytest hands parameters on by name
    cause: str,
) -> None:
    file, content_id = put("harbour", state=state)
    for rule in rules:
        made = NewDecision(outcome=Outcome.REVIEW, decided_by=Decider.RULE, rule=rule)
        decisions.add(connection, file, content_id, made, at_s=2.0)
    person = NewDecision(outcome=Outcome.REJECTED, decided_by=Decider.PERSON)
    decisions.add(connection, file, content_id, person, at_s=2.0)
    if is_undone:
        connection.execute("UPDATE decision SET undone_at_s = 3")

    (share,) = waiting.sift(connection, Sieve(), ALL, limit=9).shares

    assert share.cause == cause
    assert len(waiting.sift(connection, Sieve(cause=cause), ALL, limit=9).places) == 1
    assert not waiting.sift(connection, Sieve(cause=f"{cause}!"), ALL, limit=9).places


def test_look_tells_each_change(
    connection: Connection, put: Callable[..., tuple[FileRecord, int]]
) -> None:
    looks = [waiting.look(connection, Tray.OPEN)]
    file, _ = put("harbour")
    looks.append(waiting.look(connection, Tray.OPEN))
    files.set_state(connection, file, FileState.REVIEW, at_s=1.0)
    looks.append(waiting.look(connection, Tray.OPEN))
    files.set_state(connection, file, FileState.DONE, at_s=1.0)
    looks.append(waiting.look(connection, Tray.OPEN))

    assert len({repr(look) for look in looks[:3]}) == 3
    assert looks[3] == looks[0]


@given(
    times=st.lists(st.sampled_from([1.0, 1.5, 2.0, 0.1 + 0.2]), min_size=1, max_size=12),
    limit=st.integers(1, 5),
    touched=st.lists(st.tuples(st.integers(0, 20), st.booleans()), max_size=6),
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_file_that_stays_is_passed_over_or_shown_twice(
    connection: Connection,
    times: list[float],
    limit: int,
    touched: list[tuple[int, bool]],
) -> None:
    """Between any two pages another file may be answered, or come anew."""
    connection.execute("DELETE FROM file")
    for place, at_s in enumerate(times):
        connection.execute(
            "INSERT INTO file (library, path, size_bytes, mtime_ns, inode, state, first_seen_at_s, "
            "changed_at_s) VALUES ('films', $1, 1, 1, 1, 'review', 1, $2)",
            [f"/films/{place}", at_s],
        )
    numbers = [row[0] for row in connection.execute("SELECT id FROM file ORDER BY id").fetchall()]
    changes = iter(touched)
    changed: set[int] = set()
    shown: list[Place] = []
    after: Place | None = None

    while page := waiting.sift(connection, Sieve(), ALL, after=after, limit=limit).places:
        shown += page
        after = page[-1]
        for at, is_answered in itertools.islice(changes, 1):
            number = numbers[at % len(numbers)]
            changed.add(number)
            state = "done" if is_answered else "review"
            connection.execute(
                "UPDATE file SET state = $2, changed_at_s = 9 WHERE id = $1", [number, state]
            )

    stayed = [place.file_id for place in shown if place.file_id not in changed]
    assert sorted(stayed) == [number for number in numbers if number not in changed]
    assert shown == sorted(shown, key=lambda each: (-each.at_s, -each.file_id))


def test_each_file_has_one_behind_it_and_the_last_has_the_first(
    connection: Connection, put: Callable[..., tuple[FileRecord, int]]
) -> None:
    old, new = put("Old", at_s=1.0)[0], put("New", at_s=3.0)[0]
    twins = [put(name, at_s=2.0)[0] for name in ("Twin", "Other twin")]
    put("Dismissed", state=FileState.DISMISSED, at_s=2.5)

    order = [new.id, twins[1].id, twins[0].id, old.id]
    behind = [
        waiting.behind(connection, Tray.OPEN, Place(at_s=at_s, file_id=file_id))
        for file_id, at_s in zip(order, (3.0, 2.0, 2.0, 1.0), strict=True)
    ]

    assert behind == [*order[1:], order[0]]


def test_nothing_is_behind_the_only_one(
    connection: Connection, put: Callable[..., tuple[FileRecord, int]]
) -> None:
    only = put("Only", at_s=1.0)[0]

    assert waiting.behind(connection, Tray.OPEN, Place(at_s=1.0, file_id=only.id)) is None
