"""Invented works, and what two sources offer for invented files: all that a page may show."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rules.candidate import Answer, Candidate, Failed, Known, RemoteFingerprint, Unknown, Way
from rules.fingerprint import Algorithm, Oshash, Phash
from rules.work import Appearance, ExternalId, Gender, Performer, Picture, Studio, Tag, Work

FIRST, SECOND = "harbourbox", "lanternbox"
LIBRARIES = ("films", "series")
_CAST = (
    "Ada Winter",
    "Ben Frost",
    "Ida Marlow",
    "Tomas Reed",
    "June Abara",
    "Noor Castellan",
    "Émile Ørsted",
    "Vera Lindqvist-Okonkwo",
)
_TAGS = ("Sea", "Morning", "City", "Train", "Winter", "Garden", "Interview", "Black and White")
_DETAILS = (
    "A ferryman waits for a boat that is a day late, and the town waits with him. Shot over one"
    " winter on the estuary, with the people who live there.\n\nThe second part follows the night"
    " shift at the lock."
)


def work(number: int, title: str, **changes: object) -> Work:
    """Return a work with everything a source may say; `changes` are other values of its fields."""
    people = (_CAST[number % len(_CAST)], _CAST[(number + 3) % len(_CAST)])
    made = Work(
        title=title,
        code=f"NL-{100 + number}",
        details=_DETAILS,
        director="Hanne Solberg",
        date=f"20{10 + number % 15}-{1 + number % 12:02}-{1 + number % 27:02}",
        duration_s=1800.0,
        studio=Studio(
            name=("Northlight Pictures", "Quayside Films", "Tall Window")[number % 3],
            ids=(_id("studio", number % 3),),
            parent=Studio(name="Meridian Network") if number % 3 == 0 else None,
        ),
        appearances=tuple(
            Appearance(
                performer=Performer(
                    name=name,
                    gender=Gender.FEMALE if at else Gender.MALE,
                    ids=(_id("performer", _CAST.index(name)),),
                ),
                credited_as="B. Frost" if name == "Ben Frost" else None,
            )
            for at, name in enumerate(people)
        ),
        tags=tuple(
            Tag(name=name, ids=(_id("tag", _TAGS.index(name)),))
            for name in (_TAGS[number % 8], _TAGS[(number + 3) % 8], _TAGS[(number + 5) % 8])
        ),
        urls=(f"https://northlight.example/works/{number}",),
        pictures=(Picture(url=f"https://pictures.example/{number}.jpg", width=1280, height=720),),
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # fields of Work, named by tests


def _id(kind: str, number: int) -> ExternalId:
    return ExternalId(source=FIRST, remote_id=f"{kind}-{number}")


def _off_by(value: int, bits: int) -> int:
    """Return a hash so many bits away that has as many bits set, as a likely one has."""
    half = bits // 2
    ones = [at for at in range(64) if value >> at & 1][:half]
    zeros = [at for at in range(64) if not value >> at & 1][:half]
    return value ^ sum(1 << at for at in (*ones, *zeros))


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A work that a source offers, and what its fingerprints say."""

    work: Work
    remote_id: str
    source: str = FIRST
    submissions: int = 5
    """Of the oshash; 0: it is another."""
    reports: int = 0
    distance_bits: int | None = None
    """Of the phash, an even number; None: it has none."""
    longer_s: float = 0.0
    """Than the file."""
    found_by: Way = Way.FINGERPRINT

    def candidate(self, oshash: Oshash, phash: Phash, duration_s: float) -> Candidate:
        """Return what the source answers for a file with these."""
        prints: list[RemoteFingerprint] = []
        if self.submissions:
            prints.append(
                RemoteFingerprint(
                    algorithm=Algorithm.OSHASH,
                    value=oshash.value,
                    duration_s=duration_s + self.longer_s,
                    submissions=self.submissions,
                    reports=self.reports,
                )
            )
        if self.distance_bits is not None:
            prints.append(
                RemoteFingerprint(
                    algorithm=Algorithm.PHASH,
                    value=_off_by(phash.value, self.distance_bits),
                    duration_s=duration_s + self.longer_s,
                    submissions=41,
                )
            )
        return Candidate(
            source=self.source,
            remote_id=self.remote_id,
            work=self.work,
            fingerprints=tuple(prints),
            page_url=f"https://{self.source}.example/scenes/{self.remote_id}",
            found_by=self.found_by,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A file, and what became of it."""

    name: str
    offers: tuple[Offer, ...] = ()
    library: str = LIBRARIES[0]
    is_failing: bool = False
    """Whether the second source gave no answer."""
    unexamined: str | None = None
    """Why it could not be examined."""
    age_days: float = 0.5
    ask: str | None = None
    """What a person answered: accept or dismiss."""
    duration_s: float = 1800.5

    def answers(self, oshash: Oshash, phash: Phash) -> list[Answer]:
        """Return what both sources answered."""
        return [self._answer(source, oshash, phash) for source in (FIRST, SECOND)]

    def _answer(self, source: str, oshash: Oshash, phash: Phash) -> Answer:
        own = [each for each in self.offers if each.source == source]
        if self.is_failing and source == SECOND:
            return Failed(source=source, reason="no answer in 30 s")
        if not own:
            return Unknown(source=source)

        made = tuple(each.candidate(oshash, phash, self.duration_s) for each in own)
        return Known(source=source, candidates=made)


def _certain(number: int, title: str, *, library: str = LIBRARIES[0], age_days: float) -> Entry:
    offer = Offer(work=work(number, title), remote_id=f"w-{number}", submissions=4 + number)
    return Entry(name=f"{title}.mkv", offers=(offer,), library=library, age_days=age_days)


_HARBOUR = work(1, "Harbour at Dawn")
_LONG = (
    "The Very Long and Entirely True Account of the Ferryman's Last Winter on the Northern"
    " Estuary, as Told by Those Who Were There"
)
_MARKUP = "Tea <b>for</b> \"Two\" & <script>alert('no')</script>"
_TEA = work(
    9,
    _MARKUP,
    appearances=(Appearance(performer=Performer(name="Odile Brandt", gender=Gender.FEMALE)),),
    tags=(Tag(name="City"), Tag(name="Teapots")),
)
"""With somebody and something that no other work has."""
_TITLES = (
    "Two Bridges",
    "Night Train North",
    "The Lighthouse Keeper",
    "A Long Way Upstream",
    "Tin Kitchen",
    "Salt and Copper",
    "Orchard Road",
    "The Glass Signal",
    "Paper Lanterns",
    "Half Past Winter",
    "A Map of Quiet Rooms",
    "Stone Ferry",
)

ENTRIES: tuple[Entry, ...] = (
    *(
        _certain(20 + at, title, library=LIBRARIES[at % 2], age_days=40.0 - 3 * at)
        for at, title in enumerate(_TITLES)
    ),
    Entry(
        name="Winter Garden (damaged).mp4", unexamined="the file ends before its index", age_days=4
    ),
    Entry(name="home video 0412.mov", age_days=3, duration_s=93.0),
    Entry(name="Untitled 7.avi", age_days=2.5, library=LIBRARIES[1], is_failing=True),
    Entry(
        name="Orchard Road (preview).mkv",
        offers=(Offer(work=work(26, "Orchard Road"), remote_id="w-26", submissions=2, reports=5),),
        age_days=2.2,
        ask="dismiss",
    ),
    Entry(
        name="glass.signal.2160p.web.x265-none.mkv",
        offers=(
            Offer(
                work=work(5, "The Glass Signal"), remote_id="w-5", submissions=0, distance_bits=6
            ),
        ),
        age_days=2.1,
        ask="accept",
    ),
    Entry(
        name="Northlight - 2015-06-07 - " + _LONG + ".1080p.mkv",
        offers=(
            Offer(work=work(7, _LONG), remote_id="w-7", submissions=0, distance_bits=8),
            Offer(work=work(8, "The Ferryman"), remote_id="w-8", submissions=0, distance_bits=8),
        ),
        age_days=2,
    ),
    Entry(
        name="tea <b>for<i> two & more.mkv",
        offers=(Offer(work=_TEA, remote_id="w-9", submissions=3, reports=4),),
        library=LIBRARIES[1],
        age_days=1.5,
    ),
    Entry(
        name="港の夜明け.mkv",
        offers=(
            Offer(work=work(10, "港の夜明け"), remote_id="w-10", submissions=0, distance_bits=2),
        ),
        age_days=1.2,
        duration_s=120.0,
    ),
    Entry(
        name="Stone Ferry - director's cut.mkv",
        offers=(
            Offer(work=work(31, "Stone Ferry"), remote_id="w-31", submissions=12, longer_s=95),
        ),
        age_days=1,
    ),
    Entry(
        name="paper lanterns.mp4",
        offers=(
            Offer(
                work=work(28, "Paper Lanterns"), remote_id="w-28", submissions=0, found_by=Way.TEXT
            ),
            Offer(
                work=work(12, "Lanterns of Paper"),
                remote_id="w-12",
                submissions=0,
                found_by=Way.TEXT,
            ),
        ),
        library=LIBRARIES[1],
        age_days=0.8,
        is_failing=True,
    ),
    Entry(
        name="Two Bridges.mov",
        offers=(
            Offer(work=work(13, "Two Bridges"), remote_id="w-13", submissions=3),
            Offer(work=work(14, "The Far Bank"), remote_id="w-14", submissions=2),
        ),
        age_days=0.4,
    ),
    Entry(
        name="Harbour.at.Dawn.1080p.mkv",
        offers=(
            Offer(work=_HARBOUR, remote_id="w-1", submissions=0, distance_bits=6),
            Offer(work=_HARBOUR, remote_id="l-1", source=SECOND, submissions=0, distance_bits=6),
            Offer(work=work(2, "Harbour at Dusk"), remote_id="w-2", submissions=0, distance_bits=8),
            Offer(work=work(3, "Harbour Lights"), remote_id="w-3", submissions=0, distance_bits=8),
        ),
        age_days=0.1,
    ),
)
"""The one that waits at the top of the queue comes last."""
