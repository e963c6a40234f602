from pathlib import Path, PurePath

import pytest

from daemon.looking.mounts import (
    Mount,
    MountKind,
    is_network_share,
    keeps_inodes,
    kind_of,
    mount_of,
    mounts,
    read_mount_table,
)

TABLE = r"""22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard
40 27 0:40 / /srv/share rw,relatime shared:1 - nfs4 nas:/media rw,vers=4.2
41 27 0:41 / /srv/windows rw shared:2 master:3 - cifs //nas/films rw
42 27 0:42 / /srv/pool rw - fuse.mergerfs a:b rw
43 27 0:43 / /srv/far rw - fuse.sshfs me@there:/ rw
44 27 8:1 / /srv/ntfs rw - fuseblk /dev/sdb1 rw
45 27 0:45 / /srv/layers rw - overlay overlay rw,lowerdir=/a
46 40 8:2 / /srv/share/local rw - xfs /dev/sdc rw
47 27 0:47 / /srv/two\040words\134and\011tab rw - 9p host rw
48 27 0:48 / /srv/twice rw - nfs nas:/x rw
49 48 8:3 / /srv/twice rw - btrfs /dev/sdd rw
50 27 0:50 / /srv/automatic rw - autofs systemd-1 rw
broken line
"""


@pytest.mark.parametrize(
    ("path", "kind", "is_share"),
    [
        ("/", MountKind.LOCAL, False),
        ("/home/me", MountKind.LOCAL, False),
        ("/srv/share", MountKind.NETWORK, True),
        ("/srv/share/films", MountKind.NETWORK, True),
        ("/srv/shared", MountKind.LOCAL, False),
        ("/srv/windows/x", MountKind.NETWORK, True),
        ("/srv/pool/x", MountKind.FUSE, False),
        ("/srv/far/x", MountKind.FUSE, True),
        ("/srv/ntfs/x", MountKind.LOCAL, False),
        ("/srv/layers/x", MountKind.OVERLAY, False),
        ("/srv/share/local/x", MountKind.LOCAL, False),
        ("/srv/two words\\and\ttab/x", MountKind.NETWORK, True),
        ("/srv/twice/x", MountKind.LOCAL, False),
        ("/srv/automatic/x", MountKind.NETWORK, True),
    ],
)
def test_the_deepest_and_last_mount_decides(path: str, kind: MountKind, *, is_share: bool) -> None:
    assert kind_of(PurePath(path), TABLE) is kind
    assert is_network_share(PurePath(path), TABLE) is is_share


@pytest.mark.parametrize(
    ("file_system", "keeps"),
    [
        ("ext4", True),
        ("btrfs", True),
        ("tmpfs", True),
        ("nfs4", True),
        ("cifs", False),
        ("exfat", False),
        ("vfat", False),
        ("fuseblk", False),
        ("fuse.mergerfs", False),
        ("overlay", False),
    ],
)
def test_not_every_file_system_numbers_its_files_for_good(file_system: str, *, keeps: bool) -> None:
    table = f"1 0 0:1 / /srv rw - {file_system} none rw\n"

    assert keeps_inodes(PurePath("/srv/a"), table) is keeps
    assert keeps_inodes(PurePath("/elsewhere"), table)


def test_a_line_of_another_form_is_passed_over() -> None:
    assert len(list(mounts(TABLE))) == 13


def test_without_a_table_everything_is_local() -> None:
    assert mount_of(PurePath("/x"), "") is None
    assert kind_of(PurePath("/x"), "") is MountKind.LOCAL
    assert not is_network_share(PurePath("/x"), "")


def test_this_machine_has_a_root_file_system() -> None:
    root = mount_of(PurePath("/"), read_mount_table())

    assert root == Mount(point=PurePath("/"), file_system=root.file_system if root else "")


def test_a_system_without_a_mount_table_has_an_empty_one(tmp_path: Path) -> None:
    assert read_mount_table(tmp_path / "none") == ""
