from store.database import Connection
from store.schema import MIGRATIONS

NATURAL_KEYS = {
    *("chore", "reminder", "source_trouble", "push_secret", "used_action"),
    "entity_name",
    "external_id",
    "file_tag",
    "fingerprint",
    "rejected_witness",
    "found_picture",
    "kept_sidecar",
    "heard",
    "left_out",
    *("library", "made_folder", "rename_under_way"),
    "regeneration",
    "rejection",
    "schema_version",
    "session",
    "sidecar",
    "work_field",
}
"""Tables whose key never changes and needs no number."""


def test_versions_count_up_from_one() -> None:
    assert [step.version for step in MIGRATIONS] == list(range(1, len(MIGRATIONS) + 1))


def test_no_table_refers_to_another_and_no_index_stands_alone(connection: Connection) -> None:
    foreign = connection.execute(
        "SELECT table_name FROM duckdb_constraints() WHERE constraint_type = 'FOREIGN KEY'"
    ).fetchall()
    indexes = connection.execute("SELECT index_name FROM duckdb_indexes()").fetchall()

    assert (foreign, indexes) == ([], [])


def test_every_table_has_a_key_and_counts_by_itself(connection: Connection) -> None:
    tables = {
        row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    }
    keyed = {
        row[0]
        for row in connection.execute(
            "SELECT table_name FROM duckdb_constraints() WHERE constraint_type = 'PRIMARY KEY'"
        ).fetchall()
    }
    counting = {
        row[0]
        for row in connection.execute(
            "SELECT table_name FROM duckdb_columns() "
            "WHERE column_name = 'id' AND column_default LIKE 'nextval%'"
        ).fetchall()
    }

    assert keyed == tables
    assert counting == tables - NATURAL_KEYS
