"""Why the desk cannot do what a person asked.

UsageError
 ├─ NoCandidate         there is nothing to choose
 ├─ ChoiceNeeded        several candidates, none named
 ├─ CandidateUnknown    no candidate of that number
 ├─ NothingToUndo       no decision stands
 ├─ NothingConfirmed    a confirmation that names no library
 └─ NoSheetsKept        contact sheets are not kept here
NotFound
 └─ LibraryUnknown      no library has that name
ConflictError
 ├─ NotAnswerable       not in this state
 └─ FileChanged         somebody was quicker
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rules.candidate import Candidate
from rules.errors import ConflictError, NotFound, UsageError
from rules.explain import label_work
from store.files import FileRecord


class NoCandidate(UsageError):
    """There is nothing to choose."""

    def __init__(self, file: FileRecord) -> None:
        """Build the message from the file."""
        super().__init__(
            f"no source offers anything for file {file.id}; "
            f"ask again with: doorman identify {file.id}"
        )


class ChoiceNeeded(UsageError):
    """Several candidates are offered and none was named."""

    def __init__(
        self, file: FileRecord, verb: str, offered: Sequence[tuple[int, Candidate]]
    ) -> None:
        """Build the message from the file, the command and what is offered, by its numbers."""
        named = ", ".join(f"{number} {label_work(candidate)}" for number, candidate in offered)
        super().__init__(
            f"file {file.id} has {len(offered)} candidates: {named}; "
            f"say which, for example: doorman {verb} {file.id} {offered[0][0]}"
        )


class CandidateUnknown(UsageError):
    """The number names no candidate."""

    def __init__(self, file: FileRecord, number: int, numbers: Sequence[int]) -> None:
        """Build the message from the file, the number asked for and those there are."""
        there = ", ".join(map(str, sorted(numbers)))
        super().__init__(
            f"file {file.id} has no candidate {number}, only {there}; "
            f"see them with: doorman review {file.id}"
        )


class NotAnswerable(ConflictError):
    """The file is not in a state in which this can be decided."""

    def __init__(self, file: FileRecord, verb: str, remedy: str) -> None:
        """Build the message from the file, the command and what to do instead."""
        super().__init__(f"file {file.id} is {file.state}, so it cannot be {verb}; {remedy}")


class FileChanged(ConflictError):
    """Somebody or something was quicker."""

    def __init__(self, file: FileRecord) -> None:
        """Build the message from the file as it is now."""
        super().__init__(
            f"file {file.id} changed since you looked and is {file.state} now; "
            f"look again with: doorman review {file.id}"
        )


class NothingToUndo(UsageError):
    """No decision stands that could be taken back."""

    def __init__(self, file: FileRecord) -> None:
        """Build the message from the file."""
        super().__init__(
            f"file {file.id} has no decision that could be undone; "
            f"see its history with: doorman why {file.id}"
        )


class LibraryUnknown(NotFound):
    """No library has that name."""

    def __init__(self, name: str, known: Collection[str]) -> None:
        """Build the message from the name and those that exist."""
        listed = f"there is {', '.join(sorted(known))}" if known else "none is enabled"
        super().__init__(f"there is no library {name!r}; {listed}")


class NothingConfirmed(UsageError):
    """A confirmation that names no library."""

    def __init__(self) -> None:
        """Build the message."""
        super().__init__("name the library that is as it should be: doorman scan --confirm NAME")


class NoSheetsKept(UsageError):
    """Contact sheets are asked for where none are kept."""

    def __init__(self) -> None:
        """Build the message."""
        super().__init__("no contact sheets are kept; set [fingerprint] contact_sheet = true")
