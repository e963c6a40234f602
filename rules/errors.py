"""The one tree of errors.

DoormanError
 ├─ ConfigurationError      the configuration file, its rules, the environment      (exit code 78)
 │   └─ RuleError           a rule's condition                       (rules.condition)
 ├─ UsageError              what the caller asked for can't be done  (exit code 2)
 │   └─ NotFound            no such file, review or candidate
 ├─ ConflictError           it was true when asked, and is no longer
 ├─ MediaError              a media file                             (daemon.media.errors)
 ├─ ProviderError           a source                                 (providers.errors)
 ├─ StoreError              the database                             (store.errors)
 └─ LibraryError            a library folder or a file written there (daemon)

A class is named after the condition, takes facts, builds its own message, and the message ends
with what the reader can do.
"""

from __future__ import annotations

from typing import ClassVar


class DoormanError(Exception):
    """A condition that doorman foresaw; it costs the item at hand, never the daemon."""

    exit_code: ClassVar[int] = 1
    """What the command line exits with: 1 failed, 2 usage, 78 configuration."""


class ConfigurationError(DoormanError):
    """What the owner wrote cannot be used; starting again will not help."""

    exit_code: ClassVar[int] = 78


class RuleError(ConfigurationError):
    """A rule cannot be used as it is written."""


class UsageError(DoormanError):
    """The request itself is wrong; nothing was done."""

    exit_code: ClassVar[int] = 2


class NotFound(UsageError):
    """The thing named in the request does not exist."""


class ConflictError(DoormanError):
    """The thing changed since the caller looked; nothing was done."""


class MediaError(DoormanError):
    """A media file cannot be examined."""


class ProviderError(DoormanError):
    """A source gave no usable answer."""


class StoreError(DoormanError):
    """The database cannot do what was asked."""


class LibraryError(DoormanError):
    """A library folder, or a file in it, cannot be read or written."""
