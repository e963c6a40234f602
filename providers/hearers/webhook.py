"""A webhook: what happened as JSON, signed where there is a key.

The signature is HMAC-SHA256 over the time, a full stop and the body, in hexadecimal digits; the
time keeps a request that somebody recorded from being played again later.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from pydantic import JsonValue

from providers.hearers.base import Heard, Outcome
from providers.hearers.exchange import Exchange
from providers.secret import SecretText
from rules.announcement import Announcement, NamedThere, path_there
from rules.work import Work

TIME_HEADER = "X-Doorman-Timestamp"
SIGNATURE_HEADER = "X-Doorman-Signature"
_AT_ONCE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """An address that takes JSON."""

    exchange: Exchange
    now_s: Callable[[], float]
    """Seconds since the epoch."""
    key: SecretText | None = None
    folders: tuple[NamedThere, ...] = ()

    @property
    def name(self) -> str:
        """Return what it is called in the configuration."""
        return self.exchange.name

    async def tell(self, announcements: Sequence[Announcement]) -> list[Outcome]:
        """Send what happened, some fifty at a time."""
        for begin in range(0, len(announcements), _AT_ONCE):
            some = announcements[begin : begin + _AT_ONCE]
            await self._send({"events": [self._event(each) for each in some]})
        return [Heard() for _ in announcements]

    async def check(self) -> str:
        """Send it nothing but a greeting: no event."""
        await self._send({"events": []})
        return "took a request without events"

    async def _send(self, body: JsonValue) -> None:
        content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        time = str(int(self.now_s()))
        headers = {TIME_HEADER: time}
        if self.key:
            headers[SIGNATURE_HEADER] = f"sha256={signature(self.key, time, content)}"
        await self.exchange.send("POST", "", content, headers=headers)

    def _event(self, each: Announcement) -> JsonValue:
        former = each.former_path
        return {
            "event": each.occurrence.value,
            "library": each.library,
            "path": self._path(each.path),
            "former_path": None if former is None else self._path(former),
            "size_bytes": each.size_bytes,
            "duration_s": each.duration_s,
            "oshash": each.oshash,
            "phash": each.phash,
            "work": None if each.work is None else _work(each.work),
        }

    def _path(self, path: PurePath) -> str:
        return path_there(path, self.folders)


def signature(key: SecretText, time: str, content: bytes) -> str:
    """Return the signature of a body that is sent at a time."""
    signed = time.encode("ascii") + b"." + content
    return hmac.new(key.reveal().encode(), signed, hashlib.sha256).hexdigest()


def _work(work: Work) -> JsonValue:
    return {
        "title": work.title,
        "date": work.date,
        "studio": work.studio.name if work.studio else None,
        "performers": [each.performer.name for each in work.appearances],
        "tags": [each.name for each in work.tags],
        "details": work.details,
        "director": work.director,
        "code": work.code,
        "urls": list(work.urls),
        "ids": [
            {"source": each.source, "id": each.remote_id}
            for each in work.ids
            if not each.is_made_up
        ],
    }
