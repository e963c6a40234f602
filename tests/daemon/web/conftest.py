import pytest

from store.database import Database
from tests.daemon.desk.shelf import Shelf, make_shelf


@pytest.fixture
def shelf(database: Database) -> Shelf:
    return make_shelf(database)
