"""What kind of file system a path lies on, read from the kernel's mount table.

inotify sees only what this machine writes through the mount itself: not what another host writes
to a share, nor what is written beneath an overlay or a pool (`platform.md` §1.2.13, §1.4.5).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path, PurePath

MOUNT_TABLE = Path("/proc/self/mountinfo")


class MountKind(StrEnum):
    """Who may write below a mount without inotify noticing."""

    LOCAL = "local"
    """Nobody: a disk of this machine."""
    NETWORK = "network"
    """Other hosts."""
    FUSE = "fuse"
    """A program decides; pools and remote folders alike."""
    OVERLAY = "overlay"
    """Whoever writes to the layers beneath."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    """One line of the mount table."""

    point: PurePath
    file_system: str
    """The kernel's word, for example `ext4` or `fuse.sshfs`."""
    source: str = field(default="", compare=False)
    """What is mounted, for example `/dev/sda1` or `nas:/films`."""
    device: str = field(default="", compare=False)
    """The file system's number, `major:minor`."""

    @property
    def kind(self) -> MountKind:
        """Return the kind of its file system; what is not known to differ is local.

        `fuseblk` is a disk of this machine that a program reads (NTFS, exFAT).
        """
        if self.file_system in _NETWORK:
            return MountKind.NETWORK

        if self.file_system == "fuse" or self.file_system.startswith("fuse."):
            return MountKind.FUSE

        return MountKind.OVERLAY if self.file_system in _OVERLAYS else MountKind.LOCAL

    @property
    def keeps_inodes(self) -> bool:
        """Tell whether a file has the same inode for as long as it lives.

        FAT has none and Linux makes them up anew, even while mounted; so do most FUSE programs
        and, depending on the server, SMB. NFS hands on the server's.
        """
        if self.file_system in _NUMBERING_SHARES:
            return True

        return self.kind is MountKind.LOCAL and self.file_system not in _RENUMBERING

    @property
    def is_network_share(self) -> bool:
        """Tell whether its files lie on another host."""
        return self.kind is MountKind.NETWORK or self.file_system in _REMOTE_FUSE


_RENUMBERING = frozenset({"vfat", "msdos", "exfat", "fuseblk", "iso9660"})
_NUMBERING_SHARES = frozenset({"nfs", "nfs4", "ceph"})
# autofs stands where a share will be mounted at the first look.
_NETWORK = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "9p", "virtiofs", "vboxsf"),
        *("ceph", "glusterfs", "afs", "coda", "lustre", "gpfs", "ocfs2", "gfs2", "beegfs"),
        *("davfs", "autofs"),
    }
)
_OVERLAYS = frozenset({"overlay", "aufs", "unionfs"})
_REMOTE_FUSE = frozenset(
    f"fuse.{program}"
    for program in (
        *("sshfs", "rclone", "davfs", "davfs2", "glusterfs", "ceph", "ceph-fuse", "s3fs"),
        *("curlftpfs", "smbnetfs", "afpfs", "goofys", "juicefs", "gcsfuse", "mount-s3"),
        *("google-drive-ocamlfuse", "moosefs", "mfs", "seaweedfs", "cvmfs2", "vmhgfs-fuse"),
    )
)
_OCTAL = re.compile(r"\\([0-7]{3})")


def mounts(table: str) -> Iterator[Mount]:
    """Yield the mounts of a `mountinfo` text, in its order; lines of another form are passed over.

    A line is `id parent major:minor root point options [optional …] - type source options`
    (proc_pid_mountinfo(5)).
    """
    for line in table.splitlines():
        before, _, after = line.partition(" - ")
        fields, kinds = before.split(" "), after.split(" ")
        if len(fields) > 4 and kinds[0]:  # noqa: PLR2004 - the point is the fifth field
            yield Mount(
                point=PurePath(_unescape(fields[4])),
                file_system=kinds[0],
                source=_unescape(kinds[1]) if len(kinds) > 1 else "",
                device=fields[2],
            )


def _unescape(text: str) -> str:
    return _OCTAL.sub(lambda octal: chr(int(octal[1], 8)), text)


def mount_of(path: PurePath, table: str) -> Mount | None:
    """Return the mount that `path` lies on: the deepest, of several at one point the last.

    Args:
        path: Absolute and without symlinks (`Path.resolve()`).
        table: A `mountinfo` text.

    """
    found: Mount | None = None
    for mount in mounts(table):
        deeper = found is None or len(mount.point.parts) >= len(found.point.parts)
        if deeper and path.is_relative_to(mount.point):
            found = mount

    return found


def kind_of(path: PurePath, table: str) -> MountKind:
    """Return the kind of mount `path` lies on; local where the table does not say."""
    mount = mount_of(path, table)
    return mount.kind if mount else MountKind.LOCAL


def is_network_share(path: PurePath, table: str) -> bool:
    """Tell whether `path` (absolute, without symlinks) lies on another host."""
    mount = mount_of(path, table)
    return mount is not None and mount.is_network_share


def keeps_inodes(path: PurePath, table: str) -> bool:
    """Tell whether files below `path` (absolute, without symlinks) keep their inodes."""
    mount = mount_of(path, table)
    return mount is None or mount.keeps_inodes


def read_mount_table(source: Path = MOUNT_TABLE) -> str:
    """Return the mount table's text; "" where the system has none (it is Linux's own)."""
    try:
        return source.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""
