"""The sections of doorman.toml, each option with its meaning, default and bounds.

The names in the file are the aliases; in Python a name carries its unit. What stands here is
all there is: help, the JSON Schema and the file that `doorman init` writes are made from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from daemon.settings.addresses import (
    DEFAULT_LISTEN,
    Host,
    Listen,
    ListenAddress,
    PublicUrl,
    parse_listen,
)
from daemon.settings.announce_section import AnnounceSettings
from daemon.settings.fields import (
    AbsolutePath,
    Condition,
    Endpoint,
    Extension,
    IgnorePattern,
    Key,
    Lenient,
    Name,
    Reason,
    RenameTemplate,
    SourceName,
    WebAddress,
)
from daemon.settings.fingerprint_section import FingerprintSettings
from daemon.settings.identify_section import IdentifySettings, SourceIdentifySettings
from daemon.settings.measures import duration, size
from daemon.settings.notify_section import ChannelSettings, NotifySettings
from daemon.settings.presets import PresetName, SourceKind
from daemon.settings.section import Section, tables_within
from daemon.settings.sidecar_section import NfoRootName, SidecarSettings
from daemon.settings.units import parse_duration, parse_size

VIDEO_EXTENSIONS = (
    *("m4v", "mp4", "mov", "wmv", "avi", "mpg", "mpeg"),
    *("rmvb", "rm", "flv", "asf", "mkv", "webm", "f4v"),
)
"""What Stash takes for a video by default (`stash.md` §3.1)."""

WatchMode = Literal["auto", "events", "poll"]
Verdict = Literal["accept", "review", "ignore", "no match"]
Submit = Literal["never", "mine", "exact"]
LogLevel = Literal["debug", "info", "warning", "error"]
LogFormat = Literal["auto", "text", "json"]


class LibrarySettings(Section):
    """A folder to watch, with its own options; there may be several."""

    path: AbsolutePath = Field(examples=["/srv/videos"])
    """The folder to watch, with everything below it. A leading ~/ is your home."""
    name: Name = Field(
        default_factory=lambda values: values["path"].name,
        validate_default=True,
        examples=["films"],
    )
    """What the library is called in messages and rules. Default: the folder's name."""
    enabled: bool = True
    """false: leave this library alone, but remember what is known about it."""
    watch: WatchMode = "auto"
    """How changes are noticed: "events" from the system, "poll" by looking again every
    poll_every, "auto" by whichever the folder's file system supports."""
    settle_s: Annotated[float, duration("100ms", "1h")] = Field(
        default=parse_duration("10s"), alias="settle"
    )
    """How long a file must stay unchanged before it is read."""
    rescan_s: Annotated[float, duration("1s", "7d")] = Field(
        default=parse_duration("30m"), alias="rescan"
    )
    """How often the whole folder is looked through for changes that went unnoticed."""
    poll_every_s: Annotated[float, duration("1s", "1d")] = Field(
        default=parse_duration("60s"), alias="poll_every"
    )
    """How often a polled folder is looked through."""
    exclude: Annotated[tuple[IgnorePattern, ...], Lenient] = Field(
        default=(), examples=[["samples/", "*-trailer.*"]]
    )
    """Files and folders to leave alone, in the syntax of .gitignore."""
    extensions: Annotated[tuple[Extension, ...], Lenient] = Field(
        default=VIDEO_EXTENSIONS, min_length=1
    )
    """Which files are videos, by the end of their name."""
    nfo_root: NfoRootName = "movie"
    """What the NFO files written in it describe: a "movie" or a "musicvideo"."""
    rename: RenameTemplate | None = Field(
        default=None, examples=["{studio}/{date} {title}< [{resolution}]>"]
    )
    """Where accepted files belong in it, without the end of their names: a file moves there with
    all that lies beside it, never over another one; "doorman undo" moves it back. Fields: title,
    studio, parent_studio, date, year, performers, code, director, resolution, codec, source, id.
    What stands in < > is left out where a field in it is not known; what lacks any other field
    keeps its name, as does what you moved yourself since. Default: all files keep their names."""
    nsfw: bool = True
    """false: nothing about its files, neither hash nor name, is sent to a source of adult works,
    and what such a source says of the same file in another library does not count here."""


class SourceSettings(Section):
    """A place to ask what a file is; there may be several."""

    preset: PresetName | None = Field(default=None, examples=["stashdb"])
    """A source that doorman knows: name, kind, url, pages and requests_per_minute need not be
    said then, and can be."""
    name: SourceName = Field(examples=["stashdb"])
    """What the source is called in messages and rules."""
    kind: SourceKind = "stashbox"
    """The language it speaks: "stashbox" (GraphQL), or "theporndb" (its REST API)."""
    url: Endpoint = Field(examples=["https://stashdb.example/graphql"])
    """Where it is asked; a stash-box's address ends in /graphql."""
    pages: WebAddress | None = Field(default=None, examples=["https://stashdb.example"])
    """Where people look at its works; by default the url without /graphql."""
    key: Key | None = None
    """Your API key. Better kept out of this file: see key_file."""
    key_file: AbsolutePath | None = Field(default=None, examples=["/etc/doorman/stashdb.key"])
    """A file that holds only the API key."""
    requests_per_minute: int = Field(default=240, ge=1, le=6000)
    """How often the source may be asked; 240 is what Stash itself keeps to, a preset may know
    better. Sources on one host share the lowest."""
    timeout_s: Annotated[float, duration("1s", "10m")] = Field(
        default=parse_duration("30s"), alias="timeout"
    )
    """How long to wait for an answer."""
    nsfw: bool = True
    """Whether its works are adult; then it is told nothing of libraries with nsfw = false."""
    search: bool = True
    """Whether names of files are sent to it when it knows neither their fingerprints nor anything
    else of them; only names like a release's, with a studio, a day or a code. Costs a request
    for each such file: at first, and then as rarely as the last wait of retry."""
    submit: Submit = "never"
    """Which accepted files its people are told the fingerprints of, under your account: "never";
    "mine", those that you accepted yourself; "exact", also those that a rule accepted because the
    source knows the very file, and then only a phash that it lacks. Undoing takes them back. A
    stash-box only; "doorman submit --dry-run" shows what would be sent."""
    report: bool = False
    """Whether the fingerprints of what you reject are reported to it as wrong, where the very same
    ones stand there; a stash-box from 0.6 on."""
    enabled: bool = True
    """false: do not ask this source."""
    identify: SourceIdentifySettings = SourceIdentifySettings()
    """What accepting a candidate of this source may do, where it differs from what is common."""


class RuleSettings(Section):
    """A rule of your own; the first whose condition holds decides about a file."""

    name: Name = Field(examples=["close match"])
    """What the rule is called in reasons and messages."""
    when: Condition = Field(examples=["phash_distance <= 4"])
    """A condition on the evidence for a candidate."""
    then: Verdict = Field(examples=["review"])
    """What to do with the file when it holds."""
    reason: Reason | None = Field(default=None, examples=["I want to see these myself"])
    """Why you have this rule; shown with every decision it makes."""


class ServerSettings(Section):
    """How the command line and browsers reach the running daemon."""

    socket: AbsolutePath = Field(examples=["/run/doorman/doorman.sock"])
    """The Unix socket. Default: doorman.sock in $RUNTIME_DIRECTORY, else in
    $XDG_RUNTIME_DIR/doorman, else beside the store."""
    listen: Listen = DEFAULT_LISTEN
    """Where the page is served: an address of this machine and a port; "off" for no page. An
    address that other machines reach needs a password: "doorman password"."""
    public_url: PublicUrl | None = Field(default=None, examples=["https://doorman.example"])
    """Where people find the page when it is behind a proxy, which has to pass on the Host; links
    in messages lead there. Needs a password."""
    hosts: Annotated[tuple[Host, ...], Lenient] = Field(default=(), examples=[["nas.example"]])
    """Other names that the page may be asked for by; those in listen and public_url, and
    localhost, are known. Any other is refused: it may be another site's."""
    password_file: AbsolutePath | None = Field(
        default=None, examples=["/run/credentials/doorman.service/password"]
    )
    """A file that holds only the password for the page, instead of "doorman password"."""

    @property
    def address(self) -> ListenAddress | None:
        """Return where the page is served, None for nowhere."""
        return parse_listen(self.listen)


class StoreSettings(Section):
    """Where doorman remembers."""

    path: AbsolutePath = Field(examples=["/var/lib/doorman/doorman.duckdb"])
    """The database; on a local disk. Default: doorman.duckdb in $STATE_DIRECTORY, else in
    $XDG_STATE_HOME/doorman, which is ~/.local/state/doorman."""
    memory_limit_bytes: Annotated[int, size("64MiB", "1TiB")] = Field(
        default=parse_size("256MiB"), alias="memory_limit"
    )
    """How much memory the database may use. While a new doorman brings its schema up to date that
    is 256MiB at least."""
    undo_space_bytes: Annotated[int, size("1MiB", "1TiB")] = Field(
        default=parse_size("1GiB"), alias="undo_space"
    )
    """How much disk may hold what doorman replaced, in a folder beside the database, so that undo
    can put it back; smaller files are in the database. Beyond that the oldest is dropped, and the
    history of its file says so."""


class LogSettings(Section):
    """What is logged, and how it looks."""

    level: LogLevel = "info"
    """The least weighty lines to log."""
    format: LogFormat = "auto"
    """"text", "json", or "auto": what suits the journal or the terminal it goes to."""


class SettingsFile(BaseSettings):
    """The whole of doorman.toml."""

    model_config = SettingsConfigDict(
        strict=True, extra="forbid", frozen=True, hide_input_in_errors=True
    )

    libraries: Annotated[tuple[LibrarySettings, ...], Lenient] = Field(
        alias="library", min_length=1
    )
    sources: Annotated[tuple[SourceSettings, ...], Lenient] = Field(default=(), alias="source")
    rules: Annotated[tuple[RuleSettings, ...], Lenient] = Field(default=(), alias="rule")
    identify: IdentifySettings = IdentifySettings()
    notify: NotifySettings = NotifySettings()
    channels: Annotated[tuple[ChannelSettings, ...], Lenient] = Field(default=(), alias="channel")
    announces: Annotated[tuple[AnnounceSettings, ...], Lenient] = Field(
        default=(), alias="announce"
    )
    sidecar: SidecarSettings = SidecarSettings()
    fingerprint: FingerprintSettings = FingerprintSettings()
    server: ServerSettings
    store: StoreSettings
    log: LogSettings = LogSettings()


LISTS: Mapping[str, type[Section]] = MappingProxyType(
    {
        "library": LibrarySettings,
        "source": SourceSettings,
        "rule": RuleSettings,
        "channel": ChannelSettings,
        "announce": AnnounceSettings,
    }
)
"""The sections that may stand several times: `[[library]]`."""

TABLES: Mapping[str, type[Section]] = MappingProxyType(
    {
        "identify": IdentifySettings,
        "notify": NotifySettings,
        "sidecar": SidecarSettings,
        "fingerprint": FingerprintSettings,
        "server": ServerSettings,
        "store": StoreSettings,
        "log": LogSettings,
    }
)
"""The sections that stand once: `[log]`."""

SECTIONS: Mapping[str, type[Section]] = MappingProxyType(
    {
        ".".join((name, *inner)): table
        for name, section in {**LISTS, **TABLES}.items()
        for inner, table in (((), section), *tables_within(section).items())
    }
)
"""All of these, and those that stand inside of them: `[source.identify]`."""
