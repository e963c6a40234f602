"""The kinds of value that say where other machines are, and how they see the libraries."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema
from pydantic_core import PydanticKnownError

from daemon.settings.fields import read_path, wrong
from daemon.settings.writing import quoted

_BETWEEN = "=/"
"""Where one path ends and the other begins: both are whole paths."""
_ADDRESS = 'write it as in "tcp://scheduler:8786" or "tls://scheduler:8786"'


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedFolder:
    """A folder here, and what it is called on the cluster's workers."""

    here: Path
    there: Path


def _check_address(address: str) -> str:
    try:
        parts = urlsplit(address)
        is_whole = bool(parts.hostname) and bool(parts.port)
    except ValueError:
        raise wrong(f"is no address; {_ADDRESS}") from None
    if parts.username is not None or parts.password is not None:
        raise wrong('leave out what stands before "@": Dask\'s TLS files say who may connect')
    if parts.scheme not in {"tcp", "tls"} or not is_whole or address != _shortest(address):
        raise wrong(f"{quoted(address)} is no scheduler's address; {_ADDRESS}")

    return address


def _shortest(address: str) -> str:
    """Return the address with nothing but scheme, host and port, and nothing that is unseen."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _read_folder(value: object) -> MappedFolder:
    if not isinstance(value, str):
        raise PydanticKnownError("string_type")

    if value.count(_BETWEEN) != 1 or value.startswith("="):
        raise wrong(
            f"{quoted(value)} does not name two folders; "
            'write both paths, as in "/srv/videos=/mnt/nas/videos"'
        )

    here, there = value.split(_BETWEEN)
    return MappedFolder(here=read_path(here), there=read_path(f"/{there}"))


def _check_folders(folders: tuple[MappedFolder, ...]) -> tuple[MappedFolder, ...]:
    seen: set[Path] = set()
    for folder in folders:
        if folder.here in seen:
            raise wrong(f"names {quoted(str(folder.here))} twice; leave only one of the lines")
        seen.add(folder.here)

    return folders


ClusterAddress = Annotated[
    str,
    AfterValidator(_check_address),
    WithJsonSchema({"type": "string", "format": "uri", "pattern": "^(tcp|tls)://[^/]+:[0-9]+$"}),
]
"""The address of a Dask scheduler."""

FolderPair = Annotated[
    MappedFolder,
    BeforeValidator(_read_folder),
    WithJsonSchema({"type": "string", "pattern": "^/[^=]*=/[^=]*$"}),
]
"""A folder and its name on other machines: `/srv/videos=/mnt/nas/videos`."""

NoneTwice = AfterValidator(_check_folders)
"""For tuples of pairs: a folder has one name on the workers."""
