"""What the command line prints of answers to SQL, and of exports."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import JsonValue, TypeAdapter
from rich.console import Console
from rich.table import Table

from daemon.cli.show import escape
from daemon.desk.outward_views import ExportView, QueryView, readable_tables
from store.copying import Contents

CONTENTS = TypeAdapter(Contents)


def show_answer(view: QueryView, out: Console) -> None:
    """Print rows as a table."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in view.columns:
        table.add_column(
            escape(column.name), justify="right" if _is_number(column.type) else "left"
        )
    for row in view.rows:
        table.add_row(*(escape(_text(value)) for value in row))
    out.print(table)
    out.print(f"{len(view.rows)} row{'' if len(view.rows) == 1 else 's'}", style="dim")


def show_tables(out: Console) -> None:
    """Print which tables there are, and what their columns hold."""
    for name, says, columns in readable_tables():
        out.print(f"{name}  {says}", style="bold")
        for column, meaning in columns:
            out.print(f"  {column:<14} {meaning}")


def show_export(view: ExportView, folder: Path, out: Console) -> None:
    """Print what was written where."""
    for table in view.tables:
        names = ", ".join(table.files)
        out.print(f"{table.name:<13} {table.rows:>9,} rows  {names}")
    out.print(f"in {escape(str(folder))}; doorman-export.json there says what the columns mean")


def _is_number(kind: str) -> bool:
    return kind in {"BIGINT", "INTEGER", "DOUBLE", "HUGEINT", "UBIGINT"} or kind.startswith("DEC")


def _text(value: JsonValue) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
        case _:
            return json.dumps(value, ensure_ascii=False)
