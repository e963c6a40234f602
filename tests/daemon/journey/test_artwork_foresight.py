"""What is told of pictures before any is fetched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath

import pytest

from daemon.disk.artwork import PresentPicture
from daemon.journey.artwork_foresight import foresee_pictures
from daemon.journey.artwork_notes import PictureSubject
from rules.journey import FileState
from rules.media import FileStamp
from rules.sidecar import PictureRole
from rules.work import Picture
from store.files import FileRecord
from store.found_pictures import Found, FoundPicture, NoUse

FOLDER = Path("/films")
VIDEO = FOLDER / "Dawn.mkv"
WIDE, UPRIGHT = "https://a.example/wide", "https://b.example/upright"
STILL = "video:1"
SEEN: Mapping[str, Found] = {
    WIDE: FoundPicture(sha256="w" * 64, extension=".jpg", width=1280, height=720),
    UPRIGHT: FoundPicture(sha256="u" * 64, extension=".png", width=400, height=600),
}
PICTURES = (Picture(url=WIDE), Picture(url=UPRIGHT))
ALL = {
    FOLDER / "Dawn-poster.png": "u" * 64,
    FOLDER / "Dawn-fanart.jpg": "w" * 64,
    FOLDER / "Dawn-thumb.jpg": "w" * 64,
}
BY_SHAPE = "before they are fetched"


def foreseen(
    *,
    pictures: Sequence[Picture] = PICTURES,
    known: Mapping[str, Found] = SEEN,
    ours: Mapping[Path, str] | None = None,
    theirs: Mapping[str, PictureRole] | None = None,
    takes_stills: bool = False,
) -> dict[str, tuple[str, str | None]]:
    """Return deed and reason by the name of the file."""
    written = ours or {}
    file = FileRecord(
        id=1,
        library="films",
        path=PurePath(VIDEO),
        stamp=FileStamp(size_bytes=1, mtime_ns=1, inode=1),
        device=None,
        state=FileState.REVIEW,
        resume_state=None,
        reason=None,
        content_id=1,
        work_id=1,
        attempts=0,
        failures=0,
        due_at_s=None,
        revision=1,
        first_seen_at_s=1.0,
        changed_at_s=1.0,
        missing_since_s=None,
    )
    subject = PictureSubject(
        file=file,
        plan_id=None,
        pictures=tuple(pictures),
        source=None,
        performers=(),
        still_address=STILL,
        known=known,
        written=written,
        kept=frozenset(),
    )
    present = [
        *(
            PresentPicture(path=path, role=_role(path), sha256=sha256)
            for path, sha256 in written.items()
        ),
        *(
            PresentPicture(path=FOLDER / name, role=role, sha256="t" * 64)
            for name, role in (theirs or {}).items()
        ),
    ]
    found = foresee_pictures(subject, present, takes_stills=takes_stills)
    return {each.path.name: (each.deed.value, each.reason) for each in found}


def _role(path: Path) -> PictureRole:
    return PictureRole(path.stem.rpartition("-")[2])


def test_pictures_that_were_seen_before_are_told_for_certain() -> None:
    assert foreseen() == {
        "Dawn-poster.png": ("write", "from b.example"),
        "Dawn-fanart.jpg": ("write", "from a.example"),
        "Dawn-thumb.jpg": ("write", "from a.example"),
    }


def test_sizes_that_the_source_tells_decide_and_the_kind_is_seen_later() -> None:
    told = (Picture(url=WIDE, width=1280, height=720), Picture(url=UPRIGHT, width=400, height=600))

    assert foreseen(pictures=told, known={}) == {
        "Dawn-poster": ("write", "from b.example, where it is fetched then"),
        "Dawn-fanart": ("write", "from a.example, where it is fetched then"),
        "Dawn-thumb": ("write", "from a.example, where it is fetched then"),
    }


def test_sizes_that_nobody_knows_are_said_to_be_so() -> None:
    found = foreseen(known={})

    assert {name: deed for name, (deed, _) in found.items()} == {
        "Dawn-poster": "perhaps write",
        "Dawn-fanart": "perhaps write",
        "Dawn-thumb": "perhaps write",
    }
    assert all(str(reason).endswith(BY_SHAPE) for _, reason in found.values())


def test_what_lies_there_as_it_should_stays() -> None:
    assert set(foreseen(ours=ALL).values()) == {("nothing to change", None)}


def test_ours_are_changed_or_removed_with_the_work() -> None:
    found = foreseen(pictures=PICTURES[1:], ours={**ALL, FOLDER / "Dawn-poster.png": "x" * 64})

    assert found == {
        "Dawn-poster.png": ("change", "from b.example"),
        "Dawn-fanart.jpg": ("remove", "its work has no picture for that any more"),
        "Dawn-thumb.jpg": ("remove", "its work has no picture for that any more"),
    }


def test_ours_may_be_what_a_picture_not_seen_is() -> None:
    told = (Picture(url=UPRIGHT, width=400, height=600),)

    found = foreseen(pictures=told, known={}, ours={FOLDER / "Dawn-poster.png": "x" * 64})

    assert found == {
        "Dawn-poster": ("perhaps write", "from b.example, where it is fetched then"),
    }


@pytest.mark.parametrize("known", [SEEN, {}], ids=["seen", "unseen"])
def test_somebody_else_s_stays_by_whatever_name(known: Mapping[str, Found]) -> None:
    found = foreseen(known=known, theirs={"folder.jpg": PictureRole.POSTER})

    assert found["folder.jpg"] == ("leave", "it is somebody else's, and serves as poster")
    assert len(found) == 3


def test_somebody_else_s_that_is_the_very_same_is_no_obstacle() -> None:
    known = dict(SEEN)
    known[UPRIGHT] = FoundPicture(sha256="t" * 64, extension=".png", width=400, height=600)

    found = foreseen(known=known, theirs={"folder.png": PictureRole.POSTER})

    assert found["folder.png"] == ("nothing to change", None)


def test_pictures_of_no_use_are_none() -> None:
    known = {WIDE: NoUse(trouble="it is broken"), UPRIGHT: NoUse(trouble="it is gone")}

    assert foreseen(known=known) == {}


@pytest.mark.parametrize(
    ("still", "ours", "told"),
    [
        (None, {}, {"Dawn-thumb": "perhaps write"}),
        (NoUse(trouble="it is black"), {}, {}),
        (
            FoundPicture(sha256="s" * 64, extension=".jpg", width=1280, height=720),
            {FOLDER / "Dawn-thumb.jpg": "s" * 64},
            {"Dawn-thumb.jpg": "nothing to change"},
        ),
    ],
    ids=["untried", "black", "there"],
)
def test_the_video_itself_may_be_its_thumb(
    still: Found | None, ours: Mapping[Path, str], told: Mapping[str, str]
) -> None:
    known = {} if still is None else {STILL: still}

    found = foreseen(pictures=(), known=known, ours=ours, takes_stills=True)

    assert {name: deed for name, (deed, _) in found.items()} == told
