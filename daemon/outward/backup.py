"""Make a backup of the store, and put one in its place."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import anyio.to_thread

from daemon.outward.errors import (
    BackupDamaged,
    CopyDamaged,
    SourceMissing,
    StoreInUse,
    TargetTaken,
    TargetUnwritable,
)
from daemon.outward.placing import drafted, place, sync, sync_folder
from store.copying import Contents, contents_of
from store.errors import StoreHeld, StoreUnreadable
from store.hold import take_hold
from store.rewinding import Rewound, rewind

Fetch = Callable[[BinaryIO], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What became of the store."""

    contents: Contents
    former: Path | None
    """Where the former store lies now; None when there was none."""
    rewound: Rewound


def check_free(target: Path) -> None:
    """Refuse a name that is taken, before anything is copied.  Raises: TargetTaken."""
    if os.path.lexists(target):
        raise TargetTaken(target)


async def make_backup(fetch: Fetch, target: Path) -> Contents:
    """Have a copy of the store written to the new file `target`; return what it holds.

    It is read back whole before it gets its name, and only its owner can read it.

    Raises:
        TargetTaken: something is there.
        TargetUnwritable: the disk refuses it.
        CopyDamaged: what came cannot be read back.

    """
    with drafted(target) as (file, draft):
        await fetch(file)
        await anyio.to_thread.run_sync(sync, file)
        try:
            contents = await anyio.to_thread.run_sync(contents_of, draft)
        except StoreUnreadable as error:
            raise CopyDamaged(target, _as_called(error.detail, draft, target)) from error

        place(draft, target)
    return contents


def restore(backup: Path, store: Path, *, stamp: str, at_s: float) -> Restored:
    """Put a copy of `backup` in the place of the store, which is kept under another name.

    The backup is read whole before anything is touched. Where this is cut off, the former store
    is whole under either name, and doing it again goes on from there. What people were told since
    the backup was made, they are not told again.

    Args:
        backup: A file that `make_backup` made, or one that doorman made before it migrated.
        store: Where the store lies, if there is one.
        stamp: What the former store's name gets.
        at_s: Now.

    Raises:
        SourceMissing: the backup cannot be read.
        BackupDamaged: it is damaged, or no backup.
        StoreTooNew: a newer doorman made it.
        StoreInUse: a doorman has the store open.
        TargetUnwritable: the disk refuses it.

    """
    real_store = Path(os.path.realpath(store))
    try:
        descriptor = take_hold(real_store)
    except StoreHeld as held:
        raise StoreInUse(real_store, held.holder_pid) from held

    try:
        return _restore(backup, real_store, stamp, at_s=at_s)
    finally:
        os.close(descriptor)


def _restore(backup: Path, store: Path, stamp: str, *, at_s: float) -> Restored:
    with drafted(store) as (file, draft):
        _fill(backup, file)
        sync(file)
        try:
            contents = contents_of(draft, called=backup)
            rewound = rewind(draft, store, at_s=at_s)
        except StoreUnreadable as error:
            raise BackupDamaged(backup, _as_called(error.detail, draft, backup)) from error

        sync(file)
        former = _put_aside(store, stamp)
        place(draft, store)
    return Restored(contents=contents, former=former, rewound=rewound)


def _fill(backup: Path, file: BinaryIO) -> None:
    if backup.exists() and not backup.is_file():  # opening a pipe would wait for ever
        raise SourceMissing(backup, OSError(errno.EINVAL, "it is no plain file"))

    try:
        source = backup.open("rb")
    except OSError as error:
        raise SourceMissing(backup, error) from error

    with source:
        shutil.copyfileobj(source, file)


def _put_aside(store: Path, stamp: str) -> Path | None:
    """Rename the store and its log alike, the store first: a log alone is never opened."""
    log = store.with_name(f"{store.name}.wal")
    if not store.exists() and not log.exists():
        return None

    former = _free(store.with_name(f"{store.name}.before-restore-{stamp}"))
    try:
        for present, name in ((store, former), (log, former.with_name(f"{former.name}.wal"))):
            if present.exists():
                present.rename(name)
        sync_folder(store.parent)
    except OSError as error:
        raise TargetUnwritable(former, error) from error

    return former


def _free(wanted: Path) -> Path:
    target, number = wanted, 1
    while target.exists() or target.with_name(f"{target.name}.wal").exists():
        number += 1
        target = wanted.with_name(f"{wanted.name}-{number}")
    return target


def _as_called(detail: str, draft: Path, name: Path) -> str:
    """Return what the database says of a draft, which nobody has heard of, as if of `name`."""
    return detail.replace(os.fspath(draft), os.fspath(name))
