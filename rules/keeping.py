"""Which file of a cluster to keep, and why: an ordered, explained comparison.

One criterion after the other, the files that are clearly worse than the best of those left fall
out. A margin decides what "clearly" is, so that eight pixels of border or a few kbit/s decide
nothing. Who falls out is worse than who is kept in what made it fall out, so each reason is true.
This is advice: doorman deletes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from rules.duplicates import SHORT_S
from rules.media import VideoFacts, path_to_text


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedFile:
    """A file as it is compared with its near-equals."""

    number: int
    path: PurePath
    library: str
    content_id: int
    size_bytes: int
    inode: int
    device: int | None
    facts: VideoFacts
    phash: int | None
    work_id: int | None
    """Of the work it was accepted as."""
    first_seen_at_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of one file by this advice."""

    file: ComparedFile
    is_kept: bool
    """All names of the file to keep are kept: a link among them may be the only way to it."""
    reason: str
    """For the one to keep: what it is better in; for others: what they are worse in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """Which file to keep."""

    verdicts: tuple[Verdict, ...]
    """The one to keep first, then those that lost last."""
    is_tie: bool
    """Whether another file is as good by all that is compared; the one known for longest is named
    then."""

    @property
    def kept(self) -> ComparedFile:
        """Return the one to keep."""
        return self.verdicts[0].file


@dataclass(frozen=True, slots=True, kw_only=True)
class _Criterion:
    better: str
    """What the winner has."""
    worth: Callable[[ComparedFile], float]
    least: Callable[[float], float]
    """Of the best worth: the least that still counts as equal to it."""
    loss: Callable[[ComparedFile, ComparedFile], str]
    """Loser and winner → what the loser is worse in."""


CODEC_WORTH = {
    "vvc": 2.4,
    "av1": 2.0,
    "hevc": 1.6,
    "vp9": 1.5,
    "h264": 1.0,
    "vp8": 0.8,
    "vc1": 0.8,
    "wmv3": 0.7,
    "mpeg4": 0.6,
    "mpeg2video": 0.45,
}
"""What a bit is worth in h264's bits, rounded down so that an older codec is not lost lightly.

After published comparisons at equal quality: hevc needs 40 to 60 % less than h264 (Tan et al.
2016), av1 about 30 % less than hevc or vp9, vvc about 40 % less than hevc, mpeg4 and mpeg2video
1.6 and 2.7 times as much as h264 (Wiegand et al. 2003).
"""
OTHER_CODEC_WORTH = 0.3
"""Older codecs, and those that keep every picture whole: many bits, little in them."""

_ANOTHER_NAME = "another name of the file to keep; deleting it frees nothing"
_ENDS_ONLY = (
    "files with the same oshash and size have the same beginning and end, and what was found out "
    "about one stands for all; one may be damaged in the middle: compare them whole (cmp)"
)

_PICTURE_SHARE = 0.9
"""Cut borders are no smaller picture; 1280x720 beside 1440x810 is (0.79)."""
_RATE_SHARE = 0.8
"""The same quality setting differs that much between two encoders."""
_CUT_S = 1.0
"""Two encodings of the whole may end some frames apart."""


def advise(files: Iterable[ComparedFile]) -> Advice:
    """Return which of these files to keep, and why; their order does not matter."""
    left = sorted(files, key=_age)
    lost: list[tuple[ComparedFile, _Criterion]] = []
    for criterion in _CRITERIA:
        least = criterion.least(max(map(criterion.worth, left)))
        lost += ((file, criterion) for file in left if criterion.worth(file) < least)
        left = [file for file in left if criterion.worth(file) >= least]

    kept = left[0]
    names = [file for file in left[1:] if is_one_file(file, kept)]
    equal = [file for file in left[1:] if not is_one_file(file, kept)]
    better = list(dict.fromkeys(criterion.better for _, criterion in lost))
    verdicts = [Verdict(file=kept, is_kept=True, reason=_praise(better, is_tie=bool(equal)))]
    verdicts += (Verdict(file=name, is_kept=True, reason=_ANOTHER_NAME) for name in names)
    verdicts += (
        _loss(kept, file, "as good; the other has been known for longer") for file in equal
    )
    verdicts += (
        _loss(kept, file, criterion.loss(file, kept)) for file, criterion in reversed(lost)
    )
    return Advice(verdicts=tuple(verdicts), is_tie=bool(equal))


def is_one_file(one: ComparedFile, other: ComparedFile) -> bool:
    """Tell whether these are two names of one file: a hard link, or a symlink and its target."""
    return _body(one) == _body(other)


def freed_bytes(advice: Advice) -> int:
    """Return how much would be free at the most if only the one to keep stayed.

    Another name of the same file (a hard link) frees nothing.
    """
    sizes = {_body(verdict.file): verdict.file.size_bytes for verdict in advice.verdicts}
    return sum(sizes.values()) - sizes[_body(advice.kept)]


def cautions(files: Sequence[ComparedFile]) -> tuple[str, ...]:
    """Return what speaks against taking these files for copies of one work, in sentences."""
    works = {file.work_id for file in files} - {None}
    bodies = {_body(file): file.content_id for file in files}
    contents = set(bodies.values())
    found = []
    if len(contents) < len(bodies):
        found.append(_ENDS_ONLY)
    if len(contents) == 1:
        return tuple(found)

    if len(works) > 1:
        found.append("they were accepted as different works; look at them before you delete one")
    if min(file.facts.duration_s for file in files) < SHORT_S:
        found.append(
            f"shorter than {SHORT_S / 60:g} min, of which a phash says little; look at them"
        )
    return tuple(found)


def _age(file: ComparedFile) -> tuple[float, str, int]:
    return file.first_seen_at_s, path_to_text(file.path), file.number


def _body(file: ComparedFile) -> tuple[int, int]:
    """Return what two names of one file share."""
    return (-1, file.number) if file.device is None else (file.device, file.inode)


def _praise(better: Sequence[str], *, is_tie: bool) -> str:
    if is_tie:
        better = [*better, "known for longest among equals"]
    return ", ".join(better) or "it is the only one"


def _loss(kept: ComparedFile, file: ComparedFile, reason: str) -> Verdict:
    if file.content_id == kept.content_id:
        reason = f"the same oshash and size; {reason}"
    return Verdict(file=file, is_kept=False, reason=reason)


def _pixels(file: ComparedFile) -> float:
    return (file.facts.width or 0) * (file.facts.height or 0)


def _picture(file: ComparedFile) -> str:
    facts = file.facts
    return f"{facts.width}x{facts.height}" if facts.width and facts.height else "unknown size"


def bit_rate(file: ComparedFile) -> float:
    """Return bits per second of the whole file, from its size where it does not say; 0 unknown."""
    if file.facts.bit_rate:
        return file.facts.bit_rate

    duration_s = file.facts.duration_s
    return file.size_bytes * 8 / duration_s if duration_s > 0 else 0.0


def _codec_worth(file: ComparedFile) -> float:
    return CODEC_WORTH.get(file.facts.video_codec or "", OTHER_CODEC_WORTH)


def _weighed_rate(file: ComparedFile) -> float:
    return bit_rate(file) * _codec_worth(file)


def _rate(file: ComparedFile) -> str:
    return f"{file.facts.video_codec or 'unknown codec'} at {bit_rate(file) / 1e6:.2f} Mbit/s"


def _lower_rate(loser: ComparedFile, winner: ComparedFile) -> str:
    what = "lower bit rate" if bit_rate(loser) < bit_rate(winner) else "weaker codec"
    return f"{what}: {_rate(loser)}, not {_rate(winner)}"


def _lacks(words: str) -> Callable[[ComparedFile, ComparedFile], str]:
    return lambda _, __: words


def _itself(best: float) -> float:
    return best


_CRITERIA = (
    _Criterion(
        better="larger picture",
        worth=_pixels,
        least=lambda best: best * _PICTURE_SHARE,
        loss=lambda loser, winner: f"smaller picture: {_picture(loser)}, not {_picture(winner)}",
    ),
    _Criterion(
        better="sound",
        worth=lambda file: bool(file.facts.audio),
        least=_itself,
        loss=_lacks("no sound"),
    ),
    _Criterion(
        better="more in its bits",
        worth=_weighed_rate,
        least=lambda best: best * _RATE_SHARE,
        loss=_lower_rate,
    ),
    _Criterion(
        better="high dynamic range",
        worth=lambda file: file.facts.hdr is not None,
        least=_itself,
        loss=lambda _, winner: f"no high dynamic range; the other has {winner.facts.hdr}",
    ),
    _Criterion(
        better="longer",
        worth=lambda file: file.facts.duration_s,
        least=lambda best: best - _CUT_S,
        loss=lambda loser, winner: (
            f"shorter: {loser.facts.duration_s:.1f} s, not {winner.facts.duration_s:.1f} s"
        ),
    ),
    _Criterion(
        better="its work is known",
        worth=lambda file: file.work_id is not None,
        least=_itself,
        loss=_lacks("its work is not known"),
    ),
)
