"""See whether fetched pictures can be shown whole, by decoding them in a process apart.

A picture that was damaged on its way, or where it is kept, may have a sound beginning and a sound
end. Whatever it does to a decoder, it does it there.
"""

from __future__ import annotations

import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import anyio
import anyio.to_thread

from daemon.media.errors import FileRefused, TookTooLong, WorkerError
from providers.errors import Transient


class Decoder(Protocol):
    """Whoever decodes pictures in processes apart."""

    async def picture_damage(self, path: Path) -> str | None:
        """Return why a picture cannot be shown whole; None when it can."""
        ...


class PictureUndecoded(Transient):
    """Nobody could say whether the picture is sound."""

    def __init__(self, reason: str) -> None:
        """Build the message from what came between."""
        super().__init__(
            f"a picture was fetched, and {reason}; it is tried again, and the journal says more"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureDecoding:
    """Has pictures decoded, each from a file of its own that is gone afterwards."""

    decoder: Decoder
    folder: Path | None = None
    """Where pictures are put down for it; None: where the system has such files."""

    async def damage(self, content: bytes) -> str | None:
        """Return why bytes are no whole picture; None when they are.

        Raises:
            PictureUndecoded: nobody can say now.

        """
        try:
            path = await anyio.to_thread.run_sync(_put_down, content, self.folder)
        except OSError as error:
            raise PictureUndecoded(f"could not be put down ({error.strerror})") from error

        try:
            return await self.decoder.picture_damage(path)
        except FileRefused as error:
            return error.condition
        except TookTooLong as error:
            raise PictureUndecoded(f"was not decoded within {error.timeout_s:g} s") from error
        except WorkerError as error:
            raise PictureUndecoded("whoever decodes it ended") from error
        finally:
            with anyio.CancelScope(shield=True), suppress(OSError):
                await anyio.to_thread.run_sync(path.unlink)


def _put_down(content: bytes, folder: Path | None) -> Path:
    with tempfile.NamedTemporaryFile(prefix="doorman-picture-", dir=folder, delete=False) as file:
        path = Path(file.name)
        try:
            file.write(content)
        except OSError:
            path.unlink()
            raise
    return path


async def taken_for_whole(content: bytes) -> str | None:
    """Take every picture for whole: there is nobody to decode it."""
    del content
    return None
