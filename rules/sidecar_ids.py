"""Whose the ids and addresses in an NFO are: from its writer's words to the configured sources.

Every program has its own word for a source: the name of its preset, its host, its endpoint. A word
that fits several sources equally well means all of them, for they are then one place.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from rules.address_key import carries_key
from rules.sidecar_says import SidecarSays, WrittenId
from rules.wordfold import fold_solid
from rules.work import ExternalId

STASHBOX = "stashbox"
"""The dialect whose ids are UUIDs (`stash-box.md` §3)."""

_ALSO_CALLED = {"theporndb": frozenset({"tpdb", "metadataapi", "porndb"})}
"""What else writers call a source (`theporndb-and-others.md`)."""
_ANY_STASHBOX = frozenset({"stash", "stashbox"})
"""Words that say the dialect and not the place; with one such source it is that."""
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_NAME_OF_A_WORK = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,254}")
"""A UUID, a number or a slug."""
_WORKS = frozenset({"scenes", "movies", "jav"})
"""Where the pages of works lie, below the page of their source."""
_FOREMOST_LABELS = frozenset({"www", "api"})
_HOME_ENDINGS = ("localhost", "local", "lan", "home", "internal", "intranet", "localdomain")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceNames:
    """How a source may be called in an NFO."""

    source: str
    """Its name in the configuration."""
    dialect: str
    preset: str | None = None
    addresses: tuple[str, ...] = ()
    """Of its endpoint and of its pages."""
    is_told_names: bool = True
    """Whether names of files may be sent to it."""

    @property
    def tiers(self) -> tuple[frozenset[str], ...]:
        """Return its names, folded, the surest first."""
        hosts = frozenset(_bare_host(each) for each in self.addresses)
        preset = fold_solid(self.preset or "")
        labels = frozenset(fold_solid(host.rpartition(".")[0]) for host in hosts)
        known = {preset, *labels} - {""}
        others = frozenset(other for name in known for other in _ALSO_CALLED.get(name, ()))
        return (
            frozenset({fold_solid(self.source)}),
            frozenset({preset, *map(fold_solid, hosts)} - {""}),
            labels | others,
        )


def ids_at(says: SidecarSays, sources: Sequence[SourceNames]) -> frozenset[ExternalId]:
    """Return what the ids and addresses in an NFO are at the sources."""
    written = (found for each in says.ids for found in _ids(each, sources))
    pages = (found for url in says.urls for found in _on_page(url, sources))
    return frozenset((*written, *pages))


def other_addresses(says: SidecarSays, sources: Sequence[SourceNames]) -> tuple[str, ...]:
    """Return the addresses that a source may be asked about: public, and no source's own page.

    Those of a house's own servers say where it keeps them, and nobody else knows their pages.
    """
    urls = (*says.urls, *(each.text for each in says.ids if _is_address(each.text)))
    told = (url for url in urls if is_public(url) and not any(_on_page(url, sources)))
    return tuple(dict.fromkeys(told))


def is_public(url: str) -> bool:
    """Tell whether an address is of the public web, without a name or a key of anybody in it."""
    parts = _split(url)
    if parts is None or parts.scheme not in {"http", "https"} or "@" in parts.netloc:
        return False

    return _is_public_host(parts.hostname or "") and not carries_key(parts.query)


def _ids(written: WrittenId, sources: Sequence[SourceNames]) -> Iterator[ExternalId]:
    """Yield an id at whichever source it is of."""
    if _is_address(written.text):
        yield from _on_page(written.text, sources)
        return

    for names in _called(written.kind, sources):
        if (remote_id := _remote_id(written.text, names)) is not None:
            yield ExternalId(source=names.source, remote_id=remote_id)


def _called(kind: str, sources: Sequence[SourceNames]) -> Sequence[SourceNames]:
    """Return the sources that a word means, by the surest kind of name that it is."""
    word = fold_solid(_bare_host(kind) if _is_address(kind) else kind)
    words = frozenset({word, word.removesuffix("id")} - {""})
    tiers = [each.tiers for each in sources]
    for level in range(len(tiers[0]) if tiers else 0):
        found = [each for each, names in zip(sources, tiers, strict=True) if words & names[level]]
        if found:
            return found

    boxes = [each for each in sources if each.dialect == STASHBOX]
    return boxes if words & _ANY_STASHBOX and len(boxes) == 1 else ()


def _on_page(url: str, sources: Sequence[SourceNames]) -> Iterator[ExternalId]:
    """Yield the id of the work that a source's own page is about."""
    parts = _split(url)
    if parts is None:
        return

    host = _bare_host(url)
    steps = parts.path.strip("/").split("/")
    if len(steps) < len(("scenes", "id")) or steps[-2].casefold() not in _WORKS:
        return

    for names in sources:
        if host and host in map(_bare_host, names.addresses):
            remote_id = _remote_id(steps[-1], names)
            if remote_id is not None:
                yield ExternalId(source=names.source, remote_id=remote_id)


def _remote_id(text: str, names: SourceNames) -> str | None:
    """Return an id as its source writes it; None for what is none."""
    bare = text.strip().rpartition("/")[2]
    if _UUID.fullmatch(bare):
        return bare.lower()

    if names.dialect == STASHBOX or not _NAME_OF_A_WORK.fullmatch(bare):
        return None

    return bare


def is_uuid(text: str) -> bool:
    """Tell whether an id is of the kind that a work has only one of at a source."""
    return _UUID.fullmatch(text) is not None


def _is_address(text: str) -> bool:
    return text.casefold().startswith(("http://", "https://"))


def _bare_host(address: str) -> str:
    """Return the host of an address, without what many have before it; "" for none."""
    parts = _split(address)
    labels = ((parts.hostname if parts else None) or "").split(".")
    while len(labels) > len(("name", "ending")) and labels[0] in _FOREMOST_LABELS:
        labels = labels[1:]
    place = ".".join(labels)
    return f"{place}:{parts.port}" if parts and parts.port not in {None, 80, 443} else place


def _is_public_host(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        labels = host.rstrip(".").casefold().split(".")
        return len(labels) > 1 and labels[-1] not in _HOME_ENDINGS


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url.strip())
        _ = parts.port  # read here, since that is where a bad one is noticed
    except ValueError:
        return None

    return parts
