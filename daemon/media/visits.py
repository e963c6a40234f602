"""Which targets of a video are reached from the same place.

Where ffmpeg begins to decode is where a seek in a file that was just opened arrives.  Targets
that arrive at the same packet are one visit: decoding goes on from one to the next, which gives
the same pictures as beginning again, and short files need one pass instead of 25.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from daemon.media.reel import Landing, Reel

_MOV = "mov,mp4,m4a,3gp,3g2,mj2"
_MATROSKA = "matroska,webm"
_FIRST_US = 0
_LARGE_BYTES = 20_000_000  # of a picture: two decoders of 4k with 10 bits need over 500 MB
_PLANES = 1.5  # 4:2:0


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Targets with one landing."""

    landing: Landing | None
    targets_us: tuple[int, ...]
    way: int = 0
    """How far there is to decode, in the stream's clock."""


Opening = Callable[[], AbstractContextManager[Reel]]
"""Opens the file anew."""

_Index = tuple[int | tuple[int, int, int], ...]
"""What a seek goes by: the count of the entries, or position, time and flags of each."""


def steady_visits(reel: Reel, targets_us: Sequence[int]) -> list[Visit] | None:
    """Return the visits of a file, just opened, in which each seek is as good as the first.

    None where that cannot be known: where a seek goes by an index that grows while the file is
    read, the second seek may arrive elsewhere than the first.  Only mov and Matroska go by an
    index alone; that theirs is complete shows in its not having grown.
    """
    index_now = _index_reader(reel)
    if index_now is None:
        return None

    reel.seek(_FIRST_US)  # Matroska reads its index at the first seek
    index = index_now()
    landings = []
    for target in targets_us:
        reel.seek(target)
        landings.append((reel.landing, target))
        if index_now() != index:
            return None

    groups = groupby(landings, key=itemgetter(0))
    return [_visit(reel, landing, [each for _, each in group]) for landing, group in groups]


def visits_afresh(opening: Opening, targets_us: Sequence[int]) -> Iterator[tuple[Reel, Visit]]:
    """Yield each visit with a reel that was opened for it; the reel is closed after its turn.

    Raises: as `opening`.
    """
    with ExitStack() as held:
        reel, targets = _opened(opening, targets_us[0], held), [targets_us[0]]
        for target in targets_us[1:]:
            with ExitStack() as holding:
                fresh = _opened(opening, target, holding)
                if fresh.landing == reel.landing:
                    targets.append(target)
                    continue

                yield reel, Visit(landing=reel.landing, targets_us=tuple(targets))
                held.close()
                held.push(holding.pop_all())
                reel, targets = fresh, [target]

        yield reel, Visit(landing=reel.landing, targets_us=tuple(targets))


def has_large_pictures(reel: Reel) -> bool:
    """Tell whether two decoders at once would need too much memory."""
    codec = reel.video.codec_context
    format_ = codec.format
    bits = format_.components[0].bits if format_ is not None else 8
    return codec.width * codec.height * _PLANES * math.ceil(bits / 8) > _LARGE_BYTES


def evenly_cut(visits: Sequence[Visit]) -> tuple[Sequence[Visit], Sequence[Visit]]:
    """Return a first and a second part that take about as long as each other to decode."""
    ways = [max(visit.way, 0) for visit in visits]
    cut = min(
        range(1, len(visits) + 1), key=lambda count: max(sum(ways[:count]), sum(ways[count:]))
    )
    return visits[:cut], visits[cut:]


def _visit(reel: Reel, landing: Landing | None, targets_us: Sequence[int]) -> Visit:
    time = landing.pts if landing is not None else None
    way = 0 if time is None else reel.time_of(targets_us[-1]) - time
    return Visit(landing=landing, targets_us=tuple(targets_us), way=way)


def _opened(opening: Opening, target_us: int, held: ExitStack) -> Reel:
    reel = held.enter_context(opening())
    reel.seek(target_us)
    return reel


def _index_reader(reel: Reel) -> Callable[[], _Index] | None:
    """Return how to look at what a seek goes by; None when it goes by more than that."""
    streams = reel.container.streams
    if reel.container.format.name == _MOV:
        # Each stream is sought by its own entries, one for each packet: their count must do.
        return lambda: tuple(len(stream.index_entries) for stream in streams)

    if reel.container.format.name == _MATROSKA and len(streams.video) == 1:
        entries = reel.video.index_entries
        return lambda: tuple((each.pos, each.timestamp, each.flags) for each in entries)

    return None
