"""Copies of what doorman knows, for others and for a bad day: exports and backups.

Each is one file that grows in the store's workshop and has no name any more when it is handed
over: it is gone as soon as nobody reads it, however that ends.
"""

from __future__ import annotations

import io
import os
import tarfile
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO

from daemon.desk.desk import Desk
from daemon.desk.outward_views import EXPORT, MANIFEST, ColumnLine, ExportView, TableLine
from store.copying import copy_whole
from store.database import Connection
from store.documented import DOCUMENTED
from store.errors import StoreUnreachable
from store.exporting import Exported, Form, export
from store.workshop import bench

_FILE_MODE = 0o644


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A nameless file to be handed over; whoever has it closes it."""

    file: BinaryIO
    size_bytes: int


class TakingOut:
    """Makes copies of what the store holds, while everything goes on."""

    def __init__(self, desk: Desk) -> None:
        """Copy what this desk's store holds."""
        self._desk = desk

    async def export(self, forms: Collection[Form]) -> Parcel:
        """Return the documented tables as a tar archive: one state, and what its columns mean.

        Raises:
            StoreError: there is no room for it.

        """
        desk = self._desk
        pack = partial(
            _pack,
            workshop=desk.database.workshop,
            forms=tuple(dict.fromkeys(forms)) or tuple(Form),
            version=desk.household.version,
            at_s=desk.now(),
        )
        return await desk.database.copy_out(pack)

    async def backup(self) -> Parcel:
        """Return a proven copy of the whole store; it holds secrets.

        Raises:
            CopyDiffers: the copy holds something else.
            StoreError: there is no room for it.

        """
        database = self._desk.database
        return await database.copy_out(partial(_back_up, workshop=database.workshop))


def _back_up(connection: Connection, *, workshop: Path) -> Parcel:
    with bench(workshop) as folder:
        copy = folder / "doorman.duckdb"
        copy_whole(connection, copy)
        return _parcel(copy.open("rb"))


def _pack(
    connection: Connection,
    *,
    workshop: Path,
    forms: Sequence[Form],
    version: str,
    at_s: float,
) -> Parcel:
    with bench(workshop) as folder:
        exported = export(connection, DOCUMENTED, forms, folder)
        view = ExportView(
            version=version,
            made_at=datetime.fromtimestamp(int(at_s), UTC).isoformat(),
            tables=tuple(_line(each) for each in exported),
        )
        files = [file for each in exported for file in each.files]
        try:
            return _archive(workshop, EXPORT.dump_json(view, indent=2), files, at_s=at_s)
        except OSError as error:
            raise StoreUnreachable(workshop, error) from error


def _archive(workshop: Path, manifest: bytes, files: Sequence[Path], *, at_s: float) -> Parcel:
    archive = tempfile.TemporaryFile(dir=workshop)  # noqa: SIM115  # whoever gets it closes it
    try:
        with tarfile.open(fileobj=archive, mode="w", format=tarfile.PAX_FORMAT) as packed:
            packed.addfile(_member(MANIFEST, len(manifest), at_s), io.BytesIO(manifest))
            for file in files:
                with file.open("rb") as content:
                    packed.addfile(_member(file.name, file.stat().st_size, at_s), content)
        return _parcel(archive)
    except BaseException:
        archive.close()
        raise


def _member(name: str, size_bytes: int, at_s: float) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mtime, member.mode = size_bytes, int(at_s), _FILE_MODE
    return member


def _parcel(file: BinaryIO) -> Parcel:
    size_bytes = file.seek(0, os.SEEK_END)
    file.seek(0)
    return Parcel(file=file, size_bytes=size_bytes)


def _line(exported: Exported) -> TableLine:
    says = {column.name: column.says for column in exported.table.columns}
    return TableLine(
        name=exported.table.name,
        says=exported.table.says,
        columns=tuple(
            ColumnLine(name=each.name, type=each.type, says=says[each.name])
            for each in exported.columns
        ),
        rows=exported.rows,
        files=tuple(file.name for file in exported.files),
    )
