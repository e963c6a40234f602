"""What others may read of the store: four tables with columns that say what they hold.

The tables behind them change from version to version; these stay, and nothing secret is in them.
The store itself only writes out the columns that they are made of; a process of its own makes
them, as joining and sorting all there is can take more memory than the daemon may use.
Times are UTC. Paths are as `rules.media.path_to_text` makes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rules.work import NFO, NFO_DIGEST_DIGITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its name, how it is made, and what it holds."""

    name: str
    made_of: str
    """SQL, in the words of the table's `source`."""
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Documented:
    """One table for others."""

    name: str
    says: str
    reads: tuple[str, ...]
    """The tables of the store that it is made of, keys of `READ`."""
    source: str
    """SQL behind FROM."""
    columns: tuple[Column, ...]
    order: str
    """SQL; rows come in this order, so that two exports can be compared."""

    @property
    def statement(self) -> str:
        """Return the SELECT that makes it, its rows in order."""
        return f"{self.unordered} ORDER BY {self.order}"

    @property
    def unordered(self) -> str:
        """Return the SELECT that makes it, its rows as they come."""
        columns = ", ".join(f"{each.made_of} AS {each.name}" for each in self.columns)
        return f"SELECT {columns} FROM {self.source}"  # noqa: S608  # constants


_IS_MADE_UP = (
    f"(source = '{NFO}' AND regexp_full_match(remote_id, '[0-9a-f]{{{NFO_DIGEST_DIGITS}}}'))"
)
"""SQL of `rules.work.ExternalId.is_made_up`."""


def _columns(*said: tuple[str, str, str]) -> tuple[Column, ...]:
    return tuple(Column(name=name, made_of=made_of, says=says) for name, made_of, says in said)


def _time(column: str) -> str:
    return f"make_timestamp(CAST({column} * 1000000 AS BIGINT))"


def _text(field: str) -> str:
    return f"max(CASE WHEN said.field = '{field}' THEN said.value ->> '$' END)"


def _named(field: str, member: str, table: str) -> str:
    """Return SQL of the names of whom a field of each work names, in its order."""
    path = f"$[*].{member}" if member else "$[*]"
    return (
        "(SELECT each.work_id, list(owner.name ORDER BY each.position) AS names FROM ("  # noqa: S608  # constants
        f"SELECT work_id, unnest(CAST(value -> '{path}' AS BIGINT[])) AS id, "
        f"generate_subscripts(CAST(value -> '{path}' AS BIGINT[]), 1) AS position "
        f"FROM work_field WHERE field = '{field}') AS each "
        f"JOIN {table} AS owner ON owner.id = each.id GROUP BY each.work_id)"
    )


READ: Mapping[str, str] = MappingProxyType(
    {
        "file": "* EXCLUDE (inode, device)",
        "content": "id, oshash, size_bytes, facts, md5",
        "fingerprint": "*",
        "work": "*",
        "work_field": "work_id, field, value, origin",
        "performer": "id, name",
        "studio": "id, name",
        "tag": "id, name",
        "external_id": "kind, source, remote_id, owner_id",
        "decision": "* EXCLUDE (input)",
    }
)
"""The columns of the store that leave it, by table; no other table is read."""


FILES = Documented(
    name="files",
    says="Every file that doorman has seen.",
    reads=("file", "content"),
    source="file AS f LEFT JOIN content AS c ON c.id = f.content_id",
    columns=_columns(
        ("id", "f.id", "its number, as every command takes it"),
        ("library", "f.library", "the library's name"),
        ("path", "f.path", "where it is, or was"),
        ("state", "f.state", "how far it has come: done, review, no match, failed …"),
        ("reason", "f.reason", "why it is in that state, in words"),
        ("size_bytes", "f.size_bytes", "its size"),
        (
            "modified_at",
            "make_timestamp(f.mtime_ns // 1000)",
            "when its content changed last, as the file system says",
        ),
        ("content_id", "f.content_id", "what it holds; equal for copies; none until examined"),
        ("work_id", "f.work_id", "the work that it is a copy of; none if not accepted"),
        ("duration_s", "CAST(c.facts ->> '$.duration_s' AS DOUBLE)", "seconds"),
        ("width", "CAST(c.facts ->> '$.width' AS INTEGER)", "pixels as displayed"),
        ("height", "CAST(c.facts ->> '$.height' AS INTEGER)", "pixels as displayed"),
        ("container", "c.facts ->> '$.container'", "the kind of file"),
        ("video_codec", "c.facts ->> '$.video_codec'", "how its pictures are stored"),
        ("first_seen_at", _time("f.first_seen_at_s"), "when doorman noticed it"),
        ("changed_at", _time("f.changed_at_s"), "when its state changed last"),
        ("due_at", _time("f.due_at_s"), "when doorman goes on with it by itself, if it waits"),
        ("missing_since", _time("f.missing_since_s"), "since when it is gone; none: it is there"),
    ),
    order="f.id",
)

FINGERPRINTS = Documented(
    name="fingerprints",
    says="Fingerprints of contents; copies of a file share them.",
    reads=("content", "fingerprint"),
    source=(
        "(SELECT id AS content_id, 'oshash' AS algorithm, format('{:016x}', oshash) AS value, "
        "CAST(facts ->> '$.duration_s' AS DOUBLE) AS duration_s, NULL AS version, size_bytes "
        "FROM content UNION ALL "
        "SELECT p.content_id, lower(p.algorithm), format('{:016x}', p.value), p.duration_s, "
        "p.version, c.size_bytes FROM fingerprint AS p JOIN content AS c ON c.id = p.content_id "
        "WHERE p.algorithm <> 'OSHASH' UNION ALL "
        "SELECT id, 'md5', md5, CAST(facts ->> '$.duration_s' AS DOUBLE), NULL, size_bytes "
        "FROM content WHERE md5 IS NOT NULL) AS f"
    ),
    columns=_columns(
        ("content_id", "f.content_id", "whose it is; see files"),
        ("algorithm", "f.algorithm", "oshash, phash or md5"),
        ("value", "f.value", "hexadecimal digits; 16 of an oshash or a phash"),
        ("duration_s", "f.duration_s", "the duration that it was computed with, in seconds"),
        ("version", "f.version", "the grid of a phash, such as 5x5"),
        ("size_bytes", "f.size_bytes", "of the content"),
    ),
    order="f.content_id, f.algorithm",
)

WORKS = Documented(
    name="works",
    says="What files are copies of.",
    reads=("work", "work_field", "performer", "studio", "tag", "external_id"),
    source=(
        "work AS w LEFT JOIN (SELECT said.work_id, "  # noqa: S608  # constants
        f"{_text('title')} AS title, {_text('date')} AS date, {_text('code')} AS code, "
        f"{_text('details')} AS details, {_text('director')} AS director, "
        "max(CASE WHEN said.field = 'duration' THEN CAST(said.value AS DOUBLE) END) AS duration_s, "
        "max(CASE WHEN said.field = 'urls' THEN CAST(said.value AS VARCHAR[]) END) AS urls, "
        "max(CASE WHEN said.field = 'studio' THEN TRY_CAST(said.value AS BIGINT) END) "
        "AS studio_id, map(list(said.field ORDER BY said.field), "
        "list(said.origin ORDER BY said.field)) AS origins "
        "FROM work_field AS said GROUP BY said.work_id) AS s ON s.work_id = w.id "
        "LEFT JOIN studio AS st ON st.id = s.studio_id "
        f"LEFT JOIN {_named('performers', 'performer_id', 'performer')} AS p ON p.work_id = w.id "
        f"LEFT JOIN {_named('tags', '', 'tag')} AS t ON t.work_id = w.id "
        "LEFT JOIN (SELECT owner_id, list({'source': source, 'id': remote_id} "
        "ORDER BY source, remote_id) AS ids FROM external_id WHERE kind = 'work' "
        f"AND NOT {_IS_MADE_UP} GROUP BY owner_id) AS e ON e.owner_id = w.id"
    ),
    columns=_columns(
        ("id", "w.id", "its number; see work_id in files"),
        ("title", "s.title", "its title"),
        ("date", "s.date", "as much as is known: YYYY, YYYY-MM or YYYY-MM-DD"),
        ("studio", "st.name", "who made it"),
        ("performers", "coalesce(p.names, [])", "names, in the order of the credits"),
        ("tags", "coalesce(t.names, [])", "words that describe it"),
        ("details", "s.details", "its description"),
        ("director", "s.director", "its director"),
        ("code", "s.code", "the studio's own number for it"),
        ("duration_s", "s.duration_s", "seconds, as the source says"),
        ("urls", "coalesce(s.urls, [])", "its pages"),
        ("ids", "coalesce(e.ids, [])", "what sources call it: source and id"),
        ("origins", "s.origins", "who said each field: person, sidecar, file name or source"),
        ("made_at", _time("w.made_at_s"), "when doorman came to know it"),
    ),
    order="w.id",
)

DECISIONS = Documented(
    name="decisions",
    says="Every decision about every file, also those that were taken back.",
    reads=("decision",),
    source="decision AS d",
    columns=_columns(
        ("id", "d.id", "its number; later ones are greater"),
        ("file_id", "d.file_id", "which file it is about"),
        ("content_id", "d.content_id", "what that file held"),
        ("verdict", "d.verdict", "accepted, review, no match, deferred, ignored, rejected …"),
        ("decided_by", "d.decided_by", "rule or person"),
        ("rule", "d.rule", "the rule's name"),
        ("reasons", "CAST(d.reasons AS VARCHAR[])", "why, in words"),
        ("source", "d.source", "whose candidate it was"),
        ("remote_id", "d.remote_id", "what the source calls that work"),
        ("decided_at", _time("d.decided_at_s"), "when"),
        ("undone_at", _time("d.undone_at_s"), "when it was taken back; none: it stands"),
    ),
    order="d.id",
)

DOCUMENTED: tuple[Documented, ...] = (FILES, FINGERPRINTS, WORKS, DECISIONS)
"""In the order in which they are told of."""
