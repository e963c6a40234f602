from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.settings import ServerSettings
from daemon.web.gate.hosts import host_name, trusted_hosts

CASES: tuple[tuple[dict[str, object], str, str, bool], ...] = (
    ({}, "localhost", "127.0.0.1", True),
    ({"listen": "127.0.0.9:1"}, "127.0.0.9", "127.0.0.9", True),
    ({"listen": "0.0.0.0:1"}, "192.0.2.7", "192.0.2.7", True),
    ({"listen": "0.0.0.0:1"}, "192.0.2.8", "192.0.2.7", False),
    ({"listen": "[::]:1"}, "::", "::1", False),
    ({"listen": "[::]:1"}, "192.0.2.7", "::ffff:192.0.2.7", True),
    ({"listen": "[::]:1"}, "2001:db8:0::7", "2001:db8::7", True),
    ({"listen": "[::]:1"}, "nas", "192.0.2.7", False),
    ({"public_url": "https://Doorman.example:8443"}, "doorman.example", "127.0.0.1", True),
    ({"hosts": ["NAS", "192.0.2.9"]}, "nas", "127.0.0.1", True),
    ({"hosts": ["NAS", "192.0.2.9"]}, "192.0.2.9", "172.17.0.2", True),
)


@pytest.mark.parametrize(("options", "name", "arrived_at", "is_trusted"), CASES)
def test_known_names_are_trusted(
    options: dict[str, object], name: str, arrived_at: str, *, is_trusted: bool
) -> None:
    server = ServerSettings.model_validate({"socket": "/run/doorman.sock", **options})

    assert trusted_hosts(server).trusts(name, arrived_at=arrived_at) == is_trusted


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("NAS.example:80", "nas.example"),
        ("[::1]", "::1"),
        ("[2001:DB8::7]:8465", "2001:db8::7"),
        ("nas:port", None),
        ("a b", None),
        ("a@b", None),
        ("[::1", None),
        ("", None),
    ],
)
def test_host_is_read_without_its_port(header: str, name: str | None) -> None:
    assert host_name(header) == name


@given(st.text())
def test_any_header_can_be_read(header: str) -> None:
    name = host_name(header)

    assert name is None or name.isascii()
