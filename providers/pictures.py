"""Fetch a picture from an address that a source gave us: a stranger's word, so nothing is trusted.

Its host is looked up once, what is found is checked, and the connection goes to just the checked
address, so that no second lookup can lead elsewhere; each redirect begins anew. Only the source's
own server may be on a private network: its owner configured it there. A proxy of the environment
is not used, since it would look the host up itself.
"""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final

import anyio
import httpx

from providers.body import Body
from providers.errors import (
    RateLimited,
    ServerFailed,
    TimedOut,
    Unreachable,
    foreign_errors_mapped,
    quoted,
)
from providers.public_address import is_public
from rules.errors import ProviderError
from rules.picture_kind import picture_type

MOST_BYTES: Final = 10 * 1024 * 1024
TIMEOUT_S: Final = 20.0
"""From the first lookup to the last byte, redirects and all."""
_MOST_REDIRECTS: Final = 3
_MOST_ADDRESSES: Final = 3
"""Of one host, tried one after the other."""
ACCEPT: Final = "image/avif,image/webp,image/png,image/jpeg,image/gif"
"""What browsers show."""
ACCEPT_BESIDE: Final = "image/jpeg,image/png,image/webp,image/gif"
"""What media servers show; a server that has a choice shall not send AVIF."""
_PORTS: Final = {"http": 80, "https": 443}

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""The name of a host and a port → its addresses, in the order in which to try them."""


class PictureRefused(ProviderError):
    """The address is none from which a picture would be fetched."""

    def __init__(self, place: str, why: str) -> None:
        """Build the message from the place and what is wrong with it."""
        super().__init__(
            f"no picture is fetched from {place}: {why}; look at it on the source's own page"
        )


class NoPicture(ProviderError):
    """Something else is there."""

    def __init__(self, place: str, found: str) -> None:
        """Build the message from what is there instead."""
        super().__init__(
            f"{place} gave {found} instead of a picture; look at it on the source's own page"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What was fetched."""

    content: bytes
    media_type: str
    """As its first bytes say."""


async def resolve(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a host.

    Raises:
        OSError: it has none.

    """
    found = await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class PictureFetcher:
    """Fetches pictures; see the module for from where."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        resolve: Resolve = resolve,
        timeout_s: float = TIMEOUT_S,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        """Fetch by `http`, which must come from `opened_fetcher` or be as careful."""
        self._http = http
        self._resolve = resolve
        self._timeout_s = timeout_s
        self._most_bytes = most_bytes

    async def fetch(self, address: str, *, source_url: str | None = None) -> Picture:
        """Return the picture at `address`.

        Args:
            address: A web address.
            source_url: Where the source is that gave it; a picture at that very host and port is
                fetched wherever that is. None: the source is not configured any more.

        Raises:
            ProviderError: there is none, or it is not fetched from there.

        """
        url = _url(address)
        own = None if source_url is None else _place(_url(source_url))
        place = _named(url)
        try:
            with anyio.fail_after(self._timeout_s):
                return await self._follow(url, own)
        except TimeoutError as error:
            raise TimedOut(place, self._timeout_s) from error

    async def _follow(self, url: httpx.URL, own: tuple[str, int] | None) -> Picture:
        for _ in range(_MOST_REDIRECTS + 1):
            found = await self._get(url, own)
            if isinstance(found, Picture):
                return found

            url = found
        raise NoPicture(_named(url), "one redirect after the other")

    async def _get(self, url: httpx.URL, own: tuple[str, int] | None) -> Picture | httpx.URL:
        """Return what is at an address: a picture, or the way to somewhere else."""
        addresses = await self._allowed(url, own)
        place = _named(url)
        for address in addresses[:-1]:
            try:
                return await self._get_from(url, address)
            except Unreachable:  # as a host is that has an IPv6 address and this network has none
                continue

        if not addresses:
            raise PictureRefused(place, "it has no address")
        return await self._get_from(url, addresses[-1])

    async def _allowed(self, url: httpx.URL, own: tuple[str, int] | None) -> Sequence[str]:
        """Return the checked addresses of a host.

        Raises:
            PictureRefused: one of them is not public; then none is trusted.
            Unreachable: it has none.

        """
        host, port = _place(url)
        try:
            found = (await self._resolve(host, port))[:_MOST_ADDRESSES]
        except OSError as error:
            raise Unreachable(_named(url), error.strerror or str(error)) from error

        if (host, port) != own and not all(map(is_public, found)):
            raise PictureRefused(_named(url), "it is on a private network")

        return found

    async def _get_from(self, url: httpx.URL, address: str) -> Picture | httpx.URL:
        place = _named(url)
        with foreign_errors_mapped(place):
            request = self._http.build_request(
                "GET",
                url.copy_with(host=address),
                headers={"Host": url.netloc.decode("ascii")},
                extensions={"sni_hostname": url.host},
                timeout=self._timeout_s,
            )
            response = await self._http.send(request, stream=True)
            try:
                if response.has_redirect_location:
                    return _url(str(url.join(response.headers["Location"])))

                return await self._read(response, place)
            finally:
                await response.aclose()

    async def _read(self, response: httpx.Response, place: str) -> Picture:
        if response.status_code != HTTPStatus.OK:
            raise _refusal(place, response.status_code)

        body = Body(
            place,
            encoding=response.headers.get("Content-Encoding", ""),
            limit_bytes=self._most_bytes,
        )
        async for raw in response.aiter_raw():
            body.feed(raw)
        content = body.whole()
        media_type = picture_type(content)
        if media_type is None:
            raise NoPicture(place, response.headers.get("Content-Type") or "something")

        return Picture(content=content, media_type=media_type)


@asynccontextmanager
async def opened_fetcher(*, user_agent: str, accept: str = ACCEPT) -> AsyncIterator[PictureFetcher]:
    """Yield a fetcher with an HTTP client of its own: no proxy, no cookies, no redirects."""
    async with httpx.AsyncClient(
        headers={"User-Agent": user_agent, "Accept": accept, "Accept-Encoding": "identity"},
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        follow_redirects=False,
        trust_env=False,
    ) as http:
        yield PictureFetcher(http)


def _refusal(place: str, status: int) -> ProviderError:
    """Return what a status stands for; some pass by themselves."""
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimited(place)

    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT:
        return ServerFailed(place, status)

    return NoPicture(place, f"HTTP {status}")


def place_of(address: str) -> str:
    """Return the host, and port if one is named, of a web address; itself where it is none."""
    try:
        return _named(_url(address))
    except PictureRefused:
        return address


def _url(address: str) -> httpx.URL:
    """Return a web address that may be asked.

    Raises:
        PictureRefused: it is none.

    """
    try:
        url = httpx.URL(address.strip())
    except (httpx.InvalidURL, UnicodeError) as error:
        raise PictureRefused(quoted(address), "that is no address") from error

    if url.scheme not in _PORTS or not url.host or url.userinfo:
        raise PictureRefused(quoted(address), "that is no plain web address")

    return url


def _place(url: httpx.URL) -> tuple[str, int]:
    return url.host, url.port or _PORTS[url.scheme]


def _named(url: httpx.URL) -> str:
    return url.netloc.decode("ascii")
