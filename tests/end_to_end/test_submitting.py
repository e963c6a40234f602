"""Fingerprints given back to a source: by a person's word, once each, and never unasked."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from daemon.desk.submission_views import SUBMISSIONS
from providers.sandbox import faults
from rules.journey import FileState
from rules.submission import Vote
from tests.end_to_end.films import Film
from tests.end_to_end.home import Home
from tests.end_to_end.running import Daemon

DONE, REVIEW = FileState.DONE, FileState.REVIEW
TITLES = ("Lantern Street", "Lantern Lane")
SUBMITTING = ("submitFingerprint(", "submitFingerprints(", "query Submitting")

Votes = set[tuple[str, str, int, int]]


def ours(home: Home, scene_id: str) -> Votes:
    """Return what the source holds of us for a scene: algorithm, hash, duration, vote."""
    _, user = home.box.world.holder_of(home.box.key)
    assert user is not None
    return {
        (each.algorithm, each.text, each.duration, each.vote)
        for each in home.box.world.votes.of_scene(scene_id)
        if each.user_id == user.id
    }


def vouched(film: Film) -> Votes:
    hashes = (("OSHASH", str(film.oshash)), ("PHASH", f"{film.phash.value:016x}"))
    return {(algorithm, text, int(film.duration_s), 1) for algorithm, text in hashes}


def sent(home: Home, *roots: str) -> int:
    """Return how many requests of these kinds came to the source."""
    return sum(
        any(root in noted.query for root in roots or SUBMITTING)
        for noted in home.box.requests.all()
    )


def until_told(daemon: Daemon, count: int) -> None:
    def question() -> bool:
        counts = daemon.status().submitting
        return counts.sent == count and counts.due == 0

    daemon.until(question, f"{count} fingerprints were taken")


def test_accept_is_told_once_though_killed_between_and_taken_back_when_undone(
    home: Home, film: Film
) -> None:
    home.set("source", submit="mine", timeout="30s")
    first, second = home.doubts(film, *TITLES)
    with home.run() as daemon:
        home.drop(film)
        daemon.until_state(film.name, REVIEW)
        assert sent(home) == 0
        home.box.faults.next(faults.Slow(0), faults.Slow(20))
        daemon.accept(film.name, 1)
        daemon.until(lambda: sent(home, "submitFingerprints("), "it is under way")
        daemon.kill()

    with home.run() as daemon:
        until_told(daemon, 2)
        daemon.until_idle()
        assert ours(home, first) == vouched(film)
        assert ours(home, second) == set()
        assert sent(home, "submitFingerprint(", "submitFingerprints(") == 2

        daemon.undo(film.name)
        daemon.until(lambda: ours(home, first) == set(), "it was taken back")
        until_told(daemon, 2)

    assert sent(home, "submitFingerprint(") == 2


@pytest.mark.parametrize(("submit", "expected"), [("never", None), ("exact", "PHASH")])
def test_accept_of_a_rule_adds_no_more_than_the_owner_lets_it(
    home: Home, films: Sequence[Film], submit: str, expected: str | None
) -> None:
    home.set("source", submit=submit)
    home.add_library("family")
    home.set("library family", nsfw=False)
    certain, kept = films[0], films[1]
    scenes = [home.knows(film) for film in (certain, kept)]
    with home.run() as daemon:
        kept.copy_to(home.folder / "family" / kept.name)
        daemon.until_state(kept.name, FileState.DEFERRED)
        home.drop(certain)
        daemon.until_state(certain.name, DONE)
        daemon.until_idle()
        status = daemon.status()

    assert {each[0] for each in ours(home, scenes[0])} == ({expected} if expected else set())
    assert ours(home, scenes[1]) == set()
    assert (sent(home) == 0) == (expected is None)
    assert (status.submitting.sent, status.submitting.due) == (int(expected is not None), 0)


def test_commands_show_what_would_be_sent_and_send_it(home: Home, film: Film) -> None:
    home.set("source", submit="mine", report=True)
    first, second = home.doubts(film, *TITLES)
    home.write_config()
    home.drop(film)
    home.do("scan")
    home.do("accept", film.name, "1")
    home.do("reject", film.name, "2")

    dry = SUBMISSIONS.validate_json(home.do("submit", "--dry-run", "--json").out)
    assert sent(home) == 0
    assert (dry.counts.due, dry.counts.sent) == (3, 0)
    assert {(line.remote_id, line.vote, line.reason) for line in dry.lines} == {
        (first, Vote.VALID, "you accepted it"),
        (second, Vote.INVALID, "you rejected it"),
    }

    told = home.do("submit")
    assert "3 fingerprints were sent." in told.out
    assert ours(home, first) == vouched(film)
    assert ours(home, second) == {("OSHASH", str(film.oshash), int(film.duration_s), -1)}
