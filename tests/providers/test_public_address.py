import pytest

from providers.public_address import is_public


@pytest.mark.parametrize(
    "address",
    ["93.184.215.14", "2606:4700::1111", "::ffff:93.184.215.14", "64:ff9b::5db8:d70e"],
)
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.0.1",
        "100.64.0.1",
        "169.254.169.254",
        "0.0.0.0",  # noqa: S104  # nothing listens
        "255.255.255.255",
        "224.0.0.251",
        "192.0.2.7",
        "::",
        "::1",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::1",
        "2001:0:a00:1::f5ff:fffe",
        "fe80::1%eth0",
        "example.com",
        "",
    ],
)
def test_addresses_of_somebodys_own_network_are_not(address: str) -> None:
    assert not is_public(address)
