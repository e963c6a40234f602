"""How what writes pictures is put together."""

from __future__ import annotations

from pathlib import Path

import pytest

from daemon.artwork import PictureMeans, folders_of, make_artwork
from daemon.household import resting_household
from daemon.journey.sidecar_hand import SidecarHand
from daemon.media.examination import Still
from daemon.settings import load_settings
from providers.pictures import Picture
from store.database import Database


class Means:
    """Fetches nothing, takes nothing, and calls every picture damaged."""

    async def fetch(self, address: str, *, source_url: str | None = None) -> Picture:
        raise AssertionError(address, source_url)

    async def still(self, path: Path) -> Still:
        raise AssertionError(path)

    async def picture_damage(self, path: Path) -> str | None:
        return f"{path.stat().st_size} bytes of nothing"  # noqa: ASYNC240  # nobody waits


@pytest.mark.parametrize("is_wanted", [True, False], ids=["wanted", "unwanted"])
async def test_pictures_are_decoded_before_they_are_written(
    database: Database, tmp_path: Path, *, is_wanted: bool
) -> None:
    path = tmp_path / "doorman.toml"
    text = f'[sidecar]\nartwork = {str(is_wanted).lower()}\n[[library]]\npath = "{tmp_path}"\n'
    path.write_text(text)
    settings = load_settings(path, {"HOME": str(tmp_path)})
    hand = SidecarHand(database=database, roots=folders_of(settings), now=lambda: 1.0)
    means = PictureMeans(fetcher=Means(), stills=Means(), decoder=Means())

    artwork = make_artwork(settings, hand, means)

    assert (artwork is not None) == is_wanted
    assert resting_household(settings).artwork.is_written == is_wanted
    if artwork is not None:
        assert await artwork.supply.damage(b"some") == "4 bytes of nothing"
