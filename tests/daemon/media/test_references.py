"""Files that name other files or addresses: nothing else is opened, nobody is asked."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from daemon.demo.clips import ClipRecipe, make_clip
from daemon.media.errors import NotAVideoContainer, NoVideoStream
from daemon.media.pool import WorkerPool
from tests.daemon.media.boxes import box, rewritten
from tests.daemon.media.guarded import Bait, guarded_pool, watched
from tests.daemon.media.guarded_worker import can_forbid_sockets

pytestmark = pytest.mark.skipif(
    not can_forbid_sockets(), reason="this kernel cannot forbid sockets to a process"
)

URL = "http://127.0.0.1:9"  # a worker that as much as makes a socket is killed
SEGMENT = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{}\n#EXT-X-ENDLIST\n"
DASH = (
    '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
    'mediaPresentationDuration="PT9S"><Period><AdaptationSet mimeType="video/mp4">'
    '<Representation id="1" bandwidth="1"><BaseURL>{}</BaseURL></Representation>'
    "</AdaptationSet></Period></MPD>"
)
SESSION = (
    "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\n"
    "m=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n"
)
LISTS = {
    "hls, address": SEGMENT.format(f"{URL}/a.ts"),
    "hls, file": SEGMENT.format("bait.ts"),
    "hls, path": SEGMENT.format("{folder}/bait.ts"),
    "hls, file scheme": SEGMENT.format("file://{folder}/bait.ts"),
    "hls, key": SEGMENT.format(f'#EXT-X-KEY:METHOD=AES-128,URI="{URL}/key"\nbait.ts'),
    "hls, map": SEGMENT.format('#EXT-X-MAP:URI="bait.mp4"\nbait.ts'),
    "hls, master": f"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{URL}/b.m3u8\n",
    "dash, address": DASH.format(f"{URL}/a.mp4"),
    "dash, file": DASH.format("bait.mp4"),
    "smooth streaming": f'<SmoothStreamingMedia><StreamIndex Url="{URL}/a"/>'
    "</SmoothStreamingMedia>",
    "concat": "ffconcat version 1.0\nfile bait.mp4\n",
    "concat, path": "ffconcat version 1.0\nfile '{folder}/bait.mp4'\n",
    "concat, address": f"ffconcat version 1.0\nfile '{URL}/a.mp4'\n",
    "concat without a head": "file bait.mp4\n",
    "concat, protocol": "concat:bait.mp4|bait.mp4\n",
    "session": SESSION,
    "asx": f'<ASX version="3.0"><Entry><Ref href="{URL}/a.wmv"/></Entry></ASX>',
    "wmv reference": f"[Reference]\nRef1={URL}/a.wmv\nRef2=bait.mp4\n",
    "pls": f"[playlist]\nFile1={URL}/a.mp3\nFile2=bait.mp4\nNumberOfEntries=2\n",
    "m3u": "bait.mp4\n{folder}/bait.mp4\n",
    "xspf": '<?xml version="1.0"?><playlist version="1"><trackList><track><location>'
    "file://{folder}/bait.mp4</location></track></trackList></playlist>",
    "smil": f'<smil><body><video src="{URL}/a.rm"/><video src="bait.mp4"/></body></smil>',
    "ram": "rtsp://127.0.0.1:9/a.rm\nfile://{folder}/bait.mp4\n",
    "rtsp text": "RTSPtextRTSP://127.0.0.1:9/a.mov\n",
    "sub index": "# VobSub index file, v7 (do not modify this line!)\nid: en, index: 0\n",
    "cue": 'FILE "bait.mp4" MP3\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n',
    "edl": "# mpv EDL v0\nbait.mp4,0,9\n",
    "avisynth": 'DirectShowSource("bait.mp4")\n',
    "composition": '<?xml version="1.0"?><CompositionPlaylist '
    'xmlns="http://www.smpte-ra.org/schemas/2067-3/2016"><Id>urn:uuid:0</Id></CompositionPlaylist>',
    "shortcut": f"[InternetShortcut]\nURL={URL}/a.mp4\n",
    "page": f'<html><video src="{URL}/a.mp4"><img src="bait.mp4"></video></html>',
    "picture pattern": "bait%d.png\n",
}


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def pool(anyio_backend: str) -> AsyncIterator[WorkerPool]:
    assert anyio_backend
    async with guarded_pool(1) as pool:
        yield pool


@pytest.fixture
def bait(tmp_path: Path, clip: Path) -> Iterator[Bait]:
    """A folder with good videos, and whatever players look for beside one."""
    for name in ("bait.mp4", "bait.ts", "bait.sub", "bait1.png"):
        (tmp_path / name).hardlink_to(clip)
    for suffix in ("srt", "ass", "idx", "sub", "nfo", "cue", "xml", "jpg", "mks", "m3u8"):
        (tmp_path / f"Pier at Noon.{suffix}").write_text("1\n00:00:00,000 --> 00:00:01,000\nx\n")
    with watched(tmp_path) as bait:
        yield bait


def test_opening_is_noticed(bait: Bait) -> None:
    """The control of this module: a player that took the bait would be seen."""
    (bait.folder / "bait.mp4").read_bytes()

    assert bait.taken() == {"bait.mp4"}


@pytest.mark.parametrize("suffix", ["mkv", "mp4", "own"])
@pytest.mark.parametrize("kind", LISTS)
async def test_list_is_refused_and_not_followed(
    kind: str, suffix: str, pool: WorkerPool, bait: Bait
) -> None:
    own = {"hls": "m3u8", "dash": "mpd", "concat": "ffconcat", "session": "sdp", "ram": "ram"}
    name = f"Pier at Noon.{own.get(kind.partition(',')[0], 'asx') if suffix == 'own' else suffix}"
    path = bait.folder / name
    path.write_text(LISTS[kind].replace("{folder}", os.fspath(bait.folder)))
    bait.taken()

    with pytest.raises(NotAVideoContainer):
        await pool.examine(path)

    assert bait.taken() == {name}


def alias_record(path: bytes) -> bytes:
    """Return a Macintosh alias with a full path, of which old films are made."""
    volume, name = b"\x04disk".ljust(28, b"\0"), b"\x08bait.mp4".ljust(64, b"\0")
    levels = (1).to_bytes(2) + (1).to_bytes(2)
    absolute = (2).to_bytes(2) + len(path).to_bytes(2) + path + b"\xff\xff\0\0"
    return bytes(10) + volume + bytes(12) + name + bytes(16) + levels + bytes(16) + absolute


ELSEWHERE = {
    "address": box(b"url ", bytes(4) + f"{URL}/a.mp4".encode() + b"\0"),
    "file": box(b"url ", bytes(4) + b"file:bait.mp4\0"),
    "name": box(b"urn ", bytes(4) + b"bait\0" + f"{URL}/a.mp4".encode() + b"\0"),
    "alias": box(b"alis", bytes(4) + alias_record(b"disk:bait.mp4")),
}


def write_film_elsewhere(path: Path, whole: Path, entry: bytes) -> None:
    entries = bytes(4) + (1).to_bytes(4) + entry
    path.write_bytes(rewritten(whole.read_bytes(), {b"dref": lambda _: entries}))


@pytest.mark.parametrize("kind", ELSEWHERE)
async def test_film_whose_pictures_are_elsewhere_leads_nowhere(
    kind: str, pool: WorkerPool, bait: Bait, clip: Path
) -> None:
    path = bait.folder / "Pier at Noon.mp4"
    write_film_elsewhere(path, clip, ELSEWHERE[kind])
    bait.taken()

    examination = await pool.examine(path)

    assert examination.facts.video_codec == "h264"
    assert bait.taken() == {path.name}


async def test_film_that_is_only_a_reference_is_refused(pool: WorkerPool, bait: Bait) -> None:
    """Old servers offer several qualities so (QuickTime File Format, reference movies)."""
    there = b"url " + (9).to_bytes(4) + b"bait.mp4\0"
    offers = b"".join(
        box(b"rmda", box(b"rdrf", bytes(4) + place))
        for place in (there, b"url " + (30).to_bytes(4) + f"{URL}/a.mp4".encode().ljust(30, b"\0"))
    )
    path = bait.folder / "Pier at Noon.mov"
    path.write_bytes(box(b"ftyp", b"qt  " + bytes(8)) + box(b"moov", box(b"rmra", offers)))
    bait.taken()

    with pytest.raises(NoVideoStream):
        await pool.examine(path)

    assert bait.taken() == {path.name}


@pytest.mark.parametrize("name", ["Pier at Noon.mkv", "Pier at Noon.mp4", "Pier at Noon.avi"])
async def test_what_lies_beside_a_film_is_not_touched(
    name: str, pool: WorkerPool, bait: Bait
) -> None:
    path = bait.folder / name
    make_clip(path, ClipRecipe(seed=2, duration_s=1, codec="mpeg4", audio_s=1))
    bait.taken()

    examination = await pool.examine(path)

    assert examination.phash
    assert bait.taken() == {name}
