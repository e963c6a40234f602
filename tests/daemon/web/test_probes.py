"""What programs are told that watch over doorman, and by whom it may be asked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import httpx
import pytest

from daemon.desk.health_views import HealthView
from daemon.desk.views import LibraryLine
from daemon.desk.vital_views import Check
from daemon.desk.vitals import Pulse, Vitals
from daemon.service.health import Heartbeats
from daemon.service.timing import StageClock
from daemon.web.metrics import families_of
from daemon.web.probes import build_probes
from rules.journey import FileState
from store import outbox
from store.database import Connection
from store.outbox import Errand
from tests.daemon.desk.shelf import NOW_S, Shelf, offer
from tests.daemon.doubles import Clock

HEALTH = HealthView(
    state="resting",
    resting_until_s=None,
    last_error="https://first.example/?key=hush",
    last_error_at_s=None,
    used_last_minute=0,
    allowed_per_minute=1.0,
    pace_per_minute=1.0,
    requests={"answered": 5, "too often": 1},
)


@dataclass(kw_only=True)
class Probed:
    """A daemon's probes, and what they look at."""

    shelf: Shelf
    clock: Clock
    beats: Heartbeats
    stages: StageClock
    vitals: Vitals
    asker: httpx.AsyncClient

    async def lines(self) -> list[str]:
        """Return the numbers that are told."""
        told = await self.asker.get("/metrics")
        assert told.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        return told.text.splitlines()


@pytest.fixture
async def probed(shelf: Shelf) -> AsyncIterator[Probed]:
    clock = Clock()
    beats, stages = Heartbeats(patience_s=60, now_s=clock), StageClock()
    household = replace(shelf.desk.household, healths=lambda: {"first": HEALTH})
    desk = replace(shelf.desk, household=household)
    pulse = Pulse(stages=beats.stages, stopped=beats.stopped, times=stages.times)
    vitals = Vitals(desk=desk, pulse=pulse)
    transport = httpx.ASGITransport(build_probes(vitals))
    async with httpx.AsyncClient(transport=transport, base_url="http://doorman") as asker:
        yield Probed(
            shelf=shelf, clock=clock, beats=beats, stages=stages, vitals=vitals, asker=asker
        )


async def test_daemon_is_healthy_until_a_stage_is_not_heard_of(probed: Probed) -> None:
    probed.beats.beat("hashing")
    well = await probed.asker.get("/healthz")
    probed.clock.pass_s(65)
    ill = await probed.asker.get("/healthz")
    unready = await probed.asker.get("/readyz")

    assert (well.status_code, well.text) == (200, "ok stages: every stage is heard of\n")
    assert (ill.status_code, ill.text) == (
        503,
        "not ok stages: silent for too long: hashing (for 5 s)\n",
    )
    assert unready.status_code == 503


async def test_health_is_told_without_the_store(probed: Probed) -> None:
    await probed.shelf.change(lambda connection: connection.execute("DROP TABLE file"))

    assert (await probed.asker.head("/healthz")).status_code == 200
    ready, measures = await probed.asker.get("/readyz"), await probed.asker.get("/metrics")
    assert (ready.status_code, measures.status_code) == (503, 503)
    assert "not ok store: " in ready.text


async def test_store_that_does_not_answer_in_time_is_not_waited_for(probed: Probed) -> None:
    checks = await replace(probed.vitals, store_within_s=0).readiness()

    assert checks[1:] == (Check(name="store", is_well=False, detail="no answer within 0 s"),)


@pytest.mark.parametrize(
    ("state", "status"),
    [("watching", 200), ("polling", 200), ("degraded", 200), ("offline", 503), ("starting", 503)],
)
async def test_daemon_is_ready_when_every_library_can_be_looked_through(
    probed: Probed, state: str, status: int
) -> None:
    reason = "/srv/Ada Winter is not mounted"
    line = LibraryLine(name="films", root="/srv/Ada Winter", state=state, reason=reason)
    probed.shelf.library_lines.append(line)

    told = await probed.asker.get("/readyz")

    assert told.status_code == status
    assert told.text.splitlines()[1:] == [
        "ok store: it answers",
        f"{'ok' if status == 200 else 'not ok'} library: films is {state}",
    ]


async def test_everything_that_is_measured_is_told(probed: Probed) -> None:
    await probed.shelf.put("a.mkv")
    await probed.shelf.put_accepted(offer())
    probed.stages.worked("hashing", items=2, took_s=0.5)
    probed.stages.failed("tell")
    probed.beats.beat("tell")
    probed.clock.pass_s(65)
    probed.beats.beat("hashing")

    def owe(connection: Connection) -> None:
        owed = outbox.add(connection, Errand.MESSAGE, file_id=1, payload="{}", at_s=NOW_S - 30)
        outbox.mark_failed(connection, owed, error="x", due_at_s=NOW_S - 10, at_s=NOW_S - 20)
        outbox.add(connection, Errand.RESTORE, file_id=1, payload="{}", at_s=NOW_S + 5)

    await probed.shelf.change(owe)

    lines = await probed.lines()

    assert {
        'doorman_build_info{version="0.1.0"} 1',
        'doorman_files{state="review"} 1',
        'doorman_files{state="no match"} 0',
        "doorman_files_missing 0",
        'doorman_library_state{library="films",state="watching"} 1',
        'doorman_library_files{library="films"} 2',
        'doorman_stage_duration_seconds_bucket{stage="hashing",le="0.3"} 0',
        'doorman_stage_duration_seconds_bucket{stage="hashing",le="1"} 1',
        'doorman_stage_duration_seconds_sum{stage="hashing"} 0.5',
        'doorman_stage_items_total{stage="hashing"} 2',
        'doorman_stage_failures_total{stage="tell"} 1',
        'doorman_stage_stopped{stage="hashing"} 0',
        'doorman_stage_stopped{stage="tell"} 1',
        'doorman_source_requests_total{source="first",outcome="too often"} 1',
        'doorman_source_state{source="first",state="resting"} 1',
        'doorman_outbox_due{kind="message"} 1',
        'doorman_outbox_failing{kind="message"} 1',
        'doorman_outbox_oldest_age_seconds{kind="message"} 30',
        'doorman_outbox_overdue_seconds{kind="message"} 10',
        'doorman_outbox_overdue_seconds{kind="restore"} 0',
        'doorman_outbox_due{kind="announce"} 0',
        "process_start_time_seconds 500",
    } <= set(lines)
    assert any(line.startswith("doorman_decisions_total{") for line in lines)
    assert any(line.startswith("process_resident_memory_bytes ") for line in lines)


async def test_what_is_not_known_is_not_told_as_zero(probed: Probed) -> None:
    measures = replace(await probed.vitals.measures(), started_at_s=None, usage=None)

    names = [family.name for family in families_of(measures)]

    assert "doorman_outbox_due" in names
    assert not [name for name in names if name.startswith("process_")]


async def test_no_file_person_or_secret_is_named(probed: Probed) -> None:
    await probed.shelf.put("Harbour at Dawn.mkv", FileState.FAILED)
    await probed.shelf.put_accepted(offer(title="Lantern Street"))

    text = "\n".join(await probed.lines())

    assert not [name for name in ("Harbour", "Lantern", "Ada", "hush", "/films") if name in text]
