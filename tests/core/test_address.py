from __future__ import annotations

import pytest

from qingjian.core.address import without_password


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
