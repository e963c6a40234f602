from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from daemon.web.gate.access import Access, Token
from daemon.web.gate.access_file import AccessFile, AccessUnreadable, AccessUnwritable
from daemon.web.gate.password import SealedPassword


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "doorman.access.json"


def named(access: Access, name: str) -> Access:
    token = Token(name=name, sha256="0" * 64, made_at_s=1.0)
    return access.model_copy(update={"tokens": (*access.tokens, token)})


def test_there_is_nothing_to_read_at_first(path: Path) -> None:
    assert AccessFile(path).read() is None


def test_what_is_changed_is_read_by_another(path: Path, sealed: SealedPassword) -> None:
    reader = AccessFile(path)
    reader.read()
    changed = AccessFile(path).change(lambda access: access.model_copy(update={"password": sealed}))

    assert reader.read() == changed
    assert changed.password == sealed


def test_secret_is_made_once_and_stays(path: Path) -> None:
    first = AccessFile(path).change(lambda access: access)
    second = AccessFile(path).change(lambda access: named(access, "phone"))

    assert second.secret == first.secret
    assert len({first.secret, Access().secret, Access().secret}) == 3


def test_only_its_owner_may_read_it(path: Path) -> None:
    AccessFile(path).change(lambda access: access)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [each.name for each in path.parent.iterdir()] == [path.name]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_root_gives_it_to_whoever_owns_the_store(path: Path) -> None:
    path.parent.mkdir()
    os.chown(path.parent, 4321, 4322)
    AccessFile(path).change(lambda access: access)

    assert (path.stat().st_uid, path.stat().st_gid) == (4321, 4322)


def test_file_is_replaced_and_never_half_written(path: Path) -> None:
    file = AccessFile(path)
    file.change(lambda access: access)
    before = path.stat().st_ino
    held = path.open()
    file.change(lambda access: named(access, "phone"))

    with held:
        assert Access.model_validate_json(held.read()).tokens == ()
    assert path.stat().st_ino != before


def test_nothing_is_written_where_nothing_changes(path: Path) -> None:
    file = AccessFile(path)
    file.change(lambda access: access)
    before = path.stat().st_ino
    file.change(lambda access: access)

    assert path.stat().st_ino == before


def test_failed_change_keeps_what_was_there(path: Path) -> None:
    file = AccessFile(path)
    before = file.change(lambda access: named(access, "phone"))

    def stumble(_: Access) -> Access:
        raise KeyError

    with pytest.raises(KeyError):
        file.change(stumble)

    assert AccessFile(path).read() == before


def test_two_that_change_it_lose_nothing(path: Path) -> None:
    def add(number: int) -> None:
        AccessFile(path).change(lambda access: named(access, f"program {number}"))

    threads = [threading.Thread(target=add, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    access = AccessFile(path).read()
    assert access is not None
    assert len(access.tokens) == 12


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"secret": "hunter2"}', '{"version": 2}', '{"more": 1}', "\ufeff{}"]
)
def test_damaged_file_lets_nobody_in_and_shows_nothing(path: Path, content: str) -> None:
    path.parent.mkdir()
    path.write_text(content)

    with pytest.raises(AccessUnreadable, match="it is damaged") as caught:
        AccessFile(path).read()

    assert "hunter2" not in str(caught.value)
    assert caught.value.exit_code == 78
    with pytest.raises(AccessUnreadable):
        AccessFile(path).change(lambda access: access)
    assert path.read_text() == content


@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_only_a_plain_file_is_believed(path: Path, tmp_path: Path, kind: str) -> None:
    path.parent.mkdir()
    if kind == "link":
        (tmp_path / "other.json").write_text(Access().model_dump_json())
        path.symlink_to(tmp_path / "other.json")
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.mkdir()

    with pytest.raises(AccessUnreadable):
        AccessFile(path).read()


def test_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")

    with pytest.raises(AccessUnwritable, match="cannot be written"):
        AccessFile(tmp_path / "state" / "doorman.access.json").change(lambda access: access)


def test_file_that_is_gone_says_nothing_any_more(path: Path) -> None:
    file = AccessFile(path)
    file.change(lambda access: named(access, "phone"))
    file.read()
    path.unlink()

    assert file.read() is None


def test_nothing_secret_shows_in_words(path: Path, sealed: SealedPassword) -> None:
    access = AccessFile(path).change(lambda each: each.model_copy(update={"password": sealed}))

    assert access.secret not in repr(access)
    assert sealed.sealed not in repr(access)
