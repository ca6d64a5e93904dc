from __future__ import annotations

import hashlib
import importlib

import pytest
from tests.labels.formats import samples
from tests.labels.formats.samples import mp4

from qingjian.labels.carriers import codec, names
from qingjian.labels.gb45438 import written
from qingjian.labels.label import mark
from qingjian.labels.mark import Edit
from qingjian.labels.payload import PAYLOADS, digest_of, unlabelled_digest
from qingjian.labels.splice import applied


def test_a_digest_is_that_of_the_bytes_after_edits() -> None:
    assert digest_of(b"0123") == hashlib.sha256(b"0123").hexdigest()
    assert digest_of(b"0123", [Edit(1, 2, b"x")]) == hashlib.sha256(b"0x23").hexdigest()


@pytest.mark.parametrize("name", names())
def test_no_label_changes_the_digest(name: str) -> None:
    plain: bytes = importlib.import_module(f"{samples.__name__}.{name}").plain()
    module = codec(name)
    data = applied(plain, module.write(plain, written(mark("p", "1"), module.wrapped)))
    digest = unlabelled_digest(data, module)
    if name not in PAYLOADS:
        assert digest == digest_of(data, module.write(data, None))
    longer = applied(data, module.write(data, written(mark("p", "2" * 900), module.wrapped)))
    assert unlabelled_digest(longer, module) == digest


def test_media_data_counts() -> None:
    data = bytearray(mp4.plain())
    before = unlabelled_digest(bytes(data), codec("mp4"))
    data[data.index(b"mdat") + 6] ^= 1
    assert unlabelled_digest(bytes(data), codec("mp4")) != before
