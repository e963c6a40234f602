"""Which addresses belong to the internet at large, and to nobody's own network; pure.

A web address that a stranger wrote must not lead to this machine, to the router, or to a
neighbour that trusts whoever is inside.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

_TRANSLATED: Final = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
"""Addresses that a gateway turns into the IPv4 address at their end (RFC 6052, RFC 8215)."""
_LAST_32_BITS: Final = 0xFFFF_FFFF


def is_public(text: str) -> bool:
    """Tell whether `text` is an address of the internet; one of a certain interface never is."""
    try:
        address = ip_address(text)
    except ValueError:
        return False

    return all(each.is_global and not each.is_multicast for each in _meant(address))


def _meant(address: IPv4Address | IPv6Address) -> tuple[IPv4Address | IPv6Address, ...]:
    """Return where packets to an address may end up."""
    if isinstance(address, IPv4Address):
        return (address,)
    if address.ipv4_mapped is not None:
        return (address.ipv4_mapped,)
    if any(address in network for network in _TRANSLATED):
        return (IPv4Address(int(address) & _LAST_32_BITS),)
    if address.sixtofour is not None:
        return (address, address.sixtofour)
    if address.teredo is not None:
        return (address, *address.teredo)

    return (address,)
