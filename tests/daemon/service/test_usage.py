from pathlib import Path

from daemon.service.usage import own_usage


def test_what_is_opened_is_counted(tmp_path: Path) -> None:
    before = own_usage()
    with (tmp_path / "one").open("w"), (tmp_path / "two").open("w"):
        during = own_usage()

    assert during.descriptors == before.descriptors + 2
    assert during.resident_bytes > 10 * 2**20
    assert during.cpu_s >= before.cpu_s > 0
