from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import PurePath
from typing import TypeVar

import pytest
from pydantic import TypeAdapter

from daemon.desk.beside_views import BesideView
from daemon.desk.candidate_views import CandidateView, WitnessView
from daemon.desk.judging import Judging
from daemon.desk.reading import describe_facts
from daemon.desk.views import (
    ANSWERED,
    FILE,
    FILE_LINES,
    STATUS,
    FingerprintView,
)
from rules.candidate import Candidate, Failed, Known
from rules.decision import DecisionInput
from rules.evidence import Evidence
from rules.fingerprint import Algorithm, Oshash
from rules.journey import FileState
from rules.media import AudioTrack, VideoFacts, path_to_text
from rules.sidecar_says import Sidecar, SidecarSays, WrittenId
from rules.work import ExternalId, Work
from store import answers, contents, decisions, files, journal, outbox, sidecars, sightings
from store.contents import Finding
from store.database import Connection
from store.decisions import Decider, NewDecision, Outcome
from store.journal import ChangeKind, ChangeState
from store.outbox import Errand
from store.sidecars import SidecarRecord
from tests.daemon.desk.shelf import Shelf, offer

Value = TypeVar("Value")


async def test_why_shows_everything_about_a_file(shelf: Shelf) -> None:
    number = await shelf.put_accepted(offer("a"), offer("b", source="second"))
    content_id = (await shelf.file(number)).content_id
    assert content_id is not None
    failed = Failed(source="third", reason="it timed out")

    def more(connection: Connection) -> None:
        answers.save(connection, content_id, [failed], at_s=4.0)
        plan_id = journal.latest_plan(connection, number)
        assert plan_id is not None
        written = journal.intend_file(
            connection,
            plan_id,
            ChangeKind.WRITE_SIDECAR,
            PurePath("/films/Lantern.nfo"),
            before_bytes=None,
            after_sha256="00",
            at_s=4.0,
        )
        journal.mark(connection, written, ChangeState.DONE, at_s=4.0)
        (owed,) = outbox.owed_for(connection, number, Errand.SIDECAR)
        outbox.mark_failed(connection, owed.id, error="disk full", due_at_s=9.0, at_s=5.0)

    await shelf.change(more)

    view = await shelf.show(number)

    assert view.line.state is FileState.DONE
    assert view.size_bytes == (await shelf.file(number)).stamp.size_bytes
    assert (view.duration_s, view.facts) == (1800.5, "matroska, h264, 640x360, no sound")
    assert view.fingerprints == (
        FingerprintView(algorithm=Algorithm.OSHASH, text=f"{view.size_bytes:016x}"),
        FingerprintView(algorithm=Algorithm.PHASH, text="ffffffff"),
    )
    assert view.phash_missing is None
    assert view.work == "Harbour A (Northlight, 2024-05-17)"
    assert view.sidecars == ("/films/Lantern.nfo",)
    assert view.candidates[0] == CandidateView(
        number=1,
        source="first",
        remote_id="a",
        label='"Harbour A" (Northlight, 2024-05-17)',
        evidence=(
            "oshash is the same, 3 submissions",
            "the file's duration is unknown",
        ),
        page_url="https://first.example/a",
        performers=("Ada Winter", "B. Frost"),
        is_accepted=True,
        facts=Evidence(oshash_agrees=True, oshash_submissions=3),
        witnesses=(
            WitnessView(
                number=1,
                source="first",
                remote_id="a",
                text='"Harbour A" (Northlight, 2024-05-17)',
                title="Harbour A",
                date="2024-05-17",
                duration_s=None,
                page_url="https://first.example/a",
                evidence=(
                    "oshash is the same, 3 submissions",
                    "the file's duration is unknown",
                ),
                facts=Evidence(oshash_agrees=True, oshash_submissions=3),
            ),
        ),
    )
    assert [each.number for each in view.candidates] == [1, 2]
    assert view.answers == (
        "source first offers 1 candidate",
        "source second offers 1 candidate",
        "source third failed: it timed out",
    )
    (decision,) = view.decisions
    assert (decision.outcome, decision.rule, decision.chosen) == ("accepted", "exact", "first a")
    assert decision.reasons == ("the oshash is the same",)
    assert [event.event for event in view.events] == ["seen", "answered", "accepted", "done"]
    assert view.owed_error == "disk full"


async def test_newcomer_is_shown_though_nothing_is_known(shelf: Shelf) -> None:
    number = await shelf.put("caf\udce9.mkv", FileState.SEEN, is_examined=False)

    view = await shelf.show(number)

    assert view.line.path == path_to_text(PurePath("/films/caf\udce9.mkv"))
    assert (view.facts, view.duration_s, view.fingerprints) == (None, None, ())
    assert (view.candidates, view.answers, view.decisions) == ((), (), ())
    assert FILE.validate_json(FILE.dump_json(view)) == view


async def test_missing_phash_is_explained(shelf: Shelf) -> None:
    number = await shelf.put()

    def examine_again(connection: Connection) -> None:
        file = files.get(connection, number)
        assert file is not None
        content = contents.ensure(connection, Oshash(file.stamp.size_bytes), file.stamp.size_bytes)
        finding = Finding(
            facts=VideoFacts(container="matroska", duration_s=2.0),
            phash=None,
            phash_missing="it is too short",
            grid="1",
        )
        contents.save_finding(connection, content, finding, at_s=3.0)

    await shelf.change(examine_again)

    view = await shelf.show(number)
    assert view.phash_missing == "it is too short"
    assert [each.algorithm for each in view.fingerprints] == [Algorithm.OSHASH]


@pytest.mark.parametrize(
    ("work", "label"),
    [
        (Work(title="Harbour at Dawn"), "Harbour at Dawn"),
        (Work(code="NL-7", date="2024"), "NL-7 (2024)"),
        (Work(director="Cleo Marsh"), "untitled work"),
    ],
)
async def test_work_is_labelled_by_what_is_known(shelf: Shelf, work: Work, label: str) -> None:
    candidate = Candidate(source="first", remote_id="x", work=work)

    number = await shelf.put_accepted(candidate)

    assert (await shelf.show(number)).work == label


async def test_candidate_that_was_never_weighed_is_shown_without_evidence(shelf: Shelf) -> None:
    number = await shelf.put()
    content_id = (await shelf.file(number)).content_id
    assert content_id is not None
    known = Known(source="first", candidates=(offer("a"),))
    await shelf.change(partial(answers.save, content_id=content_id, answers=[known], at_s=5.0))

    (candidate,) = (await shelf.show(number)).candidates

    assert (candidate.evidence, candidate.facts) == ((), None)


async def test_missing_file_is_marked(shelf: Shelf) -> None:
    number = await shelf.put()
    await shelf.change(partial(sightings.note_gone, file_ids=[number], at_s=2.0))

    assert (await shelf.show(number)).line.is_missing


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        (VideoFacts(container="mp4", duration_s=1.0), "mp4, no sound"),
        (
            VideoFacts(
                container="mp4",
                duration_s=1.0,
                video_codec="hevc",
                width=3840,
                height=2160,
                frame_rate=23.976,
                hdr="hdr10",
                audio=(AudioTrack(codec="aac", language=None, channels=2),),
            ),
            "mp4, hevc, 3840x2160, 23.98 fps, hdr10, aac",
        ),
    ],
)
def test_facts_fit_into_a_line(facts: VideoFacts, text: str) -> None:
    assert describe_facts(facts) == text


def travels(adapter: TypeAdapter[Value], value: Value) -> bool:
    return adapter.validate_json(adapter.dump_json(value)) == value


async def test_every_view_survives_its_journey_as_json(shelf: Shelf) -> None:
    number = await shelf.put_accepted(offer("a"), offer("b"))
    await shelf.put("caf\udce9.mkv", FileState.REVIEW, offers=(offer("c"),))
    answered = await shelf.desk.reject(str(number), number=2)

    assert travels(STATUS, await shelf.desk.status())
    assert travels(FILE_LINES, await shelf.desk.list_files(list(FileState)))
    assert travels(FILE, await shelf.show(number))
    assert travels(ANSWERED, answered)


async def test_why_tells_what_lay_beside_the_file_and_what_of_it_counted(shelf: Shelf) -> None:
    number = await shelf.put("dawn.mkv", FileState.ANSWERED)
    file = await shelf.file(number)
    record = SidecarRecord(
        path=PurePath("/films/dawn.nfo"),
        size_bytes=1,
        mtime_ns=7_500_000_000,
        sha256="ab",
        says=SidecarSays(title="Harbour", ids=(WrittenId(kind="stashdb", text="1"),)),
    )
    sidecar = Sidecar(
        name="dawn.nfo",
        sha256="ab",
        mtime_ns=7_500_000_000,
        says=SidecarSays(),
        ids=frozenset({ExternalId(source="first", remote_id="1")}),
    )

    def decide(connection: Connection) -> None:
        content = contents.get(connection, file.content_id or 0)
        assert content is not None
        given = DecisionInput(
            fingerprints=content.fingerprints,
            file_name="dawn.mkv",
            library=file.library,
            answers=(),
            sidecar=sidecar,
        )
        made = NewDecision(outcome=Outcome.NO_MATCH, decided_by=Decider.RULE, given=given)
        sidecars.save(connection, {number: record}, at_s=1.0)
        decisions.add(connection, file, content.id, made, at_s=2.0)

    await shelf.change(decide)
    first = (await Judging(shelf.desk).why(str(number))).beside
    changed = {number: replace(record, sha256="cd")}
    await shelf.change(partial(sidecars.save, seen=changed, at_s=3.0))
    second = (await Judging(shelf.desk).why(str(number))).beside

    assert first == BesideView(
        path="/films/dawn.nfo",
        written_at_s=7.5,
        sha256="ab",
        is_own=False,
        trouble=None,
        says=("the id 1 at source first", "title Harbour"),
    )
    assert second is not None
    assert second.says == ("the id 1 of stashdb, which no source of yours uses", "title Harbour")
