"""Commands that take out what doorman knows, and put it back: query, export, backup, restore."""

from __future__ import annotations

import csv
import io
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from daemon.cli.file_commands import ask
from daemon.cli.options import ConfigOption, JsonOption, read_settings
from rules.errors import UsageError

if TYPE_CHECKING:
    from daemon.remote import Remote
    from daemon.settings import Settings
    from store.copying import Contents
    from store.rewinding import Rewound

# Imports stand in the functions: each command waits only for what it needs.
# ruff: noqa: PLC0415

COPY_TIMEOUT_S = 1800.0
"""A store of a million files takes seconds; a slow disk under load, minutes."""
_GRACE_S = 30
"""What answering takes beside the query."""
_SPOOLED_BYTES = 64 << 20


class NothingAsked(UsageError):
    """A query without a query."""

    def __init__(self) -> None:
        """Build the message."""
        super().__init__(
            'say what to ask, for example: doorman query "SELECT state, count(*) FROM files '
            'GROUP BY ALL"; doorman query --tables says of what'
        )


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(query)
    app.command()(export)
    app.command()(backup)
    app.command()(restore)


def query(
    sql: Annotated[
        str | None, typer.Argument(metavar="SELECT", help="One SELECT; - reads it from stdin.")
    ] = None,
    *,
    tables: Annotated[
        bool, typer.Option("--tables", help="Say which tables and columns there are.")
    ] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    limit: Annotated[
        int, typer.Option(metavar="N", min=0, max=100_000, help="At most so many rows.")
    ] = 1000,
    timeout: Annotated[
        int, typer.Option(metavar="SECONDS", min=1, max=300, help="Stop it after so long.")
    ] = 30,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask about files, works and decisions in SQL.

    It can change nothing.
    """
    from daemon.cli.show import console
    from daemon.cli.show_query import show_answer, show_tables
    from daemon.desk.outward_views import QUERY

    if tables:
        show_tables(console())
        return

    body: dict[str, object] = {"sql": _sql(sql), "most_rows": limit, "within_s": timeout}
    view = ask(
        config,
        lambda remote: remote.post(QUERY, "/query", body, timeout_s=float(timeout + _GRACE_S)),
    )
    if as_json:
        typer.echo(QUERY.dump_json(view, indent=2).decode())
    elif as_csv:
        written = io.StringIO()
        table = csv.writer(written, lineterminator="\n")
        table.writerow(column.name for column in view.columns)
        table.writerows(view.rows)
        typer.echo(written.getvalue(), nl=False)
    else:
        show_answer(view, console())
    if view.is_cut and not as_json:
        typer.echo(f"Only the first {limit} rows are shown; ask for more with --limit.", err=True)


def _sql(sql: str | None) -> str:
    text = sys.stdin.read() if sql == "-" else sql
    if not text or not text.strip():
        raise NothingAsked

    return text


def export(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Made if it is missing.")],
    *,
    form: Annotated[
        list[str] | None,
        typer.Option("--form", metavar="FORM", help="parquet or jsonl; both if not said."),
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write all that is known as Parquet and JSON lines.

    Files, fingerprints, works and decisions. A former export is replaced, anything else in the way
    is not; nothing secret is in it.
    """
    from daemon.cli.show import console
    from daemon.cli.show_query import show_export
    from daemon.desk.outward_views import EXPORT
    from daemon.outward.export import unpack

    with tempfile.SpooledTemporaryFile(_SPOOLED_BYTES) as spool:
        archive: BinaryIO = spool  # type: ignore[assignment]  # it is one in all but name
        asked = {"form": form or []}
        ask(
            config,
            lambda remote: remote.download("/export", asked, archive, timeout_s=COPY_TIMEOUT_S),
        )
        archive.seek(0)
        view = unpack(archive, folder)
    if as_json:
        typer.echo(EXPORT.dump_json(view, indent=2).decode())
    else:
        show_export(view, folder, console())


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Must not be there yet.")],
    *,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Copy the whole store to a file, and prove the copy.

    Also while the daemon runs. It holds secrets: keep it where nobody else reads it.
    """
    from daemon.outward.backup import check_free, make_backup

    check_free(file)

    async def make(remote: Remote) -> Contents:
        async def fetch(target: BinaryIO) -> None:
            await remote.download("/backup", {}, target, timeout_s=COPY_TIMEOUT_S)

        return await make_backup(fetch, file)

    _show_contents(ask(config, make), f"{file}: a whole copy of the store", as_json=as_json)


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help='From "doorman backup".')],
    *,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put a backup in the place of the store.

    The store is kept beside it; no daemon may run. Files in libraries are not touched. What was
    written there since the backup is found again by the next look through them, and nobody is sent
    a message twice.
    """
    from daemon.outward.backup import restore as put_back

    settings = read_settings(config)
    _check_alone(settings)
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    restored = put_back(file, settings.store.path, stamp=stamp, at_s=time.time())
    if not as_json and restored.former is not None:
        typer.echo(f"The former store is kept as {restored.former}")
    if not as_json:
        _show_rewound(restored.rewound)
    _show_contents(restored.contents, f"{settings.store.path}: restored", as_json=as_json)


def _check_alone(settings: Settings) -> None:
    """Refuse where a daemon answers, whatever it holds.  Raises: StoreInUse."""
    from daemon.occupied import is_occupied
    from daemon.outward.errors import StoreInUse

    if is_occupied(settings.server.socket):
        raise StoreInUse(settings.store.path, None)


def _show_rewound(rewound: Rewound) -> None:
    if not rewound.withheld:
        return

    when = "dealt with" if rewound.has_seen_former else "perhaps sent"
    typer.echo(
        f"Messages that waited when the backup was made, and were {when} since, are not sent: "
        f"{rewound.withheld:,}; open questions are as ever in: doorman review"
    )


def _show_contents(contents: Contents, told: str, *, as_json: bool) -> None:
    from daemon.cli.show_query import CONTENTS

    if as_json:
        typer.echo(CONTENTS.dump_json(contents, indent=2).decode())
        return

    counted = ", ".join(
        f"{contents.rows_of(table):,} {name}"
        for table, name in (("file", "files"), ("work", "works"), ("decision", "decisions"))
    )
    typer.echo(f"{told}: {counted}; {contents.rows:,} rows in all, schema {contents.version}")
