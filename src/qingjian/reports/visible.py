"""
Letters that cannot be seen, or that move what stands around them, made visible.

A report shows what others wrote. An escape code must not drive the reader's terminal, an override
of direction must not turn the sentence round, and a hidden letter is evidence.
"""

from __future__ import annotations

_NAMED = {
    0x00AD: "SHY",
    0x061C: "ALM",
    0x200B: "ZWSP",
    0x200E: "LRM",
    0x200F: "RLM",
    0x202A: "LRE",
    0x202B: "RLE",
    0x202C: "PDF",
    0x202D: "LRO",
    0x202E: "RLO",
    0x2028: "LS",
    0x2029: "PS",
    0x2060: "WJ",
    0x2066: "LRI",
    0x2067: "RLI",
    0x2068: "FSI",
    0x2069: "PDI",
    0xFEFF: "BOM",
}
_NO_LETTER = "\ufffd"
_SHOWN: dict[int, str] = {
    **{c: chr(0x2400 + c) for c in range(0x20) if c not in (0x09, 0x0A)},
    0x7F: "\u2421",
    **{c: f"⟨{c:02X}⟩" for c in range(0x80, 0xA0)},
    **{c: f"⟨{name}⟩" for c, name in _NAMED.items()},
    **dict.fromkeys(range(0xD800, 0xE000), _NO_LETTER),
    **dict.fromkeys(range(0xFDD0, 0xFDF0), _NO_LETTER),
    **dict.fromkeys(range(0xFFFE, 0x110000, 0x10000), _NO_LETTER),
    **dict.fromkeys(range(0xFFFF, 0x110000, 0x10000), _NO_LETTER),
}


def visible(text: str) -> str:
    """Give a text with its hidden letters shown: `⟨RLO⟩`, `␛`; tabs and line ends stay."""
    return text.translate(_SHOWN)
