from collections.abc import Iterator
from pathlib import Path, PurePath
from threading import Event

import anyio
import anyio.lowlevel
import pytest

from daemon.looking.mounts import MountKind
from daemon.watch.root import RootLook, RootProbe, RootTrouble, judge, look_at_root
from rules.listing import RootIdentity

HERE, ELSEWHERE = RootIdentity(device=1, inode=2), RootIdentity(device=1, inode=3)


def seen(identity: RootIdentity, *, is_empty: bool) -> RootLook:
    return RootLook(identity=identity, is_empty=is_empty, kind=MountKind.LOCAL)


def test_a_root_is_seen_as_it_is(tmp_path: Path) -> None:
    facts = tmp_path.stat()
    identity = RootIdentity(device=facts.st_dev, inode=facts.st_ino)
    table = f"1 0 0:1 / / rw - ext4 x rw\n2 1 0:2 / {tmp_path} rw - nfs4 x rw\n"

    look = look_at_root(tmp_path, table=lambda: table)
    (tmp_path / "a").touch()
    fuller = look_at_root(tmp_path, table=lambda: "")

    assert look == RootLook(identity=identity, is_empty=True, kind=MountKind.NETWORK)
    assert fuller == RootLook(identity=identity, is_empty=False, kind=MountKind.LOCAL)


@pytest.mark.parametrize(("name", "reason"), [("nothing", "not there"), ("file", "not a folder")])
def test_what_is_no_root_says_why(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "file").touch()
    look = look_at_root(tmp_path / name)

    assert isinstance(look, RootTrouble)
    assert reason in look.reason


@pytest.mark.parametrize(
    ("look", "before", "is_offline"),
    [
        (seen(HERE, is_empty=True), None, False),
        (seen(HERE, is_empty=True), HERE, False),
        (seen(HERE, is_empty=False), ELSEWHERE, False),
        (seen(HERE, is_empty=True), ELSEWHERE, True),
        (RootTrouble(reason="away"), HERE, True),
    ],
)
def test_only_an_empty_stranger_or_nothing_is_offline(
    look: RootLook | RootTrouble, before: RootIdentity | None, *, is_offline: bool
) -> None:
    assert (judge(look, before) is not None) is is_offline


@pytest.fixture
def hung() -> Iterator[Event]:
    event = Event()
    yield event
    event.set()


async def test_a_root_that_hangs_is_asked_once_until_it_answers(hung: Event) -> None:
    asked: list[PurePath] = []
    answered = Event()

    def look(root: PurePath) -> RootLook | RootTrouble:
        asked.append(root)
        hung.wait()
        answered.set()
        return seen(HERE, is_empty=False)

    probe = RootProbe(PurePath("/library"), answer_s=0.05, look=look)
    first = await probe.look()
    second = await probe.look()
    hung.set()
    with anyio.fail_after(10):
        while not isinstance(await probe.look(), RootLook):
            await anyio.lowlevel.checkpoint()

    assert isinstance(first, RootTrouble)
    assert "no answer" in first.reason
    assert second == first
    assert len(asked) == 2
