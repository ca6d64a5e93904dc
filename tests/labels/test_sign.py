from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
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
from tests import needs

from qingjian.core.errors import MissingExtra, UsageError
from qingjian.labels import sign, sm2, tc260pg
from qingjian.labels.mark import Mark

MARK = Mark("gb45438", "1", {"ContentProducer": "p", "ProduceID": "7"})
DIGEST = "ab" * 32
KINDS: dict[str, Callable[[], ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey]] = {
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
    assert sign.has_digest(mark)
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


@pytest.fixture
def national() -> sm2.SM2Key:
    needs.package("gmalg")
    return sm2.SM2Key(bytes(31) + b"\7")


def test_sm2_signs_as_the_other_algorithms_do(national: sm2.SM2Key) -> None:
    mark = sign.signed(MARK, DIGEST, national)
    assert mark.fields["ReservedCode1"].startswith(f"QJ1.SM2.{DIGEST}.")
    assert sign.has_digest(mark)
    assert sign.checked(mark, DIGEST) == "unpinned"
    assert sign.checked(mark, DIGEST, {national.public()}) == "valid"
    assert sign.checked(mark, "cd" * 32) == "invalid"
    assert sign.checked(replace(mark, label="2"), DIGEST) == "invalid"
    for name in ("ContentProducer", "ProduceID"):
        assert sign.checked(replace(mark, fields={**mark.fields, name: "x"}), DIGEST) == "invalid"
    code = mark.fields["ReservedCode1"]
    for odd in (code.replace("SM2", "ES256"), code[:-4], code.replace("SM2", "SM3")):
        fields = {**mark.fields, "ReservedCode1": odd}
        assert sign.checked(replace(mark, fields=fields), DIGEST) == "invalid"


def test_an_sm2_key_of_openssl_signs_and_is_pinned(tmp_path: Path) -> None:
    needs.package("gmalg")
    program = needs.tool("openssl")
    private, public = tmp_path / "private.pem", tmp_path / "public.pem"
    made = ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:SM2", "-out", private]
    subprocess.run([program, *map(str, made)], check=True, capture_output=True, timeout=60)
    half = ["pkey", "-in", private, "-pubout", "-out", public]
    subprocess.run([program, *map(str, half)], check=True, capture_output=True, timeout=60)
    key = sign.key_of(private.read_bytes())
    assert key.algorithm == "SM2"
    assert sign.pinned([private]) == sign.pinned([public]) == {key.public()}
    assert sign.checked(sign.signed(MARK, DIGEST, key), DIGEST, sign.pinned([public])) == "valid"


def test_a_code_of_the_guides_form_is_judged_beside_ours(national: sm2.SM2Key) -> None:
    mark = tc260pg.signed(MARK, national)
    assert not sign.has_digest(mark)
    assert sign.checked(mark, DIGEST) == "unpinned"
    assert sign.checked(mark, DIGEST, {national.public()}) == "valid"
    both = sign.signed(mark, DIGEST, _KEY, "ReservedCode2")
    assert sign.checked(both, DIGEST, {national.public(), _KEY.public()}) == "valid"
    assert sign.checked(both, DIGEST, {national.public()}) == "unpinned"
    odd = replace(both, fields={**both.fields, "ProduceID": "8"})
    assert sign.checked(odd, DIGEST) == "invalid"


def test_a_missing_package_is_told(national: sm2.SM2Key, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = sign.signed(MARK, DIGEST, national)
    monkeypatch.setitem(sys.modules, "gmalg", None)
    with pytest.raises(MissingExtra):
        sign.checked(mark, DIGEST)
    assert sign.checked(sign.signed(MARK, DIGEST, _KEY), DIGEST) == "unpinned"
