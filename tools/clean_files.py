"""
Verify files that nobody labelled, and tell every mark that is seen in them.

Usage: python tools/clean_files.py [--count 10000] [--seed 1] [--folder FOLDER ...] [--write]
Files are those of this machine (documentation, icons, sounds, packages), each content once, at most
--count of them, with no kind crowding out the rest. From some of them, and from nothing, come more
with the word AIGC in other roles: in titles, comments, keywords, in prose, in JSON keys, in a meta
description, in examples of labels in Markdown and HTML. None is a labelled file, so every mark of
GB 45438 is a false one and makes the exit code 1. Marks of other schemes are listed by file, since
a true trace is possible. With --write the result goes to evals/results/labels/clean_files.json.
"""

from __future__ import annotations

import argparse
import hashlib
import html
import io
import json
import math
import os
import random
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from qingjian.core.clock import today
from qingjian.labels import label
from qingjian.labels.carriers import codec, names
from soak import code_hash

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "evals" / "results" / "labels" / "clean_files.json"
FOLDERS = (Path("/usr"), Path(sys.prefix, "lib"), Path(sys.base_prefix, "lib"))
MOST_BYTES = 20_000_000
BLOCK = (
    '{"AIGC":{"Label":"1","ContentProducer":"001191110102MACQD9K64010000",'
    '"ProduceID":"x","ReservedCode1":"","ContentPropagator":"","PropagateID":"",'
    '"ReservedCode2":""}}'
)
FRONT_MATTER = "---\nAIGC:\n  Label: '1'\n  ContentProducer: p\n  ProduceID: x\n---\n"
META = f"<meta name=\"AIGC\" content='{BLOCK}'>"
SAID = (
    "AIGC 标识办法",
    "About AIGC labels",
    "AIGC",
    "AIGC, Label, ContentProducer",
    "The field AIGC holds Label 1, 2 or 3",
    "AIGC: yes",
    '"AIGC":true',
    "{AIGC}",
    "non-AIGC",
    "#AIGC #AI",
    f"Example: {BLOCK}",
)


class File(NamedTuple):
    """A file to verify: where it comes from, its path below what was looked through, its bytes."""

    origin: str
    name: str
    data: bytes


class Seen(NamedTuple):
    """What was seen in a file."""

    file: str
    origin: str
    carrier: str
    scheme: str
    place: str


def found(folders: Iterable[Path]) -> dict[str, list[tuple[Path, str]]]:
    """Give regular files with a carrier's suffix and how they are called, by suffix, in order."""
    suffixes = {suffix for name in names() for suffix in codec(name).suffixes}
    paths: dict[str, list[tuple[Path, str]]] = {}
    for folder in folders:
        for parent, below, files in os.walk(folder):
            below[:] = sorted(b for b in below if b not in (".git", "__pycache__"))
            for name in sorted(files):
                path = Path(parent, name)
                if path.suffix.lower() in suffixes and not path.is_symlink():
                    shown = path.relative_to(folder.parent).as_posix()
                    paths.setdefault(path.suffix.lower(), []).append((path, shown))
    return paths


def gathered(folders: Iterable[Path], count: int, draw: random.Random) -> Iterator[File]:
    """Give so many files, one of each suffix after another while there are; no bytes twice."""
    queues = found(folders)
    for paths in queues.values():
        draw.shuffle(paths)
    seen: set[bytes] = set()
    given = 0
    while queues and given < count:
        for suffix in sorted(queues):
            if given < count and (file := _next(queues[suffix], seen)):
                yield file
                given += 1
        queues = {suffix: paths for suffix, paths in queues.items() if paths}


def _next(paths: list[tuple[Path, str]], seen: set[bytes]) -> File | None:
    """Give the next file that can be read and was not there before."""
    while paths:
        path, shown = paths.pop()
        try:
            data = path.read_bytes() if path.stat().st_size <= MOST_BYTES else b""
        except OSError:
            continue
        digest = hashlib.sha256(data).digest()
        if data and digest not in seen:
            seen.add(digest)
            return File("found", shown, data)
    return None


def derived(file: File, draw: random.Random) -> Iterator[File]:
    """Give variants of a found file with the word in other roles."""
    path = Path(file.name)
    said = draw.choice(SAID)

    def variant(role: str, data: bytes) -> File:
        return File(f"derived: {role}", f"{path} ({role})", data)

    def named(one: File) -> File:
        return one._replace(name=str(path.with_name(f"{one.origin[9:]}: {path.name}")))

    suffix = path.suffix.lower()
    if suffix in (".png", ".jpg", ".jpeg", ".gif", ".webp", ".tiff", ".tif"):
        yield from map(named, (variant(*v) for v in _pictures(file.data, said)))
    elif suffix in (".md", ".markdown"):
        yield from map(named, (variant(*v) for v in _articles(file.data, said)))
    elif suffix in (".html", ".htm"):
        yield from map(named, (variant(*v) for v in _pages(file.data, said)))
    elif suffix == ".svg" and b"<svg" in file.data:
        title = f"<title>{html.escape(said)}</title><desc>AIGC</desc></svg>".encode()
        yield named(variant("a title in SVG", file.data.replace(b"</svg>", title, 1)))
        comment = f"<!-- {said.replace('--', '')} {META} -->".encode()
        yield named(variant("a comment in SVG", file.data + comment))
    elif suffix == ".json" and file.data.strip().startswith(b"{"):
        for role, members in _members(said):
            inner = json.dumps(members, ensure_ascii=False)[1:-1].encode()
            rest = file.data.strip()[1:].lstrip()
            comma = b"" if rest.startswith(b"}") else b","
            yield named(variant(role, b"{" + inner + comma + rest))


def _articles(text: bytes, said: str) -> Iterator[tuple[str, bytes]]:
    example = f"{FRONT_MATTER}\n{BLOCK}\n"
    yield "prose in Markdown", f"# {said}\n\n".encode() + text
    for role, words in (
        ("a fenced example", f"```yaml\n{example}```"),
        ("an example between tildes", f"~~~\n{example}~~~"),
        ("a fence within a fence", f"````markdown\n```yaml\n{example}```\n\n{example}````"),
        ("an indented example", "".join(f"    {line}\n" for line in example.splitlines())),
        ("a fence in a list", "- so:\n\n  ```yaml\n  " + example.replace("\n", "\n  ") + "```"),
        ("an inline example", f"Write `{BLOCK}` or `AIGC:` into it."),
        ("a comment", f"<!-- {BLOCK} -->"),
    ):
        # in front, since a file that ends within a fence would swallow what comes after it
        yield f"{role} in Markdown", f"# A page\n\n{words}\n\n".encode() + text


def _members(said: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    yield "another key in JSON", {"aigc_enabled": True, "isAIGC": False, "AIGCLabel": "1"}
    yield "a text in JSON", {"title": said, "description": "字段 AIGC 的说明"}
    yield "an example within a text in JSON", {"readme": f"Write this: {BLOCK}"}
    yield "the key without a label in JSON", {"AIGC": False}
    yield "settings under the key in JSON", {"AIGC": {"enabled": True, "model": "x"}}


def _pages(page: bytes, said: str) -> Iterator[tuple[str, bytes]]:
    quoted = html.escape(said)
    shown = f"<pre>{html.escape(META)}</pre><code>{html.escape(BLOCK)}</code>"
    for role, words in (
        ("a description in HTML", f'<meta name="description" content="{quoted} AIGC">'),
        ("keywords in HTML", f'<meta name="keywords" content="AIGC,{quoted}">'),
        ("a title in HTML", f'<meta property="og:title" content="{quoted}">'),
        ("a comment in HTML", f"<!-- {META} -->"),
        ("a shown example in HTML", shown),
        ("a script in HTML", f"<script>const example = {json.dumps(META)};</script>"),
        ("a field of text in HTML", f"<textarea>{META}</textarea><style>/* {META} */</style>"),
        ("an attribute in HTML", f'<div data-example="{html.escape(META)}"></div>'),
        ("a class in HTML", '<div class="AIGC" id="aigc" data-aigc="1">AIGC</div>'),
    ):
        yield role, _inserted(page, words.encode())


def _inserted(page: bytes, words: bytes) -> bytes:
    """Put words after the opening of the head, or in front of all."""
    at = page.lower().find(b"<head>")
    return page[: at + 6] + words + page[at + 6 :] if at >= 0 else words + page


def _pictures(data: bytes, said: str) -> Iterator[tuple[str, bytes]]:
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(data)) as opened:
            warnings.simplefilter("ignore")  # of palettes that are short of a colour
            picture = opened.convert("RGB")
    except Exception:  # Pillow cannot read some test pictures, and has errors of many kinds
        return
    picture.thumbnail((64, 64))
    texts = PngInfo()
    texts.add_text("Title", said)
    texts.add_itxt("Description", f"{said}; AIGC")
    texts.add_text("Keywords", "AIGC,Label", zip=True)
    exif = Image.Exif()
    exif[0x010E] = said
    exif[0x9286] = b"ASCII\0\0\0about AIGC"
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-'
        'syntax-ns#"><rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>'
        f"{html.escape(said)} AIGC</dc:title></rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()
    for role, format, options in (
        ("texts in PNG", "PNG", {"pnginfo": texts}),
        ("EXIF in PNG", "PNG", {"exif": exif}),
        ("a comment in JPEG", "JPEG", {"comment": said.encode()}),
        ("EXIF and XMP in JPEG", "JPEG", {"exif": exif, "xmp": xmp}),
        ("a comment in GIF", "GIF", {"comment": said.encode()}),
        ("EXIF and XMP in WebP", "WEBP", {"exif": exif, "xmp": xmp}),
        ("EXIF in TIFF", "TIFF", {"exif": exif}),
    ):
        made = io.BytesIO()
        picture.save(made, format, **options)
        yield role, made.getvalue()


def upper(wrong: int, n: int) -> float:
    """Give the upper end of Wilson's 95 % interval of a rate."""
    z, rate = 1.959964, wrong / n
    half = z * math.sqrt(rate * (1 - rate) / n + z * z / (4 * n * n))
    return (rate + z * z / (2 * n) + half) / (1 + z * z / n)


def verified(files: Iterable[File]) -> dict[str, Any]:
    """Give what is said of the files."""
    origins: Counter[str] = Counter()
    carriers: dict[str, Counter[str]] = {}
    roles: Counter[str] = Counter()
    false: list[Seen] = []
    others: list[Seen] = []
    damaged: list[tuple[str, str]] = []
    for file in files:
        origin, _, role = file.origin.partition(": ")
        origins[origin] += 1
        roles[role] += bool(role)
        told = label.verify(file.data, file.name)
        carriers.setdefault(told.carrier or "none", Counter())[told.verdict] += 1
        if told.verdict == "damaged":
            damaged.append((file.name, told.basis[0]))
        for mark in told.marks:
            seen = Seen(file.name, origin, told.carrier, mark.scheme, mark.place)
            (false if mark.scheme == "gb45438" else others).append(seen)
    wrong = Counter(origin for _, origin in {(seen.file, seen.origin) for seen in false})
    return {
        "files": origins.total(),
        "origins": dict(origins),
        "roles": dict(sorted((+roles).items())),
        "verdicts": dict(sorted(sum(carriers.values(), Counter[str]()).items())),
        "carriers": {name: dict(sorted(carriers[name].items())) for name in sorted(carriers)},
        "files_with_false_marks": {name: wrong[name] for name in origins},
        "false_mark_rate_upper_95": {
            name: round(upper(wrong[name], n), 6) for name, n in origins.items()
        },
        "false_marks": [seen._asdict() for seen in false],
        "marks_of_other_schemes": [seen._asdict() for seen in others],
        "damaged": damaged[:200],
    }


def chosen(folders: Iterable[Path], count: int, seed: int) -> Iterator[File]:
    """Give found files, and behind one in ten of them (one in two of rare kinds) its variants."""
    draw = random.Random(seed)
    kinds: Counter[str] = Counter()
    for file in gathered(folders, count, draw):
        yield file
        suffix = Path(file.name).suffix.lower()
        kinds[suffix] += 1
        if kinds[suffix] <= 20 or draw.random() < 0.1:
            yield from derived(file, draw)


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().splitlines()[0])
    parser.add_argument("--count", type=int, default=10_000, help="of found files")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, action="append", help="instead of the usual ones")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    started = time.monotonic()
    told = verified(chosen(asked.folder or FOLDERS, asked.count, asked.seed))
    result = {
        "date": today(),
        "code": code_hash(),
        "seed": asked.seed,
        "seconds": round(time.monotonic() - started, 1),
        **told,
    }
    text = json.dumps(result, ensure_ascii=False, indent=1)
    print(text)
    if asked.write:
        RESULT.write_text(text + "\n", "utf-8")
    return 1 if told["false_marks"] else 0


if __name__ == "__main__":
    sys.exit(main())
