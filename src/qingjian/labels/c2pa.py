"""
C2PA manifests: what they say of a file's origin, and whether they hold.

With the package `c2pa-python` (extra `media`) a manifest is validated offline; without it, what the
manifest says is read and its state is `not_checked`. Untrusted or expired certificates do not make
a manifest broken: nothing is pinned here. A hash or signature that fails does.

Source: C2PA specification 2.x; the JUMBF store begins with a superbox labelled `c2pa`.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from qingjian.core.errors import InputError, MissingExtra, UsageError
from qingjian.labels import xmpproperties
from qingjian.labels.iptc import CODES, GENERATED, code_of
from qingjian.labels.mark import Buffer, Held, Mark
from qingjian.labels.sign import key_of

MEDIA_TYPES = {
    "png": "image/png",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "gif": "image/gif",
    "tiff": "image/tiff",
    "heic": "image/heic",
    "avif": "image/avif",
    "svg": "image/svg+xml",
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "m4a": "audio/mp4",
    "avi": "video/avi",
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "flac": "audio/flac",
    "pdf": "application/pdf",
}
"""Carriers whose manifests the package validates."""
_BROKEN = re.compile(r"mismatch|claimSignature\.(?!validated)|(?:hashedURI|assertion)\.missing")
_MOST_VALIDATED = 256_000_000
_MOST_ADDRESS = 2_000


def marks_of(held: Iterable[Held], data: Buffer, carrier: str) -> list[Mark]:
    """Give a mark for the manifest store, if there is one, else for one that is elsewhere."""
    entries = [*held]
    stores = [e for e in entries if e.kind == "c2pa" and isinstance(e.value, bytes)]
    if not stores:
        return [*_remote(entries)]
    store = stores[0]
    assert isinstance(store.value, bytes)
    told = _validated(data, carrier)
    fields = _skimmed(store.value) if told is None else _of_reader(told)
    label = "1" if fields.get("DigitalSourceType") in GENERATED else ""
    shown = {k: v for k, v in fields.items() if v}
    return [Mark("c2pa", label, shown, store.at, (), store.place)]


def _remote(entries: Iterable[Held]) -> Iterator[Mark]:
    """Give a mark for each address of a manifest that XMP names; nothing is fetched."""
    for entry in entries:
        for pair in xmpproperties.pairs(entry):
            if pair.key == "XMP:provenance" and str(pair.value).startswith(("https:", "http:")):
                fields = {"state": "elsewhere", "provenance": str(pair.value)[:_MOST_ADDRESS]}
                yield Mark("c2pa", "", fields, pair.at, (), pair.place)


def manifested(data: bytes, carrier: str, certificates: bytes, key: bytes) -> bytes:
    """
    Give the file with a C2PA manifest that says AI made it, beside its GB label.

    Args:
        data: the file, labelled already: the manifest covers the label.
        carrier: the format's name.
        certificates: the signer's chain in PEM, its own first, with the right to sign.
        key: the signer's private key in PEM, PKCS 8.

    Raises InputError for a format without manifests, UsageError when the package refuses key or
    chain, MissingExtra.
    """
    if carrier not in MEDIA_TYPES:
        raise InputError(f"{carrier} files hold no C2PA manifest", ", ".join(MEDIA_TYPES))
    try:
        from c2pa import Builder, C2paError, C2paSignerInfo, Context, Settings, Signer
    except ImportError:
        raise MissingExtra("this needs c2pa-python", "pip install 'qingjian[media]'") from None
    made = io.BytesIO()
    try:
        info = C2paSignerInfo(_algorithm(key), certificates, key, None)
        context = Context(Settings.from_json(_NO_THUMBNAIL))
        with Signer.from_info(info) as signer, Builder(_MANIFEST, context) as builder:
            builder.sign(signer, MEDIA_TYPES[carrier], io.BytesIO(data), made)
    except C2paError as error:
        raise UsageError(
            f"the manifest cannot be signed: {error}",
            "the leaf needs digitalSignature and the extended use emailProtection",
        ) from None
    return made.getvalue()


_MANIFEST: dict[str, Any] = {
    "claim_generator_info": [{"name": "qingjian"}],
    "assertions": [
        {
            "label": "c2pa.actions.v2",
            "data": {
                "actions": [
                    {
                        "action": "c2pa.created",
                        "digitalSourceType": CODES + "trainedAlgorithmicMedia",
                    }
                ]
            },
        }
    ],
}


_NO_THUMBNAIL = '{"builder": {"thumbnail": {"enabled": false}}}'


def _algorithm(key: bytes) -> bytes:
    """Give C2PA's name for the algorithm of a key. Raises UsageError."""
    return {"ED25519": b"ed25519", "ES256": b"es256"}[key_of(key).algorithm]


def _validated(data: Buffer, carrier: str) -> Mapping[str, Any] | None:
    """Give what the package reads, None where it is not installed or cannot read this file."""
    if carrier not in MEDIA_TYPES or len(data) > _MOST_VALIDATED:
        return None
    try:
        from c2pa import C2paError, Reader
    except ImportError:
        return None
    try:
        with Reader(MEDIA_TYPES[carrier], io.BytesIO(data[0 : len(data)])) as reader:
            told: Mapping[str, Any] = json.loads(reader.json())
    except (C2paError, ValueError):
        return None
    return told


def _of_reader(told: Mapping[str, Any]) -> dict[str, str]:
    manifests: Mapping[str, Any] = told.get("manifests", {})
    active: Mapping[str, Any] = manifests.get(told.get("active_manifest", ""), {})
    codes = [str(s.get("code", "")) for s in told.get("validation_status") or ()]
    broken = [code for code in codes if _BROKEN.search(code)]
    info = (active.get("claim_generator_info") or [{}])[0]
    signature: Mapping[str, Any] = active.get("signature_info") or {}
    source = code_of(json.dumps(manifests, ensure_ascii=False).encode())
    return {
        "state": "broken" if broken else "intact",
        "problems": ", ".join(dict.fromkeys(codes)),
        "claim_generator": str(info.get("name") or active.get("claim_generator") or ""),
        "issuer": str(signature.get("issuer") or ""),
        "time": str(signature.get("time") or ""),
        "DigitalSourceType": source,
    }


def _skimmed(store: bytes) -> dict[str, str]:
    """Give what a store says on the face of it, without checking anything."""
    return {"state": "not_checked", "DigitalSourceType": code_of(store)}
