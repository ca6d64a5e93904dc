"""
Addresses of databases and services: shown without a password, and whether the public can reach one.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from qingjian.core.errors import UsageError

LONGEST = 2_000

_HIDDEN = "***"
_USER = re.compile(r"(?<=://)([^:@/]*):.*@", re.DOTALL)
_QUERY = re.compile(r"([?&](?:ssl)?password=)[^&]*", re.IGNORECASE)
_NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))


def without_password(url: str) -> str:
    """Give an address that may be shown: *** stands for a password before @ or in the query."""
    return _QUERY.sub(rf"\1{_HIDDEN}", _USER.sub(rf"\1:{_HIDDEN}@", url))


def web(url: str) -> str:
    """Give the host of an http or https URL. Raises UsageError for anything else."""
    hint = "write https://HOST/PATH, without a password in it"
    if len(url) > LONGEST or not url.isascii() or not url.isprintable() or " " in url:
        raise UsageError(f"{without_password(url)[:100]!r} is no web address", hint)
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https") or "@" in parts.netloc:
        raise UsageError(f"{without_password(url)[:100]!r} is no web address", hint)
    return host


def private(host: str) -> bool:
    """
    Give whether an IP address is one that the public cannot reach; of names, localhost alone is.

    IPv4 addresses within IPv6 ones count as what they lead to.
    """
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        name = host.rstrip(".").lower()
        return name == "localhost" or name.endswith(".localhost")
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if any(address in net for net in _NAT64):
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return private(str(inner))
        if address.teredo is not None or address.is_site_local:
            return True
    return not address.is_global or address.is_multicast
