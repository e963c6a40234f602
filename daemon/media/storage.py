"""Which disks a file lies on, and how many files may be read there at once.

The kernel tells: each block device has a folder below /sys/dev/block with its parts (`slaves`,
for RAID, LVM and encryption) and whether it spins (`queue/rotational`); the mount table names what
lies on none, or on several (btrfs).  Only the kernel's memory is read, never the disk asked about:
it may be a share that hangs.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePath

from daemon.looking.mounts import MOUNT_TABLE, Mount, mount_of, mounts, read_mount_table

SYSTEM = Path("/sys")
READERS_OF_SPINNING = 1
READERS_OF_UNKNOWN = 2
"""One file is decoded while the next is fetched: that hides most of a share's delays, and should
spinning disks stand behind it, two readers cost them little."""

_IN_MEMORY = frozenset({"tmpfs", "ramfs"})
_SIMULATED_NAMES = ("vd", "xvd", "zd", "nbd", "rbd", "drbd")
_SIMULATED_MODELS = ("qemu", "vbox", "virtual", "vmware")


class DiskKind(StrEnum):
    """How a disk takes to several readers."""

    SPINNING = "spinning"
    """Badly: its heads move from one to the other and back."""
    SOLID = "solid"
    """Well."""
    UNKNOWN = "unknown"
    """Nobody here knows: a share, a pool, a disk that a host only simulates."""


@dataclass(frozen=True, slots=True, order=True)
class Disk:
    """Something that files are read from."""

    name: str
    """The kernel's; of what is no block device, file system and source as in the mount table."""
    kind: DiskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """The disks of this machine, and the manners towards them."""

    readers_of_spinning: int = READERS_OF_SPINNING
    readers_of_unknown: int = READERS_OF_UNKNOWN
    system: Path = SYSTEM
    mount_table: Path = MOUNT_TABLE

    def disks_of(self, path: PurePath, device: int | None) -> frozenset[Disk]:
        """Return the disks behind a path; none where everything lies in memory.

        `device` is the number of its file system (`st_dev`), if known: the path alone leads
        astray where symlinks are in it.
        """
        table = read_mount_table(self.mount_table)
        return disks_behind(Path(path).absolute(), device, system=self.system, table=table)

    def readers_of(self, disk: Disk) -> int | None:
        """Return how many files may be read from a disk at once; None is no limit."""
        match disk.kind:
            case DiskKind.SPINNING:
                return self.readers_of_spinning
            case DiskKind.UNKNOWN:
                return self.readers_of_unknown
            case DiskKind.SOLID:
                return None


def disks_behind(
    path: PurePath, device: int | None, *, system: Path, table: str
) -> frozenset[Disk]:
    """Return the disks behind a path, told what the kernel says.

    Args:
        path: Absolute.
        device: The number of its file system, None if unknown.
        system: Where /sys is.
        table: A `mountinfo` text.

    """
    number = None if device is None else f"{os.major(device)}:{os.minor(device)}"
    mount = _mount_of(path, number, table)
    if number is None and mount is not None:
        number = mount.device
    block = None if number is None else _existing(system / "dev" / "block" / number)
    if block is not None:
        return frozenset(_disks_below(block))

    if mount is None:
        return frozenset({Disk(f"device {number}", DiskKind.UNKNOWN)})

    return frozenset() if mount.file_system in _IN_MEMORY else _disks_of_mount(mount, system)


def _mount_of(path: PurePath, number: str | None, table: str) -> Mount | None:
    """Return the mount with a device number; nested btrfs subvolumes have one that is nowhere."""
    named = [mount for mount in mounts(table) if mount.device == number]
    return named[-1] if named else mount_of(path, table)


def _disks_of_mount(mount: Mount, system: Path) -> frozenset[Disk]:
    """Return the disks of a file system without a block device of its own."""
    sources = mount.source.split(":") if mount.source.startswith("/dev/") else []  # bcachefs: a:b
    blocks = [_block_named(PurePath(source), system) for source in sources]
    members = [block for block in blocks if block]
    if mount.file_system == "btrfs":
        members = [member for block in members for member in _members_of_btrfs(block, system)]
    if not members:
        name = mount.source.partition("/")[0] if mount.file_system == "zfs" else mount.source
        return frozenset({Disk(f"{mount.file_system} {name}", DiskKind.UNKNOWN)})

    return frozenset(disk for member in members for disk in _disks_below(member))


def _block_named(source: PurePath, system: Path) -> Path | None:
    """Return the folder of a block device below /dev; a service may not see /dev itself."""
    if source.parent.name == "mapper":
        for name in (system / "class" / "block").glob("dm-*/dm/name"):
            if _text(name) == source.name:
                return _existing(name.parent.parent)

    return _existing(system / "class" / "block" / "!".join(source.parts[2:]))


def _members_of_btrfs(block: Path, system: Path) -> list[Path]:
    """Return all block devices of the btrfs that one of them belongs to, or that one."""
    for devices in (system / "fs" / "btrfs").glob("*/devices"):
        if _existing(devices / block.name):
            return [found for each in devices.glob("*") if (found := _existing(each))]

    return [block]


def _disks_below(block: Path) -> Iterator[Disk]:
    """Yield the disks that a block device is made of, in the end."""
    whole = block.parent if _existing(block / "partition") else block
    parts = sorted((whole / "slaves").glob("*"))
    if not parts:
        yield Disk(whole.name, _kind_of(whole))
    for part in parts:
        yield from _disks_below(part.resolve())


def _kind_of(disk: Path) -> DiskKind:
    """Return how a disk takes to readers.

    That it does not spin is something that only a driver who knows says.  That it does is what
    the kernel takes for granted, also of a disk that a host simulates.
    """
    rotational = _text(disk / "queue" / "rotational")
    if rotational == "0":
        return DiskKind.SOLID

    model = _text(disk / "device" / "model").lower()
    is_simulated = disk.name.startswith(_SIMULATED_NAMES) or model.startswith(_SIMULATED_MODELS)
    return DiskKind.SPINNING if rotational == "1" and not is_simulated else DiskKind.UNKNOWN


def _existing(link: Path) -> Path | None:
    """Return where a link of /sys leads, None if it is not there or not for us."""
    with suppress(OSError):
        return link.resolve(strict=True)

    return None


def _text(path: Path) -> str:
    """Return a file of /sys without its line end, "" where it is not there or not for us."""
    with suppress(OSError):
        return path.read_text(encoding="utf-8", errors="replace").strip()

    return ""
