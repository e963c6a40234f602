"""The section of doorman.toml that says which other programs hear of what was done."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticKnownError

from daemon.settings.fields import (
    AbsolutePath,
    Key,
    Lenient,
    Name,
    SourceName,
    WebAddress,
    read_path,
    wrong,
)
from daemon.settings.measures import duration
from daemon.settings.section import Section
from daemon.settings.units import parse_duration
from daemon.settings.writing import quoted

HearerKind = Literal["jellyfin", "emby", "kodi", "stash", "webhook"]
Occurrence = Literal["accepted", "undone", "renamed"]
_SEPARATOR = "="


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedPath:
    """A folder here, and what another program calls it."""

    here: Path
    there: str


def _read_pair(value: object) -> MappedPath:
    if not isinstance(value, str):
        raise PydanticKnownError("string_type")

    here, separator, there = value.partition(_SEPARATOR)
    if not separator or not here.strip() or not there.strip():
        raise wrong(
            f"{quoted(value)} does not name two folders; "
            'write both, as in "/srv/videos=smb://nas/videos"'
        )

    return MappedPath(here=read_path(here), there=there.rstrip("/\\") or there[:1])


def _check_pairs(pairs: tuple[MappedPath, ...]) -> tuple[MappedPath, ...]:
    seen: set[Path] = set()
    for pair in pairs:
        if pair.here in seen:
            raise wrong(f"names {quoted(str(pair.here))} twice; leave only one of the lines")
        seen.add(pair.here)

    return pairs


PathPair = Annotated[
    MappedPath,
    BeforeValidator(_read_pair),
    WithJsonSchema({"type": "string", "pattern": "^/[^=]*=.+$"}),
]
"""A folder and its name in another program: `/srv/videos=smb://nas/videos`."""


class AnnounceSettings(Section):
    """Another program that hears of what was done; there may be several."""

    kind: HearerKind = Field(examples=["jellyfin"])
    """What it is: "jellyfin" and "emby" look at the file again, "kodi" too, "stash" scans it and is
    given what was accepted, a "webhook" is sent it as JSON."""
    name: SourceName = Field(
        default_factory=lambda values: values["kind"],
        validate_default=True,
        examples=["living-room"],
    )
    """What it is called in messages. Default: its kind."""
    url: WebAddress = Field(examples=["http://nas.example:8096"])
    """Where it is reached."""
    user: str = Field(default="kodi", max_length=64, pattern="^[!-9;-~]+$")
    """Whom Kodi knows us as."""
    key: Key | None = None
    """The API key; of Kodi the password; of a webhook what its requests are signed with. Better
    kept out of this file: see key_file."""
    key_file: AbsolutePath | None = Field(default=None, examples=["/etc/doorman/jellyfin.key"])
    """A file that holds only the key."""
    paths: Annotated[tuple[PathPair, ...], Lenient, AfterValidator(_check_pairs)] = Field(
        default=(), examples=[["/srv/videos=/media/videos"]]
    )
    """What folders here are called there; all others are called the same."""
    on: Annotated[tuple[Occurrence, ...], Lenient] = ("accepted", "undone", "renamed")
    """What it hears of: "accepted" a file was, and what belongs beside it is written; "undone" that
    was taken back; "renamed" it has another name now."""
    libraries: Annotated[tuple[Name, ...], Lenient] = Field(default=(), examples=[["films"]])
    """Only of files in these libraries, by their names; none: of all."""
    timeout_s: Annotated[float, duration("1s", "5m")] = Field(
        default=parse_duration("30s"), alias="timeout"
    )
    """How long to wait for an answer."""
    update: bool = True
    """Stash: whether the scene is given what was accepted. What is empty there is filled, names are
    added, nothing is replaced, and what is marked as organized there is left alone."""
    create_missing: bool = False
    """Stash: whether studios, performers and tags that it does not have are made there."""
    enabled: bool = True
    """false: tell it nothing."""
