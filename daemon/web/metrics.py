"""The families of numbers that doorman tells Prometheus.

Labels are words of ours and names from the configuration: libraries, sources, rules. No file, no
person and no work is named.
"""

from __future__ import annotations

from collections.abc import Iterator

from daemon.desk.vital_views import Measures
from daemon.service.timing import BOUNDS_S
from daemon.web.exposition import Family, Kind, Sample, counter, gauge, histogram_samples
from store.metering import DecisionCount


def families_of(measures: Measures) -> Iterator[Family]:
    """Yield everything that is measured."""
    yield gauge(
        "doorman_build_info",
        "Always 1; the version that runs.",
        Sample(value=1, labels=(("version", measures.version),)),
    )
    yield from _file_families(measures)
    yield from _library_families(measures)
    yield from _stage_families(measures)
    yield from _source_families(measures)
    yield counter(
        "doorman_decisions_total",
        "Decisions ever made, by the rule (empty: none held, or a person), who, and the outcome.",
        *map(_decision, measures.decisions),
    )
    yield from _owed_families(measures)
    yield from _process_families(measures)


def _file_families(measures: Measures) -> Iterator[Family]:
    yield gauge(
        "doorman_files",
        "Files that are there, by where they are on their journey.",
        *(
            Sample(value=count, labels=(("state", state.value),))
            for state, count in measures.states.items()
        ),
    )
    yield gauge(
        "doorman_files_missing",
        "Known files that are not where they were.",
        Sample(value=measures.missing),
    )


def _library_families(measures: Measures) -> Iterator[Family]:
    libraries = measures.libraries
    yield gauge(
        "doorman_library_state",
        "Always 1; how each library is watched.",
        *(
            Sample(value=1, labels=(("library", each.name), ("state", each.state)))
            for each in libraries
        ),
    )
    yield gauge(
        "doorman_library_files",
        "Files of each library that are there.",
        *(Sample(value=each.files, labels=(("library", each.name),)) for each in libraries),
    )
    yield gauge(
        "doorman_library_files_missing",
        "Known files of each library that are not where they were.",
        *(Sample(value=each.missing, labels=(("library", each.name),)) for each in libraries),
    )
    yield gauge(
        "doorman_library_listed_timestamp_seconds",
        "When each library was last looked through.",
        *(
            Sample(value=each.listed_at_s, labels=(("library", each.name),))
            for each in libraries
            if each.listed_at_s is not None
        ),
    )


def _stage_families(measures: Measures) -> Iterator[Family]:
    stages = measures.stages
    yield Family(
        name="doorman_stage_duration_seconds",
        kind=Kind.HISTOGRAM,
        help="How long pieces of work took that a stage did; one may be of several files.",
        samples=tuple(
            sample
            for each in stages
            for sample in histogram_samples(
                (("stage", each.stage),), BOUNDS_S, each.within, each.took_s
            )
        ),
    )
    yield counter(
        "doorman_stage_items_total",
        "Files, contents or messages that each stage has worked on.",
        *(Sample(value=each.items, labels=(("stage", each.stage),)) for each in stages),
    )
    yield counter(
        "doorman_stage_failures_total",
        "Pieces of work of each stage that came to nothing and are tried again.",
        *(Sample(value=each.failed, labels=(("stage", each.stage),)) for each in stages),
    )
    yield gauge(
        "doorman_stage_stopped",
        "1 while a stage, or a library's watcher, is not heard of although it should be.",
        *(
            Sample(value=is_stopped, labels=(("stage", stage),))
            for stage, is_stopped in measures.stopped.items()
        ),
    )


def _source_families(measures: Measures) -> Iterator[Family]:
    sources = sorted(measures.sources.items())
    yield counter(
        "doorman_source_requests_total",
        "Requests to each source since the daemon started, by what they came to.",
        *(
            Sample(value=count, labels=(("source", name), ("outcome", outcome)))
            for name, health in sources
            for outcome, count in health.requests.items()
        ),
    )
    yield gauge(
        "doorman_source_state",
        "Always 1; how each source is.",
        *(
            Sample(value=1, labels=(("source", name), ("state", health.state)))
            for name, health in sources
        ),
    )


def _owed_families(measures: Measures) -> Iterator[Family]:
    owed = measures.owed
    yield gauge(
        "doorman_outbox_due",
        "Effects that are still owed, by kind.",
        *(Sample(value=each.count, labels=(("kind", each.kind),)) for each in owed),
    )
    yield gauge(
        "doorman_outbox_failing",
        "Owed effects that were tried in vain so far, by kind.",
        *(Sample(value=each.failing, labels=(("kind", each.kind),)) for each in owed),
    )
    yield gauge(
        "doorman_outbox_oldest_age_seconds",
        "Age of the oldest owed effect, by kind; it may wait on purpose, as in quiet hours.",
        *(Sample(value=each.age_s, labels=(("kind", each.kind),)) for each in owed),
    )
    yield gauge(
        "doorman_outbox_overdue_seconds",
        "For how long the first owed effect should have been done, by kind.",
        *(Sample(value=each.overdue_s, labels=(("kind", each.kind),)) for each in owed),
    )


def _process_families(measures: Measures) -> Iterator[Family]:
    """Yield what clients of Prometheus tell of every process, by the names they agree on."""
    if measures.started_at_s is not None:
        yield gauge(
            "process_start_time_seconds",
            "When the daemon started.",
            Sample(value=measures.started_at_s),
        )
    usage = measures.usage
    if usage is None:
        return

    yield counter(
        "process_cpu_seconds_total",
        "Time that the daemon's own process has computed.",
        Sample(value=usage.cpu_s),
    )
    yield gauge(
        "process_resident_memory_bytes",
        "Memory that the daemon's own process holds.",
        Sample(value=usage.resident_bytes),
    )
    yield gauge(
        "process_open_fds",
        "Files and sockets that the daemon's own process holds open.",
        Sample(value=usage.descriptors),
    )


def _decision(count: DecisionCount) -> Sample:
    labels = (
        ("rule", count.rule or ""),
        ("by", count.decided_by.value),
        ("outcome", count.outcome.value),
    )
    return Sample(value=count.decisions, labels=labels)
