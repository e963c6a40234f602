"""Situations of evidence as they happen, with the decision that each must get, and why.

The shipped rules are held to this table; a line that has to be changed is a promise that is
changed, so read its last column first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from rules.candidate import (
    Answer,
    Candidate,
    Failed,
    Known,
    NotAsked,
    Refused,
    RemoteFingerprint,
    Unknown,
    Way,
)
from rules.decision import DecisionInput, Verdict
from rules.filename import NameClues
from rules.fingerprint import Algorithm, Fingerprints, Oshash, Phash
from rules.sidecar_says import Sidecar, SidecarSays
from rules.work import ExternalId, Studio, Work

OURS = int("01" * 32, 2)
OSHASH = 77
OTHER_OSHASH = 78
FLAT = 0x8000000000000000
FILE = Fingerprints(oshash=Oshash(OSHASH), size_bytes=9, duration_s=600.0, phash=Phash(OURS))
SHORT = replace(FILE, duration_s=90.0)
ACCEPT, REVIEW, NONE, LATER = (
    Verdict.ACCEPTED,
    Verdict.REVIEW,
    Verdict.NO_MATCH,
    Verdict.DEFERRED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What was answered about a file, and what must come of it."""

    name: str
    given: DecisionInput
    verdict: Verdict
    why: str


def at_distance(bits: int) -> int:
    """Return a phash so many bits from the file's, telling as much as that; even numbers only."""
    return OURS ^ sum(3 << 2 * pair for pair in range(bits // 2))


def exact(*, votes: int = 3, reports: int = 0, of_s: float | None = 600.0) -> RemoteFingerprint:
    """Return the file's own oshash, as a source holds it."""
    return RemoteFingerprint(
        algorithm=Algorithm.OSHASH,
        value=OSHASH,
        duration_s=of_s,
        submissions=votes,
        reports=reports,
    )


def near(
    bits: int = 2, *, votes: int = 3, reports: int = 0, of_s: float | None = 600.0
) -> RemoteFingerprint:
    """Return a phash so far from the file's, as a source holds it."""
    return RemoteFingerprint(
        algorithm=Algorithm.PHASH,
        value=at_distance(bits),
        duration_s=of_s,
        submissions=votes,
        reports=reports,
    )


def work(
    *prints: RemoteFingerprint,
    number: str = "1",
    source: str = "alpha",
    title: str = "Harbour at Dawn",
    lasts_s: float | None = None,
    ids: tuple[ExternalId, ...] = (),
    found_by: Way = Way.FINGERPRINT,
) -> Candidate:
    """Return a work that a source offers."""
    return Candidate(
        source=source,
        remote_id=number,
        work=Work(
            title=title,
            date="2024-05-17",
            studio=Studio(name="Harbour Films"),
            duration_s=lasts_s,
            ids=ids,
        ),
        fingerprints=prints,
        found_by=found_by,
    )


def name(number: str = "1", source: str = "alpha") -> ExternalId:
    """Return the name that a source has for a work."""
    return ExternalId(source=source, remote_id=number)


def says(*works: Candidate) -> Known:
    """Return what one source offers."""
    return Known(source=works[0].source, candidates=works)


def case(  # noqa: PLR0913 - each is one thing that a situation may differ in
    what: str,
    verdict: Verdict,
    why: str,
    *answers: Answer,
    file: Fingerprints = FILE,
    rejected: ExternalId | None = None,
    undone: ExternalId | None = None,
    linked: ExternalId | None = None,
    formerly: Candidate | None = None,
    nfo: Sidecar | None = None,
    clues: NameClues | None = None,
) -> Situation:
    """Return a line of the table."""
    given = DecisionInput(
        fingerprints=file,
        file_name="dawn.mkv",
        library="films",
        answers=answers,
        rejected=frozenset({rejected} if rejected else ()),
        taken_back=frozenset({undone} if undone else ()),
        turned_down=(formerly,) if formerly else (),
        linked=frozenset({linked} if linked else ()),
        clues=NameClues(title="dawn") if nfo else clues,
        sidecar=nfo,
    )
    return Situation(name=what, given=given, verdict=verdict, why=why)


def beside(*ids: ExternalId, title: str | None = None) -> Sidecar:
    """Return an NFO of somebody else's that names a work by these ids, and so titled."""
    return Sidecar(
        name="dawn.nfo",
        sha256="0" * 64,
        mtime_ns=1,
        says=SidecarSays(title=title, studio="Harbour Films" if title else None),
        ids=frozenset(ids),
    )


DAWN, DUSK = "Harbour at Dawn", "Harbour at Dusk"
SILENT = Unknown(source="beta")
DOWN = Failed(source="beta", reason="HTTP 500")
LOCKED = Refused(source="beta", reason="the key was refused")
PASSED = NotAsked(source="beta", reason="it takes no oshash")
NO_PHASH = replace(FILE, phash=None)
TWIN = work(near(), number="9", source="beta")
DUSK_TOO = work(near(20), number="2", title=DUSK)

EXACT = (
    case("exact", ACCEPT, "the very same file, as long as all copies", says(work(exact()))),
    case(
        "exact, one vote",
        ACCEPT,
        "an oshash covers size and both ends: one honest submission is enough",
        says(work(exact(votes=1))),
    ),
    case(
        "exact, no phash of ours",
        ACCEPT,
        "an oshash needs no phash beside it",
        says(work(exact())),
        file=NO_PHASH,
    ),
    case(
        "exact, degenerate phash of ours",
        ACCEPT,
        "a phash that says nothing takes nothing from the oshash",
        says(work(exact(), near(0))),
        file=replace(FILE, phash=Phash(FLAT)),
    ),
    case(
        "exact, phash far off",
        ACCEPT,
        "another encode of the work has another phash; this file's oshash is known",
        says(work(exact(), near(30))),
    ),
    case(
        "exact, fewer reports than votes",
        ACCEPT,
        "more people confirm it than deny it",
        says(work(exact(votes=3, reports=2))),
    ),
    case(
        "exact, as many reports as votes",
        REVIEW,
        "one of two is wrong, and doorman can't know which",
        says(work(exact(votes=2, reports=2))),
    ),
    case(
        "exact, more reports than votes",
        REVIEW,
        "people say that this file is not this work",
        says(work(exact(votes=1, reports=4))),
    ),
    case(
        "exact, reported only",
        REVIEW,
        "nobody stands for it",
        says(work(exact(votes=0, reports=1))),
    ),
    case(
        "exact, 5 s off",
        ACCEPT,
        "players and muxers differ by a few seconds",
        says(work(exact(of_s=605.0))),
    ),
    case(
        "exact, just more than 1 % off in 10 min",
        REVIEW,
        "6 s are one per cent here; the 5 s are the larger bound only up to 500 s",
        says(work(exact(of_s=606.01))),
    ),
    case(
        "exact, 1 % off in 10 min",
        ACCEPT,
        "one per cent of a file is 6 s here",
        says(work(exact(of_s=606.0))),
    ),
    case(
        "exact, short file 5 s off",
        ACCEPT,
        "of a short file, 5 s are allowed although they are more than 1 %",
        says(work(exact(of_s=95.0))),
        file=SHORT,
    ),
    case(
        "exact, short file 6 s off",
        REVIEW,
        "of a short file, no more than 5 s are",
        says(work(exact(of_s=96.0))),
        file=SHORT,
    ),
    case(
        "exact, work far longer",
        REVIEW,
        "the source's work is another cut: this may be its trailer",
        says(work(exact(), lasts_s=3600.0)),
    ),
    case(
        "exact, work far shorter",
        REVIEW,
        "the file may hold several works",
        says(work(exact(), lasts_s=200.0)),
    ),
    case(
        "exact, only the work's duration known",
        ACCEPT,
        "one duration that agrees is enough",
        says(work(exact(of_s=None), lasts_s=601.0)),
    ),
    case(
        "exact, no duration known",
        REVIEW,
        "unknown never agrees",
        says(work(exact(of_s=None))),
    ),
    case(
        "exact, our duration unknown",
        REVIEW,
        "unknown never agrees, on our side either",
        says(work(exact())),
        file=replace(FILE, duration_s=0.0),
    ),
    case(
        "exact, short file",
        ACCEPT,
        "shortness makes phashes alike, not oshashes",
        says(work(exact(of_s=90.0))),
        file=SHORT,
    ),
    case(
        "exact for two works",
        REVIEW,
        "one of them is wrong",
        says(work(exact()), work(exact(), number="2", title=DUSK)),
    ),
    case(
        "exact, another work near",
        REVIEW,
        "another work claims the file, if less surely",
        says(work(exact()), work(near(8), number="2", title=DUSK)),
    ),
    case(
        "exact, another work far off",
        REVIEW,
        "a source that offers two works is not sure either",
        says(work(exact()), DUSK_TOO),
    ),
)
NEAR = (
    case("near 0", ACCEPT, "the same pictures, three voices", says(work(near(0)))),
    case("near 2", ACCEPT, "another ffmpeg moves a hash by 2 bits", says(work(near(2)))),
    case("near 4", ACCEPT, "the farthest that another encode goes", says(work(near(4)))),
    case("near 6", REVIEW, "similar, and no more than that", says(work(near(6)))),
    case("near 8", REVIEW, "Stash would take it; we ask", says(work(near(8)))),
    case("near 20", REVIEW, "not similar; still offered", says(work(near(20)))),
    case(
        "near, one vote",
        REVIEW,
        "one person may have been wrong",
        says(work(near(votes=1))),
    ),
    case("near, two votes", ACCEPT, "two people agree", says(work(near(votes=2)))),
    case(
        "near, two phashes of one vote each",
        REVIEW,
        "one person may have submitted two encodes",
        says(work(near(0, votes=1), near(4, votes=1))),
    ),
    case(
        "near, its other vote far off",
        REVIEW,
        "a phash that is not like ours confirms nothing",
        says(work(near(2, votes=1), near(20, votes=5))),
    ),
    case(
        "near, no votes said",
        REVIEW,
        "a source that counts nobody vouches for nothing",
        says(work(near(votes=0))),
    ),
    case(
        "near, fewer reports",
        ACCEPT,
        "five confirm, one denies",
        says(work(near(votes=5, reports=1))),
    ),
    case(
        "near, tie of reports",
        REVIEW,
        "disputed",
        says(work(near(votes=3, reports=3))),
    ),
    case(
        "near, reports at the second phash",
        REVIEW,
        "agreeing phashes are heard together, also against it",
        says(work(near(0, votes=2), near(4, votes=0, reports=2))),
    ),
    case(
        "near, 2 % off",
        ACCEPT,
        "12 s of 10 min: an intro of the hoster",
        says(work(near(of_s=612.0))),
    ),
    case(
        "near, more than 2 % off",
        REVIEW,
        "perhaps a cut version",
        says(work(near(of_s=613.0))),
    ),
    case(
        "near, half as long",
        REVIEW,
        "25 pictures of a trailer can be those of the work",
        says(work(near(of_s=1200.0))),
    ),
    case(
        "near, submitters' duration agrees but the work's does not",
        REVIEW,
        "the larger difference counts: the work was polluted by a trailer's hash",
        says(work(near(), lasts_s=3000.0)),
    ),
    case(
        "near, no duration known",
        REVIEW,
        "like pictures of unknown length",
        says(work(near(of_s=None))),
    ),
    case(
        "near, 2.5 min",
        REVIEW,
        "short clips repeat pictures, so their phashes say less",
        says(work(near(of_s=150.0))),
        file=replace(FILE, duration_s=150.0),
    ),
    case(
        "near, just longer than 2.5 min",
        ACCEPT,
        "long enough for 25 pictures that differ",
        says(work(near(of_s=151.0))),
        file=replace(FILE, duration_s=151.0),
    ),
    case(
        "near, another work near",
        REVIEW,
        "which of the two?",
        says(work(near(0)), work(near(4), number="2", title=DUSK)),
    ),
    case(
        "near, another work far off",
        REVIEW,
        "another work was offered for the file at all",
        says(work(near(0)), DUSK_TOO),
    ),
    case(
        "polluted work",
        ACCEPT,
        "one stray phash beside three that agree takes nothing away",
        says(work(near(0), near(2), near(4), near(30, votes=1))),
    ),
    case(
        "polluted work, ours the mistake of two",
        REVIEW,
        "two people may err alike, and most of its phashes are something else",
        says(work(near(0, votes=2), near(30), near(34))),
    ),
    case(
        "work that collected the hashes of many, among them ours",
        REVIEW,
        "only one person says that ours is it, among six that are something else",
        says(work(near(0, votes=1), *(near(bits, votes=9) for bits in (20, 24, 28, 32, 36, 40)))),
    ),
)
DEGENERATE = (
    case(
        "our phash is flat",
        REVIEW,
        "a degenerate phash is no evidence",
        says(work(near(0, votes=9))),
        file=replace(FILE, phash=Phash(FLAT)),
    ),
    case(
        "both phashes are flat and equal",
        REVIEW,
        "every black film has that hash",
        says(
            work(
                RemoteFingerprint(
                    algorithm=Algorithm.PHASH, value=FLAT, duration_s=600.0, submissions=99
                )
            )
        ),
        file=replace(FILE, phash=Phash(FLAT)),
    ),
    case(
        "our phash is zero",
        REVIEW,
        "as above",
        says(work(near(0, votes=9))),
        file=replace(FILE, phash=Phash(0)),
    ),
    case(
        "no phash of ours",
        REVIEW,
        "nothing can be compared",
        says(work(near(0, votes=9))),
        file=NO_PHASH,
    ),
    case(
        "another oshash only",
        REVIEW,
        "another encode of the work: nothing of ours agrees",
        says(work(replace(exact(), value=OTHER_OSHASH))),
    ),
)
SOURCES = (
    case(
        "two sources agree",
        ACCEPT,
        "the same work told twice is one work with two witnesses",
        says(work(exact())),
        says(TWIN),
    ),
    case(
        "two sources agree by shared id",
        ACCEPT,
        "the second names the first's id, under another title",
        says(work(exact())),
        says(work(near(), number="9", source="beta", title="Dawn", ids=(name(),))),
    ),
    case(
        "two sources contradict each other",
        REVIEW,
        "each is sure, and they are not the same work",
        says(work(exact())),
        says(work(exact(), number="9", source="beta", title=DUSK)),
    ),
    case(
        "the second source only has a weak guess",
        REVIEW,
        "another work is offered, if weakly",
        says(work(exact())),
        says(work(near(8), number="9", source="beta", title=DUSK)),
    ),
    case(
        "two sources, neither sure",
        REVIEW,
        "one vote here and one there may be the same person's",
        says(work(near(votes=1))),
        says(work(near(votes=1), number="9", source="beta")),
    ),
    case(
        "one source has the work twice",
        REVIEW,
        "two ids at one source are two works, or one that was not merged yet",
        says(work(near()), work(near(), number="2")),
    ),
    case(
        "one knows it, one does not",
        ACCEPT,
        "not knowing is no objection",
        says(work(exact())),
        SILENT,
    ),
    case(
        "one knows it, one is down",
        LATER,
        "it may have this very oshash as another work: an outage is no absence of rivals",
        says(work(exact())),
        DOWN,
    ),
    case("one guesses, one is down", LATER, "the other may be sure", says(work(near(6))), DOWN),
    case("one guesses, one refuses", LATER, "mended, it may be sure", says(work(near(6))), LOCKED),
    case("nobody knows it", NONE, "all were asked, all answered", Unknown(source="alpha"), SILENT),
    case(
        "nobody knows it, one is down",
        LATER,
        "an outage is no answer",
        Unknown(source="alpha"),
        DOWN,
    ),
    case("all are down", LATER, "as above", DOWN),
    case("key refused", LATER, "as above; a person has to mend the key", LOCKED),
    case("nobody could be asked", LATER, "not asked is not unknown", PASSED),
    case("no source", LATER, "as above"),
    case(
        "one knows nothing, one not asked",
        NONE,
        "who could be asked was",
        Unknown(source="alpha"),
        PASSED,
    ),
)
PERSON = (
    case(
        "rejected before",
        NONE,
        "a rejected candidate never comes back",
        says(work(exact())),
        rejected=name(),
    ),
    case(
        "rejected before, offered by another source",
        NONE,
        "it is the same work, whoever offers it",
        says(work(exact(), number="9", source="beta")),
        rejected=name(),
        formerly=work(exact()),
    ),
    case(
        "another work was rejected",
        ACCEPT,
        "what is left is alone and sure",
        says(work(exact()), work(near(), number="2", title=DUSK)),
        rejected=name("2"),
    ),
    case(
        "another work with the same oshash was rejected",
        REVIEW,
        "somebody submitted this hash for what it is not; perhaps so did the other",
        says(work(exact()), work(exact(), number="2", title=DUSK)),
        rejected=name("2"),
    ),
    case(
        "another work with the same oshash was rejected, and is offered no more",
        REVIEW,
        "as above",
        says(work(exact())),
        rejected=name("2"),
        formerly=work(exact(), number="2", title=DUSK),
    ),
    case(
        "linked, and another work with the same oshash was rejected",
        ACCEPT,
        "somebody said before which of the two it is",
        says(work(exact()), work(exact(), number="2", title=DUSK)),
        rejected=name("2"),
        linked=name(),
    ),
    case(
        "looks like what was rejected",
        REVIEW,
        "perhaps the same work under a second id",
        says(work(exact()), work(near(), number="2")),
        rejected=name("2"),
    ),
    case(
        "taken back",
        REVIEW,
        "what a person undid is not done again behind their back",
        says(work(exact())),
        undone=name(),
    ),
    case(
        "taken back, offered by another source",
        REVIEW,
        "as above, whoever offers it",
        says(work(exact(), number="9", source="beta")),
        undone=name(),
        formerly=work(exact()),
    ),
    case(
        "another match was taken back",
        ACCEPT,
        "that says nothing of this one",
        says(work(exact())),
        undone=name("2"),
    ),
    case(
        "set by a person: linked, nothing else agrees",
        REVIEW,
        "no duration says that the file is still that work; the link itself stays",
        says(work(number="1")),
        linked=name(),
    ),
    case(
        "linked id",
        ACCEPT,
        "known to be this work, and as long as it",
        says(work(lasts_s=600.0, found_by=Way.ID)),
        linked=name(),
    ),
    case(
        "linked id, duration off",
        REVIEW,
        "the file was replaced by something else, or the link was wrong",
        says(work(lasts_s=1200.0, found_by=Way.ID)),
        linked=name(),
    ),
    case(
        "linked id and a rival",
        REVIEW,
        "somebody else claims it",
        says(work(lasts_s=600.0), work(exact(), number="2", title=DUSK)),
        linked=name(),
    ),
    case(
        "linked and rejected",
        NONE,
        "the later no counts",
        says(work(exact())),
        linked=name(),
        rejected=name(),
    ),
)
WORDS = (
    case(
        "text only",
        REVIEW,
        "a name is hearsay: it never accepts",
        says(work(found_by=Way.TEXT, lasts_s=600.0)),
    ),
    case(
        "text only, by two sources",
        REVIEW,
        "twice hearsay",
        says(work(found_by=Way.TEXT, lasts_s=600.0)),
        says(work(number="9", source="beta", found_by=Way.TEXT, lasts_s=600.0)),
    ),
    case(
        "found by address only",
        REVIEW,
        "an address in a file's folder says little about the file",
        says(work(found_by=Way.URL, lasts_s=600.0)),
    ),
    case(
        "found by id, unlinked",
        REVIEW,
        "an id that nobody linked is a hint",
        says(work(found_by=Way.ID, lasts_s=600.0)),
    ),
    case(
        "found by text, and its phash agrees",
        ACCEPT,
        "however it was found, it is measured here",
        says(work(near(), found_by=Way.TEXT)),
    ),
)
HERE, THERE = "5a1e0f3c-0000-4000-8000-00000000000a", "5a1e0f3c-0000-4000-8000-00000000000b"
"""Two works as sources name them."""

NFO = (
    case(
        "NFO names the work of the exact match",
        ACCEPT,
        "the same file, and whoever wrote the NFO thought so too",
        says(work(exact(), number=HERE)),
        nfo=beside(name(HERE)),
    ),
    case(
        "NFO names another work than the exact match",
        REVIEW,
        "one of the two is wrong, and doorman can't know which",
        says(work(exact(), number=HERE)),
        nfo=beside(name(THERE)),
    ),
    case(
        "NFO names another work than the near match",
        REVIEW,
        "one of the two is wrong, and doorman can't know which",
        says(work(near(), number=HERE)),
        nfo=beside(name(THERE)),
    ),
    case(
        "NFO names another work, offered as well",
        REVIEW,
        "the exact match has a rival that somebody named",
        says(
            work(exact(), number=HERE),
            work(number=THERE, title=DUSK, found_by=Way.ID),
        ),
        nfo=beside(name(THERE)),
    ),
    case(
        "NFO names a work that no fingerprint confirms",
        REVIEW,
        "an NFO is not measured: it may be of the file that lay there before",
        says(work(number=HERE, found_by=Way.ID)),
        nfo=beside(name(HERE)),
    ),
    case(
        "NFO names a work whose phash is far off",
        REVIEW,
        "an NFO makes no match of a phash that is none",
        says(work(near(20), number=HERE, found_by=Way.ID)),
        nfo=beside(name(HERE)),
    ),
    case(
        "NFO names a work whose phash is near but unconfirmed",
        REVIEW,
        "an NFO is no second submission: it may come from the first",
        says(work(near(votes=1), number=HERE, found_by=Way.ID)),
        nfo=beside(name(HERE)),
    ),
    case(
        "NFO names a work at another source only",
        ACCEPT,
        "ids of different sources are not comparable, and nothing else speaks against it",
        says(work(exact(), number=HERE)),
        nfo=beside(name(THERE, "beta")),
    ),
    case(
        "NFO names another work at one of two agreeing sources",
        REVIEW,
        "the source of the witness says that it is another work than that of the NFO",
        says(work(exact(), number=HERE)),
        says(work(number=HERE, source="beta")),
        nfo=beside(name(THERE, "beta")),
    ),
    case(
        "NFO names what a person rejected",
        ACCEPT,
        "the person said that the NFO is wrong, so it contradicts nothing any more",
        says(work(exact(), number=HERE)),
        nfo=beside(name(THERE)),
        rejected=name(THERE),
    ),
    case(
        "NFO names what a person undid",
        REVIEW,
        "what was undone is not accepted again by itself, whoever names it",
        says(work(exact(), number=HERE)),
        nfo=beside(name(HERE)),
        undone=name(HERE),
    ),
    case(
        "NFO names a work for a linked file that is another",
        REVIEW,
        "whoever linked the file and whoever wrote the NFO disagree",
        says(work(exact(), number=HERE)),
        nfo=beside(name(THERE)),
        linked=name(HERE),
    ),
    case(
        "NFO with a title alone, nobody knows the file",
        NONE,
        "an NFO is no candidate: there is nothing to ask a person",
        SILENT,
        nfo=beside(title=DAWN),
    ),
    case(
        "NFO with an id alone, nobody knows the file or the id",
        NONE,
        "an NFO is no candidate: there is nothing to ask a person",
        SILENT,
        nfo=beside(name(HERE, "beta")),
    ),
    case(
        "NFO with another title, exact match",
        ACCEPT,
        "titles are written in many ways and no evidence against the very same file",
        says(work(exact(), number=HERE)),
        nfo=beside(title="Coast by Night"),
    ),
    case(
        "NFO whose title another source offers",
        REVIEW,
        "what was found by the words of the NFO, and may well be meant, is a rival",
        says(work(exact(), number=HERE, title=DUSK)),
        says(work(number=THERE, source="beta", found_by=Way.TEXT)),
        nfo=beside(title=DAWN),
    ),
    case(
        "search by an NFO's title found only another work",
        ACCEPT,
        "a search answers with whatever has some of its words",
        says(work(exact(), number=HERE)),
        says(work(number=THERE, source="beta", title="Harbour Lights", found_by=Way.TEXT)),
        nfo=beside(title="Coast by Night"),
    ),
    case(
        "NFO's title found a work, and no fingerprint agrees",
        REVIEW,
        "found by words alone, it is for a person to say",
        says(work(number=HERE, found_by=Way.TEXT)),
        nfo=beside(title=DAWN),
    ),
)

OTHER_DAY = NameClues(studio="Harbour Films", date="2024-05-19", title=DAWN)
OTHER_YEAR = NameClues(date="2019", title=DAWN)
OTHER_CODE = NameClues(code="HF-13", title=DAWN)
NUMBERED = replace(work(near()), work=replace(work().work, code="HF-12"))

NAMED = (
    case(
        "near, and the name agrees",
        ACCEPT,
        "nothing is against it",
        says(work(near())),
        clues=NameClues(studio="Harbour Films", date="2024-05-17", title=DAWN),
    ),
    case(
        "near, and the name has neither date nor number",
        ACCEPT,
        "a name that says nothing contradicts nothing",
        says(work(near())),
        clues=NameClues(title="Coast by Night"),
    ),
    case(
        "near, and the name says another day",
        REVIEW,
        "pictures that are nearly the same, and a name that says otherwise",
        says(work(near())),
        clues=OTHER_DAY,
    ),
    case(
        "near, and the name says another year",
        REVIEW,
        "pictures that are nearly the same, and a name that says otherwise",
        says(work(near())),
        clues=OTHER_YEAR,
    ),
    case(
        "near, and the name says the year alone",
        ACCEPT,
        "it says less than the work's date, and the same as far as it goes",
        says(work(near())),
        clues=NameClues(date="2024", title=DAWN),
    ),
    case(
        "near, and the name says another number",
        REVIEW,
        "a studio's number is one work's alone",
        says(NUMBERED),
        clues=OTHER_CODE,
    ),
    case(
        "near, and the name says the number as others write it",
        ACCEPT,
        "hyphens and zeros are no difference",
        says(NUMBERED),
        clues=NameClues(code="hf012"),
    ),
    case(
        "same phash, and the name says another day",
        REVIEW,
        "equal phashes are no more than very near ones",
        says(work(near(0))),
        clues=OTHER_DAY,
    ),
    case(
        "exact, and the name says another day",
        ACCEPT,
        "it is the very same file, whatever somebody called it",
        says(work(exact())),
        clues=OTHER_DAY,
    ),
    case(
        "exact, and the name says another number",
        ACCEPT,
        "it is the very same file, whatever somebody called it",
        says(replace(NUMBERED, fingerprints=(exact(),))),
        clues=OTHER_CODE,
    ),
    case(
        "near, found by two sources, and the name says another year",
        REVIEW,
        "two witnesses of the pictures know no more of the name",
        says(work(near())),
        says(work(near(), number="9", source="beta")),
        clues=OTHER_YEAR,
    ),
)

SITUATIONS = (*EXACT, *NEAR, *DEGENERATE, *SOURCES, *PERSON, *WORDS, *NFO, *NAMED)
