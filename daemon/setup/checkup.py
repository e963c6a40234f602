"""What stands in the way of the daemon, found before it matters.

Everything is looked at, whatever else fails, and each look has a deadline of its own: one dead
share must not hide a refused key.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import anyio
from pydantic import SecretStr

from daemon.looking.aside import run_aside
from daemon.looking.mounts import read_mount_table
from daemon.lookups import leave_lookups_behind
from daemon.settings import Settings, SourceSettings
from daemon.settings.announce_section import AnnounceSettings
from daemon.settings.units import format_duration
from daemon.setup.cluster_look import THING, look_at_cluster
from daemon.setup.ffmpeg import look_at_ffmpeg
from daemon.setup.findings import (
    Finding,
    Keyed,
    Level,
    look_at_configuration,
    look_at_key_file,
    look_at_library,
    look_at_overlaps,
    look_at_performer_pictures,
    look_at_socket,
    look_at_store,
)
from rules.errors import DoormanError

__all__ = ["Deadlines", "Finding", "Level", "check"]

CheckSource = Callable[[SourceSettings], Awaitable[str]]
"""Returns what the source says of us, or raises a DoormanError that says what is wrong."""
CheckHearer = Callable[[AnnounceSettings], Awaitable[str]]
"""Returns what another program says of us, or raises as above."""
CheckTarget = Callable[[str], str | None]
"""Returns what is wrong with an address, without its secrets; blocks."""

_TEMPLATES = "templates"
_TARGETS_AT_ONCE = 2
"""Each is checked by a process of its own that loads all of apprise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """How long each kind of look may take."""

    disk_s: float = 10.0
    source_s: float = 120.0
    """It may be asked several times, each as long as the timeout it is configured with."""
    target_s: float = 60.0
    """Twice what the check of one target gives itself (daemon.push.sender)."""
    templates_s: float = 120.0
    """Each is filled in twice, by processes that have a deadline of their own."""
    cluster_s: float = 120.0
    """Each worker looks at each library in turn, and has a deadline for that of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """One thing to look at."""

    thing: str
    findings: Callable[[], Awaitable[Sequence[Finding]]]
    deadline_s: float
    turns: anyio.CapacityLimiter | None = None
    """Whose turn it has to wait for; waiting takes nothing off the deadline."""


async def check(
    settings: Settings,
    *,
    check_source: CheckSource,
    check_target: CheckTarget,
    check_hearer: CheckHearer | None = None,
    mount_table: str | None = None,
    deadlines: Deadlines | None = None,
) -> list[Finding]:
    """Return what was found about everything in `settings`, always in the same order.

    Args:
        settings: As they were read; that they could be is the first finding.
        check_source: Asks one source who we are.
        check_target: Checks one notification address.
        check_hearer: Asks one other program who we are; None: none is asked.
        mount_table: The text of /proc/self/mountinfo; None: this system's.
        deadlines: None: the usual ones.

    """
    leave_lookups_behind()
    table = read_mount_table() if mount_table is None else mount_table
    limits = deadlines or Deadlines()
    looks = (
        *_local_looks(settings, table, limits),
        *(_source_look(source, check_source, limits) for source in settings.sources),
        *_hearer_looks(settings, check_hearer, limits),
        *_target_looks(settings, check_target, limits),
        *_template_looks(settings.notify.templates, limits),
        *_cluster_looks(settings, limits),
    )
    found: dict[int, Sequence[Finding]] = {}
    async with anyio.create_task_group() as tasks:
        for number, look in enumerate(looks):
            tasks.start_soon(_take, look, number, found)

    return [finding for number in range(len(looks)) for finding in found[number]]


async def _take(look: _Look, number: int, found: dict[int, Sequence[Finding]]) -> None:
    """Take one look; whatever comes of it, something is found."""
    if look.turns is not None:
        async with look.turns:
            found[number] = await _findings(look)
    else:
        found[number] = await _findings(look)


async def _findings(look: _Look) -> Sequence[Finding]:
    with anyio.move_on_after(look.deadline_s):
        try:
            return await look.findings()
        except DoormanError as error:
            return [Finding(level=Level.ERROR, thing=look.thing, message=str(error))]

    late = (
        f"no answer within {format_duration(look.deadline_s)}; try again, or see what it waits for"
    )
    return [Finding(level=Level.ERROR, thing=look.thing, message=late)]


def _local_looks(settings: Settings, table: str, limits: Deadlines) -> Iterator[_Look]:
    def aside(thing: str, look: Callable[[], Sequence[Finding]]) -> _Look:
        findings = partial(run_aside, look, patience_s=limits.disk_s)
        return _Look(thing=thing, findings=findings, deadline_s=2 * limits.disk_s)

    is_written = settings.sidecar.nfo or settings.sidecar.artwork
    yield aside("configuration", partial(look_at_configuration, settings))
    for library in settings.libraries:
        look = partial(look_at_library, library, table, is_written=is_written)
        yield aside(f"library {library.name}", look)
    yield aside("libraries", partial(look_at_overlaps, settings.libraries))
    yield aside("store", partial(look_at_store, settings.store.path, table))
    yield aside("socket", partial(look_at_socket, settings.server.socket))
    people = settings.sidecar.performer_pictures
    if people is not None:
        yield aside("pictures of performers", partial(look_at_performer_pictures, people))
    if settings.fingerprint.ffmpeg:
        yield aside("ffmpeg", partial(look_at_ffmpeg, settings.fingerprint.ffmpeg))
    keyed: tuple[Keyed, ...] = (*settings.sources, *settings.announces)
    for each in keyed:
        if each.key_file:
            look = partial(look_at_key_file, each, each.key_file)
            yield aside(f"key of {each.name}", look)


def _source_look(source: SourceSettings, check_source: CheckSource, limits: Deadlines) -> _Look:
    thing = f"source {source.name}"

    async def findings() -> Sequence[Finding]:
        if not source.enabled:
            return [Finding(level=Level.OK, thing=thing, message="is disabled, so not asked")]

        return [Finding(level=Level.OK, thing=thing, message=await check_source(source))]

    return _Look(thing=thing, findings=findings, deadline_s=limits.source_s)


def _hearer_looks(
    settings: Settings, check_hearer: CheckHearer | None, limits: Deadlines
) -> Iterator[_Look]:
    if check_hearer is None:
        return

    for announce in settings.announces:
        thing = f"{announce.kind} {announce.name}"
        findings = partial(_look_at_hearer, thing, announce, check_hearer)
        yield _Look(thing=thing, findings=findings, deadline_s=limits.source_s)


async def _look_at_hearer(
    thing: str, announce: AnnounceSettings, check_hearer: CheckHearer
) -> Sequence[Finding]:
    if not announce.enabled:
        return [Finding(level=Level.OK, thing=thing, message="is disabled, so not asked")]

    return [Finding(level=Level.OK, thing=thing, message=await check_hearer(announce))]


def _cluster_looks(settings: Settings, limits: Deadlines) -> Iterator[_Look]:
    if settings.fingerprint.cluster is not None:
        findings = partial(look_at_cluster, settings)
        yield _Look(thing=THING, findings=findings, deadline_s=limits.cluster_s)


def _target_looks(
    settings: Settings, check_target: CheckTarget, limits: Deadlines
) -> Iterator[_Look]:
    turns = anyio.CapacityLimiter(_TARGETS_AT_ONCE)
    named = [
        (_target_name(number, target), target)
        for number, target in enumerate(settings.notify.targets, 1)
    ]
    for channel in settings.channels:
        for number, target in enumerate(channel.targets, 1):
            named.append((f"channel {channel.name}, {_target_name(number, target)}", target))
    for thing, target in named:
        findings = partial(_look_at_target, thing, target, check_target, limits)
        yield _Look(thing=thing, findings=findings, deadline_s=limits.target_s, turns=turns)


def _template_looks(folder: Path | None, limits: Deadlines) -> Iterator[_Look]:
    if folder is not None:
        findings = partial(_look_at_templates, folder)
        yield _Look(thing=_TEMPLATES, findings=findings, deadline_s=limits.templates_s)


async def _look_at_templates(folder: Path) -> Sequence[Finding]:
    from daemon.push.template_check import check_templates  # noqa: PLC0415  # few have templates

    problems = await check_templates(folder)
    if not problems:
        return [Finding(level=Level.OK, thing=_TEMPLATES, message=f"{folder} can be used")]

    return [Finding(level=Level.ERROR, thing=_TEMPLATES, message=str(each)) for each in problems]


def _target_name(number: int, target: SecretStr) -> str:
    """Return a name without anything secret: after the scheme, anything may be."""
    scheme = target.get_secret_value().partition("://")[0]
    return f"target {number} ({scheme})"


async def _look_at_target(
    thing: str, target: SecretStr, check_target: CheckTarget, limits: Deadlines
) -> Sequence[Finding]:
    ask = partial(check_target, target.get_secret_value())
    # The look's own deadline comes first, and does not speak of disks.
    problem = await run_aside(ask, patience_s=2 * limits.target_s)
    if problem:
        return [Finding(level=Level.ERROR, thing=thing, message=problem)]

    return [Finding(level=Level.OK, thing=thing, message="is an address that apprise knows")]
