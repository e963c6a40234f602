"""A home of its own for every test, films for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal

from providers.sandbox import Sandbox
from tests.end_to_end.films import Film, make_films
from tests.end_to_end.home import Home
from tests.end_to_end.nursery import Nursery
from tests.end_to_end.phone import Phone


@pytest.fixture(scope="session")
def portal() -> Iterator[BlockingPortal]:
    with start_blocking_portal() as opened:
        yield opened


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    with Nursery() as opened:
        yield opened


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> tuple[Film, ...]:
    return make_films(tmp_path_factory.mktemp("films"))


@pytest.fixture
def film(films: tuple[Film, ...]) -> Film:
    return films[0]


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def phone() -> Iterator[Phone]:
    with Phone() as answered:
        yield answered


@pytest.fixture
def home(
    tmp_path: Path, box: Sandbox, phone: Phone, portal: BlockingPortal, nursery: Nursery
) -> Home:
    return Home(folder=tmp_path, box=box, phone=phone, portal=portal, nursery=nursery)


@pytest.fixture
def installed(home: Home) -> Home:
    """Return a home with the installed program, started as the system starts it."""
    home.nursery = None
    return home


@pytest.fixture(scope="module")
def home_of_module(
    tmp_path_factory: pytest.TempPathFactory, portal: BlockingPortal, nursery: Nursery
) -> Iterator[Home]:
    folder = tmp_path_factory.mktemp("home")
    with Sandbox() as box, Phone() as phone:
        yield Home(folder=folder, box=box, phone=phone, portal=portal, nursery=nursery)
