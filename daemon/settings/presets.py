"""Sources that are known by name: `preset = "stashdb"` says what else their table would have to.

The addresses are those that Stash's users give for each instance; ThePornDB's is the base of its
REST API (`theporndb-and-others.md` §3.1). The rates, requests a minute, are those that each was
seen to bear (`theporndb-and-others.md` §3.5):

- StashDB 240, which is also what Stash itself keeps to with every stash-box (`stash.md` §4.1), so
  FansDB, which nobody measured, gets it too.
- PMVStash and JAVStash 300.
- ThePornDB 120 although 240 was seen to go well: it answered 429 not far above, publishes no
  limit, and takes one hash a request, so a person's other programs are likely to ask it too.

The values stand below the owner's own, so that each can be overridden.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from daemon.settings.document import Document

SourceKind = Literal["stashbox", "theporndb"]
PresetName = Literal["stashdb", "theporndb", "pmvstash", "javstash", "fansdb"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """What a known source's table says unless its owner says otherwise."""

    name: PresetName
    """Also what the source is called."""
    kind: SourceKind = "stashbox"
    url: str
    pages: str
    requests_per_minute: int

    @property
    def values(self) -> Document:
        """Return the options as the file would say them."""
        return {
            "name": self.name,
            "kind": self.kind,
            "url": self.url,
            "pages": self.pages,
            "requests_per_minute": self.requests_per_minute,
        }


def _stashbox(name: PresetName, base: str, *, requests_per_minute: int) -> Preset:
    return Preset(
        name=name,
        url=f"{base}/graphql",
        pages=base,
        requests_per_minute=requests_per_minute,
    )


_KNOWN = (
    _stashbox("stashdb", "https://stashdb.org", requests_per_minute=240),
    Preset(
        name="theporndb",
        kind="theporndb",
        url="https://api.theporndb.net",
        pages="https://theporndb.net",
        requests_per_minute=120,
    ),
    _stashbox("pmvstash", "https://pmvstash.org", requests_per_minute=300),
    _stashbox("javstash", "https://javstash.org", requests_per_minute=300),
    _stashbox("fansdb", "https://fansdb.cc", requests_per_minute=240),
)

PRESETS: Mapping[str, Preset] = MappingProxyType({preset.name: preset for preset in _KNOWN})
"""Every preset by its name, the most used first."""


def with_presets(document: Document) -> Document:
    """Return the document in which each source that names a preset says what the preset says.

    What is no table, or names no preset that there is, stays as it is: pydantic complains of it.
    """
    sources = document.get("source")
    if not isinstance(sources, list):
        return document

    return {**document, "source": [_filled(source) for source in sources]}


def _filled(source: object) -> object:
    if not isinstance(source, dict):
        return source

    name = source.get("preset")
    preset = PRESETS.get(name) if isinstance(name, str) else None
    return {**preset.values, **source} if preset else source
