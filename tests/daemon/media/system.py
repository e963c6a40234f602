"""A /sys of our own, with the disks that a test needs."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class System:
    """Writes block devices as the kernel shows them (sysfs, Documentation/ABI/stable)."""

    root: Path
    _folders: dict[str, Path] = field(default_factory=dict)

    def disk(self, name: str, number: str, rotational: str = "1", model: str = "") -> str:
        """Add a whole disk; return its name."""
        folder = self._add(self.root / "devices" / "block" / name, number)
        (folder / "queue").mkdir()
        (folder / "queue" / "rotational").write_text(f"{rotational}\n")
        if model:
            (folder / "device").mkdir()
            (folder / "device" / "model").write_text(f"{model}\n")
        return name

    def partition(self, name: str, number: str, disk: str) -> str:
        """Add a partition of a disk; return its name."""
        (self._add(self._folders[disk] / name, number) / "partition").write_text("1\n")
        return name

    def compound(self, name: str, number: str, *parts: str, mapped: str = "") -> str:
        """Add what is made of other devices (RAID, LVM, encryption); return its name."""
        folder = self._add(self.root / "devices" / "virtual" / "block" / name, number)
        (folder / "slaves").mkdir()
        for part in parts:
            (folder / "slaves" / part).symlink_to(self._folders[part])
        (folder / "queue").mkdir()
        (folder / "queue" / "rotational").write_text("0\n")  # what the parts are is what counts
        if mapped:
            (folder / "dm").mkdir()
            (folder / "dm" / "name").write_text(f"{mapped}\n")
        return name

    def btrfs(self, identity: str, *devices: str) -> None:
        """Add a file system that lies on several devices."""
        folder = self.root / "fs" / "btrfs" / identity / "devices"
        folder.mkdir(parents=True)
        (folder.parent.parent / "features").mkdir(exist_ok=True)
        for device in devices:
            (folder / device).symlink_to(self._folders[device])

    def _add(self, folder: Path, number: str) -> Path:
        folder.mkdir(parents=True)
        for place, name in (("dev/block", number), ("class/block", folder.name)):
            (self.root / place).mkdir(parents=True, exist_ok=True)
            (self.root / place / name).symlink_to(folder)
        self._folders[folder.name] = folder
        return folder


def device(number: str) -> int:
    """Return `st_dev` for `major:minor`."""
    major, minor = number.split(":")
    return os.makedev(int(major), int(minor))


def mount_line(point: str, number: str, file_system: str, source: str) -> str:
    """Return a line of the mount table."""
    return f"36 35 {number} / {point} rw,relatime shared:1 - {file_system} {source} rw\n"
