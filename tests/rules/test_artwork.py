import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.artwork import MOST_PIXELS, Sized, choose, is_usable, sized
from rules.sidecar import PictureRole
from rules.work import Picture

POSTER, FANART, THUMB = PictureRole.POSTER, PictureRole.FANART, PictureRole.THUMB


def of(width: int, height: int) -> Sized:
    return Sized(address=f"https://first.example/{width}x{height}", width=width, height=height)


COVER, LARGE, SMALL = of(1280, 720), of(3840, 2160), of(640, 360)
UPRIGHT, TINY_UPRIGHT, STRIP = of(1000, 1500), of(200, 300), of(400, 4000)


@pytest.mark.parametrize(
    ("pictures", "chosen"),
    [
        pytest.param([], {}, id="no picture"),
        pytest.param(
            [COVER], {POSTER: COVER, FANART: COVER, THUMB: COVER}, id="one cover serves as all"
        ),
        pytest.param(
            [COVER, UPRIGHT],
            {POSTER: UPRIGHT, FANART: COVER, THUMB: COVER},
            id="an upright picture is the poster",
        ),
        pytest.param(
            [COVER, LARGE],
            {POSTER: COVER, FANART: LARGE, THUMB: COVER},
            id="fanart is another picture than the thumb",
        ),
        pytest.param(
            [LARGE, COVER],
            {POSTER: LARGE, FANART: COVER, THUMB: LARGE},
            id="more pixels than a thumb shows do not count, so the order does",
        ),
        pytest.param([SMALL], {POSTER: SMALL, THUMB: SMALL}, id="a small picture is no background"),
        pytest.param(
            [SMALL, COVER],
            {POSTER: SMALL, FANART: COVER, THUMB: COVER},
            id="a small picture is no background of its own either",
        ),
        pytest.param([UPRIGHT], {POSTER: UPRIGHT}, id="an upright picture is nothing else"),
        pytest.param([TINY_UPRIGHT, UPRIGHT], {POSTER: UPRIGHT}, id="the poster with more pixels"),
        pytest.param(
            [STRIP, of(700, 1050)], {POSTER: of(700, 1050)}, id="a strip shows little when cut"
        ),
        pytest.param([of(1000, 1000)], {POSTER: of(1000, 1000)}, id="a square is a poster only"),
        pytest.param([of(16, 16), of(119, 700)], {}, id="icons are no pictures"),
        pytest.param([of(100_000, 100_000)], {}, id="a picture of absurd size is none"),
    ],
)
def test_role_gets_the_picture_with_most_to_show(
    pictures: list[Sized], chosen: dict[PictureRole, Sized]
) -> None:
    assert choose(pictures) == chosen


@given(st.lists(st.builds(of, st.integers(1, 5000), st.integers(1, 5000)), max_size=6))
def test_choice_is_among_what_can_be_used(pictures: list[Sized]) -> None:
    usable = [each for each in pictures if is_usable(each.width, each.height)]

    chosen = choose(pictures)

    assert set(chosen.values()) <= set(usable)
    assert (POSTER in chosen) is bool(usable)
    assert chosen == choose(usable)


@pytest.mark.parametrize(
    ("width", "height", "is_told"),
    [(640, 480, True), (None, 480, False), (640, None, False), (0, 0, False)],
)
def test_size_is_what_the_source_tells(
    width: int | None, height: int | None, *, is_told: bool
) -> None:
    picture = Picture(url="https://first.example/1", width=width, height=height)

    assert (sized(picture) is not None) is is_told


def test_picture_is_usable_up_to_the_limits() -> None:
    assert is_usable(120, MOST_PIXELS // 120)
    assert not is_usable(121, MOST_PIXELS // 120)
