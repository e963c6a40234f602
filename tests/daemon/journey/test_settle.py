from pathlib import PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.journey.settle import Settler
from rules.media import FileStamp

FILE = PurePath("/library/a.mp4")
OTHER = PurePath("/library/b.mp4")


def stamp(size_bytes: int = 1) -> FileStamp:
    return FileStamp(size_bytes=size_bytes, mtime_ns=0, inode=1)


def test_unchanged_file_is_at_rest_after_the_quiet_time() -> None:
    settler = Settler(quiet_s=10)

    assert not settler.look(FILE, stamp(), at_s=0)
    assert not settler.look(FILE, stamp(), at_s=9.9)
    assert settler.look(FILE, stamp(), at_s=10)
    assert FILE not in settler


def test_growing_file_starts_the_quiet_time_again() -> None:
    settler = Settler(quiet_s=10)
    settler.look(FILE, stamp(1), at_s=0)

    assert not settler.look(FILE, stamp(2), at_s=10)
    assert not settler.look(FILE, stamp(2), at_s=19)
    assert settler.look(FILE, stamp(2), at_s=20)


def test_deleted_file_is_forgotten() -> None:
    settler = Settler(quiet_s=10)
    settler.look(FILE, stamp(), at_s=0)

    assert not settler.look(FILE, None, at_s=5)
    assert len(settler) == 0
    assert not settler.look(FILE, stamp(), at_s=11)


@pytest.mark.parametrize("name", ["a.mp4.part", ".doorman-a.mp4", "a.temp.mp4"])
def test_a_temporary_name_never_settles(name: str) -> None:
    settler = Settler(quiet_s=10)
    path = PurePath("/library", name)

    assert not settler.look(path, stamp(), at_s=0)
    assert not settler.look(path, stamp(), at_s=100)
    assert settler.next_due_s() is None


def test_it_says_who_is_due_next_and_when() -> None:
    settler = Settler(quiet_s=10)
    settler.look(FILE, stamp(), at_s=0)
    settler.look(OTHER, stamp(), at_s=4)

    assert settler.next_due_s() == 10
    assert settler.due(at_s=9.9) == ()
    assert settler.due(at_s=10) == (FILE,)
    assert settler.next_due_s() == 14


def test_several_are_due_longest_first() -> None:
    settler = Settler(quiet_s=10)
    settler.look(OTHER, stamp(), at_s=0)
    settler.look(FILE, stamp(), at_s=4)

    assert settler.due(at_s=20) == (OTHER, FILE)


def test_a_look_that_finds_a_change_moves_the_due_time() -> None:
    settler = Settler(quiet_s=10)
    settler.look(FILE, stamp(1), at_s=0)
    settler.look(FILE, stamp(2), at_s=6)

    assert settler.due(at_s=10) == ()
    assert settler.next_due_s() == 16


def test_a_forgotten_file_is_never_due() -> None:
    settler = Settler(quiet_s=10)
    settler.look(FILE, stamp(), at_s=0)
    settler.forget(FILE)

    assert settler.next_due_s() is None
    assert settler.due(at_s=100) == ()


def test_a_file_that_could_not_be_looked_at_is_due_again() -> None:
    settler = Settler(quiet_s=10)
    settler.look(FILE, stamp(), at_s=0)
    settler.due(at_s=10)

    settler.again(FILE, at_s=12)
    settler.again(OTHER, at_s=12)

    assert settler.next_due_s() == 22
    assert len(settler) == 1


@given(st.lists(st.tuples(st.floats(0, 50), st.integers(1, 3)), max_size=20), st.floats(0.1, 20))
def test_a_file_left_alone_is_at_rest_at_its_due_time(
    looks: list[tuple[float, int]], quiet_s: float
) -> None:
    settler = Settler(quiet_s=quiet_s)
    now_s = 0.0
    for wait_s, size_bytes in looks:
        now_s += wait_s
        settler.look(FILE, stamp(size_bytes), at_s=now_s)

    settler.look(FILE, stamp(9), at_s=now_s)
    due_s = settler.next_due_s()

    assert due_s is not None
    assert settler.due(at_s=due_s) == (FILE,)
    assert settler.look(FILE, stamp(9), at_s=due_s)
