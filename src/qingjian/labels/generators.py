"""
What generators leave in files beside labels: parameters, signatures, credits.

These are traces, not declarations: they make a file suspected, never confirmed. Forms as public
files and the programs' own writers show them; each is narrow enough that what people write about
a generator is no trace of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from qingjian.labels import devices, xmpproperties
from qingjian.labels.mark import Buffer, Held, Mark

_LAST = re.compile(r"[^:.\u00a9]*\Z")
_STEPS = re.compile(r"Steps: \d+, ")
_SETTINGS = ("Sampler: ", "CFG scale: ", "Seed: ", "Size: ")
_JOB = re.compile(r"\bJob ID: ([0-9a-f]{8}-[0-9a-f-]{27})")
_VERSION = re.compile(r"(?:^|\s)--(?:v|niji)\s+\d[\d.]*(?:\s|$)")
_STYLE = re.compile(r"(?:^|\s)--(?:ar\s+\d+:\d+|(?:stylize|sref|chaos|s|style)\s+\w+)")
_XAI = re.compile(r"Signature: ([A-Za-z0-9+/=]{40,})")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DISCLOSED = re.compile(r'"aigc_(?:label_)?type"\s*:\s*"?[1-9]')
_EXPORTED = re.compile(r'"exportType"\s*:\s*"generation"')
_DREAM = re.compile(r'"(?: -\w ?[^\s-]\S{0,40}){2}')
_MOST_TEXT = 1_000_000
_SHOWN = 200

_TOLD = frozenset(
    re.findall(
        r"\S+",
        "parameters usercomment comment description imagedescription caption-abstract xpcomment "
        "makernote comm cmt icmt desc des synopsis",
    )
)
"""Keys of free text."""
_MADE_WITH = frozenset(
    re.findall(
        r"\S+",
        "software source creator_tool creatortool originatingprogram make swr too tsse tenc "
        "encoder isft",
    )
)
"""Keys of a program."""


class Form(NamedTuple):
    """
    A trace as a generator writes it.

    Args:
        scheme: the generator.
        keys: the last parts of the keys it stands under; none means any.
        pattern: what the text begins with; empty for a text that only has to hold `parts`.
        parts: what stands in the text besides.
    """

    scheme: str
    keys: frozenset[str]
    pattern: str = ""
    parts: tuple[str, ...] = ()


_ANY: frozenset[str] = frozenset()
_JSON = r"\{"


def _under(*keys: str) -> frozenset[str]:
    return frozenset(keys)


_FORMS = (
    Form("swarmui", _ANY, _JSON, ('"sui_image_params"',)),
    Form("fooocus", _under("fooocus_scheme")),
    Form("fooocus", _TOLD, _JSON, ('"base_model"', '"negative_prompt"', '"guidance_scale"')),
    Form("fooocus", _MADE_WITH, r"Fooocus\b"),
    Form("drawthings", _TOLD, _JSON, ('"c"', '"uc"', '"sampler"', '"seed"', '"model"')),
    Form("drawthings", _MADE_WITH, r"Draw ?Things\b"),
    Form("novelai", _TOLD, _JSON, ('"uc"', '"sampler"', '"scale"')),
    Form("novelai", _TOLD, _JSON, ('"uc"', '"signed_hash"')),
    Form("novelai", _MADE_WITH, r"NovelAI\b|Stable Diffusion (?:XL )?[0-9A-F]{8}\Z"),
    Form("novelai", _under("title"), r"NovelAI generated image\Z"),
    Form("easy_diffusion", _under("use_stable_diffusion_model"), r"."),
    Form("easy_diffusion", _TOLD, _JSON, ('"use_stable_diffusion_model"',)),
    Form("mflux", _TOLD, _JSON, ('"mflux_version"',)),
    Form("mochi_diffusion", _TOLD, "", ("Include in Image: ", "Generator: Mochi Diffusion")),
    Form("mochi_diffusion", _MADE_WITH, r"Mochi Diffusion\b"),
    Form("invokeai", _under("invokeai_metadata", "invokeai_graph", "sd-metadata"), _JSON),
    Form("invokeai", _MADE_WITH, r"InvokeAI\b"),
    Form("comfyui", _MADE_WITH, r"ComfyUI\b"),
    Form("stable_diffusion", _MADE_WITH, r"Stable ?Diffusion\b"),
    Form("swarmui", _MADE_WITH, r"SwarmUI\b"),
    Form("dall-e", _MADE_WITH, r"DALL[-·]E\b"),
    Form("midjourney", _MADE_WITH, r"Midjourney\b"),
    Form("flux", _MADE_WITH, r"AI generated;|Black Forest Labs\b"),
    Form("ideogram", _MADE_WITH, r"Ideogram AI\Z"),
    Form("reve", _MADE_WITH, r"reve\.com\b"),
    Form("aphrodite", _MADE_WITH, r"Aphrodite AI\Z"),
    Form("firefly", _MADE_WITH, r"Adobe Firefly\b"),
    Form("suno", _TOLD, r"made with suno(?: studio)?; created="),
    Form("suno", _under("woas"), r"https://suno\.com/song/"),
    Form("google", _under("credit", *_TOLD), r"(?:Made|Edited|Created) with Google AI\.?\Z"),
    Form("apple_image_playground", _under("credit"), r"Apple Image Playground\Z"),
    Form("ai_system", _under("aisystemused", "aisystemversionused", "aipromptinformation"), r"."),
    Form("tencent_cloud", _ANY, _JSON, ('"ServiceProvider"', '"ServiceUser"', '"ContentId"')),
    Form("tencent_cloud", _ANY, _JSON, ('"ServiceProvider"', '"ServiceUser"', '"Time"')),
)
_BEGINS = {form: re.compile(form.pattern, re.I) for form in _FORMS}


def marks_of(held: Iterable[Held], data: Buffer) -> list[Mark]:
    """Give the traces among what a carrier holds, and what devices leave outside of it."""
    entries = [*held]
    told = [e for e in entries if e.kind == "pair"]
    told += [pair for e in entries for pair in xmpproperties.pairs(e)]
    pairs = [(e, e.value) for e in told if isinstance(e.value, str)]
    marks = [mark for entry, value in pairs for mark in _of_pair(entry, value)]
    marks += [mark for e in entries for mark in _of_manifest(e)]
    return [*marks, *_of_xai(pairs), *devices.marks_of(data)]


def _of_pair(entry: Held, value: str) -> Iterator[Mark]:
    """Give the trace of a pair; the first form that fits says whose."""
    key = entry.key.rstrip(":.")
    name = (_LAST.search(key) or [key])[0].casefold()
    text = value.strip()[:_MOST_TEXT]
    if job := _midjourney(name, text):
        yield _trace("midjourney", entry, prompt=value, job_id=job.strip())
    elif _is_graph(name, text):
        yield _trace("comfyui", entry, **{name: value})
    elif scheme := _scheme(name, text):
        yield _trace(scheme, entry, **{name: value})
    elif name in _TOLD and _is_infotext(text, name in ("parameters", "usercomment")):
        yield _trace("stable_diffusion", entry, parameters=value)
    elif name == "dream" and text.startswith('"') and _DREAM.search(text, 1):
        yield _trace("invokeai", entry, dream=value)
    elif _is_export(text):
        yield _trace("bytedance", entry, **{name: value})


def _scheme(name: str, text: str) -> str:
    """Give the generator whose form fits, nothing when none does."""
    for form in _FORMS:
        if form.keys and name not in form.keys:
            continue
        if _BEGINS[form].match(text) and all(part in text for part in form.parts):
            return form.scheme
    return ""


def _is_infotext(text: str, own: bool) -> bool:
    """
    Whether a text ends in Stable Diffusion's settings.

    Args:
        text: the text.
        own: whether it stands where the programs put it; elsewhere sampler and seed are asked for.
    """
    at = text.rfind("Steps: ")
    settings = text[at : at + 4_000] if at >= 0 else ""
    if not _STEPS.match(settings):
        return False
    seen = [name in settings for name in _SETTINGS]
    return any(seen) if own else seen[0] and seen[2]


def _midjourney(name: str, text: str) -> str:
    """Give the job a description names, a space where only its switches show; else nothing."""
    if name not in ("description", "imagedescription", "comment"):
        return ""
    job = _JOB.search(text)
    if job:
        return job[1]
    return " " if _VERSION.search(text) and _STYLE.search(text) else ""


def _is_graph(name: str, text: str) -> bool:
    """Whether a text is ComfyUI's graph of nodes, its key before it where EXIF holds it."""
    head, colon, rest = text.partition(":")
    if colon and head.casefold() in ("prompt", "workflow"):
        name, text = head.casefold(), rest.lstrip()
    if not text.startswith("{"):
        return False
    if "class_type" in text and "inputs" in text:
        return True
    drawn = "last_node_id" in text or '"links"' in text
    return name in ("workflow", *_TOLD) and "nodes" in text and drawn


def _is_export(text: str) -> bool:
    """Whether a text is ByteDance's JSON that says AI made it; it may be JSON within JSON."""
    if not text.startswith("{"):
        return False
    plain = text.replace("\\", "")
    if _DISCLOSED.search(plain):
        return True
    return '"dreamina"' in plain.casefold() and bool(_EXPORTED.search(plain))


def _of_manifest(entry: Held) -> Iterator[Mark]:
    """Give the trace of a program that signs without saying a source: Dreamina is one."""
    if entry.kind == "c2pa" and isinstance(entry.value, bytes) and b"Dreamina/" in entry.value:
        yield _trace("dreamina", entry, claim_generator="Dreamina")


def _of_xai(pairs: list[tuple[Held, str]]) -> Iterator[Mark]:
    """Give xAI's pair: a signature as description, and a UUID as artist."""
    described = [(e, v) for e, v in pairs if e.key == "EXIF:ImageDescription"]
    signed = [(e, v) for e, v in described if _XAI.fullmatch(v)]
    artist = [v for e, v in pairs if e.key == "EXIF:Artist" and _UUID.fullmatch(v)]
    if signed and artist:
        entry, value = signed[0]
        yield _trace("xai", entry, signature=value, artist=artist[0])


def _trace(scheme: str, entry: Held, **fields: str) -> Mark:
    shown = {k: v[:_SHOWN] for k, v in fields.items() if v}
    return Mark(scheme, "", shown, entry.at, (), entry.place)
