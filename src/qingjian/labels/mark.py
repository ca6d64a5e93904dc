"""
A label as a value, what carriers hold, and what a carrier's module offers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol, overload

from qingjian.core.types import ByteRange, Span


class Deviation(NamedTuple):
    """
    How a label differs from the standard's form: a warning, not a failure.

    Args:
        id: stable name, `field.missing` for one.
        clause: the clause it is held against, empty for a rule of ours; not verified against the
            official text.
        what: the same in words.
    """

    id: str
    clause: str
    what: str


@dataclass(frozen=True, slots=True)
class Mark:
    """
    What a file says about how it was made.

    Args:
        scheme: `gb45438`, `c2pa`, `iptc` or the generator whose traces it is.
        label: the value of Label as it stands (`1` made by AI, `2` may be, `3` suspected to be).
        fields: every other field of the label, as text.
        at: where it stands: code points of a text file, bytes of a binary one.
        deviations: what differs from the standard's form.
        place: the same in words, `iTXt XML:com.adobe.xmp` for one.

    Source: GB 45438-2025, annex E, as quoted in secondary sources; not held against the official
    text.
    """

    scheme: str
    label: str
    fields: dict[str, str] = field(default_factory=dict)
    at: Span | ByteRange | None = None
    deviations: tuple[Deviation, ...] = ()
    place: str = ""


class Buffer(Protocol):
    """Bytes of a file: `bytes`, or a `Stored` file that is read where it is looked at."""

    def __len__(self) -> int:
        """Give how many bytes there are."""
        ...

    @overload
    def __getitem__(self, at: int, /) -> int: ...
    @overload
    def __getitem__(self, at: slice, /) -> bytes: ...
    def __getitem__(self, at: slice | int, /) -> bytes | int:
        """Give the bytes of a slice without a step, or one byte."""
        ...

    def find(self, sub: bytes, start: int = ..., end: int = ..., /) -> int:
        """Give where `sub` first stands, -1 if nowhere."""
        ...

    def rfind(self, sub: bytes, start: int = ..., end: int = ..., /) -> int:
        """Give where `sub` last stands, -1 if nowhere."""
        ...


@dataclass(frozen=True, slots=True)
class Held:
    """
    A piece of metadata that may say how the file was made.

    Args:
        kind: `pair` a key with its text, `xmp` a packet, `c2pa` a JUMBF manifest store.
        value: the text of a pair, else the bytes.
        at: the bytes (code points of a text file) that hold it.
        place: where, in words: `tEXt AIGC`, `moov/udta/meta ilst`.
        key: the key of a pair as written; `EXIF:UserComment` for EXIF tags.
        deviations: what is unusual about the place.
    """

    kind: Literal["pair", "xmp", "c2pa"]
    value: str | bytes
    at: ByteRange | Span
    place: str
    key: str = ""
    deviations: tuple[Deviation, ...] = ()


class Edit(NamedTuple):
    """Bytes `start` to `end` of a file are replaced by `new`; whatever no edit names is kept."""

    start: int
    end: int
    new: bytes


class Codec(Protocol):
    """
    A carrier's module.

    A file that was cut short is refused. Where a cut can leave a whole file, so that nothing is to
    be noticed, the module says so in words as `unnoticed_cuts`.

    Args:
        name: the format's short name.
        suffixes: lower case, with the dot, the usual one first.
        text: whether it is a text format, told by its suffix rather than by its first bytes.
        place: where a mark is written, in words.
        source: the public source of that place; says so when there is none.
        wrapped: whether the JSON that is written has `{"AIGC": …}` around it.
    """

    name: str
    suffixes: tuple[str, ...]
    text: bool
    place: str
    source: str
    wrapped: bool

    def knows(self, data: Buffer, /) -> bool:
        """Whether the bytes are of this format, by what they begin with."""
        ...

    def held(self, data: Buffer, /) -> Iterator[Held]:
        """Give what may be a mark, in order of place. Raises DamagedFile."""
        ...

    def write(self, data: Buffer, value: str | None, /) -> list[Edit]:
        """
        Give the edits that leave exactly one GB 45438 mark in the file, or none.

        Args:
            data: the file.
            value: the JSON to write; None only takes marks away.

        Edits are in order and do not overlap. Raises DamagedFile when the bytes break the format,
        InputError when this file has no place for a mark.
        """
        ...
