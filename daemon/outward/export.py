"""Unpack an export into a folder, beside or over one of ours, never over anything else.

What we wrote is known by the digests in the mark that lies beside it. The mark is written before
the files are renamed, with the digests of both the former and the new ones, so that an export that
was cut off can be made again.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO, BinaryIO

from pydantic import TypeAdapter, ValidationError

from daemon.desk.outward_views import EXPORT, MANIFEST, ExportView
from daemon.outward.errors import ArchiveStrange, TargetTaken, TargetUnwritable
from daemon.outward.placing import drafted, replace, sync
from store.documented import DOCUMENTED
from store.exporting import Form

MARK = ".doorman-export-digests.json"
_MARK = TypeAdapter(dict[str, tuple[str, ...]])
_NAMES = frozenset(
    {MANIFEST, *(f"{table.name}.{form.value}" for table in DOCUMENTED for form in Form)}
)
_FILE_MODE = 0o644
_UMASK_BITS = 0o777


def unpack(archive: BinaryIO, folder: Path) -> ExportView:
    """Put the files of an export into `folder`, which is made if it is missing.

    Raises:
        TargetTaken: a file of that name is there that doorman did not write just so.
        TargetUnwritable: the disk refuses it.
        ArchiveStrange: what came is no export.

    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as drafts:
            drafted_files = dict(_drafts(archive, folder, drafts))
            view = _manifest(drafted_files)
            _place_all(drafted_files, folder)
    except FileExistsError as error:
        raise TargetTaken(folder) from error
    except OSError as error:
        raise TargetUnwritable(folder, error) from error

    return view


def _drafts(archive: BinaryIO, folder: Path, drafts: ExitStack) -> Iterator[tuple[str, Path]]:
    """Yield each member's name, and where its content lies for now."""
    try:
        with tarfile.open(fileobj=archive, mode="r|") as packed:
            for member in packed:
                content = packed.extractfile(member) if member.isreg() else None
                if content is None or member.name not in _NAMES:
                    raise ArchiveStrange(f"it holds {member.name!r}")
                yield member.name, _draft(content, folder / member.name, drafts)
    except tarfile.TarError as error:
        raise ArchiveStrange(str(error)) from error


def _draft(content: IO[bytes], target: Path, drafts: ExitStack) -> Path:
    file, draft = drafts.enter_context(drafted(target))
    shutil.copyfileobj(content, file)
    sync(file)
    draft.chmod(_FILE_MODE & ~_umask())
    return draft


def _manifest(drafted_files: Mapping[str, Path]) -> ExportView:
    try:
        return EXPORT.validate_json(drafted_files[MANIFEST].read_bytes())
    except (KeyError, ValidationError) as error:
        raise ArchiveStrange("it does not say what it holds") from error


def _place_all(drafted_files: Mapping[str, Path], folder: Path) -> None:
    written = _written(folder)
    new = {name: _digest(draft) for name, draft in drafted_files.items()}
    for name in new:
        present = folder / name
        if os.path.lexists(present) and (
            present.is_symlink() or _digest(present) not in written.get(name, ())
        ):
            raise TargetTaken(present)
    names = sorted({*written, *new})
    known = {name: (*written.get(name, ()), new.get(name, "")) for name in names}
    _mark(folder, known)
    for name, draft in drafted_files.items():
        replace(draft, folder / name)
    _mark(folder, {name: (new[name],) if name in new else known[name] for name in names})


def _written(folder: Path) -> Mapping[str, tuple[str, ...]]:
    """Return the digests of what we wrote into the folder, by name."""
    with suppress(OSError, ValidationError):
        return _MARK.validate_json((folder / MARK).read_bytes())

    return {}


def _mark(folder: Path, known: Mapping[str, Iterable[str]]) -> None:
    told = {name: tuple(each for each in digests if each) for name, digests in known.items()}
    with drafted(folder / MARK) as (file, draft):
        file.write(_MARK.dump_json(told))
        sync(file)
        draft.chmod(_FILE_MODE & ~_umask())
        replace(draft, folder / MARK)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _umask() -> int:
    """Return this process's umask; it can only be read by setting it."""
    present = os.umask(_UMASK_BITS)
    os.umask(present)
    return present
