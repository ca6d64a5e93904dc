"""
Labels on bytes and on files: read, write, verify, repair, propagate, take away.

    import qingjian as qj
    qj.label.write(png, qj.label.mark("001191110102MACQD9K64010000", "img-1"))

Bytes come back as bytes; for a path the file is changed in place, atomically, or written to `to`.
Whatever is written is read back before it counts.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qingjian.core.errors import DamagedFile, InputError, UsageError
from qingjian.labels import c2pa, file, gb45438, sidecar, sign, tc260pg, xmp
from qingjian.labels.carriers import SIDECARS, carrier
from qingjian.labels.mark import Buffer, Codec, Edit, Mark
from qingjian.labels.payload import REARRANGED, unlabelled_digest
from qingjian.labels.provenance import (
    codec_of,
    held_of,
    limits_of,
    marks_of,
    opened,
    signatures_of,
    unseen,
)
from qingjian.labels.provider import provider_code
from qingjian.labels.repair import Repaired, merged, propagated
from qingjian.labels.splice import Edited, applied
from qingjian.labels.verify import Answer, Verdict, verdict_of

if TYPE_CHECKING:
    from qingjian.labels.explicit.notice import Notice
    from qingjian.labels.explicit.write import check_explicit, with_notice, write_explicit

__all__ = [
    "Beside",
    "Mark",
    "Notice",
    "Verdict",
    "Written",
    "check_explicit",
    "mark",
    "propagate",
    "provider_code",
    "read",
    "repair",
    "strip",
    "verify",
    "with_notice",
    "write",
    "write_explicit",
    "write_file",
]


def __getattr__(name: str) -> Any:
    """Load what concerns labels that people see when it is first used; it needs more packages."""
    if name in ("Notice", "check_explicit", "with_notice", "write_explicit"):
        from qingjian.labels.explicit import write as explicit

        return getattr(explicit, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


_MOST_MANIFEST = 256_000_000
_BY_VERDICT: dict[Answer, str] = {"confirmed": "1", "possible": "2", "suspected": "3"}


@dataclass(frozen=True, slots=True)
class Written:
    """
    What was written where.

    Args:
        path: the file that holds the label; the sidecar when the file itself cannot.
        carrier: the format's name, `sidecar` for one.
        mark: the label.
        notes: what the caller should know, a sentence each.
    """

    path: Path
    carrier: str
    mark: Mark
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Beside:
    """
    What is written beside the GB label on request.

    Args:
        iptc: whether the XMP packet says `trainedAlgorithmicMedia` as IPTC DigitalSourceType.
        chain: the certificates in PEM of who signs a C2PA manifest, the signer's first.
        chain_key: the signer's private key in PEM.
    """

    iptc: bool = False
    chain: bytes = b""
    chain_key: bytes = b""


NOTHING_BESIDE = Beside()


def mark(producer: str, produce_id: str, label: str = "1", **fields: str) -> Mark:
    """
    Give a label of GB 45438.

    Args:
        producer: name or code of the service that made the content (ContentProducer).
        produce_id: the service's number for the content (ProduceID).
        label: `1` made by AI, `2` may be, `3` suspected to be.
        fields: the other fields by their names.

    Raises UsageError.
    """
    if label not in gb45438.VALUES:
        raise UsageError(f"Label {label!r}", "1 made by AI, 2 may be, 3 suspected to be")
    unknown = [name for name in fields if name not in gb45438.FIELDS[3:]]
    if unknown:
        raise UsageError(f"no field {unknown[0]!r}", "known: " + ", ".join(gb45438.FIELDS[3:]))
    known = {"ContentProducer": producer, "ProduceID": produce_id, **fields}
    for name, value in known.items():
        if any(ord(c) < 32 or 0xD800 <= ord(c) < 0xE000 for c in value) or len(value) > 20_000:
            raise UsageError(
                f"{name} holds control characters, lone surrogates or over 20,000 characters"
            )
    return Mark("gb45438", label, known)


def read(source: bytes | Path | str, name: str = "") -> list[Mark]:
    """
    Give every mark of a file, of every scheme, in order of place.

    Args:
        source: the bytes, or the path of a file.
        name: the name of the file when bytes are given; tells text formats apart.

    Raises DamagedFile when the bytes break their format, InputError when no carrier is known.
    """
    with opened(source) as (data, path):
        codec, entries = held_of(data, path, name)
        return marks_of(codec, entries, data)


def verify(
    source: bytes | Path | str,
    name: str = "",
    declared: bool = False,
    keys: Collection[bytes] = (),
) -> Verdict:
    """
    Give the platform's answer on a file: damaged and unsupported files are answers too.

    Args:
        source: the bytes, or the path of a file.
        name: the name of the file when bytes are given.
        declared: whether the user who uploaded the file says that AI made it.
        keys: public keys whose signatures count, see `sign.pinned`.
    """
    with opened(source) as (data, path):
        codec = carrier(data, path.name if path else name)
        known = codec.name if codec else ""
        try:
            codec, entries = held_of(data, path, name)
            marks = marks_of(codec, entries, data)
            signatures = signatures_of(marks, data, codec, keys)
        except DamagedFile as error:
            return Verdict("damaged", (error.what,), carrier=known)
        except InputError as error:
            return Verdict("unsupported", (error.what,))
        verdict = verdict_of(marks, signatures, codec.name if codec else "sidecar", declared)
        if verdict.verdict == "unmarked" and (why := unseen(codec, data)):
            return replace(verdict, verdict="unsupported", basis=(why, *verdict.basis[:-1]))
        return replace(verdict, basis=(*verdict.basis, *limits_of(marks, signatures)))


def write(data: bytes, mark: Mark, name: str = "", key: sign.Key | None = None) -> bytes:
    """
    Give the file with exactly this label; its content and other metadata stay as they are.

    Args:
        data: the file.
        mark: the label.
        name: the name of the file; tells text formats apart.
        key: signs the label and the file's digest into ReservedCode1.

    Raises DamagedFile, or InputError when the format has no place for a label.
    """
    codec = codec_of(data, name)
    whole = _with_code(data, codec, mark, key, "ReservedCode1")
    made = applied(data, codec.write(data, gb45438.written(whole, codec.wrapped)))
    _read_back(codec, made, whole)
    return made


def write_file(
    path: Path | str,
    mark: Mark,
    to: Path | str | None = None,
    key: sign.Key | None = None,
    code: str = "ReservedCode1",
    beside: Beside = NOTHING_BESIDE,
    sync: bool = True,
) -> Written:
    """
    Write the label into a file, atomically; a format without a place for it gets a sidecar.

    Args:
        path: the file.
        mark: the label.
        to: where the result goes, the file itself by default.
        key: signs the label and the file's digest into `code`.
        code: `ReservedCode1` of the producer, `ReservedCode2` of the propagator, `TC260PG` for the
            producer's in that form, which takes an SM2 key and covers the label's words alone.
        beside: what other schemes say beside the label.
        sync: whether the bytes are on the disk when this returns.

    Raises DamagedFile, InputError, UsageError; the file is then as it was.
    """
    path = Path(path)
    target = Path(to) if to is not None else path
    with file.opened(path) as data:
        codec = carrier(data, path.name)
        if codec is None:
            return _write_sidecar(path, target, mark, sync, _no_place(path), key)
        try:
            whole = _with_code(data, codec, mark, key, code)
            edits = codec.write(data, _value(codec, whole, beside))
        except DamagedFile:
            raise
        except InputError as error:
            if not codec.text or beside.iptc:
                raise
            return _write_sidecar(path, target, mark, sync, error.what, key)
        if beside.chain:
            if key is not None and codec.name in REARRANGED:
                raise InputError(
                    f"{path}: a manifest moves what a signed label covers in {codec.name} files",
                    "leave --key away: the manifest is signed and covers the label",
                )
            return _with_manifest(codec, data, edits, whole, beside, (path, target, sync))
        made = applied(data, edits) if isinstance(data, bytes) else Edited(data, edits)
        notes = _read_back(codec, made, whole)
        if isinstance(made, bytes):
            file.written(target, made, path, sync)
        else:
            file.replaced(path, edits, target, sync)
    return Written(target, codec.name, whole, notes)


def strip(data: bytes, name: str = "") -> bytes:
    """Give the file without any GB 45438 label. Raises DamagedFile, InputError."""
    codec = codec_of(data, name)
    return applied(data, codec.write(data, None))


def repair(source: bytes | Path | str, name: str = "") -> Repaired:
    """
    Give the one clean label that a file's labels make, and what changes; nothing is written.

    Raises UsageError when there is none, or when they disagree on Label or producer.
    """
    found = merged(read(source, name))
    with opened(source) as (data, path):
        codec = carrier(data, path.name if path else name)
        if codec is not None and sign.has_digest(found.mark):
            digest = unlabelled_digest(data, codec)
            if sign.checked(found.mark, digest) == "invalid":
                return Repaired(found.mark, (*found.changes, "its signature does not hold"))
    return found


def propagate(
    source: bytes | Path | str,
    propagator: str,
    propagate_id: str,
    name: str = "",
    declared: bool = False,
) -> Mark:
    """
    Give the label a platform writes: the producer's fields as they are, its own beside them.

    A file without a GB 45438 label gets the value that its other marks or the user's declaration
    ask for: 1 stated, 2 declared, 3 suspected. Raises UsageError when nothing says AI made it.
    """
    verdict = verify(source, name, declared)
    labels = [m for m in verdict.marks if m.scheme == "gb45438"]
    if verdict.verdict in ("damaged", "unsupported"):
        raise InputError(verdict.basis[0])
    if labels:
        return propagated(merged(labels).mark, propagator, propagate_id)
    if verdict.verdict not in _BY_VERDICT:
        raise UsageError(
            f"nothing says that AI made it: {verdict.basis[0]}",
            "declare it with --declared yes, or write a label",
        )
    return propagated(Mark("gb45438", _BY_VERDICT[verdict.verdict]), propagator, propagate_id)


def _with_code(data: Buffer, codec: Codec, mark: Mark, key: sign.Key | None, code: str) -> Mark:
    if key is None:
        return mark
    if code == tc260pg.FORM:
        return tc260pg.signed(mark, key)
    draft = Edited(data, codec.write(data, gb45438.written(mark, codec.wrapped)))
    return sign.signed(mark, unlabelled_digest(draft, codec), key, code)


def _read_back(codec: Codec, made: Buffer, asked: Mark) -> tuple[str, ...]:
    """
    Give notes on what else the file holds. Raises DamagedFile unless it holds this one label.
    """
    entries = list(codec.held(made))
    seen = gb45438.marks_of(entries)
    if [gb45438.written(m, False) for m in seen] != [gb45438.written(asked, False)]:
        raise DamagedFile(
            f"the label written into this {codec.name} file is not what is read back",
            "the file was left as it was; please report it",
        )
    if any(entry.kind == "c2pa" for entry in entries):
        return ("the file's C2PA manifest does not hold for the changed bytes: sign it anew",)
    return ()


def _value(codec: Codec, mark: Mark, beside: Beside) -> str:
    """Give the JSON to write; raises InputError when IPTC is asked for and there is no XMP."""
    value = xmp.Content(gb45438.written(mark, codec.wrapped))
    if beside.iptc:
        if "TC260:AIGC" not in codec.place:
            raise InputError(f"{codec.name} files hold no XMP for IPTC", "leave --iptc away")
        value.source_type = "trainedAlgorithmicMedia"
    return value


def _with_manifest(
    codec: Codec,
    data: Buffer,
    edits: Sequence[Edit],
    mark: Mark,
    beside: Beside,
    where: tuple[Path, Path, bool],
) -> Written:
    """Write the labelled file with a C2PA manifest over it; it is signed in memory."""
    path, target, sync = where
    labelled = Edited(data, edits)
    if len(labelled) > _MOST_MANIFEST:
        raise InputError(f"{path} has over {_MOST_MANIFEST:,} bytes", "manifests are made whole")
    made = c2pa.manifested(labelled[0:], codec.name, beside.chain, beside.chain_key)
    _read_back(codec, made, mark)
    file.written(target, made, path, sync)
    return Written(target, codec.name, mark, ("a C2PA manifest covers the label",))


def _no_place(path: Path) -> str:
    """Say why a file has no place for a label. Raises InputError for a format nobody knows."""
    why = SIDECARS.get(path.suffix.lower())
    if why is None:
        raise InputError(
            f"{path}: the bytes are of no format that is handled", "`qingjian label carriers`"
        )
    return why


def _write_sidecar(
    path: Path, target: Path, mark: Mark, sync: bool, why: str, key: sign.Key | None
) -> Written:
    if target != path:
        file.written(target, path.read_bytes(), path, sync)
    side = sidecar.path_of(target)
    file.written(side, sidecar.written(gb45438.written(mark, True), target), None, sync)
    unsigned = ("a sidecar is not signed: the key was not used",) if key else ()
    return Written(side, "sidecar", mark, (why, *unsigned))
