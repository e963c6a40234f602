"""Addresses of machines, as sockets and headers write them."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address


def read_ip(text: str) -> IPv4Address | IPv6Address | None:
    """Return the address, None where it is none; IPv4 within IPv6 is IPv4."""
    try:
        ip = ip_address(text)
    except ValueError:
        return None

    mapped = ip.ipv4_mapped if isinstance(ip, IPv6Address) else None
    return mapped or ip


def is_loopback(text: str) -> bool:
    """Tell whether only this machine can have that address."""
    ip = read_ip(text)
    return ip is not None and ip.is_loopback
