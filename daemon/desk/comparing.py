"""Compare the files among themselves, for a person who wants to know what there is twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import anyio
import anyio.from_thread
import anyio.to_thread

from daemon.desk.desk import Desk
from daemon.desk.duplicate_views import (
    MOST_CLUSTERS,
    AdvisedView,
    ClusterView,
    ComparedView,
    DuplicatesView,
    NearFile,
    NearView,
)
from daemon.desk.finding import find
from daemon.desk.refusals import LibraryUnknown
from rules.duplicates import Clusters, Nearness
from rules.fingerprint import Phash
from rules.journey import UNEXAMINED
from rules.keeping import (
    Advice,
    ComparedFile,
    advise,
    bit_rate,
    cautions,
    freed_bytes,
    is_one_file,
)
from rules.media import path_to_text
from store import duplicates, files
from store.database import Connection
from store.files import FileRecord

if TYPE_CHECKING:  # only a search loads numpy, and in a thread: it takes as long as a command
    from store.prints import Prints

_ONLY_THE_SAME = "so only files with the same oshash and size are found"


class Comparing:
    """What the desk tells of near-equal files; it changes nothing."""

    def __init__(self, desk: Desk) -> None:
        """Compare the files that this desk knows."""
        self._database = desk.database
        self._library_names = desk.household.library_names
        self._turn = anyio.CapacityLimiter(1)  # one search at a time: each keeps a core busy

    async def duplicates(
        self, nearness: Nearness, *, library: str | None = None, limit: int = MOST_CLUSTERS
    ) -> DuplicatesView:
        """Return the clusters of near-equal files of a library, or of all together.

        Raises:
            LibraryUnknown: there is none of that name.
            TooManyNear: more is near-equal than can be shown.

        """
        prints, copied = await self._database.read(partial(self._material, library=library))
        search = partial(_search, prints, copied, nearness)
        clusters = await anyio.to_thread.run_sync(search, limiter=self._turn)
        contents = [number for cluster in clusters for number in cluster]
        compared = await self._database.read(
            partial(duplicates.compared_files, content_ids=contents, library=library)
        )
        view = partial(_clusters_view, clusters, compared, limit)
        found, frees_bytes, shown = await anyio.to_thread.run_sync(view, limiter=self._turn)
        return DuplicatesView(
            distance_bits=nearness.distance_bits,
            library=library,
            compared=len(prints.contents),
            found=found,
            frees_bytes=frees_bytes,
            clusters=shown,
        )

    async def near(
        self, reference: str, nearness: Nearness, *, library: str | None = None
    ) -> NearView:
        """Return the files near one, of a library or of all.

        Raises:
            LibraryUnknown: there is none of that name.
            FileUnknown: no file fits the reference.
            FileAmbiguous: several do.

        """

        def question(connection: Connection) -> NearView:
            self._check_library(connection, library)
            return _near_view(connection, find(connection, reference), nearness, library)

        return await self._database.read(question)

    def _material(
        self, connection: Connection, *, library: str | None
    ) -> tuple[Prints, tuple[int, ...]]:
        from store.prints import read_prints  # noqa: PLC0415  # as said above

        self._check_library(connection, library)
        return read_prints(connection, library), duplicates.copied(connection, library)

    def _check_library(self, connection: Connection, library: str | None) -> None:
        refuse_unknown_library(connection, library, self._library_names)


def refuse_unknown_library(
    connection: Connection, library: str | None, watched: frozenset[str]
) -> None:
    """Take the name of a library that is watched, or once was; None is all of them.

    Raises:
        LibraryUnknown: there is none of that name.

    """
    if library is None or library in watched:
        return

    known = watched | files.counts_by_library(connection).keys()
    if library not in known:
        raise LibraryUnknown(library, known)


def _search(prints: Prints, copied: Iterable[int], nearness: Nearness) -> Clusters:
    """Return the contents of each cluster; a content of several files is one by itself."""
    from store.clusters import find_clusters  # noqa: PLC0415  # as said above

    clusters = find_clusters(prints, nearness, anyio.from_thread.check_cancelled)
    clustered = {number for cluster in clusters for number in cluster}
    return (*clusters, *((number,) for number in copied if number not in clustered))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cluster:
    files: tuple[ComparedFile, ...]
    advice: Advice
    frees_bytes: int


def _clusters_view(
    clusters: Clusters, compared: Iterable[ComparedFile], limit: int
) -> tuple[int, int, tuple[ClusterView, ...]]:
    """Return how many clusters there are, what they free, and the first of them."""
    by_content: dict[int, list[ComparedFile]] = {}
    for file in compared:
        by_content.setdefault(file.content_id, []).append(file)
    advised = list(_advised(clusters, by_content))
    advised.sort(key=lambda cluster: (-cluster.frees_bytes, cluster.files[0].number))
    frees_bytes = sum(cluster.frees_bytes for cluster in advised)
    return len(advised), frees_bytes, tuple(map(_cluster_view, advised[:limit]))


def _advised(
    clusters: Clusters, by_content: Mapping[int, Sequence[ComparedFile]]
) -> Iterator[_Cluster]:
    for cluster in clusters:
        found = tuple(file for number in cluster for file in by_content.get(number, ()))
        # One may have gone between two looks into the store; names of one file are no duplicates.
        if any(not is_one_file(found[0], file) for file in found[1:]):
            advice = advise(found)
            yield _Cluster(files=found, advice=advice, frees_bytes=freed_bytes(advice))


def _cluster_view(cluster: _Cluster) -> ClusterView:
    return ClusterView(
        files=tuple(
            AdvisedView(
                file=_compared_view(verdict.file), is_kept=verdict.is_kept, reason=verdict.reason
            )
            for verdict in cluster.advice.verdicts
        ),
        is_tie=cluster.advice.is_tie,
        frees_bytes=cluster.frees_bytes,
        cautions=cautions(cluster.files),
    )


def _compared_view(file: ComparedFile) -> ComparedView:
    facts = file.facts
    return ComparedView(
        number=file.number,
        path=path_to_text(file.path),
        library=file.library,
        size_bytes=file.size_bytes,
        duration_s=facts.duration_s,
        width=facts.width,
        height=facts.height,
        video_codec=facts.video_codec,
        bit_rate=round(bit_rate(file)) or None,
        hdr=facts.hdr,
        has_sound=bool(facts.audio),
        phash=None if file.phash is None else str(Phash(file.phash)),
        is_named=file.work_id is not None,
    )


def _near_view(
    connection: Connection, file: FileRecord, nearness: Nearness, library: str | None
) -> NearView:
    own = _own(connection, file)
    near = _near_files(connection, own, nearness, library) if own else ()
    return NearView(
        number=file.id,
        path=path_to_text(file.path),
        distance_bits=nearness.distance_bits,
        file=_compared_view(own) if own else None,
        remark=_silence(own) if own else _absence(file),
        near=near,
    )


def _own(connection: Connection, file: FileRecord) -> ComparedFile | None:
    if file.content_id is None:
        return None

    copies = duplicates.compared_files(connection, [file.content_id])
    return next((copy for copy in copies if copy.number == file.id), None)


def _near_files(
    connection: Connection, own: ComparedFile, nearness: Nearness, library: str | None
) -> tuple[NearFile, ...]:
    same = None if _silence(own) else 0
    distances: dict[int, int | None] = {own.content_id: same} | {
        found.content_id: found.distance_bits
        for found in duplicates.near(connection, own.content_id, nearness)
    }
    others = [
        file
        for file in duplicates.compared_files(connection, distances, library)
        if file.number != own.number
    ]
    others.sort(key=lambda file: (distances[file.content_id] or 0, file.number))
    return tuple(_near_file(own, file, distances[file.content_id]) for file in others)


def _near_file(own: ComparedFile, other: ComparedFile, distance_bits: int | None) -> NearFile:
    advice = advise((own, other))
    worse = advice.verdicts[1]
    is_even = advice.is_tie or worse.is_kept
    return NearFile(
        file=_compared_view(other),
        distance_bits=distance_bits,
        is_better=None if is_even else advice.kept is other,
        reason=worse.reason,
        cautions=cautions((own, other)),
    )


def _absence(file: FileRecord) -> str:
    """Return why a file cannot be compared at all."""
    if file.missing_since_s is not None:
        return "it is missing, so it is not compared"
    if file.state in UNEXAMINED:
        return f"it is {file.state}, so its content is not known yet"

    return "it was not examined, so its content is not known"


def _silence(own: ComparedFile) -> str | None:
    """Return why a file's phash says nothing, None where it speaks."""
    if own.phash is None:
        return f"it has no phash, {_ONLY_THE_SAME}"
    if Phash(own.phash).is_degenerate:
        return f"its pictures are too plain for a phash, {_ONLY_THE_SAME}"
    if own.facts.duration_s <= 0:
        return f"it does not say how long it is, {_ONLY_THE_SAME}"

    return None
