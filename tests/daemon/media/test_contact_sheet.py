from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from daemon.media.contact_sheet import contact_sheet
from rules.contact_sheet import MOST_SHEET_BYTES, is_whole_sheet


def shapes(height: int, width: int = 800) -> NDArray[np.uint8]:
    """Return a picture with soft and hard edges, as films have them."""
    down, across = np.mgrid[0:height, 0:width]
    soft = np.stack([down * 255 // height, across * 255 // width, (down + across) % 256], axis=2)
    soft[height // 4 : height // 2, width // 4 : width // 2] = (250, 20, 40)
    return soft.astype(np.uint8)


def shown(sheet: bytes | None) -> Image.Image:
    assert sheet is not None
    assert is_whole_sheet(sheet)
    return Image.open(BytesIO(sheet))


@pytest.mark.parametrize(
    ("height", "aspect", "width", "size"),
    [
        (450, 16 / 9, 800, (800, 450)),
        (450, None, 800, (800, 450)),
        (450, 16 / 9, 400, (400, 225)),
        (600, 4 / 3, 800, (800, 600)),
        (335, 2.39, 800, (800, 335)),
        (335, 2.40, 800, (800, 335)),  # a rounded aspect moves no line
        (640, 16 / 9, 800, (800, 450)),  # PAL with pixels that are not square
        (640, 4 / 3, 800, (800, 600)),
        (1420, 9 / 16, 800, (563, 1000)),  # upright
        (1420, None, 400, (282, 500)),
        (450, 16 / 9, 1600, (800, 450)),  # never larger than it was
        (450, 0.0, 800, (800, 450)),  # nonsense is not believed
        (450, 99.0, 800, (800, 450)),
        (20, None, 800, (800, 20)),
        (8000, None, 800, (100, 1000)),
    ],
)
def test_sheet_has_the_shape_that_the_video_is_shown_with(
    height: int, aspect: float | None, width: int, size: tuple[int, int]
) -> None:
    assert shown(contact_sheet(shapes(height), width=width, aspect=aspect)).size == size


def test_sheet_shows_what_the_montage_shows() -> None:
    montage = shapes(450)

    picture = shown(contact_sheet(montage, width=800, aspect=None))

    difference = np.asarray(picture.convert("RGB")).astype(int) - montage
    assert picture.format == "WEBP"
    assert float(np.abs(difference).mean()) < 4


def test_sheet_of_ordinary_pictures_is_small() -> None:
    sheet = contact_sheet(shapes(450), width=800, aspect=None)

    assert sheet is not None
    assert len(sheet) < 40 << 10


def test_sheet_of_noise_is_coarser_and_still_small_enough() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (1000, 800, 3), np.uint8)

    sheet = contact_sheet(noise, width=800, aspect=None)

    assert sheet is not None
    assert len(sheet) <= MOST_SHEET_BYTES
