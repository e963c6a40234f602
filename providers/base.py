"""What doorman expects of anything that can be asked what a file is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from rules.candidate import Answer, Query
from rules.lookup import Lookup
from rules.submission import Outcome, Submission


class Source(Protocol):
    """One configured place to ask."""

    @property
    def name(self) -> str:
        """The name in the configuration; it stands in every candidate and id from here."""
        ...

    async def ask(self, queries: Sequence[Query]) -> list[Answer]:
        """Return one answer for each query, in the same order.

        Failures of the source are answers (`Failed`, `Refused`), never errors: one bad answer
        must not hide the good ones beside it.
        """
        ...

    async def check(self) -> str:
        """Return one line that says who we are there, and what it is.

        Raises:
            ProviderError: saying what is wrong and what to do about it.

        """
        ...


@runtime_checkable
class Submitter(Protocol):
    """A source that can be told which hashes are of which works."""

    @property
    def name(self) -> str:
        """The name in the configuration."""
        ...

    async def submit(self, submissions: Sequence[Submission]) -> list[Outcome]:
        """Return what became of each vote, in the same order; failures are outcomes too."""
        ...


@runtime_checkable
class Searcher(Protocol):
    """A source where a person can look for a work by words, by its page or by its id."""

    @property
    def name(self) -> str:
        """The name in the configuration."""
        ...

    async def search(self, lookup: Lookup) -> Answer:
        """Return what the source offers for that; failures are answers too."""
        ...
