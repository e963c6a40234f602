"""What is wrong between the tables of a configuration, each of which may be right by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from daemon.settings.document import Entry
from daemon.settings.environment import key_variable
from daemon.settings.fields import read_path
from daemon.settings.keys import ProblemAt
from daemon.settings.lines import KeyPath
from daemon.settings.notify_section import OWN_CHANNEL
from daemon.settings.problems import Problem


def library_problems(libraries: Iterable[Entry], problem_at: ProblemAt) -> Iterator[Problem]:
    """Yield libraries of the same name, and libraries that lie in one another."""
    libraries = tuple(libraries)
    yield from _repeated(libraries, _library_name, _library_twice, problem_at)
    placed = [(library, path) for library in libraries if (path := _path(library))]
    for index, (library, path) in enumerate(placed):
        for other, other_path in placed[:index]:
            if message := _overlap(path, _library_name(other) or "", other_path):
                yield problem_at(library.location("path"), message)


def source_problems(sources: Iterable[Entry], problem_at: ProblemAt) -> Iterator[Problem]:
    """Yield sources that one name, or one variable for the key, would stand for."""
    yield from _repeated(sources, _source_variable, _source_twice, problem_at)


def channel_problems(channels: Iterable[Entry], problem_at: ProblemAt) -> Iterator[Problem]:
    """Yield channels of the same name, and those named as what [notify] itself is called."""
    channels = tuple(channels)
    yield from _repeated(channels, _name, _channel_twice, problem_at)
    for channel in channels:
        if _name(channel) == OWN_CHANNEL:
            message = f'the targets of [notify] are called "{OWN_CHANNEL}"; choose another name'
            yield problem_at(channel.location("name"), message)


def announce_problems(announces: Iterable[Entry], problem_at: ProblemAt) -> Iterator[Problem]:
    """Yield programs that one name, or one variable for the key, would stand for."""
    yield from _repeated(announces, _announce_variable, _announce_twice, problem_at)


def rule_name_problems(
    rules: Iterable[Entry], shipped: frozenset[str], problem_at: ProblemAt
) -> Iterator[Problem]:
    """Yield rules named as another one, or as one of the `shipped` rules that are in use."""
    rules = tuple(rules)
    yield from _repeated(rules, _name, _rule_twice, problem_at)
    for rule in rules:
        if rule.texts.get("name") in shipped:
            name = rule.texts["name"]
            message = f'a shipped rule is named "{name}"; choose another name for yours'
            yield problem_at(rule.location("name"), message)


def _repeated(
    entries: Iterable[Entry],
    identity: Callable[[Entry], str | None],
    message: Callable[[Entry, Entry, str], str],
    problem_at: ProblemAt,
) -> Iterator[Problem]:
    """Yield the entries whose identity an earlier one has."""
    first: dict[str, Entry] = {}
    for entry in entries:
        key = identity(entry)
        if not key:
            continue
        if key in first:
            line = problem_at(_named_at(first[key]), "").line
            yield problem_at(_named_at(entry), message(first[key], entry, f"line {line}"))
        first.setdefault(key, entry)


def _named_at(entry: Entry) -> KeyPath:
    return entry.location(next((key for key in ("name", "path", "kind") if key in entry.texts), ""))


def _name(entry: Entry) -> str | None:
    return entry.texts.get("name")


def _library_name(library: Entry) -> str | None:
    """Return the library's name: its own, or its folder's."""
    path = _path(library)
    return library.texts.get("name") or (path.name if path else None)


def _source_variable(source: Entry) -> str | None:
    name = source.texts.get("name")
    return key_variable(name) if name else None


def _announce_variable(entry: Entry) -> str | None:
    name = entry.texts.get("name") or entry.texts.get("kind")
    return key_variable(name, entry.section) if name else None


def _announce_twice(_first: Entry, entry: Entry, where: str) -> str:
    name = entry.texts.get("name") or entry.texts.get("kind", "")
    return f'another [[announce]] is named "{name}" ({where}); give this one another name'


def _library_twice(_first: Entry, entry: Entry, where: str) -> str:
    name = _library_name(entry)
    remedy = "choose another name" if "name" in entry.texts else 'give this one a name = "…"'
    return f'another library is named "{name}" ({where}); {remedy}'


def _source_twice(first: Entry, entry: Entry, where: str) -> str:
    name, other = entry.texts["name"], first.texts["name"]
    if name == other:
        return f'another source is named "{name}" ({where}); choose another name'

    variable = key_variable(name)
    return f'{variable} would be the key of "{other}" and of "{name}"; choose another name'


def _rule_twice(_first: Entry, entry: Entry, where: str) -> str:
    name = entry.texts["name"]
    return f'another rule is named "{name}" ({where}); choose another name'


def _channel_twice(_first: Entry, entry: Entry, where: str) -> str:
    name = entry.texts["name"]
    return f'another channel is named "{name}" ({where}); choose another name'


def _path(library: Entry) -> Path | None:
    try:
        return read_path(library.texts.get("path"))
    except ValueError:
        return None


def _overlap(path: Path, other: str, other_path: Path) -> str | None:
    """Return why two libraries must not lie so; their files would belong to both."""
    if path == other_path:
        return f'is the folder of library "{other}" too; each folder can be one library'
    if path.is_relative_to(other_path):
        return (
            f'lies in library "{other}" ({other_path}), so its files would belong to both; '
            "remove one of the two, or name folders beside each other"
        )
    if other_path.is_relative_to(path):
        return (
            f'holds library "{other}" ({other_path}), so its files would belong to both; '
            "remove one of the two, or name folders beside each other"
        )

    return None
