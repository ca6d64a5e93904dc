"""
What generators leave in files beside labels: parameters, signatures, flags of devices.

These are traces, not declarations: they make a file suspected, never confirmed. Forms as public
files and tools show them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from qingjian.core.types import ByteRange
from qingjian.labels.mark import Buffer, Held, Mark

_A1111 = re.compile(r"\bSteps: \d+, .*?\b(?:Sampler|CFG scale|Seed|Size): ", re.S)
_JOB = re.compile(r"\bJob ID: ([0-9a-f]{8}-[0-9a-f-]{27})")
_MIDJOURNEY = re.compile(r"(?:^|\s)--(?:v|niji|ar|stylize|sref|chaos)\s+[\w:.]+")
_XAI = re.compile(r"^Signature: ([A-Za-z0-9+/=]{40,})$")
_UUID = re.compile(r"^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
_SAMSUNG = re.compile(rb'"genAIType"\s*:\s*(\d+)')
_MOST_TRAILER = 65_536
_SHOWN = 200
_KNOWN_SOFTWARE = ("NovelAI", "ComfyUI", "InvokeAI", "Stable Diffusion", "DALL-E", "DALL·E")


def marks_of(held: Iterable[Held], data: Buffer) -> list[Mark]:
    """Give the traces among what a carrier holds, and of a device behind the file's end."""
    pairs = [(e, e.value) for e in held if e.kind == "pair" and isinstance(e.value, str)]
    marks = [mark for entry, value in pairs for mark in _of_pair(entry, value)]
    return [*marks, *_of_xai(pairs), *_of_samsung(data)]


def _of_pair(entry: Held, value: str) -> Iterator[Mark]:
    key = entry.key.rpartition(":")[2].casefold()
    if key in ("parameters", "usercomment") and _A1111.search(value):
        yield _trace("stable_diffusion", entry, parameters=value)
    elif key in ("prompt", "workflow") and _is_graph(value):
        yield _trace("comfyui", entry, **{key: value})
    elif key in ("invokeai_metadata", "sd-metadata", "dream", "fooocus_scheme"):
        yield _trace("fooocus" if key == "fooocus_scheme" else "invokeai", entry, **{key: value})
    elif key in ("description", "imagedescription", "comment") and (
        _JOB.search(value) or len(_MIDJOURNEY.findall(value)) > 1
    ):
        job = _JOB.search(value)
        yield _trace("midjourney", entry, prompt=value, job_id=job[1] if job else "")
    elif key in ("software", "source", "creator_tool"):
        name = next((n for n in _KNOWN_SOFTWARE if n.casefold() in value.casefold()), "")
        if name:
            yield _trace(name.casefold().replace(" ", "_").replace("·", "-"), entry, software=value)


def _is_graph(value: str) -> bool:
    """Whether a text is ComfyUI's graph of nodes."""
    return value.lstrip().startswith("{") and ("class_type" in value or '"nodes"' in value)


def _of_xai(pairs: list[tuple[Held, str]]) -> Iterator[Mark]:
    """Give xAI's pair: a signature as description, and a UUID as artist."""
    described = [(e, v) for e, v in pairs if e.key == "EXIF:ImageDescription" and _XAI.match(v)]
    artist = [v for e, v in pairs if e.key == "EXIF:Artist" and _UUID.match(v)]
    if described and artist:
        entry, value = described[0]
        yield _trace("xai", entry, signature=value, artist=artist[0])


def _of_samsung(data: Buffer) -> Iterator[Mark]:
    """Give the AI flag of a Samsung trailer: `SEFH` … `SEFT` at the very end."""
    length = len(data)
    if data[max(0, length - 4) :] != b"SEFT":
        return
    start = max(0, length - _MOST_TRAILER)
    found = [*_SAMSUNG.finditer(data[start:])]
    for flag in found[-1:]:
        if flag[1] != b"0":
            at = ByteRange(start + flag.start(), start + flag.end())
            fields = {"genAIType": flag[1].decode()}
            yield Mark("samsung", "", fields, at, (), "trailer behind the file's end")


def _trace(scheme: str, entry: Held, **fields: str) -> Mark:
    shown = {k: v[:_SHOWN] for k, v in fields.items() if v}
    return Mark(scheme, "", shown, entry.at, (), entry.place)
