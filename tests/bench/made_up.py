"""Situations that happen, made up at random from a seed, with what each file truly is.

Each kind says what happened, not what any rule makes of it: bounds are those of the world (how
far encodes and cuts differ), and are drawn from on both sides of what any rule asks. Left out is
what nothing that can be measured tells: a wrong submission of this very file, to a work of the
same length, that fewer people deny than confirm.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from rules.candidate import Answer, Candidate, Known, RemoteFingerprint, Unknown
from rules.decision import DecisionInput
from rules.fingerprint import Algorithm, Fingerprints, Oshash, Phash
from rules.samework import own_id
from rules.work import ExternalId, Studio, Work

SEED = 20240517
EACH = 220
"""Situations of each kind."""
HALF = 32
SOURCES = ("alpha", "beta")
WORDS = ("Harbour", "Orchard", "Lantern", "Coast", "Meadow", "Tower", "River", "Garden")
TIMES = ("Dawn", "Dusk", "Noon", "Midnight", "Winter", "Summer", "Rain", "Snow")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A file that was asked about, and the truth."""

    kind: str
    given: DecisionInput
    truth: frozenset[ExternalId]
    """Names of the work that the file really is; empty when no source has it."""


class Maker:
    """Makes up works, files and what sources say of them; the same for the same seed."""

    def __init__(self, seed: int) -> None:
        """Begin anew."""
        self.chance = random.Random(seed)  # noqa: S311  # no secret
        self._number = 0

    def phash(self) -> int:
        """Return a telling phash: as many ones as zeros."""
        return sum(1 << bit for bit in self.chance.sample(range(64), HALF))

    def moved(self, phash: int, bits: int) -> int:
        """Return a telling phash that is so many bits away; even numbers only."""
        ones = [bit for bit in range(64) if phash >> bit & 1]
        zeros = [bit for bit in range(64) if not phash >> bit & 1]
        pairs = bits // 2
        flipped = self.chance.sample(ones, pairs) + self.chance.sample(zeros, pairs)
        return phash ^ sum(1 << bit for bit in flipped)

    def file(self, duration_s: float | None = None, phash: int | None = None) -> Fingerprints:
        """Return the fingerprints of a file nobody has seen yet."""
        return Fingerprints(
            oshash=Oshash(self.chance.getrandbits(64)),
            size_bytes=self.chance.randrange(10**8, 10**10),
            duration_s=duration_s or round(self.chance.uniform(300, 5400), 2),
            phash=Phash(self.phash() if phash is None else phash),
        )

    def work(self, duration_s: float | None) -> Work:
        """Return a work like no other."""
        self._number += 1
        title = f"{self.chance.choice(WORDS)} at {self.chance.choice(TIMES)} {self._number}"
        date = f"20{self.chance.randrange(10, 25)}-{self.chance.randrange(1, 13):02}-17"
        return Work(
            title=title, date=date, studio=Studio(name="Harbour Films"), duration_s=duration_s
        )

    def candidate(self, work: Work, *prints: RemoteFingerprint, source: str = "alpha") -> Candidate:
        """Return a work as one source offers it."""
        self._number += 1
        return Candidate(source=source, remote_id=str(self._number), work=work, fingerprints=prints)

    def exact(self, file: Fingerprints, *, votes: int, reports: int = 0) -> RemoteFingerprint:
        """Return this very file's oshash as somebody submitted it."""
        return RemoteFingerprint(
            algorithm=Algorithm.OSHASH,
            value=file.oshash.value,
            duration_s=file.duration_s,
            submissions=votes,
            reports=reports,
        )

    def near(
        self, phash: int, duration_s: float, *, votes: int, bits: int = 0
    ) -> RemoteFingerprint:
        """Return a phash so many bits away, measured on a copy of that duration."""
        return RemoteFingerprint(
            algorithm=Algorithm.PHASH,
            value=self.moved(phash, bits),
            duration_s=round(duration_s, 2),
            submissions=votes,
        )

    def votes(self) -> int:
        """Return how many people submitted something: mostly few."""
        return min(1 + int(self.chance.expovariate(0.3)), 60)


def phash_of(file: Fingerprints) -> int:
    """Return the number of a file's phash."""
    return file.phash.value if file.phash else 0


def asked(file: Fingerprints, *answers: Answer) -> DecisionInput:
    """Return what is decided from."""
    heard = {answer.source for answer in answers}
    silent = (Unknown(source=source) for source in SOURCES if source not in heard)
    return DecisionInput(
        fingerprints=file, file_name="video.mkv", library="films", answers=(*answers, *silent)
    )


def offers(*candidates: Candidate) -> Known:
    """Return what one source offers."""
    return Known(source=candidates[0].source, candidates=candidates)


def true_of(*candidates: Candidate) -> frozenset[ExternalId]:
    """Return the names of these."""
    return frozenset(map(own_id, candidates))


def same_file(make: Maker) -> Sample:
    """Somebody submitted this very file."""
    file = make.file()
    found = make.candidate(
        make.work(file.duration_s + make.chance.uniform(-2, 2)),
        make.exact(file, votes=make.votes()),
        make.near(phash_of(file), file.duration_s, votes=make.votes()),
    )
    return Sample(kind="same file", given=asked(file, offers(found)), truth=true_of(found))


def other_encode(make: Maker) -> Sample:
    """Others submitted other encodes of the same pictures."""
    file = make.file()
    bits = make.chance.choices((0, 2, 4, 6, 8), (40, 30, 15, 10, 5))[0]
    of_s = file.duration_s * make.chance.uniform(0.995, 1.005)
    near = make.near(phash_of(file), of_s, votes=make.votes(), bits=bits)
    found = make.candidate(make.work(of_s), near)
    return Sample(kind="other encode", given=asked(file, offers(found)), truth=true_of(found))


def trailer(make: Maker) -> Sample:
    """The file is a trailer whose hashes were submitted to the whole work."""
    file = make.file(duration_s=round(make.chance.uniform(40, 240), 2))
    whole_s = file.duration_s * make.chance.uniform(5, 30)
    prints = [
        make.near(phash_of(file), file.duration_s, votes=make.votes(), bits=0),
        make.near(make.phash(), whole_s, votes=make.votes()),
    ]
    if make.chance.random() < 1 / 2:
        prints.append(make.exact(file, votes=make.votes()))
    found = make.candidate(make.work(whole_s), *prints)
    return Sample(kind="trailer", given=asked(file, offers(found)), truth=frozenset())


def cut_version(make: Maker) -> Sample:
    """The file is a shorter cut that a source has as another work, or not at all."""
    file = make.file()
    whole_s = file.duration_s * make.chance.uniform(1.03, 2)
    bits = make.chance.choice((0, 2, 4, 6, 8))
    near = make.near(phash_of(file), whole_s, votes=make.votes(), bits=bits)
    found = make.candidate(make.work(whole_s), near)
    return Sample(kind="cut version", given=asked(file, offers(found)), truth=frozenset())


def compilation(make: Maker) -> Sample:
    """The file holds scenes of several works, each of which is offered, or one of them."""
    file = make.file(duration_s=round(make.chance.uniform(3600, 9000), 2))
    parts = [
        make.candidate(
            make.work(part_s),
            make.near(
                phash_of(file), part_s, votes=make.votes(), bits=make.chance.choice((2, 4, 6, 8))
            ),
        )
        for part_s in (
            file.duration_s * make.chance.uniform(0.1, 0.5)
            for _ in range(make.chance.randint(1, 3))
        )
    ]
    return Sample(kind="compilation", given=asked(file, offers(*parts)), truth=frozenset())


def wrong_submission(make: Maker) -> Sample:
    """Somebody submitted this file to another work; others deny it, or the length does."""
    file = make.file()
    votes = make.chance.randint(1, 3)
    if make.chance.random() < 1 / 2:
        prints = [make.exact(file, votes=votes, reports=votes + make.chance.randint(0, 4))]
        wrong = make.candidate(make.work(file.duration_s), *prints)
    else:
        off = make.chance.choice((0.5, 0.8, 1.3, 3))
        wrong = make.candidate(make.work(file.duration_s * off), make.exact(file, votes=votes))
    return Sample(kind="wrong submission", given=asked(file, offers(wrong)), truth=frozenset())


def wrong_beside_right(make: Maker) -> Sample:
    """The right work is offered, and one that somebody took it for."""
    file = make.file()
    right = make.candidate(
        make.work(file.duration_s),
        make.near(phash_of(file), file.duration_s, votes=make.votes(), bits=2),
    )
    wrong = make.candidate(
        make.work(file.duration_s * make.chance.uniform(0.99, 1.01)),
        make.near(phash_of(file), file.duration_s, votes=1),
        make.exact(file, votes=1),
    )
    both = [right, wrong]
    make.chance.shuffle(both)
    given = asked(file, offers(*both))
    return Sample(kind="wrong beside right", given=given, truth=true_of(right))


def short_clip(make: Maker) -> Sample:
    """A clip whose few pictures repeat those of another: like hashes, other works."""
    file = make.file(duration_s=round(make.chance.uniform(15, 150), 2))
    of_s = file.duration_s * make.chance.uniform(0.99, 1.01)
    bits = make.chance.choice((0, 2, 4))
    near = make.near(phash_of(file), of_s, votes=make.votes() + 1, bits=bits)
    found = make.candidate(make.work(of_s), near)
    return Sample(kind="short clip", given=asked(file, offers(found)), truth=frozenset())


def flat_pictures(make: Maker) -> Sample:
    """Black or one-coloured pictures: everybody's hash, which tells nothing."""
    flat = make.chance.choice((0x8000000000000000, 0, 0xFFFFFFFFFFFFFFFF))
    file = make.file(phash=flat)
    of_s = file.duration_s * make.chance.uniform(0.99, 1.01)
    near = RemoteFingerprint(
        algorithm=Algorithm.PHASH, value=flat, duration_s=of_s, submissions=make.votes() + 5
    )
    found = make.candidate(make.work(of_s), near)
    return Sample(kind="flat pictures", given=asked(file, offers(found)), truth=frozenset())


def several_sources(make: Maker) -> Sample:
    """Two sources tell the same work."""
    file = make.file()
    work = make.work(file.duration_s)
    exact = make.candidate(work, make.exact(file, votes=make.votes()))
    near = make.candidate(
        work,
        make.near(phash_of(file), file.duration_s, votes=make.votes(), bits=2),
        source="beta",
    )
    given = asked(file, offers(exact), offers(near))
    return Sample(kind="several sources", given=given, truth=true_of(exact, near))


def contradiction(make: Maker) -> Sample:
    """Two sources tell two works; the second is right."""
    file = make.file()
    wrong = make.candidate(make.work(file.duration_s), make.exact(file, votes=1))
    right = make.candidate(
        make.work(file.duration_s), make.exact(file, votes=make.votes()), source="beta"
    )
    given = asked(file, offers(wrong), offers(right))
    return Sample(kind="contradiction", given=given, truth=true_of(right))


def rejected(make: Maker) -> Sample:
    """A person has said already that it is not that."""
    sample = other_encode(make)
    given = replace(sample.given, rejected=sample.truth)
    return Sample(kind="rejected before", given=given, truth=frozenset())


def nobody_knows(make: Maker) -> Sample:
    """A look-alike of the same studio is offered: the same intro, another work."""
    file = make.file()
    other_s = file.duration_s * make.chance.choice((0.6, 0.9, 1.1, 1.5))
    bits = make.chance.choice((4, 6, 8))
    near = make.near(phash_of(file), other_s, votes=make.votes(), bits=bits)
    found = make.candidate(make.work(other_s), near)
    return Sample(kind="look-alike", given=asked(file, offers(found)), truth=frozenset())


def polluted(make: Maker) -> Sample:
    """A work that collected the hashes of many others; one person took the file for it."""
    file = make.file()
    of_s = file.duration_s * make.chance.uniform(0.5, 1.5)
    bits = make.chance.choice((0, 2, 4))
    prints = [make.near(phash_of(file), file.duration_s, votes=1, bits=bits)]
    prints += [
        make.near(make.phash(), of_s, votes=make.votes()) for _ in range(make.chance.randint(3, 8))
    ]
    found = make.candidate(make.work(of_s), *prints)
    return Sample(kind="polluted work", given=asked(file, offers(found)), truth=frozenset())


def twins_by_intro(make: Maker) -> Sample:
    """Two parts of a series, as long as each other; people take the one for the other."""
    file = make.file()
    right, wrong = (
        make.candidate(
            make.work(file.duration_s * make.chance.uniform(0.995, 1.005)),
            make.near(
                phash_of(file),
                file.duration_s,
                votes=make.votes(),
                bits=make.chance.choice((0, 2, 4, 6)),
            ),
        )
        for _ in range(2)
    )
    given = asked(file, offers(*make.chance.sample((right, wrong), 2)))
    return Sample(kind="twins by intro", given=given, truth=true_of(right))


def recompiled(make: Maker) -> Sample:
    """The work is offered, or not, and with it a compilation that holds it."""
    file = make.file()
    whole_s = file.duration_s * make.chance.uniform(1.5, 8)
    whole = make.candidate(
        make.work(whole_s),
        make.near(
            phash_of(file),
            make.chance.choice((file.duration_s, whole_s)),
            votes=make.votes(),
            bits=make.chance.choice((0, 2, 4)),
        ),
    )
    if make.chance.random() < 1 / 2:
        return Sample(kind="recompiled", given=asked(file, offers(whole)), truth=frozenset())

    scene = make.candidate(make.work(file.duration_s), make.exact(file, votes=make.votes()))
    given = asked(file, offers(scene, whole))
    return Sample(kind="recompiled", given=given, truth=true_of(scene))


KINDS: tuple[Callable[[Maker], Sample], ...] = (
    *(same_file, other_encode, trailer, cut_version, compilation, wrong_submission),
    *(wrong_beside_right, short_clip, flat_pictures, several_sources, contradiction),
    *(rejected, nobody_knows, polluted, twins_by_intro, recompiled),
)


def corpus(seed: int = SEED, each: int = EACH) -> list[Sample]:
    """Return all situations."""
    make = Maker(seed)
    return [kind(make) for kind in KINDS for _ in range(each)]
