"""Entries, read as systemd.io/JOURNAL_NATIVE_PROTOCOL has them."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from daemon.logs.journal import Journal, entry_of
from daemon.logs.lines import LogForm
from daemon.logs.redaction import Redactor
from daemon.logs.setup import LogSetup, apply

SECRET = "tk_verysecret"  # noqa: S105 - invented


def fields_of(entry: bytes) -> dict[str, str]:
    """Return the fields of an entry, as journald takes it apart."""
    fields: dict[str, str] = {}
    while entry:
        line, _, rest = entry.partition(b"\n")
        name, equals, value = line.partition(b"=")
        if equals:
            entry = rest
        else:
            size = int.from_bytes(rest[:8], "little")
            value, end, entry = rest[8 : 8 + size], rest[8 + size : 9 + size], rest[9 + size :]
            assert end == b"\n"
        fields[name.decode()] = value.decode()
    return fields


@pytest.fixture
def journald(tmp_path: Path) -> Iterator[socket.socket]:
    """Listen as the journal does."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "journal"))
        listening.setblocking(False)  # noqa: FBT003  # positional-only
        yield listening


@pytest.fixture
def stream(tmp_path: Path) -> Iterator[StringIO]:
    """Log to the journal beside the test, or else here."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    lines = StringIO()
    with closing(Journal(tmp_path / "journal")) as journal:
        setup = LogSetup(
            form=LogForm.JOURNAL,
            redactor=Redactor([SECRET]),
            stream=lines,
            now=lambda: datetime(2026, 3, 1, tzinfo=UTC),
            journal=journal,
        )
        apply(setup, "info")
        yield lines
    logging.captureWarnings(capture=False)
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_facts_become_fields_without_secrets(journald: socket.socket, stream: StringIO) -> None:
    structlog.get_logger().info("file.finished", verdict="review", rule=None, took_s=1.5, key="x")
    structlog.get_logger().warning("source.refused", error=f"bad {SECRET}", **{"odd name": [1]})

    assert stream.getvalue() == ""
    assert fields_of(journald.recv(4096)) == {
        "MESSAGE": "file.finished verdict=review rule=null took_s=1.5 key=***",
        "PRIORITY": "6",
        "SYSLOG_IDENTIFIER": "doorman",
        "DOORMAN_EVENT": "file.finished",
        "DOORMAN_VERDICT": "review",
        "DOORMAN_TOOK_S": "1.5",
        "DOORMAN_KEY": "***",
    }
    second = fields_of(journald.recv(4096))
    assert (second["PRIORITY"], second["DOORMAN_ERROR"]) == ("4", "bad ***")
    assert second["DOORMAN_ODD_NAME"] == "[1]"


def test_libraries_are_told_of_in_the_same_way(journald: socket.socket, stream: StringIO) -> None:
    logging.getLogger("httpx").error("refused\nwith %s", SECRET)

    told = fields_of(journald.recv(4096))
    assert (told["DOORMAN_EVENT"], told["DOORMAN_LOGGER"]) == ("refused\nwith ***", "httpx")
    assert told["PRIORITY"] == "3"
    assert stream.getvalue() == ""


def test_what_the_journal_does_not_take_goes_to_standard_error(
    journald: socket.socket, stream: StringIO
) -> None:
    structlog.get_logger().info("file.seen", text="x" * 1_000_000)
    journald.close()
    structlog.get_logger().info("file.settled")

    first, second = stream.getvalue().splitlines()
    assert first.startswith("<6>file.seen text=xxx")
    assert second == "<6>file.settled"


def test_full_journal_does_not_hold_up_the_daemon(
    journald: socket.socket, stream: StringIO
) -> None:
    while not stream.getvalue():
        structlog.get_logger().info("file.seen")

    assert stream.getvalue() == "<6>file.seen\n"
    assert fields_of(journald.recv(4096))["DOORMAN_EVENT"] == "file.seen"


@given(event=st.text(st.characters(codec="utf-8")), text=st.text(st.characters(codec="utf-8")))
def test_no_text_can_pose_as_another_field(event: str, text: str) -> None:
    fields = fields_of(entry_of("info", event, {"text": text, "x" * 90: text}))

    assert (fields["DOORMAN_EVENT"], fields["DOORMAN_TEXT"]) == (event, text)
    assert len(fields) == 6
    assert max(map(len, fields)) == 64
