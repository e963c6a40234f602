"""Set up logging: one line for an event, on standard error, in the form its reader wants.

Where standard error is the journal's, the journal is told in its own protocol instead.

Everything goes through one renderer: our own events (structlog) and, from warning upwards, those
of the libraries (logging, warnings).
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TextIO

import structlog
from structlog.typing import EventDict, WrappedLogger

from daemon.logs.journal import SOCKET, Journal, entry_of
from daemon.logs.lines import LogForm, render
from daemon.logs.redaction import Plain, Redactor

LogFormat = Literal["auto", "text", "json"]
LogLevel = Literal["debug", "info", "warning", "error"]

_LEVELS: dict[LogLevel, int] = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSetup:
    """How events become lines."""

    form: LogForm
    redactor: Redactor
    stream: TextIO
    now: Callable[[], datetime]
    journal: Journal | None = None
    """Takes events as fields; None: everything goes to `stream`."""


def choose_form(wanted: LogFormat, environment: Mapping[str, str], stream: TextIO) -> LogForm:
    """Return the form that suits where the lines go."""
    if wanted == "json":
        return LogForm.JSON

    if is_journal(environment, stream):
        return LogForm.JOURNAL

    has_colours = stream.isatty() and not environment.get("NO_COLOR")
    return LogForm.TERMINAL if has_colours else LogForm.PLAIN


def is_journal(environment: Mapping[str, str], stream: TextIO) -> bool:
    """Tell whether `stream` is the journal's.

    JOURNAL_STREAM names its device and inode (systemd.exec(5)); a child with its standard error
    redirected inherits the variable, but not the file.
    """
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return environment.get("JOURNAL_STREAM") == f"{status.st_dev}:{status.st_ino}"


def utc_now() -> datetime:
    """Return the time that lines carry."""
    return datetime.now(UTC)


def configure(
    wanted: LogFormat,
    level: LogLevel,
    secrets: Iterable[str],
    *,
    stream: TextIO,
    environment: Mapping[str, str],
) -> None:
    """Send all logging of this process to `stream`; to be called once, before anything logs.

    Args:
        wanted: As the configuration says.
        level: For our own events; libraries are heard from warning upwards.
        secrets: What no line may show; see `daemon.logs.redaction.target_secrets` too.
        stream: Standard error.
        environment: Of this process.

    """
    form = choose_form(wanted, environment, stream)
    apply(
        LogSetup(
            form=form,
            redactor=Redactor(secrets),
            stream=stream,
            now=utc_now,
            journal=Journal(SOCKET) if form is LogForm.JOURNAL else None,
        ),
        level,
    )


def apply(setup: LogSetup, level: LogLevel) -> None:
    """Make `setup` the way this process logs."""
    write = _Writer(setup.stream, setup.journal)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            _renderer(setup),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=lambda *_: write,
        cache_logger_on_first_use=False,  # a logger made before this call shall obey it too
    )
    root = logging.getLogger()
    for handler in root.handlers[:]:
        if isinstance(handler, LibraryHandler):
            root.removeHandler(handler)

    root.addHandler(LibraryHandler(setup, write))
    root.setLevel(logging.WARNING)
    logging.captureWarnings(True)  # noqa: FBT003 - positional-only in practice


class _Writer:
    """Writes lines whole; a reader that went away does not end the daemon."""

    def __init__(self, stream: TextIO, journal: Journal | None) -> None:
        self._stream = stream
        self._journal = journal
        self._lock = threading.Lock()

    def msg(self, line: str, entry: bytes = b"") -> None:
        """Write one event: as the journal's entry, or as a line where it takes none."""
        try:
            with self._lock:
                if entry and self._journal is not None and self._journal.takes(entry):
                    return

                self._stream.write(line + "\n")
                self._stream.flush()
        except (OSError, ValueError):  # the latter: the stream is closed
            return

    debug = info = warning = warn = error = critical = fatal = exception = log = msg


_Told = tuple[str, bytes]
"""A line, and the journal's entry for the same; empty where there is no journal."""


def _renderer(
    setup: LogSetup,
) -> Callable[[WrappedLogger, str, EventDict], tuple[_Told, dict[str, object]]]:
    """Return structlog's last processor, which gives the arguments of the writer."""

    def told(
        _logger: WrappedLogger, method: str, event_dict: EventDict
    ) -> tuple[_Told, dict[str, object]]:
        level = str(event_dict.pop("level", method))
        event = setup.redactor.text(str(event_dict.pop("event", "")))
        return _told(setup, level, event, setup.redactor.facts(event_dict)), {}

    return told


def _told(setup: LogSetup, level: str, event: str, facts: Mapping[str, Plain]) -> _Told:
    line = render(setup.form, level, event, facts, at=setup.now())
    return line, entry_of(level, event, facts) if setup.journal is not None else b""


class LibraryHandler(logging.Handler):
    """Renders what libraries log like our own events."""

    def __init__(self, setup: LogSetup, writer: _Writer) -> None:
        """Hear warnings and what is worse."""
        super().__init__(logging.WARNING)
        self._setup = setup
        self._writer = writer

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        setup = self._setup
        facts: dict[str, object] = {"logger": record.name}
        if record.exc_info:
            facts["exception"] = logging.Formatter().formatException(record.exc_info)

        told = _told(
            setup,
            record.levelname.lower(),
            setup.redactor.text(_message(record)),
            setup.redactor.facts(facts),
        )
        self._writer.msg(*told)


def _message(record: logging.LogRecord) -> str:
    """Return the record's message, also where its arguments do not fit it."""
    try:
        return record.getMessage()
    except (TypeError, ValueError):
        return str(record.msg)
