"""
Tamper evidence in ReservedCode1 and ReservedCode2: a digest of the file and a signature.

A code of ours reads `QJ1.<algorithm>.<sha256>.<public key>.<signature>`, the last two in base64url.
The digest covers what the label does not change (`payload`); the signature covers Label, the two
fields of who signs and the digest. The key travels in the label, so without a pinned key a
signature that holds shows integrity only. A ReservedCode1 of the form TC260PG is judged by
`tc260pg`; it covers the label's words, not the file. Other forms are kept and not judged.

Source: GB 45438-2025 annex E leaves the form of both codes to who writes them.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from qingjian.core.errors import UsageError
from qingjian.labels import sm2, tc260pg
from qingjian.labels.mark import Mark
from qingjian.labels.verify import Signature

_FORM = "QJ1"
_FIELDS = {
    "ReservedCode1": ("Label", "ContentProducer", "ProduceID"),
    "ReservedCode2": ("Label", "ContentPropagator", "PropagateID"),
}


class Key(Protocol):
    """A private key that signs."""

    algorithm: str

    def public(self) -> bytes:
        """Give the public key's bytes."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Give the signature's bytes."""
        ...


class _Ed25519:
    algorithm = "ED25519"

    def __init__(self, key: ed25519.Ed25519PrivateKey) -> None:
        self._key = key

    def public(self) -> bytes:
        return self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


class _ES256:
    algorithm = "ES256"

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        self._key = key

    def public(self) -> bytes:
        form = serialization.PublicFormat.CompressedPoint
        return self._key.public_key().public_bytes(serialization.Encoding.X962, form)

    def sign(self, message: bytes) -> bytes:
        r, s = decode_dss_signature(self._key.sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def key_of(pem: bytes, password: bytes | None = None) -> Key:
    """Give the private key of a PEM file: Ed25519, P-256 or SM2. Raises UsageError."""
    national = sm2.key_of(pem)
    if national is not None:
        return national
    try:
        key: Any = serialization.load_pem_private_key(pem, password)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise UsageError(f"the key cannot be read: {error}", "a PEM file is asked for") from None
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return _Ed25519(key)
    if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1):
        return _ES256(key)
    raise UsageError(
        f"a key of kind {type(key).__name__.removesuffix('PrivateKey')} cannot sign labels",
        "Ed25519, P-256 and SM2 are handled",
    )


def public_of(pem: bytes) -> bytes:
    """Give the bytes of a public key (or of a private key's public half) in PEM, to pin it."""
    if b"PRIVATE KEY" in pem:
        return key_of(pem).public()
    national = sm2.public_of(pem)
    if national is not None:
        return national
    try:
        key: Any = serialization.load_pem_public_key(pem)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise UsageError(f"the key cannot be read: {error}", "a PEM file is asked for") from None
    if isinstance(key, ed25519.Ed25519PublicKey):
        return key.public_bytes_raw()
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        form = serialization.PublicFormat.CompressedPoint
        return key.public_bytes(serialization.Encoding.X962, form)
    raise UsageError("a pinned key is Ed25519, P-256 or SM2")


def pinned(paths: Sequence[Path]) -> frozenset[bytes]:
    """Give the public keys of PEM files."""
    return frozenset(public_of(path.read_bytes()) for path in paths)


def signed(mark: Mark, digest: str, key: Key, code: str = "ReservedCode1") -> Mark:
    """
    Give the mark with a code that covers its fields and the file.

    Args:
        mark: the label.
        digest: of the file without its label.
        key: whose signature it is.
        code: `ReservedCode1` of the producer, `ReservedCode2` of the propagator.
    """
    signature = key.sign(_message(mark, code, digest))
    text = ".".join((_FORM, key.algorithm, digest, _text(key.public()), _text(signature)))
    return replace(mark, fields={**mark.fields, code: text})


def checked(mark: Mark, digest: str, keys: Collection[bytes] = ()) -> Signature:
    """
    Say how the codes of a mark come out: the worst of both, `none` without one that is known.

    Args:
        mark: the label.
        digest: of the file without its label.
        keys: public keys that are pinned; without one a signature that holds is `unpinned`.

    Raises MissingExtra for a code of ours with SM2 where its package is not installed.
    """
    found = [_of_code(mark, code, digest, keys) for code in _FIELDS]
    order: tuple[Signature, ...] = ("invalid", "unpinned", "valid", "none")
    return min(found, key=order.index)


def has_digest(mark: Mark) -> bool:
    """Whether a mark holds a code of ours, for which the file is digested."""
    return any(mark.fields.get(code, "").startswith(_FORM + ".") for code in _FIELDS)


def _of_code(mark: Mark, code: str, digest: str, keys: Collection[bytes]) -> Signature:
    parts = mark.fields.get(code, "").split(".")
    if parts[0] != _FORM:
        return tc260pg.checked(mark, keys) if code == tc260pg.CODE else "none"
    if len(parts) != 5 or parts[2] != digest:
        return "invalid"
    try:
        public, signature = _bytes(parts[3]), _bytes(parts[4])
        _verify(parts[1], public, signature, _message(mark, code, digest))
    except (InvalidSignature, ValueError, binascii.Error):
        return "invalid"
    return "valid" if public in keys else "unpinned"


def _verify(algorithm: str, public: bytes, signature: bytes, message: bytes) -> None:
    """Raise InvalidSignature or ValueError unless the signature holds."""
    if algorithm == "ED25519":
        ed25519.Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    elif algorithm == "ES256" and len(signature) == 64:
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        key.verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
    elif algorithm == sm2.SM2Key.algorithm:
        if not sm2.verify(public, signature, message):
            raise InvalidSignature
    else:
        raise ValueError(f"algorithm {algorithm}")


def _message(mark: Mark, code: str, digest: str) -> bytes:
    values = {"Label": mark.label, **mark.fields}
    said = [f"{name}={values.get(name, '')}" for name in _FIELDS[code]]
    return "\n".join([_FORM, *said, f"SHA256={digest}"]).encode()


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
