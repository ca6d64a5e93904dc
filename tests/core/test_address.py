from __future__ import annotations

import pytest

from qingjian.core.address import private, web, without_password
from qingjian.core.errors import UsageError


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://li:secret@host:5432/db", "postgresql://li:***@host:5432/db"),
        ("postgresql://:secret@host/db", "postgresql://:***@host/db"),
        ("postgresql://li:se@cr:et/x@host/db", "postgresql://li:***@host/db"),
        ("postgresql:///db?user=li&password=secret", "postgresql:///db?user=li&password=***"),
        ("postgresql:///db?sslpassword=secret&a=1", "postgresql:///db?sslpassword=***&a=1"),
        ("postgresql://li@host/db?sslmode=require", "postgresql://li@host/db?sslmode=require"),
        ("http://127.0.0.1:8001/v1", "http://127.0.0.1:8001/v1"),
        ("folder/a:b@c.db", "folder/a:b@c.db"),
        ("", ""),
    ],
)
def test_a_password_is_not_shown(address: str, shown: str) -> None:
    assert without_password(address) == shown


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://platform.example/desk?a=1", "platform.example"),
        ("http://Platform.example:8080", "platform.example"),
        ("http://[2001:db8::1]:80/", "2001:db8::1"),
    ],
)
def test_a_web_address_has_a_host(url: str, host: str) -> None:
    assert web(url) == host


@pytest.mark.parametrize(
    "url",
    ["", "platform.example", "ftp://a.example", "https://", "http://a.example:x/", "http://[::1/"]
    + [
        "http://li:secret@a.example/",
        "http://a.example/\r\nX: y",
        "http://a.example/" + "a" * 2000,
    ],
)
def test_what_is_no_web_address_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(UsageError) as refused:
        web(url)
    assert "secret" not in refused.value.what


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
    ]
    + ["224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1"]
    + ["::ffff:10.0.0.1", "2002:7f00:1::1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1", "fec0::1"]
    + ["localhost", "LOCALHOST.", "a.localhost"],
)
def test_what_the_public_cannot_reach_is_private(host: str) -> None:
    assert private(host)


@pytest.mark.parametrize(
    "host", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "platform.example"]
)
def test_what_the_public_can_reach_is_not(host: str) -> None:
    assert not private(host)
