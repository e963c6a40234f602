from __future__ import annotations

from pathlib import Path, PurePath

import pytest

from daemon.media.storage import Disk, DiskKind, Storage, disks_behind
from tests.daemon.media.system import System, device, mount_line

SPINNING, SOLID, UNKNOWN = DiskKind.SPINNING, DiskKind.SOLID, DiskKind.UNKNOWN
FILM = PurePath("/srv/films/Harbour at Dawn.mkv")


@pytest.fixture
def system(tmp_path: Path) -> System:
    """Two spinning disks, a solid one, and what is made of them."""
    made = System(tmp_path / "sys")
    made.disk("sda", "8:0", model="ST4000VN006")
    made.partition("sda1", "8:1", "sda")
    made.disk("sdb", "8:16", model="ST4000VN006")
    made.partition("sdb1", "8:17", "sdb")
    made.disk("nvme0n1", "259:0", rotational="0")
    made.partition("nvme0n1p2", "259:2", "nvme0n1")
    made.compound("md0", "9:0", "sda1", "sdb1")
    made.compound("dm-0", "253:0", "md0", mapped="crypt")
    made.compound("dm-1", "253:1", "dm-0", "nvme0n1p2", mapped="cached-films")
    made.btrfs("6b0c", "sda1", "sdb1")
    made.btrfs("77aa", "dm-1")
    return made


def found(system: System, number: str | None, table: str = "") -> set[tuple[str, DiskKind]]:
    disks = disks_behind(FILM, device(number) if number else None, system=system.root, table=table)
    return {(disk.name, disk.kind) for disk in disks}


BOTH = {("sda", SPINNING), ("sdb", SPINNING)}


@pytest.mark.parametrize(
    ("number", "disks"),
    [
        ("8:0", {("sda", SPINNING)}),
        ("8:17", {("sdb", SPINNING)}),
        ("259:2", {("nvme0n1", SOLID)}),
        ("9:0", BOTH),
        ("253:0", BOTH),
        ("253:1", BOTH | {("nvme0n1", SOLID)}),
    ],
)
def test_block_device_is_followed_to_its_disks(
    system: System, number: str, disks: set[tuple[str, DiskKind]]
) -> None:
    assert found(system, number) == disks


@pytest.mark.parametrize(
    ("name", "rotational", "model", "kind"),
    [
        ("sdc", "1", "WDC WD40EFRX", SPINNING),
        ("sdc", "1", "", SPINNING),
        ("sdc", "0", "QEMU HARDDISK", SOLID),
        ("sdc", "1", "QEMU HARDDISK", UNKNOWN),
        ("sdc", "1", "VBOX HARDDISK", UNKNOWN),
        ("sdc", "1", "Virtual disk", UNKNOWN),
        ("vda", "1", "", UNKNOWN),
        ("vda", "0", "", SOLID),
        ("nbd3", "1", "", UNKNOWN),
        ("sdc", "", "", UNKNOWN),
        ("mmcblk0", "0", "", SOLID),
    ],
)
def test_disk_spins_only_if_somebody_knows(
    tmp_path: Path, name: str, rotational: str, model: str, kind: DiskKind
) -> None:
    system = System(tmp_path)
    system.disk(name, "8:32", rotational, model)

    assert found(system, "8:32") == {(name, kind)}


@pytest.mark.parametrize(
    ("file_system", "source", "disks"),
    [
        ("btrfs", "/dev/sda1", BOTH),
        ("btrfs", "/dev/mapper/cached-films", BOTH | {("nvme0n1", SOLID)}),
        ("btrfs", "/dev/nvme0n1p2", {("nvme0n1", SOLID)}),
        ("bcachefs", "/dev/sdb1:/dev/nvme0n1p2", {("sdb", SPINNING), ("nvme0n1", SOLID)}),
        ("btrfs", "/dev/mapper/gone", {("btrfs /dev/mapper/gone", UNKNOWN)}),
        ("nfs4", "nas:/films", {("nfs4 nas:/films", UNKNOWN)}),
        ("cifs", "//nas/films", {("cifs //nas/films", UNKNOWN)}),
        ("fuse.mergerfs", "pool", {("fuse.mergerfs pool", UNKNOWN)}),
        ("zfs", "tank/films/new", {("zfs tank", UNKNOWN)}),
        ("overlay", "overlay", {("overlay overlay", UNKNOWN)}),
        ("tmpfs", "tmpfs", set()),
    ],
)
@pytest.mark.parametrize("number", ["0:51", "0:99", None], ids=["its own", "a subvolume's", "none"])
def test_file_system_without_a_device_is_looked_up_in_the_mount_table(
    system: System,
    file_system: str,
    source: str,
    disks: set[tuple[str, DiskKind]],
    number: str | None,
) -> None:
    table = mount_line("/", "8:1", "ext4", "/dev/sda1") + mount_line(
        "/srv/films", "0:51", file_system, source
    )

    assert found(system, number, table) == disks


def test_device_number_wins_over_what_the_path_looks_like(system: System) -> None:
    table = mount_line("/", "8:1", "ext4", "/dev/sda1") + mount_line(
        "/mnt/nas", "0:60", "nfs4", "nas:/films"
    )

    assert found(system, "0:60", table) == {("nfs4 nas:/films", UNKNOWN)}
    assert found(system, None, table) == {("sda", SPINNING)}


def test_path_alone_leads_to_a_disk_too(system: System) -> None:
    assert found(system, None, mount_line("/srv", "9:0", "xfs", "/dev/md0")) == BOTH


def test_what_no_table_names_is_known_by_its_number(system: System) -> None:
    assert found(system, "0:77") == {("device 0:77", UNKNOWN)}
    assert found(system, None) == {("device None", UNKNOWN)}


@pytest.mark.parametrize(("kind", "readers"), [(SPINNING, 3), (UNKNOWN, 2), (SOLID, None)])
def test_each_kind_of_disk_has_so_many_readers(kind: DiskKind, readers: int | None) -> None:
    assert Storage(readers_of_spinning=3).readers_of(Disk("sda", kind)) == readers


def test_by_default_one_file_is_read_from_a_spinning_disk() -> None:
    assert Storage().readers_of(Disk("sda", SPINNING)) == 1


def test_this_machine_is_understood(tmp_path: Path) -> None:
    storage = Storage()

    by_number = storage.disks_of(tmp_path, tmp_path.stat().st_dev)

    assert by_number == storage.disks_of(tmp_path.resolve(), None)
    assert all(disk.name for disk in by_number)
