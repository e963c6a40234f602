"""Whether the API does what its document says; `make fuzz` asks more, and longer."""

from __future__ import annotations

from pathlib import Path

import pytest

from daemon.web.api import operations_of
from store.database import Database
from tests.daemon.desk.shelf import Shelf
from tests.fuzz import fuzz

EXAMPLES = 2
"""For each operation, beside the some 30 that cover its document; ten seconds in all."""


@pytest.mark.timeout(300)  # a thousand requests, on a machine that may have other work
def test_the_api_does_what_its_document_says_whatever_it_is_asked(
    database: Database, shelf: Shelf, tmp_path: Path
) -> None:
    folder = tmp_path / "schemathesis"
    folder.mkdir()

    ended = fuzz(database, folder, examples=EXAMPLES)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert f"Tested: {len(operations_of(shelf.desk))}" in ended.stdout
