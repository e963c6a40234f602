"""The kinds of value that a configuration has: text in, checked value out.

Every message says what is wrong and what to write instead; none repeats what may be a secret.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

import pathspec
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError, PydanticKnownError

from daemon.settings.writing import quoted
from rules.naming import NameTemplate, TemplateUnusable

_NAME_LENGTH = 100
_SOURCE_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"


def wrong(message: str) -> PydanticCustomError:
    """Return the error that carries `message`, a whole sentence of ours, to the owner."""
    return PydanticCustomError("doorman", "{message}", {"message": message})


def read_path(value: object) -> Path:
    """Return the absolute path that `value` says; `~/` was filled in before."""
    if not isinstance(value, str):
        raise PydanticKnownError("string_type")

    problem = _path_problem(value)
    if problem:
        raise wrong(problem)

    return Path(value)


def _path_problem(text: str) -> str | None:
    shown = quoted(text)
    if not text.strip():
        return 'is empty; write a whole path, from "/" on'
    if "\0" in text:
        return "holds a NUL character, which no path can; remove it"
    if "$" in text.split("/", maxsplit=1)[0]:
        return f"variables are not filled in; write the whole path instead of {shown}"
    if text.startswith("~"):
        return f"no home folder is known for {shown}; write the whole path"
    if not text.startswith("/"):
        return f'{shown} depends on where doorman is started; write the whole path, from "/" on'
    if ".." in text.split("/"):
        return f'leave ".." out of {shown}; where it leads depends on links'

    return None


def _check_name(name: str) -> str:
    if not name.strip():
        raise wrong('is empty; give it a name, as in name = "films"')
    if name != name.strip():
        raise wrong(f"{quoted(name)} begins or ends with a blank; remove it")
    if len(name) > _NAME_LENGTH:
        raise wrong(f"is {len(name)} characters long; use at most {_NAME_LENGTH}")
    if any(unicodedata.category(character).startswith("C") for character in name):
        raise wrong("holds a line break or another invisible character; remove it")

    return name


def _check_tag(tag: str) -> str:
    if not tag.strip():
        raise wrong('is empty; name a tag, as in "Several matches", or leave the line out')

    return _check_name(tag)


def _check_optional_tag(tag: str) -> str:
    return _check_name(tag) if tag.strip() else ""


def _check_source_name(name: str) -> str:
    if not re.fullmatch(_SOURCE_NAME, name):
        raise wrong(
            f"{quoted(name)} cannot be used in names of variables and files; "
            'use letters, digits, ".", "_" and "-", at most 64, as in "stashdb"'
        )

    return name


def _check_endpoint(url: str, given: ValidationInfo) -> str:
    """Return the address, checked for the language that is spoken there."""
    parts = _split_url(url)
    speaks_rest = (given.data or {}).get("kind") == "theporndb"
    if parts.query or parts.fragment:
        end = "" if speaks_rest else "; an endpoint ends in /graphql"
        raise wrong(f'leave out what follows "?" or "#"{end}')
    if speaks_rest:
        return _check_rest_base(url, parts)
    if not parts.path.endswith("/graphql"):
        path = parts.path.rstrip("/").removesuffix("/graphql")
        endpoint = parts._replace(path=f"{path}/graphql").geturl()
        raise wrong(f"an endpoint ends in /graphql: write {quoted(endpoint)}")

    return url


def _check_rest_base(url: str, parts: SplitResult) -> str:
    if parts.path.rstrip("/").endswith("/graphql"):
        raise wrong(
            'is a GraphQL server; write kind = "stashbox", or url = "https://api.theporndb.net"'
        )

    return url


def _check_web_address(url: str) -> str:
    parts = _split_url(url)
    if parts.query or parts.fragment:
        raise wrong('leave out what follows "?" or "#"; pages lie below an address without them')

    return url


def _split_url(url: str) -> SplitResult:
    """Return the parts of an http address that names a host and holds no password."""
    try:
        parts = urlsplit(url)
        has_host = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        raise wrong("is no address; check the host and the port in it") from None
    if parts.scheme not in {"http", "https"} or not has_host:
        raise wrong('must begin with "https://" or "http://" and a host')
    if parts.username is not None or parts.password is not None:
        raise wrong('leave out what stands before "@": a password does not belong here')
    if re.search(r"[\s\x00-\x1f]", url):
        raise wrong("holds a blank or a line break; remove it, or write it as %20")

    return parts


def _check_extension(extension: str) -> str:
    if extension.startswith((".", "*")):
        raise wrong(f'write "{extension.lstrip("*.")}", without what stands before it')
    if not re.fullmatch(r"[A-Za-z0-9]{1,16}", extension):
        raise wrong(f'{quoted(extension)} is no extension; write letters and digits, as in "mkv"')

    return extension.lower()


def _check_pattern(pattern: str) -> str:
    try:
        pathspec.GitIgnoreSpec.from_lines([pattern])
    except (ValueError, re.error):
        raise wrong(
            f'{quoted(pattern)} is no pattern as in .gitignore; check "!", "\\" and "[…]"'
        ) from None

    return pattern


def _check_secret(secret: SecretStr) -> SecretStr:
    text = secret.get_secret_value()
    if not text.strip():
        raise wrong("is empty; put the key there, or remove it")
    if not re.fullmatch(r"[!-~]+", text):
        raise wrong("holds a blank or another character that no key has; copy it again")

    return secret


def _check_target(target: SecretStr) -> SecretStr:
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s/]", target.get_secret_value()):
        raise wrong('is no apprise address; write one such as "ntfy://host/topic"')

    return target


def _check_condition(condition: str) -> str:
    if not condition.strip():
        raise wrong('is empty; write a condition, as in when = "phash_distance <= 4"')

    return condition


def _check_template(template: str) -> str:
    try:
        NameTemplate.parse(template)
    except TemplateUnusable as error:
        raise wrong(str(error)) from None

    return template


def _check_reason(reason: str) -> str:
    if not reason.strip():
        raise wrong("is empty; write why, or leave the line out")

    return reason


AbsolutePath = Annotated[
    Path,
    BeforeValidator(read_path),
    WithJsonSchema({"type": "string", "pattern": "^(/|~/|~$)"}),
]
"""A path that means the same wherever doorman is started; a leading `~/` is the home."""

Name = Annotated[str, AfterValidator(_check_name)]
"""What a library or a rule is called in messages."""

SourceName = Annotated[
    str,
    AfterValidator(_check_source_name),
    WithJsonSchema({"type": "string", "pattern": f"^{_SOURCE_NAME}$"}),
]
"""What a source is called; also part of a variable's name and of a credential's."""

Endpoint = Annotated[
    str,
    AfterValidator(_check_endpoint),
    WithJsonSchema({"type": "string", "format": "uri", "pattern": "^https?://."}),
]
"""The address that a source is asked at: a GraphQL server's, where `kind` says nothing else."""

WebAddress = Annotated[
    str,
    AfterValidator(_check_web_address),
    WithJsonSchema({"type": "string", "format": "uri", "pattern": "^https?://."}),
]
"""The beginning of the addresses of pages for people."""

TagName = Annotated[str, AfterValidator(_check_tag)]
"""What a file wears."""

OptionalTag = Annotated[str, AfterValidator(_check_optional_tag)]
"""The same, or "" for none."""

Extension = Annotated[
    str,
    AfterValidator(_check_extension),
    WithJsonSchema({"type": "string", "pattern": "^[A-Za-z0-9]{1,16}$"}),
]
"""The end of a file name without its dot, in lower case."""

IgnorePattern = Annotated[str, AfterValidator(_check_pattern)]
"""A line as in .gitignore."""

Condition = Annotated[str, AfterValidator(_check_condition)]
"""The text of a rule's condition; compiled elsewhere."""

RenameTemplate = Annotated[str, AfterValidator(_check_template)]
"""Where accepted files belong; read elsewhere."""

Reason = Annotated[str, AfterValidator(_check_reason)]
"""A sentence for people."""

Key = Annotated[SecretStr, AfterValidator(_check_secret)]
"""The key that a source knows us by."""

Target = Annotated[SecretStr, AfterValidator(_check_target)]
"""An apprise address; passwords and tokens are part of it."""

Lenient = Field(strict=False)
"""For tuples: TOML only knows lists."""
