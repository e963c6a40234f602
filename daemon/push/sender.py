"""Send push messages by a child process, which has a deadline and knows only what it must."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import anyio
from anyio.abc import ByteReceiveStream, Process
from anyio.streams.buffered import BufferedByteReceiveStream
from pydantic import ValidationError

from daemon.push.message import Message
from daemon.push.protocol import Order, Outcome, Report

DEADLINE_S = 30.0
"""Long enough for slow servers; free push relays took up to 10 s (`lessons.md` row 18)."""
_CHECK_DEADLINE_S = 30.0
_LONGEST_REPORT_BYTES = 4096
_COMMAND = (sys.executable, "-P", "-m", "daemon.push.child")
_PASSED_ON = re.compile(
    r"PATH|HOME|LANG|LC_[A-Z]+|TZ|TMPDIR|XDG_RUNTIME_DIR|DBUS_SESSION_BUS_ADDRESS"
    r"|SSL_CERT_(?:FILE|DIR)|REQUESTS_CA_BUNDLE|(?:https?|all|no)_proxy",
    re.IGNORECASE,
)
"""Variables that sending may need; a key of ours is in none of them."""
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://[^\s/]", re.IGNORECASE)
_BLANK = re.compile(r"\s")


class Target(Protocol):
    """An apprise address; it holds secrets."""

    def get_secret_value(self) -> str:
        """Return the address itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What became of a message at one target."""

    target: str
    """Which one, without secrets: its place in the configuration and its service."""
    outcome: Outcome
    reason: str | None = None
    """Why it was not delivered for certain, and what to do; None when it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Sends messages to whoever is to be told."""

    deadline_s: float = DEADLINE_S
    """For one message to all of its targets."""
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)
    """Only what sending may need of it is passed on."""
    command: tuple[str, ...] = _COMMAND

    async def send(self, message: Message, targets: Sequence[Target]) -> tuple[Delivery, ...]:
        """Return what became of `message` at each target, in their order; never raise for one.

        UNKNOWN at the deadline means: it may or may not have been delivered.
        """
        addresses = tuple(target.get_secret_value() for target in targets)
        order = Order(
            targets=addresses,
            deadline_s=self.deadline_s,
            title=message.title,
            body=message.body,
            link=message.link,
            kind=message.kind,
            picture=str(message.picture) if message.picture else None,
        )
        reports = await self._order(order) if addresses else []
        return tuple(
            _delivery(number, address, [one for one in reports if one.target == number])
            for number, address in enumerate(addresses)
        )

    async def _order(self, order: Order) -> list[Report]:
        """Return what the child reports until the deadline, at which it is killed."""
        reports: list[Report] = []
        try:
            process = await anyio.open_process(
                self.command,
                stderr=subprocess.DEVNULL,
                env=_passed_on(self.environment),
                start_new_session=True,  # Ctrl-C is for the daemon, which ends it in order
            )
        except OSError:
            return reports

        async with process:
            with anyio.move_on_after(self.deadline_s):
                await _converse(process, order, reports)
            if process.returncode is None:
                process.kill()
        return reports


async def _converse(process: Process, order: Order, reports: list[Report]) -> None:
    """Give the order and collect the reports; a child that died has said all it will say."""
    if process.stdin is None or process.stdout is None:
        return

    try:
        await process.stdin.send(order.model_dump_json().encode())
        await process.stdin.aclose()
        await _listen(process.stdout, reports)
    except (anyio.BrokenResourceError, anyio.ClosedResourceError):
        return


async def _listen(output: ByteReceiveStream, reports: list[Report]) -> None:
    """Collect reports until the output ends, or says what no child of ours would."""
    lines = BufferedByteReceiveStream(output)
    while True:
        try:
            line = await lines.receive_until(b"\n", _LONGEST_REPORT_BYTES)
            reports.append(Report.model_validate_json(line))
        except (anyio.IncompleteRead, anyio.DelimiterNotFound, ValidationError):
            return


def _delivery(number: int, address: str, reports: Iterable[Report]) -> Delivery:
    """Return what the reports about one target come to."""
    target = label(number, address)
    began = False
    for report in reports:
        if report.outcome is not None:
            return Delivery(target=target, outcome=report.outcome, reason=report.reason)
        began = True

    if began:
        return Delivery(target=target, outcome=Outcome.UNKNOWN, reason="no answer in time")

    reason = "sending could not be started; see whether the machine has memory left"
    return Delivery(target=target, outcome=Outcome.FAILED, reason=reason)


def label(number: int, address: str) -> str:
    """Return what a target may be called in logs and messages: nothing behind its scheme."""
    scheme = _SCHEME.match(address)
    called = f"target {number + 1}"
    return f"{called} ({scheme[1].lower()})" if scheme else called


def check_target(url: str, *, command: Sequence[str] = _COMMAND) -> str | None:
    """Return None for a target that apprise understands, else what is wrong, without secrets.

    Nothing is sent.  Blocks about half a second, and never longer than 30.
    """
    scheme = _SCHEME.match(url)
    if scheme is None:
        return "it is no address; write service://…, for example ntfy://ntfy.sh/my-topic"

    if _BLANK.search(url):
        return "it has a blank in it; write one target per entry, and %20 for a blank"

    order = Order(targets=(url,), deadline_s=_CHECK_DEADLINE_S)
    report = _ask_child(command, order)
    if report is None:
        return f"the {scheme[1]} target could not be checked; try again"

    return report.reason


def _ask_child(command: Sequence[str], order: Order) -> Report | None:
    """Return the child's report about one target; None when it made none."""
    try:
        answer = subprocess.run(  # noqa: S603 - our own module, the address goes over the pipe
            command,
            input=order.model_dump_json().encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_passed_on(os.environ),
            timeout=order.deadline_s,
            check=False,
        )
        return Report.model_validate_json(answer.stdout)
    except (OSError, subprocess.TimeoutExpired, ValidationError):
        return None


def _passed_on(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that the child may see."""
    return {name: value for name, value in environment.items() if _PASSED_ON.fullmatch(name)}
