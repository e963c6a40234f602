"""What of a query is sent, where, and which of the rows that come back answer it; pure.

A hash search is asked by `/scenes/hash/{hash}`, which has one scene or none, and only where it has
one again by `?hash=`, which lists every scene that holds the hash: a rival that the first address
hides would make a wrong match look certain. Nothing is combined, and every row is checked for the
hash: a search by several things does not say which of them matched
(`theporndb-and-others.md` §3.3).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, parse_qsl, urlsplit

from providers.stashbox.terms import words
from providers.theporndb.answers import SceneAnswer
from providers.theporndb.exchange import Parameters
from providers.theporndb.mapping import remote_fingerprints
from providers.theporndb.shelf import Shelf, is_name, path_of
from rules.candidate import Query, RemoteFingerprint
from rules.evidence import NEAR_BITS, SAME_BITS
from rules.filename import NameClues
from rules.fingerprint import Algorithm, Fingerprints, Phash

NOTHING_TO_SEND: Final = (
    "there is nothing to ask with: its fingerprints say nothing (the oshash is zero, and the phash"
    " is missing or of too plain a picture), and neither an id, an address nor a name is known"
)

_MOST_IDS: Final = 3
_MOST_URLS: Final = 5
_MOST_SEARCHES: Final = 2
"""Each is a request that most files without a match would cost again and again."""
_ROWS: Final = "25"
_HASHES: Final = range(1, 1 << 64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hash:
    """One fingerprint as it is asked about."""

    algorithm: Algorithm
    value: int
    text: str
    """Lower-case digits as Stash writes them; safe in an address."""

    def is_held_by(self, scene: SceneAnswer) -> bool | None:
        """Tell whether a scene holds it; None when it lists none of its kind.

        A phash counts within the distance at which phashes are similar.
        """
        held = [one for one in remote_fingerprints(scene.hashes) if one.algorithm is self.algorithm]
        return any(self._is(one) for one in held) if held else None

    def _is(self, other: RemoteFingerprint) -> bool:
        most_bits = NEAR_BITS if self.algorithm is Algorithm.PHASH else 0
        return (other.value ^ self.value).bit_count() <= most_bits

    def path(self, shelf: Shelf) -> str:
        """Return the address of the one work of a shelf that holds it."""
        return f"{shelf.path}/hash/{self.text}"

    @property
    def parameters(self) -> Parameters:
        """The parameters for that address."""
        return (("type", self.algorithm.value),)

    @property
    def listing(self) -> Parameters:
        """The parameters of the search for every scene that holds it."""
        return (("hash", self.text), ("hashType", self.algorithm.value), ("per_page", _ROWS))


def hashes_of(fingerprints: Fingerprints) -> tuple[Hash, ...]:
    """Return the hashes worth sending, the exact one first."""
    oshash, phash = fingerprints.oshash, _telling_phash(fingerprints)
    sent: list[Hash] = []
    if oshash.value in _HASHES:
        sent.append(Hash(algorithm=Algorithm.OSHASH, value=oshash.value, text=str(oshash)))

    if phash is not None:
        sent.append(Hash(algorithm=Algorithm.PHASH, value=phash.value, text=str(phash)))

    return tuple(sent)


def is_beyond_doubt(scenes: Sequence[SceneAnswer], fingerprints: Fingerprints) -> bool:
    """Tell whether an oshash's answer says what the phash's could: one scene, holding both.

    Only then is a request saved; otherwise the phash may know a rival.
    """
    phash = _telling_phash(fingerprints)
    if len(scenes) != 1 or phash is None:
        return False

    held = remote_fingerprints(scenes[0].hashes)
    return any(
        one.algorithm is Algorithm.OSHASH and one.value == fingerprints.oshash.value for one in held
    ) and any(
        one.algorithm is Algorithm.PHASH and phash.distance_bits(Phash(one.value)) <= SAME_BITS
        for one in held
    )


def ids_of(query: Query, source: str) -> tuple[str, ...]:
    """Return the addresses of what `source` itself knows as the work."""
    own = (path_of(known.remote_id) for known in query.ids if known.source == source)
    return tuple(dict.fromkeys(path for path in own if path is not None))[:_MOST_IDS]


def urls_of(query: Query) -> tuple[str, ...]:
    """Return the addresses worth asking about."""
    return tuple(dict.fromkeys(url for url in query.urls if _address(url)))[:_MOST_URLS]


def work_on_page(url: str, pages: str) -> str | None:
    """Return the address of the work that one of the site's own pages is about."""
    address, home = _address(url), _address(pages)
    if address is None or home is None or address[0] != home[0]:
        return None

    parts = address[1].strip("/").split("/")
    is_work = len(parts) > 1 and parts[-2] in set(Shelf) and is_name(parts[-1])
    return f"/{parts[-2]}/{parts[-1]}" if is_work else None


def about_page(scenes: Iterable[SceneAnswer], url: str) -> Iterator[SceneAnswer]:
    """Yield the scenes that say that they come from that very page."""
    wanted = _address(url)
    return (scene for scene in scenes if _address(scene.url or "") == wanted is not None)


def searches(clues: NameClues) -> tuple[Parameters, ...]:
    """Return what to search for by name, the most telling first."""
    found = (("sku", clues.code or ""), ("parse", _release(clues)), ("q", _free_text(clues)))
    return tuple(((name, text), ("per_page", _ROWS)) for name, text in found if text)[
        :_MOST_SEARCHES
    ]


def free_search(words: str) -> Parameters:
    """Return the search for a person's words."""
    return (("q", words), ("per_page", _ROWS))


def is_worth_asking(query: Query, source: str) -> bool:
    """Tell whether anything about `query` can be sent."""
    return bool(
        hashes_of(query.fingerprints)
        or ids_of(query, source)
        or urls_of(query)
        or any(map(searches, query.texts))
    )


def _telling_phash(fingerprints: Fingerprints) -> Phash | None:
    phash = fingerprints.phash
    return phash if phash is not None and not phash.is_degenerate else None


def _release(clues: NameClues) -> str:
    """Return `Site.2024-05-17.Title.Words`, which the server's parser of names takes apart.

    A site or a date alone would find everything of it.
    """
    title = ".".join((*(clues.title or "").split(), *" ".join(clues.performers).split()))
    parts = ["".join(words(clues.studio)), clues.date or "", title]
    told = [part for part in parts if part]
    return ".".join(told) if parts[0] and len(told) > 1 else ""


def _free_text(clues: NameClues) -> str:
    """Return the words that a search through titles, sites and performers takes."""
    if not clues.title and not clues.performers:
        return ""

    return " ".join(part for part in (clues.studio, clues.title, *clues.performers) if part)


def _address(url: str) -> tuple[str, str, tuple[tuple[str, str], ...]] | None:
    """Return what of a web address says which page it is; None when it is none.

    Neither the scheme nor a leading www, a trailing slash or the order of parameters does.
    """
    parts = _split(url.strip())
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        return None

    host = parts.hostname.removeprefix("www.")
    place = host if parts.port in {None, 80, 443} else f"{host}:{parts.port}"
    return (place, parts.path.rstrip("/"), tuple(sorted(parse_qsl(parts.query))))


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port  # read here, since that is where a bad one is noticed
    except ValueError:
        return None

    return parts
