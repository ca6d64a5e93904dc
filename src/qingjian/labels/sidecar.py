"""
Sidecars: a label beside a file that has no place for one, as `<file>.aigc.json`.

A sidecar names its file by digest and size, so that a label is not taken for that of another file.

Source: no public source defines a sidecar; form and name are rules of ours.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from qingjian.core.errors import DamagedFile, Vanished
from qingjian.labels.formats import json as json_file
from qingjian.labels.mark import Deviation, Held

SUFFIX = ".aigc.json"
_MOST_BYTES = 4_000_000


def path_of(file: Path) -> Path:
    """Give where the sidecar of a file stands."""
    return file.with_name(file.name + SUFFIX)


def written(value: str, file: Path) -> bytes:
    """
    Give the sidecar of a file.

    Args:
        value: JSON of the label, with or without `{"AIGC": …}` around it.
        file: what the label is about; it is read in blocks.

    Raises Vanished when the file cannot be read.
    """
    label = json.loads(value)
    if "Label" not in label and isinstance(label.get("AIGC"), dict):
        label = label["AIGC"]
    size, digest = _measured(file)
    about = {"Name": file.name, "Sha256": digest, "Bytes": size}
    whole = json.dumps({"AIGC": label, "File": about}, ensure_ascii=False, indent=2)
    return (whole + "\n").encode("utf-8", "backslashreplace")


def held(side: bytes, file: Path) -> Iterator[Held]:
    """
    Give the label of a sidecar; places are bytes of the sidecar.

    Args:
        side: the sidecar.
        file: what it stands beside.

    Raises DamagedFile for what is no sidecar, Vanished when the file cannot be read.
    """
    if len(side) > _MOST_BYTES:
        raise DamagedFile(f"the sidecar has {len(side):,} bytes, more than {_MOST_BYTES:,}")
    labels = [entry for entry in json_file.held(side) if entry.key == "AIGC"]
    if not labels:
        raise DamagedFile("the sidecar has no member AIGC at byte 0")
    odd = tuple(_differences(side, file))
    for entry in labels:
        yield replace(entry, place="sidecar", deviations=odd)


def _differences(side: bytes, file: Path) -> Iterator[Deviation]:
    """Give how the file differs from what the sidecar says of it."""
    try:
        about = json.loads(side.decode("utf-8-sig", "replace")).get("File")
    except (ValueError, RecursionError):
        raise DamagedFile("the sidecar nests too deep to be read") from None
    if not isinstance(about, Mapping) or not isinstance(about.get("Sha256"), str):
        yield Deviation("sidecar.digest", "", "the sidecar does not say which file it is about")
        return
    size, digest = _measured(file)
    if about.get("Bytes") != size:
        yield Deviation("sidecar.digest", "", f"the file has {size} bytes, the sidecar says others")
    elif about["Sha256"].casefold() != digest:
        yield Deviation("sidecar.digest", "", "the file is not the one the sidecar is about")


def _measured(file: Path) -> tuple[int, str]:
    """Give a file's size and SHA-256. Raises Vanished."""
    try:
        with file.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
            return opened.tell(), digest
    except OSError as error:
        raise Vanished(f"{file.name} cannot be read: {error.strerror}") from None
