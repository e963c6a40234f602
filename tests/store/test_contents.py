import pytest

from rules.fingerprint import Fingerprints, Md5, Oshash, Phash
from rules.media import AudioTrack, VideoFacts
from rules.pace import Examined
from store import contents
from store.contents import Content, Finding
from store.database import Connection

FACTS = VideoFacts(
    container="matroska",
    duration_s=61.25,
    video_codec="h264",
    width=1920,
    height=1080,
    aspect=16 / 9,
    frame_rate=23.976,
    bit_rate=2**40,
    hdr="hdr10",
    audio=(AudioTrack(codec="aac", language="eng", channels=2),),
    subtitle_languages=("eng", "deu"),
)
HIGHEST = 2**64 - 1


MD5 = Md5("0123456789abcdef" * 2)


def finding(
    phash: int | None,
    *,
    missing: str | None = None,
    grid: str = "5x5",
    md5: Md5 | None = None,
    took_s: float | None = 0.5,
) -> Finding:
    value = Phash(phash) if phash is not None else None
    return Finding(
        facts=FACTS, phash=value, phash_missing=missing, grid=grid, md5=md5, took_s=took_s
    )


def known(connection: Connection, content: Content) -> Content:
    found = contents.get(connection, content.id)
    assert found is not None
    return found


@pytest.mark.parametrize("oshash", [0, 1, 2**63 - 1, 2**63, HIGHEST])
def test_a_content_is_made_once(connection: Connection, oshash: int) -> None:
    made = contents.ensure(connection, Oshash(oshash), 5)

    assert contents.ensure(connection, Oshash(oshash), 5) == made
    assert contents.find(connection, Oshash(oshash), 5) == made
    assert made.oshash == Oshash(oshash)


def test_the_same_oshash_with_another_size_is_another_content(connection: Connection) -> None:
    one = contents.ensure(connection, Oshash(7), 5)
    other = contents.ensure(connection, Oshash(7), 6)

    assert one.id != other.id
    assert contents.find(connection, Oshash(7), 7) is None
    assert contents.get(connection, 99) is None


def test_a_new_content_is_asked_about_by_its_oshash(content: Content) -> None:
    assert content.fingerprints == Fingerprints(
        oshash=Oshash(0xFEED), size_bytes=1000, duration_s=0.0, phash=None
    )


@pytest.mark.parametrize("phash", [0, 2**63, HIGHEST])
def test_a_finding_comes_back_as_it_was(
    connection: Connection, content: Content, phash: int
) -> None:
    contents.save_finding(connection, content, finding(phash), at_s=3.0)

    found = known(connection, content)
    assert (found.facts, found.phash, found.phash_missing) == (FACTS, Phash(phash), None)
    assert found.fingerprints == Fingerprints(
        oshash=content.oshash, size_bytes=1000, duration_s=61.25, phash=Phash(phash)
    )
    assert contents.find(connection, content.oshash, content.size_bytes) == found


def test_a_new_finding_replaces_the_former(connection: Connection, content: Content) -> None:
    contents.save_finding(connection, content, finding(1, grid="old"), at_s=3.0)
    contents.save_finding(connection, content, finding(2, grid="new"), at_s=4.0)

    assert known(connection, content).phash == Phash(2)
    rows = connection.execute(
        "SELECT algorithm, value, duration_s, version FROM fingerprint ORDER BY algorithm"
    ).fetchall()
    assert rows == [("OSHASH", 0xFEED, 61.25, "1"), ("PHASH", 2, 61.25, "new")]


@pytest.mark.parametrize(
    ("missing", "told"), [("too short: 0.2 s", "too short: 0.2 s"), (None, "no reason was given")]
)
def test_a_phash_that_is_no_longer_found_is_not_asked_with(
    connection: Connection, content: Content, missing: str | None, told: str
) -> None:
    contents.save_finding(connection, content, finding(1), at_s=3.0)

    contents.save_finding(connection, content, finding(None, missing=missing), at_s=4.0)

    found = known(connection, content)
    assert (found.phash, found.phash_missing) == (None, told)
    contents.save_finding(connection, content, finding(2), at_s=5.0)
    assert known(connection, content).phash == Phash(2)


def test_an_md5_is_kept_until_an_examination_without_one(
    connection: Connection, content: Content
) -> None:
    contents.save_finding(connection, content, finding(7, md5=MD5), at_s=1)
    first = known(connection, content)
    contents.save_finding(connection, content, finding(7), at_s=2)

    assert (first.md5, known(connection, content).md5) == (MD5, None)


def test_the_grid_is_that_of_the_last_examination_whatever_it_gave(
    connection: Connection, content: Content
) -> None:
    grids = [content.grid]
    for phash, grid in ((7, "4x4"), (None, "5x5"), (None, "6x6"), (7, "4x4")):
        contents.save_finding(connection, content, finding(phash, grid=grid), at_s=1)
        grids.append(known(connection, content).grid)

    assert grids == [None, "4x4", "5x5", "6x6", "4x4"]


def test_latest_examinations_are_told_without_what_was_not_measured(connection: Connection) -> None:
    made = [contents.ensure(connection, Oshash(size), size) for size in (5, 6, 7, 8, 9)]
    contents.save_finding(connection, made[4], finding(7, md5=MD5, took_s=None), at_s=4)
    for at_s, (content, md5) in enumerate(zip(made[:3], (MD5, None, MD5), strict=True), 1):
        contents.save_finding(connection, content, finding(7, md5=md5), at_s=at_s)

    told = contents.lately_examined(connection, limit=2)
    with_md5 = contents.lately_examined(connection, limit=9, with_md5=True)

    first, second, third = (
        Examined(at_s=at_s, took_s=0.5, size_bytes=4 + int(at_s)) for at_s in (1.0, 2.0, 3.0)
    )
    assert told == [third, second]
    assert with_md5 == [third, first]


def test_facts_of_an_older_doorman_are_still_read(connection: Connection) -> None:
    content = contents.ensure(connection, Oshash(7), 9)
    older = (
        '{"container": "mp4", "duration_s": 61.5, "video_codec": "h264", "width": 1920, '
        '"height": 1080, "aspect": 1.778, "frame_rate": 25.0, "bit_rate": 9, "hdr": null, '
        '"audio": [{"codec": "dts", "language": "eng", "channels": 6}], '
        '"subtitle_languages": ["deu"]}'
    )
    connection.execute("UPDATE content SET facts = $1 WHERE id = $2", [older, content.id])

    facts = known(connection, content).facts

    assert facts is not None
    assert (facts.language, facts.stereo) == (None, None)
    assert facts.audio == (AudioTrack(codec="dts", language="eng", channels=6),)
