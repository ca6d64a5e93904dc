"""
AAC as a bare stream (ADTS): the mark is the ID3v2 frame TXXX with the description AIGC.

A stream in MP4 boxes is the carrier m4a. Also read: what MP3 files hold in front and at the end.
ADTS counts neither frames nor bytes: a cut is noticed in the tags and within the last frame.
"""

from __future__ import annotations

from collections.abc import Iterator

from qingjian.core.errors import DamagedFile
from qingjian.labels.formats.mp3 import blanked_at_end, held_at_end
from qingjian.labels.mark import Buffer, Edit, Held
from qingjian.labels.structures import audioframes, id3
from qingjian.labels.structures.id3tag import behind

name = "aac"
suffixes: tuple[str, ...] = (".aac",)
text = False
place = "ID3v2 TXXX AIGC"
source = "ISO/IEC 13818-7 (ADTS); no public source gives a place in ADTS, MP3's is used"
wrapped = False
unnoticed_cuts = "at the end of a frame: ADTS counts neither frames nor bytes"


def frame_length(head: bytes) -> int:
    """Give the bytes of the ADTS frame that begins with a header, 0 when it is none."""
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0 or head[2] >> 2 & 15 > 12:
        return 0
    length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    return length if length >= (7 if head[1] & 1 else 9) else 0


def knows(data: Buffer, /) -> bool:
    """Whether two ADTS frames, or one that is all, stand first or behind ID3v2 tags."""
    return _is_start(data, behind(data))


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


def _check_audio(data: Buffer) -> None:
    start = behind(data)
    if not _is_start(data, start):
        raise DamagedFile(f"no whole ADTS frame stands at byte {start}")
    frames = audioframes.Frames.of(data, start, 7, frame_length, (0xFF, 0xFF))
    audioframes.check_end(data, frames)


def _is_start(data: Buffer, at: int) -> bool:
    """Whether a frame begins at `at` and another one, a tag, or the end follows it."""
    head = data[at : at + 7]
    length = frame_length(head)
    if not length:
        return False
    follows = data[at + length : at + length + 7]
    if at + length == len(data) or follows[:3] == b"TAG" or follows[:4] == b"APET":
        return True
    return frame_length(follows) > 0 and head[1:3] == follows[1:3]
