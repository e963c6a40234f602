import json
import logging
import os
import pty
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import TextIO

import pytest
import structlog

from daemon.logs.lines import LogForm
from daemon.logs.redaction import Redactor
from daemon.logs.setup import LogFormat, LogSetup, apply, choose_form, configure, utc_now

AT = datetime(2026, 3, 1, 7, 8, 9, tzinfo=UTC)
SECRET = "tk_verysecret"  # noqa: S105 - invented


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    logging.captureWarnings(capture=False)
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def journal_setup(stream: TextIO) -> LogSetup:
    return LogSetup(
        form=LogForm.JOURNAL, redactor=Redactor([SECRET]), stream=stream, now=lambda: AT
    )


def fail(text: str) -> None:
    raise ValueError(text)


def lines(stream: StringIO) -> list[str]:
    return stream.getvalue().splitlines()


def test_our_events_are_one_line_each_without_secrets() -> None:
    stream = StringIO()
    apply(journal_setup(stream), "info")
    log = structlog.get_logger()

    log.debug("file.seen")
    log.info("file.finished", path="/library/a.mkv", api_key="anything", took_s=1.5)
    log.warning("source.refused", error=ValueError(f"bad {SECRET}"))

    assert lines(stream) == [
        "<6>file.finished path=/library/a.mkv api_key=*** took_s=1.5",
        '<4>source.refused error="bad ***"',
    ]


def test_an_exception_loses_its_secrets_too() -> None:
    stream = StringIO()
    apply(journal_setup(stream), "info")

    try:
        fail(f"bad {SECRET}")
    except ValueError:
        structlog.get_logger().exception("stage.failed")

    (line,) = lines(stream)
    assert line.startswith('<3>stage.failed exception="Traceback')
    assert "ValueError: bad ***" in line
    assert SECRET not in line


def test_bound_context_is_written() -> None:
    stream = StringIO()
    apply(journal_setup(stream), "info")
    structlog.contextvars.bind_contextvars(library="films")

    structlog.get_logger().info("scan.finished")

    assert lines(stream) == ["<6>scan.finished library=films"]


def test_libraries_are_heard_from_warning_upwards_in_the_same_form() -> None:
    stream = StringIO()
    apply(journal_setup(stream), "debug")
    library = logging.getLogger("httpx")

    library.info("HTTP Request: GET https://source.example/?token=%s", SECRET)
    library.warning("refused %s", SECRET)
    try:
        fail(SECRET)
    except ValueError:
        library.exception("failed")

    first, second = lines(stream)
    assert first == "<4>refused *** logger=httpx"
    assert second.startswith('<3>failed logger=httpx exception="Traceback')
    assert SECRET not in stream.getvalue()


def test_a_librarys_broken_record_is_written_all_the_same() -> None:
    logging.getLogger().handlers[:] = []  # pytest's own raises for a broken record
    stream = StringIO()
    apply(journal_setup(stream), "info")

    logging.getLogger("odd").warning("%d files", "many")

    assert lines(stream) == ["<4>%d files logger=odd"]


def test_warnings_are_heard_like_a_library() -> None:
    stream = StringIO()
    apply(journal_setup(stream), "info")

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn(f"old {SECRET}", UserWarning, stacklevel=1)
        logging.captureWarnings(capture=False)

    assert "UserWarning: old ***" in stream.getvalue()
    assert SECRET not in stream.getvalue()


def test_setting_up_twice_writes_every_line_once() -> None:
    first, second = StringIO(), StringIO()
    apply(journal_setup(first), "info")
    log = structlog.get_logger()
    apply(journal_setup(second), "warning")

    log.info("file.seen")
    log.warning("file.failed")
    logging.getLogger("httpx").warning("slow")

    assert lines(first) == []
    assert lines(second) == ["<4>file.failed", "<4>slow logger=httpx"]


def test_a_reader_that_went_away_does_not_end_the_daemon() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as stream:
        apply(journal_setup(stream), "info")
        structlog.get_logger().info("file.seen")
        os.dup2(os.open(os.devnull, os.O_WRONLY), writer)  # lets the buffer be flushed at last
    structlog.get_logger().info("file.seen")
    logging.getLogger("httpx").warning("slow")


def test_the_whole_setup_writes_json_on_request(tmp_path: Path) -> None:
    with (tmp_path / "log").open("w") as stream:
        configure("json", "info", [SECRET], stream=stream, environment={})
        structlog.get_logger().info("file.finished", path=SECRET)

    document = json.loads((tmp_path / "log").read_text())
    written_at = datetime.fromisoformat(document.pop("timestamp"))
    assert abs((utc_now() - written_at).total_seconds()) < 60
    assert document == {"level": "info", "event": "file.finished", "path": "***"}


@pytest.mark.parametrize(
    ("wanted", "form"),
    [("auto", LogForm.JOURNAL), ("text", LogForm.JOURNAL), ("json", LogForm.JSON)],
)
def test_under_the_journal_lines_carry_their_priority(
    tmp_path: Path, wanted: LogFormat, form: LogForm
) -> None:
    with (tmp_path / "log").open("w") as stream:
        status = os.fstat(stream.fileno())
        environment = {"JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"}

        assert choose_form(wanted, environment, stream) == form


def test_the_journal_of_another_process_is_not_ours(tmp_path: Path) -> None:
    with (tmp_path / "log").open("w") as stream:
        assert choose_form("auto", {"JOURNAL_STREAM": "1:2"}, stream) == LogForm.PLAIN

    assert choose_form("auto", {"JOURNAL_STREAM": "1:2"}, StringIO()) == LogForm.PLAIN


@pytest.mark.parametrize(
    ("environment", "form"),
    [({}, LogForm.TERMINAL), ({"NO_COLOR": "1"}, LogForm.PLAIN)],
)
def test_a_terminal_gets_colours_unless_it_wants_none(
    environment: dict[str, str], form: LogForm
) -> None:
    leader, follower = pty.openpty()
    try:
        with os.fdopen(follower, "w") as stream:
            assert choose_form("auto", environment, stream) == form
    finally:
        os.close(leader)
