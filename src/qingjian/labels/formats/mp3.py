"""
MP3: the mark is the ID3v2 frame TXXX with the description AIGC.

Also read: every other text frame, XMP, C2PA, the APEv2 tag and the ID3v1 tag at the end. The last
frame must be whole, and the bytes or frames be there that a Xing, Info or VBRI header counts; in a
file without one a cut between two frames is not noticed.
"""

from __future__ import annotations

from collections.abc import Iterator

from qingjian.core.errors import DamagedFile
from qingjian.core.types import ByteRange
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.mark import Buffer, Deviation, Edit, Held
from qingjian.labels.structures import audioframes, id3
from qingjian.labels.structures.id3tag import behind

name = "mp3"
suffixes: tuple[str, ...] = (".mp3",)
text = False
place = "ID3v2 TXXX AIGC"
source = "ID3v2.4.0 native frames, 4.2.6; TC260-PG-202510A on audio (secondary)"
wrapped = False

_RATES = (44_100, 48_000, 32_000)
_KBITS = {
    (3, 3): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (3, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (3, 1): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 3): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_VBRI = 36
_SEARCHED = 65_536
_MOST_ITEMS = 1_000
_MOST_TEXT = 4_000_000
_V1 = (("title", 3, 33), ("artist", 33, 63), ("album", 63, 93), ("comment", 97, 127))
_CLAUSE = "TC260-PG-202510A"


def frame_length(head: bytes) -> int:
    """Give the bytes of the MPEG audio frame that begins with a header, 0 when it is none."""
    if len(head) < 4 or head[0] != 0xFF or head[1] < 0xE0:
        return 0
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    step, rate = head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or layer == 0 or step in (0, 15) or rate == 3:
        return 0
    kbits = _KBITS[3 if version == 3 else 2, layer if version == 3 or layer == 3 else 2][step - 1]
    hertz = _RATES[rate] // {3: 1, 2: 2, 0: 4}[version]
    padding = head[2] >> 1 & 1
    if layer == 3:
        return (12_000 * kbits // hertz + padding) * 4
    samples = 72 if layer == 1 and version != 3 else 144
    return samples * 1000 * kbits // hertz + padding


def knows(data: Buffer, /) -> bool:
    """Whether an ID3v2 tag stands first and no other format behind it, or two frames do."""
    start = behind(data)
    head = data[start : start + 4]
    if data[:3] == b"ID3":
        adts = len(head) > 1 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0
        return head != b"fLaC" and not adts
    return _is_start(data, 0, data[:4])


def held(data: Buffer, /) -> Iterator[Held]:
    """Give what may be a mark, in order of place. Raises DamagedFile."""
    yield from id3.held(data)
    _check_audio(data)
    yield from held_at_end(data)


def write(data: Buffer, value: str | None, /) -> list[Edit]:
    """Give the edits that leave exactly one mark, or none for None. Raises DamagedFile."""
    edits = id3.write(data, value)
    _check_audio(data)
    return [*edits, *blanked_at_end(data)]


def held_at_end(data: Buffer) -> Iterator[Held]:
    """Give the texts of the APEv2 and ID3v1 tags that close a file. Raises DamagedFile."""
    yield from _of_ape(data)
    start = len(data) - 128
    whole = data[start:] if start >= behind(data) else b""
    if whole[:3] == b"TAG":
        for key, first, end in _V1:
            words = _words(whole[first:end].partition(b"\x00")[0].rstrip())
            if words:
                at = ByteRange(start + first, start + end)
                yield Held("pair", words, at, f"ID3v1 {key}", f"ID3v1:{key}", _odd(words, "ID3v1"))


def blanked_at_end(data: Buffer) -> list[Edit]:
    """Give the edits that blank labels in the APEv2 and ID3v1 tags, in place."""
    found = [entry.at for entry in held_at_end(data) if marks_of([entry])]
    return [Edit(at.start, at.end, b" " * (at.end - at.start)) for at in found]


def _of_ape(data: Buffer) -> Iterator[Held]:
    """Give the text items of the APEv2 tag at the end or before ID3v1; `at` is their text."""
    length = len(data)
    end = length - (128 if length >= 128 and data[length - 128 : length - 125] == b"TAG" else 0)
    foot = data[max(0, end - 32) : end]
    if foot[:8] != b"APETAGEX" or len(foot) < 32 or end - 32 < behind(data):
        return
    numbers = [int.from_bytes(foot[n : n + 4], "little") for n in (8, 12, 16)]
    at, stop = end - numbers[1], end - 32
    if numbers[0] not in (1000, 2000) or not behind(data) <= at <= stop or numbers[2] > _MOST_ITEMS:
        raise DamagedFile(f"the APE tag that ends at byte {end} is broken")
    for _ in range(numbers[2]):
        head = data[at : min(stop, at + 8 + 256)]
        key, zero, _ = head[8:].partition(b"\x00")
        start = at + 8 + len(key) + 1
        at = start + int.from_bytes(head[:4], "little")
        if not zero or at > stop:
            raise DamagedFile(f"the APE tag that ends at byte {end} has an item that is cut short")
        if head[4] & 6 or at - start > _MOST_TEXT:
            continue
        shown, words = key.decode("latin-1"), _words(data[start:at])
        odd = _odd(shown + words[:200], "APEv2")
        yield Held("pair", words, ByteRange(start, at), f"APEv2 {shown}", shown, odd)


def _odd(words: str, where: str) -> tuple[Deviation, ...]:
    if "AIGC" not in words[:300].upper():
        return ()
    said = f"the label stands in {where}, not in TXXX AIGC"
    return (Deviation("place.frame", _CLAUSE, said),)


def _words(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _check_audio(data: Buffer) -> None:
    """Raise DamagedFile unless whole frames follow the tags, as many as Xing or Info counts."""
    first = behind(data)
    block = data[first : first + _SEARCHED]
    at = block.find(b"\xff")
    while at >= 0 and not _is_start(data, first + at, block[at : at + 4]):
        at = block.find(b"\xff", at + 1)
    if at < 0:
        raise DamagedFile(f"no whole MPEG audio frame stands behind byte {first}")
    start = first + at
    frames = audioframes.Frames.of(data, start, 4, frame_length, (0xFE, 0x0C))
    _check_counted(data, frames)
    audioframes.check_end(data, frames)


def _check_counted(data: Buffer, frames: audioframes.Frames) -> None:
    """Raise DamagedFile unless there are the bytes or frames that the first frame counts."""
    start = frames.start
    head = data[start : start + 64]
    mono, old = head[3] >> 6 == 3, head[1] >> 3 & 3 != 3
    info = 4 + ((9 if mono else 17) if old else (17 if mono else 32))
    many = count = 0
    if head[info : info + 4] in (b"Xing", b"Info"):
        said, at = head[info + 7], info + 8
        if said & 1:
            many, at = int.from_bytes(head[at : at + 4], "big"), at + 4
        count = int.from_bytes(head[at : at + 4], "big") if said & 2 else 0
    elif head[_VBRI : _VBRI + 4] == b"VBRI":
        count = int.from_bytes(head[_VBRI + 10 : _VBRI + 14], "big")
    if start + count > len(data):
        raise DamagedFile(f"the MP3 ends at byte {len(data)} before its {count:,} bytes of audio")
    if count or many:
        end = start + count if count else audioframes.end_of(data, frames, many + 1)
        audioframes.check_closing(data, end)


def _is_start(data: Buffer, at: int, head: bytes) -> bool:
    """Whether a frame begins at `at` and another of its kind, a tag, or the end follows it."""
    length = frame_length(head)
    if not length:
        return False
    after = at + length
    follows = data[after : after + 4]
    if after == len(data) or follows[:3] == b"TAG" or follows == b"APET":
        return True
    same = head[1] & 0xFE == follows[1] & 0xFE if len(follows) == 4 else False
    return same and head[2] & 0x0C == follows[2] & 0x0C and frame_length(follows) > 0
