from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from qingjian.core.errors import UsageError
from qingjian.labels import sign
from qingjian.labels.mark import Mark

MARK = Mark("gb45438", "1", {"ContentProducer": "p", "ProduceID": "7"})
DIGEST = "ab" * 32
KINDS = {
    "ED25519": ed25519.Ed25519PrivateKey.generate,
    "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
}
each = pytest.mark.parametrize("kind", KINDS)


def pem(kind: str) -> bytes:
    key = KINDS[kind]()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@each
def test_a_signature_holds_and_a_pinned_key_makes_it_valid(kind: str) -> None:
    key = sign.key_of(pem(kind))
    assert key.algorithm == kind
    mark = sign.signed(MARK, DIGEST, key)
    assert sign.has_code(mark)
    assert sign.checked(mark, DIGEST) == "unpinned"
    assert sign.checked(mark, DIGEST, {key.public()}) == "valid"
    assert sign.checked(mark, DIGEST, {sign.key_of(pem(kind)).public()}) == "unpinned"


@each
def test_whatever_changes_makes_it_invalid(kind: str) -> None:
    mark = sign.signed(MARK, DIGEST, sign.key_of(pem(kind)))
    assert sign.checked(mark, "cd" * 32) == "invalid"
    assert sign.checked(replace(mark, label="2"), DIGEST) == "invalid"
    for name in ("ContentProducer", "ProduceID"):
        assert sign.checked(replace(mark, fields={**mark.fields, name: "x"}), DIGEST) == "invalid"
    other = {**mark.fields, "ContentPropagator": "platform", "PropagateID": "9"}
    assert sign.checked(replace(mark, fields=other), DIGEST) == "unpinned"


@given(st.data())
def test_a_changed_code_is_invalid_or_none(data: st.DataObject) -> None:
    mark = sign.signed(MARK, DIGEST, _KEY)
    code = mark.fields["ReservedCode1"]
    at = data.draw(st.integers(0, len(code) - 1))
    letter = data.draw(st.sampled_from("ABCabc019-_.=é "))
    changed = code[:at] + letter + code[at + 1 :]
    if changed != code:
        odd = replace(mark, fields={**mark.fields, "ReservedCode1": changed})
        # the last letter of base64 holds bits that stand for nothing
        last = at in (len(code) - 1, len(code.rpartition(".")[0]) - 1)
        assert sign.checked(odd, DIGEST) in ("invalid", "none") or last


_KEY = sign.key_of(pem("ED25519"))


def test_a_platform_signs_its_own_fields_beside_the_producers() -> None:
    mark = sign.signed(MARK, DIGEST, _KEY)
    both = sign.signed(
        replace(mark, fields={**mark.fields, "ContentPropagator": "q", "PropagateID": "1"}),
        DIGEST,
        sign.key_of(pem("ES256")),
        "ReservedCode2",
    )
    assert sign.checked(both, DIGEST) == "unpinned"
    assert sign.checked(both, DIGEST, {_KEY.public()}) == "unpinned", "the other is not pinned"
    odd = replace(both, fields={**both.fields, "PropagateID": "2"})
    assert sign.checked(odd, DIGEST) == "invalid"


@pytest.mark.parametrize(
    "code",
    ["", "iflow", "304502205519b9", '{"SecurityData":{"Type":"TC260PG"}}', "QJ2.x.y.z.w"],
)
def test_codes_of_others_are_not_judged(code: str) -> None:
    assert sign.checked(replace(MARK, fields={"ReservedCode1": code}), DIGEST) == "none"


@pytest.mark.parametrize(
    "code",
    [
        "QJ1",
        "QJ1.....",
        f"QJ1.ED25519.{DIGEST}.AA.AA",
        f"QJ1.RSA.{DIGEST}.AA.AA",
        f"QJ1.ES256.{DIGEST}.AA.{'A' * 86}",
    ],
)
def test_codes_that_only_look_like_ours_are_invalid(code: str) -> None:
    assert sign.checked(replace(MARK, fields={"ReservedCode1": code}), DIGEST) == "invalid"


def test_keys_that_cannot_sign_are_told(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP384R1())
    wrong = [
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        rsa.generate_private_key(65537, 2048).private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        ),
        b"no key",
        ed25519.Ed25519PrivateKey.generate().private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")
        ),
    ]
    for words in wrong:
        with pytest.raises(UsageError):
            sign.key_of(words)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for words in (public, b"no key"):
        with pytest.raises(UsageError):
            sign.public_of(words)


@each
def test_a_key_is_pinned_by_either_half(kind: str, tmp_path: Path) -> None:
    key = KINDS[kind]()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "a").write_bytes(private)
    (tmp_path / "b").write_bytes(public)
    assert sign.pinned([tmp_path / "a"]) == sign.pinned([tmp_path / "b"])
    assert sign.pinned([]) == frozenset()
