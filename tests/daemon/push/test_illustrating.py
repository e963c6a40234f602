"""One picture of two: the file's own above what it may be."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import anyio
import pytest
from PIL import Image

from daemon.push.illustrating import Cover, Illustrator
from daemon.push.picture_child import HEIGHT, WIDTH, compose
from providers.sandbox.pictures import png

pytestmark = pytest.mark.anyio

COVER = Cover(address="https://first.example/1.jpg", source_url=None)
PART = 486
"""How high one picture is with the words above it."""


@dataclass(frozen=True)
class Found:
    content: bytes


@dataclass(frozen=True)
class Shelf:
    """Has one cover, or none, or takes for ever."""

    found: Found | None = None
    is_stuck: bool = False

    async def picture(self, address: str, *, source_url: str | None) -> Found | None:
        assert (address, source_url) == (COVER.address, COVER.source_url)
        if self.is_stuck:
            await anyio.sleep_forever()
        return self.found


def plain(colour: str, kind: str, size: tuple[int, int] = (160, 90)) -> bytes:
    buffer = BytesIO()
    Image.new("RGB", size, colour).save(buffer, kind)
    return buffer.getvalue()


def kept(beside: Path, content: bytes) -> str:
    path = beside.with_name("cover")
    path.write_bytes(content)
    return str(path)


def is_near(picture: Image.Image, place: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    pixel = picture.getpixel(place)
    assert isinstance(pixel, tuple)
    return all(abs(one - other) < 12 for one, other in zip(pixel, colour, strict=True))


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "sheet.webp"
    path.write_bytes(plain("#ff0000", "WEBP"))
    return path


def test_file_stands_above_its_candidate_with_words_above_each(sheet: Path) -> None:
    made = compose(str(sheet), kept(sheet, plain("#0000ff", "PNG", (200, 300))))

    assert made is not None
    picture = Image.open(BytesIO(made))
    assert (picture.format, picture.size) == ("JPEG", (WIDTH, 2 * PART))
    assert is_near(picture, (400, PART - HEIGHT // 2), (255, 0, 0))
    assert is_near(picture, (400, 2 * PART - HEIGHT // 2), (0, 0, 255))
    assert is_near(picture, (20, 2 * PART - HEIGHT // 2), (22, 32, 44))
    for top in (0, PART):
        _, brightest = picture.crop((0, top, WIDTH, top + 36)).convert("L").getextrema()
        assert brightest == pytest.approx(255, abs=12)


def test_cover_stands_alone_where_there_is_no_sheet(tmp_path: Path) -> None:
    none = tmp_path / "none.webp"
    for sheet in ("", str(none)):
        made = compose(sheet, kept(none, plain("#0000ff", "JPEG")))

        assert made is not None
        assert Image.open(BytesIO(made)).size == (WIDTH, PART)


@pytest.mark.parametrize(
    "cover",
    [
        pytest.param(b"<svg/>", id="none at all"),
        pytest.param(plain("#0000ff", "PNG")[:60], id="cut off"),
        pytest.param(plain("#0000ff", "TIFF"), id="a kind that no source has"),
        pytest.param(png(9000, 9000, 1), id="a bomb"),
    ],
)
def test_cover_that_is_of_no_use_makes_no_picture(sheet: Path, cover: bytes) -> None:
    assert compose(str(sheet), kept(sheet, cover)) is None


async def test_picture_lies_there_as_long_as_it_is_wanted(sheet: Path) -> None:
    covers = Shelf(found=Found(plain("#0000ff", "JPEG")))

    async with Illustrator(covers=covers).illustrated(sheet, COVER) as path:
        assert path is not None
        assert path.suffix == ".jpg"
        with Image.open(path) as picture:
            assert picture.size == (WIDTH, 2 * PART)
    assert not path.exists()


@pytest.mark.parametrize(
    ("covers", "cover", "command"),
    [
        pytest.param(Shelf(), None, ("/bin/true",), id="no cover is known"),
        pytest.param(Shelf(), COVER, ("/bin/true",), id="it cannot be had"),
        pytest.param(Shelf(is_stuck=True), COVER, ("/bin/true",), id="it takes too long"),
        pytest.param(Shelf(found=Found(b"x")), COVER, ("/bin/false",), id="it is of no use"),
        pytest.param(Shelf(found=Found(b"x")), COVER, ("/none",), id="nobody can compose"),
        pytest.param(
            Shelf(found=Found(b"x")),
            COVER,
            ("/bin/sleep", "60"),
            id="composing takes too long",
        ),
    ],
)
async def test_whatever_goes_wrong_costs_the_cover_alone(
    sheet: Path, covers: Shelf, cover: Cover | None, command: tuple[str, ...]
) -> None:
    illustrator = Illustrator(
        covers=covers, command=command, fetched_within_s=0.05, composed_within_s=0.5
    )

    async with illustrator.illustrated(sheet, cover) as path:
        assert path == sheet


async def test_a_folder_for_temporary_files_that_is_full_costs_the_cover_alone(
    sheet: Path,
) -> None:
    covers = Shelf(found=Found(plain("#0000ff", "JPEG")))
    illustrator = Illustrator(covers=covers, folder=sheet.with_name("not there"))

    async with illustrator.illustrated(sheet, COVER) as path:
        assert path == sheet
