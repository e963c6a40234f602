"""Ask a person at the terminal, or whoever writes into standard input."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable

from rules.errors import UsageError


class NobodyAnswers(UsageError):
    """Standard input ended before a question was answered."""

    def __init__(self, question: str) -> None:
        """Build the message from the question."""
        super().__init__(
            f'nobody answers "{question}"; give the answers as options, '
            "which doorman init --help lists"
        )


def ask(question: str, *, read: Callable[[str], str] = input) -> str:
    """Return the line that answers a question; `read` prompts for it.

    Raises:
        NobodyAnswers: there is none.

    """
    return _answer(question, read)


def ask_secret(question: str) -> str:
    """Return the line that answers a question; a terminal does not show it.

    Raises:
        NobodyAnswers: there is none.

    """
    return _answer(question, getpass.getpass if sys.stdin.isatty() else input)


def _answer(question: str, read: Callable[[str], str]) -> str:
    try:
        return read(f"{question}\n> ")
    except EOFError as error:
        raise NobodyAnswers(question) from error
