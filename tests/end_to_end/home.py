"""A home for one test: libraries, configuration, store, source and phone."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

from anyio.from_thread import BlockingPortal

from daemon.settings.writing import toml_text
from providers.sandbox import Sandbox
from providers.sandbox.messages import Noted
from tests.end_to_end.films import Film
from tests.end_to_end.nursery import Nursery, Order
from tests.end_to_end.phone import Phone
from tests.end_to_end.running import DOORMAN, Daemon, environment_of

COMMAND_PATIENCE_S = 40.0
LOOKUP = "findScenesBySceneFingerprints"

Options = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A command that has ended."""

    code: int
    out: str
    err: str


@dataclass(kw_only=True)
class Home:
    """Everything that one doorman needs, in one folder."""

    folder: Path
    box: Sandbox
    phone: Phone
    portal: BlockingPortal
    nursery: Nursery | None = None
    """What doormen are forked from; None: the installed program is started."""
    options: dict[str, dict[str, object]] = field(default_factory=dict)
    """What differs from the quick defaults below, by section; "library NAME" for one alone."""
    libraries: list[str] = field(default_factory=list)
    more_sources: list[Options] = field(default_factory=list)
    """Sources beside the box, each as its table says it."""

    def __post_init__(self) -> None:
        """Make the first library."""
        self.add_library("films")

    def add_library(self, name: str) -> Path:
        """Make one more library; return its folder."""
        self.libraries.append(name)
        folder = self.folder / name
        folder.mkdir()
        return folder

    @property
    def library(self) -> Path:
        """Return the first library."""
        return self.folder / self.libraries[0]

    @property
    def config(self) -> Path:
        """Return the configuration file."""
        return self.folder / "doorman.toml"

    @property
    def store(self) -> Path:
        """Return the database."""
        return self.folder / "state" / "doorman.duckdb"

    @property
    def socket(self) -> Path:
        """Return the daemon's socket."""
        return self.folder / "state" / "sock"

    @property
    def log(self) -> Path:
        """Return where all daemons of this home log."""
        return self.folder / "doorman.log"

    def set(self, section: str, **options: object) -> None:
        """Change options, before the next start."""
        self.options.setdefault(section, {}).update(options)

    def write_config(self) -> None:
        """Write the configuration as it is to be."""
        sections = [
            *(self._section("[[library]]", self._library(name)) for name in self.libraries),
            self._section("[[source]]", self._with("source", self._source())),
            *(self._section("[[source]]", source) for source in self.more_sources),
            *(self._section(f"[{name}]", self._with(name, own)) for name, own in self._tables()),
        ]
        self.config.write_text("\n".join(sections), encoding="utf-8")

    def run(
        self,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
        is_awaited: bool = True,
    ) -> Daemon:
        """Return a daemon, to be entered."""
        self.write_config()
        return Daemon(
            arguments=["run", "--config", str(self.config), *arguments],
            environment={**environment_of(self.folder), **(environment or {})},
            nursery=self.nursery,
            socket=self.socket,
            log=self.log,
            portal=self.portal,
            is_awaited=is_awaited,
        )

    def do(self, *arguments: str, code: int | None = 0) -> Ran:
        """Run a command to its end; `code` is what it must end with, None for anything."""
        if not self.config.exists():
            self.write_config()
        whole = (*arguments, "--config", str(self.config))
        ran = self._start(whole) if self.nursery is None else self._fork(self.nursery, whole)
        if code is not None and ran.code != code:
            raise AssertionError(f"doorman {' '.join(arguments)} ended with {ran}")

        return ran

    def _start(self, arguments: Sequence[str]) -> Ran:
        done = subprocess.run(  # noqa: S603  # the installed doorman
            [str(DOORMAN), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=environment_of(self.folder),
            timeout=COMMAND_PATIENCE_S,
            check=False,
            text=True,
        )
        return Ran(code=done.returncode, out=done.stdout, err=done.stderr)

    def _fork(self, nursery: Nursery, arguments: Sequence[str]) -> Ran:
        with tempfile.TemporaryDirectory() as folder:
            out, err = Path(folder, "out"), Path(folder, "err")
            order = Order(
                arguments=arguments, environment=environment_of(self.folder), out=out, err=err
            )
            code = nursery.fork(order).wait(COMMAND_PATIENCE_S)
            return Ran(code=code, out=out.read_text(), err=err.read_text())

    def drop(self, film: Film, name: str | None = None) -> Path:
        """Put a film into the first library; return where it lies."""
        return film.copy_to(self.library / (name or film.name))

    def knows(self, film: Film) -> str:
        """Let the source know a film beyond doubt; return the scene's id."""
        return self.box.world.add_scene(film.scene())

    def doubts(self, film: Film, *titles: str) -> tuple[str, ...]:
        """Let several scenes claim a film; return their ids."""
        return tuple(self.box.world.add_scene(scene) for scene in film.rivals(*titles))

    def lookups(self) -> tuple[Noted, ...]:
        """Return the requests that asked about files."""
        return self.box.requests.of(LOOKUP)

    def asked_about(self, film: Film) -> int:
        """Return how often the source was asked about a film."""
        return sum(str(film.oshash) in str(noted.variables) for noted in self.lookups())

    def _with(self, section: str, own: Options) -> Options:
        return {**own, **self.options.get(section, {})}

    def _library(self, name: str) -> Options:
        own: Options = {"path": str(self.folder / name), "settle": "400ms"}
        of_all, of_one = self.options.get("library", {}), self.options.get(f"library {name}", {})
        return {**own, **of_all, **of_one, "name": name}

    def _source(self) -> Options:
        return {
            "name": "box",
            "url": self.box.url,
            "key": self.box.key,
            "timeout": "5s",
            "requests_per_minute": 6000,
        }

    def _tables(self) -> tuple[tuple[str, Options], ...]:
        return (
            ("identify", {"gather": "0s", "defer": "1s"}),
            ("notify", {"targets": [self.phone.target]}),
            ("sidecar", {}),
            ("fingerprint", {"workers": 1, "attempts": 1}),
            ("server", {"socket": str(self.socket), "listen": "off"}),
            ("store", {"path": str(self.store)}),
            ("log", {"level": "debug", "format": "text"}),
        )

    def _section(self, head: str, options: Options) -> str:
        lines = [f"{name} = {toml_text(value)}" for name, value in options.items()]
        return "\n".join([head, *lines, ""])


def nfo_of(video: Path) -> Path:
    """Return where a video's NFO lies."""
    return video.with_suffix(".nfo")


def movie_of(video: Path) -> ET.Element:
    """Return what a video's NFO says."""
    return ET.fromstring(nfo_of(video).read_bytes())  # noqa: S314  # doorman has written it
