"""The keys that sources and others know us by: one place each, the environment over all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr, TypeAdapter, ValidationError

from daemon.settings.document import Entry
from daemon.settings.environment import key_variable
from daemon.settings.fields import Key, read_path
from daemon.settings.lines import KeyPath
from daemon.settings.problems import Problem

CREDENTIALS_VARIABLE = "CREDENTIALS_DIRECTORY"
_MAX_KEY_BYTES = 65_536
"""Many times a long token; a larger file is some other file."""

ProblemAt = Callable[[KeyPath, str], Problem]
"""Turns a place in the document and a sentence into a problem."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What was found for the sources, by their index."""

    found: Mapping[int, SecretStr]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a key may come from."""

    title: str
    option: str = ""
    """What problems are reported at; "" for a variable, which its title names."""
    text: str = field(default="", repr=False)
    path: Path | None = None


class _KeyUnusable(Exception):
    """A key cannot be used; the message is a sentence for the owner and holds no key."""


def find_keys(
    sources: Iterable[Entry], environment: Mapping[str, str], problem_at: ProblemAt
) -> Keys:
    """Return the key of each source that has one, and what is wrong with the others."""
    found: dict[int, SecretStr] = {}
    problems = []
    for source in sources:
        places = _places(source, environment)
        if not places:
            continue
        try:
            found[source.index] = _only_key(
                places, "the source" if source.section == "source" else "it"
            )
        except _KeyUnusable as error:
            problems.append(_problem(places[0], source, str(error), problem_at))

    return Keys(found=found, problems=tuple(problems))


def _problem(place: _Place, source: Entry, message: str, problem_at: ProblemAt) -> Problem:
    if not place.option:
        return Problem(origin=place.title, message=message)

    return problem_at(source.location(place.option), message)


def _places(source: Entry, environment: Mapping[str, str]) -> list[_Place]:
    """Return every place that holds a key of the source; a variable outweighs the others."""
    variable = key_variable(source.texts.get("name", ""), source.section)
    if variable in environment:
        return [_Place(title=variable, text=environment[variable])]

    places = []
    if "key" in source.texts:
        places.append(_Place(title="key", option="key", text=source.texts["key"]))
    if path := _absolute(source.texts.get("key_file")):
        places.append(_Place(title="key_file", option="key_file", path=path))
    if credential := _credential(source, environment):
        title = f"the credential {credential}"
        places.append(_Place(title=title, option="name", path=credential))

    return places


def _only_key(places: list[_Place], subject: str) -> SecretStr:
    if len(places) > 1:
        titles = " and ".join(place.title for place in places)
        raise _KeyUnusable(f"{subject} has several keys ({titles}); leave only one of them")

    (place,) = places
    if place.option == "key":
        return SecretStr(place.text)  # pydantic checks what stands in the configuration itself
    if place.path:
        return _checked(_read(place.path), f"the key in {place.path} ")

    return _checked(place.text)


def _absolute(text: str | None) -> Path | None:
    """Return the path that `text` is, None where it is none; pydantic complains of that."""
    try:
        return read_path(text)
    except ValueError:
        return None


def _credential(source: Entry, environment: Mapping[str, str]) -> Path | None:
    """Return systemd's credential for the source, where the service was given one."""
    name = source.texts.get("name", "")
    folder = environment.get(CREDENTIALS_VARIABLE, "")
    if not folder.startswith("/") or not name or "/" in name:
        return None

    prefix = "" if source.section == "source" else f"{source.section}-"
    path = Path(folder) / f"{prefix}{name}.key"
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        return path  # something is there; reading it will say what is wrong

    return path


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_KEY_BYTES + 1)
    except FileNotFoundError:
        raise _KeyUnusable(f"there is no file {path}; write the key into it, mode 0600") from None
    except PermissionError:
        raise _KeyUnusable(
            f"{path} may not be read; let the user that doorman runs as own it"
        ) from None
    except OSError as error:
        raise _KeyUnusable(f"{path} cannot be read ({error.strerror}); check the path") from None
    if len(content) > _MAX_KEY_BYTES:
        raise _KeyUnusable(f"{path} is too large for a key; it should hold the key alone")

    return content.decode("utf-8", "replace").strip()


def _checked(text: str, subject: str = "") -> SecretStr:
    """Return the key that `text` is; `subject` begins the sentence that says why it is none."""
    try:
        key: SecretStr = TypeAdapter(Key).validate_python(text)
    except ValidationError as error:
        message = error.errors(include_input=False, include_url=False)[0]["msg"]
        raise _KeyUnusable(subject + message) from None

    return key
