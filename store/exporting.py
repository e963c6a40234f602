"""The columns that documented tables are made of, as files for the process that makes these."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from store.database import Connection
from store.documented import READ, Documented
from store.transaction import snapshot
from store.workshop import quoted


class Form(StrEnum):
    """What kind of file an export holds."""

    PARQUET = "parquet"
    JSONL = "jsonl"


def copy_read(connection: Connection, tables: Sequence[Documented], folder: Path) -> None:
    """Write what these tables are made of into a folder of the workshop, all of one state.

    Rows stream from one file to the other: that takes little memory, however many they are.

    Raises:
        duckdb.Error: it could not be done.

    """
    names = dict.fromkeys(name for table in tables for name in table.reads)
    with snapshot(connection):
        for name in names:
            target = quoted(raw_file(folder, name))
            connection.execute(
                f"COPY (SELECT {READ[name]} FROM {name}) TO {target} (FORMAT parquet)"  # noqa: S608  # constants
            )


def raw_file(folder: Path, name: str) -> Path:
    """Return where a table of the store lies, as a file."""
    return folder / f"{name}.raw"
