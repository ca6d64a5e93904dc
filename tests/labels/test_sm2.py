from __future__ import annotations

import base64
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st
from tests import needs

from qingjian.core.errors import MissingExtra, UsageError
from qingjian.labels import sm2

needs.package("gmalg")

# GM/T 0003.5 annex A: the recommended curve, user id 1234567812345678
SECRET = bytes.fromhex("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8")
POINT = bytes.fromhex(
    "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
    "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
)
MESSAGE = b"message digest"
SIGNATURE = bytes.fromhex(
    "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
    "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
)
KEY = sm2.SM2Key(SECRET)
DISTID = "distid:1234567812345678"


def openssl(*arguments: str | Path) -> bytes:
    program = needs.tool("openssl")
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    path = tmp_path / "key.pem"
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:SM2", "-out", path)
    return path


def test_the_published_example_holds() -> None:
    assert KEY.point == POINT
    assert KEY.public() == sm2.compressed(POINT)
    assert sm2.verify(KEY.public(), SIGNATURE, MESSAGE)
    assert not sm2.verify(KEY.public(), SIGNATURE, MESSAGE + b".")


def test_the_published_digest_holds() -> None:
    said = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert sm2.digest(b"abc").hex() == said, "GM/T 0004 annex A"


@given(st.binary(max_size=200), st.integers(0, 63), st.integers(1, 255))
def test_what_is_signed_holds_until_a_byte_changes(message: bytes, at: int, by: int) -> None:
    signature = KEY.sign(message)
    assert len(signature) == 64
    assert sm2.verify(KEY.public(), signature, message)
    changed = bytearray(signature)
    changed[at] ^= by
    assert not sm2.verify(KEY.public(), bytes(changed), message)


def test_short_numbers_keep_their_places(monkeypatch: pytest.MonkeyPatch) -> None:
    """The package writes r and s without leading zeros."""
    short = (b"\1", b"\2\3")
    key = sm2.SM2Key(SECRET)
    monkeypatch.setattr(key._signer, "sign", lambda message: short)
    assert key.sign(b"") == bytes(31) + b"\1" + bytes(30) + b"\2\3"


@given(st.binary(max_size=80), st.binary(max_size=80))
def test_bytes_that_are_no_key_or_signature_do_not_hold(public: bytes, signature: bytes) -> None:
    assert not sm2.verify(public, SIGNATURE, MESSAGE)
    assert not sm2.verify(KEY.public(), signature, MESSAGE)


@pytest.mark.parametrize("x", [bytes(32), b"\xff" * 32, bytes(31) + b"\1", bytes(31) + b"\4"])
def test_an_x_that_no_point_has_does_not_hold(x: bytes) -> None:
    for sign in (b"\2", b"\3"):
        assert not sm2.verify(sign + x, SIGNATURE, MESSAGE)


def test_a_point_beside_the_curve_is_told() -> None:
    assert sm2.on_curve(POINT)
    assert not sm2.on_curve(POINT[:-1] + bytes([POINT[-1] ^ 2]))
    assert not sm2.on_curve(POINT[:64])
    assert not sm2.on_curve(b"\4" + b"\xff" * 64)


@given(st.binary(min_size=64, max_size=64))
def test_a_signature_in_der_reads_back(signature: bytes) -> None:
    assert sm2.signature_of(sm2.der_of(signature)) == signature


@given(st.binary(max_size=120))
def test_other_bytes_are_refused(data: bytes) -> None:
    for read in (sm2.signature_of, sm2.point_of):
        with pytest.raises(ValueError):
            read(data)


@pytest.mark.parametrize(
    "der",
    [
        "3006020101020101ff",
        "300602018002010100",
        "3004020002 0101",
        "3006020101040101",
        "3084ffffffff",
        "30820006",
        "3026022101" + "00" * 32 + "020101",
    ],
)
def test_a_signature_in_der_that_is_none_is_refused(der: str) -> None:
    with pytest.raises(ValueError):
        sm2.signature_of(bytes.fromhex(der))


def test_a_key_info_reads_back() -> None:
    info = sm2.info_of(POINT)
    assert sm2.point_of(info) == POINT
    for cut in range(len(info)):
        with pytest.raises(ValueError):
            sm2.point_of(info[:cut])


def test_keys_of_openssl_are_read_in_every_form(pem: Path, tmp_path: Path) -> None:
    public, old = tmp_path / "public.pem", tmp_path / "old.pem"
    openssl("pkey", "-in", pem, "-pubout", "-out", public)
    openssl("ec", "-in", pem, "-out", old)
    words = old.read_bytes()
    key = sm2.key_of(pem.read_bytes())
    assert key is not None
    assert key.public() == sm2.public_of(public.read_bytes())
    for kind in (b"EC PRIVATE KEY", b"SM2 PRIVATE KEY"):
        told = re.sub(rb"(EC|SM2) PRIVATE KEY", kind, words)
        same = sm2.key_of(b"-----BEGIN EC PARAMETERS-----\n-----END EC PARAMETERS-----\n" + told)
        assert same is not None and same.public() == key.public()
    info = openssl("pkey", "-pubin", "-in", public, "-outform", "DER")
    assert sm2.info_of(key.point) == info


def test_openssl_verifies_ours(pem: Path, tmp_path: Path) -> None:
    key = sm2.key_of(pem.read_bytes())
    assert key is not None
    public, words, signed = (tmp_path / name for name in ("public", "words", "signed"))
    openssl("pkey", "-in", pem, "-pubout", "-out", public)
    for number in range(5):
        words.write_bytes(b"words %d" % number)
        signed.write_bytes(sm2.der_of(key.sign(words.read_bytes())))
        said = openssl(
            "dgst", "-sm3", "-verify", public, "-sigopt", DISTID, "-signature", signed, words
        )
        assert b"Verified OK" in said


def test_ours_verifies_openssl(pem: Path, tmp_path: Path) -> None:
    key = sm2.key_of(pem.read_bytes())
    assert key is not None
    words, signed = tmp_path / "words", tmp_path / "signed"
    for number in range(5):
        words.write_bytes(b"words %d" % number)
        openssl("dgst", "-sm3", "-sign", pem, "-sigopt", DISTID, "-out", signed, words)
        signature = sm2.signature_of(signed.read_bytes())
        assert sm2.verify(key.public(), signature, words.read_bytes())
        assert not sm2.verify(key.public(), signature, b"other words")


def test_keys_of_other_curves_are_left_to_others() -> None:
    other = ec.generate_private_key(ec.SECP256R1())
    for form in (PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL):
        assert sm2.key_of(other.private_bytes(Encoding.PEM, form, NoEncryption())) is None
    for words in (b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nA\n-----END PRIVATE KEY-----"):
        assert sm2.key_of(words) is None
        assert sm2.public_of(words) is None


def test_a_broken_key_is_told(pem: Path) -> None:
    def written(der: bytes, kind: str) -> bytes:
        text = base64.b64encode(der).decode()
        return f"-----BEGIN {kind}-----\n{text}\n-----END {kind}-----\n".encode()

    der = base64.b64decode(b"".join(pem.read_bytes().splitlines()[1:-1]))
    for secret in (bytes(32), b"\xff" * 32):
        at = der.index(b"\x04\x20") + 2
        with pytest.raises(UsageError, match="outside"):
            sm2.key_of(written(der[:at] + secret + der[at + 32 :], "PRIVATE KEY"))
    with pytest.raises(UsageError, match="halves"):
        sm2.key_of(written(der[:-1] + bytes([der[-1] ^ 1]), "PRIVATE KEY"))
    with pytest.raises(UsageError, match="curve"):
        sm2.public_of(written(sm2.info_of(POINT[:-1] + b"\0"), "PUBLIC KEY"))
    for cut in range(len(der)):
        assert sm2.key_of(written(der[:cut], "PRIVATE KEY")) is None


def test_a_missing_package_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gmalg", None)
    with pytest.raises(MissingExtra) as told:
        sm2.SM2Key(SECRET)
    assert "qingjian[sm]" in told.value.hint
    with pytest.raises(MissingExtra):
        sm2.verify(KEY.public(), SIGNATURE, MESSAGE)
