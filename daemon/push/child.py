"""The push child: sends one message to every target at once, by apprise, and ends.

A process of its own, because apprise takes 34 MB and has no deadline that always holds
(`platform.md` §4), and because a fresh one per message knows no throttle between messages.
What apprise logs holds addresses and payloads, so none of it leaves this process: only words of
ours do.
"""

from __future__ import annotations

import logging
import os
import re
import signal
import stat
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import BinaryIO
from urllib.parse import quote

from apprise import (
    Apprise,
    AppriseAttachment,
    NotifyBase,
    NotifyFormat,
    NotifyType,
    OverflowMode,
)
from apprise.attachment.file import AttachFile

from daemon.push.protocol import Order, Outcome, Report

_HTTP_STATUS = re.compile(r"\berror=([1-5][0-9]{2})\b")
_NEVER_CONNECTED = re.compile(
    r"NewConnectionError|ConnectTimeout|NameResolutionError|Connection refused|SSLError"
    r"|No route to host|Network is unreachable|Name or service not known"
)
_CUT_OFF = re.compile(
    r"timed out|aborted|reset by peer|RemoteDisconnected|IncompleteRead|Broken pipe", re.IGNORECASE
)
MOST_PICTURE_BYTES = 2 * 2**20
"""A contact sheet has some 30 KiB; what is much larger is none, and services refuse it."""
_SELF_DESTRUCT_AFTER_S = 5
"""So long after the deadline the child ends even if nobody is left to kill it."""
_OPENS_LINKS = re.compile(r"(?:ntfys?|barks?)://|https?://ntfy\.sh/", re.IGNORECASE)
_SPEAKS_MQTT = re.compile(r"mqtts?://", re.IGNORECASE)
_HAS_ICON = re.compile(r"ntfys?://|https?://ntfy\.sh/", re.IGNORECASE)
_TYPES = {
    "failed": NotifyType.FAILURE,
    "source": NotifyType.FAILURE,
    "source down": NotifyType.WARNING,
    "library": NotifyType.WARNING,
    "review": NotifyType.WARNING,
    "reminder": NotifyType.WARNING,
    "accepted": NotifyType.SUCCESS,
}

NEEDS_MQTT = "MQTT needs a library that is not installed; install doorman[mqtt]"
NOT_UNDERSTOOD = (
    "apprise does not understand it; compare it with the service's page in apprise's wiki"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What an attempt came to."""

    outcome: Outcome
    reason: str | None = None


class _Overheard(logging.Handler):
    """Keeps what one service logs."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def main() -> None:
    """Carry out the order on standard input; report on standard output."""
    reports = _own_standard_output()
    order = Order.model_validate_json(sys.stdin.buffer.read())
    signal.setitimer(signal.ITIMER_REAL, order.deadline_s + _SELF_DESTRUCT_AFTER_S)
    logging.getLogger("apprise").propagate = False
    logging.getLogger("apprise").addHandler(logging.NullHandler())
    carry_out(order, reports)


def carry_out(order: Order, reports: BinaryIO) -> None:
    """Send to every target, or only check them; write a report for each."""
    services = [understand(url, order.link) for url in order.targets]
    if order.body:
        _send_to_all(services, order, reports)
    else:
        for number, service in enumerate(services):
            _report(reports, number, _understood(service, order.targets[number]))


def _own_standard_output() -> BinaryIO:
    """Keep standard output to ourselves; whatever a plugin prints goes nowhere."""
    reports = os.fdopen(os.dup(1), "wb", buffering=0)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return reports


def _report(reports: BinaryIO, target: int, judgement: Judgement | None) -> None:
    """Write one line, in one piece: threads report at the same time."""
    report = Report(
        target=target,
        outcome=judgement.outcome if judgement else None,
        reason=judgement.reason if judgement else None,
    )
    reports.write(report.model_dump_json().encode() + b"\n")


def _understood(service: NotifyBase | None, url: str) -> Judgement:
    """Return what a check came to."""
    if service is None:
        lacks_mqtt = _SPEAKS_MQTT.match(url) and find_spec("paho") is None
        reason = NEEDS_MQTT if lacks_mqtt else NOT_UNDERSTOOD
        return Judgement(outcome=Outcome.FAILED, reason=reason)

    return Judgement(outcome=Outcome.DELIVERED)


def understand(url: str, link: str | None) -> NotifyBase | None:
    """Return the service that a target means; None when apprise knows none.

    `instantiate` takes the address whole; `Apprise.add` would cut it at a comma.
    """
    return Apprise.instantiate(with_link(url, link))


def with_link(url: str, link: str | None) -> str:
    """Return the target with what its service needs to open `link` at a tap.

    ntfy's default icon would be fetched from a third party: `image=no`, unless the owner says.
    """
    if _HAS_ICON.match(url):
        url = _with_parameter(url, "image", "no")

    return _with_parameter(url, "click", link) if link and _OPENS_LINKS.match(url) else url


def _with_parameter(url: str, name: str, value: str) -> str:
    """Return `url` with a parameter, if it does not have it; apprise does not decode `+`."""
    if re.search(rf"[?&]{name}=", url, re.IGNORECASE):
        return url

    separator = "&" if "?" in url else "?"
    return f"{url}{separator}{name}={quote(value, safe='')}"


def _send_to_all(services: Sequence[NotifyBase | None], order: Order, reports: BinaryIO) -> None:
    """Send to every service in a thread of its own; one that hangs stops no other."""
    threads = [
        threading.Thread(target=_attempt, args=(number, service, order, reports), daemon=True)
        for number, service in enumerate(services)
    ]
    for thread in threads:
        thread.start()

    for thread in threads:
        thread.join()


def _attempt(number: int, service: NotifyBase | None, order: Order, reports: BinaryIO) -> None:
    """Send to one service and report."""
    if service is None:
        _report(reports, number, _understood(service, order.targets[number]))
        return

    _report(reports, number, None)
    _report(reports, number, _send(service, order))


def _send(service: NotifyBase, order: Order) -> Judgement:
    """Send to one service; the daemon's deadline is the only one that cuts a waiting answer."""
    service.socket_read_timeout = order.deadline_s
    service.socket_connect_timeout = order.deadline_s / 2
    if service.overflow_mode == OverflowMode.UPSTREAM:
        service.overflow_mode = OverflowMode.TRUNCATE

    overheard = _Overheard()
    # A logger of its own: apprise calls its services in threads of its choice.
    service.logger = logging.Logger("service", logging.DEBUG)  # noqa: LOG001 - nobody else's
    service.logger.addHandler(overheard)
    box = Apprise()
    box.add(service)
    started_s = time.monotonic()
    delivered = box.notify(
        body=f"{order.body}\n{order.link}" if order.link else order.body,
        title=order.title,
        notify_type=_TYPES.get(order.kind, NotifyType.INFO),
        body_format=NotifyFormat.TEXT,
        attach=picture_of(service, order.picture),
    )
    took_s = time.monotonic() - started_s
    if delivered:
        return Judgement(outcome=Outcome.DELIVERED)

    return judge(overheard.lines, is_slow=took_s >= service.socket_connect_timeout)


def picture_of(service: NotifyBase, path: str | None) -> AppriseAttachment | None:
    """Return the picture for a service that takes some; None where there is no small file.

    Only a plain file of this machine is taken: apprise would fetch an address.
    """
    if path is None or not service.attachment_support or not _is_small_file(path):
        return None

    attachment = AppriseAttachment()
    picture = AttachFile(path=path, name=f"pictures{_ending(path)}")  # type: ignore[no-untyped-call]  # apprise's
    attachment.add(picture)
    return attachment


def _is_small_file(path: str) -> bool:
    try:
        found = os.stat(path, follow_symlinks=False)  # noqa: PTH116  # as bytes on the disk
    except OSError:
        return False

    return stat.S_ISREG(found.st_mode) and 0 < found.st_size <= MOST_PICTURE_BYTES


def _ending(path: str) -> str:
    return os.path.splitext(path)[1]  # noqa: PTH122  # as text, whatever it holds


def judge(lines: Sequence[str], *, is_slow: bool) -> Judgement:
    """Tell a message that was certainly not delivered from one that may have been.

    apprise answers yes or no only; what it logs tells whether the connection was cut after the
    message had gone out.

    Args:
        lines: What apprise logged.
        is_slow: It took as long as a silent service is waited for.

    """
    text = "\n".join(lines)
    status = _HTTP_STATUS.search(text)
    never_connected = _NEVER_CONNECTED.search(text) is not None
    if not never_connected and (_CUT_OFF.search(text) or (is_slow and not status)):
        return Judgement(outcome=Outcome.UNKNOWN, reason="the connection was cut off")

    if status:
        reason = f"the service answered HTTP {status[1]}; check its address and key"
    elif never_connected:
        reason = "no connection to the service; check its host and the network"
    else:
        reason = "the service did not take it; check its address and key"
    return Judgement(outcome=Outcome.FAILED, reason=reason)


if __name__ == "__main__":
    main()
