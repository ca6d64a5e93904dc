"""
SM2 signatures with SM3: keys from PEM and DER, signing and verifying through gmalg.

The curve arithmetic and the digest are the package's; what is done here is reading keys and
signatures. A public key is 33 bytes, compressed; a signature is 64 bytes, r and s.
gmalg is pure Python: its time to sign depends on the key, so a key that signs where others can
measure it belongs in hardware.

Source: GM/T 0003 (secondary), GM/T 0009 for the default user id, RFC 5958 and RFC 5915 for keys.
"""

from __future__ import annotations

import base64
import binascii
import importlib.util
import re
from functools import lru_cache
from typing import Any

from qingjian.core.errors import MissingExtra, UsageError

USER_ID = b"1234567812345678"
_EC_KEY = bytes.fromhex("2a8648ce3d0201")  # 1.2.840.10045.2.1
_CURVE = bytes.fromhex("2a811ccf5501822d")  # 1.2.156.10197.1.301
_P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
_N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
_BLOCK = re.compile(
    rb"-----BEGIN ((?:EC |SM2 )?PRIVATE KEY|PUBLIC KEY)-----\s+([A-Za-z0-9+/=\s]+)"
    rb"-----END \1-----"
)
_INTEGER, _BITS, _OCTETS, _OID, _SEQUENCE = 0x02, 0x03, 0x04, 0x06, 0x30


class SM2Key:
    """A private key; its public half is derived. Raises MissingExtra, ValueError."""

    algorithm = "SM2"

    def __init__(self, secret: bytes) -> None:
        if not 0 < int.from_bytes(secret, "big") < _N - 1:
            raise ValueError("the number is outside the curve's order")
        gmalg = _gmalg()
        self.point: bytes = gmalg.SM2(pc_mode=gmalg.PC_MODE.RAW).generate_pk(secret)
        self._signer = gmalg.SM2(secret, USER_ID, self.point)

    def public(self) -> bytes:
        """Give the public key, compressed."""
        return compressed(self.point)

    def sign(self, message: bytes) -> bytes:
        """Give r and s, 32 bytes each."""
        r, s = self._signer.sign(message)
        return bytes(r.rjust(32, b"\0") + s.rjust(32, b"\0"))


def installed() -> bool:
    """Whether the package that SM2 needs is there."""
    return importlib.util.find_spec("gmalg") is not None


def verify(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether r and s hold for a compressed public key; False for what is no key."""
    gmalg = _gmalg()
    if len(signature) != 64 or not _may_be_key(public):
        return False
    try:
        verifier = gmalg.SM2(None, USER_ID, public)
    except gmalg.errors.GMError:
        return False
    return bool(verifier.verify(message, signature[:32], signature[32:]))


def digest(message: bytes) -> bytes:
    """Give the SM3 digest of a message."""
    hashed = _gmalg().SM3()
    hashed.update(message)
    return bytes(hashed.value())


def key_of(pem: bytes) -> SM2Key | None:
    """Give the private key of a PEM file; None when it holds none of this curve."""
    for kind, der in _blocks(pem):
        if kind == b"PUBLIC KEY":
            continue
        try:
            found = _secret(der) if kind == b"PRIVATE KEY" else _secret_of_ec(der, None)
        except ValueError:
            continue
        try:
            key = SM2Key(found[0])
        except ValueError as error:
            raise UsageError(f"the SM2 key cannot be read: {error}") from None
        if found[1] and found[1] != key.point:
            raise UsageError("the SM2 key cannot be read: its two halves do not belong together")
        return key
    return None


def public_of(pem: bytes) -> bytes | None:
    """Give the compressed public key of a PEM file; None when it holds none of this curve."""
    for kind, der in _blocks(pem):
        if kind == b"PUBLIC KEY":
            try:
                point = point_of(der)
            except ValueError:
                continue
            if not on_curve(point):
                raise UsageError("the SM2 key cannot be read: its point is not on the curve")
            return compressed(point)
    return None


def point_of(der: bytes) -> bytes:
    """Give the 65 bytes of a SubjectPublicKeyInfo's point. Raises ValueError."""
    kind, bits = _parts(_only(der, _SEQUENCE), (_SEQUENCE, _BITS))
    if _parts(kind, (_OID, _OID)) != [_EC_KEY, _CURVE]:
        raise ValueError("no SM2 key")
    if len(bits) != 66 or bits[:2] != b"\0\x04":
        raise ValueError("the point is not written in full")
    return bits[1:]


def info_of(point: bytes) -> bytes:
    """Give the SubjectPublicKeyInfo of a point of 65 bytes."""
    kind = _wrapped(_OID, _EC_KEY) + _wrapped(_OID, _CURVE)
    return _wrapped(_SEQUENCE, _wrapped(_SEQUENCE, kind) + _wrapped(_BITS, b"\0" + point))


@lru_cache(256)
def on_curve(point: bytes) -> bool:
    """Whether a point of 65 bytes lies on the curve."""
    if len(point) != 65 or point[0] != 4:
        return False
    if max(int.from_bytes(point[1:33], "big"), int.from_bytes(point[33:], "big")) >= _P:
        return False
    return bool(_gmalg().SM2().verify_pk(point))


def compressed(point: bytes) -> bytes:
    """Give the 33 bytes of a point of 65 bytes."""
    return bytes([2 + (point[64] & 1)]) + point[1:33]


def signature_of(der: bytes) -> bytes:
    """Give r and s of a signature in DER. Raises ValueError."""
    numbers = _parts(_only(der, _SEQUENCE), (_INTEGER, _INTEGER))
    if any(not number or number[0] & 0x80 for number in numbers):
        raise ValueError("r or s is negative or empty")
    r, s = (int.from_bytes(number, "big") for number in numbers)
    if max(r, s) >= 1 << 256:
        raise ValueError("r or s is too long")
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def der_of(signature: bytes) -> bytes:
    """Give r and s as a signature in DER."""
    numbers = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    written = [n.to_bytes(n.bit_length() // 8 + 1, "big") for n in numbers]
    return _wrapped(_SEQUENCE, b"".join(_wrapped(_INTEGER, n) for n in written))


def _may_be_key(public: bytes) -> bool:
    return len(public) == 33 and public[0] in (2, 3) and int.from_bytes(public[1:], "big") < _P


def _gmalg() -> Any:
    try:
        import gmalg
        import gmalg.errors
    except ImportError:
        raise MissingExtra("SM2 needs gmalg", "pip install 'qingjian[sm]'") from None
    return gmalg


def _blocks(pem: bytes) -> list[tuple[bytes, bytes]]:
    """Give the kind and the bytes of each block of PEM that may hold a key."""
    found: list[tuple[bytes, bytes]] = []
    for kind, text in _BLOCK.findall(pem):
        try:
            found.append((kind, base64.b64decode(b"".join(text.split()), validate=True)))
        except binascii.Error:
            continue
    return found


def _secret(der: bytes) -> tuple[bytes, bytes]:
    """Give both halves of a PKCS 8 key; the public one may be empty. Raises ValueError."""
    version, kind, key = _parts(_only(der, _SEQUENCE), (_INTEGER, _SEQUENCE, _OCTETS), more=True)
    if version not in (b"\0", b"\1"):
        raise ValueError("no such version")
    algorithm, curve = _parts(kind, (_OID, _OID))
    if algorithm != _EC_KEY:
        raise ValueError("no key of a curve")
    return _secret_of_ec(key, curve)


def _secret_of_ec(der: bytes, curve: bytes | None) -> tuple[bytes, bytes]:
    """Give both halves of an EC key; its own curve counts before the one told."""
    content = _only(der, _SEQUENCE)
    version, secret = _parts(content, (_INTEGER, _OCTETS), more=True)
    public, at = b"", 0
    while at < len(content):
        tag, inner, at = _entry(content, at)
        if tag == 0xA0:
            curve = _only(inner, _OID)
        elif tag == 0xA1:
            public = _only(inner, _BITS)[1:]
    if version != b"\1" or curve != _CURVE:
        raise ValueError("no SM2 key")
    return secret, public if len(public) == 65 else b""


def _entry(data: bytes, at: int) -> tuple[int, bytes, int]:
    """Give tag, content and end of the DER entry at a place. Raises ValueError."""
    head = data[at : at + 2]
    if len(head) < 2:
        raise ValueError("an entry breaks off")
    tag, length, start = head[0], head[1], at + 2
    if length & 0x80:
        size = length & 0x7F
        if size not in (1, 2):
            raise ValueError("a length is none")
        length, start = int.from_bytes(data[start : start + size], "big"), start + size
    if start + length > len(data):
        raise ValueError("an entry breaks off")
    return tag, data[start : start + length], start + length


def _only(data: bytes, tag: int) -> bytes:
    """Give the content of the one entry that the bytes are. Raises ValueError."""
    [content] = _parts(data, (tag,))
    return content


def _parts(data: bytes, tags: tuple[int, ...], more: bool = False) -> list[bytes]:
    """Give the contents of entries with these tags, in order. Raises ValueError."""
    contents: list[bytes] = []
    at = 0
    for tag in tags:
        found, content, at = _entry(data, at)
        if found != tag:
            raise ValueError("an entry is of another kind")
        contents.append(content)
    if at != len(data) and not more:
        raise ValueError("bytes are left over")
    return contents


def _wrapped(tag: int, content: bytes) -> bytes:
    assert len(content) < 0x80
    return bytes([tag, len(content)]) + content
