"""Pictures that look sound from both ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from daemon.journey.picture_decoding import PictureDecoding, PictureUndecoded
from daemon.media.errors import OutOfMemory, TookTooLong, WorkerDied
from daemon.media.pool import WorkerPool
from providers.sandbox.pictures import png
from rules.errors import MediaError
from tests.daemon.media.pictures import content_of

JPEG = content_of("jpeg_420.jpg")
GIB = 2**30


@dataclass(slots=True)
class Told:
    """Says of every picture what it is told, and remembers what it was given."""

    says: str | type[MediaError] | None
    seen: list[tuple[Path, bytes]] = field(default_factory=list)

    async def picture_damage(self, path: Path) -> str | None:
        self.seen.append((path, path.read_bytes()))  # noqa: ASYNC240  # nobody waits
        if self.says is OutOfMemory:
            raise OutOfMemory(path)
        if self.says is TookTooLong:
            raise TookTooLong(path, 30.0)
        if self.says is WorkerDied:
            raise WorkerDied(path, -9)

        return self.says if isinstance(self.says, str) else None


def damaged(content: bytes) -> bytes:
    """Return a picture whose beginning and end are as they were."""
    middle = len(content) // 2
    return content[:middle] + bytes(64) + content[middle + 64 :]


async def test_a_picture_is_decoded_to_its_end_in_a_process_apart() -> None:
    async with WorkerPool(
        workers=1, timeout_s=20, memory_limit_bytes=GIB, is_warmed_up=False
    ) as pool:
        decoding = PictureDecoding(decoder=pool)

        assert await decoding.damage(JPEG) is None
        assert await decoding.damage(png(64, 64, 1)) is None
        assert await decoding.damage(damaged(JPEG)) is not None
        assert await decoding.damage(b"GIF89a, it says") is not None
        assert await decoding.damage(b"no picture") == "is no picture that doorman reads"


@pytest.mark.parametrize(
    ("says", "damage"),
    [
        pytest.param(None, None, id="whole"),
        pytest.param("it ends early", "it ends early", id="damaged"),
        pytest.param(OutOfMemory, "needs too much memory", id="too large"),
    ],
)
async def test_what_was_put_down_for_it_is_gone_afterwards(
    says: str | type[MediaError] | None, damage: str | None
) -> None:
    decoder = Told(says)

    assert await PictureDecoding(decoder=decoder).damage(b"bytes") == damage

    ((path, content),) = decoder.seen
    assert content == b"bytes"
    assert not path.exists()


@pytest.mark.parametrize("error", [TookTooLong, WorkerDied], ids=["slow", "dead"])
async def test_a_decoder_that_fails_says_nothing_of_the_picture(error: type[MediaError]) -> None:
    decoder = Told(error)

    with pytest.raises(PictureUndecoded, match="tried again"):
        await PictureDecoding(decoder=decoder).damage(b"bytes")

    assert not decoder.seen[0][0].exists()


async def test_where_nothing_can_be_put_down_nothing_is_said_of_the_picture(tmp_path: Path) -> None:
    decoding = PictureDecoding(decoder=Told(None), folder=tmp_path / "gone")

    with pytest.raises(PictureUndecoded, match="No such file or directory"):
        await decoding.damage(b"bytes")
