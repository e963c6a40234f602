"""The configuration file and the environment into settings, or all that is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource

from daemon.settings.consistency import (
    announce_problems,
    channel_problems,
    library_problems,
    rule_name_problems,
    source_problems,
)
from daemon.settings.document import Document, Entry, entries_of
from daemon.settings.environment import read_overrides
from daemon.settings.finder import Finder
from daemon.settings.keys import Keys, find_keys
from daemon.settings.places import (
    default_socket,
    default_store,
    expand_home,
    find_config,
    home_folder,
)
from daemon.settings.presets import with_presets
from daemon.settings.problems import (
    ConfigurationInvalid,
    ConfigurationUnreadable,
    Problem,
    did_you_mean,
)
from daemon.settings.programs import program_problem
from daemon.settings.rules import Names, condition_problems, shipped_names
from daemon.settings.sections import SettingsFile
from daemon.settings.settings import Settings
from daemon.settings.syntax import parse_toml
from daemon.settings.wording import sentence
from daemon.settings.writing import quoted

_MAX_BYTES = 2**20
"""A thousand times a usual configuration; a larger file is some other file."""


def load_settings(path: Path | None, environment: Mapping[str, str]) -> Settings:
    """Return the settings in the file at `path`, or else in the first one there is.

    Raises:
        NoConfiguration: when there is none in any of the places.
        ConfigurationUnreadable: when it cannot be read.
        ConfigurationInvalid: with everything that is wrong with it at once.

    """
    origin = find_config(path, environment)
    text = read_text(origin)
    home = home_folder(environment)
    document = with_presets(_with_home(parse_toml(text, str(origin)), home))
    keyed = (*entries_of(document, "source"), *_announces(document))
    overrides = read_overrides(environment, keyed)
    finder = Finder(origin, text, overrides.variables)
    keys = find_keys(entries_of(document, "source"), environment, finder.problem_at)
    announce_keys = find_keys(_announces(document), environment, finder.problem_at)
    layers = (_with_home(overrides.document, home), document, _defaults(environment))
    file, problems = _validated(layers, finder)
    problems = [*overrides.problems, *problems, *keys.problems, *announce_keys.problems]
    problems += _problems_between(document, file, finder)
    problems += [*_program_problems(file, finder), *_submit_problems(file, finder)]
    if problems or file is None:
        raise ConfigurationInvalid(problems)

    return _settings(origin, file, keys, announce_keys)


def read_text(path: Path) -> str:
    """Return the text of a file that is no longer than a configuration can be.

    Raises:
        ConfigurationUnreadable: when it cannot be read.
        ConfigurationInvalid: when it is too large, or no UTF-8.

    """
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise ConfigurationUnreadable(path, error) from error
    if len(content) > _MAX_BYTES:
        message = "is too large for a configuration; check the path"
        raise ConfigurationInvalid([Problem(origin=str(path), message=message)])

    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = "not UTF-8 from here on; save the file as UTF-8"
        problem = Problem(origin=str(path), line=line, message=message)
        raise ConfigurationInvalid([problem]) from None


def _with_home(document: Document, home: Path | None) -> Document:
    expanded = expand_home(document, home)
    return expanded if isinstance(expanded, dict) else document


def _defaults(environment: Mapping[str, str]) -> Document:
    """Return the defaults that depend on where doorman runs."""
    socket, store = default_socket(environment), default_store(environment)
    return {
        "server": {"socket": str(socket)} if socket else {},
        "store": {"path": str(store)} if store else {},
    }


def _validated(
    layers: tuple[Document, Document, Document], finder: Finder
) -> tuple[SettingsFile | None, list[Problem]]:
    """Return the file's sections merged from `layers`, the first outweighing the next."""
    try:
        return _reader(layers).model_validate({}), []
    except ValidationError as error:
        details = error.errors(include_url=False)
        said = ((detail["loc"], sentence(detail)) for detail in details)
        return None, [finder.problem_at(path, message) for path, message in said if message]


def _reader(layers: tuple[Document, Document, Document]) -> type[SettingsFile]:
    """Return the settings class that reads `layers` and nothing else.

    pydantic-settings takes its sources from the class, and would read the environment of the
    process; ours is a parameter.
    """

    class Reader(SettingsFile):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            *_unused: PydanticBaseSettingsSource,
            **_unused_too: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return tuple(InitSettingsSource(settings_cls, layer) for layer in layers)

    return Reader


def _problems_between(
    document: Document, file: SettingsFile | None, finder: Finder
) -> Iterator[Problem]:
    """Yield what is wrong between tables; told from the text, so that nothing hides it."""
    yield from library_problems(entries_of(document, "library"), finder.problem_at)
    yield from source_problems(entries_of(document, "source"), finder.problem_at)
    yield from channel_problems(entries_of(document, "channel"), finder.problem_at)
    yield from announce_problems(_announces(document), finder.problem_at)
    yield from _tag_problems(file, finder)
    yield from _announce_library_problems(file, finder)
    rules = entries_of(document, "rule")
    if rules:
        uses_shipped = file is None or file.identify.default_rules
        shipped = shipped_names() if uses_shipped else frozenset()
        yield from rule_name_problems(rules, shipped, finder.problem_at)
        yield from condition_problems(rules, finder, names=_names(file))


def _program_problems(file: SettingsFile | None, finder: Finder) -> Iterator[Problem]:
    """Yield programs that cannot be run; what they do is not tried here."""
    ffmpeg = file.fingerprint.ffmpeg if file else None
    if ffmpeg and (message := program_problem(ffmpeg)):
        yield finder.problem_at(("fingerprint", "ffmpeg"), message)


def _submit_problems(file: SettingsFile | None, finder: Finder) -> Iterator[Problem]:
    """Yield sources that are to be told of fingerprints and have no ear for them."""
    for index, source in enumerate(file.sources if file else ()):
        if source.kind == "stashbox":
            continue
        for key, is_wanted in (("submit", source.submit != "never"), ("report", source.report)):
            if is_wanted:
                message = "only a stash-box can be told of fingerprints; remove this line"
                yield finder.problem_at(("source", index, key), message)


def _tag_problems(file: SettingsFile | None, finder: Finder) -> Iterator[Problem]:
    """Yield tags of channels that nothing wears."""
    names = _names(file)
    if file is None or names is None:
        return

    known = names.libraries | names.sources
    for index, channel in enumerate(file.channels):
        for place, tag in enumerate(channel.tags):
            if tag not in known:
                nearest = did_you_mean(tag, known)
                hint = f"did you mean {quoted(nearest)}?" if nearest else "name one that there is"
                message = f"item {place + 1}: no library or source is named {quoted(tag)}; {hint}"
                yield finder.problem_at(("channel", index, "tags", place), message)


def _announces(document: Document) -> tuple[Entry, ...]:
    """Return the other programs, each with its name: by default that is its kind."""
    return tuple(
        replace(each, texts={"name": each.texts["kind"], **each.texts})
        if "kind" in each.texts
        else each
        for each in entries_of(document, "announce")
    )


def _announce_library_problems(file: SettingsFile | None, finder: Finder) -> Iterator[Problem]:
    """Yield libraries that other programs are to hear of, and that there are not."""
    known = {library.name for library in file.libraries} if file else set()
    for index, announce in enumerate(file.announces if file else ()):
        for place, name in enumerate(announce.libraries):
            if name not in known:
                nearest = did_you_mean(name, known)
                hint = f"did you mean {quoted(nearest)}?" if nearest else "name one that there is"
                message = f"item {place + 1}: no library is named {quoted(name)}; {hint}"
                yield finder.problem_at(("announce", index, "libraries", place), message)


def _names(file: SettingsFile | None) -> Names | None:
    """Return what rules may speak of; None where the rest is too wrong to tell."""
    if file is None:
        return None

    return Names(
        libraries=frozenset(library.name for library in file.libraries),
        sources=frozenset(source.name for source in file.sources),
    )


def _settings(origin: Path, file: SettingsFile, keys: Keys, announce_keys: Keys) -> Settings:
    announces = (
        announce.model_copy(update={"key": announce_keys.found.get(index)})
        for index, announce in enumerate(file.announces)
    )
    sources = (
        source.model_copy(update={"key": keys.found.get(index)})
        for index, source in enumerate(file.sources)
    )
    return Settings(
        origin=origin,
        libraries=file.libraries,
        sources=tuple(sources),
        rules=file.rules,
        identify=file.identify,
        notify=file.notify,
        channels=file.channels,
        announces=tuple(announces),
        sidecar=file.sidecar,
        fingerprint=file.fingerprint,
        server=file.server,
        store=file.store,
        log=file.log,
    )
