"""
ReservedCode1 in the form TC260PG: a JSON object with SM2 signatures over the label's words.

`{"SecurityData":{"Type":"TC260PG","Version":1,"PubSD":[<signature>,<public key>]}}`; the label's
signature is an entry of Type DS, the key one of Type PubKey; AlgID of both names SM3 with SM2.
What is signed is the label alone: ``"Label":"1","ContentProducer":"..","ProduceID":".."``, with the
user id 1234567812345678. It binds no content: a label that was moved to another file still holds.

One that fails is judged only in what `signed` writes, told by its KeyID: another producer may sign
a message that is not known here, and who changes words gains nothing by that, since taking the code
away or signing anew with a key of one's own, which travels in the label, was open to them before.

Not verified against the official text, TC260-PG-202511A. What comes from where:
    others' notes on the guide and on one producer's videos: the message; TBSData.Type `Md` in the
        guide and `LabelMataData` in files; KeyID; a key written as its x coordinate after a 00.
    two public files of another producer, checked here: signatures in hexadecimal DER and keys in
        hexadecimal SubjectPublicKeyInfo; what is signed is the message's SM3 digest, which
        SM3 with SM2 then digests once more. Both readings of the message are accepted.
    our reading: that KeyID joins a signature to its key; which members `signed` writes.
Not known, and so never judged: what ReservedCode2 signs (the same files' second signatures fit no
reading that was tried), RSA, `PubSd`, Bindings and their content digest, more members of TBSData.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from qingjian.core.errors import UsageError
from qingjian.labels import sm2
from qingjian.labels.mark import Mark
from qingjian.labels.verify import Signature

FORM = "TC260PG"
CODE = "ReservedCode1"
_OURS = "QJ1"
_SM3_WITH_SM2 = "1.2.156.10197.1.501"
_LABEL = ("Md", "LabelMataData")
_SIGNED = ("Label", "ContentProducer", "ProduceID")
_MOST_TEXT = 100_000
_MOST_ENTRIES = 8


class _Signed(NamedTuple):
    """A signature over the label, the keys it may be of, and whether `signed` wrote it."""

    signature: bytes
    publics: tuple[bytes, ...]
    ours: bool


def has_code(mark: Mark) -> bool:
    """Whether a mark's ReservedCode1 is of this form, whatever it holds."""
    return bool(_public_data(mark))


def checked(mark: Mark, keys: Collection[bytes] = ()) -> Signature:
    """
    Say how the label's signature comes out; `none` for whatever cannot be read or is not known.

    Args:
        mark: the label.
        keys: public keys that are pinned, compressed; without one what holds is `unpinned`.

    Without the package that SM2 needs nothing is judged.
    """
    found = list(_label_signatures(_public_data(mark))) if sm2.installed() else []
    answers = [_answer(mark, one, keys) for one in found]
    order: tuple[Signature, ...] = ("invalid", "unpinned", "valid", "none")
    return min(answers, key=order.index, default="none")


def signed(mark: Mark, key: object) -> Mark:
    """
    Give the mark with a ReservedCode1 of this form.

    Raises UsageError for a key of another kind, and when a word of the label is not plain ASCII:
    how such a word is signed is not known.
    """
    if not isinstance(key, sm2.SM2Key):
        raise UsageError("the form TC260PG takes an SM2 key", "others sign without it")
    if not _plain(mark):
        raise UsageError(
            "this form signs words of plain ASCII alone, without quotation marks and backslashes"
        )
    signature = sm2.der_of(key.sign(_message(mark))).hex().upper()
    entries = [
        {
            "Type": "DS",
            "KeyID": _OURS,
            "AlgID": _SM3_WITH_SM2,
            "TBSData": {"Type": "Md"},
            "Signature": signature,
        },
        {
            "Type": "PubKey",
            "KeyID": _OURS,
            "AlgID": _SM3_WITH_SM2,
            "KeyValue": sm2.info_of(key.point).hex().upper(),
        },
    ]
    data = {"SecurityData": {"Type": "TC260PG", "Version": 1, "PubSD": entries}}
    text = json.dumps(data, separators=(",", ":"))
    return replace(mark, fields={**mark.fields, CODE: text})


def _public_data(mark: Mark) -> list[dict[str, Any]]:
    """Give the entries of PubSD; empty when the code is of another form."""
    text = mark.fields.get(CODE, "")
    if "TC260PG" not in text or len(text) > _MOST_TEXT:
        return []
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return []
    for name in ("SecurityData", "PubSD"):
        value = value.get(name) if isinstance(value, dict) else None
        if name == "SecurityData" and isinstance(value, dict) and value.get("Type") != "TC260PG":
            return []
    if not isinstance(value, list) or len(value) > _MOST_ENTRIES:
        return []
    return [entry for entry in value if isinstance(entry, dict)]


def _label_signatures(entries: list[dict[str, Any]]) -> Iterator[_Signed]:
    """Give the label's signatures that can be read, with a key that can be read."""
    entries = [entry for entry in entries if isinstance(entry.get("KeyID"), str | int | None)]
    keys: dict[object, tuple[bytes, ...]] = {}
    for entry in entries:
        if entry.get("Type") == "PubKey" and entry.get("AlgID") == _SM3_WITH_SM2:
            keys.setdefault(entry.get("KeyID"), _publics(entry.get("KeyValue")))
    for entry in entries:
        signed = entry.get("TBSData")
        if entry.get("Type") != "DS" or entry.get("AlgID") != _SM3_WITH_SM2:
            continue
        if not isinstance(signed, dict) or signed.get("Type") not in _LABEL:
            continue
        publics = keys.get(entry.get("KeyID"), ())
        try:
            signature = sm2.signature_of(_hex(entry.get("Signature")))
        except ValueError:
            continue
        if publics:
            ours = entry.get("KeyID") == _OURS and signed == {"Type": _LABEL[0]}
            yield _Signed(signature, publics, ours)


def _publics(value: object) -> tuple[bytes, ...]:
    """Give the compressed keys a KeyValue may stand for; a bare x coordinate stands for two."""
    try:
        raw = _hex(value)
        point = sm2.point_of(raw) if raw[:1] == b"\x30" and len(raw) > 65 else raw
    except ValueError:
        return ()
    if len(point) == 64:
        point = b"\x04" + point
    if len(point) == 65:
        return (sm2.compressed(point),) if sm2.on_curve(point) else ()
    if len(point) == 33 and point[0] in (2, 3):
        return (point,)
    x = point[1:] if len(point) == 33 and point[0] == 0 else point
    return (b"\x02" + x, b"\x03" + x) if len(x) == 32 else ()


def _answer(mark: Mark, found: _Signed, keys: Collection[bytes]) -> Signature:
    message = _message(mark)
    for said in (message, sm2.digest(message)):
        for public in found.publics:
            if sm2.verify(public, found.signature, said):
                return "valid" if public in keys else "unpinned"
    return "invalid" if found.ours and _plain(mark) else "none"


def _values(mark: Mark) -> dict[str, str]:
    return {name: mark.label if name == "Label" else mark.fields.get(name, "") for name in _SIGNED}


def _message(mark: Mark) -> bytes:
    pairs = json.dumps(_values(mark), ensure_ascii=False, separators=(",", ":"))
    return pairs[1:-1].encode("utf-8", "surrogatepass")


def _plain(mark: Mark) -> bool:
    words = "".join(_values(mark).values())
    return words.isascii() and words.isprintable() and not set('"\\') & set(words)


def _hex(value: object) -> bytes:
    """Give the bytes of hexadecimal digits. Raises ValueError."""
    if not isinstance(value, str) or len(value) > 400:
        raise ValueError("no hexadecimal text")
    return bytes.fromhex(value)
