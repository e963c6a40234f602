"""Receivers on the loopback interface that speak as real ones do: SMTP and MQTT."""

from __future__ import annotations

import socket
import struct
import threading
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BufferedRWPair
from types import TracebackType
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

_PATIENCE_S = 20.0


class MailServer:
    """Takes mail for whomever."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self._controller = Controller(self, hostname="127.0.0.1", port=_free_port())

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"

    @property
    def target(self) -> str:
        port = self._controller.port
        return f"mailto://127.0.0.1:{port}/?from=doorman@films.example&to=ada@films.example"

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._controller.stop()


_CONNECT, _CONNACK, _PUBLISH, _PUBACK = 1, 2, 3, 4
_PINGREQ, _PINGRESP, _DISCONNECT = 12, 13, 14


@dataclass
class Broker:
    """As much of an MQTT 3.1.1 broker as a client that publishes sees of one."""

    published: list[tuple[str, str]] = field(default_factory=list)
    """Topic and payload, in the order of their arrival."""

    def __enter__(self) -> Self:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listening.close()

    @property
    def target(self) -> str:
        return f"mqtt://127.0.0.1:{self._listening.getsockname()[1]}/doorman/news"

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            client.settimeout(_PATIENCE_S)
            with client, client.makefile("rwb") as stream:
                while self._answer(stream):
                    stream.flush()

    def _answer(self, stream: BufferedRWPair) -> bool:
        """Answer one packet; return whether another may come."""
        head = stream.read(1)
        if not head:
            return False

        kind, flags = head[0] >> 4, head[0] & 0x0F
        body = stream.read(_length(stream)) or b""
        match kind:
            case 1:
                stream.write(bytes([_CONNACK << 4, 2, 0, 0]))
            case 3:
                self._take(stream, flags, body)
            case 12:
                stream.write(bytes([_PINGRESP << 4, 0]))
            case _:
                return kind != _DISCONNECT
        return True

    def _take(self, stream: BufferedRWPair, flags: int, body: bytes) -> None:
        (length,) = struct.unpack_from(">H", body)
        topic, rest = body[2 : 2 + length].decode(), body[2 + length :]
        if flags >> 1 & 3:
            number, rest = rest[:2], rest[2:]
            stream.write(bytes([_PUBACK << 4, 2]) + number)
        self.published.append((topic, rest.decode()))


def _length(stream: BufferedRWPair) -> int:
    """Return a length of up to four bytes, seven bits in each, the lowest first."""
    length = shift = 0
    while True:
        (byte,) = stream.read(1) or b"\0"
        length |= (byte & 0x7F) << shift
        if not byte & 0x80:
            return length
        shift += 7


def _free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])
