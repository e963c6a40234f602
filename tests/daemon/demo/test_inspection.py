from __future__ import annotations

from pathlib import Path

import pytest

from daemon.demo.clips import ClipRecipe
from daemon.demo.inspection import describe, nfo_of, strays
from daemon.demo.role import Ending, Role
from daemon.demo.verdict import Nfo
from daemon.desk.candidate_views import CandidateView
from daemon.desk.views import FileLine, FileView
from rules.journey import FileState

OWN = "<movie><title>Mine</title></movie>"


def role(*, renamed_to: str | None = None, own_nfo: str | None = None) -> Role:
    return Role(
        name="Boats.mp4",
        special="",
        clip=ClipRecipe(seed=0),
        renamed_to=renamed_to,
        own_nfo=own_nfo,
        ending=Ending(state=FileState.DONE, rule=None, title="Paper Boats"),
    )


def view(state: FileState, reason: str | None, *candidates: CandidateView) -> FileView:
    return FileView(
        line=FileLine(
            number=1,
            path="/library/Boats.mp4",
            library="demo",
            state=state,
            reason=reason,
            changed_at_s=0.0,
        ),
        revision=1,
        size_bytes=1,
        duration_s=None,
        facts=None,
        fingerprints=(),
        phash_missing=None,
        work=None,
        sidecars=(),
        candidates=candidates,
        answers=(),
        decisions=(),
        events=(),
        due_at_s=None,
        owed_error=None,
    )


def candidate(*evidence: str, is_accepted: bool = False) -> CandidateView:
    return CandidateView(
        number=1,
        source="sandbox",
        remote_id="1",
        label="",
        evidence=evidence,
        page_url=None,
        performers=(),
        is_accepted=is_accepted,
    )


@pytest.mark.parametrize(
    ("shown", "why"),
    [
        (
            view(
                FileState.DONE,
                None,
                candidate("no fingerprint agrees"),
                candidate("oshash is the same", "file is as long as the work", is_accepted=True),
            ),
            "oshash is the same",
        ),
        (
            view(FileState.REVIEW, "needs you", candidate("oshash is the same", "1 other work")),
            "oshash is the same; 1 other work",
        ),
        (view(FileState.NO_MATCH, "no match: nobody knows it"), "nobody knows it"),
        (view(FileState.FAILED, "'/library/Boats.mp4' is no video"), "is no video"),
        (view(FileState.DISMISSED, None, candidate("oshash is the same")), ""),
    ],
)
def test_why_is_the_evidence_or_else_the_reason(shown: FileView, why: str) -> None:
    assert describe(shown) == why


@pytest.mark.parametrize(
    ("own", "present", "found"),
    [
        (None, None, Nfo.ABSENT),
        (None, "<movie><title>Paper Boats</title></movie>", Nfo.WRITTEN),
        (None, "<movie><title>Stone Boats</title></movie>", Nfo.WRONG),
        (OWN, OWN, Nfo.UNTOUCHED),
        (OWN, OWN + "\n", Nfo.OVERWRITTEN),
        (OWN, None, Nfo.OVERWRITTEN),
    ],
)
def test_sidecar_is_what_lies_beside_the_video(
    tmp_path: Path, own: str | None, present: str | None, found: Nfo
) -> None:
    if present is not None:
        (tmp_path / "Boats.nfo").write_text(present)

    assert nfo_of(role(own_nfo=own), tmp_path) is found


def test_only_videos_and_sidecars_at_their_last_place_are_expected(tmp_path: Path) -> None:
    (tmp_path / "Regatta").mkdir()
    for name in ("Boats.mp4", "Boats.nfo", "Boats-poster.png", "Boats.nfo.tmp", "Oars-poster.png"):
        (tmp_path / "Regatta" / name).touch()
    for name in ("Boats.nfo", "Boats-poster.png"):
        (tmp_path / name).touch()

    found = strays([role(renamed_to="Regatta/Boats.mp4")], tmp_path)

    assert [str(path) for path in found] == [
        "Boats-poster.png",
        "Boats.nfo",
        "Regatta/Boats.nfo.tmp",
        "Regatta/Oars-poster.png",
    ]
