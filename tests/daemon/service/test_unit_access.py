from __future__ import annotations

import grp
import os
import pwd
import stat
from pathlib import Path

import pytest

from daemon.service.unit_access import Guarded, access_steps, look_at

FOLDER, FILE = stat.S_IFDIR, stat.S_IFREG


def guarded(path: str, mode: int, *, owner: str = "root", group: str = "root") -> Guarded:
    return Guarded(path=Path(path), mode=mode, owner=owner, group=group)


def test_what_init_wrote_as_root_is_opened_for_the_service_alone() -> None:
    steps = access_steps(
        (
            guarded("/", FOLDER | 0o755),
            guarded("/etc", FOLDER | 0o755),
            guarded("/etc/doorman", FOLDER | 0o700),
            guarded("/etc/doorman/doorman.toml", FILE | 0o600),
            guarded("/etc/doorman/my box.key", FILE | 0o600),
        )
    )

    assert steps == (
        "sudo chgrp doorman /etc/doorman /etc/doorman/doorman.toml '/etc/doorman/my box.key'",
        "sudo chmod 0750 /etc/doorman",
        "sudo chmod 0640 /etc/doorman/doorman.toml '/etc/doorman/my box.key'",
    )


@pytest.mark.parametrize(
    "each",
    [
        guarded("/f", FILE | 0o644),
        guarded("/f", FILE | 0o640, group="doorman"),
        guarded("/f", FILE | 0o400, owner="doorman"),
        guarded("/d", FOLDER | 0o711),
        guarded("/d", FOLDER | 0o750, group="doorman"),
        guarded("/d", FOLDER | 0o700, owner="doorman"),
    ],
)
def test_what_the_service_can_read_is_left_as_it_is(each: Guarded) -> None:
    assert access_steps((each,)) == ()


@pytest.mark.parametrize(
    "each",
    [
        guarded("/f", FILE | 0o600, group="doorman"),
        guarded("/f", FILE | 0o044, owner="doorman"),
        guarded("/f", FILE | 0o604, group="doorman"),
    ],
)
def test_owner_and_group_count_before_others(each: Guarded) -> None:
    assert access_steps((each,)) != ()


def test_folder_that_others_share_keeps_its_group() -> None:
    steps = access_steps(
        (
            guarded("/srv/ours", FOLDER | 0o770, owner="ann", group="media"),
            guarded("/srv/ours/doorman.toml", FILE | 0o660, owner="ann", group="media"),
        )
    )

    assert steps == (
        "sudo setfacl -m u:doorman:x /srv/ours",
        "sudo setfacl -m u:doorman:r /srv/ours/doorman.toml",
    )


def test_every_folder_above_is_looked_at_once(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    one, two = tmp_path / "one.toml", tmp_path / "two.key"
    one.touch(mode=0o600)
    two.touch(mode=0o640)

    seen = look_at([one, two, tmp_path / "missing"])

    assert [each.path for each in seen] == [*reversed(tmp_path.parents), tmp_path, one, two]
    mine = seen[-3:]
    assert [stat.S_IMODE(each.mode) for each in mine] == [0o700, 0o600, 0o640]
    assert [each.is_folder for each in mine] == [True, False, False]
    user, group = pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(os.getegid()).gr_name
    assert {(each.owner, each.group) for each in mine} == {(user, group)}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_owner_without_a_name_is_a_number(tmp_path: Path) -> None:
    path = tmp_path / "doorman.toml"
    path.touch()
    os.chown(path, 54321, 54321)

    assert (look_at([path])[-1].owner, look_at([path])[-1].group) == ("54321", "54321")
