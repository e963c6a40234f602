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

import anyio
import anyio.to_thread

from daemon.desk.desk import Desk
from daemon.desk.outward_views import EXPORT, MANIFEST, ColumnLine, ExportView, TableLine
from daemon.desk.reading_apart import read_apart
from rules.errors import DoormanError
from store.copying import copy_whole
from store.database import Connection
from store.documented import DOCUMENTED
from store.errors import StoreUnreachable
from store.exporting import Form, copy_read
from store.query_protocol import ExportedTable, QueryOrder, QueryReport
from store.workshop import bench

EXPORT_WITHIN_S = 1800
_FILE_MODE = 0o644


class ExportFailed(DoormanError):
    """The tables could not be made."""

    def __init__(self, problem: str) -> None:
        """Build the message from what DuckDB says."""
        super().__init__(
            f"the export could not be made: {problem}; "
            "see that the [store] folder has room, then try again"
        )


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
        self._turn = anyio.Lock()

    async def export(self, forms: Collection[Form]) -> Parcel:
        """Return the documented tables as a tar archive: one state, and what its columns mean.

        One is made at a time: each takes the room of the whole store, and much memory.

        Raises:
            StoreError: there is no room for it.
            ExportFailed: the tables could not be made.
            ReaderBroken: that took too much memory.

        """
        async with self._turn:
            with bench(self._desk.database.workshop) as folder:
                return await self._export(forms, folder)

    async def backup(self) -> Parcel:
        """Return a proven copy of the whole store; it holds secrets.

        Raises:
            CopyDiffers: the copy holds something else.
            StoreError: there is no room for it.

        """
        database = self._desk.database
        return await database.copy_out(partial(_back_up, workshop=database.workshop))

    async def _export(self, forms: Collection[Form], folder: Path) -> Parcel:
        desk = self._desk
        await desk.database.copy_out(partial(copy_read, tables=DOCUMENTED, folder=folder))
        order = QueryOrder(
            folder=str(folder),
            tables=tuple(table.name for table in DOCUMENTED),
            processor_s=EXPORT_WITHIN_S,
            forms=tuple(dict.fromkeys(forms)) or tuple(Form),
        )
        report = QueryReport(problem=f"it took longer than {EXPORT_WITHIN_S} s")
        with anyio.move_on_after(EXPORT_WITHIN_S):
            report = await read_apart(order)
        if report.problem is not None:
            raise ExportFailed(report.problem)

        pack = partial(_pack, folder, report, version=desk.household.version, at_s=desk.now())
        return await anyio.to_thread.run_sync(pack)


def _back_up(connection: Connection, *, workshop: Path) -> Parcel:
    with bench(workshop) as folder:
        copy = folder / "doorman.duckdb"
        copy_whole(connection, copy)
        return _parcel(copy.open("rb"))


def _pack(folder: Path, report: QueryReport, *, version: str, at_s: float) -> Parcel:
    view = ExportView(
        version=version,
        made_at=datetime.fromtimestamp(int(at_s), UTC).isoformat(),
        tables=tuple(_line(each) for each in report.exported),
    )
    files = [folder / name for each in report.exported for name in each.files]
    try:
        return _archive(folder, EXPORT.dump_json(view, indent=2), files, at_s=at_s)
    except OSError as error:
        raise StoreUnreachable(folder, error) from error


def _archive(folder: Path, manifest: bytes, files: Sequence[Path], *, at_s: float) -> Parcel:
    archive = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  # whoever gets it closes it
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


def _line(exported: ExportedTable) -> TableLine:
    table = next(each for each in DOCUMENTED if each.name == exported.name)
    says = {column.name: column.says for column in table.columns}
    return TableLine(
        name=table.name,
        says=table.says,
        columns=tuple(
            ColumnLine(name=each.name, type=each.type, says=says[each.name])
            for each in exported.columns
        ),
        rows=exported.rows,
        files=exported.files,
    )
