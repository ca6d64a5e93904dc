"""
Make damaged files, the same ones for the same seed.

Usage: python tools/mutate.py FOLDER [--count 1000] [--seed 1] [--rows]
Sources are the examples, a small PNG and a small JPEG with a label; with --rows the data files
among them. Without --rows every file holds one item: data files get the suffix .txt.
"""

from __future__ import annotations

import argparse
import json
import random
import struct
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROW_SUFFIXES = frozenset({".jsonl", ".csv", ".tsv", ".parquet"})
_LABEL = json.dumps({"Label": "1", "ContentProducer": "00119111000000000000X10000"})
_XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-'
    'syntax-ns#"><rdf:Description xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/" '
    f"TC260:AIGC='{_LABEL}'/></rdf:RDF></x:xmpmeta>"
).encode()
_ODD = (
    b"\x00",
    b"\xff",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\n",
    b"\r",
    b'"',
    b"\\",
    b"<",
    b"</",
    b"<!--",
    b"<![",
    b"&#",
    b"---\n",
    b"AIGC:",
    b"\xed\xa0\xbd",
    b"\\ud83d",
    b"\x7f\xff\xff\xff",
    b"\xff\xff\xff\xff",
)


def png() -> bytes:
    """Give a picture of one pixel, labelled."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + checksum

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    label = chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(_XMP))
    pixel = chunk(b"IDAT", zlib.compress(b"\0\xff\xff\xff"))
    return b"\x89PNG\r\n\x1a\n" + head + label + pixel + chunk(b"IEND", b"")


def jpeg() -> bytes:
    """Give the segments of a picture, labelled; what follows them is noise."""
    data = b"http://ns.adobe.com/xap/1.0/\0" + _XMP
    label = b"\xff\xe1" + struct.pack(">H", len(data) + 2) + data
    table = b"\xff\xdb\x00\x43\x00" + bytes(range(1, 65))
    return b"\xff\xd8" + label + table + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x12\xff\xd9"


def sources(rows: bool) -> list[tuple[str, bytes]]:
    """Give names and bytes of what is damaged, in order of name."""
    files = (p for p in sorted((ROOT / "examples").rglob("*")) if p.is_file())
    small = [p for p in files if p.suffix != ".py" and p.stat().st_size < 200_000]
    if rows:
        return [(p.name, p.read_bytes()) for p in small if p.suffix in ROW_SUFFIXES]
    pictures = [("pixel.png", png()), ("pixel.jpg", jpeg())]
    return pictures + [(p.name, p.read_bytes()) for p in small]


def _flip(data: bytearray, draw: random.Random) -> None:
    for _ in range(draw.randint(1, 8)):
        data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)


def _cut(data: bytearray, draw: random.Random) -> None:
    del data[draw.randrange(len(data)) :]


def _remove(data: bytearray, draw: random.Random) -> None:
    start = draw.randrange(len(data))
    del data[start : start + draw.randint(1, 64)]


def _insert(data: bytearray, draw: random.Random) -> None:
    at = draw.randrange(len(data))
    data[at:at] = draw.choice(_ODD) * draw.choice((1, 1, 1, 2, 100))


def _noise(data: bytearray, draw: random.Random) -> None:
    at = draw.randrange(len(data))
    data[at : at + 16] = draw.randbytes(draw.randint(1, 32))


def _repeat(data: bytearray, draw: random.Random) -> None:
    start = draw.randrange(len(data))
    part = bytes(data[start : start + draw.randint(1, 200)])
    data[start:start] = part * draw.choice((1, 2, 50))


def _move(data: bytearray, draw: random.Random) -> None:
    start = draw.randrange(len(data))
    part = bytes(data[start : start + draw.randint(1, 64)])
    del data[start : start + len(part)]
    at = draw.randrange(len(data) + 1)
    data[at:at] = part


_FAULTS: Sequence[Callable[[bytearray, random.Random], None]] = (
    _flip,
    _cut,
    _remove,
    _insert,
    _noise,
    _repeat,
    _move,
)


def mutate(data: bytes, draw: random.Random) -> bytes:
    """Give the bytes with one to four faults."""
    made = bytearray(data)
    for _ in range(draw.choice((1, 1, 2, 4))):
        if made:
            draw.choice(_FAULTS)(made, draw)
    return bytes(made)


def reencode(data: bytes, draw: random.Random) -> bytes:
    """Give the bytes as they are, or as whole text in some encoding, what breaks it replaced."""
    encoding = draw.choice(("", "", "utf-8", "utf-8", "utf-8", "utf-16", "gb18030"))
    return data.decode("utf-8", "replace").encode(encoding) if encoding else data


def write(folder: Path, count: int, seed: int, rows: bool = False) -> list[Path]:
    """
    Write damaged files and give their paths.

    Args:
        folder: made where it is missing.
        count: how many files.
        seed: of what is drawn.
        rows: damage data files alone, which hold many items; else each file is one item.
    """
    folder.mkdir(parents=True, exist_ok=True)
    whole = sources(rows)
    paths = []
    for number in range(count):
        draw = random.Random(f"{seed}/{number}")
        name, data = draw.choice(whole)
        one = Path(name)
        suffix = ".txt" if one.suffix in ROW_SUFFIXES and not rows else one.suffix
        path = folder / f"{number:05}_{one.stem}{suffix}"
        made = mutate(data, draw)
        path.write_bytes(made if one.suffix in (".png", ".jpg") else reencode(made, draw))
        paths.append(path)
    return paths


def main() -> None:
    """Write what the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rows", action="store_true")
    asked = parser.parse_args()
    write(asked.folder, asked.count, asked.seed, asked.rows)


if __name__ == "__main__":
    main()
