"""What programs are told in these tests."""

from __future__ import annotations

from pathlib import PurePath

from rules.announcement import Announcement, Occurrence
from rules.work import Appearance, ExternalId, Performer, Studio, Tag, Work

WORK = Work(
    title="Harbour at Dawn",
    details="A quiet bay.",
    date="2024-05-17",
    code="H-1",
    director="Ira Moss",
    studio=Studio(name="Lantern", ids=(ExternalId(source="box", remote_id="s1"),)),
    appearances=(
        Appearance(
            performer=Performer(name="Ada Holm", ids=(ExternalId(source="box", remote_id="p1"),))
        ),
        Appearance(performer=Performer(name="Ben Ash")),
    ),
    tags=(Tag(name="sea"),),
    urls=("https://lantern.example/1",),
    ids=(ExternalId(source="box", remote_id="w1"), ExternalId(source="rest", remote_id="9")),
)


def news(
    path: str = "/srv/films/one.mkv",
    occurrence: Occurrence = Occurrence.ACCEPTED,
    *,
    former: str | None = None,
    work: Work | None = WORK,
) -> Announcement:
    """Return something that happened to a file."""
    return Announcement(
        occurrence=occurrence,
        library="films",
        path=PurePath(path),
        former_path=None if former is None else PurePath(former),
        work=work,
        oshash="00000000000000ff",
        phash="0f0f0f0f0f0f0f0f",
        size_bytes=1000,
        duration_s=12.5,
    )
